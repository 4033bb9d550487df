"""What is asked on a terminal before something goes away."""

from __future__ import annotations

import io

import pytest

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.shared import Given
from cloudctl.errors import CloudError, Kind, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def asked(monkeypatch: pytest.MonkeyPatch, answer: str, names: list[str], *, typed: bool) -> tuple[bool, str]:
    """Whether a deletion is confirmed by this answer, and what was asked on the terminal."""
    shown = Terminal()
    # Within the test: between the phases of one, capturing sets its own streams again.
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    try:
        Invocation(Given()).confirm("Delete?", names, typed=typed)
    except CloudError as error:
        assert error.kind is Kind.DECLINED
        return False, shown.getvalue()
    return True, shown.getvalue()


@pytest.mark.parametrize(("answer", "agreed"), [("y", True), ("YES", True), ("", False), ("n", False), ("web", False)])
def test_one_thing_goes_for_a_yes(monkeypatch: pytest.MonkeyPatch, answer: str, agreed: bool) -> None:
    assert asked(monkeypatch, answer, ["web"], typed=False) == (agreed, "Delete? [y/N] ")


@pytest.mark.parametrize(
    ("names", "typed", "wanted"), [(["web"], True, "web"), (["web", "db"], False, "web,db"), (["a", "b"], True, "a,b")]
)
def test_several_things_and_what_holds_others_go_for_their_names_only(
    monkeypatch: pytest.MonkeyPatch, names: list[str], typed: bool, wanted: str
) -> None:
    question = f"Delete? Type {wanted} to confirm: "
    assert asked(monkeypatch, "y", names, typed=typed) == (False, question)
    assert asked(monkeypatch, wanted, names, typed=typed) == (True, question)


def test_a_yes_beforehand_does_not_do_for_what_must_be_typed() -> None:
    assert Invocation(Given(yes=True, no_input=True)).confirmed(["web"])
    with pytest.raises(UsageError, match="web would go"):
        Invocation(Given(yes=True, no_input=True)).confirmed(["web"], typed=True)
    assert Invocation(Given(confirm="web", no_input=True)).confirmed(["web"], typed=True)
