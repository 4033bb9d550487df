"""The state file: a pickle that is only read by the version of moto that wrote it."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

# Raised when the objects of this package change in a way that old pickles would not survive.
_FORMAT = 1


def _stamp() -> dict[str, object]:
    return {"format": _FORMAT, "moto": version("moto")}


def load(path: Path) -> Any:
    """The saved state, or None when there is none or another version wrote it (said on stderr)."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        stamp = pickle.load(file)
        if stamp == _stamp():
            return pickle.load(file)
    print(f"sandbox: dropped the AWS state in {path}: it was saved by {stamp}", file=sys.stderr)
    return None


def save(path: Path, state: Any) -> None:
    """Write the state atomically, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        pickle.dump(_stamp(), file)
        pickle.dump(state, file)
    Path(name).replace(path)
