"""The strict reader: what is wrong in a table is refused with file, line and key."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudctl.errors import UsageError
from cloudctl.mapping import TableError, image_table, noun_table, region_table, size_table, tables

SIZES = """\
[gib_per_vcpu]
general = 4

[preferred]
aws = "m7i"

[[aws]]
general = "m7i"
sizes = "large xlarge"
{rule}
"""

NOUN = """\
[noun]
verbs = "list stop"
states = "running stopped"

[cloud.aws]
service = "Amazon EC2"
adapter = "cloudctl_aws.vm:AwsVm"
extra = "aws"
verbs = { list = "ec2:DescribeInstances" }
unsupported = { stop = "no" }
states = { running = "running" }
"""

SITE = """\
[[site]]
city = "Dublin"
country = "Ireland"
latitude = 53.35
longitude = -6.26
aws = "eu-west-1:3"

[[restricted]]
city = "Beijing"
country = "China"
latitude = 39.9
longitude = 116.4
aws = "cn-north-1:3"
"""

IMAGE = """\
[user]
azure = "azureuser"

[[image]]
name = "debian-12"
os = "linux"

[image.aws]
owner = "136693071363"
x86_64 = "debian-12-amd64-*"
user = "admin"
"""


def read_sizes(text: str) -> Any:
    place = tables.parse("sizes.toml", text)
    return list(size_table.read_catalog(place, "aws").shapes())


def read_noun(text: str) -> Any:
    return noun_table.read("vm", tables.parse("vm.toml", text))


def read_regions(text: str) -> Any:
    return region_table.read(tables.parse("regions.toml", text))


def read_images(text: str) -> Any:
    return image_table.read(tables.parse("images.toml", text))


def refusal(read: Callable[[str], Any], text: str) -> TableError:
    with pytest.raises(TableError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("rule", "line", "key", "problem"),
    [
        ("sizez = 3", 10, "aws[0].sizez", "unknown key"),
        ("previous = 1", 10, "aws[0].previous", "not true or false"),
        ('gib_per_vcpu = "4"', 10, "aws[0].gib_per_vcpu", "not a number"),
        ('architecture = "sparc"', 10, "aws[0].architecture", "neither x86_64 nor arm64"),
        ('gpu = "NVIDIA T4"', 10, "aws[0].gpu", "how many GPUs"),
        ('[[aws]]\naccelerated = "g9"\nsizes = "large=2x8*1"', 12, "aws[1].sizes", "nothing says their model"),
        ('memory = "m7i"', 10, "aws[0].memory", "there twice"),
        ('memory = "r#i#"', 10, "aws[0].memory", "one #"),
        ('[[aws]]\nsizes = "large"', 10, "aws[1]", "names no family"),
        ('[[aws]]\ngeneral = "m8i"', 10, "aws[1]", "lacks the key 'sizes'"),
        ('[[aws]]\ngeneral = "m8i"\nsizes = ""', 12, "aws[1].sizes", "empty"),
        ('[[aws]]\ngeneral = "m8i"\nsizes = "large large"', 12, "aws[1].sizes", "'large' twice"),
        ('[[aws]]\ngeneral = "m8i"\nsizes = "large large=2x4"', 12, "aws[1].sizes", "'large' twice"),
        ('[[aws]]\ngeneral = "m8i"\nsizes = "huge"', 12, "aws[1].sizes", "does not say its vCPUs"),
        ('[[aws]]\ngeneral = "m8i"\nsizes = "large=2"', 12, "aws[1].sizes", "is not NAME"),
        ('[[aws]]\ncompute = "c8i"\nsizes = "large"', 12, "aws[1].sizes", "nothing says the memory"),
    ],
)
def test_a_wrong_rule_of_sizes_is_refused_with_its_line(rule: str, line: int, key: str, problem: str) -> None:
    error = refusal(read_sizes, SIZES.format(rule=rule))
    assert (error.file, error.line, error.key) == ("sizes.toml", line, key)
    assert problem in error.message


def test_a_preferred_family_that_no_rule_has_is_refused() -> None:
    error = refusal(read_sizes, SIZES.format(rule="").replace('"m7i"\n\n', '"m7i m9x"\n\n'))
    assert (error.line, error.key) == (5, "preferred.aws")


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('unsupported = { stop = "no" }', "", 5, "cloud.aws"),
        ('{ stop = "no" }', '{ stop = "no", list = "no" }', 5, "cloud.aws"),
        ('{ stop = "no" }', '{ stop = "no", fly = "no" }', 10, "cloud.aws.unsupported.fly"),
        ('{ running = "running" }', '{ running = "alive" }', 11, "cloud.aws.states.running"),
        ('extra = "aws"', 'extra = "aws"\nplugin = "x"', 9, "cloud.aws.plugin"),
        ('service = "Amazon EC2"', "service = 2", 6, "cloud.aws.service"),
    ],
)
def test_a_wrong_noun_table_is_refused_with_its_line(old: str, new: str, line: int, key: str) -> None:
    assert old in NOUN
    error = refusal(read_noun, NOUN.replace(old, new))
    assert (error.file, error.line, error.key) == ("vm.toml", line, key)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("cn-north-1:3", "eu-west-1:3", 13, "restricted[0].aws"),
        ("cn-north-1:3", "cn-north-1:many", 13, "restricted[0].aws"),
        ("53.35", "153.35", 1, "site[0]"),
        ("53.35", '"53"', 4, "site[0].latitude"),
        ('aws = "eu-west-1:3"', "", 1, "site[0]"),
    ],
)
def test_a_wrong_region_is_refused_with_its_line(old: str, new: str, line: int, key: str) -> None:
    assert old in SITE
    error = refusal(read_regions, SITE.replace(old, new))
    assert (error.file, error.line, error.key) == ("regions.toml", line, key)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('os = "linux"', 'os = "plan9"', 6, "image[0].os"),
        ('owner = "136693071363"', "", 8, "image[0].aws"),
        ('x86_64 = "debian-12-amd64-*"', "", 8, "image[0].aws"),
        ('x86_64 = "debian-12-amd64-*"', 'x86 = "debian-12-amd64-*"', 10, "image[0].aws.x86"),
        ("[image.aws]", "[image.azure]", 10, "image[0].azure.x86_64"),
        ("[image.aws]", "[image.oracle]", 8, "image[0].oracle"),
    ],
)
def test_a_wrong_image_is_refused_with_its_line(old: str, new: str, line: int, key: str) -> None:
    assert old in IMAGE
    error = refusal(read_images, IMAGE.replace(old, new))
    assert (error.file, error.line, error.key) == ("images.toml", line, key)


def test_an_image_that_is_there_twice_is_refused() -> None:
    error = refusal(read_images, IMAGE + IMAGE.partition("\n\n")[2])
    assert error.key == "image[1].name"


def test_text_that_is_not_toml_is_refused_with_its_line() -> None:
    error = refusal(read_noun, '[noun]\nverbs = "list"\nverbs = "list"\n')
    assert (error.file, error.line) == ("vm.toml", 3)


def test_an_unknown_table_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no mapping table 'spaceship'"):
        tables.load("spaceship")


def test_the_valid_examples_of_this_file_are_accepted() -> None:
    assert [size.name for size in read_sizes(SIZES.format(rule=""))] == ["m7i.large", "m7i.xlarge"]
    assert read_noun(NOUN).clouds["aws"].unsupported == {"stop": "no"}
    assert read_regions(SITE).regions["aws"]["eu-west-1"].zones == 3
    assert read_images(IMAGE).images["debian-12"].clouds["aws"].user == "admin"


def test_looking_up_a_size_loads_no_sdk_no_terminal_library_and_no_network_module() -> None:
    program = (
        "import json, sys; from cloudctl.mapping import choose; choose('azure', 't3.micro');"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"rich", "typer", "pydantic", "boto3", "botocore", "azure", "google", "socket", "ssl", "asyncio", "yaml"}
    assert not heavy & set(json.loads(run.stdout))


def test_looking_up_a_size_reads_no_other_table() -> None:
    program = (
        "import sys; from cloudctl.mapping import choose; choose('azure', 't3.micro');"
        "print(' '.join(name for name in sys.modules if name.startswith('cloudctl.mapping.')))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"cloudctl.mapping.region_table", "cloudctl.mapping.image_table"} & set(run.stdout.split())


def test_every_table_in_the_folder_is_one_that_is_read() -> None:
    folder = Path(__file__).parents[2] / "mappings"
    assert tables.names() == sorted(path.stem for path in folder.glob("*.toml"))
    facts = {"engines", "images", "regions", "roles", "services", "sizes", "storage_classes"}
    assert set(tables.names()) - facts == set(noun_table.nouns())
