"""Large objects on their way from one cloud to another: proven in parts, and gone on with after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

import pytest
from bucket_clouds import BUCKETS
from command_line import PROGRAM, CommandLine
from object_clouds import OBJECTS
from object_store import Objects
from recording import recorded

LARGE = os.urandom(1 << 20) * 41
# What is large has no MD5 on S3, which Azure wants to be told, and nothing but an MD5 on Azure: that is streamed.
IN_PARTS = [("aws", "gcp"), ("gcp", "aws"), ("gcp", "azure")]
STREAMED = [("aws", "azure"), ("azure", "aws"), ("azure", "gcp")]


@pytest.fixture
def places(fresh: None, cli: CommandLine, source: str, target: str) -> tuple[Objects, Objects]:
    """A bucket of each cloud, the first with a large object."""
    first, second = (
        Objects(cli, BUCKETS[name], f"{BUCKETS[name].url_of(bucket)}/")
        for name, bucket in ((source, "data"), (target, "copies"))
    )
    for place in (first, second):
        cli.json("bucket", "create", place.url)
    first.put("large", LARGE, "--content-type", "text/x-log", "--metadata", "owner=ops")
    return first, second


def words(places: tuple[Objects, Objects]) -> list[str]:
    return ["bucket", "cp", "--parallel", "2", f"{places[0].url}large", f"{places[1].url}large"]


@pytest.mark.parametrize(("source", "target"), IN_PARTS)
def test_a_copy_that_was_killed_sends_only_what_was_on_its_way(
    places: tuple[Objects, Objects], cli: CommandLine, sandbox: Any, source: str, target: str
) -> None:
    part = OBJECTS[target].part
    with recorded(sandbox, target) as whole:
        cli.json(*words(places))
    places[1].ok("rm", f"{places[1].url}large", "--yes")
    sandbox.fault("hang", target, part, count=0, skip=4)
    running = subprocess.Popen([PROGRAM, *words(places)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(4)
    running.send_signal(signal.SIGKILL)
    running.wait()
    sandbox.clear_faults()
    with recorded(sandbox, target) as rest:
        told = cli.json(*words(places))
    sent, again = (sum(call["operation"] == part for call in calls) for calls in (whole, rest))
    assert again <= sent - 2
    assert (told["copied"], told["bytes"]) == (1, len(LARGE))
    assert places[1].get("large") == LARGE
    shown = places[1].json("stat", f"{places[1].url}large")
    assert (shown["content_type"], shown["metadata"]["owner"]) == ("text/x-log", "ops")


@pytest.mark.parametrize(("source", "target"), IN_PARTS + STREAMED)
@pytest.mark.parametrize(
    "fault", ["damage", *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("truncate", "reset"))]
)
def test_what_is_damaged_on_its_way_here_is_fetched_again(
    places: tuple[Objects, Objects], cli: CommandLine, sandbox: Any, source: str, target: str, fault: str
) -> None:
    facts = OBJECTS[source]
    sandbox.fault(fault, source, facts.get, count=1, skip=facts.looks + 1)
    told = cli.json(*words(places))
    sandbox.clear_faults()
    assert (told["copied"], told["bytes"]) == (1, len(LARGE))
    assert places[1].get("large") == LARGE


@pytest.mark.parametrize(("source", "target"), IN_PARTS + STREAMED)
def test_what_never_arrives_whole_is_not_made(
    places: tuple[Objects, Objects], sandbox: Any, hurried: None, source: str, target: str
) -> None:
    facts = OBJECTS[source]
    sandbox.fault("damage", source, facts.get, count=0, skip=facts.looks)
    result = places[0].run(*words(places)[1:], "-o", "json")
    sandbox.clear_faults()
    assert (result.code, result.errors[0]["error"]) == (8, "unavailable")
    assert places[1].keys() == []
