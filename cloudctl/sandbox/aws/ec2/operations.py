"""The EC2 operations that are served, and by what."""

from __future__ import annotations

from cloudctl.sandbox.aws.ec2 import groups, images, instances, keys, launch, lifecycle, moto_call, places
from cloudctl.sandbox.aws.ec2.call import Handler

_MENDED: dict[str, Handler] = {
    "CreateKeyPair": keys.create_key_pair,
    "CreateSecurityGroup": groups.create_security_group,
    "DeleteKeyPair": keys.delete_key_pair,
    "DeleteSecurityGroup": groups.delete_security_group,
    "DescribeAvailabilityZones": places.describe_availability_zones,
    "DescribeImages": images.describe_images,
    "DescribeInstances": instances.describe_instances,
    "DescribeInstanceTypes": places.describe_instance_types,
    "DescribeKeyPairs": keys.describe_key_pairs,
    "DescribeRegions": places.describe_regions,
    "DescribeSecurityGroups": groups.describe_security_groups,
    "ImportKeyPair": keys.import_key_pair,
    "ModifyInstanceAttribute": instances.modify_instance_attribute,
    "RebootInstances": lifecycle.reboot_instances,
    "RunInstances": launch.run_instances,
    "StartInstances": lifecycle.start_instances,
    "StopInstances": lifecycle.stop_instances,
    "TerminateInstances": lifecycle.terminate_instances,
}


# Served by moto behind the common checks (contract, tags, filter names, pages).
_AS_MOTO_DOES = (
    "AllocateAddress",
    "AssociateAddress",
    "AssociateRouteTable",
    "AttachInternetGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateInternetGateway",
    "CreateNetworkInterface",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSubnet",
    "CreateTags",
    "CreateVpc",
    "DeleteInternetGateway",
    "DeleteNetworkInterface",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSubnet",
    "DeleteTags",
    "DeleteVolume",
    "DeleteVpc",
    "DescribeAddresses",
    "DescribeInstanceAttribute",
    "DescribeInstanceStatus",
    "DescribeInstanceTypeOfferings",
    "DescribeInternetGateways",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSecurityGroupRules",
    "DescribeSnapshots",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumes",
    "DescribeVpcAttribute",
    "DescribeVpcs",
    "DetachInternetGateway",
    "DisassociateAddress",
    "DisassociateRouteTable",
    "ModifyInstanceMetadataOptions",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ReleaseAddress",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
)

SERVED: dict[str, Handler] = {**dict.fromkeys(_AS_MOTO_DOES, moto_call.run), **_MENDED}
