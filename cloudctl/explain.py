"""``--explain``: the calls of a command as native command lines, written from what the SDK is about to send.

Every session tells its `Recorder` of a call before it sends it. Reads are then sent all the same; the mutating call of
a step is held back. So nothing here knows any operation, and no line can differ from the call.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudctl.plan import Secret, Step

_PLACEHOLDER = re.compile(r"<([a-z0-9-]+)\.id>")
_SECRET = "<secret.id>"


class NotSent(Exception):
    """Raised in place of a call that is explained instead of made."""


@dataclass(frozen=True, slots=True)
class Document:
    """A word of a command line that is a JSON document."""

    content: Any


@dataclass(frozen=True, slots=True)
class Shell:
    """A word of a command line that the shell expands: written as it is."""

    text: str


Word = str | Document | Shell


@dataclass(slots=True)
class Recorder:
    """What a session tells of its calls. ``result`` are the words that make the tool print one value of the reply."""

    calls: list[tuple[Word, ...]] = field(default_factory=list)
    recording: bool = False
    holding: bool = False

    def take(self, *words: Word) -> None:
        """Record a call that is about to be sent, in the words of the native tool. Raises NotSent to hold it back."""
        if self.recording:
            self.calls.append(words)
        if self.holding:
            raise NotSent

    def held(self, step: Step) -> list[tuple[Word, ...]]:
        """The calls of a step, which is not carried out."""
        self.calls, self.recording, self.holding = [], True, True
        try:
            step.apply()
        except NotSent:
            return self.calls
        finally:
            self.recording = self.holding = False
        raise AssertionError(f"the step {step.key} makes no call")


def step_lines(steps: list[Step], recorder: Recorder) -> Iterator[str]:
    """The command lines of a plan's steps, in which shell variables hold the ids that earlier lines print."""
    calls = [(step, words) for step in steps for words in recorder.held(step)]
    used = {name for _, words in calls for word in words for name in _PLACEHOLDER.findall(_text(word, frozenset()))}
    for step, words in calls:
        secrets = frozenset(_secrets(step.arguments))
        if secrets:
            yield f"# {_variable(_SECRET)} is the user data, as a JSON string without its quotes"
        if step.key in used:
            yield f"{_name(step.key)}=$({line((*words, *step.result), secrets)})"
        else:
            yield line(words, secrets)


def line(words: tuple[Word, ...], secrets: Collection[str] = ()) -> str:
    """One command line for a POSIX shell."""
    return " ".join(word.text if isinstance(word, Shell) else _quoted(_text(word, secrets)) for word in words)


def _text(word: Word, secrets: Collection[str]) -> str:
    if isinstance(word, Document):
        return json.dumps(_without(word.content, secrets), ensure_ascii=False)
    return word.text if isinstance(word, Shell) else word


def _without(content: Any, secrets: Collection[str]) -> Any:
    """The document with a variable in the place of each secret."""
    if isinstance(content, str):
        return _SECRET if isinstance(content, Secret) or content in secrets else content
    if isinstance(content, Mapping):
        return {key: _without(value, secrets) for key, value in content.items()}
    return [_without(item, secrets) for item in content] if isinstance(content, list | tuple) else content


def _secrets(arguments: Any) -> Iterator[str]:
    if isinstance(arguments, Secret):
        yield str(arguments)
    elif isinstance(arguments, Mapping):
        for value in arguments.values():
            yield from _secrets(value)
    elif isinstance(arguments, list | tuple):
        for value in arguments:
            yield from _secrets(value)


def _quoted(text: str) -> str:
    """Quoted for the shell, with the ids of earlier steps as variables outside the quotes."""
    return _PLACEHOLDER.sub(lambda match: f"'\"{_variable(match[0])}\"'", shlex.quote(text))


def _variable(placeholder: str) -> str:
    match = _PLACEHOLDER.fullmatch(placeholder)
    return f"${_name(match[1])}" if match else placeholder


def _name(key: str) -> str:
    return key.upper().replace("-", "_")
