"""Instances and what belongs to them, driven with google-cloud-compute."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httplib2  # type: ignore[import-untyped]
import pytest
from gcp_service import PROJECT, ZONE, Service, boot_disk, instance, serving
from google.api_core import exceptions
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

HERE = {"project": PROJECT, "zone": ZONE}
Eventually = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Changes are done at once."""
    with serving(tmp_path) as served:
        yield served


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Service]:
    """Changes take 0.4 seconds."""
    with serving(tmp_path, transition=0.4) as served:
        yield served


def shown(service: Service, name: str = "web-1") -> Any:
    return service.client("Instances").get(instance=name, **HERE)


def status(service: Service, name: str = "web-1") -> str:
    return str(shown(service, name).status)


def test_an_instance_is_provisioned_staged_and_then_runs_whether_polled_or_not(slow: Service) -> None:
    operation = slow.call("POST", f"zones/{ZONE}/instances", instance()).json()
    assert status(slow) == "PROVISIONING"
    slow.finish(operation)
    assert status(slow) == "RUNNING"


def test_a_running_instance_has_what_was_asked_and_the_defaults(service: Service) -> None:
    service.create(labels={"owner": "me"}, tags={"items": ["web"]}, metadata={"items": [{"key": "k", "value": "v"}]})
    machine = shown(service)
    nic, disk = machine.network_interfaces[0], machine.disks[0]
    assert str(machine.id).isdigit()
    assert machine.machine_type.endswith(f"/zones/{ZONE}/machineTypes/e2-small")
    assert dict(machine.labels) == {"owner": "me"}
    assert list(machine.tags.items) == ["web"]
    assert machine.metadata.items[0].value == "v"
    assert ipaddress.ip_address(nic.network_i_p) in ipaddress.ip_network("10.128.0.0/20")
    assert nic.access_configs[0].nat_i_p
    assert (disk.boot, disk.auto_delete, disk.disk_size_gb) == (True, True, 10)
    assert disk.licenses[0].endswith("/debian-cloud/global/licenses/debian-12-bookworm")
    assert machine.scheduling.provisioning_model == "STANDARD"
    assert machine.cpu_platform == "Intel Broadwell"


@pytest.mark.parametrize("tag", ["Web", "-web", "web_1", "w" * 64])
def test_network_tags_have_the_form_of_names(service: Service, tag: str) -> None:
    reply = service.call("POST", f"zones/{ZONE}/instances", instance(tags={"items": ["ok", tag]}))
    assert reply.json()["error"]["message"].startswith(f"Invalid value for field 'resource.tags.items[1]': '{tag}'.")


def test_a_spot_instance_is_neither_restarted_nor_migrated(service: Service) -> None:
    service.create(scheduling={"provisioningModel": "SPOT"})
    scheduling = shown(service).scheduling
    assert (scheduling.preemptible, scheduling.automatic_restart) == (True, False)
    assert scheduling.on_host_maintenance == "TERMINATE"


def test_a_stopped_instance_has_no_external_address_and_gets_another_one_when_started(service: Service) -> None:
    service.create()
    first = shown(service).network_interfaces[0]
    service.client("Instances").stop_unary(instance="web-1", **HERE)
    stopped = shown(service)
    assert stopped.status == "TERMINATED"
    assert not stopped.network_interfaces[0].access_configs[0].nat_i_p
    assert stopped.network_interfaces[0].network_i_p == first.network_i_p
    service.client("Instances").start_unary(instance="web-1", **HERE)
    again = shown(service)
    assert again.status == "RUNNING"
    assert again.network_interfaces[0].access_configs[0].nat_i_p not in ("", first.access_configs[0].nat_i_p)


@pytest.mark.parametrize(
    "verbs, ends",
    [(["stop"], "TERMINATED"), (["suspend"], "SUSPENDED"), (["suspend", "resume"], "RUNNING"), (["reset"], "RUNNING")],
    ids="-".join,
)
def test_an_instance_can_be(service: Service, verbs: list[str], ends: str) -> None:
    service.create()
    for verb in verbs:
        getattr(service.client("Instances"), f"{verb}_unary")(instance="web-1", **HERE)
    assert status(service) == ends


def test_starting_a_running_instance_is_an_operation_that_does_nothing(slow: Service) -> None:
    slow.create()
    operation = slow.client("Instances").start_unary(instance="web-1", **HERE)
    assert operation.status.name == "DONE"
    assert status(slow) == "RUNNING"


def test_an_instance_that_stops_cannot_be_started(slow: Service) -> None:
    slow.create()
    slow.client("Instances").stop_unary(instance="web-1", **HERE)
    with pytest.raises(exceptions.BadRequest, match="is not ready"):
        slow.client("Instances").start_unary(instance="web-1", **HERE)


def test_a_deleted_instance_stops_then_is_gone_with_its_disks(slow: Service) -> None:
    keep = {"autoDelete": False, "initializeParams": {"diskSizeGb": "10", "diskName": "data"}}
    slow.create(disks=[boot_disk(), keep])
    operation = slow.call("DELETE", f"zones/{ZONE}/instances/web-1").json()
    assert status(slow) == "STOPPING"
    slow.finish(operation)
    with pytest.raises(exceptions.NotFound):
        shown(slow)
    kept = list(slow.client("Disks").list(**HERE))
    assert [(disk.name, list(disk.users)) for disk in kept] == [("data", [])]


def test_the_name_is_taken_until_the_deletion_is_done(slow: Service) -> None:
    slow.create()
    operation = slow.call("DELETE", f"zones/{ZONE}/instances/web-1").json()
    assert slow.call("POST", f"zones/{ZONE}/instances", instance()).status_code == 409
    slow.finish(operation)
    slow.create()


def test_google_api_python_client_works_too(service: Service) -> None:
    compute = build(
        "compute",
        "v1",
        static_discovery=True,
        http=httplib2.Http(),
        client_options={"api_endpoint": f"{service.endpoint}/compute/v1/"},
    )
    compute.instances().insert(body=instance(), **HERE).execute()
    with pytest.raises(HttpError, match="already exists"):
        compute.instances().insert(body=instance(), **HERE).execute()
    assert compute.instances().get(instance="web-1", **HERE).execute()["status"] == "RUNNING"


def test_of_ten_who_create_one_name_at_once_one_succeeds(slow: Service) -> None:
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: slow.call("POST", f"zones/{ZONE}/instances", instance()), range(10)))
    assert sorted(reply.status_code for reply in replies) == [200] + [409] * 9


def test_an_instance_can_be_found_by_its_numeric_id(service: Service) -> None:
    operation = service.create()
    assert shown(service, operation["targetId"]).name == "web-1"


def test_settings_change_with_the_current_fingerprint_and_not_with_an_old_one(service: Service) -> None:
    service.create(labels={"a": "1"})
    body = {"labels": {"a": "2"}, "labelFingerprint": shown(service).label_fingerprint}
    path = f"zones/{ZONE}/instances/web-1/setLabels"
    assert service.call("POST", path, body).status_code == 200
    assert dict(shown(service).labels) == {"a": "2"}
    assert service.call("POST", path, body).status_code == 412


def test_the_machine_type_changes_only_while_stopped(service: Service) -> None:
    service.create()
    body = {"machineType": f"zones/{ZONE}/machineTypes/n2-standard-2"}
    path = f"zones/{ZONE}/instances/web-1/setMachineType"
    assert service.call("POST", path, body).status_code == 400
    service.client("Instances").stop_unary(instance="web-1", **HERE)
    assert service.call("POST", path, body).status_code == 200
    assert shown(service).machine_type.endswith("/n2-standard-2")


def test_two_interfaces_are_in_two_networks(service: Service) -> None:
    service.call("POST", "global/networks", {"name": "lan", "autoCreateSubnetworks": False})
    subnet = {"name": "lan-1", "network": "global/networks/lan", "ipCidrRange": "192.168.0.0/24"}
    service.call("POST", "regions/us-central1/subnetworks", subnet)
    service.create(networkInterfaces=[{}, {"subnetwork": "regions/us-central1/subnetworks/lan-1"}])
    addresses = [nic.network_i_p for nic in shown(service).network_interfaces]
    assert addresses == ["10.128.0.2", "192.168.0.2"]


def test_a_new_project_has_the_default_network_with_its_rules(service: Service) -> None:
    network = service.client("Networks").get(project=PROJECT, network="default")
    rules = {rule.name: rule for rule in service.client("Firewalls").list(project=PROJECT)}
    names = {f"default-allow-{what}" for what in ("internal", "ssh", "rdp", "icmp")}
    assert network.auto_create_subnetworks
    assert len(network.subnetworks) == len(list(service.client("Regions").list(project=PROJECT)))
    assert rules.keys() == names
    assert rules["default-allow-ssh"].allowed[0].ports == ["22"]
    assert rules["default-allow-ssh"].priority == 65534


def test_a_firewall_rule_can_be_made_patched_and_deleted(service: Service) -> None:
    client = service.client("Firewalls")
    rule = {"name": "web", "allowed": [{"I_p_protocol": "tcp", "ports": ["80"]}], "target_tags": ["web"]}
    client.insert_unary(project=PROJECT, firewall_resource=rule)
    client.patch_unary(project=PROJECT, firewall="web", firewall_resource={"name": "web", "description": "run 1"})
    made = client.get(project=PROJECT, firewall="web")
    assert (made.description, list(made.source_ranges), made.priority) == ("run 1", ["0.0.0.0/0"], 1000)
    client.delete_unary(project=PROJECT, firewall="web")
    with pytest.raises(exceptions.NotFound):
        client.get(project=PROJECT, firewall="web")


def test_what_is_new_is_hidden_from_reads_for_the_lag_but_taken_for_writes(
    tmp_path: Path, eventually: Eventually
) -> None:
    with serving(tmp_path, read_lag=1.0) as service:
        service.create()
        assert service.call("GET", f"zones/{ZONE}/instances/web-1").status_code == 404
        assert "items" not in service.call("GET", f"zones/{ZONE}/instances").json()
        assert service.call("POST", f"zones/{ZONE}/instances", instance()).status_code == 409
        eventually(lambda: service.call("GET", f"zones/{ZONE}/instances/web-1").status_code == 200)


def test_everything_survives_a_restart_and_nothing_a_reset(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        service.create()
        before = service.call("GET", f"zones/{ZONE}/instances/web-1").json()
        service.cloud.save()
    assert (tmp_path / "gcp.json").stat().st_mode & 0o777 == 0o600
    with serving(tmp_path) as service:
        assert service.call("GET", f"zones/{ZONE}/instances/web-1").json() == before
        service.cloud.reset()
        assert service.call("GET", f"zones/{ZONE}/instances/web-1").status_code == 404
