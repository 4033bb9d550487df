"""Calls to Compute Engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from google.api_core import exceptions
from google.api_core.gapic_v1.client_info import ClientInfo
from google.protobuf.json_format import MessageToDict

from cloudctl.explain import Recorder
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl_gcp import compute
from cloudctl_gcp.http import Account, Json

__all__ = ["Json", "Session"]

C = TypeVar("C")


class Session(Account):
    """The clients of one scope, made when first used. Making a session reads nothing and calls nothing.

    Replies are given as the API's JSON, in which an unset field is absent; the SDK's messages have 0 or "" there.
    """

    service = "compute"

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder) -> None:
        super().__init__(scope, deadline, recorder)
        self._clients: dict[type[Any], Any] = {}

    @property
    def instances(self) -> compute.InstancesClient:
        return self._client(compute.InstancesClient)

    @property
    def disks(self) -> compute.DisksClient:
        return self._client(compute.DisksClient)

    @property
    def region_disks(self) -> compute.RegionDisksClient:
        return self._client(compute.RegionDisksClient)

    @property
    def firewalls(self) -> compute.FirewallsClient:
        return self._client(compute.FirewallsClient)

    @property
    def images(self) -> compute.ImagesClient:
        return self._client(compute.ImagesClient)

    @property
    def machine_types(self) -> compute.MachineTypesClient:
        return self._client(compute.MachineTypesClient)

    @property
    def subnetworks(self) -> compute.SubnetworksClient:
        return self._client(compute.SubnetworksClient)

    @property
    def zones(self) -> compute.ZonesClient:
        return self._client(compute.ZonesClient)

    @property
    def zone_operations(self) -> compute.ZoneOperationsClient:
        return self._client(compute.ZoneOperationsClient)

    @property
    def global_operations(self) -> compute.GlobalOperationsClient:
        return self._client(compute.GlobalOperationsClient)

    def send(self, method: Callable[..., Any], **request: Any) -> Json:
        """One call of a client's method in this project, unless the request names another; the reply's JSON."""
        reply = method(request={"project": self.project} | request, retry=None, timeout=None)
        # The first page of a list comes with the reply; iterating on would fetch the others.
        return _json(next(iter(reply.pages)) if hasattr(reply, "pages") else reply)

    def present(self, method: Callable[..., Any], **request: Any) -> Json | None:
        """The same, with None for what is not there."""
        try:
            return self.send(method, **request)
        except exceptions.NotFound:
            return None

    def _client(self, kind: type[C]) -> C:
        if kind not in self._clients:
            self._clients[kind] = self._make(kind)
        client: C = self._clients[kind]
        return client

    def _make(self, kind: Any) -> Any:
        # A transport of our own leaves out what clients do by themselves: client certificates, other endpoints.
        transport = kind.get_transport_class("rest")(
            credentials=self._http.credentials, host=self._host, url_scheme=self._scheme
        )
        # The SDK has no public way to give it a session, and without one there are no certificates and no time-outs.
        # Its methods are wrapped together with the session that they use, so that this has to be done again.
        transport._session = self._http
        info = ClientInfo(grpc_version=None, user_agent="cloudctl")  # type: ignore[no-untyped-call]
        transport._prep_wrapped_messages(info)
        return kind(transport=transport)

    @property
    def _scheme(self) -> str:
        return (self._scope.context.endpoint or "https").partition(":")[0]

    @property
    def _host(self) -> str:
        return self._scope.context.endpoint or self._default_host


def _json(message: Any) -> Json:
    found: dict[str, Any] = MessageToDict(type(message).pb(message))
    return found
