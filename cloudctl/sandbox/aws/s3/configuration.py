"""What a bucket is set to: versioning, encryption, the public access block, its ACL."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.identity import OWNER
from cloudctl.sandbox.aws.s3.refusals import Refusal

Result = dict[str, Any]

_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_KMS = "aws:kms"


def get_versioning(call: Call) -> Result:
    """GetBucketVersioning: without a status until it is set for the first time."""
    return {"Status": call.bucket.properties.get("versioning")}


def put_versioning(call: Call) -> Result:
    """PutBucketVersioning."""
    bucket, wanted = call.bucket, call.params["VersioningConfiguration"]
    if "MFADelete" in wanted:
        raise Refusal.NOT_SERVED.error(what="MFA delete")
    if "Status" not in wanted:
        raise Refusal.BAD_XML.error()
    bucket.properties["versioning"] = wanted["Status"]
    return {}


def get_encryption(call: Call) -> Result:
    """GetBucketEncryption: every bucket has one."""
    return {"ServerSideEncryptionConfiguration": call.bucket.properties["encryption"]}


def put_encryption(call: Call) -> Result:
    """PutBucketEncryption: with S3's keys or with a key of KMS, which is not looked up."""
    bucket, rules = call.bucket, call.params["ServerSideEncryptionConfiguration"]["Rules"]
    if len(rules) != 1 or "ApplyServerSideEncryptionByDefault" not in rules[0]:
        raise Refusal.ENCRYPTION_RULES.error()
    check_key(rules[0]["ApplyServerSideEncryptionByDefault"], "KMSMasterKeyID")
    if "BlockedEncryptionTypes" in rules[0]:
        raise Refusal.NOT_SERVED.error(what="blocked encryption types")
    bucket.properties["encryption"] = {"Rules": [{"BucketKeyEnabled": False, **rules[0]}]}
    return {}


def check_key(wanted: dict[str, Any], key: str) -> None:
    """Raise S3Error for an algorithm that is not served, or a key with an algorithm that takes none."""
    if wanted["SSEAlgorithm"] not in ("AES256", _KMS):
        raise Refusal.NOT_SERVED.error(what=f"encryption with {wanted['SSEAlgorithm']}")
    if key in wanted and wanted["SSEAlgorithm"] != _KMS:
        raise Refusal.KEY_WITHOUT_KMS.error(ArgumentName=key)


def delete_encryption(call: Call) -> Result:
    """DeleteBucketEncryption: back to S3's own keys."""
    call.bucket.properties["encryption"] = default_encryption()
    return {}


def default_encryption() -> Result:
    """What a new bucket is encrypted with."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    return {"Rules": [rule]}


def get_public_block(call: Call) -> Result:
    """GetPublicAccessBlock."""
    block = call.bucket.properties.get("public_block")
    if block is None:
        raise Refusal.NO_PUBLIC_BLOCK.error(BucketName=call.request.bucket)
    return {"PublicAccessBlockConfiguration": block}


def put_public_block(call: Call) -> Result:
    """PutPublicAccessBlock: what is not said is false."""
    wanted = call.params["PublicAccessBlockConfiguration"]
    call.bucket.properties["public_block"] = {name: wanted.get(name, False) for name in _BLOCKS}
    return {}


def delete_public_block(call: Call) -> Result:
    """DeletePublicAccessBlock."""
    call.bucket.properties.pop("public_block", None)
    return {}


def get_acl(call: Call) -> Result:
    """GetBucketAcl: the owner's alone, as it always is where ACLs are off."""
    _ = call.bucket
    grantee = {"Type": "CanonicalUser", "ID": OWNER}
    return {"Owner": {"ID": OWNER}, "Grants": [{"Grantee": grantee, "Permission": "FULL_CONTROL"}]}
