"""What can be set of a bucket: checked, completed with Cloud Storage's defaults, shown."""

from __future__ import annotations

import re
from typing import Any

from cloudctl.sandbox.gcp.storage import lifecycle
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.names import check_class
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.values import timestamp

KEPT = (
    "cors", "encryption", "iamConfiguration", "labels", "lifecycle", "softDeletePolicy", "storageClass", "versioning",
    "website",
)  # fmt: skip
_NOT_SERVED = (
    "autoclass", "billing", "customPlacementConfig", "defaultEventBasedHold", "hierarchicalNamespace", "ipFilter",
    "logging", "objectRetention", "retentionPolicy",
)  # fmt: skip
# https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels
_MOST_LABELS = 64
_LONGEST_LABEL = 63
_LABEL_TEXT = re.compile(r"[\w-]*")
_KEY = re.compile(r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+")
_DAY = 86_400
# https://cloud.google.com/storage/docs/soft-delete
_RETENTION = (7 * _DAY, 90 * _DAY)
# https://cloud.google.com/storage/docs/uniform-bucket-level-access#should-you-use
_LOCKED_AFTER = 90 * _DAY


def checked(wanted: Json, place: str, now: float, old: Json | None = None) -> Json:
    """The settings to keep of a bucket in a location; ``old`` are those that it had. Raises GcsError."""
    _refuse(wanted)
    kept = {name: wanted[name] for name in KEPT if wanted.get(name) is not None}
    kept.setdefault("storageClass", "STANDARD")
    check_class(kept["storageClass"], place)
    _check_labels(kept.get("labels", {}))
    lifecycle.check(kept.get("lifecycle", {}))
    kept["iamConfiguration"] = _access(kept.get("iamConfiguration", {}), now, (old or {}).get("iamConfiguration"))
    kept["softDeletePolicy"] = _retention(kept.get("softDeletePolicy", {}), now, (old or {}).get("softDeletePolicy"))
    _check_encryption(kept.get("encryption", {}))
    return {name: value for name, value in kept.items() if not _nothing(name, value)}


def uniform(settings: Json) -> bool:
    """Whether ACLs do not count."""
    return bool(settings["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"])


def shut(settings: Json) -> bool:
    """Whether public access prevention is enforced."""
    return bool(settings["iamConfiguration"]["publicAccessPrevention"] == "enforced")


def _refuse(wanted: Json) -> None:
    for name in _NOT_SERVED:
        if not _off(wanted.get(name)):
            raise Refusal.NOT_SERVED.error(what=f"{name} of a bucket")
    if wanted.get("rpo") not in (None, "DEFAULT"):
        raise Refusal.NOT_SERVED.error(what="turbo replication")


def _off(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_off(each) for each in value.values())
    return value in (None, False, "", "Disabled", "NotRestricted", [])


def _nothing(name: str, value: Any) -> bool:
    """Settings that are the same as none are not shown."""
    return value == [] or (name in ("encryption", "labels", "lifecycle", "website") and _off(value))


def _check_labels(labels: dict[str, str]) -> None:
    fine = len(labels) <= _MOST_LABELS
    fine = fine and all(_label(key) and key and key[0].isalpha() for key in labels)
    if not fine or not all(_label(value) for value in labels.values()):
        raise Refusal.LABELS.error()


def _label(text: str) -> bool:
    short = len(text) <= _LONGEST_LABEL and len(text.encode()) <= 2 * _LONGEST_LABEL + 2
    return short and text == text.lower() and _LABEL_TEXT.fullmatch(text) is not None


def _access(wanted: Json, now: float, old: Json | None) -> Json:
    prevention = wanted.get("publicAccessPrevention", "inherited")
    if prevention not in ("enforced", "inherited", "unspecified"):
        raise Refusal.PUBLIC_ACCESS.error()
    level = _uniform(wanted, now, old)
    shown = "inherited" if prevention == "unspecified" else prevention
    # Its name before 2019, which replies still have.
    return {"bucketPolicyOnly": level, "uniformBucketLevelAccess": level, "publicAccessPrevention": shown}


def _uniform(wanted: Json, now: float, old: Json | None) -> Json:
    before = (old or {}).get("uniformBucketLevelAccess", {"enabled": False})
    named = [wanted.get(name) or {} for name in ("uniformBucketLevelAccess", "bucketPolicyOnly")]
    asked = [level["enabled"] for level in named if level.get("enabled") is not None]
    enabled = asked[0] if asked else False
    if len(asked) > 1:
        # Of two that differ the one counts that is a change.
        enabled = next((one for one in asked if one != before["enabled"]), before["enabled"])
    if not enabled:
        return {"enabled": False}
    return {"enabled": True, "lockedTime": before.get("lockedTime") or timestamp(now + _LOCKED_AFTER)}


def _retention(wanted: Json, now: float, old: Json | None) -> Json:
    if wanted.get("hardDeletePause"):
        raise Refusal.NOT_SERVED.error(what="hardDeletePause of a bucket")
    seconds = int(wanted.get("retentionDurationSeconds", _RETENTION[0]))
    if seconds and not _RETENTION[0] <= seconds <= _RETENTION[1]:
        raise Refusal.RETENTION.error()
    if old and old["retentionDurationSeconds"] == str(seconds):
        return old
    return {"retentionDurationSeconds": str(seconds), "effectiveTime": timestamp(now)}


def _check_encryption(encryption: Json) -> None:
    key = encryption.get("defaultKmsKeyName")
    if key and not _KEY.fullmatch(key):
        raise Refusal.KEY.error()
    others = [value for name, value in encryption.items() if name != "defaultKmsKeyName"]
    if not all(_off((value or {}).get("restrictionMode")) for value in others):
        raise Refusal.NOT_SERVED.error(what="the enforcement of kinds of encryption")
