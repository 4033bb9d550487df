"""The neutral record of machines that cloudctl did not make: every state and shape that a list meets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from command_line import CommandLine
from conftest import CLOUDS
from vm_clouds import FACTS, CloudFacts

from cloudctl import mapping

Record = dict[str, Any]
KINDS = ("running", "stopped", "spot", "no-address", "two-interfaces", "windows", "untagged")


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines of one cloud: kind to provider id, and when they were made."""

    cloud: CloudFacts
    ids: dict[str, str]
    begun: datetime


@pytest.fixture(scope="module", params=CLOUDS)
def fleet(request: pytest.FixtureRequest, sandbox: Any) -> Iterator[Fleet]:
    """One machine of each kind; nothing in this module changes them."""
    sandbox.reset()
    facts = FACTS[request.param]
    begun = datetime.now(UTC).replace(microsecond=0)
    yield Fleet(facts, facts.connect(sandbox.endpoint(facts.name)).fleet(), begun)


@pytest.fixture
def listed(cli: CommandLine, fleet: Fleet) -> dict[str, Record]:
    """The records of a list, by kind."""
    records = {record["id"]: record for record in cli.json("vm", "list", "-p", fleet.cloud.name)}
    assert set(records) == set(fleet.ids.values())
    return {kind: records[machine] for kind, machine in fleet.ids.items()}


@pytest.fixture
def shown(cli: CommandLine, fleet: Fleet) -> dict[str, Record]:
    """The records that ``show`` gives for their ids, by kind."""
    found = cli.json("vm", "show", *fleet.ids.values(), "-p", fleet.cloud.name)
    return dict(zip(fleet.ids, found, strict=True))


def test_every_kind_of_machine_is_there(fleet: Fleet) -> None:
    assert set(fleet.ids) == {*KINDS, *fleet.cloud.unnamed}


def test_states_are_neutral_and_agree_with_the_mapping(listed: dict[str, Record], fleet: Fleet) -> None:
    states = {kind: record["state"] for kind, record in listed.items()}
    assert states == {kind: "stopped" if kind == "stopped" else "running" for kind in listed}
    native = {record["native_state"]: record["state"] for record in listed.values()}
    assert native.items() <= fleet.cloud.table.states.items()


def test_names_are_the_users_and_null_where_there_is_none(listed: dict[str, Record], fleet: Fleet) -> None:
    names = {kind: record["name"] for kind, record in listed.items()}
    assert names == {kind: None if kind in fleet.cloud.unnamed else f"m-{kind}" for kind in listed}


def test_only_spot_machines_are_spot(listed: dict[str, Record]) -> None:
    lifecycles = {kind: record["lifecycle"] for kind, record in listed.items()}
    assert lifecycles == {kind: "spot" if kind == "spot" else "on-demand" for kind in listed}


def test_only_windows_machines_are_windows(listed: dict[str, Record]) -> None:
    systems = {kind: record["os"] for kind, record in listed.items()}
    assert systems == {kind: "windows" if kind == "windows" else "linux" for kind in listed}


def test_sizes_have_their_facts(listed: dict[str, Record], fleet: Fleet) -> None:
    size = mapping.size(fleet.cloud.name, fleet.cloud.size)
    assert size
    facts = {(record["size"], record["vcpus"], record["memory_gib"]) for record in listed.values()}
    assert facts == {(size.name, size.vcpus, size.memory_gib)}


def test_places_are_native_names(listed: dict[str, Record], fleet: Fleet) -> None:
    assert {record["region"] for record in listed.values()} == {fleet.cloud.region}
    assert {record["zone"] for record in listed.values()} <= set(fleet.cloud.zones)
    assert {(record["provider"], record["context"]) for record in listed.values()} == {(fleet.cloud.name,) * 2}


def test_a_running_machine_has_its_addresses(listed: dict[str, Record]) -> None:
    assert ip_address(listed["running"]["private_ip"]).is_private
    assert ip_address(listed["running"]["public_ip"])


@pytest.mark.parametrize("kind", ["no-address", "stopped"])
def test_a_machine_without_a_public_address_has_a_private_one(listed: dict[str, Record], kind: str) -> None:
    assert listed[kind]["public_ip"] is None
    assert ip_address(listed[kind]["private_ip"]).is_private


def test_of_two_interfaces_the_first_gives_the_address(listed: dict[str, Record], shown: dict[str, Record]) -> None:
    first, second = shown["two-interfaces"]["interfaces"]
    addresses = [ip_address(interface["private_ip"]) for interface in (first, second)]
    assert len(set(addresses)) == 2
    assert listed["two-interfaces"]["private_ip"] == first["private_ip"]
    assert first["id"] and second["id"] and first["id"] != second["id"]


def test_every_other_machine_has_one_interface(shown: dict[str, Record]) -> None:
    counts = {kind: len(record["interfaces"]) for kind, record in shown.items()}
    assert counts == {kind: 2 if kind == "two-interfaces" else 1 for kind in shown}


def test_tags_are_kept_as_they_are(listed: dict[str, Record], fleet: Fleet) -> None:
    assert listed["untagged"]["tags"] == {}
    assert listed["running"]["tags"].items() >= fleet.cloud.machine_tags.items()


def test_times_are_those_of_the_machines_making(listed: dict[str, Record], fleet: Fleet) -> None:
    made = [datetime.fromisoformat(record["created"]) for record in listed.values()]
    assert all(fleet.begun - timedelta(seconds=1) <= moment <= datetime.now(UTC) for moment in made)


def test_show_repeats_what_the_list_says(listed: dict[str, Record], shown: dict[str, Record]) -> None:
    for kind, record in listed.items():
        differing = {key for key in record if shown[kind][key] != record[key]}
        assert differing <= {"image"}, kind


def test_a_machine_made_without_cloudctl_is_shown_with_a_boot_disk(shown: dict[str, Record]) -> None:
    for kind, record in shown.items():
        boots = [disk for disk in record["disks"] if disk["boot"]]
        assert len(boots) == 1 and boots[0]["size_gb"] > 0, kind


def test_a_machine_with_a_name_is_found_by_it(cli: CommandLine, fleet: Fleet) -> None:
    for kind in set(fleet.ids) - set(fleet.cloud.unnamed):
        assert cli.json("vm", "show", f"m-{kind}", "-p", fleet.cloud.name)["id"] == fleet.ids[kind]
