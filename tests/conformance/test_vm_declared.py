"""The operations that mappings/vm.toml declares for a verb are those that it calls: neither more nor fewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from command_line import CommandLine, Result
from recording import operations, recorded
from vm_clouds import CloudFacts, Native

from cloudctl import mapping

pytestmark = pytest.mark.usefixtures("fresh")

VERBS = mapping.noun("vm").verbs


@dataclass(frozen=True, slots=True)
class Scenario:
    """The command lines of a verb that together reach everything it may call, and those that must come before.

    ``{zone}`` and ``{network}`` stand for the cloud's own. ``planned`` verbs have a dry run, whose operations count
    too: it also shows what is seldom called, such as the deletion of what did not go together with its machine.
    """

    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    planned: bool = True


_MADE = ("create web --open 22:203.0.113.0/24 --tag env=test",)
SCENARIOS: Mapping[str, Scenario] = {
    "list": Scenario(("list", "list --all-regions"), before=_MADE, planned=False),
    "show": Scenario(("show web",), before=_MADE, planned=False),
    "create": Scenario(
        (
            *_MADE,
            "create web --open 22:203.0.113.0/24 --tag env=test --if-not-exists",
            "create db --no-public-ip --disk 40 --zone {zone} --spot",
            "create cache --network {network}",
        )
    ),
    "delete": Scenario(
        ("delete web --yes", "delete db --yes", "delete web --yes --if-exists"), before=(*_MADE, "create db")
    ),
    "start": Scenario(("start web",), before=(*_MADE, "stop web")),
    "stop": Scenario(("stop web",), before=_MADE),
    "restart": Scenario(("restart web",), before=_MADE),
    "wait": Scenario(("wait web",), before=_MADE, planned=False),
}


def test_every_verb_has_a_scenario() -> None:
    assert sorted(SCENARIOS) == sorted(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_calls_exactly_what_is_declared(
    cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any, verb: str
) -> None:
    scenario, names = SCENARIOS[verb], {"zone": cloud.other_zone, "network": native.network()}

    def run(line: str, *more: str) -> Result:
        result = cli("vm", *line.format(**names).split(), "-p", cloud.name, *more)
        assert result.code == 0, result.err
        return result

    for line in scenario.before:
        run(line)
    with recorded(sandbox) as calls:
        planned = run(scenario.lines[0], "--dry-run", "-o", "json").json if scenario.planned else []
        for line in scenario.lines:
            run(line)
    assert operations([*calls, *planned]) == set(cloud.table.verbs[verb])
