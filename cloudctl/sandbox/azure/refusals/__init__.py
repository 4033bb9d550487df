"""Everything that the emulated Azure refuses, in one table.

Code raises ``Refusal.X.error(...)``; the documentation page lists the rows and the tests provoke each one.
"""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.arm import Refusal
from cloudctl.sandbox.azure.refusals.compute import ComputeRefusal
from cloudctl.sandbox.azure.refusals.network import NetworkRefusal
from cloudctl.sandbox.azure.refusals.table import Refused, Row, Table

__all__ = ["TABLE", "ComputeRefusal", "NetworkRefusal", "Refusal", "Refused", "Row", "Table"]

TABLE: tuple[Table, ...] = (*Refusal, *NetworkRefusal, *ComputeRefusal)
