"""What differs between the clouds, for the tests of the noun bucket: facts, never behaviour of cloudctl."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from azure.core.exceptions import ResourceExistsError
from botocore.exceptions import ClientError
from google.api_core.exceptions import PreconditionFailed
from native_buckets import ACCOUNT, AwsBuckets, AzureBuckets, GcpBuckets, NativeBuckets

from cloudctl import mapping


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """One cloud.

    ``prefix`` stands before a bucket's name (Azure: the account), ``url`` before its URL; ``id_pattern`` is the form
    of an id, ``storage_class`` the default class of a new bucket. ``create`` is the operation that makes a bucket,
    ``list`` one that lists them in pages, ``detail`` one that is asked for each bucket (None: there is none) and
    ``unknown`` the field that is not known without it; ``reads`` are patterns of operations that change nothing.
    ``marking`` are the operations that write cloudctl's mark on what is there already, ``by_itself`` those of steps
    whose outcome a new bucket of this cloud has without them.
    ``dated`` says whether the cloud tells when a bucket was made, ``shared_settings`` whether versioning and the public
    block are set for more than the bucket. ``refusal`` is what the SDK raises where a grant to everybody is blocked.
    ``names_refused`` are names that the cloud does not allow, with a word of the rule.
    """

    name: str
    connect: Callable[[str], NativeBuckets]
    region: str
    url: str
    id_pattern: str
    storage_class: str | None
    create: str
    list: str
    reads: tuple[str, ...]
    names_refused: Mapping[str, str]
    refusal: type[Exception]
    prefix: str = ""
    detail: str | None = None
    unknown: str = "versioning"
    marking: tuple[str, ...] = ()
    by_itself: tuple[str, ...] = ()
    dated: bool = True
    shared_settings: bool = False

    @property
    def table(self) -> mapping.NounCloud:
        return mapping.noun("bucket").clouds[self.name]

    def bucket(self, name: str) -> str:
        """The bucket's name as a command takes it."""
        return f"{self.prefix}{name}"

    def url_of(self, name: str) -> str:
        return f"{self.url}{self.bucket(name)}"


_AWS = BucketFacts(
    name="aws",
    connect=AwsBuckets,
    region="us-east-1",
    url="s3://",
    id_pattern=r"[a-z0-9.-]{3,63}",
    storage_class=None,
    create="s3:CreateBucket",
    list="s3:ListBuckets",
    reads=("s3:Get*", "s3:List*", "s3:Head*"),
    names_refused={"ab": "3", "w" * 64: "63", "Web-logs": "lower", "web_logs": "letters", "192.168.5.4": "address"},
    detail="s3:GetBucketVersioning",
    refusal=ClientError,
    marking=("s3:PutBucketTagging",),
    by_itself=("s3:PutPublicAccessBlock", "s3:PutBucketEncryption"),
)
_AZURE = BucketFacts(
    name="azure",
    connect=AzureBuckets,
    region="eastus",
    url="az://",
    prefix=f"{ACCOUNT}/",
    id_pattern=(
        r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/Microsoft.Storage/storageAccounts/[a-z0-9]+"
        r"/blobServices/default/containers/[^/]+"
    ),
    storage_class="Hot",
    create="Microsoft.Storage/storageAccounts/blobServices/containers/write",
    list="Microsoft.Storage/storageAccounts/blobServices/containers/read",
    reads=("*/read",),
    names_refused={
        "web": "ACCOUNT/CONTAINER",
        f"{ACCOUNT}/ab": "3",
        f"{ACCOUNT}/Web": "lower",
        f"{ACCOUNT}/web--logs": "hyphen",
        "an-account/web": "lower",
        "ab/web": "3",
    },
    detail="Microsoft.Storage/storageAccounts/blobServices/read",
    dated=False,
    shared_settings=True,
    refusal=ResourceExistsError,
)
_GCP = BucketFacts(
    name="gcp",
    connect=GcpBuckets,
    region="us-central1",
    url="gs://",
    id_pattern=r"[a-z0-9._-]{3,63}",
    storage_class="STANDARD",
    create="storage.buckets.insert",
    list="storage.buckets.list",
    marking=("storage.buckets.patch",),
    refusal=PreconditionFailed,
    reads=("*.get", "*.list", "*.getIamPolicy"),
    names_refused={"ab": "3", "w" * 64: "63", "Web-logs": "lower", "goog-web": "goog", "192.168.5.4": "address"},
)
BUCKETS = {facts.name: facts for facts in (_AWS, _AZURE, _GCP)}
