"""What every conformance test gets: the clouds of the mapping, the sandbox, and cloudctl's command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import native_tools
import pytest
from bucket_clouds import BUCKETS, BucketFacts
from command_line import CommandLine
from native_buckets import NativeBuckets
from object_store import Objects
from ssh_key import PUBLIC_KEY
from vm_clouds import FACTS, CloudFacts, Native

from cloudctl import mapping, retry

CLOUDS = sorted(mapping.noun("vm").clouds)
BUCKET_CLOUDS = sorted(mapping.noun("bucket").clouds)


@pytest.fixture(scope="session")
def sandbox(make_sandbox: Callable[..., Any]) -> Any:
    """The three clouds, quick, shared by the tests of a worker."""
    return make_sandbox(transition=0.1)


@pytest.fixture(autouse=True)
def inside(isolated_environment: None, sandbox: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything runs in the sandbox, with a public key where ssh-keygen would have put it."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    key = tmp_path / "home" / ".ssh" / "id_ed25519.pub"
    key.parent.mkdir()
    key.write_text(f"{PUBLIC_KEY}\n")


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other create is under way here, for which a new container would have to be looked at again."""
    monkeypatch.setattr("cloudctl_azure.bucket.create.SETTLE", 0.0)


@pytest.fixture
def fresh(sandbox: Any) -> None:
    """Empty clouds, no faults, no recorded calls."""
    sandbox.reset()


@pytest.fixture(params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> CloudFacts:
    """Each cloud of the mapping table in turn; one without facts here fails."""
    return FACTS[request.param]


@pytest.fixture
def native(cloud: CloudFacts, sandbox: Any) -> Native:
    return cloud.connect(sandbox.endpoint(cloud.name))


@pytest.fixture(params=BUCKET_CLOUDS)
def store(request: pytest.FixtureRequest) -> BucketFacts:
    """The same for buckets."""
    return BUCKETS[request.param]


@pytest.fixture
def natively(store: BucketFacts, sandbox: Any) -> NativeBuckets:
    return store.connect(sandbox.endpoint(store.name))


@pytest.fixture
def cli(inside: None) -> CommandLine:
    return CommandLine()


@pytest.fixture
def data(cli: CommandLine, store: BucketFacts, fresh: None) -> Objects:
    """An empty bucket on each cloud in turn, the only one there."""
    cli.json("bucket", "create", store.url_of("data"))
    return Objects(cli, store, f"{store.url_of('data')}/")


@pytest.fixture
def kept(data: Objects) -> Objects:
    """The same, which keeps versions."""
    data.json("versioning", "on", data.url, "--yes")
    return data


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors that are worth repeating are repeated once only, so that giving up takes no time."""
    monkeypatch.setattr(retry, "ATTEMPTS", 2)


@pytest.fixture(scope="module")
def machines(sandbox: Any) -> dict[str, str]:
    """One machine on each cloud, by cloud; for tests that change none."""
    sandbox.reset()
    return {name: FACTS[name].connect(sandbox.endpoint(name)).machine("web") for name in CLOUDS}


@pytest.fixture
def mended(machines: dict[str, str], sandbox: Any) -> Iterator[None]:
    """One machine on each cloud, and no faults before and after."""
    sandbox.clear_faults()
    yield
    sandbox.clear_faults()


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The AWS CLI of this environment, and stand-ins for az and gcloud, which are on no package index."""
    folder = native_tools.install(tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}")
