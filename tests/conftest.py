"""What every test gets: loopback only, a home of its own, and the sandbox on request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cloudctl.sandbox import guard, process
from cloudctl.sandbox.faults import FaultKind, Rule
from cloudctl.sandbox.statefile import Status

CREDENTIAL_PREFIXES = (
    "AWS_",
    "AZURE_",
    "ARM_",
    "GOOGLE_",
    "GCLOUD_",
    "GCE_METADATA_",
    "CLOUDSDK_",
    "CLOUDCTL_",
    "BOTO",
    "XDG_",
)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
XDG = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
}

guard.install()


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox: what tests ask of it."""

    status: Status

    def endpoint(self, cloud: str) -> str:
        return self.status.endpoint(cloud)

    def environment(self) -> dict[str, str]:
        return process.environment(self.status)

    def reset(self) -> None:
        """Empty the clouds, end all faults, forget the calls."""
        process.reset(self.status)

    def fault(self, kind: str, cloud: str = "*", operation: str = "*", **options: Any) -> int:
        """Inject a fault (options as in ``faults.Rule``); its id."""
        rule = Rule(FaultKind(kind), cloud, operation, **options)
        return int(process.fault_add(self.status, rule)["id"])

    def faults(self) -> list[dict[str, Any]]:
        return process.fault_list(self.status)

    def clear_faults(self, fault_id: int | None = None) -> int:
        return process.fault_clear(self.status, fault_id)

    def operations(self, since: int = 0, cloud: str | None = None) -> list[dict[str, Any]]:
        """The recorded calls, oldest first."""
        return process.operations(self.status, since, cloud)


@pytest.fixture(scope="session")
def make_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Sandbox]]:
    """Starts sandboxes with settings of their own, one for each set of settings; all end with the session."""
    started: dict[tuple[tuple[str, float], ...], Sandbox] = {}

    def make(**settings: Any) -> Sandbox:
        key = tuple(sorted(settings.items()))
        if key not in started:
            started[key] = Sandbox(process.start(tmp_path_factory.mktemp("sandbox"), **settings))
        return started[key]

    yield make
    for sandbox in started.values():
        process.stop(sandbox.status.state)


@pytest.fixture(scope="session")
def sandbox(make_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """The three clouds, shared by the tests of a worker; a test that needs them empty calls ``reset()``."""
    return make_sandbox(transition=0.2)


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and XDG directories of the test's own; no credentials, settings or proxies of the caller."""
    for name in list(os.environ):
        if name.startswith(CREDENTIAL_PREFIXES) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name, folder in XDG.items():
        monkeypatch.setenv(name, str(home / folder))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each walk: cases, duplicates, left-overs."""
    reports = [
        report for found in terminalreporter.stats.values() for report in found if hasattr(report, "user_properties")
    ]
    lines = {line for report in reports for name, line in report.user_properties if name == "walk"}
    for line in sorted(lines):
        terminalreporter.write_line(line)
