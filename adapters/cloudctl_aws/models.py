"""Botocore's descriptions of services: read once per process, and in half the time that botocore takes for them."""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


class _Files(JSONFileLoader):  # type: ignore[misc]
    """Botocore's keeps every object of a model in an OrderedDict, from the time when dicts had no order."""

    def load_file(self, file_path: str) -> Any:
        """The description at a path without its suffix; None where there is none."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return json.loads(plain.read_bytes())
        return json.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class _Models(Loader):  # type: ignore[misc]
    def list_available_services(self, type_name: str) -> list[str]:
        """The services that have a folder; botocore's looks into each of hundreds before it reads the one it needs."""
        folders = (entry for path in map(Path, self.search_paths) if path.is_dir() for entry in path.iterdir())
        return sorted({folder.name for folder in folders})


@cache
def loader(data_path: str | None) -> Loader:
    """The loader for an ``AWS_DATA_PATH``: a list of all regions makes many clients, which share what is read."""
    paths = [os.path.expandvars(path) for path in (data_path or "").split(os.pathsep) if path]
    return _Models(extra_search_paths=[str(Path(path).expanduser()) for path in paths], file_loader=_Files())
