"""Deleting an instance and what was made for it: key pair, then security group, the claim, last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cloudctl.marks import RUN
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Native
from cloudctl_aws.vm import record
from cloudctl_aws.vm.resources import Resources

_ENDED = ("shutting-down", "terminated")


@dataclass(frozen=True, slots=True)
class Doomed:
    """What goes, by id; the names of key pairs and groups are known."""

    instances: tuple[str, ...]
    keys: tuple[str, ...]
    groups: tuple[str, ...]


class Deletion:
    """The steps of one deletion: of an instance that is named by its id, or of all with our mark; of one ``run`` only.

    Key pairs and groups go if they carry our mark, unless they are those of an instance that stays. With the run of
    the instance, what another create has made under the name in the meantime stays.
    """

    def __init__(self, resources: Resources, *, instance: str | None = None, run: str | None = None) -> None:
        self._resources, self._instance, self._run = resources, instance, run
        self._look = resources.once

    def steps(self, run: Run, *, detach: bool = False) -> Steps:
        """``detach``: ``--no-wait`` ends once the terminations are accepted."""
        preview = Doomed((self._instance or "<instance>",), ("<key>",), ("<group>",))
        doomed = run.read(lambda: self._doomed(self._resources), preview=preview)
        for instance in doomed.instances:
            yield self._termination(instance, detach=detach)
        for key in doomed.keys:
            yield self._key(key)
        for group in doomed.groups:
            yield self._group(group)

    def _doomed(self, resources: Resources) -> Doomed:
        ours = {
            str(native["InstanceId"]): native for native in resources.instances(self._run) if not _terminated(native)
        }
        going = (self._instance,) if self._instance else tuple(ours)
        kept = {_run_of(native) for instance, native in ours.items() if instance not in going}
        return Doomed(
            going,
            tuple(_ids(resources.keys(self._run), "KeyPairId", kept)),
            tuple(_ids(resources.groups(self._run), "GroupId", kept)),
        )

    def claim(self) -> Found | None:
        """The claim, if it is among what goes: that of a machine that stays is not ours to take."""
        found = self._look.claim(self._run)
        return found if found and found.ref in self._doomed(self._look).groups else None

    def _termination(self, instance: str, *, detach: bool) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html"""
        return self._resources.step(
            f"delete-{instance}",
            f"delete instance {self._resources.name}",
            "TerminateInstances",
            {"InstanceIds": [instance]},
            find=lambda: self._ended(instance),
            detach=detach,
        )

    def _ended(self, instance: str) -> Found | None:
        """Ready once terminated: until then its interface holds the security group."""
        native = next(self._look.ec2.instances({"instance-id": instance}), None)
        state = record.native_state(native) if native else "terminated"
        return Found(instance, ready=state == "terminated") if state in _ENDED else None

    def _key(self, key: str) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html"""
        return self._resources.step(
            f"delete-{key}",
            f"delete key pair {self._resources.name}",
            "DeleteKeyPair",
            {"KeyPairId": key},
            find=lambda: _gone(key, "KeyPairId", lambda: self._look.keys(self._run)),
        )

    def _group(self, group: str) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html"""
        return self._resources.step(
            f"delete-{group}",
            f"delete security group {self._resources.name}",
            "DeleteSecurityGroup",
            {"GroupId": group},
            find=lambda: _gone(group, "GroupId", lambda: self._look.groups(self._run)),
        )


def _gone(wanted: str, key: str, look: Callable[[], Iterable[Native]]) -> Found | None:
    """Found when nothing of ours has this id any more."""
    return None if any(native.get(key) == wanted for native in look()) else Found(wanted)


def _ids(natives: Iterable[Native], key: str, kept: set[str | None]) -> Iterable[str]:
    return (str(native[key]) for native in natives if _run_of(native) not in kept)


def _run_of(native: Native) -> str | None:
    return tags.mapping(native).get(RUN)


def _terminated(native: Native) -> bool:
    return record.native_state(native) == "terminated"
