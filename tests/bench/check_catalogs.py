"""Compare the size, region and role tables with independent published catalogs.

    python tests/bench/check_catalogs.py PATH

PATH is a folder with ``azure_sizes.csv``, ``gcp_machine_types.csv``, ``{aws,azure,gcp}_regions.csv``,
``azure_builtin_roles.csv`` and ``gcp_predefined_roles.csv``; the AWS types and managed policies come from moto's wheel.
Every size that a table claims must be right, and the tables must cover the share of each catalog that `COVERAGE` names;
the zones of regions must agree, and every role must be there by this name and id. Exit 1 when they do not.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from cloudctl.mapping import Region, region, regions, roles, size, sizes
from cloudctl.mapping.region_table import distance

COVERAGE = {"aws": 0.85, "azure": 0.80, "gcp": 0.95}

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Entry:
    """What a catalog says of one size; a fact that it does not have is not among ``facts``."""

    provider: str
    name: str
    facts: Facts


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def aws_facts(record: Mapping[str, Any]) -> Facts:
    gpus = record.get("GpuInfo", {}).get("Gpus", [])
    return {
        "vcpus": record["VCpuInfo"]["DefaultVCpus"],
        "memory_gib": record["MemoryInfo"]["SizeInMiB"] / 1024,
        "architecture": record["ProcessorInfo"]["SupportedArchitectures"][-1],
        "burstable": record["BurstablePerformanceSupported"],
        "gpu_count": sum(gpu["Count"] for gpu in gpus),
        "local_disk_gb": record.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0),
    }


def aws_catalog() -> Iterator[Entry]:
    packed = (files("moto") / "ec2/resources/instance_types.json.gz").read_bytes()
    for name, record in json.loads(gzip.decompress(packed)).items():
        yield Entry("aws", name, aws_facts(record))


def azure_catalog(folder: Path) -> Iterator[Entry]:
    for row in rows(folder / "azure_sizes.csv"):
        facts = {
            "vcpus": int(row["vcpus"]),
            "memory_gib": float(row["memory_gib"]),
            "architecture": {"amd64": "x86_64"}.get(row["architecture"], row["architecture"]),
            "gpu_count": int(row["gpus"]),
        }
        yield Entry("azure", row["name"], facts)


def gcp_catalog(folder: Path) -> Iterator[Entry]:
    for row in rows(folder / "gcp_machine_types.csv"):
        facts = {
            "vcpus": int(row["vcpus"]),
            "memory_gib": float(row["memory_gb"]),
            "burstable": row["shared_cpu"] == "True",
        }
        yield Entry("gcp", row["name"], facts)


def wrong(entry: Entry) -> list[str]:
    """The facts in which the table contradicts the catalog; what the table does not claim is not wrong."""
    found = size(entry.provider, entry.name)
    if found is None:
        return []
    claims = {key: getattr(found, key) for key in entry.facts}
    return [
        f"{entry.name} {key}: table {claim}, catalog {entry.facts[key]}"
        for key, claim in claims.items()
        if claim is not None and claim != entry.facts[key]
    ]


def check_sizes(provider: str, catalog: list[Entry]) -> bool:
    errors = [error for entry in catalog for error in wrong(entry)]
    known = [entry for entry in catalog if size(entry.provider, entry.name)]
    extra = {found.name for found in sizes(provider)} - {entry.name for entry in catalog}
    share = len(known) / len(catalog)
    print(f"{provider}: {len(known)} of {len(catalog)} sizes ({share:.1%}), {len(errors)} facts wrong")
    for line in errors:
        print(f"  wrong: {line}")
    if extra:
        print(f"  not in the catalog: {' '.join(sorted(extra))}")
    return not errors and share >= COVERAGE[provider]


def km_off(found: Region, row: Mapping[str, str]) -> int:
    """How far the catalog's place is from the table's. A note only: catalogs take the middle of a country, too."""
    if not row.get("latitude"):
        return 0
    return round(distance(found, replace(found, latitude=float(row["latitude"]), longitude=float(row["longitude"]))))


def check_regions(provider: str, folder: Path) -> bool:
    catalog = {row["name"]: row for row in rows(folder / f"{provider}_regions.csv")}
    known = {name: found for name in catalog if (found := region(provider, name))}
    errors = [
        f"{name} zones: table {found.zones}, catalog {catalog[name]['zones']}"
        for name, found in known.items()
        if "zones" in catalog[name] and int(catalog[name]["zones"]) != found.zones
    ]
    lists = {
        "wrong": errors,
        "elsewhere": [f"{name} ({km} km)" for name in known if (km := km_off(known[name], catalog[name])) > 150],
        "without": [name for name in catalog if name not in known],
        "not in the catalog": [found.name for found in regions(provider) if found.name not in catalog],
    }
    print(f"{provider}: {len(known)} of {len(catalog)} regions, {len(errors)} facts wrong")
    for title, lines in lists.items():
        if lines:
            print(f"  {title}: {', '.join(lines)}")
    return not errors


def aws_roles() -> dict[str, str]:
    data: Any = import_module("moto.iam.aws_managed_policies").aws_managed_policies_data
    policies = json.loads(data) if isinstance(data, str | bytes) else data
    return {f"arn:aws:iam::aws:policy{policy['Path']}{name}": name for name, policy in policies.items()}


def azure_roles(folder: Path) -> dict[str, str]:
    return {row["id"]: row["role_name"] for row in rows(folder / "azure_builtin_roles.csv")}


def gcp_roles(folder: Path) -> dict[str, str]:
    return {row["name"]: row["title"] for row in rows(folder / "gcp_predefined_roles.csv")}


def check_roles(provider: str, catalog: Mapping[str, str]) -> bool:
    """Whether the catalog, id to name, has every role that the table names."""
    named = {
        native: name
        for role in roles()
        if provider in role.clouds
        for name, native in role.clouds[provider].roles.items()
    }
    errors = [native for native, name in named.items() if catalog.get(native) != name]
    print(f"{provider}: {len(named)} roles, {len(errors)} wrong")
    for native in errors:
        print(f"  wrong: {native}: table {named[native]}, catalog {catalog.get(native)}")
    return not errors


def main(folder: Path) -> int:
    catalogs = {"aws": aws_catalog(), "azure": azure_catalog(folder), "gcp": gcp_catalog(folder)}
    results = [check_sizes(provider, list(catalog)) for provider, catalog in catalogs.items()]
    results += [check_regions(provider, folder) for provider in catalogs]
    natives = {"aws": aws_roles(), "azure": azure_roles(folder), "gcp": gcp_roles(folder)}
    results += [check_roles(provider, native) for provider, native in natives.items()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
