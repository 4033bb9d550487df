"""Subscriptions, resource providers and resource groups (Microsoft.Resources)."""
