"""What is special to Azure in creating, finding and deleting buckets, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.pipeline.policies import RetryPolicy
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient
from azure.storage.blob import BlobServiceClient
from cloudctl_azure.bucket import AzureBucket
from cloudctl_azure.bucket.metadata import mark_of
from cloudctl_azure.policies import SandboxTokenPolicy

from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Claim, ClaimState
from cloudctl.retry import Deadline
from cloudctl.runner import AlreadyThere, Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.bucket import Bucket, BucketSpec

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
ACCOUNTS = "Microsoft.Storage/storageAccounts"
CONTAINERS = f"{ACCOUNTS}/blobServices/containers"
BLOBS = f"{CONTAINERS}/blobs"
GROUP = "theirs"


class Account:
    """The sandbox's subscription: through the adapter in a region, and beside it (``storage``)."""

    def __init__(self, sandbox: Any, region: str = "eastus") -> None:
        self.sandbox = sandbox
        endpoint = sandbox.endpoint("azure")
        context = Context("azure", "azure", {"subscription": SUBSCRIPTION}, endpoint, sandbox=True)
        self.buckets = AzureBucket(Scope(context, region), Deadline(60))
        self.runner = Runner(self.buckets.call, Report())
        options: dict[str, Any] = {
            "base_url": endpoint,
            "authentication_policy": SandboxTokenPolicy(),
            "retry_policy": RetryPolicy.no_retries(),
            "polling_interval": 0,
        }
        credential: Any = object()
        self.storage: Any = StorageManagementClient(credential, SUBSCRIPTION, **options)
        self.resources: Any = ResourceManagementClient(credential, SUBSCRIPTION, **options)

    def account(self, name: str, *, group: str = GROUP, kind: str = "StorageV2", **properties: Any) -> None:
        """A storage account that somebody else made."""
        self.resources.providers.register("Microsoft.Storage")
        self.resources.resource_groups.create_or_update(group, {"location": "eastus"})
        sku = "Premium_LRS" if kind == "FileStorage" else "Standard_LRS"
        body = {"location": "eastus", "kind": kind, "sku": {"name": sku}, "properties": properties}
        self.storage.storage_accounts.begin_create(group, name, body).result()

    def make(self, name: str, **properties: Any) -> None:
        """A container that somebody else made, in an account that is there."""
        account, _, container = name.partition("/")
        self.storage.blob_containers.create(GROUP, account, container, {"properties": properties})

    def version(self, account: str, group: str = GROUP) -> None:
        wanted = {"properties": {"isVersioningEnabled": True}}
        self.storage.blob_services.set_service_properties(group, account, wanted)

    def create(self, name: str = "mine/web", **options: Any) -> Bucket:
        spec = BucketSpec(name, **options)
        self.buckets.check(spec)
        self.runner.execute(self.buckets.plan_create(spec))
        return self.find(name)

    def find(self, name: str = "mine/web") -> Bucket:
        (found,) = self.buckets.find(name)
        return found

    def delete(self, bucket: Bucket, *, recursive: bool = False) -> None:
        self.runner.execute(self.buckets.plan_delete(bucket, recursive=recursive))

    def names(self) -> list[str]:
        return [bucket.name for bucket in self.buckets.list()]

    def blobs(self, bucket: Bucket) -> Any:
        """What a container holds, by the account's key."""
        account, _, container = bucket.name.partition("/")
        group = bucket.id.split("/")[4]
        key = self.storage.storage_accounts.list_keys(group, account).keys_property[0].value
        address = self.storage.storage_accounts.get_properties(group, account).primary_endpoints.blob
        service = BlobServiceClient(address, credential={"account_name": account, "account_key": key})
        return service.get_container_client(container)

    def calls(self, act: Callable[[], object]) -> list[str]:
        """The operations that the adapter called."""
        known = self.sandbox.operations(cloud="azure")
        act()
        return [one["operation"] for one in self.sandbox.operations(cloud="azure")[len(known) :]]


@pytest.fixture
def account(sandbox: Any) -> Account:
    sandbox.reset()
    return Account(sandbox)


def test_an_account_that_is_absent_is_made_closed_and_with_tls_1_2(account: Account) -> None:
    made = account.create(storage_class="Cool", tags={"env": "test"})
    there = account.storage.storage_accounts.get_properties("cloudctl-eastus", "mine").as_dict()
    wanted = {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False, "supportsHttpsTrafficOnly": True}
    assert {key: there["properties"][key] for key in wanted} == wanted
    assert (there["kind"], there["sku"]["name"], there["location"]) == ("StorageV2", "Standard_LRS", "eastus")
    assert (made.region, made.storage_class, made.public, made.created) == ("eastus", "Cool", False, None)


def test_a_container_is_made_with_its_tags_and_its_mark_as_metadata(account: Account) -> None:
    made = account.create(tags={"env": "test"})
    mark = mark_of(made.tags)
    assert mark and mark.claim
    assert (mark.owner, mark.claim.state) == ("bucket.mine/web", ClaimState.READY)
    assert (made.tags or {})["env"] == "test"


def test_an_account_of_another_group_is_used_where_it_is(account: Account) -> None:
    account.account("mine")
    made = account.create(group="elsewhere")
    assert f"/resourceGroups/{GROUP}/" in made.id
    assert [group.name for group in account.resources.resource_groups.list()] == [GROUP]


def test_what_is_there_is_already_there_and_its_account_is_left_as_it_is(account: Account) -> None:
    made = account.create()
    with pytest.raises(AlreadyThere):
        account.create()
    with pytest.raises(CloudError) as refused:
        account.create(versioning=True)
    assert refused.value.exit_code == 6
    assert account.find() == made


def test_its_differences_are_named(account: Account) -> None:
    made = account.create()
    spec = BucketSpec("mine/web", versioning=True, storage_class="Cool")
    assert account.buckets.differences(BucketSpec("mine/web", versioning=False, storage_class="Hot"), made) == ()
    assert account.buckets.differences(spec, made) == ("versioning: off, not on", "storage class: Hot, not Cool")
    elsewhere = Account(account.sandbox, "westeurope").buckets.differences(BucketSpec("mine/web"), made)
    assert elsewhere == ("region: eastus, not westeurope",)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"versioning": True}, "versioning off, not on"),
        ({"storage_class": "Cool"}, "access tier Hot, not Cool"),
    ],
)
def test_a_setting_of_an_account_is_not_changed_for_a_container(
    account: Account, options: dict[str, Any], named: str
) -> None:
    account.account("mine")
    with pytest.raises(Conflict) as refused:
        account.create(**options)
    assert named in refused.value.message
    assert account.names() == []


def test_versions_that_were_not_asked_for_are_a_conflict_only_where_they_were_refused(account: Account) -> None:
    account.account("mine")
    account.version("mine")
    with pytest.raises(Conflict):
        account.create(versioning=False)
    assert account.create().versioning is True
    assert account.create("mine/web-2", versioning=True).versioning is True


def test_an_account_that_a_create_made_and_nobody_used_yet_still_gets_versions(account: Account) -> None:
    account.delete(account.create())
    assert account.create(versioning=True).versioning is True
    account.create("other/web")
    with pytest.raises(Conflict):
        account.create("other/web-2", versioning=True)


def test_an_account_of_another_region_is_a_conflict(account: Account) -> None:
    account.account("mine")
    with pytest.raises(Conflict) as refused:
        Account(account.sandbox, "westeurope").create()
    assert "--region eastus" in (refused.value.fix or "")


def test_the_name_of_somebody_elses_account_is_a_conflict(account: Account) -> None:
    with pytest.raises(CloudError) as refused:
        account.create("taken1/web")
    assert (refused.value.exit_code, refused.value.code) == (6, "StorageAccountAlreadyTaken")


def test_a_container_of_somebody_else_is_left_alone(account: Account) -> None:
    account.account("mine")
    account.make("mine/web", metadata={"env": "theirs"})
    with pytest.raises(Conflict) as refused:
        account.create()
    assert (refused.value.kind, account.find().tags) == (Kind.EXISTS, {"env": "theirs"})


def test_a_create_that_fails_leaves_the_account_which_is_shared(account: Account) -> None:
    account.sandbox.fault("denied", "azure", f"{CONTAINERS}/write", count=0)
    with pytest.raises(CloudError) as refused:
        account.create()
    account.sandbox.clear_faults()
    assert (refused.value.kind, account.names()) == (Kind.DENIED, [])
    assert [one.name for one in account.storage.storage_accounts.list()] == ["mine"]


def test_writing_the_mark_keeps_the_metadata_of_others(account: Account) -> None:
    made = account.create(tags={"env": "test"})
    theirs = {**(made.tags or {}), "cost": "42"}
    names = ("cloudctl-eastus", "mine", "web")
    account.storage.blob_containers.update(*names, {"properties": {"metadata": theirs}})
    claim = account.buckets.plan_create(BucketSpec("mine/web")).claim
    found = claim.find() if claim else None
    assert claim and found and found.mark
    claim.write(found, found.mark.with_claim(Claim(ClaimState.DELETING, 1, "b")))
    assert account.find().tags == {**theirs, "cloudctl_claim": "deleting-1-b"}


def test_the_mark_of_a_run_is_not_written_on_the_container_of_another(account: Account) -> None:
    old = account.create()
    claim = account.buckets.plan_create(BucketSpec("mine/web")).claim
    found = claim.find() if claim else None
    account.delete(old)
    new = account.create()
    assert claim and found and found.mark
    with pytest.raises(CloudError) as gone:
        claim.write(found, found.mark)
    assert (gone.value.kind, account.find()) == (Kind.NOT_FOUND, new)


def test_a_container_that_was_made_anew_is_not_the_one_to_delete(account: Account) -> None:
    old = account.create()
    account.delete(old)
    new = account.create()
    account.delete(old, recursive=True)
    assert account.find() == new
    account.delete(new)
    assert account.names() == []


def test_a_container_is_found_by_name_in_any_account_and_by_id_in_any_case(account: Account) -> None:
    for name in ("one", "two"):
        account.account(name)
        account.make(f"{name}/web")
    account.account("three")
    assert [bucket.name for bucket in account.buckets.find("web")] == ["one/web", "two/web"]
    wanted = account.find("two/web")
    westward = Account(account.sandbox, "westeurope")
    assert westward.find(wanted.id.upper()) == westward.find("two/web") == wanted
    for nothing in ("two/other", "four/web", wanted.id.replace("two", "four"), wanted.id.replace(SUBSCRIPTION, "x")):
        assert list(account.buckets.find(nothing)) == []


@pytest.mark.parametrize("name", ["Web", "a", "web_logs", "one/web logs", "/subscriptions/x", "one/two/"])
def test_what_cannot_be_a_containers_name_is_not_asked_for(account: Account, name: str) -> None:
    assert account.calls(lambda: list(account.buckets.find(name))) == []


def test_an_account_without_blobs_takes_no_container(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.account("mine")
    monkeypatch.setattr("cloudctl_azure.bucket.record.endpoint", lambda native: None)
    with pytest.raises(Conflict) as refused:
        account.create()
    assert "no blob service" in refused.value.message


def test_what_a_container_or_its_account_refuses_to_say_is_not_known(account: Account) -> None:
    account.account("mine")
    account.make("mine/web", metadata={"env": "theirs"})
    (listed,) = account.buckets.list()
    assert listed == account.find()
    account.sandbox.fault("denied", "azure", f"{ACCOUNTS}/blobServices/read", count=0)
    account.sandbox.fault("denied", "azure", f"{CONTAINERS}/read", skip=1, count=0)
    (listed,) = account.buckets.list()
    account.sandbox.clear_faults()
    assert (listed.versioning, listed.tags, listed.public) == (None, None, False)


def test_an_account_that_may_not_be_looked_into_is_told_after_what_the_others_have(account: Account) -> None:
    for name in ("one", "two"):
        account.account(name)
        account.make(f"{name}/web")
    for act in (account.buckets.list, lambda: account.buckets.find("web")):
        account.sandbox.fault("denied", "azure", f"{CONTAINERS}/read", count=1)
        found = []
        with pytest.raises(CloudError) as refused:
            for bucket in act():
                found.append(bucket.name)
        account.sandbox.clear_faults()
        (missing,) = {"one/web", "two/web"} - set(found)
        assert refused.value.kind is Kind.DENIED
        assert refused.value.message.startswith(f"storage account {missing.partition('/')[0]}: ")


def test_an_expired_login_ends_the_list_and_is_not_taken_for_a_refusal(account: Account) -> None:
    account.account("mine")
    account.make("mine/web")
    account.sandbox.fault("expired", "azure", f"{ACCOUNTS}/blobServices/read", count=0)
    with pytest.raises(CloudError) as refused:
        list(account.buckets.list())
    account.sandbox.clear_faults()
    assert refused.value.kind is Kind.UNAUTHENTICATED


def test_a_blob_is_something_that_a_container_holds(account: Account) -> None:
    made = account.create()
    account.blobs(made).upload_blob("dir//a", b"1")
    with pytest.raises(Conflict) as refused:
        account.delete(made)
    assert "'dir//a'" in (refused.value.why or "")
    assert "--recursive --confirm mine/web" in (refused.value.fix or "")
    assert account.names() == ["mine/web"]


def test_versions_of_deleted_blobs_are_something_too(account: Account) -> None:
    made = account.create(versioning=True)
    account.blobs(made).upload_blob("a", b"1")
    account.blobs(made).delete_blob("a")
    with pytest.raises(Conflict):
        account.delete(made)


def test_blocks_that_were_never_committed_are_something_too(account: Account) -> None:
    made = account.create()
    account.blobs(made).get_blob_client("a").stage_block("MDAwMQ==", b"1")
    with pytest.raises(Conflict):
        account.delete(made)


def test_everything_in_a_container_goes_with_it_and_the_account_stays(account: Account) -> None:
    made = account.create(versioning=True)
    for text in (b"1", b"2"):
        account.blobs(made).upload_blob("a", text, overwrite=True)
    account.delete(made, recursive=True)
    assert account.names() == []
    assert [one.name for one in account.storage.storage_accounts.list()] == ["mine"]


def test_a_container_that_may_not_be_looked_into_is_only_deleted_with_everything(account: Account) -> None:
    made = account.create()
    account.sandbox.fault("denied", "azure", f"{BLOBS}/read", count=0)
    with pytest.raises(Conflict) as refused:
        account.delete(made)
    assert "cannot be told" in refused.value.message
    assert "--recursive" in (refused.value.fix or "")
    assert account.find() == made
    account.delete(made, recursive=True)
    account.sandbox.clear_faults()
    assert account.names() == []


def test_undoing_a_create_leaves_what_somebody_has_put_into_its_container(account: Account) -> None:
    made = account.create()
    mark = mark_of(made.tags)
    plan = account.buckets.plan_create(BucketSpec("mine/web"))
    assert mark and plan.cleanup
    account.blobs(made).upload_blob("a", b"1")
    (step,) = plan.cleanup(mark.run)
    with pytest.raises(Conflict):
        step.find()
    (other,) = plan.cleanup("another run")
    assert other.find()
    account.blobs(made).delete_blob("a")
    assert step.find() is None


def test_a_container_or_account_that_goes_meanwhile_is_gone(account: Account) -> None:
    made = account.create()
    account.storage.blob_containers.delete("cloudctl-eastus", "mine", "web")
    account.delete(made)
    account.storage.storage_accounts.delete("cloudctl-eastus", "mine")
    account.delete(made)
    account.delete(made, recursive=True)
    assert account.names() == []
