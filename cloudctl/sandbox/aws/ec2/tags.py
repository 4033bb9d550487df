"""The rules for tags, wherever a request brings them.

Contract: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions.
"""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_MOST = 50
_LONGEST_KEY = 128
_LONGEST_VALUE = 256

# What an operation makes and so can tag.
_KINDS = {
    "RunInstances": {"instance", "volume", "network-interface", "spot-instances-request"},
    "CreateSecurityGroup": {"security-group"},
    "ImportKeyPair": {"key-pair"},
    "CreateKeyPair": {"key-pair"},
    "CreateVpc": {"vpc"},
    "CreateSubnet": {"subnet"},
    "CreateNetworkInterface": {"network-interface"},
    "CreateInternetGateway": {"internet-gateway"},
    "CreateRouteTable": {"route-table"},
    "AllocateAddress": {"elastic-ip"},
    "AuthorizeSecurityGroupIngress": {"security-group-rule"},
    "AuthorizeSecurityGroupEgress": {"security-group-rule"},
}


def check(call: Call) -> None:
    """Refuse tags that EC2 refuses, in CreateTags and in every TagSpecifications."""
    if call.model.name == "CreateTags":
        _check_set(call.params["Tags"])
    for specification in call.params.get("TagSpecifications", []):
        kind = specification.get("ResourceType")
        if kind not in _KINDS.get(call.model.name, set()):
            raise Refusal.TAG_RESOURCE.error(type=kind)
        _check_set(specification.get("Tags", []))


def specified(call: Call) -> dict[str, dict[str, str]]:
    """The request's tags by resource type."""
    result: dict[str, dict[str, str]] = {}
    for specification in call.params.get("TagSpecifications", []):
        pairs = {tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])}
        result.setdefault(specification["ResourceType"], {}).update(pairs)
    return result


def _check_set(tags: list[dict[str, Any]]) -> None:
    if len(tags) > _MOST:
        raise Refusal.TAG_LIMIT.error()
    seen: set[str] = set()
    for tag in tags:
        _check_tag(tag.get("Key", ""), tag.get("Value", ""))
        if tag.get("Key") in seen:
            raise Refusal.TAG_DUPLICATE.error(key=tag["Key"])
        seen.add(tag.get("Key", ""))


def _check_tag(key: str, value: str) -> None:
    if key.lower().startswith("aws:"):
        raise Refusal.TAG_RESERVED.error()
    if len(key) > _LONGEST_KEY:
        raise Refusal.TAG_LENGTH.error(part="key", limit=_LONGEST_KEY)
    if len(value) > _LONGEST_VALUE:
        raise Refusal.TAG_LENGTH.error(part="value", limit=_LONGEST_VALUE)
