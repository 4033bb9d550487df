"""Instances on Google Cloud from plan to end, against the sandbox's Compute Engine API."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from cloudctl_gcp import tags
from cloudctl_gcp.vm import GcpVm, firewall

from cloudctl import mapping
from cloudctl.diagnostics import Level, Report
from cloudctl.errors import CloudError, Conflict, Kind, UsageError
from cloudctl.marks import Claim, ClaimState, Mark
from cloudctl.plan import Plan, Step
from cloudctl.retry import Deadline
from cloudctl.runner import Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import OpenPort, Port, Vm, VmSpec, VmState

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@here"
REGION = "us-central1"


def spec(name: str = "web", *, size: str = "small", image: str = "ubuntu-24.04", **options: Any) -> VmSpec:
    chosen = mapping.choose("gcp", size)
    wanted = mapping.choose_image("gcp", image, chosen.size.architecture)
    return VmSpec(name=name, size=chosen, image=wanted, ssh_key=KEY, **options)


@dataclass
class Cloud:
    """The adapter on the sandbox, and what it says."""

    sandbox: Any
    said: io.StringIO = field(default_factory=io.StringIO)

    def vms(self, zone: str | None = None) -> GcpVm:
        context = Context("gcp", "gcp", {"project": "sandbox-project"}, self.sandbox.endpoint("gcp"), sandbox=True)
        return GcpVm(Scope(context, REGION, zone), Deadline(60))

    def execute(self, make: Callable[[GcpVm], Plan]) -> Any:
        vms = self.vms()
        return Runner(vms.call, Report(Level.NOTE, stream=self.said)).execute(make(vms))

    def create(self, *arguments: Any, **options: Any) -> Vm:
        wanted = spec(*arguments, **options)
        self.execute(lambda vms: vms.plan_create(wanted))
        return self.find(wanted.name)

    def preview(self, wanted: VmSpec, *, offline: bool = True) -> list[Step]:
        vms = self.vms()
        runner = Runner(vms.call, Report(Level.NOTE, stream=self.said))
        return list(runner.preview(vms.plan_create(wanted), offline=offline))

    def find(self, name: str) -> Vm:
        (found,) = self.vms().find(name)
        return found

    def operations(self) -> list[str]:
        return [call["operation"] for call in self.sandbox.operations(cloud="gcp")]

    def get(self, path: str) -> Any:
        return requests.get(
            f"{self.sandbox.endpoint('gcp')}/compute/v1/projects/sandbox-project/{path}", timeout=10
        ).json()

    def rules(self) -> set[str]:
        return {rule["name"] for rule in self.get("global/firewalls")["items"]} - DEFAULT_RULES


DEFAULT_RULES = {"default-allow-ssh", "default-allow-rdp", "default-allow-icmp", "default-allow-internal"}


@pytest.fixture
def cloud(sandbox: Any) -> Iterator[Cloud]:
    sandbox.reset()
    yield Cloud(sandbox)
    sandbox.clear_faults()


# What is refused before any call


@pytest.mark.parametrize(
    "wanted",
    [
        spec("Web"),
        spec("1web"),
        spec("web-"),
        spec("a" * 64),
        spec("web.example"),
        spec(tags={"Env": "x"}),
        spec(tags={"1st": "x"}),
        spec(tags={"env": "Prod"}),
        spec(tags={"env": "x" * 64}),
        spec(tags={f"k{number}": "x" for number in range(60)}),
        spec(image="debian-12", user_data="#cloud-config\n"),
        spec(user_data="x" * 300_000),
    ],
)
def test_what_google_does_not_allow_is_refused_with_the_rule(cloud: Cloud, wanted: VmSpec) -> None:
    with pytest.raises(UsageError) as failure:
        cloud.vms().check(wanted)
    assert failure.value.why or failure.value.fix
    assert cloud.operations() == []


def test_what_google_allows_is_not_refused(cloud: Cloud) -> None:
    cloud.vms().check(spec("a" * 63, tags={"größe_1": "", "k": "ü-1_"}))
    cloud.vms().check(spec(image="debian-12", user_data="#!/bin/sh\n"))


def test_windows_cannot_be_created_yet(cloud: Cloud) -> None:
    with pytest.raises(CloudError) as failure:
        cloud.vms().check(spec(image="windows-2022"))
    assert failure.value.kind is Kind.UNSUPPORTED


def test_a_zone_outside_the_region_is_refused(cloud: Cloud) -> None:
    with pytest.raises(UsageError, match="not in region"):
        cloud.vms("europe-west1-b").check(spec())


def test_an_image_of_another_architecture_is_refused_before_anything_is_made(cloud: Cloud) -> None:
    arm = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-arm64"
    with pytest.raises(UsageError, match="arm64"):
        cloud.create(image=arm, open_ports=(OpenPort(22),))
    assert cloud.rules() == set()


# What is sent


def test_a_preview_offline_makes_no_call(cloud: Cloud) -> None:
    steps = cloud.preview(spec(open_ports=(OpenPort(22),)))
    assert [step.operation for step in steps] == ["compute.firewalls.insert", "compute.instances.insert"]
    assert cloud.operations() == []


def body(cloud: Cloud, wanted: VmSpec) -> dict[str, Any]:
    found: dict[str, Any] = cloud.preview(wanted)[-1].arguments["instance_resource"]
    return found


def metadata(cloud: Cloud, wanted: VmSpec) -> dict[str, str]:
    return {item["key"]: item["value"] for item in body(cloud, wanted)["metadata"]["items"]}


def test_the_key_belongs_to_the_login_user(cloud: Cloud) -> None:
    assert metadata(cloud, spec()) == {"ssh-keys": f"gcpuser:{KEY}"}


@pytest.mark.parametrize(
    ("image", "data", "key"),
    [
        ("ubuntu-24.04", "#!/bin/sh\n", "user-data"),
        ("ubuntu-24.04", "#cloud-config\n", "user-data"),
        ("debian-12", "#!/bin/sh\n", "startup-script"),
        ("projects/p/global/images/own", "#!/bin/sh\n", "startup-script"),
        ("projects/p/global/images/own", "#cloud-config\n", "user-data"),
    ],
)
def test_user_data_goes_where_the_image_reads_it(cloud: Cloud, image: str, data: str, key: str) -> None:
    assert metadata(cloud, spec(image=image, user_data=data))[key] == data


def test_an_instance_is_as_closed_as_can_be_unless_asked_otherwise(cloud: Cloud) -> None:
    plain = body(cloud, spec(public_ip=False))
    assert "access_configs" not in plain["network_interfaces"][0]
    assert not {"service_accounts", "tags", "scheduling"} & plain.keys()


def test_a_spot_instance_is_stopped_not_deleted_when_it_is_taken_back(cloud: Cloud) -> None:
    assert body(cloud, spec(spot=True))["scheduling"] == {
        "provisioning_model": "SPOT",
        "instance_termination_action": "STOP",
        "automatic_restart": False,
        "on_host_maintenance": "TERMINATE",
    }


def test_a_named_subnetwork_decides_the_network(cloud: Cloud) -> None:
    (interface,) = body(cloud, spec(subnet="apps"))["network_interfaces"]
    assert interface["subnetwork"] == f"projects/sandbox-project/regions/{REGION}/subnetworks/apps"
    assert "network" not in interface


def test_ports_with_equal_sources_share_a_rule_and_families_do_not() -> None:
    ports = [OpenPort(22, "10.0.0.0/8"), OpenPort(80), OpenPort(443), OpenPort(443, "::/0"), OpenPort(80, "::/0")]
    assert firewall.groups(ports) == [
        (("22",), ("10.0.0.0/8",)),
        (("80", "443"), ("0.0.0.0/0",)),
        (("80", "443"), ("::/0",)),
    ]


def test_rule_names_fit_and_differ() -> None:
    long = [firewall.base_name(f"{'a' * 62}{last}", "northamerica-northeast1") for last in "bc"]
    assert all(len(name) <= 60 for name in long)
    assert long[0] != long[1]
    assert firewall.base_name("web", REGION) == "cloudctl-vm-web-us-central1"


@pytest.mark.parametrize(
    "value", ["vm.web", "ubuntu-24.04", "projects/p/global/images/family/debian-12", "creating-1-a"]
)
def test_marks_can_be_read_back_from_labels(value: str) -> None:
    assert tags.decode(tags.encode(value)) == value
    assert tags.encode(tags.encode(value)) == tags.encode(value)


def test_a_long_value_is_cut_to_a_label_and_still_tells_values_apart() -> None:
    values = [f"projects/{'p' * 30}/global/images/{'i' * 40}{last}" for last in "ab"]
    labels = {tags.encode(value) for value in values}
    assert len(labels) == 2
    assert all(len(label) <= 63 and set(label) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_") for label in labels)
    assert {tags.encode(tags.decode(label)) for label in labels} == labels


# Create


def test_a_machine_with_ports_is_whole_and_its_rules_apply_to_it_alone(cloud: Cloud) -> None:
    vm = cloud.create(open_ports=(OpenPort(22, "10.0.0.0/8"), OpenPort(443)), tags={"env": "prod"}, disk_gb=20)
    assert (vm.state, vm.size, vm.zone, vm.tags["env"]) == (VmState.RUNNING, "e2-small", "us-central1-a", "prod")
    assert vm.tags["cloudctl-image"] == "ubuntu-24.04"
    assert cloud.rules() == {"cloudctl-vm-web-us-central1", "cloudctl-vm-web-us-central1-2"}
    shown = cloud.vms().show(vm)
    assert {Port("22", "tcp", "10.0.0.0/8"), Port("443", "tcp", "0.0.0.0/0")} <= set(shown.ports)
    assert (shown.disks[0].size_gb, shown.login_user) == (20, "gcpuser")
    assert str(shown.key).startswith("SHA256:")
    assert cloud.vms().differences(spec(), vm) == ()
    assert cloud.vms().differences(spec(size="large", spot=True), vm) == (
        "size: e2-small, not e2-standard-2",
        "lifecycle: on-demand, not spot",
    )


def test_the_zone_and_the_open_rule_of_the_network_are_told(cloud: Cloud) -> None:
    cloud.create()
    assert "zone us-central1-a" in cloud.said.getvalue()
    assert "default-allow-ssh" in cloud.said.getvalue()


def test_a_machine_without_address_needs_no_warning(cloud: Cloud) -> None:
    cloud.create(public_ip=False)
    assert "default-allow-ssh" not in cloud.said.getvalue()


def test_a_zone_without_hardware_is_a_lack_of_capacity_and_leaves_nothing(cloud: Cloud) -> None:
    cloud.sandbox.fault("capacity", "gcp", "compute.instances.insert", count=1)
    with pytest.raises(CloudError) as failure:
        cloud.create(open_ports=(OpenPort(22),))
    assert failure.value.kind is Kind.CAPACITY
    assert str(failure.value.code).startswith("ZONE_RESOURCE_POOL_EXHAUSTED")
    assert cloud.rules() == set()
    assert list(cloud.vms().list()) == []


def test_creates_with_and_without_ports_see_each_other(cloud: Cloud) -> None:
    cloud.create(open_ports=(OpenPort(22),))
    with pytest.raises(Conflict):
        cloud.create()
    with pytest.raises(Conflict):
        cloud.create(open_ports=(OpenPort(23),))
    assert cloud.rules() == {"cloudctl-vm-web-us-central1"}


@pytest.mark.parametrize("ports", [(), (OpenPort(22),)], ids=["instance", "firewall rule"])
def test_the_claim_is_written_whole_and_only_on_what_is_the_same(cloud: Cloud, ports: tuple[OpenPort, ...]) -> None:
    cloud.create(open_ports=ports, tags={"env": "prod"})
    access = cloud.vms().plan_create(spec()).claim
    assert access is not None
    found = access.find()
    assert found is not None
    assert found.mark is not None
    access.write(found, found.mark.with_claim(Claim(ClaimState.DELETING, 7, "me")))
    again = access.find()
    assert again is not None
    assert again.mark == found.mark.with_claim(Claim(ClaimState.DELETING, 7, "me"))
    assert cloud.find("web").tags["env"] == "prod"
    other = Mark("vm.web", "another-run", "", None)
    with pytest.raises(Conflict):
        access.write(type(found)(found.ref, mark=other), other)


# Delete


def test_a_delete_takes_what_was_made_and_nothing_else(cloud: Cloud) -> None:
    cloud.create("web", open_ports=(OpenPort(22, "10.0.0.0/8"), OpenPort(443)))
    cloud.create("web-us-central1", open_ports=(OpenPort(22),))
    vm = cloud.find("web")
    cloud.execute(lambda vms: vms.plan_delete("web", vm))
    assert [left.name for left in cloud.vms().list()] == ["web-us-central1"]
    assert cloud.rules() == {"cloudctl-vm-web-us-central1-us-central1"}


def test_only_the_last_step_of_a_delete_lets_go(cloud: Cloud) -> None:
    vm = cloud.create(open_ports=(OpenPort(22),))
    vms = cloud.vms()
    steps = list(Runner(vms.call, Report(Level.NOTE, stream=cloud.said)).preview(vms.plan_delete("web", vm)))
    assert [(step.operation, step.detach) for step in steps] == [
        ("compute.instances.delete", False),
        ("compute.firewalls.delete", True),
    ]


def test_there_is_nothing_to_delete_of_a_name_that_nobody_has(cloud: Cloud) -> None:
    vms = cloud.vms()
    runner = Runner(vms.call, Report(Level.NOTE, stream=cloud.said))
    assert list(runner.preview(vms.plan_delete("nobody", None))) == []


# Power


@pytest.mark.parametrize(
    ("first", "then", "state"),
    [("stop", "start", VmState.RUNNING), ("stop", "stop", VmState.STOPPED), ("start", "restart", VmState.RUNNING)],
)
def test_power_verbs_reach_their_state_and_do_nothing_in_it(
    cloud: Cloud, first: str, then: str, state: VmState
) -> None:
    cloud.create()
    for verb in (first, then):
        vm = cloud.find("web")
        cloud.execute(lambda vms, verb=verb, vm=vm: getattr(vms, f"plan_{verb}")(vm))
    assert cloud.find("web").state is state


def test_a_suspended_machine_is_resumed(cloud: Cloud) -> None:
    vm = cloud.create()
    path = f"{cloud.sandbox.endpoint('gcp')}/compute/v1/projects/sandbox-project/zones/{vm.zone}/instances/web/suspend"
    name = requests.post(path, timeout=10).json()["name"]
    requests.post(
        f"{cloud.sandbox.endpoint('gcp')}/compute/v1/projects/sandbox-project/zones/{vm.zone}/operations/{name}/wait",
        timeout=20,
    )
    suspended = cloud.find("web")
    assert suspended.state is VmState.SUSPENDED
    with pytest.raises(Conflict, match="suspended"):
        cloud.execute(lambda vms: vms.plan_stop(suspended))
    cloud.execute(lambda vms: vms.plan_start(suspended))
    assert cloud.find("web").state is VmState.RUNNING
    assert "compute.instances.resume" in cloud.operations()


def test_a_stopped_machine_cannot_be_restarted(cloud: Cloud) -> None:
    vm = cloud.create()
    cloud.execute(lambda vms: vms.plan_stop(vm))
    with pytest.raises(Conflict, match="cannot restart"):
        cloud.execute(lambda vms: vms.plan_restart(vm))


# Lists


def test_disks_that_may_not_be_read_cost_the_image_and_are_told_after_the_rows(cloud: Cloud) -> None:
    cloud.create()
    cloud.sandbox.fault("denied", "gcp", "compute.disks.aggregatedList", count=0)
    rows = []
    with pytest.raises(CloudError) as failure:
        for vm in cloud.vms().list():
            rows.append((vm.name, vm.image))
    assert rows == [("web", None)]
    assert failure.value.kind is Kind.DENIED


def test_a_machine_is_found_by_name_and_by_id(cloud: Cloud) -> None:
    vm = cloud.create()
    assert cloud.find(vm.id) == cloud.find("web") == vm
    assert list(cloud.vms().find("web2")) == []
    assert vm.image
    assert vm.image.startswith("projects/ubuntu-os-cloud/global/images/")
