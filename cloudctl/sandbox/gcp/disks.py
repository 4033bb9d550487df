"""Persistent disks: https://cloud.google.com/compute/docs/reference/rest/v1/disks"""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.sandbox.gcp.attributes import labels, refuse_taken
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.catalogue import find_image
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid, not_found
from cloudctl.sandbox.gcp.links import Reference, parse
from cloudctl.sandbox.gcp.machine_types import MachineType
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource
from cloudctl.sandbox.gcp.values import timestamp

_TYPES = ("pd-standard", "pd-balanced", "pd-ssd", "pd-extreme", "hyperdisk-balanced", "hyperdisk-throughput",
          "hyperdisk-extreme", "hyperdisk-ml")  # fmt: skip
_EMPTY_DISK_GB = 500
_NEW = "initializeParams"


@dataclass(frozen=True, slots=True)
class Attached:
    """A disk as an instance has it: ``body`` is the new disk to make, or None for one that exists."""

    at: Reference
    body: Json | None
    shown: Json


def view(call: Call, disk: Resource) -> Json:
    using = users(call, disk)
    return disk.common_fields("compute#disk") | disk.body | {"users": using} if using else _unused(disk)


def _unused(disk: Resource) -> Json:
    return disk.common_fields("compute#disk") | {key: value for key, value in disk.body.items() if key != "users"}


def users(call: Call, disk: Resource) -> list[str]:
    """URLs of the instances that have the disk."""
    references = (parse(url, call.project, "instances") for url in disk.body.get("users", ()))
    return [at.url for at in references if at and call.store.find(at, call.now)]


def insert(call: Call) -> Json:
    given = call.body
    at = call.at(given["name"])
    refuse_taken(call, at)
    source = call.parameters.get("sourceImage") or given.get("sourceImage")
    kind = str(given.get("type", "pd-standard"))
    body = _body(call, source, given.get("sizeGb"), kind, "resource.sizeGb")
    return begin(call, call.store.add(at, body | labels(given.get("labels", {}), "resource.labels"), call.now))


def _body(call: Call, source: str | None, size: str | None, kind: str, field: str) -> Json:
    made: Json = {"status": "READY", "type": _type(call, kind).url, "physicalBlockSizeBytes": "4096"}
    if source is None:
        return made | {"sizeGb": size or str(_EMPTY_DISK_GB)}
    image = find_image(call.referred(source, "resource.sourceImage", "images"))
    smallest = image["diskSizeGb"]
    if size is not None and int(size) < int(smallest):
        why = f"Requested disk size cannot be smaller than the image size ({smallest} GB)"
        raise invalid(Refusal.DISK_SMALLER_THAN_IMAGE, field, size, why)
    inherited = {key: image[key] for key in ("licenses", "licenseCodes", "guestOsFeatures", "architecture")}
    return (
        made | inherited | {"sizeGb": size or smallest, "sourceImage": image["selfLink"], "sourceImageId": image["id"]}
    )


def _type(call: Call, text: str) -> Reference:
    """A disk type by URL; the API takes the bare name too."""
    at = parse(text, call.project, "diskTypes") or call.at(text, "diskTypes")
    if at.name not in _TYPES or at.scope != call.scope:
        raise not_found(at.path)
    return at


def attach(call: Call, machine: MachineType) -> list[Attached]:
    """The disks of the instance that the request asks for; nothing is made yet."""
    given = call.body.get("disks", [])
    if not given or not given[0].get("boot"):
        why = "Boot disk must be specified as the first disk."
        raise invalid(Refusal.NO_BOOT_DISK, "resource.disks", "", why)
    attached = [_attached(call, machine, disk, index) for index, disk in enumerate(given)]
    architecture = attached[0].shown.get("architecture", "X86_64")
    if architecture != machine.architecture:
        disk, type_ = f"disk architecture ({architecture})", f"machine type architecture ({machine.architecture})"
        why = f"Requested boot {disk} is not compatible with {type_}."
        raise Refused(Refusal.ARCHITECTURE, f"Invalid resource usage: '{why}'.")
    return attached


def _attached(call: Call, machine: MachineType, given: Json, index: int) -> Attached:
    at, body = (_new if _NEW in given else _existing)(call, machine, given, index)
    common = {"kind": "compute#attachedDisk", "type": "PERSISTENT", "mode": "READ_WRITE", "interface": "SCSI",
              "deviceName": f"persistent-disk-{index}", "autoDelete": False, "boot": False}  # fmt: skip
    shown = common | {key: value for key, value in given.items() if key != _NEW} | {"source": at.url, "index": index}
    shown["diskSizeGb"] = body["sizeGb"]
    shown |= {key: body[key] for key in ("licenses", "guestOsFeatures", "architecture") if key in body}
    return Attached(at, body if _NEW in given else None, shown)


def _new(call: Call, machine: MachineType, given: Json, index: int) -> tuple[Reference, Json]:
    wanted = given[_NEW]
    name = call.body["name"] if index == 0 else f"{call.body['name']}-{index}"
    at = call.at(wanted.get("diskName", name), "disks")
    refuse_taken(call, at)
    kind = str(wanted.get("diskType", machine.default_disk_type))
    field = f"resource.disks[{index}].{_NEW}"
    body = _body(call, wanted.get("sourceImage"), wanted.get("diskSizeGb"), kind, f"{field}.diskSizeGb")
    if not machine.takes(body["type"].rsplit("/", 1)[-1]):
        why = f"[{body['type'].rsplit('/', 1)[-1]}, {machine.name}] features are not compatible for creating instance."
        raise invalid(Refusal.DISK_TYPE_MACHINE_TYPE, f"{field}.diskType", kind, why)
    return at, body | labels(wanted.get("labels", {}), f"{field}.labels")


def _existing(call: Call, machine: MachineType, given: Json, index: int) -> tuple[Reference, Json]:
    disk = call.find(call.referred(str(given.get("source", "")), f"resource.disks[{index}].source", "disks"))
    refuse_used(call, disk)
    return disk.at, disk.body


def refuse_used(call: Call, disk: Resource) -> None:
    if using := users(call, disk):
        user = using[0].partition("/compute/v1/")[2]
        raise Refused(Refusal.DISK_IN_USE, f"The disk resource '{disk.at.path}' is already being used by '{user}'")


def take(call: Call, attached: Attached, instance: Resource) -> None:
    """Make the disk if it is new, and give it to the instance."""
    disk = call.find(attached.at) if attached.body is None else call.store.add(attached.at, attached.body, call.now)
    disk.body |= {"users": [instance.at.url], "lastAttachTimestamp": timestamp(call.now)}


def delete(call: Call) -> Json:
    disk = call.change()
    refuse_used(call, disk)
    disk.gone = call.now + call.settings.transition
    return begin(call, disk)


def resize(call: Call) -> Json:
    disk = call.change()
    size = str(call.body.get("sizeGb", ""))
    if not size or int(size) <= int(disk.body["sizeGb"]):
        why = f"New disk size '{size}' must be larger than existing size '{disk.body['sizeGb']}'."
        raise invalid(Refusal.DISK_SHRINK, "sizeGb", size, why)
    disk.body["sizeGb"] = size
    return begin(call, disk)
