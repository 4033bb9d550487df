"""One container as plans look at it and change it: by its name, with the mark that we left on it."""

from __future__ import annotations

from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.marks import Mark, run_of
from cloudctl.plan import Found, Step
from cloudctl_azure.bucket import record
from cloudctl_azure.bucket.account import ACCOUNTS, Account
from cloudctl_azure.bucket.metadata import mark_of, merged
from cloudctl_azure.documents import Native
from cloudctl_azure.reading import present

CONTAINERS = f"{ACCOUNTS}/blobServices/containers"


class Resource:
    """The container ``container`` of an account. Looks do not repeat, for what the runner repeats."""

    def __init__(self, account: Account, container: str) -> None:
        self.account, self.container = account, container
        self.name = f"{account.name}/{container}"
        self.owner = f"bucket.{self.name}"

    @property
    def names(self) -> dict[str, str]:
        """The container as the calls of the SDK name it."""
        return {**self.account.names, "container_name": self.container}

    @property
    def calls(self) -> Any:
        return self.account.session.storage.blob_containers

    def look(self) -> Found | None:
        """The container with our mark, if it has one. One that Azure still clears away is gone."""
        native = self.native()
        return Found(str(native.get("id") or ""), mark_of(record.metadata(native))) if native else None

    def anywhere(self) -> Found | None:
        """The same, wherever in the subscription the account is."""
        return self.look() if self.account.look() else None

    def native(self) -> Native | None:
        """https://learn.microsoft.com/rest/api/storagerp/blob-containers/get"""
        return present(self.account.call.once, self.calls.get, **self.names)

    def write(self, claim: Found, mark: Mark) -> None:
        """Every name of the mark, beside the other metadata. Raises NotFound when another run made the container anew.

        https://learn.microsoft.com/rest/api/storagerp/blob-containers/update replaces all metadata, so what is there
        goes along.
        """
        native = self.native()
        there = (native and record.metadata(native)) or {}
        if run_of(mark_of(there)) != mark.run:
            raise NotFound(f"the container {self.name} of run {mark.run} is gone")
        self.account.call.once(
            self.calls.update, **self.names, blob_container={"properties": {"metadata": merged(there, mark)}}
        )

    def holds(self) -> str | None:
        """One thing that is in the container, by the data plane: a blob, a version of one, or one never committed.

        https://learn.microsoft.com/rest/api/storageservices/list-blobs. Raises DENIED where only a role on the data
        (Storage Blob Data Reader) may look.
        """
        account = self.account.look()
        endpoint = account and record.endpoint(account)
        if not endpoint:
            return None
        container = self.account.session.container(endpoint, self.container)
        try:
            return self.account.call(_first_name, container)
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise

    def step(self, key: str, title: str, verb: str, arguments: dict[str, Any], **more: Any) -> Step:
        """A step of this container; ``more`` are further fields of the step."""
        return Step(key, title, f"{CONTAINERS}/{verb}", arguments, **more)


def _first_name(container: Any) -> str | None:
    """The name of the first blob. Pages may be empty before the last one."""
    listed = container.list_blobs(include=["versions", "uncommittedblobs"], results_per_page=1)
    return next((str(blob.name) for blob in listed), None)
