"""Azure's records as their JSON has them, in which any part may be missing. No calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Native = Mapping[str, Any]


def dig(native: object, *path: str) -> Any:
    """The value under a path of keys; None where a step is missing, null or no object."""
    for key in path:
        if not isinstance(native, Mapping):
            return None
        native = native.get(key)
    return native


def items(native: object, *path: str) -> list[Native]:
    """The objects of the array under a path; empty where there is none."""
    found = dig(native, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def text(native: object, *path: str) -> str | None:
    """The text under a path; None where it is missing or empty."""
    found = dig(native, *path)
    return str(found) if found not in (None, "") else None


def location(native: Native) -> str | None:
    """The region as Azure's own tables name it: ``East US`` is ``eastus``."""
    found = text(native, "location")
    return found.replace(" ", "").lower() if found else None


def tags(native: Native) -> dict[str, str]:
    found = native.get("tags")
    return {str(key): str(value or "") for key, value in found.items()} if isinstance(found, Mapping) else {}
