"""``cloudctl sandbox fault``: what is asked for is known, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from command_lines import Answer, answer

from cloudctl.sandbox import process


@pytest.fixture
def fault(sandbox: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs ``cloudctl sandbox fault`` with these words, for a sandbox without faults."""
    monkeypatch.setattr(process, "default_state", lambda: sandbox.status.state)
    sandbox.clear_faults()

    def run(*words: str) -> Answer:
        return answer(["-o", "json", "sandbox", "fault", *words], capsys)

    yield run
    sandbox.clear_faults()


def test_a_fault_is_added_listed_and_cleared(fault: Any) -> None:
    added = json.loads(fault("add", "denied", "--cloud", "aws").out)
    assert [found["id"] for found in json.loads(fault("list").out)] == [added["id"]]
    assert fault("clear", str(added["id"])).code == 0
    assert json.loads(fault("list").out) == []


def test_a_fault_of_an_unknown_cloud_is_refused(fault: Any) -> None:
    refused = fault("add", "denied", "--cloud", "ibm")
    assert (refused.code, refused.error["message"]) == (2, "cloud must be one of aws, azure, gcp, *")
    assert json.loads(fault("list").out) == []


def test_a_fault_that_is_not_there_is_not_found(fault: Any) -> None:
    assert fault("clear").code == 0
    fault("add", "denied")
    missing = fault("clear", "99")
    assert (missing.code, missing.error["error"]) == (3, "not_found")
    assert len(json.loads(fault("list").out)) == 1
