"""bucket create: from flags to a specification."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from cloudctl import mapping
from cloudctl.commands.bucket.address import named
from cloudctl.commands.changing import Change
from cloudctl.commands.creating import check_output, check_region, make, tags
from cloudctl.commands.invocation import CHANGE_SECONDS, Invocation, one_of
from cloudctl.commands.reading import addressed
from cloudctl.diagnostics import Report
from cloudctl.dispatch import check_option, check_supported, service
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import PROVIDERS, Context, Scope
from cloudctl.services.bucket import KIND, Bucket, BucketService, BucketSpec


@dataclass(frozen=True, slots=True)
class Wanted:
    """The flags of a create as they were given; what the journal keeps."""

    name: str
    versioning: bool | None = None
    encryption: str | None = None
    storage_class: str | None = None
    tags: tuple[str, ...] = ()
    group: str | None = None


def create_bucket(go: Invocation, wanted: Wanted, *, if_not_exists: bool, keep: bool) -> None:
    check_output(go, KIND)
    contexts, name = addressed(*named(go, wanted.name))
    context, wanted = one_of(contexts), replace(wanted, name=name)
    check_supported("bucket", "create", context.provider)
    change = planned(go.scope(context, KIND.name), wanted, Deadline(go.seconds(CHANGE_SECONDS)), go.report)
    make(go, change, KIND, specification(context, wanted), _made, if_not_exists=if_not_exists, keep=keep)


def planned(scope: Scope, wanted: Wanted, deadline: Deadline, report: Report) -> Change:
    """The plan for what is wanted. Raises UsageError before any call."""
    check_region(scope)
    spec = specification(scope.context, wanted)
    buckets: BucketService = service("bucket", scope, deadline)
    buckets.check(spec)
    if spec.storage_class != wanted.storage_class:
        report.note(f"storage class {wanted.storage_class}: {spec.storage_class}")
    return Change(buckets, replace(buckets.plan_create(spec), arguments={"wanted": asdict(wanted)}))


def specification(context: Context, wanted: Wanted) -> BucketSpec:
    """Resolve the storage class by the mapping. Raises UsageError with the nearest names."""
    if wanted.storage_class is not None:
        check_option("bucket", "storage-class", context.provider)
    return BucketSpec(
        name=wanted.name,
        versioning=wanted.versioning,
        encryption=wanted.encryption,
        storage_class=wanted.storage_class and native_class(context.provider, wanted.storage_class),
        tags=tags(wanted.tags),
        group=wanted.group or context.get("group"),
    )


def native_class(provider: str, wanted: str) -> str:
    """A cloud's own name of a storage class, from a neutral or any cloud's name.

    Raises UsageError with the reason where the cloud has no such class; UnknownName.
    """
    if provider not in PROVIDERS:
        return wanted
    entries = [match.entry for match in mapping.find_storage_class(wanted)]
    for entry in entries:
        if provider in entry.clouds:
            return entry.clouds[provider].native
    raise UsageError(f"no storage class of {provider} is {wanted}", why=entries[0].missing[provider])


def _made(change: Change) -> Bucket:
    found: Bucket | None = next(iter(change.service.find(change.plan.name)), None)
    if found is None:
        raise CloudError(Kind.NOT_FOUND, f"bucket {change.plan.name} is gone again", fix="somebody else deleted it")
    return found
