"""Checksums, of parts too, and readers that come back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.checksums import ALGORITHMS, Check, best
from cloudctl.objects.crc import MODELS, Crc, digits, whole
from cloudctl.objects.reading import Reading
from cloudctl.retry import Call, Deadline
from cloudctl.services.objects import Opened, StoredObject

TEXT = b"the quick brown fox"
# Of "123456789": https://reveng.sourceforge.io/crc-catalogue/
CHECKS = {"crc32": "cbf43926", "crc32c": "e3069283", "crc64nvme": "ae8b14860a799888"}


@pytest.mark.parametrize("name", MODELS)
def test_each_is_the_one_that_the_cloud_means(name: str) -> None:
    seen = Crc(name)
    seen.update(b"1234")
    seen.update(b"56789")
    assert seen.hexdigest() == CHECKS[name]
    assert Crc(name).hexdigest() == "0" * len(CHECKS[name])


@given(pieces=st.lists(st.binary(max_size=40)), name=st.sampled_from(sorted(MODELS)))
def test_checksums_of_parts_are_that_of_the_whole(pieces: list[bytes], name: str) -> None:
    parts, at_once = [], Crc(name)
    for piece in pieces:
        part = Crc(name)
        part.update(piece)
        at_once.update(piece)
        parts.append((part.value, len(piece)))
    together = whole(name, parts)
    assert (together, digits(name, together)) == (at_once.value, at_once.hexdigest())


def test_two_libraries_agree() -> None:
    seen, other = Crc("crc32c"), Crc("crc32")
    seen.update(TEXT)
    other.update(TEXT)
    assert (seen.value, other.value) == (google_crc32c.value(TEXT), zlib.crc32(TEXT))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_content_is_compared_by_each_algorithm(name: str) -> None:
    hashed = ALGORITHMS[name]()
    hashed.update(TEXT)
    told = {name: hashed.hexdigest().upper()}
    good = Check("url", len(TEXT), told)
    for piece in (TEXT[:5], b"", TEXT[5:]):
        good.update(piece)
    good.end()
    bad = Check("url", None, told)
    bad.update(TEXT[::-1])
    with pytest.raises(CloudError) as caught:
        bad.end()
    assert name in str(caught.value.why)
    assert (caught.value.kind, caught.value.retryable) == (Kind.UNAVAILABLE, True)


def test_a_length_that_is_told_is_compared_too() -> None:
    check = Check("url", 3, {})
    check.update(b"ab")
    with pytest.raises(CloudError) as caught:
        check.end()
    assert caught.value.why == "2 bytes came, not 3"


def test_the_cheapest_that_is_known_is_taken() -> None:
    assert best({"md5": "", "sha256": "", "crc32c": ""}) == "crc32c"
    assert best({"md5": "", "sha256": "", "crc32c": ""}, ("md5", "sha256")) == "sha256"
    assert best({"md5": ""}, MODELS) is best({"xxhash3": ""}) is None


# reading


@dataclass
class Broken:
    """An object whose connections end after so many bytes each; ``etags`` are what it is at each."""

    lengths: list[int]
    etags: list[str] = field(default_factory=lambda: ["one"])
    asked: list[tuple[int, int | None, str | None]] = field(default_factory=list)
    url: str = "s3://bucket/"

    def __post_init__(self) -> None:
        self.call = Call(lambda _: None, Deadline(5))

    def read(self, key: str, *, etag: str | None, start: int, length: int | None, **_: Any) -> Opened:
        self.asked.append((start, length, etag))
        now = self.etags[min(len(self.asked), len(self.etags)) - 1]
        if etag and etag != now:
            raise CloudError(Kind.CONFLICT, "another object by now")
        end = len(TEXT) if length is None else start + length
        return Opened(told(now), self._pieces(TEXT[start:end], self.lengths.pop(0) if self.lengths else None))

    def _pieces(self, data: bytes, length: int | None) -> Iterator[bytes]:
        for at in range(0, len(data) if length is None else min(length, len(data)), 2):
            yield data[at : at + 2]
        if length is not None and length < len(data):
            raise CloudError(Kind.UNAVAILABLE, "reset", retryable=True)


def told(etag: str) -> StoredObject:
    return StoredObject("s3://bucket/key", "key", len(TEXT), None, etag, None, None)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)


def reading(objects: Any, **how: Any) -> Reading:
    return Reading(objects, "key", **how)


def test_a_connection_that_breaks_off_is_opened_again_where_it_did() -> None:
    objects = Broken([4, 6])
    assert b"".join(reading(objects)) == TEXT
    assert objects.asked == [(0, None, None), (4, 15, "one"), (10, 9, "one")]


def test_a_part_is_read_to_its_end_and_not_further() -> None:
    objects = Broken([2])
    assert b"".join(reading(objects, start=4, length=5)) == TEXT[4:9]
    assert objects.asked == [(4, 5, None), (6, 3, "one")]


def test_another_object_is_not_put_behind_the_first() -> None:
    with pytest.raises(CloudError) as caught:
        b"".join(reading(Broken([4], ["one", "two"])))
    assert caught.value.kind is Kind.CONFLICT


def test_connections_that_bring_nothing_are_given_up() -> None:
    with pytest.raises(CloudError) as caught:
        b"".join(reading(Broken([4] + [0] * 20)))
    assert caught.value.kind is Kind.UNAVAILABLE
