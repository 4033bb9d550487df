"""``cloudctl completion``: the completion script for a shell."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cloudctl.commands.shared import with_flags
from cloudctl.errors import UsageError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=with_flags())
def completion(shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    """Print the completion script for a shell. Pressing TAB then starts no Python and makes no call.

    \b
    bash: cloudctl completion bash > ~/.local/share/bash-completion/completions/cloudctl
    zsh:  cloudctl completion zsh > a folder of $fpath, as _cloudctl, before compinit runs
    fish: cloudctl completion fish > ~/.config/fish/completions/cloudctl.fish
    """
    from cloudctl.completion import FILES, script

    if shell not in FILES:
        raise UsageError(f"no completion for {shell}", fix=f"use one of {', '.join(FILES)}")
    sys.stdout.write(script(shell))
