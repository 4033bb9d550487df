"""What the pipeline to Azure does with each request: authenticate it, show it, bound it by the deadline."""

from __future__ import annotations

import json
import threading
from typing import Any

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from cloudctl.explain import Document, Recorder, Word
from cloudctl.retry import Deadline
from cloudctl_azure.errors import is_refusal

# Conditions, and what the Blob service wants to be told.
_SHOWN = ("if-", "x-ms-version")
COPY_SOURCE = "x-ms-copy-source-authorization"
"""Sent with any value: the pipeline puts the token in its place."""


class RecordingPolicy(SansIOHTTPPolicy[Any, Any]):
    """Tells the recorder of each request, as ``az rest`` would send it."""

    def __init__(self, recorder: Recorder, resource: str | None = None) -> None:
        super().__init__()
        self._recorder = recorder
        self._resource = resource

    def on_request(self, request: PipelineRequest[Any]) -> None:
        sent = request.http_request
        conditions = [f"{name}={value}" for name, value in sent.headers.items() if name.lower().startswith(_SHOWN)]
        words: list[Word] = ["az", "rest", "--method", sent.method.lower(), "--url", sent.url]
        words += ["--resource", self._resource] if self._resource else []
        words += ["--headers", *conditions] if conditions else []
        words += ["--body", Document(json.loads(sent.body))] if isinstance(sent.body, str) and sent.body else []
        self._recorder.take(*words)


class StoragePolicy(SansIOHTTPPolicy[Any, Any]):
    """Stands in for the Blob client's own policies: takes their options away, and says where the reply is from."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        for option in ("raw_response_hook", "raw_request_hook", "use_location", "user_agent"):
            request.context.options.pop(option, None)

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        response.http_response.location_mode = "primary"


class CopySourcePolicy(SansIOHTTPPolicy[Any, Any]):
    """What may write the copy may read its source: the token goes with the request once more where that is asked for.

    https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url
    """

    def on_request(self, request: PipelineRequest[Any]) -> None:
        headers = request.http_request.headers
        if COPY_SOURCE in headers:
            headers[COPY_SOURCE] = headers["Authorization"]


class DeadlinePolicy(SansIOHTTPPolicy[Any, Any]):
    """Gives each request the time that is left."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def on_request(self, request: PipelineRequest[Any]) -> None:
        connect, read = self._deadline.timeouts()
        request.context.options.update(connection_timeout=connect, read_timeout=read)


class SharedTokenPolicy(ARMChallengeAuthenticationPolicy):
    """Asks once for a token that all threads use, and once for one that is refused: the Azure CLI is slow to answer."""

    def __init__(self, credential: TokenCredential, *scopes: str) -> None:
        super().__init__(credential, *scopes)
        self._lock = threading.Lock()
        self._refused: ClientAuthenticationError | None = None

    def on_request(self, request: PipelineRequest[Any]) -> None:
        with self._lock:
            if self._refused:
                raise self._refused
            try:
                super().on_request(request)
            except ClientAuthenticationError as error:
                self._refused = error if is_refusal(error) else None
                raise


class SandboxTokenPolicy(SansIOHTTPPolicy[Any, Any]):
    """The sandbox's token, over plain http, which the SDK's own policy refuses."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer sandbox"
