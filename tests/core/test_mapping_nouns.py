"""The noun tables that dispatch reads."""

from __future__ import annotations

import re

import pytest

from cloudctl.mapping import NounCloud, noun, nouns

PROVIDERS = ("aws", "azure", "gcp")
OPERATION = {
    "aws": re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+"),
    "azure": re.compile(r"Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/(read|write|delete|action)"),
    "gcp": re.compile(r"[a-z]+\.[A-Za-z]+\.[A-Za-z]+"),
}


@pytest.fixture(params=[(name, provider) for name in nouns() for provider in PROVIDERS], ids="-".join)
def on_cloud(request: pytest.FixtureRequest) -> tuple[str, str]:
    pair: tuple[str, str] = request.param
    return pair


def cloud(on_cloud: tuple[str, str]) -> NounCloud:
    name, provider = on_cloud
    return noun(name).clouds[provider]


def test_machines_are_a_noun_on_the_three_clouds() -> None:
    assert list(noun("vm").clouds) == list(PROVIDERS)
    assert noun("vm").verbs == ("list", "show", "create", "delete", "start", "stop", "restart", "wait")


def test_every_verb_is_either_supported_or_has_a_reason(on_cloud: tuple[str, str]) -> None:
    here = cloud(on_cloud)
    assert sorted([*here.verbs, *here.unsupported]) == sorted(noun(on_cloud[0]).verbs)


def test_operations_are_written_as_the_provider_writes_them(on_cloud: tuple[str, str]) -> None:
    wrong = [
        operation
        for operations in cloud(on_cloud).verbs.values()
        for operation in operations
        if not OPERATION[on_cloud[1]].fullmatch(operation)
    ]
    assert wrong == []


def test_an_adapter_is_named_after_its_cloud_and_noun(on_cloud: tuple[str, str]) -> None:
    name, provider = on_cloud
    module, _, cls = cloud(on_cloud).adapter.partition(":")
    assert module == f"cloudctl_{provider}.{name}"
    assert cls == f"{provider.capitalize()}{name.capitalize()}"


@pytest.mark.parametrize(
    ("provider", "native", "state"),
    [
        ("aws", "shutting-down", "deleting"),
        ("aws", "terminated", "deleted"),
        ("azure", "PowerState/deallocated", "stopped"),
        ("azure", "PowerState/stopped", "stopped"),
        ("gcp", "TERMINATED", "stopped"),
        ("gcp", "STAGING", "pending"),
        ("gcp", "SUSPENDED", "suspended"),
    ],
)
def test_native_states_have_the_neutral_ones_of_the_contract(provider: str, native: str, state: str) -> None:
    assert noun("vm").clouds[provider].states[native] == state


def test_buckets_are_a_noun_on_the_three_clouds_and_have_no_states() -> None:
    assert list(noun("bucket").clouds) == list(PROVIDERS)
    settings = ("list", "show", "create", "delete", "versioning", "public", "lifecycle")
    objects = ("usage", "ls", "stat", "du", "cat", "presign", "undelete", "rm", "cp", "mv", "sync")
    assert noun("bucket").verbs == (*settings, *objects)
    assert noun("bucket").states == ()
    assert all(not cloud.states for cloud in noun("bucket").clouds.values())
