"""``cloudctl context``: add, use, show, list and remove."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_lines import answer

from cloudctl import config
from cloudctl.files import config_path, write_private
from cloudctl.scope import Context


class Contexts:
    """Runs ``cloudctl context`` with these words."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> str:
        given = answer(["context", *words], self._capsys)
        assert given.code == 0, given.err
        return given.out

    def records(self, *words: str) -> Any:
        return json.loads(self(*words, "-o", "json"))

    def refused(self, code: int, *words: str) -> Any:
        given = answer(["context", *words, "-o", "json"], self._capsys)
        assert (given.code, given.out) == (code, "")
        return given.error


@pytest.fixture
def contexts(capsys: pytest.CaptureFixture[str]) -> Contexts:
    return Contexts(capsys)


def test_an_added_context_is_in_the_file_and_in_the_list(contexts: Contexts) -> None:
    contexts("add", "work", "-p", "aws", "--profile", "admin", "-r", "us-east-1")
    assert config.load().contexts == {"work": Context("work", "aws", {"profile": "admin", "region": "us-east-1"})}
    listed = {record["name"]: record for record in contexts.records("list")}
    assert listed["work"]["source"] == "configured"
    assert listed["aws"]["source"] == "found"
    assert listed["work"]["profile"] == "admin"


def test_the_list_without_a_file_has_the_three_implicit_contexts(contexts: Contexts) -> None:
    assert [(record["name"], record["credentials"]) for record in contexts.records("list")] == [
        ("aws", False), ("azure", False), ("gcp", False),
    ]  # fmt: skip


def test_the_columns_of_the_table(contexts: Contexts) -> None:
    assert contexts("list").splitlines()[0].split() == [
        "CURRENT", "NAME", "PROVIDER", "SOURCE", "CREDENTIALS", "REGION",
    ]  # fmt: skip


def test_contexts_that_are_added_at_once_are_all_kept() -> None:
    code = "import sys; from cloudctl.main import main; sys.exit(main(sys.argv[1:]))"
    names = [f"c{number}" for number in range(12)]
    command = [sys.executable, "-c", code, "context", "add", "-p", "aws"]
    running = [subprocess.Popen([*command, name]) for name in names]
    assert [process.wait(60) for process in running] == [0] * len(names)
    assert sorted(config.load().contexts) == sorted(names)


def test_a_link_to_the_file_stays_one(contexts: Contexts, tmp_path: Path) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().symlink_to(tmp_path / "kept.toml")
    contexts("add", "work", "-p", "aws")
    contexts("use", "work")
    assert config_path().is_symlink()
    assert 'provider = "aws"' in (tmp_path / "kept.toml").read_text()


OWN = """# mine
[contexts.work] # the job
profile = 'admin'   # not root
provider = "aws"

# the lab
[contexts."lab.1"]
provider = "gcp"
"""


def test_what_its_owner_wrote_in_the_file_stays(contexts: Contexts) -> None:
    write_private(config_path(), OWN)
    contexts("use", "work")
    contexts("add", "new", "-p", "azure", "--group", 'a "b"')
    kept = config_path().read_text()
    assert all(line in kept.splitlines() for line in OWN.splitlines())
    assert config.load().current == "work"
    contexts("remove", "new")
    assert all(line in config_path().read_text().splitlines() for line in OWN.splitlines())
    assert list(config.load().contexts) == ["work", "lab.1"]
    contexts("remove", "work")
    assert '# the lab\n[contexts."lab.1"]\n' in config_path().read_text()
    assert list(config.load().contexts) == ["lab.1"]


@pytest.mark.parametrize(
    "text",
    [
        "contexts.a.provider = 'aws' # dotted",
        "contexts = {a = {provider = 'aws'}} # inline",
        "[contexts]\na = {provider = 'aws'}",
        "[contexts]\na.provider = 'aws'\n",
        "[contexts.a]\nprovider = 'aws'\n[contexts]\n",
        "\ncurrent = 'a'\r\n\r\n[ contexts . 'a' ]\r\nprovider = 'aws'\r\n",
    ],
)
def test_however_the_file_is_written_it_can_be_changed(text: str, contexts: Contexts) -> None:
    write_private(config_path(), text)
    for name in ("b", "c.d"):
        contexts("add", name, "-p", "gcp", "--project", name)
    contexts("use", "b")
    made = {name: Context(name, "gcp", {"project": name}) for name in ("b", "c.d")}
    assert config.load() == config.Configuration({"a": Context("a", "aws"), **made}, "b")
    contexts("remove", "a")
    assert config.load() == config.Configuration(made, "b")


def test_a_context_that_is_there_is_not_replaced(contexts: Contexts) -> None:
    contexts("add", "work", "-p", "aws", "--profile", "admin")
    assert contexts.refused(6, "add", "work", "-p", "gcp")["error"] == "exists"
    assert config.load().contexts["work"].provider == "aws"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a b", "-p", "aws"], "is no name for a context"),
        (["a" * 64, "-p", "aws"], "is no name for a context"),
        (["aws", "-p", "gcp"], "aws stands for the cloud itself"),
        (["work", "-p", "alibaba"], "unknown provider alibaba"),
        (["work", "-p", "aws", "--project", "p"], "--project means nothing on aws"),
        (["work", "-p", "gcp", "--group", "g"], "--group means nothing on gcp"),
        (["work", "-p", "aws", "-r", "us-esat-1"], "us-esat-1"),
        (["work"], "--provider"),
    ],
)
def test_a_context_that_makes_no_sense_is_refused(words: list[str], message: str, contexts: Contexts) -> None:
    assert message in contexts.refused(2, "add", *words)["message"]
    assert not config_path().exists()


def test_the_context_in_use_is_marked(contexts: Contexts) -> None:
    contexts("add", "one", "-p", "aws")
    contexts("add", "two", "-p", "gcp")
    contexts("use", "two")
    assert [record["name"] for record in contexts.records("list") if record["current"]] == ["two"]
    contexts("use", "azure")
    assert contexts.records("show", "azure")["current"] is True
    assert contexts.records("show", "two")["current"] is False


def test_an_unknown_context_cannot_be_used_or_shown(contexts: Contexts) -> None:
    contexts("add", "work", "-p", "aws")
    assert contexts.refused(2, "use", "wrok")["why"] == "did you mean work?"
    assert contexts.refused(2, "show", "wrok")["why"] == "did you mean work?"
    assert config.load().current is None


def test_a_removed_context_is_gone_and_no_longer_in_use(contexts: Contexts) -> None:
    contexts("add", "work", "-p", "aws")
    contexts("use", "work")
    contexts("remove", "work")
    assert config.load() == config.Configuration()
    assert contexts.refused(3, "remove", "work")["error"] == "not_found"


def test_an_implicit_context_cannot_be_removed(contexts: Contexts) -> None:
    assert contexts.refused(3, "remove", "aws")["error"] == "not_found"


def test_a_broken_file_is_reported_and_left_alone(contexts: Contexts) -> None:
    config_path().parent.mkdir(parents=True)
    config_path().write_text('[contexts.work]\nprovider = "aws"\ncolour = "blue"\n')
    before = config_path().read_text()
    assert f"{config_path()}:3: unknown key contexts.work.colour" in contexts.refused(2, "list")["message"]
    assert contexts.refused(2, "add", "other", "-p", "aws")["error"] == "usage"
    assert config_path().read_text() == before


def test_the_format_comes_from_the_flag_then_from_the_variable(
    contexts: Contexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDCTL_OUTPUT", "json")
    assert json.loads(contexts("list"))
    assert contexts("list", "-o", "name").splitlines() == ["aws", "azure", "gcp"]
