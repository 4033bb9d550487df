"""From what S3 says of a bucket to the neutral record. No calls.

A document is the bucket as ListBuckets has it (https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html), and
under the name of each further operation its answer: empty where nothing is set, missing where it was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudctl.services.bucket import SCHEMES, Bucket
from cloudctl_aws import tags
from cloudctl_aws.s3 import Native

PROVIDER_KEY = "provider"
BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
_EVERYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)


def bucket(document: Native, context: str) -> Bucket:
    name = str(document["Name"])
    return Bucket(
        provider="aws",
        context=context,
        id=name,
        name=name,
        url=f"{SCHEMES['aws']}://{name}",
        region=document.get("BucketRegion") or None,
        created=document.get("CreationDate"),
        versioning=versioning(document.get("GetBucketVersioning")),
        public=public(document),
        encryption=encryption(document.get("GetBucketEncryption")),
        storage_class=None,
        tags=labels(document.get("GetBucketTagging")),
        native=document,
    )


def labels(answer: Native | None) -> dict[str, str] | None:
    return None if answer is None else tags.mapping({"Tags": answer.get("TagSet")})


def versioning(answer: Native | None) -> bool | None:
    """The status is missing where versioning was never enabled."""
    return None if answer is None else answer.get("Status") == "Enabled"


def encryption(answer: Native | None) -> str | None:
    """The customer's key as the bucket names it, else the provider's.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
    """
    default = _default(answer)
    if not default:
        return None
    return str(default.get("KMSMasterKeyID") or PROVIDER_KEY)


def _default(answer: Native | None) -> Mapping[str, Any]:
    rules = ((answer or {}).get("ServerSideEncryptionConfiguration") or {}).get("Rules") or ()
    return next((rule["ApplyServerSideEncryptionByDefault"] for rule in rules if _has_default(rule)), {})


def _has_default(rule: Native) -> bool:
    return bool(rule.get("ApplyServerSideEncryptionByDefault"))


def same_key(wanted: str, there: str) -> bool:
    """Whether two words name one key: S3 keeps the id, alias or ARN that it was given."""
    shorter, longer = sorted((wanted, there), key=len)
    return shorter == longer or longer.endswith((f"/{shorter}", f":{shorter}"))


def blocks(document: Native) -> dict[str, bool | None]:
    """The four settings of the public access block, None where they may not be read."""
    answer = document.get("GetPublicAccessBlock")
    if answer is None:
        return dict.fromkeys(BLOCKS)
    found = answer.get("PublicAccessBlockConfiguration") or {}
    return {name: bool(found.get(name)) for name in BLOCKS}


def public(document: Native) -> bool | None:
    """Whether the bucket's policy or ACL lets anybody in, and its public access block does not keep them out.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html; what is blocked for
    the whole account is not looked at.
    """
    blocked = blocks(document)
    ways = (
        _open(by_policy(document.get("GetBucketPolicyStatus")), blocked["RestrictPublicBuckets"]),
        _open(by_acl(document.get("GetBucketAcl")), blocked["IgnorePublicAcls"]),
    )
    return True if True in ways else None if None in ways else False


def _open(granted: bool | None, shut: bool | None) -> bool | None:
    """Whether a way in is open; None where that cannot be told."""
    if shut or granted is False:
        return False
    return None if granted is None or shut is None else True


def by_policy(answer: Native | None) -> bool | None:
    return None if answer is None else bool((answer.get("PolicyStatus") or {}).get("IsPublic"))


def by_acl(answer: Native | None) -> bool | None:
    if answer is None:
        return None
    return any((grant.get("Grantee") or {}).get("URI") in _EVERYBODY for grant in answer.get("Grants") or ())
