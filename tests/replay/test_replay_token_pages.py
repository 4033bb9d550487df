"""Sign-in pages of networks in the place of what Microsoft Entra ID and STS answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
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
