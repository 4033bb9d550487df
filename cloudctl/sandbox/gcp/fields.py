"""The ``fields`` parameter: partial replies.

Grammar: ``a,b``, ``a/b``, ``a(b,c)`` and ``*``
(https://cloud.google.com/compute/docs/api/how-tos/performance#partial-response).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cloudctl.sandbox.gcp.discovery import Schema
from cloudctl.sandbox.gcp.errors import Refused, bad_request
from cloudctl.sandbox.gcp.refusals import Refusal

Mask = dict[str, "Mask"]
_TOKEN = re.compile(r"[A-Za-z0-9_$-]+|[(),/*]")


def parse(text: str, schema: Schema, schemas: Mapping[str, Schema]) -> Mask:
    """Read a mask and check its names against the schema of the reply."""
    tokens = _TOKEN.findall(text)
    try:
        if "".join(tokens) != text.replace(" ", ""):
            raise ValueError(text)
        mask = _selection(tokens)
        if tokens:
            raise ValueError(tokens[0])
        _check(mask, schema, schemas)
    except (ValueError, IndexError) as error:
        message = f"Error processing the 'fields' param value '{text}': Invalid field selection {error}"
        raise Refused(Refusal.FIELDS, f"Invalid field selection {error}", [bad_request(text, message)]) from None
    return mask


def _selection(tokens: list[str]) -> Mask:
    mask: Mask = {}
    while True:
        name = tokens.pop(0)
        if name in "(),/":
            raise ValueError(name)
        mask[name] = _below(tokens)
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def _below(tokens: list[str]) -> Mask:
    if tokens and tokens[0] == "/":
        tokens.pop(0)
        name = tokens.pop(0)
        if name in "(),/":
            raise ValueError(name)
        return {name: _below(tokens)}
    if not tokens or tokens[0] != "(":
        return {}
    tokens.pop(0)
    inside = _selection(tokens)
    if tokens.pop(0) != ")":
        raise ValueError("(")
    return inside


def _check(mask: Mask, schema: Schema, schemas: Mapping[str, Schema]) -> None:
    while "$ref" in schema or "items" in schema:
        schema = schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, below in mask.items():
        known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
        if known is None and name != "*":
            raise ValueError(name)
        if known is not None:
            _check(below, known, schemas)


def apply(mask: Mask, value: Any) -> Any:
    """The parts of the value that the mask selects."""
    if not mask:
        return value
    if isinstance(value, list):
        return [apply(mask, one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: apply(mask.get(name, mask.get("*", {})), one)
        for name, one in value.items()
        if name in mask or "*" in mask
    }
