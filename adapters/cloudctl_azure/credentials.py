"""Who calls Azure, and for which subscription: variables first, then what ``az login`` left.

https://learn.microsoft.com/azure/developer/python/sdk/authentication/credential-chains
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core import AzureClouds
from azure.core.credentials import TokenCredential

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import Context

if TYPE_CHECKING:
    from azure.identity import ChainedTokenCredential, EnvironmentCredential

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SUBSCRIPTION_FIX = "set AZURE_SUBSCRIPTION_ID or the context's subscription, or run az login"
_SERVICE_PRINCIPAL = (
    ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"),
    ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_CERTIFICATE_PATH"),
    ("AZURE_CLIENT_ID", "AZURE_USERNAME", "AZURE_PASSWORD"),
)
# requests knows REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE; the others are what the SDKs of the other clouds read.
_BUNDLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS")


def credential(context: Context, deadline: Deadline) -> TokenCredential:
    """The first credential that is there: a service principal, a workload identity, the Azure CLI's login.

    Only when the user named the cloud, the managed identity of this machine too: it is asked for at a metadata address.
    Raises CloudError (UNAUTHENTICATED) when the variables cannot be used.
    """
    try:
        return _principal(deadline) if _is_set(_SERVICE_PRINCIPAL) else _chain(context, deadline)
    except (ValueError, OSError) as error:  # a tenant that cannot be one, a certificate that is not there
        raise CloudError(
            Kind.UNAUTHENTICATED,
            "the Azure credentials cannot be used",
            why=str(error),
            fix="check the AZURE_* variables",
        ) from error


def _is_set(groups: Iterable[tuple[str, ...]]) -> bool:
    return any(all(os.environ.get(name) for name in names) for names in groups)


def _principal(deadline: Deadline) -> EnvironmentCredential:
    # azure.identity takes as long to import as everything else together: only where a token is needed.
    from azure.identity import EnvironmentCredential

    return EnvironmentCredential(**_transport(deadline))


def _chain(context: Context, deadline: Deadline) -> ChainedTokenCredential:
    from azure.identity import (
        AzureCliCredential,
        AzureDeveloperCliCredential,
        AzurePowerShellCredential,
        ChainedTokenCredential,
        ManagedIdentityCredential,
        WorkloadIdentityCredential,
    )

    transport, seconds = _transport(deadline), max(1, int(min(60.0, deadline.left())))
    tenant = context.get("tenant") or ""
    # az refuses a tenant together with a subscription.
    subscription = None if tenant else context.get("subscription")
    found: list[Any] = []
    if _is_set([("AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID")]):
        found.append(WorkloadIdentityCredential(**transport))
    found.append(AzureCliCredential(tenant_id=tenant, subscription=subscription, process_timeout=seconds))
    if not context.implicit:
        found += [
            ManagedIdentityCredential(client_id=os.environ.get("AZURE_CLIENT_ID"), **transport),
            AzurePowerShellCredential(tenant_id=tenant, process_timeout=seconds),
            AzureDeveloperCliCredential(tenant_id=tenant, process_timeout=seconds),
        ]
    return ChainedTokenCredential(*found)


def _transport(deadline: Deadline) -> dict[str, Any]:
    """Time-outs, certificate bundle and no retries for the requests that a credential makes itself."""
    connect, read = deadline.timeouts()
    return {
        "connection_timeout": connect,
        "read_timeout": read,
        "connection_verify": verification(),
        "retry_total": 0,
    }


def verification() -> str | bool:
    """The certificate bundle that the environment names, or True for the usual one.

    Raises UsageError for a bundle that is not there: the transport would report it as a connection that failed.
    """
    for name in _BUNDLES:
        if path := os.environ.get(name):
            if not Path(path).exists():
                raise UsageError(f"{name} names a file that is not there: {path}", fix=f"correct or unset {name}")
            return path
    return True


def cloud() -> AzureClouds:
    """The Azure cloud that AZURE_AUTHORITY_HOST belongs to; the public one when it is not set or not known.

    https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud; China's host had another name.
    """
    host = os.environ.get("AZURE_AUTHORITY_HOST", "")
    name = urlsplit(host if "//" in host else f"//{host}").hostname or ""
    if name.endswith((".microsoftonline.cn", ".chinacloudapi.cn")):
        return AzureClouds.AZURE_CHINA_CLOUD
    if name.endswith(".microsoftonline.us"):
        return AzureClouds.AZURE_US_GOVERNMENT
    return AzureClouds.AZURE_PUBLIC_CLOUD


def subscription(context: Context) -> str:
    """The subscription's id: the context's, AZURE_SUBSCRIPTION_ID, or the Azure CLI's default one.

    A name is looked up among the subscriptions that ``az login`` found. Raises UsageError when there is none.
    """
    wanted = context.get("subscription") or os.environ.get("AZURE_SUBSCRIPTION_ID")
    if wanted and _UUID.fullmatch(wanted):
        return wanted
    for known in _cli_subscriptions():
        if known.get("name") == wanted if wanted else known.get("isDefault"):
            return str(known["id"])
    raise UsageError(
        f"the subscription {wanted} is not known here" if wanted else "no Azure subscription is set",
        fix=_SUBSCRIPTION_FIX,
    )


def _cli_subscriptions() -> list[Mapping[str, Any]]:
    """The subscriptions in the Azure CLI's profile, which it writes with a byte order mark."""
    directory = os.environ.get("AZURE_CONFIG_DIR") or "~/.azure"
    path = Path(directory).expanduser() / "azureProfile.json"
    try:
        found = json.loads(path.read_text("utf-8-sig")).get("subscriptions")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"{path} cannot be read", why=str(error), fix=_SUBSCRIPTION_FIX) from error
    return [entry for entry in found or [] if isinstance(entry, dict) and entry.get("id")]
