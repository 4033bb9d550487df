"""Connections that break, lie and stall: what arrives is right, or does not arrive."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import PROGRAM
from object_store import Objects

LARGE = os.urandom(1 << 20) * 33
SMALL = b"0123456789" * 1000
OTHERS = ("error", "throttle")
BROKEN = ("reset", "error", "throttle", "truncate", "damage", "lost")


def partial(folder: Path) -> list[Path]:
    """What a transfer keeps under a name of its own until it is whole."""
    return list(folder.glob(".cloudctl-*.part"))


@pytest.mark.parametrize("fault", [*BROKEN, "latency"])
def test_a_download_survives_what_happens_now_and_then(data: Objects, sandbox: Any, tmp_path: Path, fault: str) -> None:
    for key, text in (("small", SMALL), ("large", LARGE)):
        data.put(key, text)
        sandbox.fault(fault, data.store.name, data.facts.get, count=1, skip=data.facts.looks, latency=0.2)
        data.ok("cp", data.url + key, str(tmp_path / key))
        sandbox.clear_faults()
        assert (tmp_path / key).read_bytes() == text
    assert partial(tmp_path) == []


@pytest.mark.parametrize("fault", ["truncate", "damage"])
def test_what_never_arrives_whole_never_has_its_name(
    data: Objects, sandbox: Any, hurried: None, tmp_path: Path, fault: str
) -> None:
    for key, text in (("small", SMALL), ("large", LARGE)):
        data.put(key, text)
        (tmp_path / key).write_bytes(b"what was there")
        sandbox.fault(fault, data.store.name, data.facts.get, count=0, skip=data.facts.looks)
        result = data.run("cp", data.url + key, str(tmp_path / key), "-o", "json")
        sandbox.clear_faults()
        assert (result.code, result.errors[0]["error"]) == (8, "unavailable")
        assert (tmp_path / key).read_bytes() == b"what was there"
        data.ok("cp", data.url + key, str(tmp_path / key))
        assert (tmp_path / key).read_bytes() == text
    assert partial(tmp_path) == []


@pytest.mark.parametrize(
    "fault", ["reset", "lost", *(pytest.param(kind, marks=pytest.mark.soak) for kind in ("error", "throttle"))]
)
def test_an_upload_survives_what_happens_now_and_then(data: Objects, sandbox: Any, tmp_path: Path, fault: str) -> None:
    for key, text in (("small", SMALL), ("large", LARGE)):
        (tmp_path / key).write_bytes(text)
        for operation in dict.fromkeys((data.facts.put, data.facts.part, data.facts.complete)):
            sandbox.fault(fault, data.store.name, operation, count=1, skip=int(key == "large"))
            data.ok("cp", str(tmp_path / key), data.url + key)
            sandbox.clear_faults()
            assert data.get(key) == text


def test_an_upload_that_fails_for_good_makes_nothing(
    data: Objects, sandbox: Any, hurried: None, tmp_path: Path
) -> None:
    (tmp_path / "large").write_bytes(LARGE)
    sandbox.fault("error", data.store.name, data.facts.part, count=0, skip=2)
    assert data.run("cp", str(tmp_path / "large"), f"{data.url}large").code == 8
    sandbox.clear_faults()
    assert data.keys() == []
    data.ok("cp", str(tmp_path / "large"), f"{data.url}large")
    assert data.get("large") == LARGE


def test_a_download_whose_time_is_over_ends(data: Objects, sandbox: Any, tmp_path: Path) -> None:
    """Also where every single answer comes in time."""
    for number in range(40):
        data.put(f"tree/{number:02}", SMALL)
    data.put("tree/large", LARGE)
    sandbox.fault("latency", data.store.name, data.facts.get, count=0, latency=1)
    begun = time.monotonic()
    result = data.run("cp", "-R", "--parallel", "2", f"{data.url}tree/", str(tmp_path), "--timeout", "3s", "-o", "json")
    took = time.monotonic() - begun
    sandbox.clear_faults()
    assert (result.code, result.errors[-1]["error"]) == (10, "deadline")
    assert 1 <= result.json["copied"] <= len(list(tmp_path.iterdir())) < 41
    assert took < 15


@pytest.mark.parametrize(
    ("verb", "number", "code"),
    [(("cp", "-R"), signal.SIGINT, 130), (("mv", "-R"), signal.SIGTERM, 143), (("sync",), signal.SIGINT, 130)],
    ids=["cp", "mv", "sync"],
)
def test_what_an_interrupted_transfer_did_is_told(
    data: Objects, sandbox: Any, tmp_path: Path, verb: tuple[str, ...], number: signal.Signals, code: int
) -> None:
    for name in range(60):
        (tmp_path / "tree" / str(name)).parent.mkdir(exist_ok=True)
        (tmp_path / "tree" / str(name)).write_bytes(SMALL)
    sandbox.fault("latency", data.store.name, data.facts.put, count=0, latency=0.2)
    words = [str(PROGRAM), "bucket", *verb, "--parallel", "2", str(tmp_path / "tree"), data.url]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while len(data.keys()) < 4:
        time.sleep(0.05)
    running.send_signal(number)
    out, told = running.communicate(timeout=60)
    sandbox.clear_faults()
    assert (running.returncode, told.count(b"\n")) == (code, 1)
    assert 1 <= json.loads(out)["copied"] <= len(data.keys()) < 60


def test_output_that_was_damaged_is_told(data: Objects, sandbox: Any, hurried: None) -> None:
    data.put("small", SMALL)
    sandbox.fault("damage", data.store.name, data.facts.get, count=0, skip=data.facts.looks)
    assert data.run("cat", f"{data.url}small").code == 8


def killed(words: list[str], after: float) -> bool:
    """Run a command and kill it; whether it had not ended by itself."""
    running = subprocess.Popen([str(PROGRAM), *words], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return True
    return False


@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.soak)])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_transfer_killed_at_random_points_ends_right_when_run_again(
    data: Objects, sandbox: Any, tmp_path: Path, direction: str, kills: int
) -> None:
    """Each run finds what the last one left; one that ends before it is killed is undone."""
    chance = random.Random(4)
    tree, down = tmp_path / "tree", tmp_path / "down"
    files = {"a": SMALL, "b/c": SMALL[:77], "large": LARGE, "z": b""}
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(text)
    if direction == "down":
        data.ok("cp", "-R", str(tree), data.url)
    words = ["bucket", "cp", "-R", *((str(tree), data.url) if direction == "up" else (data.url, str(down)))]

    def undo() -> None:
        if direction == "up":
            data.ok("rm", "-R", data.url, "--confirm", data.url)
        else:
            shutil.rmtree(down)

    begun = time.monotonic()
    assert not killed(words, 60)
    whole, done = time.monotonic() - begun, 0
    undo()
    while done < kills and time.monotonic() - begun < 60:
        if killed(words, chance.uniform(whole / 4, whole)):
            done += 1
        else:
            undo()
    assert done == kills
    for name in (str(path.relative_to(down)) for path in down.rglob("*") if path.is_file()):
        if not Path(name).name.startswith(".cloudctl-"):
            assert (down / name).read_bytes() == files[name]
    data.ok(*words[1:])
    if direction == "up":
        assert {key: data.get(key) for key in data.keys()} == files  # noqa: SIM118
    else:
        assert {name: (down / name).read_bytes() for name in files} == files
        assert partial(down) == partial(down / "b") == []


def test_an_upload_that_was_killed_sends_only_what_was_on_its_way(data: Objects, sandbox: Any, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(LARGE)
    words = ["bucket", "cp", "--parallel", "2", str(tmp_path / "large"), f"{data.url}large"]
    sandbox.fault("hang", data.store.name, data.facts.part, count=0, skip=3 if data.store.name != "gcp" else 4)
    assert killed(words, 4)
    sandbox.clear_faults()
    told = data.json(*words[1:])
    assert data.get("large") == LARGE
    assert told["copied"] == 1
