"""A create on Azure as the tests plan it, and an Azure that holds given resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azure_proxy import Answer, Cloud, serving
from cloudctl_azure.vm import AzureVm

from cloudctl.diagnostics import Report
from cloudctl.mapping import AzureImage, ImageChoice, choose
from cloudctl.marks import Claim, ClaimState, Mark
from cloudctl.plan import Step
from cloudctl.retry import Deadline
from cloudctl.runner import Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import VmSpec

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cloudctl-eastus"
NSG = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/web-nsg"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKl+sRfTOb0rOKjw+ttX/JPAJ4sBsRxI0lyWUFqzf0P2 me"
URN = ImageChoice("azure", "p:o:s:1", source=AzureImage("p", "o", "s", "1"))
SPEC = VmSpec("web", choose("azure", "Standard_D2s_v5"), URN, KEY, tags={"env": "test"})
MARK = Mark("vm.web", "run-1", "spec", Claim(ClaimState.CREATING, 99, "me"))

Resources = Mapping[str, Mapping[str, Any]]


def azure(endpoint: str = "http://127.0.0.1:1", zone: str | None = None) -> AzureVm:
    context = Context("azure", "azure", {"subscription": SUBSCRIPTION}, endpoint, sandbox=True)
    return AzureVm(Scope(context, "eastus", zone), Deadline(10))


def steps(spec: VmSpec, service: AzureVm | None = None) -> dict[str, Step]:
    """The steps of a create, planned without any call."""
    service = service or azure()
    runner = Runner(service.call, Report())
    return {step.key: step for step in runner.preview(service.plan_create(spec), offline=True)}


def body(spec: VmSpec, key: str = "machine", service: AzureVm | None = None) -> dict[str, Any]:
    found: dict[str, Any] = steps(spec, service)[key].arguments["parameters"]
    return found


@contextmanager
def holding(folder: Path, resources: Resources) -> Iterator[Cloud]:
    """Azure with these resources, by id; writes are accepted and change nothing."""
    folded = {key.casefold(): native for key, native in resources.items()}

    def answer(method: str, url: str) -> Answer:
        path = urlsplit(url).path
        if method != "GET":
            return 200 if method == "PUT" else 202, {}, {}
        if path.endswith(("networkSecurityGroups", "virtualMachines")):
            return 200, {}, {"value": [one for key, one in resources.items() if path.rpartition("/")[2] in key]}
        native = folded.get(path.casefold())
        missing = {"error": {"code": "ResourceNotFound", "message": path}}
        return (200, {}, native) if native else (404, {}, missing)

    with serving(folder, answer) as cloud:
        yield cloud
