"""Key pairs. moto looks them up by name only and calls bad material by another code."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import InvalidKeyPairFormatError

from cloudctl.sandbox.aws.ec2 import filters, tags
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_FIELDS = {"fingerprint": "key_fingerprint", "key-name": "key_name", "key-pair-id": "id"}


def import_key_pair(call: Call) -> dict[str, Any]:
    """ImportKeyPair: RSA or ED25519 public keys; names are unique in the region."""
    name = _free_name(call)
    material = call.params["PublicKeyMaterial"]
    try:
        key = call.region.import_key_pair(name, material, _labels(call))
    except InvalidKeyPairFormatError:
        raise Refusal.KEY_FORMAT.error() from None
    return _made(call, key)


def create_key_pair(call: Call) -> dict[str, Any]:
    """CreateKeyPair: the private key is in this reply and never again."""
    name = _free_name(call)
    key = call.region.create_key_pair(name, call.params.get("KeyType", "rsa"), _labels(call))
    return {**_made(call, key), "KeyMaterial": key.key_material}


def delete_key_pair(call: Call) -> dict[str, Any]:
    """DeleteKeyPair: by name or id; one that does not exist is no error."""
    for key in list(call.region.key_pairs.values()):
        if key.key_name == call.params.get("KeyName") or key.id == call.params.get("KeyPairId"):
            call.region.delete_key_pair(key.key_name)
            call.region.tags.pop(key.id, None)
            return {"Return": True, "KeyPairId": key.id}
    return {"Return": True}


def describe_key_pairs(call: Call) -> dict[str, list[Any]]:
    """DescribeKeyPairs: by name, by id, by filter; the public key only when asked for."""
    seen = [key for key in call.region.key_pairs.values() if call.sees(key.id)]
    named = [*call.params.get("KeyNames", []), *call.params.get("KeyPairIds", [])]
    for each in named:
        if not any(each in (key.key_name, key.id) for key in seen):
            raise Refusal.KEY_MISSING.error(name=each)
    chosen = [key for key in seen if not named or key.key_name in named or key.id in named]
    with_key = bool(call.params.get("IncludePublicKey"))
    return {"KeyPairs": [_info(call, key, with_key) for key in filters.select(call, chosen, _FIELDS)]}


def _free_name(call: Call) -> str:
    name = str(call.params["KeyName"])
    if name in call.region.key_pairs:
        raise Refusal.KEY_DUPLICATE.error()
    return name


def _labels(call: Call) -> dict[str, str]:
    return tags.specified(call).get("key-pair", {})


def _made(call: Call, key: Any) -> dict[str, Any]:
    call.note_made(key.id)
    return _info(call, key, with_key=False)


def _info(call: Call, key: Any, with_key: bool) -> dict[str, Any]:
    labels = call.region.tags.get(key.id, {})
    info = {
        "KeyPairId": key.id,
        "KeyName": key.key_name,
        "KeyFingerprint": key.key_fingerprint,
        "KeyType": key.key_type,
        "CreateTime": key.create_time,
        "Tags": [{"Key": name, "Value": value} for name, value in labels.items()],
    }
    return {**info, "PublicKey": key.public_key} if with_key else info
