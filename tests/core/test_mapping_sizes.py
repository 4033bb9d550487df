"""Sizes: the published numbers, and translations that are never smaller."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudctl.errors import UsageError
from cloudctl.mapping import NoSizeFits, Size, UnknownName, choose, home_of_size, neutral, size, sizes
from cloudctl.mapping.size_table import PROVIDERS, Shape, catalog

ALL = [found for provider in PROVIDERS for found in sizes(provider)]
ORDINARY = {"burstable", "general", "compute", "memory"}


def test_the_table_knows_thousands_of_sizes_and_none_twice() -> None:
    names = [(found.provider, found.name) for found in ALL]
    assert len(names) == len(set(names))
    assert len(names) > 2900


def test_every_size_is_found_by_its_name() -> None:
    assert [found.name for found in ALL if size(found.provider, found.name) != found] == []


@pytest.mark.parametrize(
    ("provider", "name", "vcpus", "memory_gib", "local_disk_gb"),
    [
        ("aws", "t3.micro", 2, 1, 0),
        ("aws", "m7i.metal-24xl", 96, 384, 0),
        ("aws", "c4.8xlarge", 36, 60, 0),
        ("aws", "m6id.metal", 128, 512, 7600),
        ("aws", "x2iedn.xlarge", 4, 128, 118),
        ("azure", "Standard_D2s_v5", 2, 8, 0),
        ("azure", "Standard_D2ds_v5", 2, 8, 75),
        ("azure", "Standard_E96as_v5", 96, 672, 0),
        ("azure", "Standard_M48ds_1_v3", 48, 974, None),
        ("azure", "Standard_DS14_v2", 16, 112, None),
        ("gcp", "e2-medium", 2, 4, 0),
        ("gcp", "n2-highmem-128", 128, 864, 0),
        ("gcp", "c3-standard-4-lssd", 4, 16, 375),
        ("gcp", "c4-highmem-24-lssd", 24, 186, 1500),
        ("azure", "Standard_E20ads_v6", 20, 160, 1100),
        ("gcp", "c4-standard-2", 2, 7, 0),
        ("gcp", "x4-480-6t-metal", 480, 6144, 0),
    ],
)
def test_published_numbers(provider: str, name: str, vcpus: int, memory_gib: float, local_disk_gb: int | None) -> None:
    found = size(provider, name)
    assert found is not None
    assert (found.vcpus, found.memory_gib, found.local_disk_gb) == (vcpus, memory_gib, local_disk_gb)


@pytest.mark.parametrize(
    ("provider", "name", "count", "model"),
    [
        ("aws", "g4dn.metal", 8, "NVIDIA T4"),
        ("azure", "Standard_NC64as_T4_v3", 4, "NVIDIA T4"),
        ("gcp", "a2-megagpu-16g", 16, "NVIDIA A100"),
        ("gcp", "n2-standard-2", 0, None),
    ],
)
def test_published_gpus(provider: str, name: str, count: int, model: str | None) -> None:
    found = size(provider, name)
    assert found is not None
    assert (found.gpu_count, found.gpu_model) == (count, model)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("aws", "m7i.32xlarge"),  # follows the rule, was never published
        ("aws", "m7i"),
        ("azure", "Standard_D3s_v5"),
        ("azure", "Standard_E16-4ads_v5"),
        ("gcp", "n2-standard-6"),
        ("gcp", "t3.micro"),
        ("gcp", "n2-custom-3-4096"),
        ("gcp", "n2-custom-4-4097"),
        ("gcp", "e2-custom-2-65536-ext"),
        ("gcp", "c3-custom-4-8192"),
        ("aws", ""),
        ("azure", ""),
        ("gcp", ""),
    ],
)
def test_an_unknown_name_is_unknown_and_never_guessed(provider: str, name: str) -> None:
    assert size(provider, name) is None


@pytest.mark.parametrize(
    ("name", "vcpus", "memory_gib", "family"),
    [
        ("n2-custom-4-8192", 4, 8, "n2"),
        ("custom-1-3840", 1, 3.75, "n1"),
        ("n2-custom-2-65536-ext", 2, 64, "n2"),
    ],
)
def test_a_custom_machine_type_of_gcp_says_its_own_shape(name: str, vcpus: int, memory_gib: float, family: str) -> None:
    found = size("gcp", name)
    assert found is not None
    assert (found.vcpus, found.memory_gib, found.family) == (vcpus, memory_gib, family)


def test_case_does_not_matter_and_the_published_spelling_comes_back() -> None:
    found = size("azure", "standard_d2S_V5")
    assert found is not None
    assert found.name == "Standard_D2s_v5"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_native_name_is_taken_as_it_is(provider: str) -> None:
    for found in sizes(provider)[::37]:
        choice = choose(provider, found.name)
        assert (choice.size, choice.exact, choice.lost) == (found, True, ())


@pytest.mark.parametrize(
    ("provider", "wanted", "native"),
    [
        ("aws", "2x8", "m7i.large"),
        ("azure", "2x8", "Standard_D2s_v5"),
        ("gcp", "2x8", "e2-standard-2"),
        ("aws", "2x1", "t3.micro"),
        ("aws", "azure:Standard_D2s_v5", "m7i.large"),
        ("aws", "Standard_D2s_v5", "m7i.large"),
        ("azure", "t3.micro", "Standard_B2ts_v2"),
        ("gcp", "aws:t3.micro", "e2-micro"),
        ("azure", "m7g.large", "Standard_D2ps_v5"),
        ("azure", "g4dn.12xlarge", "Standard_NC64as_T4_v3"),
        ("azure", "medium", "Standard_B2ls_v2"),
        ("azure", "m5d.large", "Standard_D2ds_v5"),
        ("azure", "m5.large", "Standard_D2s_v5"),
        ("gcp", "c7i.large", "c2d-highcpu-2"),
    ],
)
def test_what_an_admin_would_guess(provider: str, wanted: str, native: str) -> None:
    assert choose(provider, wanted).size.name == native


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", neutral())
def test_a_neutral_size_is_not_smaller_than_its_shape(provider: str, name: str) -> None:
    found, shape = choose(provider, name).size, neutral()[name]
    assert found.vcpus >= shape.vcpus
    assert found.memory_gib >= shape.memory_gib


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_architecture_can_be_asked_for(provider: str) -> None:
    for wanted in ("medium", "2x8", "c2-standard-4" if provider != "gcp" else "m7i.xlarge"):
        assert choose(provider, wanted, architecture="arm64").size.architecture == "arm64"


@pytest.mark.parametrize(
    ("provider", "wanted", "lost"),
    [
        ("gcp", "t3.large", "burstable becomes not burstable"),
        ("gcp", "g4dn.xlarge", "1 x NVIDIA T4 becomes 1 x NVIDIA L4"),
        ("gcp", "m5d.large", "local disk of 75 GB becomes none"),
        ("azure", "x8g.48xlarge", "arm64 becomes x86_64"),
        ("aws", "Standard_DC2as_v5", "confidential computing becomes none"),
        ("azure", "inf2.xlarge", "accelerator becomes none"),
        ("azure", "c4.8xlarge", "36 vCPUs become 48"),
        ("azure", "t2.micro", "previous generation becomes current"),
        ("aws", "c3-standard-4-lssd", "local disk of 375 GB becomes 237 GB"),
    ],
)
def test_a_translation_says_what_is_lost(provider: str, wanted: str, lost: str) -> None:
    assert lost in choose(provider, wanted).lost


@pytest.mark.parametrize(
    ("provider", "wanted", "near"),
    [
        ("aws", "0x8", ""),
        ("aws", "t3.mirco", "t3.micro"),
        ("azure", "D2s_v55", "Standard_D2s_v5"),
        ("aws", "gcp:e2-medum", "e2-medium"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_names(provider: str, wanted: str, near: str) -> None:
    with pytest.raises(UnknownName, match="unknown size") as caught:
        choose(provider, wanted)
    assert caught.value.exit_code == 2
    assert near in (caught.value.fix or "")


def test_a_native_size_of_another_architecture_is_refused() -> None:
    with pytest.raises(UsageError, match=r"t3\.micro is x86_64, not arm64"):
        choose("aws", "t3.micro", architecture="arm64")


def test_a_shape_that_no_size_can_hold_is_refused() -> None:
    with pytest.raises(UsageError, match="no size of azure has 9999 vCPUs and 8 GiB"):
        choose("azure", "9999x8")


def alike(found: Shape) -> tuple[object, ...]:
    """What the sizes have in common that could have been chosen in the place of one: see `choose`."""
    kind = "ordinary" if found.family.kind in ORDINARY else found.family.kind
    previous, architecture = found.family.rule.previous, found.family.rule.architecture
    return kind, previous, architecture, found.burstable, found.token.gpus, found.gpu_model


RIVALS: dict[tuple[object, ...], list[Shape]] = {}
for candidate in (shape for provider in PROVIDERS for shape in catalog(provider).shapes()):
    RIVALS.setdefault((candidate.family.provider, *alike(candidate)), []).append(candidate)


def holds(one: Shape, other: Size) -> bool:
    return one.vcpus >= other.vcpus and one.memory_gib >= other.memory_gib


def smaller(one: Shape, other: Shape) -> bool:
    shapes = (one.vcpus, one.memory_gib), (other.vcpus, other.memory_gib)
    return shapes[0] != shapes[1] and one.vcpus <= other.vcpus and one.memory_gib <= other.memory_gib


def faults(source: Size, target: str) -> list[str]:
    """In what the translation of a size to a cloud breaks its promise: not smaller, and within the smallest such."""
    try:
        choice = choose(target, f"{source.provider}:{source.name}")
    except NoSizeFits:
        return [
            f"{shape.name} would do for {source.name}" for shape in catalog(target).shapes() if holds(shape, source)
        ]
    found = catalog(target).find(choice.size.name)
    if found is None or not holds(found, source):
        return [f"{choice.size.name} is smaller than {source.name}"]
    better = [one.name for one in RIVALS[(target, *alike(found))] if holds(one, source) and smaller(one, found)]
    return [f"{name} would do for {source.name}, not {found.name}" for name in better]


@pytest.mark.parametrize("target", PROVIDERS)
@pytest.mark.parametrize("home", PROVIDERS)
def test_every_translation_is_the_smallest_that_is_not_smaller(home: str, target: str) -> None:
    assert [fault for source in ALL if source.provider == home for fault in faults(source, target)] == []


@settings(max_examples=200, deadline=None)
@given(source=st.sampled_from(ALL), target=st.sampled_from(PROVIDERS))
def test_a_translation_says_all_that_differs(source: Size, target: str) -> None:
    try:
        choice = choose(target, f"{source.provider}:{source.name}")
    except NoSizeFits:
        return
    said = " ".join(choice.lost)
    assert (f"{source.vcpus} vCPUs become" in said) == (choice.size.vcpus != source.vcpus)
    assert ("GiB become" in said) == (choice.size.memory_gib != source.memory_gib)
    assert ("burstable becomes" in said) == (choice.size.burstable != source.burstable)
    assert (f"{source.architecture} becomes" in said) == (choice.size.architecture != source.architecture)
    assert ("local disk" in said) == (choice.size.local_disk_gb != source.local_disk_gb)
    assert ("generation becomes" in said) == (previous(source) != previous(choice.size))
    assert choice.exact == ("vCPUs become" not in said and "GiB become" not in said)


def previous(size: Size) -> bool:
    found = catalog(size.provider).find(size.name)
    return found is not None and found.family.rule.previous


@settings(max_examples=100, deadline=None)
@given(vcpus=st.integers(1, 400), memory_gib=st.integers(1, 3000), target=st.sampled_from(PROVIDERS))
def test_any_shape_gets_a_size_that_holds_it(vcpus: int, memory_gib: int, target: str) -> None:
    choice = choose(target, f"{vcpus}x{memory_gib}")
    assert choice.size.vcpus >= vcpus
    assert choice.size.memory_gib >= memory_gib
    assert choice.size.gpu_count == 0
    assert choice.exact == ((choice.size.vcpus, choice.size.memory_gib) == (vcpus, memory_gib))


@pytest.mark.parametrize(
    ("wanted", "home"),
    [
        ("t3.micro", "aws"),
        ("aws:t3.micro", "aws"),
        ("D2s_v5", "azure"),
        ("n2-custom-4-8192", "gcp"),
        ("2x8", None),
        ("small", None),
    ],
)
def test_a_name_tells_its_cloud(wanted: str, home: str | None) -> None:
    assert home_of_size(wanted) == home


@pytest.mark.parametrize(("wanted", "near"), [("t3.mirco", "t3.micro"), ("D2s_v55", "D2s_v5"), ("smal", "small")])
def test_a_name_of_no_cloud_is_refused_with_the_nearest_of_all(wanted: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        home_of_size(wanted)
    assert near in (caught.value.fix or "")
