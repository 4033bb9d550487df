"""The fast way to small objects of a bucket of S3, beside botocore: which buckets it goes to, and how it signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cloudctl.objects.curl import Request, Way, available
from cloudctl.objects.lane import PLAIN, Lane, direct, options
from cloudctl.retry import Deadline
from cloudctl.services.objects import StoredObject

Found = Callable[[Mapping[str, str]], StoredObject]

# General purpose buckets; those of other kinds have other endpoints and signatures.
_BUCKET = re.compile(r"(?!.*--(x-s3|ol-s3|table-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_FRESH = timedelta(minutes=4)


def lane(client: Any, credentials: Any, bucket: str) -> Lane | None:
    """None where there is none, or it would not go the way that botocore's client goes.

    What is written is signed with a SHA-256 of the content, which S3 compares and keeps.
    """
    if credentials is None or not _BUCKET.fullmatch(bucket):
        return None
    return Lane.to(client.meta.endpoint_url, lambda: _store(client, credentials, bucket))


@dataclass(frozen=True, slots=True)
class Road:
    """What requests of the courier to one bucket have in common."""

    base: str
    credentials: Any = field(repr=False)
    way: Way

    def request(self, key: str, query: str, headers: Mapping[str, str], found: Found, status: int) -> Request | None:
        """None for a key that is written in other ways, too, and where the credentials cannot be had."""
        if self.way.closed or not PLAIN.fullmatch(key):
            return None
        try:
            frozen = self.credentials.get_frozen_credentials()
        except Exception:  # the SDK will say what is wrong when it is asked
            return None
        token = {"x-amz-security-token": frozen.token} if frozen.token else {}
        lines = tuple(f"{name}: {value}" for name, value in {**headers, **token}.items())
        return Request(
            self.way, f"{self.base}/{key}{query}", found, lines, (frozen.access_key, frozen.secret_key), status
        )


def road(client: Any, credentials: Any, bucket: str, deadline: Deadline, authorities: str) -> Road | None:
    """The same for libcurl, which signs by SigV4, too; ``authorities`` is the file of certificates to trust."""
    if credentials is None or not _BUCKET.fullmatch(bucket) or not available() or not direct(client.meta.endpoint_url):
        return None
    base = _address(client, bucket)
    signature = f"aws:amz:{client.meta.region_name}:s3"
    way = Way(deadline, authorities, signature)
    return Road(base, credentials, way) if base else None


def _address(client: Any, bucket: str) -> str | None:
    """Where a bucket is reached; None where requests are signed in another way."""
    signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    plain = "X-Amz-Algorithm=AWS4-HMAC-SHA256&" in signed
    return signed.partition("?")[0].removesuffix("/k") if plain else None


def _store(client: Any, credentials: Any, bucket: str) -> Any:
    from obstore.store import S3Store

    endpoint = _address(client, bucket)
    if endpoint is None:
        return None
    config = client.meta.config

    def fresh() -> Any:
        frozen = credentials.get_frozen_credentials()
        return {
            "access_key_id": frozen.access_key,
            "secret_access_key": frozen.secret_key,
            "token": frozen.token,
            "expires_at": datetime.now(UTC) + _FRESH,
        }

    return S3Store(
        bucket,
        endpoint=endpoint,
        region=client.meta.region_name,
        virtual_hosted_style_request=True,
        checksum_algorithm="SHA256",
        credential_provider=fresh,
        **options(endpoint, config.connect_timeout, config.read_timeout),
    )
