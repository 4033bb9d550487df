"""Cloud Storage of one project, as the adapters call it: the JSON API's own documents, through Google's client."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote

import requests
from google.api_core import exceptions

from cloudctl.errors import CloudError, Kind
from cloudctl.explain import Recorder
from cloudctl.retry import Call, Deadline
from cloudctl.scope import Scope
from cloudctl_gcp.http import Account, Json, not_reached

LISTED = 1000
"""Buckets or objects in one page, the most that there can be."""
BATCH = 100
"""Requests in one batch: https://cloud.google.com/storage/docs/batch"""

Version = tuple[str, int | None]
"""Name and generation of an object; None stands for the live one."""
Refused = tuple[Version, Exception]


class Session(Account):
    """The client of one scope, made when first used. Making a session reads nothing and calls nothing."""

    service = "storage"

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder) -> None:
        super().__init__(scope, deadline, recorder)
        self._lock = threading.Lock()

    @property
    def base(self) -> str:
        """The address of the service, without a slash at its end."""
        return self._scope.context.endpoint or f"https://{self._default_host}"

    @cached_property
    def client(self) -> Any:
        """A ``google.cloud.storage.Client`` over our own HTTP session."""
        from google.cloud.storage import Client  # 210 ms

        options = {"api_endpoint": self.base}
        if universe := os.environ.get("GOOGLE_CLOUD_UNIVERSE_DOMAIN"):
            options["universe_domain"] = universe
        found = self._credentials[0]
        return Client(project="-", credentials=found, client_options=options, _http=self._http)

    def send(self, method: str, path: str, body: Json | None = None, **parameters: Any) -> dict[str, Any]:
        """One request; ``path`` begins behind the version. The reply's document. Raises the SDK's exceptions."""
        wanted = {name: value for name, value in parameters.items() if value is not None}
        answer = self.client._connection.api_request(method, path, query_params=wanted, data=body)
        return dict(answer or {})

    @property
    def credentials(self) -> Any:
        """Google's credentials of the scope."""
        return self._credentials[0]

    @property
    def token(self) -> str:
        """The token that requests are sent with, which is asked for where it is not known."""
        return str(self._http.token())

    @property
    def quota_project(self) -> str | None:
        """The project that pays for requests, where the credentials name one."""
        return getattr(self.credentials, "quota_project_id", None)

    @property
    def deadline(self) -> Deadline:
        return self._deadline

    @property
    def timeouts(self) -> tuple[float, float]:
        """For a connection and for an answer, in seconds, from the time that is left."""
        return self._deadline.timeouts()

    def raw(self, method: str, address: str, **options: Any) -> requests.Response:
        """One request without the client, which costs a command a fifth of a second, and each request CPU.

        Raises the SDK's exceptions.
        """
        with self._lock:
            http = self._http
        return http.request(method, address, **options)

    def delete_versions(self, bucket: str, versions: Sequence[Version]) -> list[Refused]:
        """One batch that deletes versions of objects, at most `BATCH`; those that could not be deleted, and why.

        https://cloud.google.com/storage/docs/json_api/v1/objects/delete
        """
        # The client's own methods ask for the bucket beside, to tell it to a tracer.
        with self.client.batch(raise_exception=False) as batch:
            for name, generation in versions:
                path = f"{bucket_path(bucket)}/o/{quote(name, safe='')}"
                query = {} if generation is None else {"generation": generation}
                batch.api_request("DELETE", path, query_params=query)
        replies = zip(versions, batch._responses, strict=True)
        return [
            (version, exceptions.from_http_response(reply))  # type: ignore[no-untyped-call]
            for version, reply in replies
            if reply.status_code >= 400
        ]


class Storage:
    """Buckets and what they hold: reads go through ``call``, which translates and repeats; ``send`` goes as it is."""

    def __init__(self, session: Session, call: Call, *, repeats: bool = True) -> None:
        self._session, self._call, self._repeats = session, call, repeats
        self.send = session.send
        self.delete_versions = session.delete_versions

    @property
    def once(self) -> Storage:
        """The same, reading without repeating: inside steps, which the runner repeats itself."""
        return Storage(self._session, self._call, repeats=False)

    @property
    def project(self) -> str:
        return self._session.project

    def read(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The document of one GET. Raises CloudError."""
        read = self._call if self._repeats else self._call.once
        return read(self._session.send, "GET", path, **parameters)

    def buckets(self) -> Iterator[list[Json]]:
        """Pages of the project's buckets; raises UNAVAILABLE, after them, for those in locations not reached.

        https://cloud.google.com/storage/docs/json_api/v1/buckets/list
        """
        wanted: Mapping[str, Any] = {"projection": "noAcl", "maxResults": LISTED, "returnPartialSuccess": "true"}
        missing: list[str] = []
        for page in self._pages("/b", project=self.project, **wanted):
            missing += [str(name).rpartition("/")[2] for name in page.get("unreachable") or ()]
            yield list(page.get("items") or ())
        if missing:
            raise not_reached(missing)

    def bucket(self, name: str) -> dict[str, Any] | None:
        """The bucket; None when there is none: https://cloud.google.com/storage/docs/json_api/v1/buckets/get"""
        try:
            return self.read(bucket_path(name), projection="noAcl")
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise

    def policy(self, name: str) -> dict[str, Any]:
        """Who may do what: https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy"""
        return self.read(f"{bucket_path(name)}/iam", optionsRequestedPolicyVersion=3)

    def versions(self, bucket: str, **parameters: Any) -> Iterator[list[Version]]:
        """Pages of all versions of objects: https://cloud.google.com/storage/docs/json_api/v1/objects/list"""
        wanted: Mapping[str, Any] = {"maxResults": LISTED, "fields": "nextPageToken,items(name,generation)"}
        for page in self._pages(f"{bucket_path(bucket)}/o", versions="true", **{**wanted, **parameters}):
            yield [(str(one["name"]), int(one["generation"])) for one in page.get("items") or ()]

    def folders(self, bucket: str, collection: str) -> Iterator[list[Json]]:
        """Pages of its ``folders`` or ``managedFolders``.

        https://cloud.google.com/storage/docs/json_api/v1/folders/list, .../managedFolder/list
        """
        for page in self._pages(f"{bucket_path(bucket)}/{collection}", pageSize=LISTED):
            yield list(page.get("items") or ())

    def _pages(self, path: str, **parameters: Any) -> Iterator[Json]:
        token = None
        while True:
            page = self.read(path, **parameters, pageToken=token)
            yield page
            token = page.get("nextPageToken")
            if not token:
                return


def bucket_path(name: str) -> str:
    """The path of a bucket behind the API's version."""
    return f"/b/{quote(name, safe='')}"
