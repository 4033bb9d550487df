from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cloudctl.sandbox.faults import FaultKind, Faults, Rule


def hits(faults: Faults, cloud: str = "aws", operation: str = "ec2:RunInstances") -> list[str]:
    return [fault.rule.kind.value for fault in faults.take(cloud, operation)]


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.mark.parametrize(
    ("pattern", "operation"),
    [
        ("ec2:RunInstances", "ec2:RunInstances"),
        ("EC2:runinstances", "ec2:RunInstances"),
        ("ec2:*", "ec2:RunInstances"),
        ("*/virtualMachines/*", "Microsoft.Compute/virtualMachines/write"),
        ("compute.instances.?nsert", "compute.instances.insert"),
        ("*", ""),
    ],
)
def test_a_pattern_matches_operations_in_any_case(faults: Faults, pattern: str, operation: str) -> None:
    faults.add(Rule(FaultKind.ERROR, operation=pattern))
    assert hits(faults, operation=operation) == ["error"]


def test_another_operation_or_cloud_is_not_hit(faults: Faults) -> None:
    faults.add(Rule(FaultKind.ERROR, "gcp", "compute.instances.insert"))
    assert hits(faults, "gcp", "compute.instances.get") == []
    assert hits(faults, "aws", "compute.instances.insert") == []
    assert hits(faults, "gcp", "compute.instances.insert") == ["error"]


def test_calls_are_skipped_then_hit_then_left_alone(faults: Faults) -> None:
    faults.add(Rule(FaultKind.THROTTLE, count=2, skip=1))
    assert [hits(faults) for _ in range(4)] == [[], ["throttle"], ["throttle"], []]


def test_a_count_of_zero_lasts_until_the_fault_is_cleared(faults: Faults) -> None:
    fault = faults.add(Rule(FaultKind.THROTTLE, count=0))
    assert all(hits(faults) for _ in range(50))
    assert faults.clear(fault.id) == 1
    assert hits(faults) == []


def test_one_fault_is_cleared_without_the_others(faults: Faults) -> None:
    first, second = (faults.add(Rule(FaultKind.HANG)) for _ in range(2))
    assert faults.clear(first.id) == 1
    assert first.cleared.is_set()
    assert not second.cleared.is_set()
    assert [record["id"] for record in faults.records()] == [second.id]


def test_latencies_add_to_one_other_fault_and_later_ones_wait_their_turn(faults: Faults) -> None:
    faults.add(Rule(FaultKind.ERROR))
    faults.add(Rule(FaultKind.DENIED))
    faults.add(Rule(FaultKind.LATENCY, latency=1.0))
    assert hits(faults) == ["latency", "error"]
    assert hits(faults) == ["denied"]


def test_concurrent_calls_are_counted_exactly(faults: Faults) -> None:
    faults.add(Rule(FaultKind.ERROR, count=100, skip=50))
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: len(hits(faults)), range(400)))
    assert sum(taken) == 100
    assert faults.records()[0]["hits"] == 100


def test_a_rule_survives_its_json_form() -> None:
    rule = Rule(FaultKind.ERROR, "azure", "Microsoft.Compute/*", 3, 2, 0.5, 502)
    assert Rule.parse(rule.record()) == rule


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, "kind must be one of latency, throttle"),
        ({"kind": "explode"}, "kind must be one of"),
        ({"kind": "error", "colour": "red"}, "unknown field 'colour'"),
        ({"kind": "error", "count": "two"}, "count cannot be 'two'"),
        ({"kind": "error", "count": True}, "count cannot be True"),
        ({"kind": "error", "skip": -1}, "cannot be negative"),
        ({"kind": "latency"}, "needs latency, in seconds"),
        ({"kind": "error", "status": 200}, "between 400 and 599"),
    ],
)
def test_a_wrong_rule_is_refused_in_words(record: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rule.parse(record)
