"""Sign-in pages of networks in the place of what Microsoft Entra ID and STS answer."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import SSOProvider
from replay_accounts import AWS
from replay_command import Ended, cloudctl
from replay_errors import ENTRA, HTML
from replay_script import Reply, Script

PAGES = {"page": Reply(HTML.format("Please sign in")), "nothing": Reply(b"")}
PROFILE = """
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
[profile base]
aws_access_key_id = {AWS_ACCESS_KEY_ID}
aws_secret_access_key = {AWS_SECRET_ACCESS_KEY}
"""


def is_unreachable(ended: Ended) -> bool:
    told = ended.errors[-1]
    return (ended.exit, told["error"]) == (8, "unavailable") and "HTTPS_PROXY" in told["fix"]


@pytest.mark.parametrize("request_name", [ENTRA, "GET login.microsoftonline.com/*"], ids=["token", "discovery"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("impatient")
def test_a_page_instead_of_entra(replay: Script, login: Any, request_name: str, page: str) -> None:
    login("azure")
    replay.on(request_name, PAGES[page])
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "20s")
    assert is_unreachable(ended), ended.err


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("impatient")
def test_a_page_instead_of_sts(replay: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    (tmp_path / "config").write_text(PROFILE.format(**AWS))
    for name, value in {"CONFIG_FILE": str(tmp_path / "config"), "PROFILE": "deploy", "REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    replay.on("sts.*amazonaws.com AssumeRole", PAGES[page])
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "20s")
    assert is_unreachable(ended), ended.err


SSO = """
[profile staff]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = ops
"""


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("impatient")
def test_a_page_instead_of_the_sso_portal(
    replay: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html"""
    (tmp_path / "config").write_text(SSO)
    login = {"startUrl": "https://acme.awsapps.com/start", "accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z"}
    name = hashlib.sha1(login["startUrl"].encode(), usedforsecurity=False).hexdigest()
    (tmp_path / f"{name}.json").write_text(json.dumps(login))
    monkeypatch.setattr(SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path))
    for variable, value in {"CONFIG_FILE": str(tmp_path / "config"), "PROFILE": "staff", "REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{variable}", value)
    replay.on("GET portal.sso.eu-west-1.amazonaws.com/*", PAGES[page])
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "20s")
    assert is_unreachable(ended), ended.err
