"""Where a command works: a context, and one of its regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PROVIDERS = ("aws", "azure", "gcp")


@dataclass(frozen=True, slots=True)
class Context:
    """One account of one cloud, as named by the user.

    ``settings`` holds what the configuration says (``profile``, ``subscription``, ``tenant``, ``project``,
    ``group``, ``network``, ``subnet``, ``region``, ``zone``). ``endpoint`` replaces the provider's
    addresses; ``sandbox`` says that the sandbox's credentials go with it, ``prompts`` that its user may be asked for
    what they need.
    """

    name: str
    provider: str
    settings: Mapping[str, str] = field(default_factory=dict)
    endpoint: str | None = None
    sandbox: bool = False
    implicit: bool = False
    prompts: bool = True

    def get(self, key: str) -> str | None:
        return self.settings.get(key) or None

    @property
    def account(self) -> str:
        """The account, subscription or project as confirmations and plans name it."""
        if self.sandbox:
            return "the sandbox"
        setting = {"aws": "profile", "azure": "subscription", "gcp": "project"}.get(self.provider, "account")
        return f"{setting} {self.get(setting) or 'default'}"


@dataclass(frozen=True, slots=True)
class Scope:
    """A context with the region and zone that a command names (None: all regions, the cloud's choice)."""

    context: Context
    region: str | None = None
    zone: str | None = None

    @property
    def name(self) -> str:
        return f"{self.context.name}/{self.region}" if self.region else self.context.name

    def at(self, region: str) -> Scope:
        return replace(self, region=region)
