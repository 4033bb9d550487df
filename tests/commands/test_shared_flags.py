"""Shared flags mean the same before the noun and after the verb, on every command."""

from __future__ import annotations

import pytest
from command_lines import EXAMPLES, VERBS, Answer, Effects, spellings, takes, words

from cloudctl.commands.shared import FLAGS, Flag, Given
from cloudctl.completion.tree import Node

TAKEN = [
    pytest.param(node, flag, id=f"{node.place} {flag.name}") for node in VERBS for flag in FLAGS if takes(node, flag)
]
REFUSED = [
    pytest.param(node, flag, id=f"{node.place} {flag.name}")
    for node in VERBS
    for flag in FLAGS
    if not takes(node, flag)
]


def contradiction(flag: Flag) -> tuple[list[str], list[str]] | None:
    """Two ways to give the flag that exclude each other, if there are."""
    name = flag.declarations[-1]
    if flag.kind == "text":
        first, second = EXAMPLES[flag.name][:2]
        return [name, first], [name, second]
    on, _, off = name.partition("/")
    return ([on], [off]) if off else None


CONTRADICTIONS = [
    pytest.param(node, flag, id=f"{node.place} {flag.name}")
    for node in VERBS
    for flag in FLAGS
    if takes(node, flag) and contradiction(flag)
]


@pytest.fixture
def effects(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Effects:
    return Effects(monkeypatch, capsys)


@pytest.mark.parametrize(("node", "flag"), TAKEN)
def test_a_flag_has_the_same_effect_before_the_noun_after_the_verb_and_in_both_places(
    node: Node, flag: Flag, effects: Effects
) -> None:
    for spelling in spellings(flag):
        before, after = effects.of([*spelling, *words(node)]), effects.of([*words(node), *spelling])
        assert isinstance(before, Given), before
        assert list(before) == [flag.name]
        assert before == after
    both = effects.of([*spelling, *words(node), *spelling])
    assert isinstance(both, Given), both
    assert once(flag, both) == once(flag, before)


def once(flag: Flag, given: Given) -> dict[str, object]:
    """What is given in both places with the same value counts once."""
    return {name: set(value) if flag.kind == "many" else value for name, value in given.items()}


@pytest.mark.parametrize(("node", "flag"), CONTRADICTIONS)
def test_a_contradiction_between_the_two_places_is_refused(node: Node, flag: Flag, effects: Effects) -> None:
    first, second = contradiction(flag) or ([], [])
    refused = effects.of([*first, *words(node), *second])
    assert isinstance(refused, Answer)
    assert refused.code == 2
    assert "given twice with different values" in refused.err
    assert refused.out == ""


@pytest.mark.parametrize(("node", "flag"), REFUSED)
def test_a_flag_that_means_nothing_to_a_command_is_refused_before_the_noun(
    node: Node, flag: Flag, effects: Effects
) -> None:
    refused = effects.of([*spellings(flag)[0], *words(node)])
    assert isinstance(refused, Answer)
    assert refused.code == 2
    assert flag.declarations[-1] in refused.err
