"""What the transfers of one command share: how many go on at once, how far they are, and whether they are to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.courier import Courier
from cloudctl.parallel import SideBySide
from cloudctl.retry import Deadline

if TYPE_CHECKING:
    from cloudctl.objects.jobs import Result

MIB = 1024 * 1024
PART = 8 * MIB
"""Bytes of a part of a large transfer."""
THRESHOLD = 16 * MIB
"""Content of more bytes is transferred in parts."""


@dataclass(slots=True)
class Work:
    """``parallel`` items are under way at once, and half as many parts; ``told`` hears of bytes that came.

    ``stopping`` ends what is under way, as does the ``deadline``; ``ended`` holds what had been done by then and nobody
    had been told of.
    """

    parallel: int = 16
    told: Callable[[int], None] = lambda _count: None
    stopping: threading.Event = field(default_factory=threading.Event)
    deadline: Deadline = field(default_factory=Deadline)
    ended: list[Result] = field(default_factory=list)
    parts: SideBySide = field(init=False)
    streamed: SideBySide = field(init=False)
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        # Parts are large: more of them at once fill no line better, and take memory.
        self.parts = SideBySide(-(-self.parallel // 2))
        # Each of these holds a part in memory.
        self.streamed = SideBySide(min(self.parallel, 4))
        self.courier = Courier(self.parallel, self.parts)

    def advance(self, count: int) -> None:
        """Tell of bytes. Raises INTERRUPTED when the command is to stop, DEADLINE when its time is over."""
        self.check()
        self.told(count)

    def check(self) -> None:
        if self.stopping.is_set():
            raise CloudError(Kind.INTERRUPTED, Kind.INTERRUPTED.word)
        self.deadline.check()
