"""Deleting a machine and what was made for it: whatever carries its owner mark, the claim last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from cloudctl.marks import Mark
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl_azure.documents import Native, items, tags, text
from cloudctl_azure.reading import present
from cloudctl_azure.vm.resources import Resource, Resources, found


class Deletion:
    """The steps of one deletion: the machine, if it is ``wanted`` or ours, then those of its dependents that are ours.

    The machine's own disks and interfaces go with it where their ``deleteOption`` says so, whoever made them. With
    ``run``, what another create has made under the name in the meantime stays.
    """

    def __init__(self, resources: Resources, owner: str, *, run: str | None = None, machine: bool = False) -> None:
        self._resources, self._owner, self._run = resources, owner, run
        self._machine = machine

    def steps(self, run: Run) -> Steps:
        resources = self._resources
        parts = [
            resources.machine,
            resources.interface,
            resources.address,
            resources.disk,
            resources.security_group,
        ]
        # Looked at before the first deletion: what goes together with the machine is waited for as well.
        preview: list[tuple[Resource, Mark | None]] = [(part, None) for part in parts]
        for part, mark in run.read(lambda: list(self._doomed(parts)), preview=preview):
            yield self._step(part, mark, detach=part.key == resources.machine.key)

    def _doomed(self, parts: Iterable[Resource]) -> Iterator[tuple[Resource, Mark | None]]:
        """What is there and goes, with its mark."""
        for part in parts:
            here = found(present(self._resources.call, part.get, **part.names))
            if here and self._may_go(part, here):
                yield part, here.mark

    def _may_go(self, part: Resource, here: Found) -> bool:
        if self._machine and part.key == self._resources.machine.key:
            return True
        mark = here.mark
        return mark is not None and mark.owner == self._owner and self._run in (None, mark.run)

    def _step(self, part: Resource, was: Mark | None, *, detach: bool) -> Step:
        return Step(
            f"delete-{part.key}",
            f"delete {part.title}",
            f"{part.type}/delete",
            part.names,
            find=lambda: self._gone(part, was),
            apply=lambda: self._resources.session.start(part.delete, **part.names),
            poll=lambda address: self._follow(address, part, was),
            detach=detach,
        )

    def _gone(self, part: Resource, was: Mark | None) -> Found | None:
        """Found when the resource is gone or another has its name by now, not ready while Azure deletes it."""
        native = present(self._resources.call.once, part.get, **part.names)
        here = found(native)
        if native is None or here is None or not self._may_go(part, here) or _run(here.mark) != _run(was):
            return Found(part.name)
        return replace(here, ready=False, error=None) if _is_deleting(native) else None

    def _follow(self, address: str, part: Resource, was: Mark | None) -> Found | None:
        """Raises the error of a deletion that failed."""
        if not self._resources.call.once(self._resources.session.ended, address):
            return Found(part.name, ready=False)
        return self._gone(part, was)


def _run(mark: Mark | None) -> str | None:
    return mark.run if mark else None


def _is_deleting(native: Native) -> bool:
    return (text(native, "properties", "provisioningState") or "").casefold() == "deleting"


def claim(resources: Callable[[], Resources | None], run: str | None = None) -> ClaimAccess:
    """How the runner reads and writes the claim, that of one ``run`` or of any: the tags of the security group.

    UpdateTags takes no ETag, so the whole group is written back under ``If-Match``. A claim that another process has
    changed since it was found is left alone: the runner looks afterwards who holds it.
    """

    def find() -> Found | None:
        home = resources()
        here = home.look(home.security_group) if home else None
        return here if here and run in (None, _run(here.mark)) else None

    def write(seen: Found, mark: Mark) -> None:
        home = resources()
        if home:
            _write(home, seen, mark)

    return ClaimAccess(find, write)


def _write(resources: Resources, seen: Found, mark: Mark) -> None:
    group = resources.security_group
    native = present(resources.call.once, group.get, **group.names)
    if native is None or _is_deleting(native) or not _still(Mark.from_tags(tags(native)), seen.mark, mark):
        return
    resources.session.start(
        group.create,
        **group.names,
        parameters=_retagged(native, mark),
        headers={"If-Match": str(native.get("etag") or "*")},
    )


def _retagged(native: Native, mark: Mark) -> dict[str, Any]:
    """The security group as it is with new tags, without what only Azure writes, which a PUT may refuse."""
    rules = [
        {
            "name": rule.get("name"),
            "properties": {
                key: value
                for key, value in rule.get("properties", {}).items()
                if key != "provisioningState" and value != []
            },
        }
        for rule in items(native, "properties", "securityRules")
    ]
    return {
        "location": native.get("location"),
        "tags": {**tags(native), **mark.tags()},
        "properties": {"securityRules": rules},
    }


def _still(now: Mark | None, seen: Mark | None, mine: Mark) -> bool:
    """Whether a claim is as it was seen, or already held by whoever writes it."""
    if now is None or now.owner != mine.owner:
        return False
    if seen is not None and now.claim == seen.claim:
        return True
    return now.claim is not None and mine.claim is not None and now.claim.holder == mine.claim.holder
