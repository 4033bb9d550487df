"""Pages of Describe operations.

Contract: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination. A token
names the request that it continues and the last item of the page before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_LARGEST = 1000
_PAGING = frozenset({"MaxResults", "NextToken"})


def pages(call: Call) -> bool:
    """Whether the operation has pages."""
    shape = call.model.input_shape
    return shape is not None and "MaxResults" in shape.members and "NextToken" in shape.members


def page(call: Call, items: list[Any]) -> tuple[list[Any], str | None]:
    """The page that the request asks for and the token of the next one."""
    start = _start(call, items)
    size = _size(call)
    chosen = items[start : start + size]
    more = start + size < len(items)
    return chosen, _token(call, start + size, chosen[-1]) if more else None


def _size(call: Call) -> int:
    asked = call.params.get("MaxResults") or _default(call)
    cap = call.settings.page_size or asked
    return int(min(asked, cap))


def _default(call: Call) -> int:
    limit = call.model.input_shape.members["MaxResults"].metadata.get("max", _LARGEST)
    return min(int(limit), _LARGEST)


def _start(call: Call, items: list[Any]) -> int:
    token = call.params.get("NextToken")
    if not token:
        return 0
    try:
        mark = json.loads(base64.urlsafe_b64decode(token))
        position, last = int(mark["p"]), str(mark["l"])
        if mark["r"] != _request(call):
            raise Refusal.PAGE_TOKEN.error(token=token)
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise Refusal.PAGE_TOKEN.error(token=token) from None
    # The list may have changed between two pages: go on behind the last item, if it is still there.
    names = [_name(item) for item in items]
    return names.index(last) + 1 if last in names else position


def _token(call: Call, position: int, last: Any) -> str:
    mark = {"r": _request(call), "p": position, "l": _name(last)}
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode()


def _request(call: Call) -> str:
    asked = sorted(pair for pair in call.form.items() if pair[0] not in _PAGING)
    return hashlib.sha256(repr([call.model.name, asked]).encode()).hexdigest()[:16]


def _name(item: Any) -> str:
    """What identifies an item: a reservation of one instance goes by its instance."""
    instances = getattr(item, "instances", None)
    if instances:
        return str(instances[0].id)
    if isinstance(item, dict):
        return json.dumps(item, sort_keys=True, default=str)
    return str(getattr(item, "id", item))
