"""One invocation: what its shared flags and the environment say about where to work and what comes out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from typer import _click as click

from cloudctl import config
from cloudctl.commands.flag_values import duration, limit
from cloudctl.commands.shared import Given, given
from cloudctl.diagnostics import Level, Report
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.output import View
from cloudctl.output.text import neutral
from cloudctl.scope import PROVIDERS, Context, Scope

LIST_SECONDS = 120.0
CHANGE_SECONDS = 600.0


@dataclass(slots=True)
class Invocation:
    """The flags given on the command line, completed by ``CLOUDCTL_*`` and defaults.

    ``only`` is the provider that a name itself says (``s3://NAME``); it narrows the contexts.
    """

    flags: Given
    only: str | None = None
    _contexts: dict[str, Context] | None = None
    _report: Report | None = None

    # what comes out

    def view(self) -> View:
        """The output flags; `cloudctl.output.validate` checks them against a kind of record."""
        return View(
            format=self.text("output") or "table",
            query=self.text("query"),
            columns=_words(self.text("columns")),
            sort=_words(self.text("sort")),
            filters=tuple(self.flags.get("filter", ())),
            limit=limit(text) if (text := self.text("limit")) else None,
            headers=self.flag("headers", default=True),
            color=self.flags.get("color"),
            native=self.flag("native"),
        )

    @property
    def report(self) -> Report:
        if self._report is None:
            self._report = Report(self._level(), as_json=self.log_format() == "json")
        return self._report

    def _level(self) -> Level:
        chosen = (("debug", Level.DEBUG), ("verbose", Level.DETAIL), ("quiet", Level.WARNING))
        return next((level for name, level in chosen if self.flag(name)), Level.NOTE)

    def log_format(self) -> str:
        value = self.text("log_format") or "text"
        if value not in ("text", "json"):
            raise UsageError(f"unknown log format {value}", fix="use --log-format text or json")
        return value

    def tell(self, error: CloudError) -> None:
        """Write the error of one of several scopes or items, in the form of the one that the command ends with."""
        from cloudctl import failure

        as_json = failure.wants_json(self.text("output"), self.log_format())
        failure.render(error, sys.stderr, as_json=as_json)

    def seconds(self, default: float) -> float:
        """The deadline in seconds: ``--timeout``, ``CLOUDCTL_TIMEOUT`` or the command's default."""
        text = self.text("timeout")
        return duration(text) if text else default

    # where

    def contexts(self) -> dict[str, Context]:
        if self._contexts is None:
            known = config.known_contexts(config.load(), self._sandbox_endpoints())
            prompts = not self.flag("no_input")
            self._contexts = {name: replace(context, prompts=prompts) for name, context in known.items()}
        return self._contexts

    def _sandbox_endpoints(self) -> dict[str, str] | None:
        if not self.flag("sandbox"):
            return None
        from cloudctl.sandbox import guard, process

        running = process.status(process.default_state())
        if running is None:
            raise UsageError("the sandbox is not running", fix="cloudctl sandbox start")
        guard.install()
        return {provider: running.endpoint(provider) for provider in PROVIDERS}

    def targets(self) -> list[Context]:
        """The contexts that a read or a look-up by name covers. Raises UsageError when there is none."""
        named = self._named()
        found = named or self._usual()
        if self.only:
            found = _of_only(found, self.only) or self._otherwise(named, self.only)
        if not found:
            raise no_credentials()
        return found

    def narrowed(self, provider: str) -> Invocation:
        """The same invocation for what is on one cloud only, whatever the flags leave open."""
        return Invocation(self.flags, provider, self._contexts, self.report)

    def _otherwise(self, named: Sequence[Context], provider: str) -> list[Context]:
        """A provider's contexts where the usual ones have none of it. Raises UsageError where flags name others."""
        if named:
            others = ", ".join(context.name for context in named)
            raise UsageError(f"the name says {provider}, and not {others}", fix="leave out -p and -c")
        return _of_providers(self.contexts(), [provider])

    def _named(self) -> list[Context]:
        """The contexts that flags name, else those that variables name."""
        contexts = self.contexts()
        for source in (self.flags, _environment()):
            providers = _checked_providers(source.get("provider", ()))
            if names := source.get("context", ()):
                return [_fitting(config.context_named(contexts, name), providers) for name in names]
            if providers:
                return _of_providers(contexts, providers)
            if self.flag("all_contexts"):
                return config.with_credentials(contexts)
        return []

    def _usual(self) -> list[Context]:
        contexts, current = self.contexts(), config.load().current
        return [contexts[current]] if current else config.with_credentials(contexts)

    def target(self) -> Context:
        """The one context that a create works in. Raises UsageError when it is not clear which."""
        return one_of(self.targets())

    def scope(self, context: Context, noun: str | None = None) -> Scope:
        """The context with the region and zone from flags, environment or configuration, checked.

        A noun may have locations of its own beside regions (``eu`` for buckets of Cloud Storage).
        """
        region, zone = self.text("region"), self.text("zone")
        if zone is None and region in (None, context.get("region")):
            zone = context.get("zone")
        region = region or (_region_of(zone) if context.provider == "gcp" else None) or context.get("region")
        return _fitting_zone(Scope(context, region and self._region(context, region, noun), zone))

    def listed_scope(self, context: Context, noun: str, *, regional: bool) -> Scope:
        """The same for a list: a configured region is no filter where one call answers for all regions."""
        if regional:
            return self.scope(context, noun)
        region = self.text("region")
        return _fitting_zone(Scope(context, region and self._region(context, region, noun), self.text("zone")))

    def _region(self, context: Context, wanted: str, noun: str | None) -> str:
        """The native region for what was wanted. Raises UsageError with the nearest names."""
        from cloudctl import mapping

        if context.provider not in PROVIDERS:
            return wanted
        if noun and wanted.casefold() in mapping.noun(noun).clouds[context.provider].locations:
            return wanted.casefold()
        choice = mapping.choose_region(context.provider, wanted)
        if choice.region.name != wanted:
            self.report.warn(f"region {wanted} on {context.provider}: {choice.region.name}, {choice.km:.0f} km away")
        return choice.region.name

    # questions

    def confirm(self, question: str, names: Sequence[str], *, typed: bool = False) -> None:
        """Ask before something goes away: y/N for one, the names typed for several, and for one that is ``typed``.

        Raises DECLINED when the answer is no.
        """
        single = len(names) == 1 and not typed
        if not self.confirmed(names, typed=typed) and not _agreed(question, ",".join(names), single=single):
            raise CloudError(Kind.DECLINED, "declined: nothing was changed")

    def confirmed(self, names: Sequence[str], *, typed: bool = False) -> bool:
        """Whether flags answer already. Raises UsageError when they do not and there is no terminal to ask on."""
        wanted, single = ",".join(names), len(names) == 1 and not typed
        given_names = self.text("confirm")
        if given_names is not None and given_names != wanted:
            raise UsageError(f"--confirm {given_names} does not name {wanted}", fix=f"--confirm {wanted}")
        if given_names or (single and self.flag("yes")):
            return True
        if self.flag("no_input") or not (sys.stdin.isatty() and sys.stderr.isatty()):
            flag = "--yes" if single else f"--confirm {wanted}"
            raise UsageError(f"{wanted} would go, and there is no terminal to ask on", fix=f"add {flag}")
        return False

    # single flags

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A switch: the flag, or ``CLOUDCTL_NAME`` set to anything but 0, false or no."""
        if name in self.flags:
            return bool(self.flags[name])
        value = os.environ.get(f"CLOUDCTL_{name.upper()}")
        return value.lower() not in ("0", "false", "no") if value else default

    def text(self, name: str) -> str | None:
        return self.flags.get(name) or os.environ.get(f"CLOUDCTL_{name.upper()}") or None


def invocation(ctx: click.Context) -> Invocation:
    """The invocation of a command, from its click context."""
    if "invocation" not in ctx.meta:
        ctx.meta["invocation"] = Invocation(given(ctx))
    found: Invocation = ctx.meta["invocation"]
    return found


def no_credentials() -> CloudError:
    return CloudError(
        Kind.UNAUTHENTICATED,
        "no credentials for any cloud were found",
        why="looked at AWS_*, AZURE_*, GOOGLE_APPLICATION_CREDENTIALS, ~/.aws, ~/.azure and gcloud's own",
        fix="log in with a provider's own tool, name a context with -c, or try cloudctl sandbox start",
    )


def one_of(contexts: Sequence[Context]) -> Context:
    """The only one of these contexts. Raises UsageError when there are several."""
    if len(contexts) > 1:
        raise UsageError(
            f"which context? {', '.join(context.name for context in contexts)}",
            fix="name it: -c CONTEXT or -p PROVIDER",
        )
    return contexts[0]


def _of_only(contexts: Sequence[Context], provider: str) -> list[Context]:
    return [context for context in contexts if context.provider == provider]


def _of_providers(contexts: dict[str, Context], providers: Sequence[str]) -> list[Context]:
    """A provider's configured contexts, else its implicit one, now named by the user: the full chain applies."""
    found = []
    for provider in providers:
        configured = [item for item in contexts.values() if item.provider == provider and not item.implicit]
        found += configured or [replace(contexts.get(provider) or Context(provider, provider), implicit=False)]
    return found


def _environment() -> Mapping[str, tuple[str, ...]]:
    return {name: _words(os.environ.get(f"CLOUDCTL_{name.upper()}")) for name in ("context", "provider")}


def _checked_providers(providers: Sequence[str]) -> Sequence[str]:
    """Built-in providers, or those of an installed plug-in. Raises UsageError for others."""
    from cloudctl.dispatch import is_plugin

    for provider in providers:
        if provider not in PROVIDERS and not is_plugin(provider):
            raise UsageError(f"unknown provider {provider}", fix=f"use one of {', '.join(PROVIDERS)}")
    return providers


def _fitting(context: Context, providers: Sequence[str]) -> Context:
    """A context that was named: its credentials may come from anywhere."""
    if providers and context.provider not in providers:
        raise UsageError(
            f"context {context.name} is of {context.provider}, not {', '.join(providers)}", fix="leave out -p"
        )
    return replace(context, implicit=False)


def _fitting_zone(scope: Scope) -> Scope:
    """Zones of AWS and GCP begin with their region's name. Raises UsageError for another region's."""
    named = scope.context.provider in ("aws", "gcp") and scope.region and scope.zone
    if named and not str(scope.zone).startswith(str(scope.region)):
        raise UsageError(f"zone {scope.zone} is not in region {scope.region}", fix="leave out --region or --zone")
    return scope


def _region_of(zone: str | None) -> str | None:
    return zone.rpartition("-")[0] if zone else None


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[,\s]+", text or "") if word)


def _agreed(question: str, typed: str, *, single: bool) -> bool:
    prompt = f"{question} [y/N] " if single else f"{question} Type {typed} to confirm: "
    print(neutral(prompt), end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    return answer.lower() in ("y", "yes") if single else answer == typed
