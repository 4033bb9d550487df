"""The body of a request: unframed, and checked against everything that the request says of it."""

from __future__ import annotations

import re
from typing import IO

from cloudctl.sandbox.aws.s3 import checksums
from cloudctl.sandbox.aws.s3.checksums import Hasher
from cloudctl.sandbox.aws.s3.chunked import ChunkedReader
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.aws.s3.request import S3Request

_LARGEST_DOCUMENT = 16 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_STREAMING = "STREAMING-"
# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
_WORDS = frozenset(
    {
        "UNSIGNED-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    }
)


class Payload:
    """Reads like a file; `verify` after the last byte says whether it was what was announced.

    ``checksummed`` says whether the operation's checksum headers are about its body. Raises S3Error on construction
    for headers that cannot be: InvalidDigest, InvalidRequest, NotImplemented ...
    """

    def __init__(self, request: S3Request, *, checksummed: bool) -> None:
        self._sha = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        self._md5 = _content_md5(request.headers.get("content-md5"))
        self._stream: IO[bytes] | ChunkedReader = _unframed(request, self._sha)
        self._announced = checksums.given(request.headers) if checksummed else {}
        self._trailing = _trailing(request.headers.get("x-amz-trailer", ""))
        if (
            checksummed
            and "x-amz-sdk-checksum-algorithm" in request.headers
            and not (self._announced or self._trailing)
        ):
            raise ObjectRefusal.CHECKSUM_ABSENT.error()
        self._hashers = self._needed()

    @property
    def checksum_given(self) -> bool:
        """Whether the request brings a digest of the body (its signature apart)."""
        return bool(self._md5 or self._announced or self._trailing)

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        for each in self._hashers.values():
            each.update(data)
        return data

    def document(self) -> bytes:
        """The whole body, verified. Raises S3Error, MaxMessageLengthExceeded for one that is no document."""
        text = self.read(_LARGEST_DOCUMENT)
        if self.read(1):
            raise Refusal.MESSAGE_LENGTH.error()
        self.verify()
        return text

    def verify(self) -> dict[str, str]:
        """The checksums that came along, by algorithm, each found right. Raises S3Error."""
        found = {**self._announced, **self._from_trailer()}
        for algorithm, value in found.items():
            checksums.checked(algorithm, value, self._hashers[algorithm].digest())
        if self._md5 and self._md5 != self._hashers["MD5"].digest():
            raise ObjectRefusal.DIGEST.error()
        if _DIGEST.fullmatch(self._sha) and self._sha != self._hashers["SHA256"].digest().hex():
            raise ObjectRefusal.CONTENT_SHA.error()
        return found

    def _needed(self) -> dict[str, Hasher]:
        names = {*self._announced, *self._trailing}
        names |= {"MD5"} if self._md5 else set()
        names |= {"SHA256"} if _DIGEST.fullmatch(self._sha) else set()
        return {name: checksums.hasher(name) for name in names}

    def _from_trailer(self) -> dict[str, str]:
        trailers = self._stream.trailers if isinstance(self._stream, ChunkedReader) else {}
        found = checksums.given(trailers)
        if not found.keys() >= self._trailing:
            raise ObjectRefusal.TRAILER.error()
        return {algorithm: found[algorithm] for algorithm in self._trailing}


def _unframed(request: S3Request, sha: str) -> IO[bytes] | ChunkedReader:
    if sha not in _WORDS and not _DIGEST.fullmatch(sha):
        raise ObjectRefusal.CONTENT_SHA_FORM.error(ArgumentName="x-amz-content-sha256", ArgumentValue=sha)
    if sha.startswith(_STREAMING):
        return ChunkedReader(request.body, _length(request.headers.get("x-amz-decoded-content-length")))
    return request.body


def _length(text: str | None) -> int:
    if text is None or not text.isdigit():
        raise Refusal.MISSING_ARGUMENT.error(name="x-amz-decoded-content-length")
    return int(text)


def _content_md5(text: str | None) -> bytes | None:
    if text is None:
        return None
    digest = checksums.digest_of(text, 16)
    if digest is None:
        raise ObjectRefusal.DIGEST_FORM.error()
    return digest


def _trailing(header: str) -> frozenset[str]:
    names = [name.strip().lower() for name in header.split(",")]
    return frozenset(checksums.given(dict.fromkeys(names, "")))
