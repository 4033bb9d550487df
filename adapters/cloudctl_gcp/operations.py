"""Operations: a change is accepted as one, and ends or fails later.

https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses#handling_api_responses
"""

from __future__ import annotations

import uuid
from typing import Any

from cloudctl_gcp.errors import operation_error
from cloudctl_gcp.session import Json, Session


def request_id() -> str:
    """A new one for each step, which makes repeating its call after a lost reply harmless.

    One made of the run alone would replay, when an undone create is begun again as the same run, the operation that
    made what is gone by then. Other processes are kept from making things twice by the names.
    """
    return str(uuid.uuid4())


def handle(operation: Json) -> str:
    """What another process finds an operation by: ``zones/ZONE/operations/NAME`` or ``global/operations/NAME``."""
    zone = str(operation.get("zone") or "").rpartition("/")[2]
    return f"{f'zones/{zone}' if zone else 'global'}/operations/{operation.get('name')}"


def ended(session: Session, handle: str) -> bool:
    """Whether an operation has ended; raises its CloudError when it failed.

    Google forgets operations after some time: the resource itself has to tell then.
    """
    client, names = _named(session, handle)
    return _is_done(session.present(client.get, **names))


def wait(session: Session, operation: Json) -> None:
    """Wait on the provider's side, up to its two minutes, for an operation; raises its CloudError when it failed."""
    if not _is_done(operation):
        client, names = _named(session, handle(operation))
        _is_done(session.present(client.wait, **names))


def _named(session: Session, handle: str) -> tuple[Any, dict[str, str]]:
    place, _, name = handle.partition("/operations/")
    if place == "global":
        return session.global_operations, {"operation": name}
    return session.zone_operations, {"zone": place.removeprefix("zones/"), "operation": name}


def _is_done(operation: Json | None) -> bool:
    if operation is None:
        return True
    if operation.get("status") != "DONE":
        return False
    if error := operation_error(operation):
        raise error
    return True
