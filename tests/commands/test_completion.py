"""Completion: the scripts follow the command tree, and real shells offer what they should."""

from __future__ import annotations

from pathlib import Path

import pytest
from completion_shells import installed, press_tab

from cloudctl.commands import schema
from cloudctl.completion import FILES, script
from cloudctl.completion.generate import generate
from cloudctl.completion.tree import Node, tree
from cloudctl.completion.values import SHARED, WORDS
from cloudctl.main import main, program
from cloudctl.output import FORMATS
from cloudctl.sandbox.faults import FaultKind
from cloudctl.services.vm import VmState

NODES = list(tree(program()).walk())
GROUPS = [node for node in NODES if node.commands]


@pytest.fixture(params=FILES)
def shell(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where TAB is pressed: a folder with one file, whose name has a blank."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "my key.pub").write_text("")
    return here


@pytest.mark.parametrize("name", FILES)
def test_the_checked_in_script_is_what_the_generator_writes(name: str) -> None:
    assert script(name) == generate(name), "stale: run python -m cloudctl.completion"


@pytest.mark.parametrize("name", FILES)
def test_the_command_prints_the_checked_in_script(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", name]) == 0
    assert capsys.readouterr().out == script(name)


def test_a_shell_without_a_script_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "bash, zsh, fish" in captured.err


@pytest.mark.parametrize("name", FILES)
def test_every_verb_and_every_flag_is_in_every_script(name: str) -> None:
    text = script(name)
    for node in NODES:
        assert not node.path or node.path[-1] in text
        for spelling in (spelling for flag in node.flags for spelling in flag.names):
            assert spelling.lstrip("-") in text, spelling


def test_every_list_of_fixed_words_belongs_to_a_parameter() -> None:
    used = {
        value.words
        for node in NODES
        for value in [*(flag.value for flag in node.flags), *(argument.value for argument in node.arguments)]
        if value
    }
    assert {*WORDS.values(), *SHARED.values()} - {()} <= used


@pytest.mark.parametrize("node", GROUPS, ids=lambda node: node.place or "program")
def test_tab_after_a_noun_offers_its_verbs(shell: str, node: Node, folder: Path) -> None:
    assert press_tab(shell, _line(node, ""), folder) == {child.path[-1] for child in node.commands}


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.place or "program")
def test_tab_after_two_dashes_offers_the_flags_of_the_place(shell: str, node: Node, folder: Path) -> None:
    names = {name for flag in node.flags for name in flag.names if name.startswith("--")}
    assert press_tab(shell, _line(node, "--"), folder) == names


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("v", {"vm"}),
        ("-o json vm st", {"start", "stop"}),
        ("--output=json vm st", {"start", "stop"}),
        ("--sandbox -c work sandbox fault ", {"add", "list", "clear"}),
        ("-c vm vm sh", {"show"}),
        ("-o ", set(FORMATS)),
        ("vm list --output=j", {"json"}),
        ("vm list --log-format ", {"text", "json"}),
        ("vm list -p ", {"aws", "azure", "gcp"}),
        ("vm wait web-1 --for ", set(VmState)),
        ("sandbox fault add ", set(FaultKind)),
        ("sandbox fault add latency ", set()),
        ("vm show ", set()),
        ("vm show vm ", set()),
        ("vm list --query ", set()),
        ("nonsense ", set()),
        ("vm nonsense ", set()),
        ("completion ", set(FILES)),
        ("mapping verbs ", {"vm", "bucket"}),
        ("mapping size t3.micro --to ", {"aws", "azure", "gcp"}),
        ("mapping region --to=g", {"gcp"}),
        ("mapping sizes --arch ", {"x86_64", "arm64"}),
        ("schema ", set(schema.known())),
    ],
)
def test_tab_offers(shell: str, line: str, offered: set[str], folder: Path) -> None:
    assert press_tab(shell, f"cloudctl {line}", folder) == offered


@pytest.mark.parametrize(
    "line",
    [
        "vm create --ssh-key m",
        "vm create --user-data m",
        "bucket cp m",
        "bucket cp -R s3://data/ m",
        "bucket cp other my s3://data/a:b m",
        "bucket mv s3://data/a m",
        "bucket sync --delete m",
        "bucket sync s3://data/a m",
        "bucket lifecycle set data --file m",
    ],
)
def test_tab_offers_files_where_a_path_is_taken(shell: str, line: str, folder: Path) -> None:
    offered = press_tab(shell, f"cloudctl {line}", folder)
    assert {word.replace("\\", "") for word in offered} == {"my key.pub"}


@pytest.mark.parametrize("url", ["s3:", "s3:/", "s3://", "s3://d", "work:s3://d"])
def test_tab_offers_no_files_for_a_url(shell: str, url: str, folder: Path) -> None:
    """The root's begin with a slash, too."""
    for line in ("bucket cp", "bucket sync here", "bucket cp --parallel 3 -o json"):
        assert press_tab(shell, f"cloudctl {line} {url}", folder) == set()


def _line(node: Node, last: str) -> str:
    return " ".join(["cloudctl", *node.path, last])
