"""Deleting an instance and the firewall rules that were made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cloudctl.marks import Mark
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.retry import Call
from cloudctl_gcp import tags
from cloudctl_gcp.operations import ended, handle, request_id
from cloudctl_gcp.session import Session
from cloudctl_gcp.vm import firewall, record
from cloudctl_gcp.vm.claim import Claims


@dataclass(frozen=True, slots=True)
class Part:
    """A resource that goes: its collection, names and id, and our mark on it, if any."""

    kind: str
    names: dict[str, str]
    id: str | None
    mark: Mark | None

    @property
    def title(self) -> str:
        return f"{'instance' if self.kind == 'instance' else 'firewall rule'} {self.names[self.kind]}"

    @property
    def is_claim(self) -> bool:
        return self.mark is not None and self.mark.claim is not None


@dataclass(frozen=True, slots=True)
class Deletion:
    """What goes: everything with the owner's mark, below a region; with ``run``, only what that run made.

    ``machine`` is the id of an instance that goes whoever made it, and then no other does. The rules of an instance
    that stays, and with ``run`` what another create has made under the name in the meantime, stay.
    """

    session: Session
    call: Call
    claims: Claims
    run: str | None = None
    machine: str | None = None

    def steps(self, run: Run) -> Steps:
        nothing: list[Part] = []
        parts = run.read(partial(self.call, self._parts), preview=nothing)
        for part in parts:
            yield self._step(part, last=part is parts[-1])

    def _parts(self) -> list[Part]:
        """The instance, its rules, and the claim last."""
        instances = self._instances()
        going = [part for part in instances if self._goes(part)]
        staying = {part.mark.run for part in instances if part not in going and self._ours(part) and part.mark}
        rules = [part for part in self._rules() if self._goes(part) and not (part.mark and part.mark.run in staying)]
        return sorted([*going, *rules], key=lambda part: part.is_claim)

    def claim(self) -> Found | None:
        """The claim, if it is among what goes: that of a machine that stays is not ours to take."""
        found = self.claims.find()
        runs = {part.mark.run for part in self._parts() if part.mark and part.is_claim} if found else set()
        return found if found and found.mark and found.mark.run in runs else None

    def _instances(self) -> list[Part]:
        return [
            Part("instance", {"zone": record.zone_of(native) or "", "instance": native["name"]}, native.get("id"), mark)
            for native in self.claims.instances()
            for mark in [tags.mark(record.labels(native))]
        ]

    def _rules(self) -> list[Part]:
        base = firewall.base_name(self.claims.name, self.claims.region)
        return [
            Part("firewall", {"firewall": name}, native.get("id"), firewall.found(native).mark)
            for native in self.claims.reader.firewalls()
            for name in [str(native["name"])]
            if name == base or name.startswith(f"{base}-")
        ]

    def _goes(self, part: Part) -> bool:
        if part.kind == "instance" and self.machine:
            return part.id == self.machine
        return self._ours(part) and (self.run is None or (part.mark is not None and part.mark.run == self.run))

    def _ours(self, part: Part) -> bool:
        return part.mark is not None and part.mark.owner == self.claims.owner

    def _step(self, part: Part, *, last: bool) -> Step:
        get, delete = self._methods(part)
        arguments = part.names | {
            "project": self.session.project,
            "request_id": request_id(),
        }
        gone = partial(self._gone, part, get)
        return Step(
            f"delete-{part.kind}{'' if part.is_claim else f'-{part.names[part.kind]}'}",
            f"delete {part.title}",
            f"compute.{part.kind}s.delete",
            arguments,
            find=gone,
            apply=lambda: handle(self.session.send(delete, **arguments)),
            poll=lambda operation: gone() if ended(self.session, operation) else None,
            detach=last,
        )

    def _methods(self, part: Part) -> tuple[Callable[..., Any], Callable[..., Any]]:
        client: Any = self.session.instances if part.kind == "instance" else self.session.firewalls
        return client.get, client.delete_unary

    def _gone(self, part: Part, get: Callable[..., Any]) -> Found | None:
        """Found when it is gone, or another has its name by now."""
        native = self.session.present(get, **part.names)
        return None if native and native.get("id") == part.id else Found(part.names[part.kind])
