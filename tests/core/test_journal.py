from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from file_cloud import FileCloud

from cloudctl import journal
from cloudctl.errors import DeadlineExceeded, NotFound
from cloudctl.files import state_path, write_private
from cloudctl.plan import Plan
from cloudctl.retry import Deadline


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return FileCloud(tmp_path / "cloud.json").plan_create("web")


def sleep(seconds: float) -> None:
    raise AssertionError("nobody to wait for")


def test_a_journal_remembers_what_was_accepted_and_how_it_ended(plan: Plan) -> None:
    with journal.opened(plan, sleep, lambda: None) as book:
        book.begin(plan, "run-1", "holder-1")
        book.applied("group", "handle-1")
    with journal.opened(plan, sleep, lambda: None) as book:
        assert book.before.run == "run-1"
        assert book.before.holder == "holder-1"
        assert book.before.applied == {"group": "handle-1"}
        assert book.before.unfinished
        book.end("done")
    assert not journal.entry("run-1").unfinished


def test_a_line_that_a_crash_cut_off_is_ignored(plan: Plan) -> None:
    with journal.opened(plan, sleep, lambda: None) as book:
        book.begin(plan, "run-1", "holder-1")
    [path] = state_path("journal", "x").parent.glob("*.jsonl")
    with path.open("a") as file:
        file.write('{"step": "gro')
    assert journal.entry("run-1").unfinished


def test_a_second_process_waits_for_the_first_until_its_deadline(plan: Plan) -> None:
    told: list[str] = []
    with journal.opened(plan, sleep, lambda: None):
        second = journal.opened(plan, Deadline(0.2).sleep, lambda: told.append("waiting"))
        with pytest.raises(DeadlineExceeded), second:
            raise AssertionError("the lock did not hold")
    assert told == ["waiting"]


def test_journals_are_private(plan: Plan) -> None:
    with journal.opened(plan, sleep, lambda: None) as book:
        book.begin(plan, "run-1", "holder-1")
    folder = state_path("journal", "x").parent
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_an_unknown_operation_is_not_found() -> None:
    with pytest.raises(NotFound):
        journal.entry("nope")


def test_a_private_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state" / "x.json"
    write_private(path, json.dumps({"old": 1}))
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_private(path, "new")
    assert json.loads(path.read_text()) == {"old": 1}
    assert [item.name for item in path.parent.iterdir()] == ["x.json"]
