"""The fast way to small objects of a bucket of Cloud Storage, over its XML API, beside the JSON API.

https://cloud.google.com/storage/docs/xml-api/overview
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import certifi

from cloudctl.objects.curl import Request, Way, available
from cloudctl.objects.lane import Lane, direct, options
from cloudctl.services.objects import StoredObject
from cloudctl_gcp.credentials import certificates
from cloudctl_gcp.storage import Session

Found = Callable[[Mapping[str, str]], StoredObject]

_FRESH = timedelta(minutes=4)
_PAYS = "x-goog-user-project"


def lane(session: Session, bucket: str) -> Lane | None:
    """None where there is none, or it would not go the way that Google's session goes."""
    return Lane.to(session.base, lambda: _store(session, bucket), by_etag=True)


@dataclass(frozen=True, slots=True)
class Road:
    """What requests by libcurl have in common."""

    session: Session
    way: Way

    def request(self, address: str, headers: Mapping[str, str], found: Found, status: int) -> Request | None:
        """None where the token cannot be had."""
        if self.way.closed:
            return None
        try:
            token = self.session.token
        except Exception:  # the SDK will say what is wrong when it is asked
            return None
        pays = {_PAYS: self.session.quota_project} if self.session.quota_project else {}
        told = {"Authorization": f"Bearer {token}", **pays, **headers}
        return Request(
            self.way, address, found, tuple(f"{name}: {value}" for name, value in told.items()), None, status
        )


def road(session: Session) -> Road | None:
    """The same by libcurl, over the JSON API."""
    if not available() or not direct(session.base):
        return None
    told = certificates()
    return Road(session, Way(session.deadline, told if isinstance(told, str) else certifi.where()))


def _store(session: Session, bucket: str) -> Any:
    from obstore.store import GCSStore

    def fresh() -> Any:
        return {"token": session.token, "expires_at": datetime.now(UTC) + _FRESH}

    config: Any = {"base_url": session.base}
    how = options(session.base, *session.timeouts)
    if session.quota_project:
        how["client_options"]["default_headers"] = {_PAYS: session.quota_project}
    return GCSStore(bucket, config=config, credential_provider=fresh, **how)
