"""Small objects with plain keys, carried by obstore: a sixth of the processor time that botocore takes for one.

It is tried once, and where anything is not as it should be botocore does the same again and says what is wrong: no
error of obstore's is told, and nothing depends on it but time.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from cloudctl.services.objects import Description, StoredObject

LARGEST = 1024 * 1024
"""Bytes of what goes here: it is held in memory."""

# Keys that obstore leaves as they are, with none of the characters that anybody encodes in another way.
_PLAIN = re.compile(r"(?!\.{1,2}(/|$))[A-Za-z0-9._-]+(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)*")
# General purpose buckets; those of other kinds have other endpoints and signatures.
_BUCKET = re.compile(r"(?!.*--(x-s3|ol-s3|table-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_METADATA = re.compile(r"[a-z][a-z0-9_]*")
_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_MD5 = re.compile(r"[0-9a-f]{32}")
_TYPE, _ENCODING, _CACHE = "Content-Type", "Content-Encoding", "Cache-Control"
_OTHERS = {_TYPE, _ENCODING, _CACHE, "Content-Disposition", "Content-Language", "Storage-Class"}
_FRESH = timedelta(minutes=4)
# In a row; then it is the bucket (its etags are no MD5) or the network, and trying costs more than it saves.
_FAILURES = 3


@dataclass(slots=True)
class Lane:
    """The way to one bucket, as obstore's ``store`` knows it."""

    store: Any = field(repr=False)
    _failed: int = 0

    @classmethod
    def to(cls, client: Any, credentials: Any, bucket: str) -> Lane | None:
        """None where obstore is not installed, or would not go the way that botocore's client goes."""
        if credentials is None or not _BUCKET.fullmatch(bucket) or not _direct(client.meta.endpoint_url):
            return None
        try:
            store = _store(client, credentials, bucket)
        except Exception:  # obstore is not there, or botocore will say what is wrong when it is asked
            return None
        return cls(store) if store else None

    def put(self, key: str, data: bytes, description: Description) -> dict[str, Any] | None:
        """Write an object; what PutObject would have told, or None.

        The signature covers a SHA-256 of the content, which S3 compares and keeps.
        """
        attributes = _attributes(description)
        if attributes is None or self._closed or not _PLAIN.fullmatch(key) or len(key) > 1024:
            return None
        import obstore

        try:
            made = obstore.put(self.store, key, data, attributes=attributes, use_multipart=False)
        except Exception:  # whatever it was, botocore says it better
            self._failed += 1
            return None
        self._failed = 0
        return {"ETag": made.get("e_tag"), "VersionId": made.get("version")}

    def get(self, url: str, key: str, etag: str | None) -> tuple[StoredObject, bytes] | None:
        """An object and its content, which is proven by its etag; or None."""
        if self._closed or not _PLAIN.fullmatch(key):
            return None
        import obstore

        options = {"if_match": f'"{etag}"'} if etag else {}
        try:
            found = obstore.get(self.store, key, options=options)  # type: ignore[arg-type]
            if found.meta["size"] > LARGEST:
                return None
            data = bytes(found.bytes())
        except Exception:  # whatever it was, botocore says it better
            self._failed += 1
            return None
        told = str(found.meta["e_tag"] or "").strip('"')
        if not _MD5.fullmatch(told) or hashlib.md5(data, usedforsecurity=False).hexdigest() != told:
            self._failed += 1
            return None
        self._failed = 0
        return _record(url, key, found.meta, dict(found.attributes), told), data

    @property
    def _closed(self) -> bool:
        return self._failed >= _FAILURES


def _direct(endpoint: str) -> bool:
    """Whether there is neither a proxy nor a certificate authority of the user's own, which obstore knows otherwise."""
    scheme, proxies = urlsplit(endpoint).scheme, getproxies()
    if scheme in proxies or "all" in proxies:
        return False
    variables = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
    return scheme == "http" or not any(os.environ.get(name) for name in variables)


def _store(client: Any, credentials: Any, bucket: str) -> Any:
    from obstore.store import S3Store

    signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    endpoint = signed.partition("?")[0].removesuffix("/k")
    if "X-Amz-Algorithm=AWS4-HMAC-SHA256&" not in signed:
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
        client_options={
            "allow_http": endpoint.startswith("http:"),
            "connect_timeout": timedelta(seconds=config.connect_timeout),
            "timeout": timedelta(seconds=config.read_timeout),
            "user_agent": "cloudctl",
        },
        retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=config.read_timeout)},
    )


def _attributes(description: Description) -> dict[str, str] | None:
    """A description in obstore's words; None where they cannot say it."""
    named = {
        _TYPE: description.content_type,
        _ENCODING: description.content_encoding,
        _CACHE: description.cache_control,
        "Storage-Class": description.storage_class,
    }
    told = {name: value for name, value in named.items() if value} | dict(description.metadata)
    plain = all(map(_METADATA.fullmatch, description.metadata)) and all(map(_VALUE.fullmatch, told.values()))
    return told if plain and not description.absent else None


def _record(url: str, key: str, meta: Mapping[str, Any], attributes: dict[str, str], etag: str) -> StoredObject:
    return StoredObject(
        url=url + key,
        key=key,
        size=meta["size"],
        modified=meta["last_modified"],
        etag=etag,
        storage_class=None,
        version=meta["version"],
        checksums={"md5": etag},
        content_type=attributes.get(_TYPE),
        content_encoding=attributes.get(_ENCODING),
        cache_control=attributes.get(_CACHE),
        metadata={name: value for name, value in attributes.items() if name not in _OTHERS},
    )
