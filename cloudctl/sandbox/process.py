"""Starting, finding, driving and stopping the sandbox's process from another one.

Imports nothing of the sandbox's servers: this is what every ``cloudctl --sandbox`` loads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.sandbox.faults import Rule
from cloudctl.sandbox.statefile import (
    EXIT_LOCKED,
    LOG_FILE,
    STATUS_FILE,
    TOKEN_HEADER,
    Status,
    read_json,
    read_status,
)

HOST = (sys.executable, "-m", "cloudctl.sandbox.host")
_START_PATIENCE = 30.0
_STOP_PATIENCE = 10.0
_CALL_PATIENCE = 10.0
_POLL = 0.02


def default_state() -> Path:
    """``CLOUDCTL_SANDBOX_STATE``, or else ``sandbox`` under the user's state directory of cloudctl."""
    named = os.environ.get("CLOUDCTL_SANDBOX_STATE")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("cloudctl") / "sandbox"


def start(
    state: Path,
    *,
    transition: float = 0.5,
    page_size: int = 0,
    read_lag: float = 0.0,
    host: Sequence[str] = HOST,
) -> Status:
    """Start a sandbox in the background and return once it answers; one that runs already is returned.

    The settings are those of ``cloud.Settings``. Raises Conflict when the running one has others,
    CloudError (UNEXPECTED) with the reason when it cannot start.
    """
    wanted = {"transition": transition, "page_size": page_size, "read_lag": read_lag}
    running = status(state) or _spawn(state, wanted, host)
    differing = [name for name, value in wanted.items() if getattr(running, name) != value]
    if differing:
        raise Conflict(
            "the sandbox runs already with other settings",
            why=", ".join(f"{name} is {getattr(running, name):g}" for name in differing),
            fix="stop it first: cloudctl sandbox stop",
        )
    return running


def status(state: Path) -> Status | None:
    """The sandbox that runs on this directory, or None; files left by a dead one are seen through.

    Raises CloudError (UNAVAILABLE) when its process lives but does not answer.
    """
    published = read_status(state)
    if published is None:
        return None
    try:
        _call(published, "GET", "status")
    except (ConnectionError, ValueError):
        # Nobody listens, or somebody who does not know the token: the port is another's now.
        return None
    return published


def stop(state: Path) -> bool:
    """Stop the sandbox of this directory, its state saved; False when none runs."""
    running = status(state)
    if running is None:
        return False
    try:
        _call(running, "POST", "stop")
    except ConnectionError:
        """It may be gone before its reply is read; the file below tells."""
    end = time.monotonic() + _STOP_PATIENCE
    while read_json(state / STATUS_FILE).get("pid") == running.pid:
        if time.monotonic() > end:
            raise _unavailable(f"the sandbox (pid {running.pid}) does not stop", state)
        time.sleep(_POLL)
    return True


def reset(running: Status) -> None:
    """Empty the three clouds, end all faults and forget the recorded calls."""
    _call(running, "POST", "reset")


def fault_add(running: Status, rule: Rule) -> dict[str, Any]:
    """Inject a fault; its record, with ``id`` and ``hits``."""
    added: dict[str, Any] = _call(running, "POST", "faults", body=rule.record())
    return added


def fault_list(running: Status) -> list[dict[str, Any]]:
    """The faults in force and those used up, each with ``hits``, the calls that it has hit."""
    faults: list[dict[str, Any]] = _call(running, "GET", "faults")
    return faults


def fault_clear(running: Status, fault_id: int | None = None) -> int:
    """End one fault, or all of them; the number ended."""
    query = {} if fault_id is None else {"id": fault_id}
    return int(_call(running, "DELETE", "faults", query)["cleared"])


def operations(running: Status, since: int = 0, cloud: str | None = None) -> list[dict[str, Any]]:
    """The recorded calls with a sequence number above ``since``, oldest first; fields of ``calls.Call``."""
    query = {"since": since} | ({"cloud": cloud} if cloud else {})
    calls: list[dict[str, Any]] = _call(running, "GET", "operations", query)
    return calls


def environment(running: Status) -> dict[str, str]:
    """Variables that point cloudctl and other tools at the sandbox, with credentials that it accepts.

    AWS's tools and SDKs: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html;
    gcloud: https://cloud.google.com/sdk/docs/properties (api_endpoint_overrides, auth/disable_credentials);
    Terraform's Google provider: GOOGLE_COMPUTE_CUSTOM_ENDPOINT and GOOGLE_OAUTH_ACCESS_TOKEN
    (https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference).
    Azure's tools have no variable for the endpoint.
    """
    compute = f"{running.endpoint('gcp')}/compute/v1/"
    return {
        "CLOUDCTL_SANDBOX": "1",
        "CLOUDCTL_SANDBOX_STATE": str(running.state.absolute()),
        "CLOUDCTL_SANDBOX_AWS": running.endpoint("aws"),
        "CLOUDCTL_SANDBOX_AZURE": running.endpoint("azure"),
        "CLOUDCTL_SANDBOX_GCP": running.endpoint("gcp"),
        "AWS_ENDPOINT_URL": running.endpoint("aws"),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AZURE_SUBSCRIPTION_ID": "00000000-0000-4000-8000-000000000001",
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": compute,
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_PROJECT": "sandbox-project",
        "GOOGLE_CLOUD_PROJECT": "sandbox-project",
        "GOOGLE_COMPUTE_CUSTOM_ENDPOINT": compute,
        "GOOGLE_OAUTH_ACCESS_TOKEN": "sandbox",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def _spawn(state: Path, settings: dict[str, float], host: Sequence[str]) -> Status:
    options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    ended = subprocess.run(
        [*host, "--detach", "--state", str(state), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode not in (0, EXIT_LOCKED):
        raise _start_error(ended.stderr, state)
    end = time.monotonic() + _START_PATIENCE
    while (running := status(state)) is None:
        if time.monotonic() > end:
            raise _unavailable("the sandbox does not answer", state)
        time.sleep(_POLL)
    return running


def _start_error(stderr: str, state: Path) -> CloudError:
    reason = (stderr.strip().splitlines() or ["no reason given"])[-1]
    missing = reason.startswith("ModuleNotFoundError")
    whole = f"to see all of it: python -m cloudctl.sandbox.host --state {state}; to begin anew, empty that folder"
    fix = "pip install 'cloudctl[sandbox]'" if missing else whole
    return CloudError(Kind.UNEXPECTED, "the sandbox could not start", why=reason, fix=fix)


def _unavailable(message: str, state: Path) -> CloudError:
    return CloudError(Kind.UNAVAILABLE, message, fix=f"its log is {state / LOG_FILE}")


def _call(running: Status, method: str, name: str, query: dict[str, Any] | None = None, body: object = None) -> Any:
    """One control call. ConnectionError when no HTTP server listens, ValueError for a refused request."""
    from http.client import HTTPConnection, HTTPException

    port = next(iter(running.ports.values()))
    connection = HTTPConnection("127.0.0.1", port, timeout=_CALL_PATIENCE)
    target = f"/_sandbox/{name}" + (f"?{urlencode(query)}" if query else "")
    try:
        connection.request(method, target, json.dumps(body), {TOKEN_HEADER: running.token})
        reply = connection.getresponse()
        content = json.loads(reply.read())
    except TimeoutError as error:
        raise _unavailable(f"the sandbox (pid {running.pid}) does not answer", running.state) from error
    except HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()
    if reply.status != 200:
        raise ValueError(content["error"])
    return content
