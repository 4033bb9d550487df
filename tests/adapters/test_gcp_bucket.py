"""What is special to Cloud Storage in creating, finding and deleting buckets, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import google.cloud.storage as gcs
import pytest
from cloudctl_gcp.bucket import GcpBucket
from cloudctl_gcp.bucket.delete import raise_first
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials

from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, Kind, NotFound, UsageError
from cloudctl.marks import Mark
from cloudctl.plan import Step
from cloudctl.retry import Deadline
from cloudctl.runner import AlreadyThere, Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.bucket import Bucket, BucketSpec

KEY = "projects/keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"
ODD_KEYS = ("a//b", "../up", "dir/", "100%+ü ", "tab\there", "&<>", "?generation=1", "#")


class Project:
    """The sandbox's project: through the adapter in a region, and beside it (``gcs``)."""

    def __init__(self, sandbox: Any, region: str | None = "europe-west1") -> None:
        self.sandbox = sandbox
        endpoint = sandbox.endpoint("gcp")
        self.context = Context("gcp", "gcp", {"project": "sandbox-project"}, endpoint, sandbox=True)
        self.buckets = GcpBucket(Scope(self.context, region), Deadline(60))
        self.runner = Runner(self.buckets.call, Report())
        self.gcs = gcs.Client("sandbox-project", AnonymousCredentials(), client_options={"api_endpoint": endpoint})  # type: ignore[no-untyped-call]

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

    def names(self) -> list[str]:
        return [bucket.name for bucket in self.gcs.list_buckets()]

    def calls(self, act: Callable[[], object]) -> list[str]:
        """The operations that the adapter called."""
        known = self.sandbox.operations(cloud="gcp")
        act()
        return [one["operation"] for one in self.sandbox.operations(cloud="gcp")[len(known) :]]


@pytest.fixture
def project(sandbox: Any) -> Project:
    sandbox.reset()
    return Project(sandbox)


def test_a_bucket_is_made_whole_in_one_call(project: Project) -> None:
    calls = project.calls(lambda: project.create(tags={"team": "x"}, versioning=True, storage_class="NEARLINE"))
    assert [call for call in calls if call.startswith(("storage.buckets.insert", "storage.buckets.patch"))] == [
        "storage.buckets.insert",
        "storage.buckets.patch",
    ]
    made = project.find()
    assert (made.region, made.encryption, made.public, made.versioning) == ("europe-west1", "provider", False, True)
    assert (made.storage_class, (made.tags or {})["team"]) == ("NEARLINE", "x")
    native = project.gcs.get_bucket("web")
    assert native.iam_configuration.uniform_bucket_level_access_enabled
    assert native.iam_configuration.public_access_prevention == "enforced"


def test_a_bucket_with_a_key_of_the_customers_is_encrypted_with_it(project: Project) -> None:
    assert project.create(encryption=KEY).encryption == KEY


@pytest.mark.parametrize("name", ["web_logs", "logs.example.com", "w" * 63])
def test_whose_a_bucket_is_can_be_read_whatever_its_name(project: Project, name: str) -> None:
    mark = Mark.from_tags(project.create(name).tags)
    assert mark and (mark.owner, str(mark.claim).partition("-")[0]) == (f"bucket.{name}", "ready")
    with pytest.raises(AlreadyThere):
        project.create(name)


def test_a_bucket_of_somebody_else_is_exit_6_to_a_create_and_exit_5_to_a_look(project: Project) -> None:
    with pytest.raises(Conflict) as refused:
        project.create("taken-web")
    assert refused.value.kind is Kind.EXISTS
    with pytest.raises(CloudError) as denied:
        list(project.buckets.find("taken-web"))
    assert denied.value.kind is Kind.DENIED


def test_what_is_there_is_already_there_and_its_differences_are_named(project: Project) -> None:
    made = project.create()
    wanted = BucketSpec("web", versioning=True, encryption=KEY, storage_class="ARCHIVE")
    assert project.buckets.differences(BucketSpec("web"), made) == ()
    assert project.buckets.differences(wanted, made) == (
        "versioning: off, not on",
        f"encryption: provider, not {KEY}",
        "storage class: STANDARD, not ARCHIVE",
    )
    elsewhere = Project(project.sandbox, "us-central1").buckets.differences(BucketSpec("web"), made)
    assert elsewhere == ("region: europe-west1, not us-central1",)


def test_without_a_region_nothing_is_planned(project: Project) -> None:
    with pytest.raises(UsageError, match="region"):
        Project(project.sandbox, None).buckets.plan_create(BucketSpec("web"))


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"name": "a..b"}, "between dots"),
        ({"name": "web-"}, "ends with"),
        ({"name": "my-google-web"}, "google"),
        ({"name": f"{'w' * 64}.com"}, "between dots"),
        ({"name": "web", "encryption": "key"}, "no key"),
        ({"name": "web", "storage_class": "Hot"}, "no storage class"),
        ({"name": "web", "tags": {"Env": "x"}}, "Env"),
    ],
)
def test_what_cloud_storage_does_not_allow_is_refused_without_a_call(
    project: Project, options: dict[str, Any], rule: str
) -> None:
    def refused() -> None:
        with pytest.raises(UsageError) as usage:
            project.buckets.check(BucketSpec(**options))
        assert rule in f"{usage.value.message} {usage.value.why}"

    assert project.calls(refused) == []


def test_a_bucket_is_found_by_its_full_resource_name_and_a_text_that_names_none_is_not_asked_for(
    project: Project,
) -> None:
    made = project.create()
    for name in ("projects/_/buckets/web", "//storage.googleapis.com/projects/_/buckets/web"):
        assert project.find(name) == made
    assert project.calls(lambda: list(project.buckets.find("no name/"))) == []


def test_writing_the_mark_keeps_the_labels_of_others(project: Project) -> None:
    project.create(tags={"team": "x"})
    native = project.gcs.get_bucket("web")
    native.labels = {**native.labels, "cost": "42"}
    native.patch()
    plan = project.buckets.plan_delete(project.find(), recursive=False)
    assert plan.claim
    found = plan.claim.find()
    assert found and found.mark
    plan.claim.write(found, found.mark)
    labels = project.gcs.get_bucket("web").labels
    assert (labels["cost"], labels["team"]) == ("42", "x")


def test_the_mark_is_never_written_on_a_bucket_that_was_made_anew(project: Project) -> None:
    project.create()
    plan = project.buckets.plan_delete(project.find(), recursive=False)
    assert plan.claim
    found = plan.claim.find()
    assert found and found.mark
    project.gcs.bucket("web").delete()
    project.create()
    with pytest.raises(NotFound):
        plan.claim.write(found, found.mark)


def test_a_recursive_deletion_takes_every_key_and_version_in_batches(project: Project) -> None:
    made = project.create(versioning=True)
    bucket = project.gcs.bucket("web")
    for key in (*ODD_KEYS, *(f"n{number}" for number in range(60))):
        for text in ("1", "2"):
            bucket.blob(key).upload_from_string(text)
    shown = project.steps(made)
    assert [len(step.arguments["objects"]) for step in shown[:-1]] == [100, 36]
    project.delete(made, recursive=True)
    assert project.names() == []


def test_what_a_bucket_holds_is_told_before_it_is_marked(project: Project) -> None:
    made = project.create()
    project.gcs.bucket("web").blob("a//b").upload_from_string("1")
    with pytest.raises(Conflict, match="not empty") as refused:
        project.delete(made)
    assert refused.value.why and "a//b" in refused.value.why
    mark = Mark.from_tags(project.find().tags)
    assert str(mark and mark.claim).startswith("ready-")


def test_an_object_that_may_not_be_deleted_stops_the_deletion(project: Project) -> None:
    reply = exceptions.Forbidden("Object is under active hold.")  # type: ignore[no-untyped-call]
    gone = exceptions.NotFound("No such object")  # type: ignore[no-untyped-call]
    raise_first([(("a", 1), gone)])
    with pytest.raises(CloudError) as refused:
        raise_first([(("a", 1), gone), (("b", 2), reply)])
    assert refused.value.kind is Kind.DENIED


def test_who_may_read_is_not_known_where_it_may_not_be_asked(project: Project) -> None:
    project.gcs.create_bucket("open", location="europe-west1")
    project.sandbox.fault("denied", "gcp", "storage.buckets.getIamPolicy", count=0)
    (listed,) = project.buckets.list()
    assert listed.public is None
    project.sandbox.clear_faults()


def test_a_bucket_that_everybody_may_read_is_public(project: Project) -> None:
    bucket = project.gcs.create_bucket("open", location="europe-west1")
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.patch()
    assert project.find("open").public is False
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    bucket.set_iam_policy(policy)
    assert project.find("open").public is True
