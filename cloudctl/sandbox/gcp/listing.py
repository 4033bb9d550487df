"""Lists and aggregated lists: filter, order, pages.

https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, invalid
from cloudctl.sandbox.gcp.filters import Filter, compile_filter
from cloudctl.sandbox.gcp.links import BASE
from cloudctl.sandbox.gcp.locations import REGIONS, ZONES
from cloudctl.sandbox.gcp.refusals import Refusal

_LARGEST_PAGE = 500
_ALL = Filter(lambda item: True, frozenset())
_NEWEST_FIRST = "creationTimestamp desc"

IN_ZONES = tuple(f"zones/{zone}" for zone in ZONES)
IN_REGIONS = tuple(f"regions/{region}" for region in sorted(REGIONS))
EVERYWHERE = ("global", *IN_REGIONS, *IN_ZONES)


@dataclass(frozen=True, slots=True)
class Row:
    """A resource that a list may show; ``view`` makes its JSON, which most rows of a long list never need."""

    scope: str
    name: str
    born: float
    view: Callable[[], Json]


def in_one_place(call: Call, rows: Iterable[Row]) -> Json:
    """The reply of a ``list`` method."""
    path = "/".join(filter(None, ("projects", call.project, _place(call), call.method.collection)))
    listed: Json = {"kind": _kind(call), "id": path, "selfLink": f"{BASE}/{path}"}
    shown, token = _page(call, (row for row in rows if row.scope == call.scope), _item_schema(call))
    if shown:
        listed["items"] = [item for _, item in shown]
    return listed | token


def in_all_places(call: Call, rows: Iterable[Row], scopes: tuple[str, ...]) -> Json:
    """The reply of an ``aggregatedList`` method: every scope, the empty ones with a warning."""
    described = call.discovery.schemas[str(call.method.response)]["properties"]["items"]
    scoped = call.discovery.schemas[described["additionalProperties"]["$ref"]]["properties"]
    key, schema = next((name, one["items"]["$ref"]) for name, one in scoped.items() if one["type"] == "array")
    shown, token = _page(call, rows, schema)
    everywhere = EVERYWHERE if call.parameters.get("includeAllScopes") else scopes
    items: Json = {scope: _nothing_in(scope) for scope in everywhere}
    for row, item in shown:
        items[row.scope] = {key: [*items.get(row.scope, {}).get(key, ()), item]}
    path = f"projects/{call.project}/aggregated/{key}"
    return {"kind": _kind(call), "id": path, "selfLink": f"{BASE}/{path}", "items": items, **token}


def _place(call: Call) -> str:
    """Projects list zones and regions directly, and everything else that is global under ``global``."""
    return "" if call.method.collection in ("zones", "regions") else call.scope


def _kind(call: Call) -> str:
    return call.kind(str(call.method.response))


def _item_schema(call: Call) -> str:
    properties = call.discovery.schemas[str(call.method.response)]["properties"]
    return str(properties["items"]["items"]["$ref"])


def _nothing_in(scope: str) -> Json:
    message = f"There are no results for scope '{scope}' on this page."
    warning = {"code": "NO_RESULTS_ON_PAGE", "message": message, "data": [{"key": "scope", "value": scope}]}
    return {"warning": warning}


def _page(call: Call, rows: Iterable[Row], schema: str) -> tuple[list[tuple[Row, Json]], Json]:
    """One page and, unless it is the last, the token of the next."""
    size, order = _page_size(call), _order(call)
    wanted = _filter(call, schema)
    after = _position(call)
    page: list[tuple[Row, Json]] = []
    for row in sorted(rows, key=order):
        if after is not None and order(row) <= after:
            continue
        if not wanted.matches({"name": row.name} if wanted.fields <= {"name"} else row.view()):
            continue
        if len(page) == size:
            return page, {"nextPageToken": _token(order(page[-1][0]))}
        page.append((row, row.view()))
    return page, {}


def _page_size(call: Call) -> int:
    asked = call.parameters.get("maxResults", _LARGEST_PAGE)
    if not 0 <= asked <= _LARGEST_PAGE:
        why = f"Must be less than or equal to {_LARGEST_PAGE} and not negative."
        raise invalid(Refusal.MAX_RESULTS, "maxResults", asked, why)
    return min(asked or _LARGEST_PAGE, call.settings.page_size or _LARGEST_PAGE)


def _order(call: Call) -> Callable[[Row], list[Any]]:
    asked = call.parameters.get("orderBy", "name")
    if asked == _NEWEST_FIRST:
        return lambda row: [-row.born, row.scope, row.name]
    if asked in ("name", "name asc"):
        return lambda row: [0, row.scope, row.name]
    raise invalid(Refusal.ORDER_BY, "orderBy", asked, "Only name and creationTimestamp desc are supported.")


def _filter(call: Call, schema: str) -> Filter:
    text = call.parameters.get("filter", "")
    if not text.strip():
        return _ALL
    compiled = compile_filter(text, call.discovery.schemas[schema]["properties"])
    if compiled is None:
        raise invalid(Refusal.FILTER, "filter", text, "Invalid list filter expression.")
    return compiled


def _position(call: Call) -> list[Any] | None:
    token = call.parameters.get("pageToken")
    if not token:
        return None
    try:
        newest_first, scope, name = json.loads(base64.urlsafe_b64decode(token))
        return [float(newest_first), str(scope), str(name)]
    except (ValueError, TypeError, binascii.Error):
        raise invalid(Refusal.PAGE_TOKEN, "pageToken", token, "The page token is invalid.") from None


def _token(position: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
