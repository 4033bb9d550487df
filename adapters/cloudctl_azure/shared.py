"""What everything shares: provider registration and resource group. Found or made, never taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.marks import OWNER
from cloudctl.plan import Found, Step
from cloudctl.retry import Call
from cloudctl_azure.documents import text
from cloudctl_azure.reading import present
from cloudctl_azure.session import Session

TAGS: Mapping[str, str] = {OWNER: "shared"}
"""The tags of what is shared."""


def registration(session: Session, call: Call, namespace: str) -> Step:
    """https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types"""
    providers = session.resources.providers

    def register() -> None:
        providers.register(namespace)

    def find() -> Found | None:
        """Roles on a resource group alone cannot read this: then the creation itself tells what is not registered."""
        try:
            provider = call.once(providers.get, namespace).as_dict()
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return Found(namespace)
            raise
        state = text(provider, "registrationState")
        return Found(namespace, ready=state == "Registered") if state in ("Registered", "Registering") else None

    return Step(
        f"provider-{namespace.rpartition('.')[2].lower()}",
        f"registration of {namespace}",
        f"{namespace}/register/action",
        {"resource_provider_namespace": namespace},
        find=find,
        apply=register,
        shared=True,
    )


def resource_group(session: Session, call: Call, name: str, region: str) -> Step:
    """https://learn.microsoft.com/rest/api/resources/resource-groups/create-or-update"""
    groups = session.resources.resource_groups
    sent: dict[str, Any] = {"resource_group_name": name, "parameters": {"location": region, "tags": TAGS}}

    def create() -> None:
        groups.create_or_update(**sent)

    def find() -> Found | None:
        native = present(call.once, groups.get, resource_group_name=name)
        return provisioned(native) if native else None

    return Step(
        "resource-group",
        f"resource group {name}",
        "Microsoft.Resources/subscriptions/resourceGroups/write",
        sent,
        find=find,
        apply=create,
        shared=True,
    )


def provisioned(native: Mapping[str, Any]) -> Found:
    """What is shared, ready once it was provisioned."""
    state = (text(native, "properties", "provisioningState") or "Succeeded").casefold()
    return Found(str(native.get("id") or ""), ready=state == "succeeded")
