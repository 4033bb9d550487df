"""Small objects with plain keys on their way to a bucket, carried by obstore: a fraction of the SDKs' processor time.

It is tried once, and where anything is not as it should be the SDK does the same again and says what is wrong: no
error of obstore's is told, and nothing depends on it but time.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from urllib.request import getproxies

from cloudctl.services.objects import Description, StoredObject

LARGEST = 1024 * 1024
"""Bytes of what goes here: it is held in memory."""

# Keys that anybody leaves as they are, with none of the characters that are encoded in different ways.
PLAIN = re.compile(r"(?!\.{1,2}(/|$))[A-Za-z0-9._-]+(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)*")
_METADATA = re.compile(r"[a-z][a-z0-9_]*")
_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_MD5 = re.compile(r"[0-9a-f]{32}")
_TYPE, _ENCODING, _CACHE = "Content-Type", "Content-Encoding", "Cache-Control"
# What names certificate authorities to one or another of the SDKs.
_AUTHORITIES = (
    "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPLIB2_CA_CERTS",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
)  # fmt: skip
# In a row; then it is the bucket (its etags are no MD5) or the network, and trying costs more than it saves.
_FAILURES = 3


@dataclass(slots=True)
class Lane:
    """The way to one bucket, as obstore's ``store`` knows it.

    ``by_etag``: nothing but the etag proves that what was written is what was sent.
    """

    store: Any = field(repr=False)
    by_etag: bool = False
    _failed: int = 0

    @classmethod
    def to(cls, address: str, connect: Callable[[], Any], *, by_etag: bool = False) -> Lane | None:
        """None where obstore is not installed, or would not go the way that the SDK goes; ``connect`` makes a store."""
        if not (direct(address) and _ordinary(address)):
            return None
        try:
            store = connect()
        except Exception:  # obstore is not there, or the SDK will say what is wrong when it is asked
            return None
        return cls(store, by_etag) if store else None

    def put(self, url: str, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject | None:
        """Write an object; None where it was not written here. A checksum is told where the etag is that of ``body``.

        A file that has become shorter is left to the SDK, which is told its length.
        """
        attributes = _attributes(description)
        if attributes is None or self._closed or not PLAIN.fullmatch(key) or len(key) > 1024:
            return None
        import obstore

        start, data = body.tell(), body.read()
        body.seek(start)
        if len(data) != size:
            return None
        try:
            made = obstore.put(self.store, key, data, attributes=attributes, use_multipart=False)
        except Exception:  # whatever it was, the SDK says it better
            self._failed += 1
            return None
        etag = str(made.get("e_tag") or "").strip('"')
        checksums = {"md5": etag} if _is_md5(etag, data) else {}
        self._failed = self._failed + 1 if self.by_etag and not checksums else 0
        return StoredObject(url + key, key, size, None, etag or None, None, made.get("version"), checksums=checksums)

    @property
    def _closed(self) -> bool:
        return self._failed >= _FAILURES


def _is_md5(etag: str, data: bytes) -> bool:
    return bool(_MD5.fullmatch(etag)) and hashlib.md5(data, usedforsecurity=False).hexdigest() == etag


def direct(endpoint: str) -> bool:
    """Whether there is no proxy."""
    proxies = getproxies()
    return urlsplit(endpoint).scheme not in proxies and "all" not in proxies


def _ordinary(endpoint: str) -> bool:
    """Whether there is no certificate authority of the user's own, which obstore knows otherwise."""
    return endpoint.startswith("http:") or not any(os.environ.get(name) for name in _AUTHORITIES)


def options(address: str, connect: float, read: float) -> dict[str, Any]:
    """How any store calls: with these time-outs in seconds, and without repeating."""
    return {
        "client_options": {
            "allow_http": address.startswith("http:"),
            "connect_timeout": timedelta(seconds=connect),
            "timeout": timedelta(seconds=read),
            "user_agent": "cloudctl",
        },
        "retry_config": {"max_retries": 0, "retry_timeout": timedelta(seconds=read)},
    }


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
