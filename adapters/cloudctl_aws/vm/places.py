"""Where and from what an instance is made: image, VPC and subnet, looked up before the first change."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.errors import CloudError, Kind, NotFound, UsageError
from cloudctl.mapping import AwsImage
from cloudctl.services.vm import VmSpec
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Ec2, Native
from cloudctl_aws.vm.record import dig, text

_DEFAULT_VPC = "name a subnet with --subnet, or make one with aws ec2 create-default-vpc"


@dataclass(frozen=True, slots=True)
class Image:
    """An AMI and the device of its root volume."""

    id: str
    root_device: str


@dataclass(frozen=True, slots=True)
class Place:
    vpc: str
    subnet: str


def image(ec2: Ec2, spec: VmSpec) -> Image:
    """The AMI that is meant. Raises NotFound without one, UsageError where it does not fit size or disk."""
    source = spec.image.source
    native = _newest(ec2, source) if isinstance(source, AwsImage) else _named(ec2, spec.image.wanted)
    if native is None:
        raise NotFound(
            f"no image {spec.image.wanted} in this region", fix="choose another --image, or another --region"
        )
    _check_image(native, spec)
    return Image(str(native.get("ImageId")), text(native, "RootDeviceName") or "/dev/sda1")


def _newest(ec2: Ec2, source: AwsImage) -> Native | None:
    wildcards = [{"Name": "name", "Values": [source.pattern]}, {"Name": "state", "Values": ["available"]}]
    found = ec2.each("DescribeImages", "Images", {}, Owners=[source.owner], Filters=wildcards)
    return max(found, key=lambda native: text(native, "CreationDate") or "", default=None)


def _named(ec2: Ec2, image_id: str) -> Native | None:
    try:
        answer = ec2.read("DescribeImages", ImageIds=[image_id], IncludeDeprecated=True)
    except CloudError as error:
        if error.kind is Kind.NOT_FOUND:
            return None
        raise
    return next(iter(answer.get("Images") or ()), None)


def _check_image(native: Native, spec: VmSpec) -> None:
    architecture, size = text(native, "Architecture"), spec.size.size
    if architecture and architecture != size.architecture:
        raise UsageError(
            f"image {spec.image.wanted} is {architecture}, size {size.name} is {size.architecture}",
            fix="choose a size or an image of the same architecture",
        )
    if native.get("Platform") == "windows":
        raise windows(spec)
    least = _root_gb(native)
    if spec.disk_gb and least and spec.disk_gb < least:
        raise UsageError(f"a disk of {spec.disk_gb} GB is too small: image {spec.image.wanted} needs {least} GB")


def _root_gb(native: Native) -> int | None:
    root = native.get("RootDeviceName")
    sizes = (
        dig(one, "Ebs", "VolumeSize")
        for one in native.get("BlockDeviceMappings") or ()
        if one.get("DeviceName") == root
    )
    return next(sizes, None)


def windows(spec: VmSpec) -> CloudError:
    return CloudError(
        Kind.UNSUPPORTED,
        "creating Windows machines is not supported yet",
        why=f"image {spec.image.wanted} is Windows",
        fix="choose a Linux image",
    )


def place(ec2: Ec2, spec: VmSpec, zone: str | None) -> Place:
    """The VPC and subnet: those that are named, else the default ones, in a zone that offers the size.

    Raises NotFound without one, AMBIGUOUS for a name that several have, CAPACITY where no zone has the size.
    """
    vpc = _vpc(ec2, spec) if spec.network or not spec.subnet else None
    subnets = _subnets(ec2, spec, vpc, zone)
    chosen = subnets[0] if len(subnets) == 1 else _offering(ec2, spec, subnets)
    return Place(str(chosen.get("VpcId")), str(chosen.get("SubnetId")))


def _vpc(ec2: Ec2, spec: VmSpec) -> str:
    wanted = _by_id_or_name("vpc", spec.network) if spec.network else {"is-default": "true"}
    found = sorted(str(vpc.get("VpcId")) for vpc in ec2.each("DescribeVpcs", "Vpcs", wanted))
    if not found and not spec.network:
        raise NotFound("there is no default VPC in this region", fix=_DEFAULT_VPC)
    if not found:
        raise NotFound(f"no VPC {spec.network} in this region", fix="name another with --network")
    if len(found) > 1:
        raise _ambiguous("VPC", spec.network, found)
    return found[0]


def _subnets(ec2: Ec2, spec: VmSpec, vpc: str | None, zone: str | None) -> list[Native]:
    """The subnets to choose from, always in the same order; the default ones where the VPC has them."""
    wanted = {
        **(_by_id_or_name("subnet", spec.subnet) if spec.subnet else {}),
        **({"vpc-id": vpc} if vpc else {}),
        **({"availability-zone": zone} if zone else {}),
    }
    found = sorted(ec2.each("DescribeSubnets", "Subnets", wanted), key=_order)
    if not found:
        where = "".join(f" in {part}" for part in (vpc, zone) if part)
        raise NotFound(f"no subnet{f' {spec.subnet}' if spec.subnet else ''}{where}", fix="name another with --subnet")
    if spec.subnet and len(found) > 1:
        raise _ambiguous("subnet", spec.subnet, [str(one.get("SubnetId")) for one in found])
    return [one for one in found if one.get("DefaultForAz") == found[0].get("DefaultForAz")]


def _order(subnet: Native) -> tuple[bool, str, str]:
    return not subnet.get("DefaultForAz"), str(subnet.get("AvailabilityZone")), str(subnet.get("SubnetId"))


def _offering(ec2: Ec2, spec: VmSpec, subnets: list[Native]) -> Native:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html"""
    size = spec.size.size.name
    rows = ec2.each(
        "DescribeInstanceTypeOfferings",
        "InstanceTypeOfferings",
        {"instance-type": size},
        LocationType="availability-zone",
    )
    zones = {text(row, "Location") for row in rows}
    for subnet in subnets:
        if text(subnet, "AvailabilityZone") in zones:
            return subnet
    raise CloudError(
        Kind.CAPACITY,
        f"size {size} is not offered in the zones of the subnets",
        why=f"zones that offer it: {', '.join(sorted(filter(None, zones))) or 'none in this region'}",
        fix="choose another --size, or another --region",
    )


def _by_id_or_name(kind: str, wanted: str) -> dict[str, str]:
    return {f"{kind}-id" if wanted.startswith(f"{kind}-") else f"tag:{tags.NAME}": wanted}


def _ambiguous(what: str, name: str | None, found: list[str]) -> CloudError:
    return CloudError(
        Kind.AMBIGUOUS, f"several {what}s are called {name}", why=", ".join(found), fix="give the id of one of them"
    )
