"""What the services of all nouns share: the abstract adapter, and how it is called."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from cloudctl.errors import CloudError
from cloudctl.explain import Recorder
from cloudctl.retry import Call, Deadline
from cloudctl.scope import Scope


class Service(ABC):
    """One noun on one cloud, in one scope.

    Reads go through ``self.call``, which retries and translates. Adapters never print, prompt, sleep or retry. They
    read credentials lazily: constructing one makes no call. Sessions tell ``self.recorder`` of every call.
    """

    regional: ClassVar[bool] = True
    """Whether a list needs one call per region (AWS); False where one call answers for all regions."""

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        self.scope = scope
        self.deadline = deadline
        self.call = Call(self.translate, deadline)
        self.recorder = Recorder()

    @staticmethod
    @abstractmethod
    def translate(error: Exception) -> CloudError | None:
        """The CloudError for an exception of the provider's SDK; None for any other exception."""

    def regions(self) -> list[str]:
        """The regions that are enabled for this account (regional services only)."""
        return [self.scope.region] if self.scope.region else []
