"""Bucket policies: kept and judged, never evaluated, since nobody but the owner gets in here.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.refusals import Refusal

Json = dict[str, Any]

_VERSIONS = ("2008-10-17", "2012-10-17")
_LARGEST = 20 * 1024
# A fixed value of one of these in a condition makes a grant to everybody a grant to somebody.
_NARROWING = frozenset(
    name.lower()
    for name in (
        "aws:SourceArn", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceOwner", "aws:SourceAccount", "aws:userid",
        "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn",
        "aws:CalledVia", "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:DataAccessPointArn",
        "s3:DataAccessPointAccount",
    )
)  # fmt: skip
_OPERATORS = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "StringEqualsIgnoreCase")
_WIDEST = 8


def get(call: Call) -> Json:
    """GetBucketPolicy: the document as it was put."""
    return {"Policy": _kept(call)}


def status(call: Call) -> Json:
    """GetBucketPolicyStatus."""
    return {"PolicyStatus": {"IsPublic": _is_public(json.loads(_kept(call)))}}


def put(call: Call) -> Json:
    """PutBucketPolicy: checked for its form, its resources, and whether it may be public."""
    bucket, text = call.bucket, call.params["Policy"]
    policy = _parsed(text)
    for statement in _statements(policy):
        _check(statement, bucket.name)
    blocked = bucket.properties.get("public_block", {}).get("BlockPublicPolicy")
    if blocked and _is_public(policy):
        raise Refusal.POLICY_PUBLIC.error()
    bucket.properties["policy"] = text
    call.status = 204
    return {}


def delete(call: Call) -> Json:
    """DeleteBucketPolicy."""
    call.bucket.properties.pop("policy", None)
    return {}


def _kept(call: Call) -> str:
    policy = call.bucket.properties.get("policy")
    if policy is None:
        raise Refusal.NO_POLICY.error(BucketName=call.request.bucket)
    return str(policy)


def _parsed(text: str) -> Json:
    try:
        policy = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise _malformed("Policies must be valid JSON and the first byte must be '{'")
    if len(text) > _LARGEST:
        raise _malformed("Policy exceeds the maximum allowed document size")
    if policy.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise _malformed("The policy must contain a valid version string")
    if not _statements(policy) or not all(isinstance(each, dict) for each in _statements(policy)):
        raise _malformed("Missing required field Statement")
    return policy


def _check(statement: Json, bucket: str) -> None:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("Missing required field Effect cannot be empty!")
    for name, other in (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if (name in statement) == (other in statement):
            raise _malformed(f"Missing required field {name}")
    if not all(each == "*" or each.lower().startswith("s3:") for each in _either(statement, "Action")):
        raise _malformed("Policy has invalid action")
    arn = f"arn:aws:s3:::{bucket}"
    if not all(each == arn or each.startswith(f"{arn}/") for each in _either(statement, "Resource")):
        raise _malformed("Policy has invalid resource")


def _malformed(reason: str) -> Exception:
    return Refusal.POLICY_MALFORMED.error(reason=reason)


def _either(statement: Json, name: str) -> list[str]:
    return [str(each) for each in _listed(statement.get(name, statement.get(f"Not{name}")))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(policy: Json) -> list[Any]:
    return [each for each in _listed(policy.get("Statement")) if each is not None]


def _is_public(policy: Json) -> bool:
    return any(_opens(statement) for statement in _statements(policy))


def _opens(statement: Json) -> bool:
    return statement["Effect"] == "Allow" and _anybody(statement) and not _narrowed(statement.get("Condition", {}))


def _anybody(statement: Json) -> bool:
    principal = statement.get("Principal", "*")
    named = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return any("*" in str(each) for each in _listed(named))


def _narrowed(condition: Json) -> bool:
    fixed = any(
        key.lower() in _NARROWING and not any("*" in str(each) for each in _listed(values))
        for operator in _OPERATORS
        for key, values in condition.get(operator, {}).items()
    )
    return fixed or any(
        key.lower() == "aws:sourceip" and all(map(_is_narrow, _listed(values)))
        for key, values in condition.get("IpAddress", {}).items()
    )


def _is_narrow(network: Any) -> bool:
    try:
        return ipaddress.ip_network(str(network), strict=False).prefixlen >= _WIDEST
    except ValueError:
        return False
