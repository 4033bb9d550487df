"""Security groups."""

from __future__ import annotations

import re
from typing import Any

from cloudctl.sandbox.aws.ec2 import filters, tags
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
_NAME = re.compile(r"^(?!sg-)[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$")

_FIELDS = {
    "description": "description",
    "egress.ip-permission.cidr": "egress_rules.cidr_ipv4",
    "egress.ip-permission.from-port": "egress_rules.from_port",
    "egress.ip-permission.protocol": "egress_rules.ip_protocol",
    "egress.ip-permission.to-port": "egress_rules.to_port",
    "group-id": "id",
    "group-name": "name",
    "ip-permission.cidr": "ingress_rules.cidr_ipv4",
    "ip-permission.from-port": "ingress_rules.from_port",
    "ip-permission.ipv6-cidr": "ingress_rules.cidr_ipv6",
    "ip-permission.protocol": "ingress_rules.ip_protocol",
    "ip-permission.to-port": "ingress_rules.to_port",
    "owner-id": "owner_id",
    "vpc-id": "vpc_id",
}


def _all(call: Call) -> list[Any]:
    return [group for of_vpc in call.region.groups.values() for group in of_vpc.values()]


def find(call: Call, group_id: str) -> Any:
    """A group by id, as reads see it. Raises ErrorBody: InvalidGroup.NotFound."""
    group = call.region.get_security_group_from_id(group_id)
    if group is None or not call.sees(group_id):
        raise Refusal.GROUP_MISSING.error(id=group_id)
    return group


def find_by_name(call: Call, name: str, vpc_id: str) -> Any:
    """A group by name in a VPC, as reads see it. Raises ErrorBody: InvalidGroup.NotFound."""
    group = call.region.get_security_group_from_name(name, vpc_id)
    if group is None or not call.sees(group.id):
        raise Refusal.GROUP_MISSING.error(id=name)
    return group


def create_security_group(call: Call) -> dict[str, Any]:
    """CreateSecurityGroup: names are unique in a VPC, whether reads see the other one yet or not."""
    name = call.params["GroupName"]
    vpc_id = call.params.get("VpcId", call.region.default_vpc.id)
    if not _NAME.match(name):
        raise Refusal.GROUP_NAME.error(name=name)
    if vpc_id not in call.region.vpcs:
        raise Refusal.VPC_MISSING.error(id=vpc_id)
    if call.region.get_security_group_from_name(name, vpc_id):
        raise Refusal.GROUP_DUPLICATE.error(name=name, vpc=vpc_id)
    labels = tags.specified(call).get("security-group", {})
    group = call.region.create_security_group(name, call.params["Description"], vpc_id, labels, force=True)
    call.note_made(group.id)
    own = [{"Key": key, "Value": value} for key, value in labels.items()]
    return {"GroupId": group.id, "SecurityGroupArn": group.arn, "Tags": own}


def describe_security_groups(call: Call) -> dict[str, list[Any]]:
    """DescribeSecurityGroups: by id, by name in the default VPC, by filter."""
    ids, names = call.params.get("GroupIds", []), call.params.get("GroupNames", [])
    if ids or names:
        found = [find(call, each) for each in ids]
        found += [find_by_name(call, each, call.region.default_vpc.id) for each in names]
    else:
        found = [group for group in _all(call) if call.sees(group.id)]
    return {"SecurityGroups": filters.select(call, found, _FIELDS)}


def delete_security_group(call: Call) -> dict[str, Any]:
    """DeleteSecurityGroup: not while an interface has it or another group's rule names it."""
    group = _target(call)
    if group.is_default:
        raise Refusal.GROUP_DEFAULT.error(id=group.id)
    if _used(call, group):
        raise Refusal.GROUP_IN_USE.error(id=group.id)
    call.region.delete_security_group(group_id=group.id)
    call.region.tags.pop(group.id, None)
    return {"Return": True, "GroupId": group.id}


def _target(call: Call) -> Any:
    """Deletes see a new group at once: a client that undoes its own create must be able to."""
    group_id, name = call.params.get("GroupId"), call.params.get("GroupName")
    if group_id is not None:
        group = call.region.get_security_group_from_id(group_id)
    elif name is not None:
        group = call.region.get_security_group_from_name(name, call.region.default_vpc.id)
    else:
        raise Refusal.MISSING_PARAMETER.error(name="GroupName or GroupId")
    if group is None:
        raise Refusal.GROUP_MISSING.error(id=group_id or name)
    return group


def _used(call: Call, group: Any) -> bool:
    if any(group in interface.group_set for interface in call.region.enis.values()):
        return True
    return any(_names(other, group.id) for other in _all(call) if other is not group)


def _names(group: Any, group_id: str) -> bool:
    rules = [*group.ingress_rules, *group.egress_rules]
    return any(rule.source_group and rule.source_group.get("GroupId") == group_id for rule in rules)
