"""Azure's rules for names, metadata and options, checked before any call."""

from __future__ import annotations

import re

from cloudctl.errors import UsageError
from cloudctl.services.bucket import BucketSpec
from cloudctl_azure.bucket.metadata import PREFIX

# https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_ACCOUNT_RULE = "a storage account takes 3 to 24 lower-case letters and digits"
_SHORTEST, _LONGEST = 3, 63
_ALLOWED = re.compile(r"[a-z0-9-]+")
_ENDS = re.compile(r"[a-z0-9](.*[a-z0-9])?")
# https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
_AZURES_OWN = ("$root", "$web", "$logs")
_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")
_GROUP_RULE = "letters, digits, _ ( ) - and ., at most 90, not ending in a period"
# Metadata travels in headers: C# identifiers for names, ASCII for values, 8 KiB in all, less cloudctl's marks.
# https://learn.microsoft.com/rest/api/storageservices/setting-and-retrieving-properties-and-metadata-for-blob-resources
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VALUE = re.compile(r"([!-~]([ -~]*[!-~])?)?")
_LARGEST = 8192 - 1024
# https://learn.microsoft.com/azure/storage/blobs/access-tiers-overview#default-account-access-tier-setting
_TIERS = ("Hot", "Cool", "Cold")


def check(spec: BucketSpec) -> None:
    """Raise UsageError when Azure would refuse what is asked for."""
    broken = _broken_rule(spec.name)
    if broken:
        raise UsageError(f"{spec.name!r} cannot be the name of a bucket on Azure", why=broken)
    if spec.group and not _GROUP.fullmatch(spec.group):
        raise UsageError(f"Azure does not allow the resource group name {spec.group!r}", why=f"names are {_GROUP_RULE}")
    _check_tags(spec)
    _check_options(spec)


def _broken_rule(name: str) -> str | None:
    """The rule for names that this one breaks."""
    account, slash, container = name.partition("/")
    rules = (
        (slash, "a bucket is a container in a storage account: write ACCOUNT/CONTAINER"),
        (_ACCOUNT.fullmatch(account), _ACCOUNT_RULE),
        (container not in _AZURES_OWN, f"{', '.join(_AZURES_OWN)} are made by Azure itself"),
        (_SHORTEST <= len(container) <= _LONGEST, f"a container takes {_SHORTEST} to {_LONGEST} characters"),
        (_ALLOWED.fullmatch(container), "a container takes lower-case letters, digits and hyphens"),
        (_ENDS.fullmatch(container), "a container begins and ends with a letter or digit"),
        ("--" not in container, "a container takes no hyphen after another"),
    )
    return next((rule for kept, rule in rules if not kept), None)


def _check_tags(spec: BucketSpec) -> None:
    """Tags become the container's metadata."""
    if len({key.casefold() for key in spec.tags}) < len(spec.tags):
        raise UsageError("two tags differ only in case", why="the names of metadata are the same to Azure then")
    for key, value in spec.tags.items():
        if not _KEY.fullmatch(key):
            raise UsageError(
                f"tag {key}: Azure keeps a container's tags as metadata",
                why="its names take letters, digits and _, and begin with no digit",
            )
        if key.casefold().startswith(PREFIX):
            raise UsageError(f"tag {key}: names that begin with {PREFIX} are cloudctl's own marks")
        if not _VALUE.fullmatch(value):
            raise UsageError(f"tag {key}: metadata takes ASCII characters, with no space around them")
    if sum(len(key) + len(value) for key, value in spec.tags.items()) > _LARGEST:
        raise UsageError(f"the tags are too long: a container on Azure takes {_LARGEST} bytes beside cloudctl's own")


def _check_options(spec: BucketSpec) -> None:
    if spec.encryption:
        raise UsageError(
            "a bucket on Azure has no key of its own",
            why="the key is that of the storage account",
            fix="az storage account update --encryption-key-source Microsoft.Keyvault sets it",
        )
    if spec.storage_class and spec.storage_class not in _TIERS:
        raise UsageError(
            f"a bucket on Azure cannot have the default class {spec.storage_class}",
            why=f"a storage account's access tier is {', '.join(_TIERS)}",
        )
