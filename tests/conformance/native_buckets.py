"""Buckets made with the clouds' own clients, beside cloudctl, and what is in them."""

from __future__ import annotations

import json
from typing import Any, Protocol

import boto3
import google.cloud.storage as gcs
from azure.core.pipeline.policies import RetryPolicy
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.storage import StorageManagementClient
from azure.storage.blob import BlobBlock, BlobServiceClient
from botocore.config import Config
from google.auth.credentials import AnonymousCredentials
from native_azure import SUBSCRIPTION, _Token
from polling import until

ACCOUNT = "cloudctltests"
_GROUP = "native"


class NativeBuckets(Protocol):
    """The buckets of a cloud as its own SDK reaches them; names as `BucketService` has them."""

    def make(self, name: str) -> None:
        """A new empty bucket that cloudctl did not make."""

    def open(self, name: str) -> None:
        """A new empty bucket that does not keep out whom its policy lets in."""

    def fill(self, name: str) -> None:
        """Two objects, of which one was written twice, and an upload that was never completed."""

    def grant(self, name: str) -> None:
        """Let anybody read what is in a bucket. Raises the SDK's error where that is blocked."""

    def configure(self, name: str) -> None:
        """A setting that cloudctl does not know."""

    def configuration(self, name: str) -> Any:
        """That setting as it is."""

    def regulate(self, name: str) -> None:
        """A lifecycle rule that says more than the neutral fields."""

    def regulations(self, name: str) -> Any:
        """The lifecycle rules as the cloud tells them."""

    def names(self) -> set[str]:
        """The buckets that are there."""


class AwsBuckets:
    """S3 in the region that the tests work in."""

    def __init__(self, endpoint: str) -> None:
        self._s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )

    def make(self, name: str) -> None:
        self._s3.create_bucket(Bucket=name)

    def open(self, name: str) -> None:
        self.make(name)
        self._s3.delete_public_access_block(Bucket=name)

    def fill(self, name: str) -> None:
        for key, text in (("a", b"1"), ("a", b"2"), ("folder/b", b"3")):
            self._s3.put_object(Bucket=name, Key=key, Body=text)
        self._s3.create_multipart_upload(Bucket=name, Key="unfinished")

    def grant(self, name: str) -> None:
        anybody = {
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"
        }  # fmt: skip
        self._s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [anybody]}))

    def configure(self, name: str) -> None:
        rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
        self._s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})

    def configuration(self, name: str) -> Any:
        return self._s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]

    def regulate(self, name: str) -> None:
        wanted = {"And": {"Prefix": "tmp/", "Tags": [{"Key": "keep", "Value": "no"}]}}
        rule = {"ID": "tagged", "Status": "Enabled", "Filter": wanted, "Expiration": {"Days": 3}}
        self._s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})

    regulations = configuration

    def names(self) -> set[str]:
        return {bucket["Name"] for bucket in self._s3.list_buckets()["Buckets"]}


class AzureBuckets:
    """Containers of one storage account of the tests' own, which keeps versions, and of those that a create made."""

    def __init__(self, endpoint: str) -> None:
        options: dict[str, Any] = {
            "base_url": endpoint,
            "authentication_policy": _Token(),
            "retry_policy": RetryPolicy.no_retries(),
            "polling_interval": 0,
        }
        credential: Any = object()  # the clients want one, but the policy authenticates
        self._resources: Any = ResourceManagementClient(credential, SUBSCRIPTION, **options)
        self._storage: Any = StorageManagementClient(credential, SUBSCRIPTION, **options)

    def make(self, name: str) -> None:
        account, _, container = name.partition("/")
        group = self._group_of(account) or self._account(account)
        self._storage.blob_containers.create(group, account, container, {})

    open = make

    def fill(self, name: str) -> None:
        account, _, container = name.partition("/")
        group = self._group_of(account)
        assert group
        key = self._storage.storage_accounts.list_keys(group, account).keys_property[0].value
        address = self._storage.storage_accounts.get_properties(group, account).primary_endpoints.blob
        credential = {"account_name": account, "account_key": key}
        blobs = BlobServiceClient(address, credential=credential).get_container_client(container)
        for blob, text in (("a", b"1"), ("a", b"2"), ("folder/b", b"3")):
            blobs.upload_blob(blob, text, overwrite=True)
        blobs.get_blob_client("unfinished").stage_block(BlobBlock("MDAwMQ==").id, b"4")

    def grant(self, name: str) -> None:
        account, _, container = name.partition("/")
        opened = {"properties": {"publicAccess": "Blob"}}
        self._storage.blob_containers.update(self._group_of(account), account, container, opened)

    def configure(self, name: str) -> None:
        account = name.partition("/")[0]
        wanted = {"properties": {"defaultServiceVersion": "2021-12-02"}}
        self._storage.blob_services.set_service_properties(self._group_of(account), account, wanted)

    def configuration(self, name: str) -> Any:
        account = name.partition("/")[0]
        services = self._storage.blob_services.get_service_properties(self._group_of(account), account)
        return services.as_dict()["properties"]["defaultServiceVersion"]

    def regulate(self, name: str) -> None:
        account = name.partition("/")[0]
        filters = {"blobTypes": ["blockBlob", "appendBlob"]}
        definition = {
            "filters": filters,
            "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": 900}}},
        }
        rule = {"name": "whole-account", "enabled": True, "type": "Lifecycle", "definition": definition}
        policy: Any = {"properties": {"policy": {"rules": [rule]}}}
        self._storage.management_policies.create_or_update(self._group_of(account), account, "default", policy)

    def regulations(self, name: str) -> Any:
        account = name.partition("/")[0]
        found = self._storage.management_policies.get(self._group_of(account), account, "default")
        return found.as_dict()["properties"]["policy"]["rules"]

    def names(self) -> set[str]:
        found = set()
        for account in self._storage.storage_accounts.list():
            group = account.id.split("/")[4]
            found |= {f"{account.name}/{one.name}" for one in self._storage.blob_containers.list(group, account.name)}
        return found

    def _group_of(self, account: str) -> str | None:
        ids: dict[str, str] = {one.name: one.id for one in self._storage.storage_accounts.list()}
        return ids[account].split("/")[4] if account in ids else None

    def _account(self, name: str) -> str:
        until(self._registered)
        self._resources.resource_groups.create_or_update(_GROUP, {"location": "eastus"})
        body = {"location": "eastus", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        self._storage.storage_accounts.begin_create(_GROUP, name, body).result()
        versions: Any = {"properties": {"isVersioningEnabled": True}}
        self._storage.blob_services.set_service_properties(_GROUP, name, versions)
        return _GROUP

    def _registered(self) -> bool:
        return bool(self._resources.providers.register("Microsoft.Storage").registration_state == "Registered")


class GcpBuckets:
    """Cloud Storage of the sandbox's project."""

    def __init__(self, endpoint: str) -> None:
        self._gcs = gcs.Client("sandbox-project", AnonymousCredentials(), client_options={"api_endpoint": endpoint})  # type: ignore[no-untyped-call]

    def make(self, name: str) -> None:
        self._gcs.create_bucket(name, location="us-central1")

    open = make

    def fill(self, name: str) -> None:
        bucket = self._gcs.bucket(name)
        for key, text in (("a", "1"), ("a", "2"), ("folder/b", "3")):
            bucket.blob(key).upload_from_string(text)
        bucket.blob("unfinished").create_resumable_upload_session(size=4)

    def grant(self, name: str) -> None:
        bucket = self._gcs.bucket(name)
        policy = bucket.get_iam_policy()
        policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
        bucket.set_iam_policy(policy)

    def configure(self, name: str) -> None:
        bucket = self._gcs.get_bucket(name)
        bucket.add_lifecycle_delete_rule(age=3, matches_prefix=["tmp/"])
        bucket.patch()

    def configuration(self, name: str) -> Any:
        return list(self._gcs.get_bucket(name).lifecycle_rules)

    def regulate(self, name: str) -> None:
        bucket = self._gcs.get_bucket(name)
        bucket.add_lifecycle_delete_rule(age=3, matches_suffix=[".tmp"], number_of_newer_versions=2)
        bucket.patch()

    regulations = configuration

    def names(self) -> set[str]:
        return {bucket.name for bucket in self._gcs.list_buckets()}
