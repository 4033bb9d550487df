"""The operations that mappings/NOUN.toml declares for a verb are those that it calls: neither more nor fewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bucket_clouds import BUCKETS
from command_line import CommandLine, Result
from recording import operations, recorded
from vm_clouds import FACTS

from cloudctl import mapping

pytestmark = pytest.mark.usefixtures("fresh")


@dataclass(frozen=True, slots=True)
class Scenario:
    """The command lines of a verb that together reach everything it may call, and those that must come before.

    Words in braces stand for the cloud's own (`names`); ``fill`` in the place of a verb puts something into a bucket,
    ``open`` makes one beside cloudctl.
    ``planned`` verbs have a dry run, whose operations count too: it also shows what is seldom called, such as the
    deletion of what did not go together with its machine.
    """

    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    planned: bool = True


_MACHINE = ("create web --open 22:203.0.113.0/24 --tag env=test",)
_BUCKET = ("create {web} --versioning --tag env=test",)
_FILLED = (*_BUCKET, "cp {small} {url}small", "cp {large} {url}large")
SCENARIOS: Mapping[tuple[str, str], Scenario] = {
    ("vm", "list"): Scenario(("list", "list --all-regions"), before=_MACHINE, planned=False),
    ("vm", "show"): Scenario(("show web",), before=_MACHINE, planned=False),
    ("vm", "create"): Scenario(
        (
            *_MACHINE,
            "create web --open 22:203.0.113.0/24 --tag env=test --if-not-exists",
            "create db --no-public-ip --disk 40 --zone {zone} --spot",
            "create cache --network {network}",
        )
    ),
    ("vm", "delete"): Scenario(
        ("delete web --yes", "delete db --yes", "delete web --yes --if-exists"), before=(*_MACHINE, "create db")
    ),
    ("vm", "start"): Scenario(("start web",), before=(*_MACHINE, "stop web")),
    ("vm", "stop"): Scenario(("stop web",), before=_MACHINE),
    ("vm", "restart"): Scenario(("restart web",), before=_MACHINE),
    ("vm", "wait"): Scenario(("wait web",), before=_MACHINE, planned=False),
    ("bucket", "list"): Scenario(("list",), before=(*_BUCKET, "open {data}"), planned=False),
    ("bucket", "show"): Scenario(("show {web}", "show {data}"), before=(*_BUCKET, "open {data}"), planned=False),
    ("bucket", "create"): Scenario((*_BUCKET, *(f"{line} --if-not-exists" for line in _BUCKET), "create {data}")),
    ("bucket", "delete"): Scenario(
        ("delete {data} --yes", "delete {web} --recursive --confirm {web}", "delete {web} --yes --if-exists"),
        before=(*_BUCKET, "open {data}", "fill {web}"),
    ),
    ("bucket", "versioning"): Scenario(
        ("versioning off {web} --yes", "versioning on {data} --yes"), before=(*_BUCKET, "open {data}")
    ),
    ("bucket", "public"): Scenario(
        ("public allow {web} --yes", "public block {data} --yes"), before=(*_BUCKET, "open {data}")
    ),
    ("bucket", "lifecycle"): Scenario(
        (
            "lifecycle add {web} --expire-after 30 --prefix tmp/", "lifecycle show {web}",
            "lifecycle remove {web} --all --yes", "lifecycle remove {web} --all --yes",
            "lifecycle show {data}",
        ),
        before=(*_BUCKET, "open {data}"),
    ),
    ("bucket", "usage"): Scenario(("usage {url}", "usage {web}"), before=_FILLED, planned=False),
    ("bucket", "ls"): Scenario(("ls {url}", "ls -R {url}", "ls --versions {url}"), before=_FILLED, planned=False),
    ("bucket", "stat"): Scenario(("stat {url}small",), before=_FILLED, planned=False),
    ("bucket", "du"): Scenario(("du {url}", "du --versions {url}"), before=_FILLED, planned=False),
    ("bucket", "cat"): Scenario(("cat {url}small",), before=_FILLED, planned=False),
    ("bucket", "presign"): Scenario(
        ("presign {url}small", "presign --put {url}small"), before=_FILLED, planned=False
    ),
    ("bucket", "undelete"): Scenario(
        ("undelete {url}small", "undelete {url}large"), before=(*_FILLED, "rm {url}small --yes"), planned=False
    ),
    ("bucket", "rm"): Scenario(
        ("rm {url}small --yes", "rm --recursive {url} --confirm {url}", "rm -R --versions {url} --confirm {url}"),
        before=(*_FILLED, "cp {small} {url}other"),
        planned=False,
    ),
    ("bucket", "cp"): Scenario(
        (
            "cp {small} {url}new", "cp {large} {url}newer", "cp {url}large {out}", "cp {url}small {out}",
            "cp {url}small {url}copy", "cp -R {url} {out}/all",
        ),
        before=_FILLED,
        planned=False,
    ),
    ("bucket", "mv"): Scenario(
        (
            "mv {small} {url}new", "mv {large} {url}newer", "mv {url}large {out}", "mv {url}small {url}copy",
            "mv -R {url} {out}/all",
        ),
        before=_FILLED,
        planned=False,
    ),
    ("bucket", "sync"): Scenario(
        ("sync {out} {url} --delete", "sync {url} {out}/down --delete --checksum", "sync {url} {url_of_data}"),
        before=(*_FILLED, "create {data}"),
        planned=False,
    ),
}  # fmt: skip
PLACES = [
    (noun, cloud, verb)
    for noun in mapping.nouns()
    for cloud in sorted(mapping.noun(noun).clouds)
    for verb in mapping.noun(noun).verbs
]


def names(noun: str, cloud: str, sandbox: Any, folder: Path) -> Mapping[str, str]:
    """What the words in braces of a noun's scenarios stand for; ``small`` and ``large`` are files, ``out`` a folder."""
    if noun == "bucket":
        (folder / "out").mkdir()
        (folder / "out" / "new").write_bytes(b"new")
        (folder / "out" / "newer").write_bytes(bytes(17 << 20))
        (folder / "small").write_bytes(b"small")
        (folder / "large").write_bytes(bytes(17 << 20))
        facts = BUCKETS[cloud]
        return {
            **{name: facts.bucket(name) for name in ("web", "data")},
            **{name: str(folder / name) for name in ("small", "large", "out")},
            "url": f"{facts.url_of('web')}/",
            "url_of_data": f"{facts.url_of('data')}/",
        }
    facts = FACTS[cloud]
    return {"zone": facts.other_zone, "network": facts.connect(sandbox.endpoint(cloud)).network()}


def test_every_verb_has_a_scenario() -> None:
    assert set(SCENARIOS) == {(noun, verb) for noun, _, verb in PLACES}


@pytest.mark.parametrize(("noun", "provider", "verb"), PLACES)
def test_a_verb_calls_exactly_what_is_declared(
    cli: CommandLine, sandbox: Any, tmp_path: Path, noun: str, provider: str, verb: str
) -> None:
    scenario, words = SCENARIOS[noun, verb], names(noun, provider, sandbox, tmp_path)

    def run(line: str, *more: str) -> Result:
        first, *rest = line.format(**words).split()
        if first in ("fill", "open"):
            getattr(BUCKETS[provider].connect(sandbox.endpoint(provider)), first)(rest[0])
            return Result(0, "", "")
        result = cli(noun, first, *rest, "-p", provider, *more)
        assert result.code == 0, result.err
        return result

    for line in scenario.before:
        run(line)
    with recorded(sandbox) as calls:
        planned = run(scenario.lines[0], "--dry-run", "-o", "json").json if scenario.planned else []
        for line in scenario.lines:
            run(line)
    assert operations([*calls, *planned]) == set(mapping.noun(noun).clouds[provider].verbs[verb])
