"""What is special to EC2 in creating, finding and deleting machines, against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_account import KEY, REGION, Account, wanted
from aws_stub import serving
from cloudctl_aws.vm import AwsVm

from cloudctl import mapping
from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Kind
from cloudctl.marks import OWNER
from cloudctl.output import ABSENT
from cloudctl.plan import Secret, Step
from cloudctl.retry import Call, Deadline
from cloudctl.runner import AlreadyThere, Options, Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import OpenPort, Port, VmState


@pytest.fixture
def account(sandbox: Any) -> Account:
    sandbox.reset()
    return Account(sandbox)


def test_a_machine_is_made_safe_by_default_and_nothing_of_it_is_left_after_its_deletion(account: Account) -> None:
    vm = account.create(tags={"team": "x"}, disk_gb=20, open_ports=(OpenPort(22, "203.0.113.0/24"),))
    shown, native = account.vms.show(vm), account.native(vm)
    assert (vm.state, vm.size, vm.lifecycle, vm.tags["team"]) == (VmState.RUNNING, "t3.micro", "on-demand", "x")
    assert native["MetadataOptions"]["HttpTokens"] == "required"
    assert isinstance(shown.disks, tuple)
    assert [(disk.size_gb, disk.type, disk.boot, disk.encrypted) for disk in shown.disks] == [(20, "gp3", True, True)]
    assert shown.ports == (Port("22", "tcp", "203.0.113.0/24"),)
    assert (shown.login_user, shown.key) == ("ubuntu", "cloudctl-vm-web")
    assert vm.public_ip
    account.delete("web", vm)
    assert account.left() == []
    assert list(account.vms.find("web")) == []


def test_no_port_and_no_address_unless_asked(account: Account) -> None:
    vm = account.create(public_ip=False)
    assert (vm.public_ip, account.vms.show(vm).ports) == (None, ())


def test_the_same_port_twice_and_ipv6_sources_are_opened_once_each(account: Account) -> None:
    ports = (OpenPort(80), OpenPort(80), OpenPort(80, "::/0"), OpenPort(443))
    vm = account.create(open_ports=ports)
    opened = account.vms.show(vm).ports
    assert isinstance(opened, tuple)
    assert set(opened) == {
        Port("80", "tcp", "0.0.0.0/0"),
        Port("80", "tcp", "::/0"),
        Port("443", "tcp", "0.0.0.0/0"),
    }


def test_spot(account: Account) -> None:
    vm = account.create(spot=True)
    assert vm.lifecycle == "spot"
    account.delete("web", vm)
    assert account.left() == []


def test_the_number_of_calls_of_a_list_does_not_grow_with_the_machines(account: Account) -> None:
    for name in ("a", "b", "c"):
        account.foreign(name)
    few = account.calls(lambda: list(account.vms.list()))
    account.foreign("d")
    assert account.calls(lambda: list(account.vms.list())) == few == ["ec2:DescribeInstances"]


def test_a_list_of_several_pages_is_complete(make_sandbox: Callable[..., Any]) -> None:
    account = Account(make_sandbox(transition=0.1, page_size=2))
    made = {account.foreign(f"vm{number}") for number in range(5)}
    assert made <= {vm.id for vm in account.vms.list()}


def test_a_machine_is_found_by_id_and_by_its_name_taken_literally(account: Account) -> None:
    odd, plain = account.foreign("web*"), account.foreign("web1")
    assert [vm.id for vm in account.vms.find("web*")] == [odd]
    assert [vm.id for vm in account.vms.find(plain)] == [plain]
    assert list(account.vms.find("i-0123456789abcdef0")) == []


def test_a_machine_of_this_name_that_somebody_else_made_is_left_alone(account: Account) -> None:
    account.foreign("web")
    with pytest.raises(CloudError) as caught:
        account.create()
    assert caught.value.kind is Kind.EXISTS
    assert account.left() == []


def test_a_security_group_of_our_name_that_somebody_else_made_is_left_alone(account: Account) -> None:
    group = account.ec2.create_security_group(GroupName="cloudctl-vm-web", Description="mine")["GroupId"]
    with pytest.raises(CloudError) as caught:
        account.create()
    assert caught.value.kind is Kind.EXISTS
    assert account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0].get("Tags", []) == []


def test_a_key_pair_of_our_name_that_somebody_else_made_is_left_alone(account: Account) -> None:
    account.ec2.import_key_pair(KeyName="cloudctl-vm-web", PublicKeyMaterial=KEY)
    with pytest.raises(CloudError) as caught:
        account.create()
    assert caught.value.kind is Kind.EXISTS
    assert account.left() == []
    assert [key["KeyName"] for key in account.ec2.describe_key_pairs()["KeyPairs"]] == ["cloudctl-vm-web"]


def test_the_name_is_free_again_after_a_deletion(account: Account) -> None:
    first = account.create()
    account.delete("web", first)
    second = account.create()
    assert second.id != first.id
    with pytest.raises(AlreadyThere):
        account.create()


def test_a_machine_that_was_terminated_beside_cloudctl_is_made_anew(account: Account) -> None:
    first = account.create()
    account.ec2.terminate_instances(InstanceIds=[first.id])
    assert account.create().id != first.id


def test_a_namesake_that_is_deleted_by_id_takes_nothing_of_ours_along(account: Account) -> None:
    ours = account.create()
    other = account.foreign("web")
    (namesake,) = account.vms.find(other)
    account.delete("web", namesake)
    assert [vm.id for vm in account.vms.find("web")] == [ours.id]
    assert {"cloudctl-vm-web", ours.id} <= set(account.left())


def test_termination_protection_is_a_conflict_that_says_how_to_switch_it_off(account: Account) -> None:
    vm = account.create()
    account.ec2.modify_instance_attribute(InstanceId=vm.id, DisableApiTermination={"Value": True})
    with pytest.raises(CloudError) as caught:
        account.delete("web", vm)
    assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "OperationNotPermitted")
    assert "modify-instance-attribute" in (caught.value.fix or "")


def test_a_delete_without_waiting_is_finished_by_the_next_one(account: Account) -> None:
    vm = account.create()
    hasty = Runner(account.vms.call, Report(), Options(wait=False))
    assert not hasty.execute(account.vms.plan_delete("web", vm)).finished
    account.delete("web", vm)
    assert account.left() == []


def test_capacity_that_is_exhausted_leaves_nothing_behind(account: Account) -> None:
    account.sandbox.fault("capacity", "aws", "ec2:RunInstances", count=1)
    with pytest.raises(CloudError) as caught:
        account.create()
    assert caught.value.kind is Kind.CAPACITY
    assert account.left() == []


def test_a_reply_that_was_lost_makes_no_second_instance(account: Account) -> None:
    for operation in ("CreateSecurityGroup", "ImportKeyPair", "RunInstances", "TerminateInstances"):
        account.sandbox.fault("lost", "aws", f"ec2:{operation}", count=1)
    vm = account.create()
    assert len(list(account.vms.list())) == 1
    account.delete("web", vm)
    assert account.left() == []


def test_new_things_that_cannot_be_read_yet_are_waited_for(make_sandbox: Callable[..., Any]) -> None:
    account = Account(make_sandbox(transition=0.1, read_lag=0.3))
    account.sandbox.fault("lost", "aws", "ec2:RunInstances", count=1)
    vm = account.create(open_ports=(OpenPort(80),))
    assert [one.id for one in account.vms.list()] == [vm.id]
    account.delete("web", vm)
    assert account.left() == []


def test_parts_that_may_not_be_read_stay_unknown(account: Account) -> None:
    vm = account.create()
    for operation in ("DescribeVolumes", "DescribeSecurityGroups"):
        account.sandbox.fault("denied", "aws", f"ec2:{operation}", count=1)
    shown = account.vms.show(vm)
    assert isinstance(shown.disks, tuple)
    assert [(disk.size_gb, disk.boot) for disk in shown.disks] == [(None, True)]
    assert shown.ports is ABSENT


def described(state: str, reason: str) -> str:
    return (
        "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-0</instanceId>"
        f"<instanceState><name>{state}</name></instanceState><stateReason><code>{reason}</code></stateReason>"
        "</item></instancesSet></item></reservationSet></DescribeInstancesResponse>"
    )


@pytest.mark.parametrize(
    ("state", "reason", "found"),
    [
        ("pending", "pending", (False, None)),
        ("running", "", (True, None)),
        ("shutting-down", "Server.InsufficientInstanceCapacity", (True, Kind.CAPACITY)),
        ("terminated", "Client.VolumeLimitExceeded", (True, Kind.QUOTA)),
        ("terminated", "Client.UserInitiatedShutdown", None),
    ],
)
def test_what_becomes_of_a_launch(tmp_path: Path, state: str, reason: str, found: object) -> None:
    with serving(tmp_path, lambda form: (200, described(state, reason))) as stub:
        context = Context("aws", "aws", {}, stub.address, sandbox=True)
        plan = AwsVm(Scope(context, REGION), Deadline(10)).plan_create(wanted())
        *_, launch = Runner(Call(AwsVm.translate, Deadline(10)), Report()).preview(plan, offline=True)
        seen = launch.find()
    assert (seen and (seen.ready, seen.error.kind if seen.error else None)) == found
    assert {form["Filter.2.Name"] for form in stub.asked} == {"tag:cloudctl-run"}


def test_an_ami_id_is_taken_as_it_is(account: Account) -> None:
    image = account.create_image()
    vm = account.create(image=mapping.choose_image("aws", image, "x86_64"))
    assert (vm.image, account.vms.show(vm).login_user) == (image, "ubuntu")
    assert account.vms.differences(wanted(image=mapping.choose_image("aws", image, "x86_64")), vm) == ()


def test_differences_name_what_is_there_and_what_was_asked(account: Account) -> None:
    vm = account.create()
    asked = wanted(size=mapping.choose("aws", "t3.large"), spot=True)
    assert account.vms.differences(asked, vm) == ("size: t3.micro, not t3.large", "lifecycle: on-demand, not spot")


def test_power(account: Account) -> None:
    vm = account.create()
    assert account.runner.execute(account.vms.plan_stop(vm)).changed
    assert not account.runner.execute(account.vms.plan_stop(vm)).changed
    with pytest.raises(CloudError) as caught:
        account.runner.execute(account.vms.plan_restart(vm))
    assert caught.value.kind is Kind.CONFLICT
    assert account.runner.execute(account.vms.plan_start(vm)).changed
    assert account.runner.execute(account.vms.plan_restart(vm)).changed
    (again,) = account.vms.find(vm.id)
    assert again.state is VmState.RUNNING
    account.delete("web", vm)
    for plan in (account.vms.plan_start, account.vms.plan_stop, account.vms.plan_restart):
        with pytest.raises(CloudError) as caught:
            account.runner.execute(plan(vm))
        assert caught.value.kind is Kind.CONFLICT


def test_a_spot_machine_cannot_be_stopped_and_the_provider_says_why(account: Account) -> None:
    vm = account.create(spot=True)
    with pytest.raises(CloudError) as caught:
        account.runner.execute(account.vms.plan_stop(vm))
    assert (caught.value.kind, caught.value.code) == (Kind.UNSUPPORTED, "UnsupportedOperation")


def test_an_offline_plan_makes_no_call_and_masks_the_user_data(account: Account) -> None:
    plan = account.vms.plan_create(wanted(user_data="#!/bin/sh\n", open_ports=(OpenPort(22),)))
    steps: list[Step] = []
    assert account.calls(lambda: steps.extend(account.runner.preview(plan, offline=True))) == []
    assert [step.operation for step in steps] == [
        "ec2:CreateSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:ImportKeyPair",
        "ec2:RunInstances",
    ]
    assert isinstance(steps[-1].arguments["UserData"], Secret)


def test_volumes_interfaces_and_requests_carry_the_marks_too(account: Account) -> None:
    account.create(tags={"team": "x"})
    marked = [{"Name": f"tag:{OWNER}", "Values": ["vm.web"]}, {"Name": "tag:team", "Values": ["x"]}]
    assert len(account.ec2.describe_volumes(Filters=marked)["Volumes"]) == 1
    assert len(account.ec2.describe_network_interfaces(Filters=marked)["NetworkInterfaces"]) == 1


def test_the_enabled_regions_come_from_the_account(account: Account) -> None:
    assert REGION in account.vms.regions()
    assert "me-south-1" not in account.vms.regions()
