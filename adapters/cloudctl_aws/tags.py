"""EC2's lists of tags and filters, from and to mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cloudctl.marks import OWNER, RUN

NAME = "Name"
IMAGE = "cloudctl-image"

_WILD = re.compile(r"([\\*?])")


def mapping(native: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a record; a tag without a value has an empty one."""
    return {str(tag["Key"]): str(tag.get("Value") or "") for tag in native.get("Tags") or () if "Key" in tag}


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def specification(kind: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """One TagSpecification: tags for the resources of a type that a call makes."""
    return {"ResourceType": kind, "Tags": listed(tags)}


def filters(wanted: Mapping[str, str | tuple[str, ...]]) -> list[dict[str, Any]]:
    """The Filters of a Describe operation: the values of one are alternatives, all must be met.

    Values are taken literally; EC2 itself knows ``*`` and ``?``:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
    """
    alternatives = {name: (values,) if isinstance(values, str) else values for name, values in wanted.items()}
    return [{"Name": name, "Values": [literal(value) for value in values]} for name, values in alternatives.items()]


def literal(text: str) -> str:
    return _WILD.sub(r"\\\1", text)


def by_mark(owner: str, run: str | None = None) -> dict[str, str]:
    """What `filters` takes for resources that carry our mark: of an owner, or of one of its runs."""
    return {f"tag:{OWNER}": owner, **({f"tag:{RUN}": run} if run else {})}
