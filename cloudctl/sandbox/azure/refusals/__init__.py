"""Everything that the emulated Azure refuses, in one table.

Code raises ``Refusal.X.error(...)``; the documentation page lists the rows and the tests provoke each one.
"""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.arm import Refusal
from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.refusals.compute import ComputeRefusal
from cloudctl.sandbox.azure.refusals.network import NetworkRefusal
from cloudctl.sandbox.azure.refusals.storage import StorageRefusal
from cloudctl.sandbox.azure.refusals.table import Refused, Row, Table

__all__ = [
    "STORAGE_TABLE",
    "TABLE",
    "BlobRefusal",
    "ComputeRefusal",
    "NetworkRefusal",
    "Refusal",
    "Refused",
    "Row",
    "StorageRefusal",
    "Table",
]

TABLE: tuple[Table, ...] = (*Refusal, *NetworkRefusal, *ComputeRefusal)
STORAGE_TABLE: tuple[Table, ...] = (*StorageRefusal, *BlobRefusal)
"""What Azure Storage refuses, with a documentation page of its own."""
