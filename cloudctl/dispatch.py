"""From the mapping to an adapter: capability check, import, construction, fan-out over scopes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from cloudctl import mapping
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import PROVIDERS, Context, Scope
from cloudctl.services.base import Service

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")

PARALLEL = 16


def check_supported(noun: str, verb: str, provider: str) -> None:
    """Refuse a verb that the mapping declares unsupported, with its reason (exit 7), before any SDK is loaded."""
    if provider not in PROVIDERS:
        return
    reason = mapping.noun(noun).clouds[provider].unsupported.get(verb)
    if reason is not None:
        raise CloudError(Kind.UNSUPPORTED, f"{noun} {verb} is not supported on {provider}", why=reason)


def check_option(noun: str, option: str, provider: str) -> None:
    """The same for an option of the noun, by its name without dashes."""
    if provider not in PROVIDERS:
        return
    reason = mapping.noun(noun).clouds[provider].unsupported_options.get(option)
    if reason is not None:
        raise CloudError(Kind.UNSUPPORTED, f"{noun}: --{option} is not supported on {provider}", why=reason)


def service(noun: str, scope: Scope, deadline: Deadline) -> Any:
    """The adapter of a noun for a scope. Raises UsageError naming the extra when its SDK is not installed."""
    return adapter_class(noun, scope.context.provider)(scope, deadline)


def adapter_class(noun: str, provider: str) -> type[Service]:
    """The adapter's class, imported by the name that the mapping (or a plug-in's entry point) gives."""
    if provider not in PROVIDERS:
        return _plugin_class(noun, provider)
    cloud = mapping.noun(noun).clouds[provider]
    module, _, name = cloud.adapter.partition(":")
    try:
        found: type[Service] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("cloudctl"):
            raise
        raise UsageError(
            f"the SDK for {provider} is not installed ({error.name} is missing)",
            fix=f"pip install 'cloudctl[{cloud.extra}]'",
        ) from error
    return found


def is_plugin(provider: str) -> bool:
    """Whether an installed package adds this provider: an entry point ``PROVIDER.NOUN`` in ``cloudctl.adapters``."""
    return any(point.name.partition(".")[0] == provider for point in _plugins())


def _plugin_class(noun: str, provider: str) -> type[Service]:
    for point in _plugins():
        if point.name == f"{provider}.{noun}":
            found: type[Service] = point.load()
            return found
    raise UsageError(f"no plug-in serves {noun} on {provider}", fix=f"use one of {', '.join(PROVIDERS)}")


def _plugins() -> Iterable[EntryPoint]:
    """Reads every installed distribution: only for a provider that is not built in."""
    from importlib.metadata import entry_points

    return entry_points(group="cloudctl.adapters")


@dataclass(frozen=True, slots=True)
class Failure:
    """A scope that could not be read, or not wholly."""

    scope: Scope
    error: CloudError


def fan_out(
    scopes: Sequence[Scope], read: Callable[[Scope], Iterable[T]], deadline: Deadline
) -> Iterator[tuple[int, T] | Failure]:
    """Read all scopes in parallel; rows come in order of arrival, with the number of their scope.

    One scope's failure arrives as a `Failure` among the rows. A scope that does not answer within the deadline fails
    with DEADLINE; its thread is left behind.
    """
    arrivals: queue.SimpleQueue[tuple[int, T] | Failure | int] = queue.SimpleQueue()
    gate = threading.BoundedSemaphore(PARALLEL)
    for number, scope in enumerate(scopes):
        threading.Thread(target=_read_one, args=(number, scope, read, arrivals, gate), daemon=True).start()
    waiting = set(range(len(scopes)))
    while waiting:
        try:
            arrival = arrivals.get(timeout=min(deadline.left() + 0.5, threading.TIMEOUT_MAX))
        except queue.Empty:
            yield from (Failure(scopes[number], _too_late(scopes[number])) for number in sorted(waiting))
            return
        if isinstance(arrival, int):
            waiting.discard(arrival)
        else:
            yield arrival


def _read_one(
    number: int,
    scope: Scope,
    read: Callable[[Scope], Iterable[T]],
    arrivals: queue.SimpleQueue[tuple[int, T] | Failure | int],
    gate: threading.BoundedSemaphore,
) -> None:
    with gate:
        try:
            for row in read(scope):
                arrivals.put((number, row))
        except CloudError as error:
            arrivals.put(Failure(scope, error))
        except Exception as error:
            arrivals.put(Failure(scope, _unexpected(error)))
        finally:
            arrivals.put(number)


def _unexpected(error: Exception) -> CloudError:
    unexpected = CloudError(Kind.UNEXPECTED, f"{type(error).__name__}: {error}", fix="--debug shows where")
    unexpected.__cause__ = error
    return unexpected


def _too_late(scope: Scope) -> CloudError:
    return CloudError(Kind.DEADLINE, f"{scope.name} did not answer in time", fix="give more time with --timeout")


def common_error(failures: Sequence[Failure], scopes: int, *, rows: bool) -> CloudError | None:
    """What a read ends with after these failures: their common kind if every scope failed, else PARTIAL."""
    if not failures:
        return None
    kinds = {failure.error.kind for failure in failures}
    failed = len({failure.scope.name for failure in failures})
    message = f"{failed} of {scopes} scopes could not be read{' completely' if rows else ''}"
    if not rows and failed == scopes and len(kinds) == 1:
        return CloudError(kinds.pop(), message)
    return CloudError(Kind.PARTIAL, message)


def regions_of(noun: str, context: Context, deadline: Deadline) -> list[str | None]:
    """The regions that ``--all-regions`` covers: one call where regions are separate, else all at once."""
    adapter = service(noun, Scope(context, context.get("region")), deadline)
    return list(adapter.regions()) if adapter.regional else [None]
