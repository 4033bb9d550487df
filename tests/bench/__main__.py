"""Measured ratios (``make bench``): each pair in one run on one machine, the best of several, never a timed test."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import transfers

PROGRAMS = Path(sys.executable).parent
CLOUDCTL = str(PROGRAMS / "cloudctl")
ROUNDS = 7
SCRIPTS = {
    "aws": """
import boto3
client = boto3.client("ec2")
for page in client.get_paginator("describe_instances").paginate():
    for reservation in page["Reservations"]:
        for one in reservation["Instances"]:
            print(one["InstanceId"], one["State"]["Name"])
""",
    "gcp": """
import os
from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1
client = compute_v1.InstancesClient(
    credentials=AnonymousCredentials(), client_options={"api_endpoint": os.environ["CLOUDCTL_SANDBOX_GCP"]}
)
for _, scope in client.aggregated_list(project="sandbox-project"):
    for one in scope.instances:
        print(one.id, one.status)
""",
}
FILL = """
import boto3
client = boto3.client("ec2")
image = client.describe_images(Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
for _ in range(6):
    client.run_instances(ImageId=image, InstanceType="t3.small", MinCount=50, MaxCount=50)
"""


def seconds(command: list[str]) -> float:
    """The shortest of several runs, in seconds of wall time."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - begun)
    return min(times)


def compare(title: str, ours: list[str], others: Mapping[str, list[str]]) -> None:
    mine = seconds(ours)
    ratios = [f"{name} {other * 1000:.0f} ms (x {mine / other:.2f})" for name, other in _timed(others)]
    print(f"{title}: {mine * 1000:.0f} ms; {'; '.join(ratios)}", flush=True)


def _timed(commands: Mapping[str, list[str]]) -> list[tuple[str, float]]:
    return [(name, seconds(command)) for name, command in commands.items()]


def start_up() -> None:
    python = {"python -c pass": [sys.executable, "-c", "pass"]}
    typer = {"import typer": [sys.executable, "-c", "import typer"]}
    aws = {"aws --version": [str(PROGRAMS / "aws"), "--version"]}
    compare("cloudctl --version", [CLOUDCTL, "--version"], python | aws)
    compare("cloudctl vm --help", [CLOUDCTL, "vm", "--help"], python | typer | aws)
    compare("cloudctl mapping size", [CLOUDCTL, "mapping", "size", "t3.micro", "--to", "azure"], typer)


def lists(_: Path) -> None:
    """A list against the shortest script with the bare SDK, the native tool, and the fan-out against its slowest."""
    # In a process of its own: what this one takes of memory is told of those that it starts, too.
    subprocess.run([sys.executable, "-c", FILL], check=True)
    for cloud, script in SCRIPTS.items():
        native = {"aws ec2 describe-instances": [str(PROGRAMS / "aws"), "ec2", "describe-instances"]}
        bare = {f"bare SDK, {cloud}": [sys.executable, "-c", script]}
        ours = [CLOUDCTL, "vm", "list", "-p", cloud, "-o", "json"]
        compare(f"cloudctl vm list -p {cloud}", ours, bare | (native if cloud == "aws" else {}))
    slowest = {f"-p {cloud}": [CLOUDCTL, "vm", "list", "-p", cloud] for cloud in ("aws", "azure", "gcp")}
    compare("cloudctl vm list, three clouds", [CLOUDCTL, "vm", "list"], slowest)


def in_sandbox(measure: Callable[[Path], None]) -> None:
    from cloudctl.sandbox import process

    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="cloudctl-bench-") as folder:
        running = process.start(Path(folder))
        os.environ |= process.environment(running) | {"XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        try:
            measure(Path(folder))
        finally:
            process.stop(Path(folder))
            os.environ.clear()
            os.environ.update(before)


if __name__ == "__main__":
    # Installed packages come compiled; one that is installed editable is compiled as it first runs, unless this is set.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start_up()
    in_sandbox(lists)
    # Each with a server of its own: what it holds already would count.
    for measure in (transfers.small, transfers.large, transfers.secured, transfers.lists):
        in_sandbox(measure)
