"""A provider small enough to be exhaustive about: named, tagged things in one file, shared by processes.

It has what the runner leans on: atomic creation by name, tags, deletion, and a hook on every mutating call that can
fail it, lose its reply, or end the process right after it took effect.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.marks import Mark
from cloudctl.plan import ClaimAccess, Found, Plan, Run, Step, Steps
from cloudctl.scope import Context, Scope

Hook = Callable[[str, str], None]
"""Called with (``before`` or ``after``, operation) around every mutating call."""

PARTS = ("group", "address", "machine")


def translate(error: Exception) -> CloudError | None:
    return None


class FileCloud:
    def __init__(self, path: Path, hook: Hook = lambda moment, operation: None) -> None:
        self.path = path
        self.hook = hook
        self.settle = 0.0

    @contextmanager
    def _state(self) -> Iterator[dict[str, dict[str, Any]]]:
        with self.path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            state = json.loads(file.read() or "{}")
            yield state
            file.truncate(0)
            file.write(json.dumps(state))

    def things(self) -> dict[str, dict[str, Any]]:
        with self._state() as state:
            return dict(state)

    def create(self, name: str, tags: dict[str, str]) -> str:
        self.hook("before", f"create {name}")
        with self._state() as state:
            if name in state:
                raise CloudError(Kind.EXISTS, f"{name} exists")
            state[name] = {"tags": tags, "id": os.urandom(4).hex()}
        self.hook("after", f"create {name}")
        return name

    def delete(self, name: str, identity: str) -> None:
        self.hook("before", f"delete {name}")
        with self._state() as state:
            if name not in state or state[name]["id"] != identity:
                raise CloudError(Kind.NOT_FOUND, f"{name} is not there")
            del state[name]
        self.hook("after", f"delete {name}")

    def tag(self, name: str, tags: dict[str, str]) -> None:
        self.hook("before", f"tag {name}")
        with self._state() as state:
            if name not in state:
                raise CloudError(Kind.NOT_FOUND, f"{name} is not there")
            state[name]["tags"].update(tags)
        self.hook("after", f"tag {name}")

    def look(self, name: str) -> Found | None:
        thing = self.things().get(name)
        return Found(name, Mark.from_tags(thing["tags"])) if thing else None

    # the plans of a machine: group (the claim), address, machine

    def plan_create(self, name: str, spec: str = "s") -> Plan:
        def steps(run: Run) -> Steps:
            for part in PARTS:
                yield self._make(f"{name}-{part}", part, run)

        return Plan(
            scope=Scope(Context("file", "aws"), "here"),
            noun="vm",
            verb="create",
            name=name,
            spec=spec,
            steps=steps,
            final=lambda: self.look(f"{name}-machine"),
            claim=self._access(name),
            cleanup=lambda run: self._deletions(name, run),
        )

    def plan_delete(self, name: str) -> Plan:
        return Plan(
            scope=Scope(Context("file", "aws"), "here"),
            noun="vm",
            verb="delete",
            name=name,
            steps=lambda run: self._deletions(name, None),
            final=lambda: None,
            claim=self._access(name),
        )

    def _access(self, name: str) -> ClaimAccess:
        return ClaimAccess(
            find=lambda: self.look(f"{name}-group"), write=lambda found, mark: self.tag(found.ref, mark.tags())
        )

    def _make(self, name: str, part: str, run: Run) -> Step:
        mark = run.claim_mark if part == "group" else run.mark
        return Step(
            key=part,
            title=name,
            operation="file:create",
            arguments={"name": name},
            find=lambda: self.look(name),
            apply=lambda: self.create(name, mark.tags()),
            claim=part == "group",
            settle=self.settle if part == "group" else 0.0,
            detach=part == "machine",
        )

    def _deletions(self, name: str, run: str | None) -> Steps:
        for part in reversed(PARTS):
            thing = self.things().get(f"{name}-{part}")
            mark = Mark.from_tags(thing["tags"]) if thing else None
            if thing and mark and mark.owner == f"vm.{name}" and run in (None, mark.run):
                yield self._deletion(f"{name}-{part}", part, thing["id"])

    def _deletion(self, name: str, part: str, identity: str) -> Step:
        def gone() -> Found | None:
            thing = self.things().get(name)
            return Found(name) if thing is None or thing["id"] != identity else None

        def apply() -> None:
            self.delete(name, identity)

        return Step(f"delete-{part}", name, "file:delete", {"name": name}, gone, apply)
