"""One machine on each cloud from create to delete, with the same words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from command_line import CommandLine, program
from conftest import CLOUDS
from vm_clouds import FACTS, CloudFacts, Native

from cloudctl import mapping

pytestmark = pytest.mark.usefixtures("fresh")

FLAGS = (
    *("--size", "small", "--image", "ubuntu-24.04", "--tag", "env=test"),
    *("--open", "22:203.0.113.0/24", "--disk", "40"),
)
# fmt: off
LISTED = [
    "provider", "context", "id", "name", "state", "native_state", "size", "vcpus", "memory_gib", "region", "zone",
    "private_ip", "public_ip", "image", "os", "lifecycle", "created", "tags",
]
# fmt: on
SHOWN = [*LISTED, "interfaces", "disks", "ports", "identity", "key", "login_user"]


def create(cli: CommandLine, cloud: CloudFacts, name: str = "web", *more: str) -> Any:
    return cli.json("vm", "create", name, "-p", cloud.name, *FLAGS, *more)


def test_a_machine_is_made_with_the_same_words_on_each_cloud(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud)
    size = mapping.size(cloud.name, cloud.size)
    assert size
    expected = {
        "provider": cloud.name,
        "context": cloud.name,
        "name": "web",
        "state": "running",
        "size": cloud.size,
        "vcpus": size.vcpus,
        "memory_gib": size.memory_gib,
        "region": cloud.region,
    }
    assert {key: made[key] for key in expected} == expected
    assert made["zone"] in cloud.zones
    assert re.fullmatch(cloud.id_pattern, made["id"])
    assert (made["os"], made["lifecycle"], made["login_user"]) == ("linux", "on-demand", cloud.login_user)
    assert ip_address(made["private_ip"]).is_private
    assert ip_address(made["public_ip"])
    assert made["tags"]["env"] == "test"
    assert cloud.table.states[made["native_state"]] == made["state"]


def test_the_root_disk_and_the_opened_port_are_what_was_asked_for(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud)
    assert [(disk["boot"], disk["size_gb"], disk["encrypted"]) for disk in made["disks"]] == [(True, 40, True)]
    assert {"port": "22", "protocol": "tcp", "source": "203.0.113.0/24"} in made["ports"]


def test_created_is_the_time_of_the_create_and_outlives_a_restart(cli: CommandLine, cloud: CloudFacts) -> None:
    begun = datetime.now(UTC).replace(microsecond=0)
    made = create(cli, cloud)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["created"])
    assert begun - timedelta(seconds=1) <= datetime.fromisoformat(made["created"]) <= datetime.now(UTC)
    cli.json("vm", "stop", "web", "-p", cloud.name)
    started = cli.json("vm", "start", "web", "-p", cloud.name)
    assert started["created"] == made["created"]


def test_a_list_has_exactly_the_fields_of_the_contract_in_order(cli: CommandLine, cloud: CloudFacts) -> None:
    create(cli, cloud)
    assert [list(vm) for vm in cli.json("vm", "list", "-p", cloud.name)] == [LISTED]


def test_a_shown_machine_has_exactly_the_fields_of_the_contract_in_order(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud)
    shown = cli.json("vm", "show", "web", "-p", cloud.name)
    assert list(shown) == list(made) == SHOWN
    assert shown == made


def test_native_adds_the_providers_own_record(cli: CommandLine, cloud: CloudFacts) -> None:
    create(cli, cloud)
    (listed,) = cli.json("vm", "list", "-p", cloud.name, "--native")
    assert list(listed) == [*LISTED, "native"]
    assert listed["id"] in str(listed["native"])


def test_a_machine_is_found_by_name_by_id_and_by_context(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud)
    for words in (["web", "-p", cloud.name], [made["id"], "-p", cloud.name], [f"{cloud.name}:web"]):
        assert cli.json("vm", "show", *words)["id"] == made["id"]
    (listed,) = cli("vm", "list", "-p", cloud.name, "-o", "name").out.split()
    assert cli.json("vm", "show", listed)["id"] == made["id"]


def test_power_goes_off_and_on(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud)
    stopped = cli.json("vm", "stop", "web", "-p", cloud.name)
    assert (stopped["id"], stopped["state"]) == (made["id"], "stopped")
    assert cli.json("vm", "wait", "web", "--for", "stopped", "-p", cloud.name)["state"] == "stopped"
    started = cli.json("vm", "start", "web", "-p", cloud.name)
    assert (started["id"], started["state"]) == (made["id"], "running")
    restarted = cli.json("vm", "restart", "web", "-p", cloud.name)
    assert restarted["id"] == made["id"]
    assert cli.json("vm", "wait", "web", "-p", cloud.name)["state"] == "running"


@pytest.mark.parametrize(("verb", "twice"), [("start", "running"), ("stop", "stopped")])
def test_a_machine_in_the_right_state_is_left_alone(cli: CommandLine, cloud: CloudFacts, verb: str, twice: str) -> None:
    create(cli, cloud)
    cli.json("vm", verb, "web", "-p", cloud.name)
    assert cli.json("vm", verb, "web", "-p", cloud.name)["state"] == twice


def test_a_stopped_machine_cannot_be_restarted(cli: CommandLine, cloud: CloudFacts) -> None:
    create(cli, cloud)
    cli.json("vm", "stop", "web", "-p", cloud.name)
    result = cli("vm", "restart", "web", "-p", cloud.name, "-o", "json")
    assert (result.code, [error["error"] for error in result.errors]) == (6, ["conflict"])


@pytest.mark.parametrize("options", [(), ("--no-public-ip",), ("--spot",)], ids=["plain", "no address", "spot"])
def test_after_a_delete_nothing_is_left_over(
    cli: CommandLine, cloud: CloudFacts, native: Native, options: tuple[str, ...]
) -> None:
    native.machine("bystander")
    before = native.things()
    create(cli, cloud, "web", *options)
    assert native.things() > before
    gone = cli.json("vm", "delete", "web", "-p", cloud.name, "--yes")
    assert (gone["name"], gone["state"]) == ("web", "deleted")
    assert native.things() == before
    assert [vm["name"] for vm in cli.json("vm", "list", "-p", cloud.name)] == ["bystander"]


def test_a_machine_without_a_public_address(cli: CommandLine, cloud: CloudFacts) -> None:
    made = create(cli, cloud, "web", "--no-public-ip")
    assert made["public_ip"] is None
    assert made["private_ip"]


def test_a_spot_machine(cli: CommandLine, cloud: CloudFacts) -> None:
    assert create(cli, cloud, "web", "--spot")["lifecycle"] == "spot"


def test_a_machine_in_a_named_zone(cli: CommandLine, cloud: CloudFacts) -> None:
    assert create(cli, cloud, "web", "--zone", cloud.other_zone)["zone"] == cloud.other_zone


def test_a_machine_in_a_named_network(cli: CommandLine, cloud: CloudFacts, native: Native) -> None:
    network = native.network()
    (interface,) = create(cli, cloud, "web", "--network", network)["interfaces"]
    assert interface["network"].endswith(network)


def test_a_machine_that_was_deleted_can_be_made_again(cli: CommandLine, cloud: CloudFacts) -> None:
    first = create(cli, cloud)
    cli.json("vm", "delete", "web", "-p", cloud.name, "--yes")
    second = create(cli, cloud)
    assert second["state"] == "running"
    assert second["created"] >= first["created"]


def test_waiting_for_a_deleted_machine_ends_at_once(cli: CommandLine, cloud: CloudFacts) -> None:
    create(cli, cloud)
    cli.json("vm", "delete", "web", "-p", cloud.name, "--yes")
    assert cli("vm", "wait", "web", "--for", "deleted", "-p", cloud.name).code == 0


def test_one_list_covers_all_clouds(cli: CommandLine) -> None:
    for name in CLOUDS:
        create(cli, FACTS[name])
    listed = cli.json("vm", "list")
    assert [(vm["provider"], vm["name"], vm["state"]) for vm in listed] == [(name, "web", "running") for name in CLOUDS]
    assert all(list(vm) == LISTED for vm in listed)


def test_the_installed_program_does_the_same(cloud: CloudFacts, native: Native) -> None:
    before = native.things()
    words = ("-p", cloud.name, "-o", "json")
    made = program("--sandbox", "vm", "create", "web", *FLAGS, *words)
    assert (made.code, made.json["state"]) == (0, "running"), made.err
    listed = program("vm", "list", *words)
    assert [vm["id"] for vm in listed.json] == [made.json["id"]]
    gone = program("vm", "delete", "web", "--yes", *words)
    assert (gone.code, gone.json["state"]) == (0, "deleted"), gone.err
    assert native.things() == before
