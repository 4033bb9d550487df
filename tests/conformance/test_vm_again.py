"""Commands run again, or about what is there already: nothing twice, nothing of others touched."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine, Result
from conftest import CLOUDS
from recording import changes, recorded
from vm_clouds import FACTS, CloudFacts, Native

pytestmark = pytest.mark.usefixtures("fresh")

OPEN = ("--open", "22:203.0.113.0/24")
SECRET = "#cloud-config\npassword: correct-horse-battery-staple\n"


def failed(result: Result, code: int, word: str) -> dict[str, Any]:
    """The one error of a command that failed in this way and wrote nothing."""
    assert (result.code, result.out) == (code, ""), result.err
    (error,) = result.errors
    assert error["error"] == word
    return error


@pytest.fixture
def web(cli: CommandLine, cloud: CloudFacts) -> Any:
    """A machine that cloudctl made."""
    return cli.json("vm", "create", "web", "-p", cloud.name)


@pytest.fixture
def before(native: Native) -> set[str]:
    """Everything that is there to begin with."""
    return native.things()


@pytest.fixture
def unfinished(cli: CommandLine, cloud: CloudFacts, sandbox: Any) -> tuple[str, ...]:
    """The words of a create that failed at the machine itself and kept what it had made by then."""
    sandbox.fault("denied", cloud.name, cloud.create)
    words = ("vm", "create", "web", "-p", cloud.name, *OPEN)
    failed(cli(*words, "--keep-on-failure", "-o", "json"), 5, "denied")
    return words


class TestCreate:
    def test_a_complete_machine_is_a_conflict(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, web: Any
    ) -> None:
        before = native.things()
        error = failed(cli("vm", "create", "web", "-p", cloud.name, "-o", "json"), 6, "exists")
        assert "--if-not-exists" in error["fix"]
        assert native.things() == before

    def test_a_complete_machine_can_be_accepted(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any, web: Any
    ) -> None:
        with recorded(sandbox) as calls:
            assert cli.json("vm", "create", "web", "-p", cloud.name, "--if-not-exists") == web
        assert changes(calls, cloud) == set()

    @pytest.mark.parametrize(
        ("option", "value", "what"), [("--size", "large", "size"), ("--image", "debian-12", "image")]
    )
    def test_another_machine_is_not_accepted_and_the_difference_is_named(
        self, cli: CommandLine, cloud: CloudFacts, web: Any, option: str, value: str, what: str
    ) -> None:
        words = ("vm", "create", "web", "-p", cloud.name, "--if-not-exists", option, value)
        error = failed(cli(*words, "-o", "json"), 6, "exists")
        assert error["why"].startswith(f"{what}: ")
        assert cli.json("vm", "show", "web", "-p", cloud.name) == web

    @pytest.mark.parametrize("more", [(), ("--if-not-exists",)], ids=["plain", "if not exists"])
    def test_a_machine_of_somebody_else_is_left_alone(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, more: tuple[str, ...]
    ) -> None:
        native.machine("web")
        before, theirs = native.things(), cli.json("vm", "show", "web", "-p", cloud.name)
        failed(cli("vm", "create", "web", "-p", cloud.name, *more, "-o", "json"), 6, "exists")
        assert native.things() == before
        assert cli.json("vm", "show", "web", "-p", cloud.name) == theirs

    def test_an_unfinished_create_is_finished_by_the_same_command(
        self, cli: CommandLine, cloud: CloudFacts, unfinished: tuple[str, ...]
    ) -> None:
        made = cli.json(*unfinished)
        assert [vm["id"] for vm in cli.json("vm", "list", "-p", cloud.name)] == [made["id"]]

    def test_an_unfinished_create_with_other_arguments_is_a_conflict(
        self, cli: CommandLine, unfinished: tuple[str, ...]
    ) -> None:
        failed(cli(*unfinished, "--size", "large", "-o", "json"), 6, "conflict")

    def test_an_unfinished_create_can_be_deleted(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, before: set[str], unfinished: tuple[str, ...]
    ) -> None:
        assert native.things() > before
        assert cli("vm", "delete", "web", "-p", cloud.name, "--yes").code == 0
        assert native.things() == before


class TestDelete:
    def test_a_machine_that_is_not_there_is_an_error_unless_that_is_fine(
        self, cli: CommandLine, cloud: CloudFacts
    ) -> None:
        words = ("vm", "delete", "nobody", "-p", cloud.name, "--yes")
        failed(cli(*words, "-o", "json"), 3, "not_found")
        accepted = cli(*words, "--if-exists")
        assert (accepted.code, accepted.out) == (0, "")

    def test_off_a_terminal_the_answer_must_be_given_beforehand(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any, web: Any
    ) -> None:
        with recorded(sandbox) as calls:
            error = failed(cli("vm", "delete", "web", "-p", cloud.name, "-o", "json"), 2, "usage")
        assert "--yes" in error["fix"]
        assert calls == []

    def test_several_machines_must_be_named_again(self, cli: CommandLine, cloud: CloudFacts) -> None:
        for name in ("web", "db"):
            cli.json("vm", "create", name, "-p", cloud.name)
        words = ("vm", "delete", "web", "db", "-p", cloud.name)
        error = failed(cli(*words, "--yes", "-o", "json"), 2, "usage")
        assert "--confirm web,db" in error["fix"]
        failed(cli(*words, "--confirm", "web", "-o", "json"), 2, "usage")
        assert [vm["state"] for vm in cli.json(*words, "--confirm", "web,db")] == ["deleted", "deleted"]
        assert cli.json("vm", "list", "-p", cloud.name) == []

    def test_a_machine_of_somebody_else_goes_and_its_surroundings_stay(
        self, cli: CommandLine, cloud: CloudFacts, native: Native
    ) -> None:
        cli.json("vm", "create", "ours", "-p", cloud.name)
        before = native.things()
        native.machine("web")
        cli.json("vm", "delete", "web", "-p", cloud.name, "--yes")
        assert native.things() >= before
        assert [vm["name"] for vm in cli.json("vm", "list", "-p", cloud.name)] == ["ours"]


class TestNames:
    @pytest.mark.parametrize("verb", ["show", "start", "stop", "restart", "delete", "wait"])
    def test_a_name_that_two_machines_have_is_ambiguous(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, verb: str
    ) -> None:
        twins = native.twins("web")
        confirmed = ("--yes",) if verb == "delete" else ()
        error = failed(cli("vm", verb, "web", "-p", cloud.name, *confirmed, "-o", "json"), 6, "ambiguous")
        assert all(f"{cloud.name}:{twin}" in error["why"] for twin in twins)
        assert cli.json("vm", "show", f"{cloud.name}:{twins[1]}")["id"] == twins[1]

    def test_a_name_that_two_clouds_have_is_ambiguous_without_its_context(self, cli: CommandLine) -> None:
        made = {name: cli.json("vm", "create", "web", "-p", name)["id"] for name in CLOUDS}
        error = failed(cli("vm", "show", "web", "-o", "json"), 6, "ambiguous")
        assert all(f"{name}:{machine}" in error["why"] for name, machine in made.items())
        for name, machine in made.items():
            assert cli.json("vm", "show", f"{name}:web")["id"] == machine

    @pytest.mark.parametrize("verb", ["show", "start", "stop", "restart", "wait"])
    def test_a_name_that_no_machine_has_is_not_found(self, cli: CommandLine, cloud: CloudFacts, verb: str) -> None:
        failed(cli("vm", verb, "nobody", "-p", cloud.name, "-o", "json"), 3, "not_found")


class TestDryRun:
    def test_a_create_shows_its_steps_and_changes_nothing(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any
    ) -> None:
        before = native.things()
        with recorded(sandbox) as calls:
            steps = cli.json("vm", "create", "web", "-p", cloud.name, *OPEN, "--dry-run")
        assert changes(calls, cloud) == set()
        assert native.things() == before
        assert cloud.create in {step["operation"] for step in steps}
        assert {step["context"] for step in steps} == {cloud.name}

    def test_a_create_makes_exactly_the_changes_that_its_dry_run_shows(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any
    ) -> None:
        words = ("vm", "create", "web", "-p", cloud.name, *OPEN)
        shown = {step["operation"] for step in cli.json(*words, "--dry-run")}
        with recorded(sandbox) as calls:
            cli.json(*words)
        assert changes(calls, cloud) - set(cloud.marking) == shown

    @pytest.mark.parametrize("verb", ["delete", "stop", "restart"])
    def test_a_change_shows_its_steps_and_changes_nothing(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any, web: Any, verb: str
    ) -> None:
        with recorded(sandbox) as calls:
            steps = cli.json("vm", verb, "web", "-p", cloud.name, "--dry-run")
        assert changes(calls, cloud) == set()
        assert {step["operation"] for step in steps} <= set(cloud.table.verbs[verb])
        assert cli.json("vm", "show", "web", "-p", cloud.name) == web

    def test_the_dry_run_of_a_create_that_is_done_already_is_a_conflict(
        self, cli: CommandLine, cloud: CloudFacts, web: Any
    ) -> None:
        failed(cli("vm", "create", "web", "-p", cloud.name, "--dry-run", "-o", "json"), 6, "exists")


def test_user_data_appears_nowhere(cli: CommandLine, cloud: CloudFacts, sandbox: Any, tmp_path: Path) -> None:
    given = tmp_path / "user-data"
    given.write_text(SECRET)
    words = ("vm", "create", "web", "-p", cloud.name, "--user-data", str(given), "--debug", "-v")
    planned = cli(*words, "--dry-run", "-o", "json")
    sandbox.fault("error", cloud.name, cloud.create)
    made = cli(*words, "-o", "json")
    assert (planned.code, made.code) == (0, 0), made.err
    kept = [path.read_text() for path in (tmp_path / "home").rglob("*") if path.is_file() and path.suffix == ".jsonl"]
    assert len(kept) == 2, "the journal and the audit record"
    forms = ("correct-horse", base64.b64encode(SECRET.encode()).decode().rstrip("=")[:-2])
    for text in (planned.out, planned.err, made.out, made.err, *kept):
        assert not any(form in text for form in forms)
    assert "********" in planned.out


def test_the_audit_record_names_every_change(cli: CommandLine, cloud: CloudFacts, web: Any, tmp_path: Path) -> None:
    cli.json("vm", "stop", "web", "-p", cloud.name)
    cli.json("vm", "delete", "web", "-p", cloud.name, "--yes")
    (path,) = (tmp_path / "home").rglob("audit.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["action"], line["name"], line["context"], line["result"]) for line in lines] == [
        (f"vm {verb}", "web", cloud.name, "done") for verb in ("create", "stop", "delete")
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_facts_cover_the_clouds_of_the_mapping() -> None:
    assert sorted(FACTS) == CLOUDS
