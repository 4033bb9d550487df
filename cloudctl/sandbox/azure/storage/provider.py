"""What the types of Microsoft.Storage have in common."""

from __future__ import annotations

MODELS = "azure.mgmt.storage.models"
ACCOUNTS = "Microsoft.Storage/storageAccounts"
SERVICES = f"{ACCOUNTS}/blobServices"
CONTAINERS = f"{SERVICES}/containers"
BLOBS = f"{CONTAINERS}/blobs"
POLICIES = f"{ACCOUNTS}/managementPolicies"
VERSIONS = (
    "2021-09-01",
    "2022-05-01",
    "2022-09-01",
    "2023-01-01",
    "2023-04-01",
    "2023-05-01",
    "2024-01-01",
    "2025-01-01",
    "2025-06-01",
    "2026-09-01",
)
