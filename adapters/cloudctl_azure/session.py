"""Calls to Azure Resource Manager: one pipeline for all clients, without retries, bounded by the deadline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.polling import PollingMethod
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.policies import ARMHttpLoggingPolicy
from azure.mgmt.core.tools import get_arm_endpoints
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from cloudctl.errors import UsageError
from cloudctl.explain import Recorder
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl_azure import credentials
from cloudctl_azure.errors import failure, operation_error
from cloudctl_azure.policies import (
    CopySourcePolicy,
    DeadlinePolicy,
    RecordingPolicy,
    SandboxTokenPolicy,
    SharedTokenPolicy,
    StoragePolicy,
)

if TYPE_CHECKING:
    from azure.mgmt.compute import ComputeManagementClient
    from azure.mgmt.network import NetworkManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient
    from azure.mgmt.storage import StorageManagementClient
    from azure.storage.blob import ContainerClient

# Their warnings repeat, on stderr, what the errors say.
for _name in ("azure", "msal"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

# Bytes that are read of a body at once: with the 4 KiB of azure-core a download takes eight times the processor time.
_BLOCK = 512 * 1024
_CONNECTIONS = 64
_STORAGE = "https://storage.azure.com"
_ENDED_BADLY = frozenset({"failed", "canceled", "cancelled"})


class Session:
    """The clients of one scope, made when first used. Making a session reads nothing and calls nothing."""

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder) -> None:
        self._scope = scope
        self._deadline = deadline
        self._recorder = recorder

    @property
    def region(self) -> str:
        """The region that new resources go to. Raises UsageError when none is set."""
        region = self._scope.region or self._scope.context.get("region")
        if not region:
            raise UsageError("no Azure region is set", fix="give one with --region, or set it in the context")
        return region

    @cached_property
    def subscription(self) -> str:
        return credentials.subscription(self._scope.context)

    @cached_property
    def compute(self) -> ComputeManagementClient:
        from azure.mgmt.compute import ComputeManagementClient

        return ComputeManagementClient(**self._client())

    @cached_property
    def network(self) -> NetworkManagementClient:
        from azure.mgmt.network import NetworkManagementClient

        return NetworkManagementClient(**self._client())

    @cached_property
    def resources(self) -> ResourceManagementClient:
        from azure.mgmt.resource.resources import ResourceManagementClient

        return ResourceManagementClient(**self._client())

    @cached_property
    def storage(self) -> StorageManagementClient:
        from azure.mgmt.storage import StorageManagementClient

        return StorageManagementClient(**self._client())

    def container(self, endpoint: str, name: str) -> ContainerClient:
        """What a container of the storage account with this blob endpoint holds."""
        from azure.storage.blob import ContainerClient

        return ContainerClient(endpoint.rstrip("/"), name, _pipeline=self._storage_pipeline)

    def blob(self, request: HttpRequest, *, stream: bool) -> Any:
        """The answer of the Blob service to one request, whatever its status."""
        return self._storage_pipeline.run(request, stream=stream).http_response

    def start(self, begin: Callable[..., Any], **arguments: Any) -> str | None:
        """Send the request of a long operation; the address that tells how it goes on, if Azure gave one."""
        accepted = Accepted()
        begin(polling=accepted, **arguments)
        return accepted.address

    def ended(self, address: str) -> bool:
        """Whether a long operation has ended; raises its CloudError when it failed.

        https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations: a status under
        Azure-AsyncOperation, or 202 under Location until the operation is over. A failed one answers with 200.
        """
        response = self.resources.send_request(HttpRequest("GET", address))
        if response.status_code == 404:
            # Azure forgets operations after a while: the resource itself has to tell.
            return True
        _raise_for_status(response)
        body = response.json() if response.status_code == 200 and response.text() else None
        status = str(body.get("status") or "") if isinstance(body, dict) else ""
        if status.casefold() in _ENDED_BADLY:
            raise operation_error(body, response.headers.get("x-ms-request-id"))
        over = status.casefold() == "succeeded" or (not status and failure(body) is None)
        return over and response.status_code != 202

    def _client(self) -> dict[str, Any]:
        return {
            "credential": _NoCredential(),
            "subscription_id": self.subscription,
            "base_url": self._endpoint,
            "pipeline": self._pipeline,
        }

    @property
    def _endpoint(self) -> str:
        return self._scope.context.endpoint or str(get_arm_endpoints(credentials.cloud())["resource_manager"])

    @cached_property
    def _pipeline(self) -> Pipeline[Any, Any]:
        """One for all clients of Resource Manager, so that threads and clients share connections and the token."""
        return self._over(get_arm_endpoints(credentials.cloud())["credential_scopes"])

    @cached_property
    def _storage_pipeline(self) -> Pipeline[Any, Any]:
        """One for what storage accounts hold: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory"""
        return self._over([f"{_STORAGE}/.default"], StoragePolicy(), resource=_STORAGE)

    def _over(self, scopes: Sequence[str], *more: Any, resource: str | None = None) -> Pipeline[Any, Any]:
        """A pipeline without a RetryPolicy, because core retries, and without a policy that registers providers."""
        transport = RequestsTransport(
            connection_verify=credentials.verification(),
            connection_data_block_size=_BLOCK,
            use_env_settings=not self._scope.context.sandbox,
        )
        transport.open()
        # As many connections as calls may go on at once. Core repeats, urllib3 does not.
        adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=Retry(False))
        for scheme in ("https://", "http://"):
            transport.session.mount(scheme, adapter)
        return Pipeline(
            transport,
            policies=[
                *more,
                RecordingPolicy(self._recorder, resource),
                RequestIdPolicy(),
                UserAgentPolicy(sdk_moniker="cloudctl"),
                ContentDecodePolicy(),
                self._authentication(scopes),
                CopySourcePolicy(),
                DeadlinePolicy(self._deadline),
                ARMHttpLoggingPolicy(),
            ],
        )

    def _authentication(self, scopes: Sequence[str]) -> Any:
        context = self._scope.context
        if context.sandbox:
            return SandboxTokenPolicy()
        return SharedTokenPolicy(credentials.credential(context, self._deadline), *scopes)


class Accepted(PollingMethod[None]):
    """Takes note of where a long operation can be watched, and waits for nothing."""

    address: str | None = None

    def initialize(self, client: Any, initial_response: Any, deserialization_callback: Any) -> None:
        headers = initial_response.http_response.headers
        self.address = headers.get("Azure-AsyncOperation") or headers.get("Location")

    def run(self) -> None:
        """Nothing: the runner waits."""

    def status(self) -> str:
        return "Accepted"

    def finished(self) -> bool:
        return True

    def resource(self) -> None:
        return None


class _NoCredential:
    """The clients want a credential, but the pipeline that they are given authenticates."""

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        raise ValueError("the pipeline authenticates")


def _raise_for_status(response: HttpResponse) -> None:
    if response.status_code >= 400:
        raise HttpResponseError(response=response)
