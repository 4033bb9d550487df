"""Labels, metadata and fingerprints: rules that several kinds of resource share."""

from __future__ import annotations

import re

from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.values import fingerprint

_LABELS = 64
_VALUE_SIZE = 256 * 1024
_TOTAL_SIZE = 512 * 1024


def refuse_taken(call: Call, at: Reference) -> None:
    """Refuse a name that is in use, also by a resource that is being deleted."""
    if call.store.find(at, call.now):
        raise Refused(Refusal.ALREADY_EXISTS, f"The resource '{at.path}' already exists")


def labels(given: dict[str, str], field: str) -> Json:
    """The fields of a resource with these labels. https://cloud.google.com/compute/docs/labeling-resources"""
    if len(given) > _LABELS:
        raise invalid(Refusal.LABEL_COUNT, field, "", f"A resource can have at most {_LABELS} labels.")
    for key, value in given.items():
        if not _is_label(key) or not key[0].isalpha():
            raise invalid(
                Refusal.LABEL_FORMAT, field, "", _label_rule("key", key, "must start with a lowercase character and ")
            )
        if value and not _is_label(value):
            raise invalid(Refusal.LABEL_FORMAT, field, "", _label_rule("value", value, ""))
    shown: Json = {"labelFingerprint": fingerprint(given)}
    return shown | ({"labels": given} if given else {})


def _is_label(text: str) -> bool:
    return re.fullmatch(r"[\w-]{1,63}", text) is not None and text == text.lower()


def _label_rule(part: str, text: str, start: str) -> str:
    return (
        f"Label {part} '{text}' violates format constraints. The {part} {start}can only contain lowercase letters, "
        f"numeric characters, underscores and dashes. The {part} can be at most 63 characters long. "
        "International characters are allowed."
    )


def set_labels(call: Call) -> Json:
    """``setLabels`` of instances and disks."""
    resource = call.change()
    if call.body.get("labelFingerprint") != resource.body["labelFingerprint"]:
        message = "Labels fingerprint either invalid or resource labels have changed"
        raise Refused(Refusal.FINGERPRINT_LABELS, message)
    changed = labels(call.body.get("labels", {}), "labels")
    resource.body = {key: value for key, value in resource.body.items() if key != "labels"} | changed
    return begin(call, resource)


def metadata(given: Json, field: str) -> Json:
    """An instance's metadata with its fingerprint.

    Limits: https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
    """
    items = given.get("items", [])
    keys = [str(item.get("key")) for item in items]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        why = f"Metadata has duplicate keys: {', '.join(repeated)}"
        raise invalid(Refusal.METADATA_DUPLICATE, f"{field}.items", "", why)
    _refuse_large(items, field)
    return {"kind": "compute#metadata", "fingerprint": fingerprint(items)} | ({"items": items} if items else {})


def _refuse_large(items: list[Json], field: str) -> None:
    sizes = [len(str(item.get("value", "")).encode()) for item in items]
    for index, size in enumerate(sizes):
        if size > _VALUE_SIZE:
            name = f"{field}.items[{index}].value"
            message = (
                f"Value for field '{name}' is too large: maximum size {_VALUE_SIZE} character(s); actual size {size}."
            )
            raise Refused(Refusal.METADATA_VALUE_SIZE, message)
    total = sum(sizes) + sum(len(str(item.get("key"))) for item in items)
    if total > _TOTAL_SIZE:
        message = (
            f"Value for field '{field}' is too large: maximum size {_TOTAL_SIZE} character(s); actual size {total}."
        )
        raise Refused(Refusal.METADATA_TOTAL_SIZE, message)


def tags(given: Json) -> Json:
    """An instance's network tags with their fingerprint."""
    items = given.get("items", [])
    return {"fingerprint": fingerprint(items)} | ({"items": items} if items else {})
