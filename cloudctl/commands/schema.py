"""``cloudctl schema``: the JSON Schema of records."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Annotated

import typer

from cloudctl.commands.shared import with_flags
from cloudctl.errors import UsageError

# What commands of a noun write beside the noun's own records -> module and model.
_OTHERS = {
    "object": ("cloudctl.services.objects", "StoredObject"),
    "lifecycle": ("cloudctl.services.lifecycle", "LifecycleRule"),
    "usage": ("cloudctl.commands.bucket.usage", "Usage"),
    "transfer": ("cloudctl.objects.jobs", "Summary"),
    "action": ("cloudctl.objects.jobs", "Action"),
}

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=with_flags())
def schema(record: Annotated[str, typer.Argument(metavar="RECORD", help="vm, bucket, object ...")]) -> None:
    """Print the JSON Schema of records; fields are only ever added."""
    from cloudctl.schema import schema as generate

    models = known()
    if record not in models:
        raise UsageError(f"unknown record {record}", fix=f"use one of {', '.join(models)}")
    module, model = models[record]
    found = import_module(module)
    left_out = found.KIND.show_only if hasattr(found, "KIND") else ()
    json.dump(generate(record, getattr(found, model), left_out), sys.stdout, indent=2)
    sys.stdout.write("\n")


def known() -> dict[str, tuple[str, str]]:
    """The records that have a schema -> module and model."""
    from cloudctl import mapping

    return {noun: (f"cloudctl.services.{noun}", noun.capitalize()) for noun in mapping.nouns()} | _OTHERS
