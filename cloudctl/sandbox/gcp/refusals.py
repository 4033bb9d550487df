"""Everything that the emulated Compute Engine API refuses: one member for each condition.

A request is refused only by raising one of these, so this table is the whole of what is claimed; the
tests drive every member. Wording and reasons come from the named pages and from published error bodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_REFERENCE = "https://cloud.google.com/compute/docs/reference/rest/v1"
_DOCS = "https://cloud.google.com/compute/docs"
_VPC = "https://cloud.google.com/firewall/docs"


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: the operation, when it is refused, how it is answered, and where Google says so."""

    operation: str
    condition: str
    status: int
    reason: str
    page: str


class Refusal(Enum):
    """The conditions; ``reason`` is ``error.errors[0].reason`` of the reply."""

    AUTHORIZATION = Row(
        "*",
        "an Authorization header that is not `Bearer sandbox`",
        401,
        "authError",
        "https://cloud.google.com/docs/authentication",
    )
    NO_SUCH_METHOD = Row("*", "a path that is no method of the API", 404, "notFound", _REFERENCE)
    NOT_SERVED = Row("*", "a method of the API that the sandbox does not serve", 501, "notImplemented", _REFERENCE)
    FEATURE_NOT_SERVED = Row(
        "compute.instances.insert",
        "a template, accelerator, local SSD, snapshot or reservation, which the sandbox does not model",
        501,
        "notImplemented",
        f"{_REFERENCE}/instances/insert",
    )
    PROJECT_UNKNOWN = Row("*", "the project does not exist", 404, "notFound", f"{_REFERENCE}/projects/get")
    PROJECT_DENIED = Row(
        "*", "anything but reading images in a public image project", 403, "forbidden", f"{_DOCS}/access/iam"
    )
    API_DISABLED = Row(
        "*",
        "the API is not enabled in the project (sandbox-disabled)",
        403,
        "accessNotConfigured",
        "https://cloud.google.com/service-usage/docs/enable-disable",
    )
    ZONE_UNKNOWN = Row("*", "the path names an unknown zone", 400, "invalid", f"{_DOCS}/regions-zones")
    REGION_UNKNOWN = Row("*", "the path names an unknown region", 400, "invalid", f"{_DOCS}/regions-zones")
    PATH_PATTERN = Row(
        "*", "a name in the path does not match its pattern", 400, "invalid", f"{_DOCS}/naming-resources"
    )
    PARAMETER_UNKNOWN = Row("*", "an unknown query parameter", 400, "badRequest", _REFERENCE)
    PARAMETER_TYPE = Row("*", "a query parameter of the wrong type", 400, "invalidParameter", _REFERENCE)
    PARAMETER_MISSING = Row("*", "a required query parameter is absent", 400, "required", _REFERENCE)
    REQUEST_ID_INVALID = Row(
        "*.insert", "requestId is not a UUID, or all zero", 400, "invalid", f"{_REFERENCE}/instances/insert"
    )
    REQUEST_ID_REUSED = Row(
        "*.insert",
        "requestId was used with another request",
        400,
        "invalid",
        "https://google.aip.dev/155",
    )
    BODY_MALFORMED = Row("*", "the body is not a JSON object", 400, "parseError", _REFERENCE)
    BODY_MISSING = Row("*.insert", "no body", 400, "required", _REFERENCE)
    FIELD_UNKNOWN = Row("*", "an unknown field in the body", 400, "badRequest", _REFERENCE)
    FIELD_TYPE = Row("*", "a field of the wrong type in the body", 400, "badRequest", _REFERENCE)
    FIELD_ENUM = Row("*", "a value that is not in the field's enumeration", 400, "badRequest", _REFERENCE)
    FIELD_PATTERN = Row("*", "a field that does not match its pattern", 400, "invalid", f"{_DOCS}/naming-resources")
    FIELD_REQUIRED = Row("*.insert", "a required field is absent", 400, "required", _REFERENCE)
    REFERENCE_MALFORMED = Row(
        "*", "a field that names a resource is not its URL", 400, "invalid", f"{_REFERENCE}/instances/insert"
    )
    RESOURCE_NOT_FOUND = Row("*", "the resource does not exist", 404, "notFound", _REFERENCE)
    ALREADY_EXISTS = Row(
        "*.insert", "the name is taken", 409, "alreadyExists", f"{_DOCS}/troubleshooting/troubleshooting-vm-creation"
    )
    RESOURCE_NOT_READY = Row(
        "compute.instances.*",
        "the instance is not in a state in which this can be done, or is being deleted",
        400,
        "resourceNotReady",
        f"{_DOCS}/instances/instance-lifecycle",
    )
    FINGERPRINT_METADATA = Row(
        "compute.instances.setMetadata",
        "a stale or absent fingerprint",
        412,
        "conditionNotMet",
        f"{_DOCS}/troubleshooting/troubleshooting-metadata-server",
    )
    FINGERPRINT_LABELS = Row(
        "*.setLabels",
        "a stale or absent labelFingerprint",
        412,
        "conditionNotMet",
        f"{_DOCS}/labeling-resources",
    )
    FINGERPRINT_TAGS = Row(
        "compute.instances.setTags",
        "a stale or absent fingerprint",
        412,
        "conditionNotMet",
        f"{_REFERENCE}/instances/setTags",
    )
    LABEL_FORMAT = Row("*", "a label's key or value", 400, "invalid", f"{_DOCS}/labeling-resources")
    LABEL_COUNT = Row("*", "more than 64 labels", 400, "invalid", f"{_DOCS}/labeling-resources")
    METADATA_DUPLICATE = Row(
        "compute.instances.insert",
        "a metadata key occurs twice",
        400,
        "invalid",
        f"{_DOCS}/metadata/setting-custom-metadata",
    )
    METADATA_VALUE_SIZE = Row(
        "compute.instances.insert",
        "a metadata value of more than 256 KB",
        400,
        "invalid",
        f"{_DOCS}/metadata/setting-custom-metadata",
    )
    METADATA_TOTAL_SIZE = Row(
        "compute.instances.insert",
        "metadata of more than 512 KB",
        400,
        "invalid",
        f"{_DOCS}/metadata/setting-custom-metadata",
    )
    MACHINE_TYPE_ZONE = Row(
        "compute.instances.insert",
        "the machine type does not exist in the zone",
        400,
        "invalid",
        f"{_DOCS}/machine-resource",
    )
    ARCHITECTURE = Row(
        "compute.instances.insert",
        "the image's architecture is not the machine type's",
        400,
        "invalidResourceUsage",
        f"{_DOCS}/instances/arm-on-compute",
    )
    DISK_TYPE_MACHINE_TYPE = Row(
        "compute.instances.insert",
        "the machine series does not take this disk type",
        400,
        "invalid",
        f"{_DOCS}/disks",
    )
    NO_BOOT_DISK = Row("compute.instances.insert", "no boot disk", 400, "invalid", f"{_REFERENCE}/instances/insert")
    DISK_SMALLER_THAN_IMAGE = Row(
        "compute.instances.insert", "the disk is smaller than the image", 400, "invalid", f"{_DOCS}/disks"
    )
    DISK_IN_USE = Row(
        "compute.disks.delete",
        "the disk is attached to an instance",
        400,
        "resourceInUseByAnotherResource",
        f"{_REFERENCE}/disks/delete",
    )
    DEVICE_UNKNOWN = Row(
        "compute.instances.setDiskAutoDelete",
        "no attached disk has this device name",
        400,
        "invalid",
        f"{_REFERENCE}/instances/setDiskAutoDelete",
    )
    DISK_SHRINK = Row(
        "compute.disks.resize",
        "the new size is not larger",
        400,
        "invalid",
        f"{_DOCS}/disks/resize-persistent-disk",
    )
    NO_INTERFACE = Row(
        "compute.instances.insert", "no network interface", 400, "invalid", f"{_REFERENCE}/instances/insert"
    )
    INTERFACE_COUNT = Row(
        "compute.instances.insert",
        "more network interfaces than the machine type takes",
        400,
        "invalidResourceUsage",
        "https://cloud.google.com/vpc/docs/multiple-interfaces-concepts",
    )
    INTERFACE_NETWORK = Row(
        "compute.instances.insert",
        "two network interfaces in one network",
        400,
        "invalid",
        "https://cloud.google.com/vpc/docs/multiple-interfaces-concepts",
    )
    SUBNETWORK_REQUIRED = Row(
        "compute.instances.insert",
        "no subnetwork given for a network in custom mode, or none in the region",
        400,
        "invalid",
        f"{_REFERENCE}/instances/insert",
    )
    ADDRESS_UNAVAILABLE = Row(
        "compute.instances.insert",
        "networkIP is taken, or outside the subnetwork",
        400,
        "invalid",
        f"{_REFERENCE}/instances/insert",
    )
    SPOT_SCHEDULING = Row(
        "compute.instances.insert",
        "a spot machine with automaticRestart or live migration",
        400,
        "invalid",
        f"{_DOCS}/instances/spot",
    )
    DELETION_PROTECTION = Row(
        "compute.instances.delete",
        "the instance is protected against deletion",
        400,
        "invalidResourceUsage",
        f"{_DOCS}/instances/preventing-accidental-vm-deletion",
    )
    FIREWALL_ACTION = Row(
        "compute.firewalls.insert",
        "neither allowed nor denied, or both",
        400,
        "invalid",
        f"{_REFERENCE}/firewalls/insert",
    )
    FIREWALL_RANGE = Row("compute.firewalls.insert", "a range is not a CIDR", 400, "invalid", f"{_VPC}/firewalls")
    FIREWALL_PROTOCOL = Row(
        "compute.firewalls.insert", "an unknown IP protocol", 400, "invalid", f"{_REFERENCE}/firewalls/insert"
    )
    FIREWALL_PORTS = Row(
        "compute.firewalls.insert",
        "ports that are no port or range, or given for a protocol without ports",
        400,
        "invalid",
        f"{_REFERENCE}/firewalls/insert",
    )
    FIREWALL_PRIORITY = Row(
        "compute.firewalls.insert", "a priority outside 0 to 65535", 400, "invalid", f"{_VPC}/firewalls"
    )
    FIREWALL_DIRECTION = Row(
        "compute.firewalls.insert",
        "source tags or service accounts on an egress rule",
        400,
        "invalid",
        f"{_REFERENCE}/firewalls/insert",
    )
    NETWORK_IN_USE = Row(
        "compute.networks.delete",
        "an instance, firewall rule or custom subnetwork uses the network",
        400,
        "resourceInUseByAnotherResource",
        f"{_REFERENCE}/networks/delete",
    )
    SUBNETWORK_IN_USE = Row(
        "compute.subnetworks.delete",
        "an instance uses the subnetwork",
        400,
        "resourceInUseByAnotherResource",
        f"{_REFERENCE}/subnetworks/delete",
    )
    SUBNETWORK_RANGE = Row(
        "compute.subnetworks.insert",
        "ipCidrRange is no IPv4 CIDR, or overlaps another one of the network",
        400,
        "invalid",
        f"{_REFERENCE}/subnetworks/insert",
    )
    FILTER = Row("*.list", "a filter that cannot be parsed", 400, "invalid", f"{_REFERENCE}/instances/list")
    ORDER_BY = Row(
        "*.list",
        "orderBy is neither name nor creationTimestamp desc",
        400,
        "invalid",
        f"{_REFERENCE}/instances/list",
    )
    PAGE_TOKEN = Row("*.list", "pageToken is not one that a list gave", 400, "invalid", f"{_REFERENCE}/instances/list")
    MAX_RESULTS = Row("*.list", "maxResults outside 0 to 500", 400, "invalid", f"{_REFERENCE}/instances/list")
    FIELDS = Row(
        "*",
        "fields is malformed or names a field that the response does not have",
        400,
        "invalidParameter",
        "https://cloud.google.com/compute/docs/api/how-tos/performance",
    )
