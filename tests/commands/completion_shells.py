"""Presses TAB in real shells: each function gives what a shell offers at the end of a line."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

SCRIPTS = Path(str(files("cloudctl_completions")))

_BASH = r"""
source "$SCRIPT"
COMP_LINE=$LINE COMP_POINT=${#LINE}
# readline splits words at these too
spaced=${LINE//=/ = }
spaced=${spaced//:/ : }
read -ra COMP_WORDS <<< "$spaced"
[[ $LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_cloudctl
printf '%s\n' "${COMPREPLY[@]}"
"""

_FISH = r"""
source $SCRIPT
complete -C $LINE
true
"""

# A shell in a pseudo-terminal, since zsh completes in its line editor only; every match passes through compadd.
_ZSH = r"""
zmodload zsh/zpty
zpty shell $SHELL_PROGRAM -f -i
zpty -w shell 'source $CHILD'
zpty -r -m shell _ '*READY*'
zpty -w -n shell "$LINE"$'\t'
zpty -r -m shell _ '*DONE*'
zpty -d shell
"""
_ZSH_CHILD = r"""
PS1=''
setopt no_auto_list no_auto_menu no_beep
autoload -Uz compinit
compinit -u -D
source "$SCRIPT"
compadd() {
    local -a offered
    if [[ -z ${argv[(r)-[OAD]]} ]]; then
        builtin compadd -A offered "$@"
        (( $#offered )) && print -rl -- $offered >> "$OUT"
    fi
    builtin compadd "$@"
}
finish() { print -r -- DO''NE }
compdef _cloudctl cloudctl
comppostfuncs=(finish)
print -r -- REA''DY
"""


def installed(shell: str) -> bool:
    return shutil.which(shell) is not None


def press_tab(shell: str, line: str, folder: Path) -> set[str]:
    """The words that the shell offers for the last word of the line, in a folder; the flag's own part left out."""
    offered = _PRESS[shell](line, folder)
    prefix = line.rpartition(" ")[2].partition("=")[0] + "="
    return {word.strip().removeprefix(prefix) for word in offered if word.strip()}


def _bash(line: str, folder: Path) -> list[str]:
    return _run(["bash", "--norc", "--noprofile", "-c", _BASH], "cloudctl.bash", line, folder)


def _fish(line: str, folder: Path) -> list[str]:
    """fish writes a tab and the help after each word."""
    offered = _run(["fish", "--no-config", "-c", _FISH], "cloudctl.fish", line, folder)
    return [word.partition("\t")[0] for word in offered]


def _zsh(line: str, folder: Path) -> list[str]:
    home = Path(os.environ["HOME"])
    child, out = home / "child.zsh", home / "offered"
    child.write_text(_ZSH_CHILD)
    out.write_text("")
    _run(
        ["zsh", "-f", "-c", _ZSH],
        "_cloudctl",
        line,
        folder,
        {"CHILD": str(child), "OUT": str(out), "ZSH_PROGRAM": shutil.which("zsh") or ""},
    )
    return out.read_text().splitlines()


def _run(command: list[str], script: str, line: str, folder: Path, more: Mapping[str, str] | None = None) -> list[str]:
    """Run a shell that finds no program at all: completion starts none."""
    program = shutil.which(command[0]) or command[0]
    shell = {"PATH": str(folder / "no programs"), "TERM": "dumb", "SHELL_PROGRAM": program}
    variables = {**os.environ, **shell, "SCRIPT": str(SCRIPTS / script), "LINE": line, **(more or {})}
    done = subprocess.run(
        [program, *command[1:]], env=variables, cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == "", done.stderr
    return done.stdout.splitlines()


_PRESS: Mapping[str, Callable[[str, Path], list[str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
