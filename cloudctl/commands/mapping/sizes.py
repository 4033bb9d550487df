"""``cloudctl mapping size`` and ``sizes``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer, clouds, others
from cloudctl.errors import CloudError, NotFound, UsageError
from cloudctl.errors import Kind as ErrorKind
from cloudctl.failure import render_to_stderr
from cloudctl.mapping import Choice, NoSizeFits, Size, choose, home_of_size, sizes
from cloudctl.output import Kind

_FIELDS = (
    "provider", "name", "family", "vcpus", "memory_gib", "architecture", "burstable", "gpu_count", "gpu_model",
    "local_disk_gb",
)  # fmt: skip
SIZE = Kind(
    name="size",
    columns=("provider", "name", "vcpus", "memory_gib", "architecture", "burstable", "gpu_count", "gpu_model"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "name"),
)
