"""Private files: state, configuration and journals are 0600 in directories of 0700."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def state_path(*parts: str) -> Path:
    """A path under ``$XDG_STATE_HOME/cloudctl``; its directory is made when absent."""
    import platformdirs

    path = platformdirs.user_state_path("cloudctl").joinpath(*parts)
    private_directory(path.parent)
    return path


def config_path() -> Path:
    """``$XDG_CONFIG_HOME/cloudctl/config.toml``, or what ``CLOUDCTL_CONFIG`` names."""
    named = os.environ.get("CLOUDCTL_CONFIG")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_config_path("cloudctl") / "config.toml"


def private_directory(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One process of this user at a time; the others wait. What is locked may itself be replaced meanwhile."""
    handle = os.open(state_path("locks", name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically, so that a reader or a crash never sees half of it. A symbolic link to it stays one."""
    path = path.resolve()
    private_directory(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def append_private(path: Path, line: str) -> None:
    """Append one line in one write, which concurrent writers do not interleave."""
    private_directory(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (line + "\n").encode())
    finally:
        os.close(handle)
