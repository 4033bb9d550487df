"""What Azure refuses is refused before any call, with the rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cloudctl_azure.vm import AzureVm

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.mapping import ImageChoice, choose
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import VmSpec

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKl+sRfTOb0rOKjw+ttX/JPAJ4sBsRxI0lyWUFqzf0P2 me"
IMAGE = ImageChoice("azure", "/subscriptions/s/images/mine", id="/subscriptions/s/images/mine")


def service(region: str | None = "eastus", zone: str | None = None) -> AzureVm:
    return AzureVm(Scope(Context("azure", "azure"), region, zone), Deadline(5))


def spec(**changes: Any) -> VmSpec:
    return replace(VmSpec("web", choose("azure", "Standard_D2s_v5"), IMAGE, KEY), **changes)


@pytest.mark.parametrize("name", ["web", "a", "Web-1", "1", "x" * 64])
def test_names_that_azure_allows(name: str) -> None:
    service().check(spec(name=name))


@pytest.mark.parametrize("name", ["", "x" * 65, "web-", "-web", "_web", "web.", "we b", "wéb", "web/1", "web\n"])
def test_names_that_azure_does_not_allow_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(UsageError) as raised:
        service().check(spec(name=name))
    assert "at most 64" in (raised.value.why or "")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"tags": {"a" * 513: "x"}}, "512"),
        ({"tags": {"": "x"}}, "512"),
        ({"tags": {"a/b": "x"}}, "< >"),
        ({"tags": {"a": "x" * 257}}, "256"),
        ({"tags": {"Cloudctl-Owner": "x"}}, "own"),
        ({"tags": {str(number): "" for number in range(47)}}, "50"),
        ({"ssh_key": "ecdsa-sha2-nistp256 AAAA me"}, "ssh-ed25519"),
        ({"ssh_key": ""}, "ssh-rsa"),
        ({"disk_gb": 0}, "4095"),
        ({"disk_gb": 4096}, "4095"),
        ({"user_data": "x" * 65536}, "65535"),
        ({"group": "ends-in-a-period."}, "at most 90"),
        ({"image": replace(IMAGE, architecture="arm64")}, "arm64"),
    ],
)
def test_options_that_azure_does_not_allow_are_refused_with_the_rule(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(UsageError) as raised:
        service().check(spec(**change))
    assert rule in f"{raised.value.message} {raised.value.why}"


def test_windows_machines_are_not_created_yet() -> None:
    with pytest.raises(CloudError) as raised:
        service().check(spec(image=replace(IMAGE, os="windows")))
    assert raised.value.kind is Kind.UNSUPPORTED


@pytest.mark.parametrize("zone", ["1", "eastus-2"])
def test_a_zone_is_a_number_with_or_without_the_region(zone: str) -> None:
    service(zone=zone).check(spec())


@pytest.mark.parametrize("zone", ["a", "westus-1", "eastus1", ""])
def test_another_zone_is_refused(zone: str) -> None:
    with pytest.raises(UsageError):
        service(zone=zone).check(spec())


def test_without_a_region_a_create_is_refused_with_the_fix() -> None:
    with pytest.raises(UsageError) as raised:
        service(region=None).plan_create(spec())
    assert "--region" in (raised.value.fix or "")
