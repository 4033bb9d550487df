"""The plan of a journaled vm change, in another process (``operation wait``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudctl.commands.changing import Change
from cloudctl.commands.vm.change import power
from cloudctl.commands.vm.create import Wanted, planned
from cloudctl.diagnostics import Report
from cloudctl.dispatch import service
from cloudctl.errors import NotFound
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.vm import VmService


def again(scope: Scope, verb: str, arguments: Mapping[str, Any], deadline: Deadline, report: Report) -> Change:
    """The change that the arguments describe. Raises NotFound when the machine to start, stop or restart is gone."""
    if verb == "create":
        fields = dict(arguments["wanted"])
        wanted = Wanted(**fields | {"tags": tuple(fields["tags"]), "open": tuple(fields["open"])})
        return planned(scope, wanted, None, deadline, report)
    vms: VmService = service("vm", scope, deadline)
    vm = next(vms.find(arguments["id"]), None) if arguments["id"] else None
    if verb == "delete":
        return Change(vms, replace(vms.plan_delete(arguments["name"], vm), arguments=arguments), vm)
    if vm is None:
        raise NotFound(f"vm {arguments['id']} is gone")
    return power(vms, vm, verb)
