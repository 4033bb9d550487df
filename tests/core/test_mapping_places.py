"""Regions and images."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudctl.errors import UsageError
from cloudctl.mapping import (
    AwsImage,
    AzureImage,
    GcpImage,
    Region,
    UnknownName,
    choose_image,
    choose_region,
    home_of_region,
    image,
    images,
    nearest,
    region,
    regions,
)
from cloudctl.mapping.region_table import PROVIDERS, distance

ALL = [found for provider in PROVIDERS for found in regions(provider)]


@pytest.mark.parametrize(("provider", "least"), [("aws", 34), ("azure", 54), ("gcp", 42)])
def test_the_public_regions_of_the_three_clouds_are_there(provider: str, least: int) -> None:
    assert len(regions(provider)) >= least


@pytest.mark.parametrize(
    ("provider", "name", "city", "zones"),
    [
        ("aws", "us-east-1", "Ashburn", 6),
        ("azure", "westeurope", "Amsterdam", 3),
        ("azure", "westus", "San Francisco", 0),
        ("gcp", "us-central1", "Council Bluffs", 4),
    ],
)
def test_a_region_has_its_city_and_zones(provider: str, name: str, city: str, zones: int) -> None:
    found = region(provider, name)
    assert found is not None
    assert (found.city, found.zones) == (city, zones)


def test_an_unknown_region_is_none() -> None:
    assert region("aws", "eu-west-99") is None


@pytest.mark.parametrize(
    ("provider", "wanted", "name"),
    [
        ("aws", "eu-west-1", "eu-west-1"),
        ("azure", "eu-west-1", "northeurope"),
        ("gcp", "aws:eu-west-2", "europe-west2"),
        ("aws", "germanywestcentral", "eu-central-1"),
        ("gcp", "Tokyo", "asia-northeast1"),
        ("aws", "berlin", "eu-central-1"),
        ("azure", "EastUS2", "eastus2"),
        ("aws", "Cape Town", "af-south-1"),
    ],
)
def test_a_region_by_name_by_another_clouds_name_or_by_city(provider: str, wanted: str, name: str) -> None:
    assert choose_region(provider, wanted).region.name == name


def test_a_region_in_the_same_city_is_no_way_off_and_one_elsewhere_says_what_changes() -> None:
    assert choose_region("azure", "eu-central-1").km == 0
    far = choose_region("gcp", "eu-west-1")
    assert far.km == pytest.approx(463, abs=5)
    assert "Ireland becomes United Kingdom" in far.lost


def test_a_restricted_region_is_taken_by_its_name_only() -> None:
    assert choose_region("azure", "francesouth").region.restricted
    assert choose_region("azure", "Marseille").region.name != "francesouth"


def test_an_unknown_region_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UsageError, match="unknown region: eu-wst-1") as caught:
        choose_region("aws", "eu-wst-1")
    assert "eu-west-1" in (caught.value.fix or "")


@pytest.mark.parametrize(
    ("wanted", "home"),
    [
        ("eu-west-1", "aws"),
        ("azure:westeurope", "azure"),
        ("EastUS2", "azure"),
        ("europe-west1", "gcp"),
        ("Tokyo", None),
    ],
)
def test_a_region_name_tells_its_cloud(wanted: str, home: str | None) -> None:
    assert home_of_region(wanted) == home


@pytest.mark.parametrize(("wanted", "near"), [("eu-wst-1", "eu-west-1"), ("aws:westeurope", ""), ("Tokio", "Tokyo")])
def test_a_region_of_no_cloud_is_refused_with_the_nearest_of_all(wanted: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        home_of_region(wanted)
    assert near in (caught.value.fix or "")


@given(origin=st.sampled_from(ALL), target=st.sampled_from(PROVIDERS))
def test_no_open_region_is_nearer_than_the_nearest(origin: Region, target: str) -> None:
    found, km = nearest(target, origin)
    assert not found.restricted
    open_regions = [other for other in regions(target) if not other.restricted]
    assert km <= min(distance(origin, other) for other in open_regions) + 1


@given(one=st.sampled_from(ALL), other=st.sampled_from(ALL))
def test_distance_is_a_distance(one: Region, other: Region) -> None:
    assert distance(one, one) == 0
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 <= distance(one, other) <= 20038


WANTED = [
    (entry.name, provider, architecture)
    for entry in images()
    for provider in entry.clouds
    for architecture in ("x86_64", "arm64")
    if getattr(entry.clouds[provider], architecture)
]


@pytest.mark.parametrize(("name", "provider", "architecture"), WANTED)
def test_every_image_of_the_table_can_be_chosen(name: str, provider: str, architecture: str) -> None:
    found = choose_image(provider, name, architecture)
    assert found.source is not None
    assert found.id is None
    assert found.login_user
    assert (found.name, found.architecture, found.os) == (name, architecture, name_os(name))


def name_os(name: str) -> str:
    return "windows" if name.startswith("windows") else "linux"


def test_each_cloud_is_told_how_to_find_the_newest() -> None:
    aws, azure, gcp = (choose_image(provider, "debian-12", "arm64").source for provider in PROVIDERS)
    assert aws == AwsImage("136693071363", "debian-12-arm64-*")
    assert azure == AzureImage("Debian", "debian-12", "12-arm64", "latest", plan=False)
    assert isinstance(gcp, GcpImage)
    assert gcp.path == "projects/debian-cloud/global/images/family/debian-12-arm64"


def test_an_image_that_is_sold_under_a_plan_says_so() -> None:
    source = choose_image("azure", "rocky-9", "x86_64").source
    assert isinstance(source, AzureImage)
    assert source.plan


@pytest.mark.parametrize(("name", "cloud_init"), [("ubuntu-24.04", True), ("debian-12", False), ("rhel-9", False)])
def test_gcp_images_have_cloud_init_only_where_it_is_known(name: str, cloud_init: bool) -> None:
    assert choose_image("gcp", name, "x86_64").cloud_init is cloud_init


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        ("aws", "ami-0123456789abcdef0"),
        ("azure", "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden"),
        ("gcp", "projects/p/global/images/golden-1"),
        ("gcp", "projects/p/global/images/family/golden"),
    ],
)
def test_a_native_id_passes_through(provider: str, wanted: str) -> None:
    found = choose_image(provider, wanted, "x86_64")
    assert (found.id, found.source, found.name, found.os) == (wanted, None, None, None)


def test_an_azure_urn_is_taken_apart() -> None:
    found = choose_image("azure", "Canonical:ubuntu-24_04-lts:server:24.04.202510010", "x86_64")
    assert isinstance(found.source, AzureImage)
    assert found.source.urn == "Canonical:ubuntu-24_04-lts:server:24.04.202510010"


@pytest.mark.parametrize(
    ("provider", "wanted", "message"),
    [
        ("aws", "ubuntu-2404", "unknown image: ubuntu-2404"),
        ("gcp", "ami-0123456789abcdef0", "unknown image"),
        ("azure", "amazon-linux-2023", "no confirmed image amazon-linux-2023 for x86_64 on azure"),
    ],
)
def test_an_image_that_is_not_there_is_refused(provider: str, wanted: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        choose_image(provider, wanted, "x86_64")


def test_what_is_offered_instead_exists_for_that_cloud_and_architecture() -> None:
    with pytest.raises(UsageError) as caught:
        choose_image("azure", "rhel-9", "arm64")
    assert "debian-12" in (caught.value.fix or "")
    assert "rocky-9" not in (caught.value.fix or "")


def test_an_unknown_image_is_none() -> None:
    assert image("beos-5") is None
