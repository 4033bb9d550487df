"""The native commands of ``--explain`` are run as they are printed, and do to buckets what cloudctl would."""

from __future__ import annotations

from typing import Any

import pytest
from bucket_clouds import BucketFacts
from command_line import CommandLine
from native_buckets import NativeBuckets
from native_tools import shell

pytestmark = pytest.mark.usefixtures("fresh", "tools")


def test_the_printed_commands_make_the_same_bucket(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any
) -> None:
    words = ("bucket", "create", store.bucket("web"), "-p", store.name, "--versioning", "--tag", "env=test")
    explained = cli(*words, "--explain")
    assert explained.code == 0, explained.err
    assert natively.names() == set()
    shell(explained.out)
    (by_hand,) = cli.json("bucket", "list", "-p", store.name)
    sandbox.reset()
    by_cloudctl = cli.json(*words)
    same = ("name", "region", "versioning", "public", "encryption", "storage_class")
    assert [by_hand[key] for key in same] == [by_cloudctl[key] for key in same]


def test_the_printed_commands_delete_the_bucket(cli: CommandLine, store: BucketFacts, natively: NativeBuckets) -> None:
    natively.make(store.bucket("web"))
    explained = cli("bucket", "delete", store.bucket("web"), "-p", store.name, "--explain")
    assert explained.code == 0, explained.err
    assert natively.names() == {store.bucket("web")}
    shell(explained.out)
    assert natively.names() == set()


@pytest.mark.parametrize("verb", ["list", "show"])
def test_reads_are_explained_by_the_calls_that_they_make(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, verb: str
) -> None:
    natively.make(store.bucket("web"))
    names = (store.bucket("web"),) if verb == "show" else ()
    explained = cli("bucket", verb, *names, "-p", store.name, "--explain")
    assert explained.code == 0, explained.err
    assert "web" in shell(explained.out)
