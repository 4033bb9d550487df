"""List Blobs and List Containers."""

from __future__ import annotations

from itertools import islice

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.blobs import records
from cloudctl.sandbox.azure.storage.blobs.pages import Item, Listing
from cloudctl.sandbox.azure.storage.blobs.reply import document, element, name_element
from cloudctl.sandbox.azure.storage.blobs.request import BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.moments import http_date, precise
from cloudctl.sandbox.objects.store import Bucket, Upload

_PAGE = 5000


def blobs(visit: Visit) -> BlobReply:
    """``List Blobs``: names, versions, uncommitted and deleted blobs, with a delimiter also prefixes."""
    bucket = visit.bucket
    listing, size = Listing(visit, bucket), _size(visit)
    items = list(islice(listing.items(), size + 1))
    inner = "".join(_item(visit, bucket, listing, item) for item in items[:size])
    attributes = f'ServiceEndpoint="{visit.call.host}/{visit.call.account}/" ContainerName="{visit.call.container}"'
    marker = items[size].marker if len(items) > size else ""
    return document(
        f"<EnumerationResults {attributes}>{_asked(visit)}<Blobs>{inner}</Blobs>"
        f"{element('NextMarker', marker)}</EnumerationResults>"
    )


def containers(visit: Visit) -> BlobReply:
    """``List Containers`` of the account, with their metadata if ``include`` asks for it."""
    query = visit.call.query
    include = {part.strip().lower() for part in query.get("include", "").split(",") if part}
    if not include <= {"metadata", "deleted", "system"}:
        raise BlobRefusal.QUERY.error()
    found = [(buckets.short_name(bucket), bucket) for bucket in buckets.of_account(visit.store, visit.call.account)]
    prefix, marker, size = query.get("prefix", ""), query.get("marker", ""), _size(visit)
    rest = [(name, bucket) for name, bucket in found if name.startswith(prefix) and name >= marker]
    inner = "".join(_container(name, bucket, "metadata" in include) for name, bucket in rest[:size])
    following = rest[size][0] if len(rest) > size else ""
    return document(
        f'<EnumerationResults ServiceEndpoint="{visit.call.host}/{visit.call.account}/">{_asked(visit)}'
        f"<Containers>{inner}</Containers>{element('NextMarker', following)}</EnumerationResults>"
    )


def _size(visit: Visit) -> int:
    asked = visit.call.number("maxresults", _PAGE)
    return min(asked, visit.store.settings.page_size or _PAGE, _PAGE)


def _asked(visit: Visit) -> str:
    """The parameters as they were given."""
    query = visit.call.query
    names = (("Prefix", "prefix"), ("Marker", "marker"), ("MaxResults", "maxresults"), ("Delimiter", "delimiter"))
    return "".join(name_element(tag, query[name]) for tag, name in names if query.get(name))


def _item(visit: Visit, bucket: Bucket, listing: Listing, item: Item) -> str:
    name = name_element("Name", item.name)
    if item.upload:
        return f"<Blob>{name}<Properties>{_uncommitted(item.upload)}</Properties></Blob>"
    entry = item.entry
    if entry is None:
        return f"<BlobPrefix>{name}</BlobPrefix>"
    if entry.attributes["versioned"] and "versions" in listing.include:
        name += element("VersionId", precise(entry.generation))
        name += "<IsCurrentVersion>true</IsCurrentVersion>" if entry is bucket.current(entry.key) else ""
    if "deleted" in entry.attributes:
        name += "<Deleted>true</Deleted>"
    properties = records.listed(visit.account, entry)
    if "copy" in listing.include:
        properties |= {tag.title(): value for tag, value in records.copied(entry).items()}
    shown = "".join(element(tag, value) for tag, value in properties.items())
    metadata = _metadata(entry.attributes["metadata"]) if "metadata" in listing.include else ""
    return f"<Blob>{name}<Properties>{shown}</Properties>{metadata}</Blob>"


def _uncommitted(upload: Upload) -> str:
    begun = element("Creation-Time", http_date(upload.begun)) + element("Last-Modified", http_date(upload.begun))
    return f"{begun}{element('Content-Length', 0)}{element('BlobType', 'BlockBlob')}"


def _container(name: str, bucket: Bucket, with_metadata: bool) -> str:
    properties = bucket.properties
    access = properties["publicAccess"].lower()
    shown = {
        "Last-Modified": http_date(properties["modified"]),
        "Etag": properties["etag"],
        "LeaseStatus": "unlocked",
        "LeaseState": "available",
        "PublicAccess": access if access != "none" else None,
        "DefaultEncryptionScope": "$account-encryption-key",
        "DenyEncryptionScopeOverride": "false",
        "HasImmutabilityPolicy": "false",
        "HasLegalHold": "false",
        "ImmutableStorageWithVersioningEnabled": "false",
    }
    inner = "".join(element(tag, value) for tag, value in shown.items())
    metadata = _metadata(properties["metadata"]) if with_metadata else ""
    return f"<Container>{element('Name', name)}<Properties>{inner}</Properties>{metadata}</Container>"


def _metadata(metadata: dict[str, str]) -> str:
    return f"<Metadata>{''.join(element(name, value) for name, value in metadata.items())}</Metadata>"
