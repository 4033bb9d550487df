"""The providers behind a proxy: recorded answers for the command line with ordinary credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import replay_accounts as accounts
import tenacity
from replay_authority import Authority
from replay_proxy import Proxy, serving
from replay_script import Script

CA_VARIABLES = (
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPLIB2_CA_CERTS",
)

Login = Callable[..., None]


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with serving(Authority(tmp_path_factory.mktemp("authority"))) as served:
        yield served


@pytest.fixture
def replay(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """The script of this test, behind the proxy that the environment names. A request outside it is a failure."""
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy.address)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(proxy.authority.bundle))
    proxy.script = script = Script()
    yield script
    assert script.unexpected == []


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts but what the provider asks for."""
    monkeypatch.setattr(tenacity, "wait_random_exponential", lambda **_: tenacity.wait_none())


@pytest.fixture
def login(replay: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Login:
    """Puts the credentials of clouds into the environment."""

    def log_in(*clouds: str) -> None:
        for cloud in clouds:
            for name, value in _environment(cloud, tmp_path, replay).items():
                monkeypatch.setenv(name, value)

    return log_in


def _environment(cloud: str, folder: Path, script: Script) -> Mapping[str, str]:
    if cloud == "aws":
        return accounts.AWS
    if cloud == "azure":
        accounts.entra(script)
        return accounts.AZURE
    return accounts.service_account(folder)
