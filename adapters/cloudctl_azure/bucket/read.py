"""Reading containers: accounts in pages, and what each account and each container says of itself, side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.parallel import SideBySide
from cloudctl.retry import Call
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket
from cloudctl_azure.arm_id import ArmId, fold
from cloudctl_azure.bucket import record
from cloudctl_azure.bucket.account import group_of
from cloudctl_azure.documents import Native, dig, location
from cloudctl_azure.reading import every, paged, present, unwaiting
from cloudctl_azure.session import Session

_AT_ONCE = 16
# What is wrong with the whole list, and not with one account of it.
_RAISED = (Kind.THROTTLED, Kind.UNAUTHENTICATED, Kind.DEADLINE)
_CONTAINERS = "microsoft.storage/storageaccounts/blobservices/containers"
# Azure's own begin with $: $root, $web, $logs.
_NAME = re.compile(r"\$?[a-z0-9-]{3,63}")

Later = Callable[[], Native | None]


@dataclass(frozen=True, slots=True)
class Begun:
    """An account, and what it is being asked for."""

    account: Native
    services: Later
    containers: Callable[[], list[Later]]


class Reader:
    """The containers of one subscription."""

    def __init__(self, session: Session, call: Call, scope: Scope) -> None:
        self._session, self._call, self._scope = session, unwaiting(call), scope

    def buckets(self) -> Iterator[Bucket]:
        """All containers, in the scope's region where it is set.

        What an account or a container refuses to say of itself is None. The error of an account that refuses its list
        of containers is raised after the last container.
        """
        refusals: list[CloudError] = []
        for page in paged(self._call, self._session.storage.storage_accounts.list):
            here = [one for one in page if self._scope.region in (None, location(one))]
            yield from self._records(here, self._containers, refusals)
        _raise_first(refusals)

    def find(self, name: str) -> Iterator[Bucket]:
        """The containers with this ARM id, ``ACCOUNT/CONTAINER``, or name in any account, in whatever region.

        Raises the error of an account that may not be looked into after what the others have.
        """
        if name.startswith("/"):
            account, container = self._account(name), name.rstrip("/").rpartition("/")[2].lower()
            accounts = [account] if account else []
        else:
            wanted, _, container = name.rpartition("/")
            accounts = self._accounts(wanted) if _NAME.fullmatch(container) else []
        refusals: list[CloudError] = []
        yield from self._records(accounts, partial(self._named, container), refusals)
        _raise_first(refusals)

    def _accounts(self, wanted: str) -> list[Native]:
        """The account of a name; all for the empty name."""
        accounts = every(self._call, self._session.storage.storage_accounts.list)
        return [one for one in accounts if wanted in ("", one.get("name"))]

    def _account(self, container_id: str) -> Native | None:
        """The account of a container's ARM id; None when it is not there, or in another subscription."""
        place = ArmId.parse(container_id)
        if not place or place.type != _CONTAINERS or fold(place.subscription) != fold(self._session.subscription):
            return None
        account = container_id.strip("/").split("/")[7].lower()
        get = self._session.storage.storage_accounts.get_properties
        return present(self._call, get, resource_group_name=place.group, account_name=account)

    def _records(
        self, accounts: Iterable[Native], ask: Callable[[SideBySide, Native], list[Later]], refusals: list[CloudError]
    ) -> Iterator[Bucket]:
        """The records of some accounts, in their order; an account that refuses its containers is a refusal."""
        beside = SideBySide(_AT_ONCE)
        begun = [self._begin(beside, account, ask) for account in accounts if record.endpoint(account)]
        try:
            for one in begun:
                try:
                    containers = one.containers()
                except CloudError as error:
                    refusals.extend(_refusal(one.account, error))
                    continue
                yield from self._of_account(one, containers)
        finally:
            beside.drop()

    def _begin(self, beside: SideBySide, account: Native, ask: Callable[[SideBySide, Native], list[Later]]) -> Begun:
        get = self._session.storage.blob_services.get_service_properties
        return Begun(
            account,
            beside.begin(partial(self._readable, get, **_names(account))),
            beside.begin(partial(ask, beside, account)),
        )

    def _of_account(self, begun: Begun, containers: Iterable[Later]) -> Iterator[Bucket]:
        for later in containers:
            container = later()
            if container:
                yield record.bucket(container, begun.account, begun.services(), self._scope.context.name)

    def _containers(self, beside: SideBySide, account: Native) -> list[Later]:
        """The containers of an account, each asked for its metadata, which the list of them leaves out.

        https://learn.microsoft.com/rest/api/storagerp/blob-containers/list
        """
        listed = every(self._call, self._session.storage.blob_containers.list, **_names(account))
        return [beside.begin(partial(self._detailed, account, container)) for container in listed]

    def _named(self, container: str, beside: SideBySide, account: Native) -> list[Later]:
        get = self._session.storage.blob_containers.get
        found = present(self._call, get, **_names(account), container_name=container)
        return [lambda: _with_metadata(found)] if found else []

    def _detailed(self, account: Native, listed: Native) -> Native | None:
        """A container with its metadata, without where they are refused; None when it has gone meanwhile."""
        if dig(listed, "properties", "metadata") is not None:
            return listed
        get = self._session.storage.blob_containers.get
        try:
            found = present(self._call, get, **_names(account), container_name=str(listed.get("name")))
        except CloudError as error:
            _raise_if_fatal(error)
            return listed
        return _with_metadata(found) if found else None

    def _readable(self, get: Callable[..., Any], **names: str) -> Native | None:
        """What an account says of itself, None where it is refused. Raises what ends the whole list."""
        try:
            return present(self._call, get, **names)
        except CloudError as error:
            _raise_if_fatal(error)
            return None


def _names(account: Native) -> dict[str, str]:
    return {"resource_group_name": group_of(account), "account_name": str(account.get("name"))}


def _with_metadata(container: Native) -> Native:
    """A container as Azure gets it: metadata that are missing there are none."""
    properties = dig(container, "properties") or {}
    return {**container, "properties": {**properties, "metadata": properties.get("metadata") or {}}}


def _refusal(account: Native, error: CloudError) -> list[CloudError]:
    """The error with the account's name in it; nothing for an account that has gone meanwhile."""
    _raise_if_fatal(error)
    if error.kind is Kind.NOT_FOUND:
        return []
    error.message = f"storage account {account.get('name')}: {error.message}"
    return [error]


def _raise_if_fatal(error: CloudError) -> None:
    if error.kind in _RAISED:
        raise error


def _raise_first(refusals: list[CloudError]) -> None:
    if refusals:
        raise refusals[0]
