"""An emulated Azure over real HTTP, and what the tests of it need."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient

from cloudctl.sandbox import server as http
from cloudctl.sandbox.azure.app import create
from cloudctl.sandbox.cloud import SandboxCloud, Settings

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
BASE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{BASE}/resourceGroups/group"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
STORAGE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
VERSIONS = {
    "Microsoft.Compute/disks": "2026-03-02",
    "Microsoft.Compute/skus": "2021-07-01",
    "Microsoft.Compute": "2026-04-01",
    "Microsoft.Network": "2026-03-01",
    "Microsoft.Storage": "2026-09-01",
}
KEY = "ssh-ed25519 " + b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(range(32))).decode()
UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}
LINUX_PROFILE = {
    "computerName": "web",
    "adminUsername": "azureuser",
    "linuxConfiguration": {
        "disablePasswordAuthentication": True,
        "ssh": {"publicKeys": [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": KEY}]},
    },
}
WINDOWS_PROFILE = {"computerName": "web", "adminUsername": "azureuser", "adminPassword": "Secret-123456"}


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


class Token(SansIOHTTPPolicy[Any, Any]):
    """The stock policies refuse plain http."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer sandbox"


class Azure:
    """A client of one running cloud: plain requests, and the SDK's clients."""

    def __init__(self, cloud: SandboxCloud, port: int) -> None:
        self.cloud = cloud
        self.port = port

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = "Bearer sandbox",
        version: str | None = "",
        headers: dict[str, str] | None = None,
        query: str = "",
    ) -> Reply:
        """Send one request; the api-version is that of the resource type unless it is given (None: none)."""
        sent = {**(headers or {}), **({"Authorization": token} if token else {})}
        chosen = self._version(path) if version == "" else version
        parts = [f"api-version={chosen}"] if chosen else []
        target = "?".join(filter(None, (path, "&".join([*parts, *([query] if query else [])]))))
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        connection.request(method, target, content, sent)
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        return Reply(reply.status, dict(reply.getheaders()), json.loads(data) if data else None)

    def made(self, path: str, body: object) -> dict[str, Any]:
        """PUT a resource, wait until it is provisioned and return it."""
        reply = self.request("PUT", path, body)
        assert reply.status in (200, 201, 202), reply.body
        return self.settled(path)

    def settled(self, path: str) -> dict[str, Any]:
        """The resource once its last change is complete."""
        body: dict[str, Any] = until(
            lambda: self.request("GET", path).body,
            lambda body: body["properties"]["provisioningState"] == "Succeeded",
        )
        return body

    def gone(self, path: str) -> None:
        """Wait until a resource does not exist any more."""
        until(lambda: self.request("GET", path).status, lambda status: status == 404)

    @property
    def compute(self) -> Any:
        return self._client(ComputeManagementClient)

    @property
    def network(self) -> Any:
        return self._client(NetworkManagementClient)

    @property
    def storage(self) -> Any:
        return self._client(StorageManagementClient)

    @property
    def resource(self) -> Any:
        return self._client(ResourceManagementClient)

    def register(self) -> None:
        for namespace in ("Microsoft.Compute", "Microsoft.Network"):
            self.request("POST", f"{BASE}/providers/{namespace}/register")

    def _client(self, kind: Callable[..., Any]) -> Any:
        return kind(
            object(),
            SUBSCRIPTION,
            base_url=f"http://127.0.0.1:{self.port}",
            credential_scopes=["none"],
            authentication_policy=Token(),
            retry_policy=RetryPolicy.no_retries(),
            polling_interval=0,
        )

    @staticmethod
    def _version(path: str) -> str:
        lowered = path.lower()
        for kind, version in VERSIONS.items():
            if f"/providers/{kind}/".lower() in f"{lowered}/" and not lowered.endswith("/register"):
                return version
        return "2025-04-01" if "/resource" in lowered or "/providers" in lowered else "2022-12-01"


def network_body(location: str = "westeurope", **subnets: str) -> dict[str, Any]:
    """A virtual network 10.0.0.0/16 with subnets by name: ``default="10.0.0.0/24"``."""
    listed = [{"name": name, "properties": {"addressPrefix": prefix}} for name, prefix in subnets.items()]
    return {
        "location": location,
        "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": listed},
    }


def address_body(**properties: Any) -> dict[str, Any]:
    """A Standard public address."""
    full = {"publicIPAllocationMethod": "Static", **properties}
    return {"location": "westeurope", "sku": {"name": "Standard"}, "properties": full}


def interface_body(subnet: str = "default", **configuration: Any) -> dict[str, Any]:
    """A network interface in a subnet of the network ``net``."""
    properties = {"subnet": {"id": f"{NETWORK}/virtualNetworks/net/subnets/{subnet}"}, **configuration}
    return {"location": "westeurope", "properties": {"ipConfigurations": [{"name": "main", "properties": properties}]}}


def rule_body(name: str = "ssh", **properties: Any) -> dict[str, Any]:
    """A security rule that opens port 22."""
    rule = {"priority": 1000, "protocol": "Tcp", "access": "Allow", "direction": "Inbound"}
    ports = {"sourcePortRange": "*", "destinationPortRange": "22"}
    prefixes = {"sourceAddressPrefix": "*", "destinationAddressPrefix": "*"}
    return {"name": name, "properties": {**rule, **ports, **prefixes, **properties}}


def machine_body(
    *interfaces: str, windows: bool = False, size: str = "Standard_B2s", **properties: Any
) -> dict[str, Any]:
    """A virtual machine on interfaces by name."""
    return {
        "location": "westeurope",
        "properties": {
            "hardwareProfile": {"vmSize": size},
            "storageProfile": {"imageReference": dict(WINDOWS if windows else UBUNTU)},
            "osProfile": deepcopy(WINDOWS_PROFILE if windows else LINUX_PROFILE),
            "networkProfile": {
                "networkInterfaces": [{"id": f"{NETWORK}/networkInterfaces/{name}"} for name in interfaces]
            },
            **properties,
        },
    }


def until(look: Callable[[], Any], condition: Callable[[Any], bool]) -> Any:
    """Look until what is seen meets the condition; fails after 10 seconds."""
    end = time.monotonic() + 10
    while not condition(seen := look()):
        assert time.monotonic() < end, f"still {seen}"
        time.sleep(0.01)
    return seen


@contextmanager
def serving(state: Path, **settings: Any) -> Iterator[Azure]:
    """A cloud with its state in a directory, until the block ends."""
    cloud = create(Settings(state, **{"transition": 0.1, **settings}))
    listener = http.listen(0)
    server = http.make_server(listener, cloud)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Azure(cloud, server.port)
    server.shutdown()
    thread.join()
    server.server_close()
