"""What is refused, how it is said, and that nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import PATIENCE, CommandLine, Result
from conftest import CLOUDS
from recording import recorded
from vm_clouds import FACTS, CloudFacts, Native

from cloudctl import mapping

VERBS = mapping.noun("vm").verbs
NAMED = [verb for verb in VERBS if verb != "list"]
# Faults of the call that makes the machine: exit code and code word.
FAULTS = {
    "quota": (11, "quota"),
    "capacity": (11, "capacity"),
    "throttle": (8, "throttled"),
    "error": (8, "unavailable"),
    "reset": (8, "unavailable"),
    "denied": (5, "denied"),
    "unauthenticated": (4, "unauthenticated"),
    "expired": (4, "unauthenticated"),
}


def words(verb: str, cloud: CloudFacts) -> list[str]:
    """A command line of the verb that would be right."""
    name = [] if verb == "list" else ["web"]
    return ["vm", verb, *name, "-p", cloud.name, *(["--yes"] if verb == "delete" else [])]


def refused(result: Result, word: str = "usage", code: int = 2) -> str:
    """The text of the one error that a command was refused with."""
    assert (result.code, result.out) == (code, ""), result.err
    (error,) = result.errors
    assert (error["error"], error["exit_code"]) == (word, code)
    return " ".join(str(error[key]) for key in ("message", "why", "fix"))


@pytest.fixture(scope="module")
def emptied(sandbox: Any) -> None:
    sandbox.reset()


class TestBeforeAnyCall:
    """Every refusal here is a usage error (2) or an unsupported verb (7) without one call."""

    @pytest.fixture(autouse=True)
    def no_calls(self, emptied: None, sandbox: Any) -> Iterator[None]:
        with recorded(sandbox) as calls:
            yield
        assert calls == []

    @pytest.mark.parametrize(
        ("option", "value", "near"),
        [
            ("--size", "smal", "small"),
            ("--size", "aws:t3.mikro", "t3.micro"),
            ("--image", "ubuntu-2404", "ubuntu-24.04"),
            ("--region", "Frankfrt", "Frankfurt"),
        ],
    )
    def test_an_unknown_name_is_refused_with_the_nearest(
        self, cli: CommandLine, cloud: CloudFacts, option: str, value: str, near: str
    ) -> None:
        text = refused(cli(*words("create", cloud), option, value, "-o", "json"))
        assert value.rpartition(":")[2] in text and near in text

    def test_an_unknown_native_size_is_refused_with_the_nearest(self, cli: CommandLine, cloud: CloudFacts) -> None:
        typo = f"{cloud.other_size}x"
        assert cloud.other_size in refused(cli(*words("create", cloud), "--size", typo, "-o", "json"))

    @pytest.mark.parametrize("verb", VERBS)
    def test_an_unknown_context_is_refused_with_the_nearest(
        self, cli: CommandLine, cloud: CloudFacts, verb: str
    ) -> None:
        line = ["-c" if word == "-p" else word for word in words(verb, cloud)]
        line[line.index(cloud.name)] = f"{cloud.name}x"
        assert cloud.name in refused(cli(*line, "-o", "json")).split("did you mean ")[1]

    @pytest.mark.parametrize("verb", VERBS)
    def test_an_unknown_provider_is_refused_with_the_known_ones(self, cli: CommandLine, verb: str) -> None:
        line = words(verb, replace(FACTS[CLOUDS[0]], name="gpc"))
        text = refused(cli(*line, "-o", "json"))
        assert all(name in text for name in CLOUDS)

    def test_a_size_that_is_not_exact_can_be_refused(self, cli: CommandLine, cloud: CloudFacts) -> None:
        assert "3x5" in refused(cli(*words("create", cloud), "--size", "3x5", "--exact", "-o", "json"))

    def test_names_that_the_cloud_does_not_allow_are_refused_with_the_rule(
        self, cli: CommandLine, cloud: CloudFacts
    ) -> None:
        for name, rule in cloud.names_refused.items():
            text = refused(cli("vm", "create", name, "-p", cloud.name, "-o", "json"))
            assert rule in text, name

    def test_windows_machines_are_not_made(self, cli: CommandLine, cloud: CloudFacts) -> None:
        result = cli(*words("create", cloud), "--image", "windows-2022", "-o", "json")
        assert "Windows" in refused(result, "unsupported", 7)

    def test_a_missing_public_key_is_refused_with_the_way_to_make_one(
        self, cli: CommandLine, cloud: CloudFacts, tmp_path: Path
    ) -> None:
        (tmp_path / "home" / ".ssh" / "id_ed25519.pub").unlink()
        assert "ssh-keygen" in refused(cli(*words("create", cloud), "-o", "json"))

    def test_a_private_key_is_refused(self, cli: CommandLine, cloud: CloudFacts, tmp_path: Path) -> None:
        key = tmp_path / "id"
        key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n")
        text = refused(cli(*words("create", cloud), "--ssh-key", str(key), "-o", "json"))
        assert ".pub" in text and "c2VjcmV0" not in text

    @pytest.mark.parametrize(
        "option",
        [
            ("--open", "0"),
            ("--open", "65536"),
            pytest.param(("--open", "9" * 5000), id="open-too-long"),
            ("--open", "ssh"),
            ("--open", "22:10.0.0.1/8"),
            ("--open", "22:anywhere"),
            ("--tag", "env"),
            ("--tag", "=test"),
            ("--tag", "cloudctl-owner=me"),
            ("--disk", "0"),
            ("--disk", "-8"),
            ("--disk", "big"),
            ("--user-data", "/no/such/file"),
            ("--timeout", "soon"),
            ("--output", "xml"),
            ("--no-such-option", "1"),
        ],
        ids=" ".join,
    )
    def test_a_wrong_value_is_refused(self, cli: CommandLine, option: tuple[str, str]) -> None:
        for cloud in FACTS.values():
            result = cli(*words("create", cloud), *option)
            assert (result.code, result.out) == (2, "")
            assert result.err.startswith("cloudctl: error: ")

    def test_a_tag_given_twice_is_refused(self, cli: CommandLine, cloud: CloudFacts) -> None:
        assert "env" in refused(cli(*words("create", cloud), "--tag", "env=a", "--tag", "env=b", "-o", "json"))

    @pytest.mark.parametrize("verb", NAMED)
    def test_a_verb_without_a_name_is_refused(self, cli: CommandLine, cloud: CloudFacts, verb: str) -> None:
        line = [word for word in words(verb, cloud) if word != "web"]
        assert "NAME" in refused(cli(*line, "-o", "json"))

    def test_create_asks_which_cloud(self, cli: CommandLine) -> None:
        text = refused(cli("vm", "create", "web", "-o", "json"))
        assert all(name in text for name in CLOUDS)

    def test_an_unknown_state_to_wait_for_is_refused(self, cli: CommandLine, cloud: CloudFacts) -> None:
        assert "running" in refused(cli(*words("wait", cloud), "--for", "up", "-o", "json"))

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_verb_that_the_mapping_declares_unsupported_is_refused_with_its_reason(
        self, cli: CommandLine, cloud: CloudFacts, verb: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        without = {name: calls for name, calls in cloud.table.verbs.items() if name != verb}
        table = mapping.noun("vm")
        declared = replace(cloud.table, verbs=without, unsupported={verb: "there is no such thing here"})
        changed = replace(table, clouds={**table.clouds, cloud.name: declared})
        monkeypatch.setattr(mapping, "noun", lambda name: changed, raising=False)
        text = refused(cli(*words(verb, cloud), "-o", "json"), "unsupported", 7)
        assert "there is no such thing here" in text and verb in text


@pytest.mark.usefixtures("fresh")
class TestRefusedByTheCloud:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_create_that_fails_says_why_and_leaves_nothing(
        self, hurried: None, cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any, fault: str
    ) -> None:
        before = native.things()
        sandbox.fault(fault, cloud.name, cloud.create, count=0)
        code, word = FAULTS[fault]
        result = cli(*words("create", cloud), "-o", "json")
        refused(result, word, code)
        sandbox.clear_faults()
        assert native.things() == before
        assert cli.json("vm", "list", "-p", cloud.name) == []

    @pytest.mark.parametrize("fault", ["throttle", "error", "reset", "lost"])
    def test_what_fails_once_is_tried_again(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any, fault: str
    ) -> None:
        sandbox.fault(fault, cloud.name, cloud.create)
        made = cli.json(*words("create", cloud))
        assert [record["hits"] for record in sandbox.faults()] == [1]
        assert [vm["id"] for vm in cli.json("vm", "list", "-p", cloud.name)] == [made["id"]]

    def test_a_machine_that_finds_no_room_is_not_told_to_go_to_another_zone(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any
    ) -> None:
        cli.json(*words("create", cloud))
        cli.json(*words("stop", cloud))
        start = next(name for name in cloud.table.verbs["start"] if "start" in name.casefold())
        sandbox.fault("capacity", cloud.name, start, count=0)
        result = cli(*words("start", cloud), "-o", "json")
        sandbox.clear_faults()
        refused(result, "capacity", 11)
        (error,) = result.errors
        assert "another size while it is stopped" in error["fix"]

    @pytest.mark.parametrize("fault", ["denied", "expired"])
    def test_every_verb_passes_on_why_it_was_refused(
        self, cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any, fault: str
    ) -> None:
        native.machine("web")
        sandbox.fault(fault, cloud.name, count=0)
        code, word = FAULTS[fault]
        for verb in VERBS:
            result = cli(*words(verb, cloud), "-o", "json")
            refused(result, word, code)
            (error,) = result.errors
            assert error["code"] and error["context"].startswith(cloud.name), verb
            assert error["fix"], verb

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_cloud_that_never_answers_does_not_outlast_the_deadline(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any, verb: str
    ) -> None:
        sandbox.fault("hang", cloud.name, count=0)
        result = cli(*words(verb, cloud), "--timeout", "0.5", "-o", "json")
        sandbox.clear_faults()
        refused(result, "deadline", 10)
        assert result.seconds < PATIENCE

    def test_a_create_that_runs_out_of_time_can_be_gone_on_with(
        self, cli: CommandLine, cloud: CloudFacts, sandbox: Any
    ) -> None:
        sandbox.fault("hang", cloud.name, cloud.create, count=0)
        result = cli(*words("create", cloud), "--timeout", "6", "-o", "json")
        sandbox.clear_faults()
        assert 6 <= result.seconds < PATIENCE
        text = refused(result, "deadline", 10)
        operation = text.partition("cloudctl operation wait ")[2].split()[0]
        assert cli.json("operation", "wait", operation)["status"] == "done"
        assert [vm["state"] for vm in cli.json("vm", "list", "-p", cloud.name)] == ["running"]


@pytest.mark.usefixtures("fresh")
def test_an_api_that_is_not_enabled_is_denied_with_the_command_that_enables_it(
    cli: CommandLine, tmp_path: Path
) -> None:
    cli("context", "add", "off", "-p", "gcp", "--project", "sandbox-disabled")
    result = cli("vm", "list", "-c", "off", "-o", "json")
    assert "gcloud services enable compute.googleapis.com --project sandbox-disabled" in refused(result, "denied", 5)
