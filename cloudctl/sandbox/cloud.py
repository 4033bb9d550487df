"""What the sandbox host and an emulated cloud know of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """How an emulated cloud behaves; set when the sandbox starts, the same for the three.

    ``state`` is the directory for state files, ``transition`` the seconds a long operation takes (wall
    clock, whether polled or not), ``page_size`` the largest page a list returns (0: the cloud's own
    default), ``read_lag`` the seconds for which a new resource cannot be seen by reads.
    """

    state: Path
    transition: float = 0.5
    page_size: int = 0
    read_lag: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply that a fault puts in the place of the cloud's own."""

    status: int
    headers: dict[str, str]
    body: bytes


class SandboxCloud(Protocol):
    """One emulated cloud: a WSGI application and what the host needs beside it."""

    name: str

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request. Called from many threads at once."""

    def operation(self, environ: Environ) -> str:
        """The provider's own name of the operation that a request asks for.

        ``ec2:RunInstances``, ``Microsoft.Compute/virtualMachines/write``, ``compute.instances.insert``;
        an empty string for a request that is none. May read ``wsgi.input``, but leaves it as if unread.
        """

    def failure(self, environ: Environ, kind: str) -> Reply:
        """The cloud's documented error reply, in its own envelope, for a fault of this kind.

        Kinds: ``throttle``, ``error`` (5xx), ``denied``, ``unauthenticated``, ``expired``, ``quota``,
        ``capacity``. Raises KeyError for another.
        """

    def reset(self) -> None:
        """Forget everything, back to the state of a new account."""

    def save(self) -> None:
        """Write the state to ``settings.state``, atomically, mode 0600. The constructor reads it back."""
