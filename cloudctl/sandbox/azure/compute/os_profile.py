"""The rules of a machine's OS profile: names, users, passwords, keys, custom data.

https://learn.microsoft.com/en-us/rest/api/compute/virtual-machines/create-or-update#osprofile
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.compute.images import Image
from cloudctl.sandbox.azure.refusals import ComputeRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Change

_RESERVED = frozenset(
    {
        "administrator",
        "admin",
        "user",
        "user1",
        "test",
        "user2",
        "test1",
        "user3",
        "admin1",
        "1",
        "123",
        "a",
        "actuser",
        "adm",
        "admin2",
        "aspnet",
        "backup",
        "console",
        "david",
        "guest",
        "john",
        "owner",
        "root",
        "server",
        "sql",
        "support",
        "support_388945a0",
        "sys",
        "test2",
        "test3",
        "user4",
        "user5",
    }
)
_LONGEST = {"Linux": 64, "Windows": 20}
_PASSWORD = {"Linux": (6, 72), "Windows": (8, 123)}
_CUSTOM_DATA = 64 * 1024


def prepare(change: Change, image: Image) -> None:
    """Check the profile of a new machine, complete it and take its secrets out."""
    profile = change.properties.get("osProfile")
    if not profile:
        raise Refusal.REQUIRED.error(name="osProfile")
    profile.setdefault("computerName", change.id.name)
    _check_computer_name(profile["computerName"], image.os)
    _check_user(profile, image.os)
    password = profile.pop("adminPassword", None)
    if password is not None:
        _check_password(password, *_PASSWORD[image.os])
    if image.os == "Linux":
        _prepare_linux(profile, password)
    else:
        _prepare_windows(profile, password)
    change.notes["customData"] = take_custom_data(profile)
    profile.setdefault("secrets", [])
    profile.setdefault("allowExtensionOperations", True)
    profile.setdefault("requireGuestProvisionSignal", True)


def take_custom_data(profile: Json) -> str | None:
    """The digest of the custom data, which is never shown again."""
    data = profile.pop("customData", None)
    if data is None:
        return None
    try:
        decoded = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ComputeRefusal.VM_CUSTOM_DATA.error() from None
    if len(decoded) > _CUSTOM_DATA:
        raise ComputeRefusal.VM_CUSTOM_DATA.error()
    return hashlib.sha256(decoded).hexdigest()


def _check_computer_name(name: str, system: str) -> None:
    if system == "Windows":
        if not re.fullmatch(r"(?!\d+$)[A-Za-z0-9\-]{1,15}", name):
            raise ComputeRefusal.VM_COMPUTER_NAME.error()
    elif not re.fullmatch(r"[A-Za-z0-9.\-]{1,64}", name):
        raise ComputeRefusal.VM_HOST_NAME.error()


def _check_user(profile: Json, system: str) -> None:
    name = profile.get("adminUsername")
    if not name:
        raise Refusal.REQUIRED.error(name="adminUsername")
    pattern = r"[A-Za-z_][\w\-.]*" if system == "Linux" else r"[^\\/\"\[\]:|<>+=;,?*@&]*[^\\/\"\[\]:|<>+=;,?*@&.]"
    if name.lower() in _RESERVED or len(name) > _LONGEST[system] or not re.fullmatch(pattern, name, re.ASCII):
        raise ComputeRefusal.VM_USERNAME.error()


def _check_password(password: str, shortest: int, longest: int) -> None:
    classes = sum(bool(re.search(pattern, password)) for pattern in ("[a-z]", "[A-Z]", r"\d", r"[\W_]"))
    if not shortest <= len(password) <= longest or classes < 3:
        raise ComputeRefusal.VM_PASSWORD.error(shortest=shortest, longest=longest)


def _prepare_linux(profile: Json, password: str | None) -> None:
    if profile.get("windowsConfiguration"):
        raise ComputeRefusal.UNSUITABLE.error(name="windowsConfiguration")
    linux = profile.setdefault("linuxConfiguration", {})
    linux.setdefault("disablePasswordAuthentication", False)
    keys = (linux.get("ssh") or {}).get("publicKeys") or []
    if not keys and (password is None or linux["disablePasswordAuthentication"]):
        raise ComputeRefusal.VM_CREDENTIALS.error()
    if keys and password is None and not linux["disablePasswordAuthentication"]:
        raise Refusal.REQUIRED.error(name="adminPassword")
    for key in keys:
        _check_key(key, profile["adminUsername"])
    linux.setdefault("provisionVMAgent", True)
    linux.setdefault("patchSettings", {"patchMode": "ImageDefault", "assessmentMode": "ImageDefault"})


def _prepare_windows(profile: Json, password: str | None) -> None:
    if profile.get("linuxConfiguration"):
        raise ComputeRefusal.UNSUITABLE.error(name="linuxConfiguration")
    if password is None:
        raise Refusal.REQUIRED.error(name="adminPassword")
    windows = profile.setdefault("windowsConfiguration", {})
    windows.setdefault("provisionVMAgent", True)
    windows.setdefault("enableAutomaticUpdates", True)
    windows.setdefault("patchSettings", {"patchMode": "AutomaticByOS", "assessmentMode": "ImageDefault"})


def _check_key(key: Json, user: str) -> None:
    path = f"/home/{user}/.ssh/authorized_keys"
    if key.get("path") != path:
        raise ComputeRefusal.VM_KEY_PATH.error(path=path)
    if not _is_public_key(key.get("keyData") or ""):
        raise ComputeRefusal.VM_KEY.error()


def _is_public_key(text: str) -> bool:
    """Whether it is an RSA key of 2048 bits or more, or an Ed25519 key, in OpenSSH form."""
    parts = text.split(None, 2)
    if len(parts) < 2 or parts[0] not in ("ssh-rsa", "ssh-ed25519"):
        return False
    try:
        fields = _fields(b64decode(parts[1], validate=True))
    except (binascii.Error, ValueError):
        return False
    if not fields or fields[0] != parts[0].encode():
        return False
    if parts[0] == "ssh-ed25519":
        return [len(field) for field in fields[1:]] == [32]
    return len(fields) == 3 and int.from_bytes(fields[2], "big").bit_length() >= 2048


def _fields(blob: bytes) -> list[bytes]:
    """The length-prefixed strings of an SSH key (RFC 4253); ValueError when the lengths do not fit."""
    found = []
    while blob:
        end = 4 + int.from_bytes(blob[:4], "big")
        if len(blob) < max(end, 4):
            raise ValueError("truncated key")
        found.append(blob[4:end])
        blob = blob[end:]
    return found
