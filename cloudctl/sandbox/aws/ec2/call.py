"""One EC2 request on its way through the handlers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cloudctl.sandbox.aws.ec2.region import Region
from cloudctl.sandbox.cloud import Settings

_NOT_PARAMETERS = frozenset({"ClientToken", "DryRun"})


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request: its region, operation model, typed parameters and time (seconds since the epoch)."""

    region: Region
    model: Any
    params: dict[str, Any]
    form: dict[str, str]
    settings: Settings
    now: float

    @property
    def digest(self) -> str:
        """What a repeated request must have in common with the first to be the same request."""
        pairs = sorted(pair for pair in self.form.items() if pair[0] not in _NOT_PARAMETERS)
        return hashlib.sha256(repr(pairs).encode()).hexdigest()

    @property
    def due(self) -> float:
        """When a state change that starts now is over."""
        return self.now + self.settings.transition

    def note_made(self, resource_id: str) -> None:
        """Remember that a resource was made now; reads show it ``read_lag`` seconds later."""
        self.region.ledger.made[resource_id] = self.now

    def sees(self, resource_id: str) -> bool:
        """Whether reads, and requests that refer to it, see the resource yet."""
        made = self.region.ledger.made.get(resource_id, 0.0)
        return self.now - made >= self.settings.read_lag


Handler = Callable[[Call], Any]
