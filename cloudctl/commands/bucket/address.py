"""What a bucket is called on the command line: ``NAME``, ``CONTEXT:NAME``, or a URL such as ``s3://NAME``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cloudctl.commands.invocation import Invocation
from cloudctl.errors import UsageError
from cloudctl.services.bucket import SCHEMES

PROVIDERS: Mapping[str, str] = {scheme: provider for provider, scheme in SCHEMES.items()}
"""Scheme of a URL -> provider."""
_FORMS = {"aws": "s3://NAME", "azure": "az://ACCOUNT/CONTAINER", "gcp": "gs://NAME"}


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket's name as `BucketService` takes it, and the provider where a URL says it (else None)."""

    provider: str | None
    name: str


def address(text: str) -> Address:
    """Read ``s3://NAME``, ``gs://NAME`` or ``az://ACCOUNT/CONTAINER``; other text is a name.

    Raises UsageError for another scheme, for a URL that lacks a part, and for that of an object.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Address(None, text)
    provider = PROVIDERS.get(scheme.lower())
    if provider is None:
        raise UsageError(f"{text} is no bucket's URL", fix=f"write {', '.join(_FORMS.values())} or a name")
    return Address(provider, _name(text, provider, rest.removesuffix("/")))


def _name(text: str, provider: str, rest: str) -> str:
    parts, wanted = rest.split("/"), _FORMS[provider].count("/") - 1
    if len(parts) > wanted and all(parts[:wanted]):
        raise UsageError(f"{text} names an object, not a bucket", fix=f"write {_FORMS[provider]}")
    if len(parts) < wanted or not all(parts) or ":" in rest:
        raise UsageError(f"{text} is no bucket's URL", fix=f"write {_FORMS[provider]}")
    return rest


def named(go: Invocation, text: str) -> tuple[Invocation, str]:
    """The invocation narrowed to the provider that a URL says, and the name. Raises UsageError."""
    found = address(text)
    return (go.narrowed(found.provider) if found.provider else go), found.name
