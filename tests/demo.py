"""The main job, in a sandbox of its own: run it with ``make demo``. Needs no account and no network."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.leftovers import everything, left_over

FLAGS = "--size small --image ubuntu-24.04 --disk 40 --open 22:203.0.113.0/24 --tag env=demo"
CLOUDS = ("aws", "azure", "gcp")
CLOUDCTL = str(Path(sys.executable).with_name("cloudctl"))


def cloudctl(words: str, *, quiet: bool = False) -> None:
    """Show a command as a user would type it, and run it. Ends the demo when it fails."""
    print(f"\n$ cloudctl {words}", flush=True)
    command = [CLOUDCTL, *shlex.split(words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL if quiet else None)


def public_key() -> str:
    """An ed25519 public key that belongs to nobody (RFC 8709, section 4)."""
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind + (32).to_bytes(4, "big") + os.urandom(32)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} demo"


def endpoints() -> dict[str, str]:
    command = [CLOUDCTL, "sandbox", "status", "-o", "csv", "--no-headers", "--columns", ",".join(CLOUDS)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(zip(CLOUDS, text.strip().split(","), strict=True))


def the_main_job() -> None:
    for cloud in CLOUDS:
        cloudctl(f"vm create web -p {cloud} {FLAGS} -o name")
    cloudctl("vm list")
    cloudctl("vm list -o json --query '[].{name: name, cloud: provider, state: state, address: public_ip}'")
    cloudctl("vm create web2 -p aws --size 2x8 --spot --dry-run")
    for verb in ("stop", "start"):
        for cloud in CLOUDS:
            cloudctl(f"vm {verb} {cloud}:web -o name")
    for cloud in CLOUDS:
        cloudctl(f"vm delete {cloud}:web --yes -o none")
    cloudctl("vm list")


def demo() -> int:
    started = time.monotonic()
    cloudctl("sandbox start", quiet=True)
    try:
        before = everything(endpoints())
        the_main_job()
        after = everything(endpoints())
    finally:
        cloudctl("sandbox stop")
    rest = left_over(before, after)
    print(f"\nLeft over: {', '.join(sorted(rest)) or 'nothing'}.")
    print(f"Shared, kept for the next machine: {', '.join(sorted(after - before - rest)) or 'nothing'}.")
    print(f"The whole took {time.monotonic() - started:.0f} s.")
    return 1 if rest else 0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="cloudctl-demo-") as home:
        os.environ |= {"HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_CONFIG_HOME": f"{home}/config"}
        os.environ |= {"CLOUDCTL_SANDBOX": "1"}
        key = Path(home, ".ssh", "id_ed25519.pub")
        key.parent.mkdir(mode=0o700)
        key.write_text(public_key())
        return demo()


if __name__ == "__main__":
    sys.exit(main())
