"""Arguments of transfers, patterns, types by name, journals, and two sides in step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects import journal
from cloudctl.objects.describe import Wanted, guessed
from cloudctl.objects.download import mtime_of
from cloudctl.objects.filters import Filters
from cloudctl.objects.places import Local, Stream, Url, overlap, place, url
from cloudctl.objects.trees import Entry, merged
from cloudctl.objects.upload import _seconds
from cloudctl.services.objects import MTIME, Part, StoredObject


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s3://bucket", Url("aws", "bucket", "")),
        ("s3://bucket/", Url("aws", "bucket", "")),
        ("s3://bucket//a", Url("aws", "bucket", "/a")),
        ("S3://bucket/a?b#c%20", Url("aws", "bucket", "a?b#c%20")),
        ("az://account/box/a/b/", Url("azure", "account/box", "a/b/")),
        ("az://Account/box/A", Url("azure", "account/box", "A")),
        ("gs://bucket/a\nb", Url("gcp", "bucket", "a\nb")),
        ("prod:s3://bucket/a", Url("aws", "bucket", "a", "prod")),
        ("-", Stream()),
    ],
)
def test_an_argument_is_what_it_says(text: str, found: object) -> None:
    assert place(text) == found


def test_anything_else_is_a_path(tmp_path: Path) -> None:
    assert place("a:b") == Local(Path("a:b"), is_folder=False)
    assert place("new/") == Local(Path("new"), is_folder=True)
    assert place(str(tmp_path)) == Local(tmp_path, is_folder=True)


@pytest.mark.parametrize(
    "text", ["", "s3://", "s3:///key", "az://account", "az://account/", "ftp://host/x", "https://x"]
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        place(text)


@pytest.mark.parametrize("text", ["-", "path", "./s3"])
def test_some_arguments_must_be_urls(text: str) -> None:
    with pytest.raises(UsageError, match="no URL"):
        url(text)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("s3://b/a/", "s3://b/a/b/", True),
        ("s3://b", "s3://b/a", True),
        ("s3://b/a/", "s3://b/b/", False),
        ("s3://b/a/", "gs://b/a/", False),
        ("az://x/b/a/", "az://y/b/a/", False),
        (".", "./below/it", True),
        ("one", "other", False),
        ("s3://b/", "b", False),
    ],
)
def test_places_that_are_inside_one_another(first: str, second: str, same: bool) -> None:
    assert overlap(place(first), place(second)) is overlap(place(second), place(first)) is same


@pytest.mark.parametrize(
    ("include", "exclude", "taken"),
    [
        ((), (), ["a.txt", "d/a.txt", "d/b.jpg", "[x]"]),
        (("*.txt",), (), ["a.txt", "d/a.txt"]),
        (("d/*", "[[]x]"), (), ["d/a.txt", "d/b.jpg", "[x]"]),
        ((), ("d/*",), ["a.txt", "[x]"]),
        (("*.txt",), ("d/*",), ["a.txt"]),
        (("*.TXT",), (), []),
    ],
)
def test_filters(include: tuple[str, ...], exclude: tuple[str, ...], taken: list[str]) -> None:
    filters = Filters(include, exclude)
    assert [name for name in ("a.txt", "d/a.txt", "d/b.jpg", "[x]") if filters.take(name)] == taken


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a/index.html", "text/html"),
        ("a.tar.gz", "application/gzip"),
        ("a.json", "application/json"),
        ("data:,x.png", "image/png"),
        ("html", None),
        ("dir.html/", None),
        ("", None),
    ],
)
def test_types_are_guessed_by_the_ending_of_the_name(name: str, kind: str | None) -> None:
    assert guessed(name) == kind


def stored(**more: object) -> StoredObject:
    return StoredObject("s3://b/k", "k", 1, None, None, None, None, **more)  # type: ignore[arg-type]


def test_a_copy_between_clouds_says_all_that_is_known_unless_flags_say_otherwise() -> None:
    found = stored(content_type="text/css", content_encoding="gzip", cache_control="no-store", metadata={"a": "1"})
    told = Wanted().of_object(found)
    assert (told.content_type, told.content_encoding, told.cache_control) == ("text/css", "gzip", "no-store")
    assert told.metadata == {"a": "1"}
    other = Wanted("text/x", "private", {"b": "2"}, "COLD", absent=True).of_object(found)
    assert (other.content_type, other.cache_control, other.metadata) == ("text/x", "private", {"b": "2"})
    assert (other.storage_class, other.absent) == ("COLD", True)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1735689600.25", 1735689600_250000000),
        ("0", 0),
        ("-1.5", -1_500000000),
        ("-0.5", -500000000),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("\u0661", None),
        ("1.0000000019", 1_000000001),
        ("1735689600.", 1735689600 * 10**9),
        ("yesterday", None),
        ("1e9", None),
        ("", None),
        ("1.2.3", None),
    ],
)
def test_times_in_metadata_are_read_where_they_are_some(text: str, nanoseconds: int | None) -> None:
    assert mtime_of(stored(metadata={MTIME: text})) == nanoseconds


@pytest.mark.parametrize("nanoseconds", [0, 1, -1, -500000000, -1_500000001, 1735689600_250000000])
def test_times_come_back_as_they_were_sent(nanoseconds: int) -> None:
    assert mtime_of(stored(metadata={MTIME: _seconds(nanoseconds)})) == nanoseconds


# journals


def part(number: int) -> Part:
    return Part(number, (number - 1) * 8, 8, last=False, token=f"t{number}", crc=number)


def test_a_journal_is_found_again_until_the_transfer_is_over() -> None:
    with journal.opened("from", "prod", "to") as log:
        assert log.header is None
        log.begin({"upload": "u"})
        log.add(part(2))
        log.add(part(1))
    with journal.opened("from", "prod", "to") as log:
        assert (log.header, log.parts) == ({"upload": "u"}, {1: part(1), 2: part(2)})
        log.begin({"upload": "v"})
    with journal.opened("from", "prod", "to") as log:
        assert (log.header, log.parts) == ({"upload": "v"}, {})
        log.forget()
    with journal.opened("from", "prod", "to") as log:
        assert log.header is None


def journal_file() -> Path:
    (found,) = Path(os.environ["HOME"]).rglob("transfers/*.jsonl")
    return found


@pytest.mark.parametrize("torn", [b'{"number": 2, "off', b"\xff\xfe", b'{"number": 2}\n'])
def test_a_line_that_a_crash_cut_off_is_not_there(torn: bytes) -> None:
    with journal.opened("from", "prod", "to") as log:
        log.begin({"upload": "u"})
        log.add(part(1))
    with journal_file().open("ab") as file:
        file.write(torn)
    with journal.opened("from", "prod", "to") as log:
        assert log.parts == {1: part(1)}


def test_only_one_process_has_it_and_only_its_owner_reads_it() -> None:
    with journal.opened("from", "prod", "to"):
        assert journal_file().stat().st_mode & 0o777 == 0o600
        with pytest.raises(CloudError) as caught, journal.opened("from", "prod", "to"):
            pass
        assert caught.value.kind is Kind.CONFLICT
        with journal.opened("from", "prod", "elsewhere"):
            pass


# two sides


def entry(name: str) -> Entry:
    return Entry(name, 0, None, file=None)


NAMES = st.sets(st.text(min_size=1, max_size=4).filter(lambda text: text.isprintable()), max_size=20)


@given(left=NAMES, right=NAMES)
def test_two_sides_are_compared_name_by_name(left: set[str], right: set[str]) -> None:
    sides = [[entry(name) for name in sorted(names, key=str.encode)] for names in (left, right)]
    pairs = [(one and one.name, other and other.name) for one, other in merged(*sides)]
    assert {one for one, _ in pairs if one} == left
    assert {other for _, other in pairs if other} == right
    assert all(one == other for one, other in pairs if one and other)
    assert sum(1 for one, other in pairs if one and other) == len(left & right)
    order = [(one or other or "").encode() for one, other in pairs]
    assert order == sorted(order)


def test_a_side_in_another_order_is_refused() -> None:
    with pytest.raises(CloudError) as caught:
        list(merged([entry("b"), entry("a")], []))
    assert caught.value.kind is Kind.UNSUPPORTED
