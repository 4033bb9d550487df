"""What a bucket may be called on the command line, and what is refused before any call."""

from __future__ import annotations

import pytest

from cloudctl.commands.bucket.address import Address, address
from cloudctl.errors import UsageError
from cloudctl.main import main


@pytest.mark.parametrize(
    ("text", "provider", "name"),
    [
        ("web", None, "web"),
        ("aws:web", None, "aws:web"),
        ("account/web", None, "account/web"),
        ("s3://web", "aws", "web"),
        ("s3://web/", "aws", "web"),
        ("S3://web", "aws", "web"),
        ("gs://web.example.com", "gcp", "web.example.com"),
        ("az://account/web", "azure", "account/web"),
        ("az://account/web/", "azure", "account/web"),
        ("az://account/$web", "azure", "account/$web"),
    ],
)
def test_a_name_or_a_url_names_a_bucket(text: str, provider: str | None, name: str) -> None:
    assert address(text) == Address(provider, name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("s3://web/key", "names an object"),
        ("s3://web/folder/", "names an object"),
        ("gs://web/a/b", "names an object"),
        ("az://account/web/key", "names an object"),
        ("az://account", "no bucket's URL"),
        ("az://account/", "no bucket's URL"),
        ("az:///web", "no bucket's URL"),
        ("s3://", "no bucket's URL"),
        ("s3:///key", "no bucket's URL"),
        ("gs://gcp:web", "no bucket's URL"),
        ("https://web", "no bucket's URL"),
        ("://web", "no bucket's URL"),
    ],
)
def test_another_url_is_refused_with_the_form_to_write(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        address(text)
    assert "://" in refused.value.fix


@pytest.mark.parametrize("words", [["show"], ["create"], ["delete", "--yes"], ["delete", "--recursive"]])
def test_a_url_of_another_cloud_than_the_flags_name_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    confirmed = ["--confirm", "s3://web"] if "--recursive" in words else []
    assert main(["bucket", *words, "s3://web", *confirmed, "-p", "gcp", "-r", "us-central1"]) == 2
    assert "the name says aws, and not gcp" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["show"], ["create"], ["delete", "--yes"]])
def test_the_url_of_an_object_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bucket", *words, "s3://web/key"]) == 2
    assert "names an object, not a bucket" in capsys.readouterr().err


def test_a_url_says_the_cloud_where_nothing_else_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bucket", "create", "s3://web"]) == 2
    assert "no region for aws" in capsys.readouterr().err


def test_a_storage_class_that_a_cloud_does_not_have_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["bucket", "create", "gs://web-logs", "--storage-class", "automatic", "-r", "us-central1"]) == 2
    assert "Autoclass is switched on for the whole bucket" in capsys.readouterr().err


def test_s3_takes_no_storage_class_of_a_bucket(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bucket", "create", "s3://web-logs", "--storage-class", "standard", "-r", "us-east-1"]) == 7
    assert "S3 has no default class of a bucket" in capsys.readouterr().err


def test_what_a_recursive_deletion_takes_must_be_named_even_with_yes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bucket", "delete", "s3://web", "--recursive", "--yes"]) == 2
    assert "--confirm s3://web" in capsys.readouterr().err
