"""What Azure refuses, found before any call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.scope import Scope
from cloudctl.services.vm import VmSpec

# The narrowest of the rules for machine, disk, interface, address, security group and host name.
# https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?")
_NAME_RULE = "letters, digits and hyphens, at most 64, first and last a letter or digit"
_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")
_GROUP_RULE = "letters, digits, _ ( ) - and ., at most 90, not ending in a period"
# https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
_TAG_FORBIDDEN = re.compile(r"[<>%&\\?/]")
_TAG_NAME_LENGTH, _TAG_VALUE_LENGTH, _TAGS = 512, 256, 50
_OWN_TAGS, _OWN_PREFIX = 4, "cloudctl-"
# https://learn.microsoft.com/azure/virtual-machines/linux/mac-create-ssh-keys#supported-ssh-key-formats
_KEY_TYPES = ("ssh-rsa", "ssh-ed25519")
# https://learn.microsoft.com/azure/virtual-machines/custom-data, .../linux/expand-disks
_USER_DATA_BYTES, _ROOT_DISK_GIB = 65535, 4095


def check(spec: VmSpec, scope: Scope) -> None:
    """Raise UsageError with the rule that is broken; CloudError (UNSUPPORTED) for a Windows image."""
    if spec.image.os == "windows":
        raise CloudError(Kind.UNSUPPORTED, "creating Windows machines is not supported yet")
    if not _NAME.fullmatch(spec.name):
        raise UsageError(f"Azure does not allow the name {spec.name!r}", why=f"names are {_NAME_RULE}")
    if spec.group and not _GROUP.fullmatch(spec.group):
        raise UsageError(f"Azure does not allow the resource group name {spec.group!r}", why=f"names are {_GROUP_RULE}")
    for problem in (*_tags(spec.tags), *_options(spec)):
        raise problem
    zone(scope)


def zone(scope: Scope) -> str | None:
    """The zone as Azure has it, ``1``; it may be given as ``eastus-1`` too. Raises UsageError for any other form."""
    wanted = scope.context.get("zone") if scope.zone is None else scope.zone
    if wanted is None:
        return None
    number, region = wanted.rpartition("-")[2], scope.region or scope.context.get("region")
    if not number.isdecimal() or wanted not in (number, f"{region}-{number}"):
        raise UsageError(f"Azure has no zone {wanted!r}", why="zones are numbers: 1, 2, 3")
    return number


def _tags(tags: Mapping[str, str]) -> Iterator[UsageError]:
    if len(tags) > _TAGS - _OWN_TAGS:
        yield UsageError(f"too many tags: {len(tags)}", why=f"Azure allows {_TAGS}, and cloudctl adds {_OWN_TAGS}")
    for name, value in tags.items():
        if not name or len(name) > _TAG_NAME_LENGTH or _TAG_FORBIDDEN.search(name):
            yield UsageError(
                f"Azure does not allow the tag name {name!r}",
                why=f"tag names have 1 to {_TAG_NAME_LENGTH} characters, none of < > % & \\ ? /",
            )
        if len(value) > _TAG_VALUE_LENGTH:
            yield UsageError(
                f"the value of the tag {name!r} is too long",
                why=f"Azure allows {_TAG_VALUE_LENGTH} characters",
            )
        if name.casefold().startswith(_OWN_PREFIX):
            yield UsageError(f"the tag name {name!r} is cloudctl's own", fix="choose another name")


def _options(spec: VmSpec) -> Iterator[UsageError]:
    image, size = spec.image, spec.size.size
    if image.architecture and image.architecture != size.architecture:
        yield UsageError(
            f"the image {image.wanted} is {image.architecture}, the size {size.name} is {size.architecture}"
        )
    key_type = spec.ssh_key.split(maxsplit=1)[0] if spec.ssh_key.strip() else ""
    if key_type not in _KEY_TYPES:
        yield UsageError(
            f"Azure does not take SSH keys of type {key_type or '(none)'}",
            why=f"the types are {' and '.join(_KEY_TYPES)}",
        )
    if spec.disk_gb is not None and not 1 <= spec.disk_gb <= _ROOT_DISK_GIB:
        yield UsageError(
            f"a root disk of {spec.disk_gb} GiB is not possible", why=f"Azure allows 1 to {_ROOT_DISK_GIB}"
        )
    if spec.user_data and len(spec.user_data.encode()) > _USER_DATA_BYTES:
        yield UsageError("the user data is too long", why=f"Azure allows {_USER_DATA_BYTES} bytes")
