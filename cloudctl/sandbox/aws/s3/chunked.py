"""The ``aws-chunked`` content encoding: a body in signed or unsigned chunks with trailers.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

from __future__ import annotations

from typing import IO

from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal

_LONGEST_LINE = 8192


class ChunkedReader:
    """The bytes inside the chunks; ``trailers`` is complete after the last of them.

    The signatures of chunks are not checked. Raises S3Error IncompleteBody where the framing is broken or the bytes
    are not as many as announced.
    """

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._missing = length
        self._left = 0
        self._ended = False
        self.trailers: dict[str, str] = {}

    def read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0 and not self._ended:
            if not self._left:
                self._begin()
                continue
            piece = self._take(min(size, self._left))
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _take(self, size: int) -> bytes:
        piece = self._stream.read(size)
        if not piece or len(piece) > self._missing:
            raise ObjectRefusal.INCOMPLETE.error()
        self._missing -= len(piece)
        self._left -= len(piece)
        if not self._left and self._line():
            raise ObjectRefusal.INCOMPLETE.error()
        return piece

    def _begin(self) -> None:
        size = self._line().partition(";")[0]
        try:
            self._left = int(size, 16)
        except ValueError:
            raise ObjectRefusal.INCOMPLETE.error() from None
        if not self._left:
            self._finish()

    def _finish(self) -> None:
        self._ended = True
        while line := self._line(last=True):
            name, _, value = line.partition(":")
            self.trailers[name.strip().lower()] = value.strip()
        if self._missing:
            raise ObjectRefusal.INCOMPLETE.error()

    def _line(self, *, last: bool = False) -> str:
        line = self._stream.readline(_LONGEST_LINE)
        if not line.endswith(b"\n") and not (last and not line):
            raise ObjectRefusal.INCOMPLETE.error()
        return line.rstrip(b"\r\n").decode("latin-1")
