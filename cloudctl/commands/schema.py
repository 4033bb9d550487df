"""``cloudctl schema``: the JSON Schema of a noun's records."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Annotated

import typer

from cloudctl.commands.shared import with_flags
from cloudctl.errors import UsageError

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=with_flags())
def schema(noun: Annotated[str, typer.Argument(metavar="NOUN", help="vm, bucket ...")]) -> None:
    """Print the JSON Schema of a noun's records; fields are only ever added."""
    from cloudctl import mapping
    from cloudctl.schema import schema as generate

    if noun not in mapping.nouns():
        raise UsageError(f"unknown noun {noun}", fix=f"use one of {', '.join(mapping.nouns())}")
    model = getattr(import_module(f"cloudctl.services.{noun}"), noun.capitalize())
    json.dump(generate(noun, model), sys.stdout, indent=2)
    sys.stdout.write("\n")
