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
    "BLOB_TABLE",
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

TABLE: tuple[Table, ...] = (*Refusal, *NetworkRefusal, *ComputeRefusal, *StorageRefusal)
"""What the resource manager and its providers refuse, in JSON."""
BLOB_TABLE: tuple[Table, ...] = (*BlobRefusal,)
"""What the blob service refuses, in XML."""
