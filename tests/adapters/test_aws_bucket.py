"""What is special to S3 in creating, finding and deleting buckets, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from cloudctl_aws.bucket import AwsBucket

from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Mark
from cloudctl.plan import Step
from cloudctl.retry import Deadline
from cloudctl.runner import AlreadyThere, Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.bucket import Bucket, BucketSpec
from cloudctl.services.lifecycle import RuleChange, RuleSpec

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ODD_KEYS = ("a//b", "a/../up", "dir/", "100%+ü \n", "tab\there", "&<>\r", "ctrl\x01", "\x1f/")


class Account:
    """The sandbox's AWS: through the adapter in a region, and beside it (``s3``)."""

    def __init__(self, sandbox: Any, region: str = "eu-west-1") -> None:
        self.sandbox, self.region = sandbox, region
        endpoint = sandbox.endpoint("aws")
        self.context = Context("aws", "aws", {}, endpoint, sandbox=True)
        self.buckets = AwsBucket(Scope(self.context, region), Deadline(60))
        self.runner = Runner(self.buckets.call, Report())
        self.s3 = boto3.client(
            "s3", region, endpoint_url=endpoint, aws_access_key_id="sandbox", aws_secret_access_key="sandbox"
        )

    def make(self, name: str) -> None:
        """A bucket that somebody else made."""
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region})

    def create(self, name: str = "web", **options: Any) -> Bucket:
        spec = BucketSpec(name, **options)
        self.buckets.check(spec)
        self.runner.execute(self.buckets.plan_create(spec))
        return self.find(name)

    def find(self, name: str = "web") -> Bucket:
        (found,) = self.buckets.find(name)
        return found

    def delete(self, bucket: Bucket, *, recursive: bool = False) -> None:
        self.runner.execute(self.buckets.plan_delete(bucket, recursive=recursive))

    def steps(self, bucket: Bucket) -> list[Step]:
        """The dry run of a recursive deletion."""
        return list(self.runner.preview(self.buckets.plan_delete(bucket, recursive=True)))

    def tags(self, name: str = "web") -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.s3.get_bucket_tagging(Bucket=name)["TagSet"]}

    def names(self) -> list[str]:
        return [bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]]

    def calls(self, act: Callable[[], object]) -> list[str]:
        """The operations that the adapter called."""
        known = self.sandbox.operations(cloud="aws")
        act()
        return [one["operation"] for one in self.sandbox.operations(cloud="aws")[len(known) :]]


@pytest.fixture
def account(sandbox: Any) -> Account:
    sandbox.reset()
    return Account(sandbox)


def test_a_bucket_is_made_in_one_call_with_its_tags_and_what_it_has_by_itself_is_not_asked_for(
    account: Account,
) -> None:
    calls = account.calls(lambda: account.create(tags={"team": "x"}))
    assert [call for call in calls if call.startswith(("s3:Create", "s3:Put"))] == [
        "s3:CreateBucket",
        "s3:PutBucketTagging",
    ]
    made = account.find()
    assert (made.region, made.encryption, made.public, made.versioning) == ("eu-west-1", "provider", False, False)
    assert account.tags() == made.tags
    mark = Mark.from_tags(made.tags)
    assert mark and (mark.owner, str(mark.claim).partition("-")[0]) == ("bucket.web", "ready")
    assert (made.tags or {})["team"] == "x"


def test_the_first_region_is_named_by_no_constraint(sandbox: Any) -> None:
    sandbox.reset()
    account = Account(sandbox, "us-east-1")
    step = next(iter(account.runner.preview(account.buckets.plan_create(BucketSpec("web")))))
    assert list(step.arguments["CreateBucketConfiguration"]) == ["Tags"]
    assert account.create().region == "us-east-1"


def test_a_bucket_with_a_key_of_the_customers_is_encrypted_with_it(account: Account) -> None:
    made = account.create(encryption=KEY, versioning=True)
    assert (made.encryption, made.versioning) == (KEY, True)
    (rule,) = account.s3.get_bucket_encryption(Bucket="web")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["BucketKeyEnabled"]


def test_a_bucket_of_somebody_else_is_exit_6_to_a_create_and_exit_5_to_a_look(account: Account) -> None:
    with pytest.raises(Conflict) as refused:
        account.create("taken-web")
    assert refused.value.kind is Kind.EXISTS
    with pytest.raises(CloudError) as denied:
        list(account.buckets.find("taken-web"))
    assert denied.value.kind is Kind.DENIED


def test_a_create_where_the_first_region_would_answer_success_again_finds_the_bucket(sandbox: Any) -> None:
    sandbox.reset()
    account = Account(sandbox, "us-east-1")
    account.s3.create_bucket(Bucket="web")
    with pytest.raises(Conflict) as refused:
        account.create()
    assert refused.value.kind is Kind.EXISTS
    assert account.find().tags == {}


def test_what_is_there_is_already_there_and_its_differences_are_named(account: Account) -> None:
    made = account.create()
    with pytest.raises(AlreadyThere):
        account.create()
    same = account.buckets.differences(BucketSpec("web"), made)
    differs = account.buckets.differences(BucketSpec("web", versioning=True, encryption=KEY), made)
    elsewhere = Account(account.sandbox, "us-east-1").buckets.differences(BucketSpec("web"), made)
    assert (same, differs) == ((), ("versioning: off, not on", f"encryption: provider, not {KEY}"))
    assert elsewhere == ("region: eu-west-1, not us-east-1",)


def test_a_create_that_fails_takes_its_bucket_away(account: Account) -> None:
    account.sandbox.fault("denied", "aws", "s3:PutBucketVersioning", count=0)
    with pytest.raises(CloudError) as refused:
        account.create(versioning=True)
    assert (refused.value.kind, account.names()) == (Kind.DENIED, [])
    account.sandbox.clear_faults()


def test_writing_the_mark_keeps_the_tags_of_others(account: Account) -> None:
    account.create(tags={"team": "x"})
    theirs = {**account.tags(), "cost": "42"}
    listed = [{"Key": key, "Value": value} for key, value in theirs.items()]
    account.s3.put_bucket_tagging(Bucket="web", Tagging={"TagSet": listed})
    claim = account.buckets.plan_create(BucketSpec("web")).claim
    found = claim.find() if claim else None
    assert claim and found and found.mark and found.mark.claim
    claim.write(found, found.mark)
    assert account.tags() == theirs


def test_the_mark_of_a_run_is_not_written_on_the_bucket_of_another(account: Account) -> None:
    old = account.create()
    claim = account.buckets.plan_create(BucketSpec("web")).claim
    found = claim.find() if claim else None
    account.delete(old)
    account.create()
    new = account.tags()
    assert claim and found and found.mark
    with pytest.raises(CloudError) as gone:
        claim.write(found, found.mark)
    assert (gone.value.kind, account.tags()) == (Kind.NOT_FOUND, new)


def test_a_bucket_that_was_made_anew_is_not_the_one_to_delete(account: Account) -> None:
    old = account.create()
    account.delete(old)
    new = account.create()
    account.delete(old)
    assert account.find() == new
    account.delete(new)
    assert account.names() == []


@pytest.mark.parametrize("name", ["web", "arn:aws:s3:::web"])
def test_a_bucket_is_found_by_name_and_arn_from_any_region(account: Account, name: str) -> None:
    account.make("web")
    account.make("web-logs")
    found = Account(account.sandbox, "us-east-1").find(name)
    assert (found.name, found.region, found.created is not None) == ("web", "eu-west-1", True)


@pytest.mark.parametrize(
    "name", ["account/container", "a", "arn:aws:s3:eu-west-1:1:accesspoint/x", "web logs", "ü" * 5]
)
def test_what_cannot_be_a_buckets_name_is_not_asked_for(account: Account, name: str) -> None:
    assert account.calls(lambda: list(account.buckets.find(name))) == []


def test_a_bucket_that_may_not_be_looked_at_is_shown_as_the_list_has_it(account: Account) -> None:
    account.make("web")
    for operation in ("HeadBucket", "Get*"):
        account.sandbox.fault("denied", "aws", f"s3:{operation}", count=0)
    found = account.find()
    account.sandbox.clear_faults()
    assert (found.region, found.created is not None) == ("eu-west-1", True)
    assert (found.versioning, found.public, found.encryption, found.tags) == (None, None, None, None)


def test_without_the_list_only_the_time_of_the_create_is_unknown(account: Account) -> None:
    account.make("web")
    account.sandbox.fault("denied", "aws", "s3:ListBuckets", count=0)
    found = account.find()
    account.sandbox.clear_faults()
    assert (found.created, found.region, found.public) == (None, "eu-west-1", False)


@pytest.mark.parametrize("kind", ["unauthenticated", "expired"])
def test_bad_credentials_are_told_from_a_refusal_though_head_has_no_body(account: Account, kind: str) -> None:
    account.sandbox.fault(kind, "aws", count=0)
    for act in (lambda: list(account.buckets.find("web")), account.create):
        with pytest.raises(CloudError) as refused:
            act()
        assert refused.value.kind is Kind.UNAUTHENTICATED
    account.sandbox.clear_faults()


def test_an_expired_login_ends_the_list_and_is_not_taken_for_a_refusal(account: Account) -> None:
    account.make("web")
    account.sandbox.fault("expired", "aws", "s3:GetBucketTagging", count=0)
    with pytest.raises(CloudError) as refused:
        list(account.buckets.list())
    account.sandbox.clear_faults()
    assert refused.value.kind is Kind.UNAUTHENTICATED


def test_a_bucket_that_is_open_to_everybody_says_so(account: Account) -> None:
    account.make("web")
    account.s3.delete_public_access_block(Bucket="web")
    assert account.find().public is False
    statement = '{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::web/*"}'
    account.s3.put_bucket_policy(Bucket="web", Policy=f'{{"Version":"2012-10-17","Statement":[{statement}]}}')
    assert account.find().public is True


def test_everything_in_a_bucket_goes_whatever_its_keys_are(account: Account) -> None:
    account.make("web")
    account.s3.put_bucket_versioning(Bucket="web", VersioningConfiguration={"Status": "Enabled"})
    for key in ODD_KEYS:
        account.s3.put_object(Bucket="web", Key=key, Body=b"1")
        account.s3.put_object(Bucket="web", Key=key, Body=b"2")
    for key in ODD_KEYS[:-2]:  # replies about the others cannot be read
        account.s3.create_multipart_upload(Bucket="web", Key=key)
    account.s3.delete_object(Bucket="web", Key="dir/")
    account.delete(account.find(), recursive=True)
    assert account.names() == []


def test_a_versioned_bucket_whose_objects_were_all_deleted_still_holds_them(account: Account) -> None:
    account.make("web")
    account.s3.put_bucket_versioning(Bucket="web", VersioningConfiguration={"Status": "Enabled"})
    account.s3.put_object(Bucket="web", Key="a", Body=b"1")
    account.s3.delete_object(Bucket="web", Key="a")
    with pytest.raises(Conflict) as refused:
        account.delete(account.find())
    assert "--recursive --confirm web" in (refused.value.fix or "")


def test_an_unfinished_upload_is_something_that_a_bucket_holds(account: Account) -> None:
    account.make("web")
    account.s3.create_multipart_upload(Bucket="web", Key="a")
    with pytest.raises(Conflict) as refused:
        account.delete(account.find())
    assert "upload" in (refused.value.why or "")


def test_a_bucket_that_is_filled_meanwhile_is_a_conflict_and_stays(account: Account) -> None:
    account.make("web")
    plan = account.buckets.plan_delete(account.find(), recursive=True)
    (delete,) = account.runner.preview(plan)
    account.s3.put_object(Bucket="web", Key="late", Body=b"1")
    with pytest.raises(CloudError) as refused:
        account.buckets.call(delete.apply)
    assert (refused.value.kind, refused.value.code) == (Kind.CONFLICT, "BucketNotEmpty")


def test_a_deletion_lists_every_page_once_and_its_dry_run_does_too(make_sandbox: Callable[..., Any]) -> None:
    sandbox = make_sandbox(transition=0.1, page_size=7)
    sandbox.reset()
    account = Account(sandbox)
    account.make("web")
    for number in range(20):
        account.s3.put_object(Bucket="web", Key=f"{number:02}", Body=b"1")
        if number < 9:
            account.s3.create_multipart_upload(Bucket="web", Key=f"folder one/{number}")
    bucket = account.find()
    steps = account.steps(bucket)
    pages = [step.arguments["Delete"]["Objects"] for step in steps if step.operation == "s3:DeleteObjects"]
    assert [len(page) for page in pages] == [7, 7, 6]
    assert sorted(one["Key"] for page in pages for one in page) == [f"{number:02}" for number in range(20)]
    aborted = [step.arguments["Key"] for step in steps if step.operation == "s3:AbortMultipartUpload"]
    assert aborted == [f"folder one/{number}" for number in range(9)]
    account.delete(bucket, recursive=True)
    assert account.names() == []


def test_a_bucket_that_goes_while_it_is_emptied_is_gone(account: Account) -> None:
    account.make("web")
    bucket = account.find()
    account.s3.delete_bucket(Bucket="web")
    account.delete(bucket, recursive=True)
    account.delete(bucket)
    assert account.names() == []


@pytest.mark.parametrize("prefix", ["old/", ""])
def test_a_rule_is_added_beside_rules_of_the_old_form(account: Account, prefix: str) -> None:
    """Those made before 2016 have their prefix in no filter, and S3 takes rules of one form only."""
    account.make("web")
    old = {"ID": "old", "Prefix": prefix, "Status": "Enabled", "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}
    account.s3.put_bucket_lifecycle_configuration(Bucket="web", LifecycleConfiguration={"Rules": [old]})
    change = RuleChange((RuleSpec("new", "tmp/", (), 7),))
    account.runner.execute(account.buckets.plan_lifecycle(account.find(), change))
    told = {rule.id: (rule.prefix, rule.exact) for rule in account.buckets.lifecycle(account.find())}
    assert told == {"old": (prefix, True), "new": ("tmp/", True)}
