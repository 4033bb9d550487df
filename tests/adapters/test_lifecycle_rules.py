"""Lifecycle rules of three clouds: published examples, with every optional part absent, and what is sent back."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudctl_aws.bucket.lifecycle import S3Rules
from cloudctl_azure.bucket.lifecycle import AzureRules
from cloudctl_gcp.bucket.lifecycle import GcsRules

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.services.lifecycle import Dialect, RuleChange, RuleSpec, Transition, comparable

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


EXAMPLES: dict[str, tuple[Dialect, list[dict[str, Any]]]] = {
    "aws": (S3Rules("web"), fixture("aws/get_bucket_lifecycle_configuration")["Rules"]),
    "azure": (
        AzureRules("sto288/olcmtestcontainer1"),
        fixture("azure/management_policy")["properties"]["policy"]["rules"],
    ),
    "gcp": (GcsRules("web"), fixture("gcp/lifecycle")["lifecycle"]["rule"]),
}
# https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-access-tiers, and what else there is
LAST_ACCESS: dict[str, Any] = {
    "enabled": True,
    "name": "last-accessed-thirty-days-ago",
    "type": "Lifecycle",
    "definition": {
        "actions": {
            "baseBlob": {
                "enableAutoTierToHotFromCool": True,
                "tierToCool": {"daysAfterLastAccessTimeGreaterThan": 30.0},
                "tierToCold": {"daysAfterCreationGreaterThan": 60.0},
                "tierToArchive": {
                    "daysAfterModificationGreaterThan": 90.0,
                    "daysAfterLastTierChangeGreaterThan": 7.0,
                },
            }
        },
        "filters": {
            "blobTypes": ["blockBlob"],
            "prefixMatch": ["olcmtestcontainer1/log"],
            "blobIndexMatch": [{"name": "Project", "op": "==", "value": "Contoso"}],
        },
    },
}
clouds = pytest.mark.parametrize("cloud", EXAMPLES)


def asked(cloud: str, **changes: Any) -> RuleSpec:
    """A rule that the cloud has words for."""
    moved = {"aws": "STANDARD_IA", "azure": "Cool", "gcp": "NEARLINE"}[cloud]
    return RuleSpec(None if cloud == "gcp" else "mine", "tmp/", (Transition(30, moved),), 365, 7, **changes)


def less(value: Any) -> Iterator[Any]:
    """A document without each of its members, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: copy.deepcopy(one) for key, one in value.items() if key != name}
            for smaller in less(inner):
                yield {**copy.deepcopy(value), name: smaller}
    elif isinstance(value, list):
        yield []
        for at, inner in enumerate(value):
            for smaller in less(inner):
                yield [*value[:at], smaller, *value[at + 1 :]]


SMALLER = [(cloud, one) for cloud, (_, rules) in EXAMPLES.items() for rule in rules for one in less(rule)]
SMALLER += [("azure", one) for one in less(LAST_ACCESS)]


def test_the_example_of_s3() -> None:
    dialect, rules = EXAMPLES["aws"]
    dated, old = map(dialect.neutral, rules)
    assert (dated.id, dated.prefix, dated.enabled, dated.transitions) == (
        "Move rotated logs to Glacier", "rotated/", True, (),
    )  # fmt: skip
    assert (old.prefix, old.transitions, old.noncurrent_expire_days) == ("", (), None)
    assert (dated.exact, old.exact) == (False, False)


def test_the_example_of_azure() -> None:
    dialect, (rule,) = EXAMPLES["azure"]
    found = dialect.neutral(rule)
    assert (found.id, found.enabled, found.prefix) == ("olcmtest1", True, "")
    assert found.transitions == (Transition(30, "Cool"), Transition(90, "Archive"))
    assert (found.expire_days, found.noncurrent_expire_days, found.exact) == (1000, 1000, False)
    assert (AzureRules("sto288/olcmtestcontainer1").mine(rule), AzureRules("sto288/other").mine(rule)) == (True, False)


def test_what_azure_does_on_a_last_access_is_told_to_be_more_than_the_fields_say() -> None:
    dialect, _ = EXAMPLES["azure"]
    found = dialect.neutral(LAST_ACCESS)
    assert (found.prefix, found.transitions, found.exact) == ("log", (Transition(90, "Archive"),), False)


def test_the_example_of_gcp() -> None:
    dialect, rules = EXAMPLES["gcp"]
    found = [dialect.neutral(rule) for rule in rules]
    assert [rule.expire_days for rule in found] == [30, None, 7, None, None, None]
    assert [rule.abort_multipart_days for rule in found] == [None] * 5 + [7]
    assert [rule.exact for rule in found] == [True, False, True, False, False, True]
    assert found[2].prefix == "logs/"
    assert len({rule.id for rule in found}) == 6


@pytest.mark.parametrize(("cloud", "native"), SMALLER)
def test_a_rule_with_less_is_read_and_where_it_is_told_exactly_it_can_be_written_again(
    cloud: str, native: dict[str, Any]
) -> None:
    dialect, _ = EXAMPLES[cloud]
    found = dialect.neutral(native)
    assert dialect.changed([native], RuleChange()) == [native]
    if found.exact:
        days = (found.expire_days, found.noncurrent_expire_days, found.abort_multipart_days)
        spec = RuleSpec(found.id, found.prefix, found.transitions, *days, enabled=found.enabled)
        written = [dialect.neutral(one) for one in dialect.natives(spec)]
        assert all(comparable(one) == comparable(found) for one in written)


@clouds
def test_rules_that_stay_are_sent_as_they_were_read(cloud: str) -> None:
    dialect, rules = EXAMPLES[cloud]
    changed = dialect.changed(rules, RuleChange((asked(cloud),)))
    assert changed[: len(rules)] == rules
    assert dialect.changed(changed, RuleChange((asked(cloud),))) == changed


@clouds
def test_what_is_asked_for_is_what_is_told(cloud: str) -> None:
    dialect, _ = EXAMPLES[cloud]
    spec = asked(cloud)
    told = [dialect.neutral(native) for native in dialect.natives(spec)]
    assert all(rule.exact and rule.prefix == "tmp/" for rule in told)
    assert tuple(move for rule in told for move in rule.transitions) == spec.transitions
    assert [rule.expire_days for rule in told if rule.expire_days] == [365]
    assert [rule.noncurrent_expire_days for rule in told if rule.noncurrent_expire_days] == [7]


@pytest.mark.parametrize("cloud", ["aws", "azure"])
def test_another_rule_with_the_id_is_not_replaced(cloud: str) -> None:
    dialect, rules = EXAMPLES[cloud]
    there = dialect.changed(rules, RuleChange((asked(cloud),)))
    with pytest.raises(CloudError) as caught:
        dialect.changed(there, RuleChange((asked(cloud, enabled=False),)))
    assert caught.value.kind is Kind.EXISTS


@pytest.mark.parametrize("cloud", ["aws", "gcp"])
def test_everything_can_go(cloud: str) -> None:
    dialect, rules = EXAMPLES[cloud]
    assert dialect.changed(rules, RuleChange(everything=True)) == []
    first = dialect.neutral(rules[0]).id
    assert dialect.changed(rules, RuleChange(remove=(first,))) == rules[1:]


def test_rules_of_azure_that_others_need_stay() -> None:
    dialect, rules = EXAMPLES["azure"]
    assert dialect.changed(rules, RuleChange(everything=True)) == rules
    with pytest.raises(Conflict):
        dialect.changed(rules, RuleChange(remove=("olcmtest1",)))
