from __future__ import annotations

import io
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from file_cloud import PARTS, FileCloud, Hook, translate

from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, DeadlineExceeded, Kind
from cloudctl.files import state_path
from cloudctl.plan import Plan
from cloudctl.retry import Call, Deadline
from cloudctl.runner import AlreadyThere, Options, Outcome, Runner

CREATES = tuple(f"create web-{part}" for part in PARTS)
DELETES = tuple(f"delete web-{part}" for part in PARTS)


@pytest.fixture
def cloud(tmp_path: Path) -> FileCloud:
    return FileCloud(tmp_path / "cloud.json")


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCTL_LEASE", "1")


def run(plan: Plan, seconds: float = 30, options: Options | None = None) -> Outcome:
    call = Call(translate, Deadline(seconds))
    return Runner(call, Report(stream=io.StringIO()), options).execute(plan)


def in_child(work: Callable[[], object]) -> int:
    """Run in a forked process; its exit code: 0, the error's, or 137 when it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except CloudError as error:
            code = error.exit_code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(moment: str, operation: str) -> Hook:
    def hook(now: str, what: str) -> None:
        if (now, what) == (moment, operation):
            os._exit(137)

    return hook


def fail_at(operation: str, kind: Kind, moment: str = "before", times: int = 1000) -> Hook:
    left = [times]

    def hook(now: str, what: str) -> None:
        if (now, what) == (moment, operation) and left[0]:
            left[0] -= 1
            raise CloudError(kind, "made to fail", retryable=kind is Kind.UNAVAILABLE)

    return hook


def whole(cloud: FileCloud) -> bool:
    return sorted(cloud.things()) == sorted(f"web-{part}" for part in PARTS)


def test_a_create_makes_every_part_and_releases_its_claim(cloud: FileCloud) -> None:
    outcome = run(cloud.plan_create("web"))
    assert outcome.finished
    assert outcome.changed
    assert whole(cloud)
    claim = cloud.look("web-group")
    assert claim is not None and claim.mark is not None and str(claim.mark.claim).startswith("ready-0-")


def test_a_second_create_of_a_complete_machine_is_refused(cloud: FileCloud) -> None:
    run(cloud.plan_create("web"))
    before = cloud.things()
    with pytest.raises(AlreadyThere):
        run(cloud.plan_create("web"))
    assert cloud.things() == before


def test_a_complete_machine_is_refused_without_a_journal_too(cloud: FileCloud) -> None:
    run(cloud.plan_create("web"))
    shutil.rmtree(state_path("journal", "x").parent)
    with pytest.raises(AlreadyThere):
        run(cloud.plan_create("web"))


@pytest.mark.parametrize("operation", CREATES)
@pytest.mark.parametrize("kind", [Kind.DENIED, Kind.QUOTA, Kind.CAPACITY])
def test_a_create_that_fails_at_any_step_leaves_nothing(cloud: FileCloud, operation: str, kind: Kind) -> None:
    cloud.hook = fail_at(operation, kind)
    with pytest.raises(CloudError) as caught:
        run(cloud.plan_create("web"))
    assert caught.value.kind is kind
    assert cloud.things() == {}


@pytest.mark.parametrize("operation", CREATES)
def test_a_reply_that_is_lost_makes_no_duplicate(cloud: FileCloud, operation: str) -> None:
    cloud.hook = fail_at(operation, Kind.UNAVAILABLE, "after", times=1)
    assert run(cloud.plan_create("web")).finished
    assert whole(cloud)


@pytest.mark.parametrize("journal", ["journal", "journal lost"])
@pytest.mark.parametrize("operation", CREATES)
def test_a_create_killed_after_any_call_is_finished_by_the_same_command(
    cloud: FileCloud, operation: str, journal: str
) -> None:
    cloud.hook = kill_at("after", operation)
    assert in_child(lambda: run(cloud.plan_create("web"))) == 137
    if journal == "journal lost":
        shutil.rmtree(state_path("journal", "x").parent)
    cloud.hook = lambda moment, operation: None
    assert run(cloud.plan_create("web")).finished
    assert whole(cloud)


@pytest.mark.parametrize("operation", [*DELETES, "tag web-group"])
def test_an_undo_killed_half_way_is_finished_by_the_same_command(cloud: FileCloud, operation: str) -> None:
    failing, killing = fail_at("create web-machine", Kind.QUOTA), kill_at("after", operation)

    def hook(moment: str, what: str) -> None:
        killing(moment, what)
        failing(moment, what)

    cloud.hook = hook
    assert in_child(lambda: run(cloud.plan_create("web"))) in (137, 11)
    cloud.hook = lambda moment, operation: None
    assert run(cloud.plan_create("web")).finished
    assert whole(cloud)


@pytest.mark.parametrize("operation", [*DELETES, "tag web-group"])
def test_a_delete_killed_half_way_is_finished_by_the_same_command(cloud: FileCloud, operation: str) -> None:
    run(cloud.plan_create("web"))
    cloud.hook = kill_at("after", operation)
    assert in_child(lambda: run(cloud.plan_delete("web"))) == 137
    cloud.hook = lambda moment, operation: None
    run(cloud.plan_delete("web"))
    assert cloud.things() == {}


@pytest.mark.parametrize("part", PARTS)
def test_a_create_never_touches_what_it_did_not_make(cloud: FileCloud, part: str) -> None:
    cloud.create(f"web-{part}", {"theirs": "yes"})
    before = cloud.things()
    with pytest.raises(Conflict) as caught:
        run(cloud.plan_create("web"))
    assert caught.value.exit_code == 6
    assert cloud.things() == before


def test_an_unfinished_create_with_other_arguments_is_refused(cloud: FileCloud) -> None:
    cloud.hook = kill_at("after", "create web-address")
    assert in_child(lambda: run(cloud.plan_create("web", "small"))) == 137
    cloud.hook = lambda moment, operation: None
    with pytest.raises(Conflict, match="other arguments"):
        run(cloud.plan_create("web", "large"))
    assert run(cloud.plan_create("web", "small")).finished
    assert whole(cloud)


def test_a_half_made_machine_can_be_deleted(cloud: FileCloud) -> None:
    cloud.hook = kill_at("after", "create web-address")
    assert in_child(lambda: run(cloud.plan_create("web"))) == 137
    cloud.hook = lambda moment, operation: None
    run(cloud.plan_delete("web"))
    assert cloud.things() == {}


def test_a_machine_that_was_taken_away_natively_can_be_created_again(cloud: FileCloud) -> None:
    run(cloud.plan_create("web"))
    cloud.delete("web-machine", cloud.things()["web-machine"]["id"])
    assert run(cloud.plan_create("web")).finished
    assert whole(cloud)


def test_after_the_deadline_nothing_is_undone_and_the_same_command_goes_on(cloud: FileCloud) -> None:
    plan = cloud.plan_create("web")
    cloud.hook = fail_at("create web-machine", Kind.UNAVAILABLE)
    with pytest.raises(DeadlineExceeded) as caught:
        run(plan, seconds=0.5)
    assert "operation wait" in str(caught.value.fix)
    assert sorted(cloud.things()) == ["web-address", "web-group"]
    cloud.hook = lambda moment, operation: None
    assert run(cloud.plan_create("web")).finished
    assert whole(cloud)


def test_a_deadline_before_the_first_change_leaves_nothing_to_go_on_with(cloud: FileCloud) -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        run(cloud.plan_create("web"), seconds=0)
    assert caught.value.fix == "nothing was changed; give more time with --timeout"
    assert cloud.things() == {}


def test_what_a_failed_create_made_can_be_kept(cloud: FileCloud) -> None:
    cloud.hook = fail_at("create web-machine", Kind.QUOTA)
    with pytest.raises(CloudError):
        run(cloud.plan_create("web"), options=Options(keep=True))
    assert sorted(cloud.things()) == ["web-address", "web-group"]


def test_a_claim_that_another_create_replaces_after_ours_is_not_ours(
    cloud: FileCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a create replaces what is there, and the other one had looked before our claim was to be seen."""
    other = FileCloud(tmp_path / "other")
    run(other.plan_create("web"))
    shutil.rmtree(state_path("journal", "x").parent)
    waited: list[float] = []

    def replaced(_: Deadline, seconds: float) -> None:
        waited.append(seconds)
        cloud.path.write_text(other.path.read_text())

    cloud.settle = 0.75
    monkeypatch.setattr(Deadline, "sleep", replaced)
    with pytest.raises(AlreadyThere):
        run(cloud.plan_create("web"))
    assert waited[0] == 0.75
    assert cloud.things() == other.things()


def racer(cloud: FileCloud, number: int, tmp_path: Path) -> int:
    """One of many processes that want the same machine; each has its own state directory, every third fails late."""

    def work() -> None:
        os.environ["XDG_STATE_HOME"] = str(tmp_path / f"machine-{number}")
        if number % 3 == 0:
            cloud.hook = fail_at("create web-machine", Kind.QUOTA)
        run(cloud.plan_create("web"), seconds=60)

    return in_child(work)


@pytest.mark.parametrize("round_", range(3))
def test_ten_racing_creates_give_one_whole_machine(cloud: FileCloud, tmp_path: Path, round_: int) -> None:
    order = list(range(10))
    random.Random(round_).shuffle(order)
    racers = [os.fork() or os._exit(racer(cloud, number, tmp_path)) for number in order]
    codes = [os.waitstatus_to_exitcode(os.waitpid(racer, 0)[1]) for racer in racers]
    assert whole(cloud)
    assert codes.count(0) == 1, codes
    assert set(codes) <= {0, 6, 11}, codes


def test_every_change_is_audited_without_the_arguments(cloud: FileCloud) -> None:
    run(cloud.plan_create("web"))
    lines = [json.loads(line) for line in state_path("audit.jsonl").read_text().splitlines()]
    assert [(line["action"], line["name"], line["result"]) for line in lines] == [("vm create", "web", "done")]
    assert state_path("audit.jsonl").stat().st_mode & 0o777 == 0o600
