"""Buckets: the neutral record, what a create takes, and what an adapter must offer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cloudctl.output import ABSENT, Absent, Kind
from cloudctl.plan import Found, Plan, Run, Step, Steps, digest
from cloudctl.services.base import Service
from cloudctl.services.lifecycle import LifecycleRule, RuleChange, RuleSpec
from cloudctl.services.objects import ObjectService

SCHEMES: Mapping[str, str] = {"aws": "s3", "azure": "az", "gcp": "gs"}
"""Provider -> scheme of its buckets' URLs."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket as the output contract has it (``cloudctl schema bucket``).

    ``id`` is the provider's own: the bucket's name on AWS and GCP, the container's ARM id on Azure; ``name`` is what a
    command takes (Azure: ``ACCOUNT/CONTAINER``). ``versioning`` is True only while it is enabled. ``public`` says
    whether anyone may read, None when it cannot be told. ``encryption`` is ``provider`` (a key of the provider's) or
    the id of the customer's key. ``storage_class`` is the default class of new objects, by its native name. What is
    not known, or was refused, is None; ``native`` is `ABSENT` unless ``--native`` asks for the provider's own record.
    """

    provider: str
    context: str
    id: str
    name: str
    url: str
    region: str | None
    created: datetime | None
    versioning: bool | None
    public: bool | None
    encryption: str | None
    storage_class: str | None
    tags: Mapping[str, str] | None
    native: Mapping[str, Any] | Absent = ABSENT


KIND = Kind(
    name="bucket",
    columns=("context", "name", "region", "versioning", "public", "storage_class", "created", "url"),
    wide=(
        "context", "name", "region", "created", "versioning", "public", "encryption", "storage_class", "url", "id",
        "tags",
    ),
    fields=(
        "provider", "context", "id", "name", "url", "region", "created", "versioning", "public", "encryption",
        "storage_class", "tags",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BucketSpec:
    """What ``bucket create`` was asked for.

    ``name`` as in `Bucket`. ``versioning`` None leaves the cloud's default (off). ``encryption`` is the id of a
    customer's key (None: the provider's own key). ``storage_class`` is the native name of a default class (None: the
    cloud's usual one). ``group`` is Azure's resource group for an account that is made (None: ``cloudctl-REGION``).
    """

    name: str
    versioning: bool | None = None
    encryption: str | None = None
    storage_class: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None

    def fingerprint(self, **place: str | None) -> str:
        """The digest of what was asked for; ``place`` is where (region, group)."""
        return digest(
            {
                "name": self.name,
                "versioning": self.versioning,
                "encryption": self.encryption,
                "storage_class": self.storage_class,
                "tags": sorted(self.tags.items()),
                **place,
            }
        )


class BucketService(Service):
    """Buckets of one cloud. Each method names the operations it uses in mappings/bucket.toml.

    One call answers for the buckets of all regions; `scope.region` filters where it is set.
    """

    regional = False

    @abstractmethod
    def list(self) -> Iterator[Bucket]:
        """All buckets of the account, in the order of the cloud. Pages are fetched by token.

        What needs a call per bucket (versioning, tags ...) is asked for side by side; a bucket that refuses such a call
        (moved, forbidden, none set) is listed with None in its place.
        """

    @abstractmethod
    def find(self, name: str) -> Iterator[Bucket]:
        """The buckets with this name or provider id. Azure: ``ACCOUNT/CONTAINER``, an ARM id or a container's name."""

    @abstractmethod
    def check(self, spec: BucketSpec) -> None:
        """Raise UsageError when the cloud's rules refuse the name, tags or options. Makes no call."""

    @abstractmethod
    def differences(self, spec: BucketSpec, bucket: Bucket) -> tuple[str, ...]:
        """How an existing bucket differs from what is asked (``versioning: off, not on``); makes no call.

        Compares region, versioning, encryption and storage class, each only where it was asked for and is known.
        """

    @abstractmethod
    def plan_create(self, spec: BucketSpec) -> Plan:
        """A private, encrypted bucket, closed to the public; everything of it carries the mark ``bucket.NAME``."""

    @abstractmethod
    def plan_delete(self, bucket: Bucket, *, recursive: bool) -> Plan:
        """Delete a bucket, with ``recursive`` its objects, versions and unfinished uploads first.

        Without ``recursive`` a bucket that holds anything is a Conflict (exit 6) before any change.
        """

    @abstractmethod
    def plan_versioning(self, bucket: Bucket, *, on: bool) -> Plan:
        """Keep old versions from now on, or stop; those that are there stay."""

    @abstractmethod
    def plan_public(self, bucket: Bucket, *, allowed: bool) -> Plan:
        """Lift or set the block that keeps the public out, whatever policies and access lists say; they stay."""

    @abstractmethod
    def lifecycle(self, bucket: Bucket) -> Sequence[LifecycleRule]:
        """The rules of a bucket, in the order of the cloud; on Azure also those of all containers of its account."""

    @abstractmethod
    def check_lifecycle(self, spec: RuleSpec) -> None:
        """Raise UsageError for what the cloud refuses of a rule, UNSUPPORTED for what it lacks. Makes no call."""

    @abstractmethod
    def plan_lifecycle(self, bucket: Bucket, change: RuleChange) -> Plan:
        """Change the rules of a bucket, anybody's; those that are not named stay as they are."""

    @abstractmethod
    def objects(self, name: str) -> ObjectService:
        """What the bucket with this name holds; makes no call."""

    def holder(self, bucket: Bucket) -> str | None:
        """What versioning and the public block belong to, when they are not the bucket's own (Azure: its account)."""
        return None

    def _switching(self, bucket: Bucket, verb: str, wanted: object, step: Callable[[Run], Step]) -> Plan:
        """The plan of one setting of a bucket, anybody's."""

        def steps(run: Run) -> Steps:
            yield step(run)

        spec = digest({"id": bucket.id, "wanted": wanted})
        return Plan(self.scope, "bucket", verb, bucket.name, steps, final=lambda: Found(bucket.id), spec=spec)
