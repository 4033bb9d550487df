"""Contexts: which accounts of which clouds, from flags, ``CLOUDCTL_*`` variables and ``config.toml``.

Without a file the clouds whose credentials are found in the usual variables and files are there as the implicit
contexts ``aws``, ``azure`` and ``gcp``. Nothing here makes a call.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound, UsageError
from cloudctl.files import config_path, locked, write_private
from cloudctl.scope import PROVIDERS, Context

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "aws": ("profile", "region", "zone", "network", "subnet"),
    "azure": ("subscription", "tenant", "region", "zone", "group", "network", "subnet"),
    "gcp": ("project", "region", "zone", "network", "subnet"),
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration file: its contexts in the order of the file, and the one in use."""

    contexts: Mapping[str, Context] = field(default_factory=dict)
    current: str | None = None


def load() -> Configuration:
    """Read the file strictly. Raises UsageError naming file, line and key; no file is an empty configuration."""
    path = config_path()
    text = _text(path)
    return _Reader(path, text).configuration() if text else Configuration()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one configuration text; every complaint names file, line and key."""

    path: Path
    text: str

    def configuration(self) -> Configuration:
        import tomllib  # 24 ms that a machine without a file need not spend

        try:
            document = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{self.path}: {error}", fix="mend the file, or move it away") from error
        self._only(document, ("current", "contexts"), "")
        tables = document.get("contexts", {})
        if not isinstance(tables, dict):
            raise self._wrong("contexts", "contexts must be a table")
        contexts = {name: self._context(name, table) for name, table in tables.items()}
        current = document.get("current")
        if current is not None and current not in {*contexts, *PROVIDERS}:
            raise self._wrong("current", f"current names no context: {current!r}")
        return Configuration(contexts, current)

    def _context(self, name: str, table: Any) -> Context:
        if not NAME.fullmatch(name) or not isinstance(table, dict):
            raise self._wrong(name, f"contexts.{name} is not a table with a valid name")
        provider = table.get("provider")
        if provider not in PROVIDERS:
            raise self._wrong(name, f"contexts.{name}.provider must be one of {', '.join(PROVIDERS)}")
        if name in PROVIDERS and name != provider:
            raise self._wrong(name, f"contexts.{name} cannot be of {provider}")
        self._only(table, ("provider", *SETTINGS[provider]), f"contexts.{name}.")
        for key, value in table.items():
            if not isinstance(value, str) or not value:
                raise self._wrong(key, f"contexts.{name}.{key} must be a text")
        return Context(name, provider, {key: value for key, value in table.items() if key != "provider"})

    def _only(self, table: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
                raise self._wrong(key, f"unknown key {prefix}{key}{hint}")

    def _wrong(self, key: str, message: str) -> UsageError:
        lines = self.text.splitlines()
        pattern = re.compile(rf"(^|[\[.\"'\s]){re.escape(key)}([\]\"'\s=.]|$)")
        number = next((i for i, line in enumerate(lines, 1) if pattern.search(line)), 1)
        return UsageError(f"{self.path}:{number}: {message}", fix="mend the file, or move it away")


def change(edit: Callable[[Configuration], Configuration]) -> None:
    """Write what ``edit`` makes of the file; what another process writes is not lost. Raises as `load` and it do."""
    with locked("config"):
        save(edit(load()))


def save(configuration: Configuration) -> None:
    """Write the file (0600), atomically. What its owner wrote beside the contexts stays: comments, blank lines."""
    from cloudctl.config_text import rewritten

    write_private(config_path(), rewritten(_text(config_path()), configuration.contexts, configuration.current))


def known_contexts(configuration: Configuration, sandbox: Mapping[str, str] | None = None) -> dict[str, Context]:
    """Every context by name: the file's, and the implicit ones. ``sandbox`` maps provider to its endpoint."""
    configured = {name: _completed(context) for name, context in configuration.contexts.items()}
    contexts = {provider: _implicit(provider) for provider in PROVIDERS} | configured
    if sandbox is None:
        return contexts
    return {name: _in_sandbox(context, sandbox[context.provider]) for name, context in contexts.items()}


def _completed(context: Context) -> Context:
    """A configured context: where its table is silent the SDKs' usual variables decide."""
    return replace(context, settings={**_from_environment(context.provider), **context.settings})


def _implicit(provider: str) -> Context:
    return Context(provider, provider, _from_environment(provider), implicit=True)


_VARIABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "aws": {"profile": ("AWS_PROFILE",), "region": ("AWS_REGION", "AWS_DEFAULT_REGION")},
    "azure": {
        "subscription": ("AZURE_SUBSCRIPTION_ID",),
        "tenant": ("AZURE_TENANT_ID",),
        "region": ("AZURE_DEFAULTS_LOCATION",),
        "group": ("AZURE_DEFAULTS_GROUP",),
    },
    "gcp": {
        "project": ("GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT", "GCLOUD_PROJECT"),
        "region": ("CLOUDSDK_COMPUTE_REGION",),
        "zone": ("CLOUDSDK_COMPUTE_ZONE",),
    },
}


def _from_environment(provider: str) -> dict[str, str]:
    found = {}
    for setting, names in _VARIABLES[provider].items():
        value = next((os.environ[name] for name in names if os.environ.get(name)), None)
        if value:
            found[setting] = value
    return found


_SANDBOX_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "aws": {"region": "us-east-1"},
    "azure": {"subscription": "00000000-0000-4000-8000-000000000001", "region": "eastus"},
    "gcp": {"project": "sandbox-project", "region": "us-central1"},
}
_SANDBOX_KEEPS = ("region", "zone", "group", "network", "subnet")
_SANDBOX_ACCOUNTS = ("sandbox-", "00000000-0000-4000-8000-")


def _is_the_sandboxs(account: str) -> bool:
    """Whether a project or subscription is one of the sandbox's own; a real one is replaced."""
    return account.startswith(_SANDBOX_ACCOUNTS)


def _in_sandbox(context: Context, endpoint: str) -> Context:
    """The same context in the sandbox: the account is the sandbox's, places stay as configured."""
    configured = {} if context.implicit else context.settings
    kept = {key: value for key, value in configured.items() if key in _SANDBOX_KEEPS or _is_the_sandboxs(value)}
    settings = {**_SANDBOX_SETTINGS[context.provider], **kept}
    return Context(context.name, context.provider, settings, endpoint, sandbox=True, implicit=context.implicit)


def context_named(contexts: Mapping[str, Context], name: str) -> Context:
    """The context with this name. Raises UsageError with the nearest names."""
    if name in contexts:
        return contexts[name]
    near = get_close_matches(name, contexts, 3)
    raise UsageError(
        f"unknown context {name}",
        why=f"did you mean {', '.join(near)}?" if near else f"known contexts: {', '.join(contexts)}",
        fix="cloudctl context list shows them, cloudctl context add makes one",
    )


def with_credentials(contexts: Mapping[str, Context]) -> list[Context]:
    """The contexts a command without ``-c`` or ``-p`` covers.

    The configured ones, and the implicit one of each cloud that none of them belongs to and that has credentials,
    told by variables and files only.
    """
    configured = [context for context in contexts.values() if not context.implicit]
    covered = {context.provider for context in configured}
    implicit = [
        context
        for context in contexts.values()
        if context.implicit and context.provider not in covered and (context.sandbox or has_credentials(context))
    ]
    return sorted(configured + implicit, key=lambda context: PROVIDERS.index(context.provider))


def has_credentials(context: Context) -> bool:
    """Whether variables or files hold credentials for this cloud; no call, nothing is validated."""
    variables, files = _CREDENTIALS[context.provider]
    return any(os.environ.get(name) for name in variables) or any(_exists(path) for path in files)


def _exists(path: str) -> bool:
    expanded = os.path.expandvars(path)
    return "$" not in expanded and Path(expanded).expanduser().exists()


_CREDENTIALS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aws": (
        (
            "AWS_ACCESS_KEY_ID",
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ),
        ("$AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", "$AWS_CONFIG_FILE", "~/.aws/config"),
    ),
    "azure": (
        ("AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"),
        ("$AZURE_CONFIG_DIR/azureProfile.json", "~/.azure/azureProfile.json"),
    ),
    "gcp": (
        ("GOOGLE_APPLICATION_CREDENTIALS",),
        (
            "$CLOUDSDK_CONFIG/application_default_credentials.json",
            "~/.config/gcloud/application_default_credentials.json",
        ),
    ),
}


def with_context(configuration: Configuration, context: Context) -> Configuration:
    """The configuration and this context. Raises EXISTS where one has its name."""
    if context.name in configuration.contexts:
        fix = f"cloudctl context remove {context.name}"
        raise CloudError(Kind.EXISTS, f"context {context.name} exists already", fix=fix)
    return replace(configuration, contexts={**configuration.contexts, context.name: context})


def remove_context(configuration: Configuration, name: str) -> Configuration:
    """The configuration without this context. Raises NotFound."""
    if name not in configuration.contexts:
        raise NotFound(f"no context {name} in {config_path()}", fix="cloudctl context list shows them")
    rest = {key: value for key, value in configuration.contexts.items() if key != name}
    return Configuration(rest, None if configuration.current == name else configuration.current)
