"""What people read of the noun bucket, to the letter (golden/*.txt)."""

from __future__ import annotations

import golden
import pytest
from bucket_clouds import BucketFacts
from command_line import CommandLine
from native_buckets import NativeBuckets

pytestmark = pytest.mark.usefixtures("fresh")


def test_the_dry_run_of_a_create(cli: CommandLine, store: BucketFacts) -> None:
    words = ("bucket", "create", store.bucket("web"), "-p", store.name, "--versioning", "--tag", "env=test")
    result = cli(*words, "--dry-run")
    assert result.code == 0, result.err
    golden.check(f"bucket-create-dry-run-{store.name}", golden.normal(f"{result.out}{result.err}", []))


def test_the_dry_run_of_a_recursive_deletion(cli: CommandLine, store: BucketFacts, natively: NativeBuckets) -> None:
    cli.json("bucket", "create", store.bucket("web"), "-p", store.name)
    natively.fill(store.bucket("web"))
    result = cli("bucket", "delete", store.bucket("web"), "-p", store.name, "--recursive", "--dry-run")
    assert result.code == 0, result.err
    golden.check(f"bucket-delete-dry-run-{store.name}", golden.normal(f"{result.out}{result.err}", []))


def test_errors_for_people(cli: CommandLine, store: BucketFacts) -> None:
    lines = [
        ("bucket", "show", store.bucket("nobody")),
        ("bucket", "delete", store.bucket("nobody")),
        ("bucket", "delete", store.bucket("nobody"), "--yes"),
        ("bucket", "delete", store.bucket("nobody"), "--recursive", "--yes"),
        ("bucket", "show", f"{store.url_of('nobody')}/key"),
        *(("bucket", "create", name) for name in store.names_refused),
        ("bucket", "create", store.bucket("web"), "--storage-class", "infrequent-single-zone"),
        ("bucket", "create", store.bucket("web"), "--storage-class", "archve"),
    ]
    text = ""
    for words in lines:
        result = cli(*words, "-p", store.name)
        text += f"$ cloudctl {' '.join(words)} -p {store.name}\n{result.out}{result.err}exit {result.code}\n"
    golden.check(f"bucket-errors-{store.name}", text)
