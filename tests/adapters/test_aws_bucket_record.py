"""From S3's answers to the neutral record, S3's rules for names and tags, and its errors.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as sdk
from botocore.parsers import create_parser
from cloudctl_aws.bucket import record, rules
from cloudctl_aws.bucket.delete import raise_first
from cloudctl_aws.errors import translate

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.services.bucket import BucketSpec

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OPEN_ACL = {"Grants": [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]}
LOGGED_IN = {"Grants": [{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}}]}
OWN_ACL = {"Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "79a5"}, "Permission": "FULL_CONTROL"}]}
PUBLIC_POLICY = {"PolicyStatus": {"IsPublic": True}}
OWN_POLICY = {"PolicyStatus": {"IsPublic": False}}


def shut(*names: str) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": dict.fromkeys(names, True)}


@pytest.mark.parametrize(
    ("block", "policy", "acl", "public"),
    [
        (shut(*record.BLOCKS), None, None, False),
        (shut("RestrictPublicBuckets", "IgnorePublicAcls"), PUBLIC_POLICY, OPEN_ACL, False),
        ({}, {}, OWN_ACL, False),
        ({}, OWN_POLICY, OWN_ACL, False),
        ({}, PUBLIC_POLICY, OWN_ACL, True),
        ({}, {}, OPEN_ACL, True),
        ({}, {}, LOGGED_IN, True),
        (shut("RestrictPublicBuckets"), PUBLIC_POLICY, OWN_ACL, False),
        (shut("RestrictPublicBuckets"), PUBLIC_POLICY, OPEN_ACL, True),
        (shut("IgnorePublicAcls"), {}, OPEN_ACL, False),
        (shut("BlockPublicAcls", "BlockPublicPolicy"), PUBLIC_POLICY, OPEN_ACL, True),
        ({}, None, OWN_ACL, None),
        ({}, None, OPEN_ACL, True),
        ({}, {}, None, None),
        (None, {}, OWN_ACL, False),
        (None, PUBLIC_POLICY, OWN_ACL, None),
        (None, None, None, None),
    ],
)
def test_public_is_what_policy_and_acl_open_and_nothing_shuts(
    block: Any, policy: Any, acl: Any, public: bool | None
) -> None:
    answers = {"GetPublicAccessBlock": block, "GetBucketPolicyStatus": policy, "GetBucketAcl": acl}
    document = {"Name": "web", **{name: answer for name, answer in answers.items() if answer is not None}}
    assert record.bucket(document, "aws").public is public


@pytest.mark.parametrize(
    ("default", "encryption"),
    [
        ({"SSEAlgorithm": "AES256"}, "provider"),
        ({"SSEAlgorithm": "aws:kms"}, "provider"),
        ({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}, KEY),
        (None, None),
    ],
)
def test_encryption_is_the_customers_key_or_the_providers(default: Any, encryption: str | None) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": default} if default else {"BucketKeyEnabled": False}
    assert record.encryption({"ServerSideEncryptionConfiguration": {"Rules": [rule]}}) == encryption


def test_what_was_refused_is_unknown_and_what_is_not_set_is_off() -> None:
    refused = record.bucket({"Name": "web"}, "aws")
    plain = record.bucket({"Name": "web", "GetBucketVersioning": {}, "GetBucketTagging": {}}, "aws")
    assert (refused.versioning, refused.tags, refused.region, refused.created) == (None, None, None, None)
    assert (plain.versioning, plain.tags) == (False, {})
    assert record.versioning({"Status": "Suspended"}) is False


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (KEY, KEY, True),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", KEY, True),
        ("alias/web", "arn:aws:kms:eu-west-1:123456789012:alias/web", True),
        ("alias/web", KEY, False),
        ("34cd-56ef-1234567890ab", KEY, False),
    ],
)
def test_a_key_may_be_named_by_its_id_or_its_arn(one: str, other: str, same: bool) -> None:
    assert record.same_key(one, other) is record.same_key(other, one) is same


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("ab", "3"),
        ("a" * 64, "63"),
        ("Web", "lower-case"),
        ("web\n", "lower-case"),
        ("wéb", "lower-case"),
        ("-web", "begins"),
        ("web.", "begins"),
        ("web..logs", "dots"),
        ("192.168.5.4", "address"),
        ("xn--web", "xn--"),
        ("sthree-web", "sthree-"),
        ("amzn-s3-demo-web", "amzn-s3-demo-"),
        ("web-s3alias", "-s3alias"),
        ("web--ol-s3", "--ol-s3"),
        ("web.mrap", ".mrap"),
        ("web--usw2-az1--x-s3", "--x-s3"),
        ("web--table-s3", "--table-s3"),
    ],
)
def test_a_name_that_s3_refuses_is_refused_with_the_rule(name: str, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        rules.check(BucketSpec(name))
    assert word in str(caught.value.why)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "my.dotted.name", "1.2.3", "192.168.5.4a", "a--b"])
def test_a_name_that_s3_takes_is_taken(name: str) -> None:
    rules.check(BucketSpec(name, tags={"team": "web + co", "ключ": "знач", "empty": ""}))


@pytest.mark.parametrize(
    "tags",
    [
        {"AWS:web": "x"},
        {"k" * 129: "x"},
        {"": "x"},
        {"k": "v" * 257},
        {"k": "a;b"},
        {f"k{number}": "" for number in range(47)},
    ],
)
def test_tags_that_s3_refuses_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        rules.check(BucketSpec("web", tags=tags))


def test_a_default_storage_class_is_refused() -> None:
    with pytest.raises(UsageError):
        rules.check(BucketSpec("web", storage_class="STANDARD_IA"))


def raised(status: int, code: str, operation: str = "CreateBucket") -> CloudError:
    """The translation of a reply as botocore parses it; one without a code has no body."""
    body = f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode() if code else b""
    reply = {"status_code": status, "headers": {}, "body": body}
    error = translate(sdk.ClientError(create_parser("rest-xml").parse(reply, None), operation))
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (409, "BucketAlreadyExists", Kind.EXISTS, False),
        (409, "BucketAlreadyOwnedByYou", Kind.EXISTS, False),
        (409, "BucketNotEmpty", Kind.CONFLICT, False),
        (409, "OperationAborted", Kind.CONFLICT, True),
        (409, "InvalidBucketState", Kind.CONFLICT, False),
        (400, "TooManyBuckets", Kind.QUOTA, False),
        (404, "NoSuchBucket", Kind.NOT_FOUND, False),
        (404, "NoSuchTagSet", Kind.NOT_FOUND, False),
        (403, "AccessDenied", Kind.DENIED, False),
        (403, "AllAccessDisabled", Kind.DENIED, False),
        (301, "PermanentRedirect", Kind.DENIED, False),
        (403, "RequestTimeTooSkewed", Kind.UNAUTHENTICATED, False),
        (400, "ExpiredToken", Kind.UNAUTHENTICATED, False),
        (400, "InvalidToken", Kind.UNAUTHENTICATED, False),
        (503, "SlowDown", Kind.THROTTLED, True),
        (503, "ServiceUnavailable", Kind.UNAVAILABLE, True),
        (500, "InternalError", Kind.UNAVAILABLE, True),
        (400, "InvalidBucketName", Kind.USAGE, False),
        (400, "IllegalLocationConstraintException", Kind.USAGE, False),
        (400, "KeyTooLongError", Kind.USAGE, False),
        (400, "MetadataTooLarge", Kind.USAGE, False),
        (400, "KMS.DisabledException", Kind.CONFLICT, False),
        (400, "KMS.NotFoundException", Kind.CONFLICT, False),
        (400, "BadDigest", Kind.UNAVAILABLE, True),
        (403, "InvalidSecurity", Kind.UNAUTHENTICATED, False),
        # In the body of a reply that began with 200, which botocore takes for a 500.
        (500, "NoSuchUpload", Kind.NOT_FOUND, False),
        (400, "MalformedXML", Kind.USAGE, False),
    ],
)
def test_documented_codes(status: int, code: str, kind: Kind, retryable: bool) -> None:
    error = raised(status, code)
    assert (error.kind, error.code, error.retryable) == (kind, code, retryable)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Kind.DENIED), (404, Kind.NOT_FOUND), (301, Kind.DENIED), (503, Kind.UNAVAILABLE)]
)
def test_a_reply_to_head_has_no_body_and_its_status_for_a_code(status: int, kind: Kind) -> None:
    error = raised(status, "", "HeadBucket")
    assert (error.kind, error.code) == (kind, str(status))


def test_a_key_that_could_not_be_deleted_is_an_error_though_the_call_succeeded() -> None:
    with pytest.raises(CloudError) as caught:
        raise_first([{"Key": "a", "Code": "AccessDenied", "Message": "Access Denied"}])
    assert (caught.value.kind, caught.value.retryable) == (Kind.DENIED, False)
    with pytest.raises(CloudError) as caught:
        raise_first([{"Key": "a", "Code": "InternalError"}])
    assert caught.value.retryable
