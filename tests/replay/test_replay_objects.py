"""Objects of accounts that have everything, listed and read as the contract says, over a proxy and real host names."""

from __future__ import annotations
