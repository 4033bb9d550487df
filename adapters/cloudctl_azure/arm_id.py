"""ARM ids: ``/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME``, compared without case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArmId:
    """The parts of a resource's id; ``type`` has its namespace and is folded, ``name`` is the last one."""

    subscription: str
    group: str
    type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> ArmId | None:
        """The parts of an id; None for a text that is not the id of a resource in a resource group."""
        parts = text.strip("/").split("/")
        heads = [part.casefold() for part in parts[0:5:2]]
        if len(parts) < 8 or heads != ["subscriptions", "resourcegroups", "providers"]:
            return None
        return cls(parts[1], parts[3], "/".join((parts[5], *parts[6::2])).casefold(), parts[-1])


def fold(arm_id: object) -> str:
    """An id or name for comparison, since its case is not kept.

    https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
    """
    return str(arm_id or "").rstrip("/").casefold()
