"""The completion scripts: generated from the command tree, checked in under ``completions/``, printed as they are.

A script is static text that holds the whole tree, so pressing TAB starts no Python. ``python -m cloudctl.completion``
writes the scripts anew after a change of the commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

FILES: Mapping[str, str] = {"bash": "cloudctl.bash", "zsh": "_cloudctl", "fish": "cloudctl.fish"}
"""Shell -> the name that its own loader looks for."""


def script(shell: str) -> str:
    """The checked-in script for a shell. Raises KeyError for a shell that has none."""
    return files("cloudctl_completions").joinpath(FILES[shell]).read_text(encoding="utf-8")
