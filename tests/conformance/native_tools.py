"""The clouds' own command-line tools, which run what ``--explain`` prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STAND_INS = {
    # What `az rest` does, with curl; a created resource is waited for, as a person would before the next line.
    "az": """
import json, subprocess, sys, time
words = sys.argv[2:]
given = {word: words[at + 1] for at, word in enumerate(words) if word.startswith("--")}
def send(method, *more):
    headers = ["-H", "Authorization: Bearer sandbox", "-H", "Content-Type: application/json"]
    command = ["curl", "-sS", "--fail-with-body", "-X", method.upper(), *headers, *more, given["--url"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
condition = ["-H", given["--headers"].replace("=", ": ", 1)] if "--headers" in given else []
body = ["-d", given.get("--body", "")] if given["--method"] != "get" else []
reply = send(given["--method"], *condition, *body)
for _ in range(100):
    state = json.loads(send("get")) if given["--method"] == "put" else {}
    if state.get("properties", {}).get("provisioningState", "Succeeded") == "Succeeded":
        break
    time.sleep(0.05)
print(state["id"] if "--query" in given else reply)
""",
    "gcloud": "print('sandbox')",
}


def install(folder: Path) -> Path:
    """Write the stand-ins for az and gcloud, which are on no package index, into a new folder."""
    folder.mkdir()
    for name, source in STAND_INS.items():
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{source}")
        path.chmod(0o755)
    return folder


def shell(script: str) -> str:
    """Run a script in bash; what it printed."""
    ended = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
