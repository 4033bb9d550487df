"""Which parameters take one of a few fixed words."""

from __future__ import annotations

from collections.abc import Mapping

from cloudctl import mapping
from cloudctl.commands import schema
from cloudctl.commands.shared import FLAGS
from cloudctl.completion import FILES
from cloudctl.sandbox.faults import FaultKind
from cloudctl.scope import PROVIDERS
from cloudctl.services.vm import VmState

WORDS: Mapping[str, tuple[str, ...]] = {
    "context add provider": PROVIDERS,
    "mapping size to": PROVIDERS,
    "mapping region to": PROVIDERS,
    "mapping verbs noun": tuple(mapping.nouns()),
    "mapping sizes arch": ("x86_64", "arm64"),
    "sandbox fault add cloud": PROVIDERS,
    "vm wait state": tuple(VmState),
    "sandbox fault add kind": tuple(FaultKind),
    "schema record": tuple(schema.known()),
    "completion shell": tuple(FILES),
}
"""Command and parameter name -> the words of a parameter that is no shared flag."""
SHARED: Mapping[str, tuple[str, ...]] = {flag.name: flag.words for flag in FLAGS} | {"provider": PROVIDERS}
"""Name of a shared flag -> its words. A plug-in may add a provider, so the flag itself takes any."""


def words_of(path: tuple[str, ...], parameter: str) -> tuple[str, ...]:
    """The fixed words of a command's parameter; empty when there are none."""
    return WORDS.get(" ".join([*path, parameter])) or SHARED.get(parameter, ())
