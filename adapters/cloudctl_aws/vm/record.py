"""From EC2's records to the neutral one. No calls.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cloudctl.errors import CloudError
from cloudctl.mapping import noun, size
from cloudctl.services.vm import Disk, Interface, Port, Vm, VmState
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Native
from cloudctl_aws.errors import launch_error

# An instance that ends for one of these reasons was launched well.
_ENDED_BY_USER = frozenset(
    {
        "Client.UserInitiatedShutdown",
        "Client.UserInitiatedHibernate",
        "Client.InstanceInitiatedShutdown",
        "Client.InstanceTerminated",
    }
)
_ICMP = ("icmp", "icmpv6")


def vm(native: Native, context: str, region: str) -> Vm:
    """The record of an ``Instance``, as a list has it."""
    name_of_size = text(native, "InstanceType")
    known = size("aws", name_of_size) if name_of_size else None
    labels = tags.mapping(native)
    return Vm(
        provider="aws",
        context=context,
        id=text(native, "InstanceId") or "",
        name=labels.get(tags.NAME) or None,
        state=state(native),
        native_state=native_state(native),
        size=name_of_size,
        vcpus=_vcpus(native) or (known.vcpus if known else None),
        memory_gib=known.memory_gib if known else None,
        region=region,
        zone=text(native, "Placement", "AvailabilityZone"),
        private_ip=text(native, "PrivateIpAddress"),
        public_ip=text(native, "PublicIpAddress"),
        image=text(native, "ImageId"),
        os=_os(native),
        lifecycle="spot" if native.get("InstanceLifecycle") == "spot" else "on-demand",
        created=_created(native),
        tags=labels,
        native=native,
    )


def dig(native: Any, *path: str) -> Any:
    """The value at the end of a path of keys, None where one is missing."""
    for key in path:
        native = native.get(key) if isinstance(native, Mapping) else None
    return native


def text(native: Any, *path: str) -> str | None:
    """A text that is not empty: EC2 writes empty elements for what an instance does not have."""
    found = dig(native, *path)
    return str(found) if found else None


def native_state(native: Native) -> str | None:
    return text(native, "State", "Name")


def state(native: Native) -> VmState:
    return VmState(noun("vm").clouds["aws"].states.get(native_state(native) or "", VmState.UNKNOWN))


def _vcpus(native: Native) -> int | None:
    cores, threads = dig(native, "CpuOptions", "CoreCount"), dig(native, "CpuOptions", "ThreadsPerCore")
    return int(cores) * int(threads) if cores and threads else None


def _os(native: Native) -> str:
    """``Platform`` is ``windows`` or absent; ``PlatformDetails`` says more. Only the architecture tells macOS."""
    if (text(native, "Architecture") or "").endswith("_mac"):
        return "macos"
    words = text(native, "PlatformDetails") or text(native, "Platform") or ""
    return "windows" if words.casefold().startswith("windows") else "linux"


def _created(native: Native) -> datetime | None:
    """LaunchTime is reset by every start; the primary network interface stays attached since the machine was made."""
    attached = (dig(one, "Attachment", "AttachTime") for one in _attached(native) if _index(one) == 0)
    times = [time for time in (native.get("LaunchTime"), *attached) if isinstance(time, datetime)]
    return min(times, default=None)


def _attached(native: Native) -> list[Native]:
    return [one for one in native.get("NetworkInterfaces") or () if isinstance(one, Mapping)]


def _index(interface: Native) -> int:
    index = dig(interface, "Attachment", "DeviceIndex")
    return index if isinstance(index, int) else 99


def interfaces(native: Native) -> Iterator[Interface]:
    """The network interfaces, the primary one first."""
    for one in sorted(_attached(native), key=_index):
        yield Interface(
            id=text(one, "NetworkInterfaceId"),
            private_ip=text(one, "PrivateIpAddress"),
            public_ip=text(one, "Association", "PublicIp"),
            network=text(one, "VpcId"),
            subnet=text(one, "SubnetId"),
            security_groups=tuple(group_ids([one])),
        )


def group_ids(holders: Iterable[Native]) -> list[str]:
    """The ids of the security groups of interfaces, each once."""
    groups = (group for one in holders for group in one.get("Groups") or ())
    return list(dict.fromkeys(found for group in groups if (found := text(group, "GroupId"))))


def all_group_ids(native: Native) -> list[str]:
    """The ids of every security group that filters the instance's traffic."""
    return group_ids([*_attached(native), {"Groups": native.get("SecurityGroups")}])


def disks(native: Native, volumes: Iterable[Native]) -> Iterator[Disk]:
    """The attached volumes; what a volume that may not be read would tell is None."""
    read = {text(volume, "VolumeId"): volume for volume in volumes}
    for attached in native.get("BlockDeviceMappings") or ():
        volume_id = text(attached, "Ebs", "VolumeId")
        volume = read.get(volume_id, {})
        device = text(attached, "DeviceName")
        yield Disk(
            id=volume_id,
            name=tags.mapping(volume).get(tags.NAME) or device,
            size_gb=volume.get("Size"),
            type=text(volume, "VolumeType"),
            boot=device is not None and device == text(native, "RootDeviceName"),
            encrypted=volume.get("Encrypted"),
        )


def ports(groups: Iterable[Native]) -> Iterator[Port]:
    """What the security groups let in, a row per source: a CIDR, a prefix list or another group.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    rows = (
        Port(_range(permission), _protocol(permission), source)
        for group in groups
        for permission in group.get("IpPermissions") or ()
        for source in _sources(permission)
    )
    yield from dict.fromkeys(rows)


def _protocol(permission: Native) -> str:
    named = text(permission, "IpProtocol") or "-1"
    return "all" if named == "-1" else named


def _range(permission: Native) -> str:
    """The ports; of ICMP, which has none, EC2 writes the type and the code there."""
    first, last = permission.get("FromPort"), permission.get("ToPort")
    if first is None or first == -1:
        return "all"
    if _protocol(permission) in _ICMP:
        return str(first) if last in (-1, None) else f"{first}/{last}"
    return str(first) if last in (first, None) else f"{first}-{last}"


def _sources(permission: Native) -> Iterator[str]:
    for key, name in (
        ("IpRanges", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId"),
        ("UserIdGroupPairs", "GroupId"),
    ):
        yield from (found for one in permission.get(key) or () if (found := text(one, name)))


def launch_failure(native: Native, title: str) -> CloudError | None:
    """The error of an instance that ended before it ran; None for one that runs, or that somebody ended.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
    """
    code = text(native, "StateReason", "Code")
    if state(native) not in (VmState.DELETING, VmState.DELETED) or not code or code in _ENDED_BY_USER:
        return None
    return launch_error(title, code, text(native, "StateReason", "Message"))
