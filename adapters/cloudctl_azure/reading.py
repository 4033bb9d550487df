"""Reading resources and lists through core's ``call``, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import Call
from cloudctl_azure.documents import Native

_BEING_DELETED = "ContainerBeingDeleted"


def present(call: Callable[..., Any], get: Callable[..., Any], **names: Any) -> Native | None:
    """The JSON of a resource; None when it, or the resource group that it would be in, is not there.

    A container that Azure still clears away is not there any more.
    """
    try:
        native: Native = call(get, **names).as_dict()
    except CloudError as error:
        if error.kind is Kind.NOT_FOUND or error.code == _BEING_DELETED:
            return None
        raise
    return native


def unwaiting(call: Call) -> Callable[..., Any]:
    """The same calls, which wait for nobody's work to end: a list tells how things are now."""

    def once(function: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        try:
            return call.once(function, *args, **arguments)
        except CloudError as error:
            error.retryable = error.retryable and error.kind is not Kind.CONFLICT
            raise

    return lambda *args, **arguments: call.repeat(lambda: once(*args, **arguments))


def every(call: Callable[..., Any], lists: Callable[..., Any], **arguments: Any) -> list[Native]:
    """The JSON of everything that a list returns, page by page."""
    return [native for page in paged(call, lists, **arguments) for native in page]


def paged(call: Callable[..., Any], lists: Callable[..., Any], **arguments: Any) -> Iterator[list[Native]]:
    """The JSON of each page of a list."""
    natives, token = call(_page, lists, None, arguments)
    yield natives
    while token:
        natives, token = call(_page, lists, token, arguments)
        yield natives


def _page(
    lists: Callable[..., Any], token: str | None, arguments: Mapping[str, Any]
) -> tuple[list[Native], str | None]:
    """One page and the token of the next. Each from an iterator of its own: after an error one may end silently."""
    pages = lists(**arguments).by_page(continuation_token=token)
    return [item.as_dict() for item in next(pages)], pages.continuation_token
