"""The audit record: every change appends who, what, when and the result. Never secrets."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime

from cloudctl.files import append_private, state_path
from cloudctl.plan import Plan


def record(plan: Plan, run: str, result: str) -> None:
    """Append to ``$XDG_STATE_HOME/cloudctl/audit.jsonl`` (0600)."""
    context = plan.scope.context
    line = {
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "user": _user(),
        "run": run,
        "context": context.name,
        "account": context.account,
        "region": plan.scope.region,
        "action": f"{plan.noun} {plan.verb}",
        "name": plan.name,
        "result": result,
    }
    append_private(state_path("audit.jsonl"), json.dumps(line))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
