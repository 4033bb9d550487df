"""Results as EC2's XML, by the operation's output shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.serialize import (
    AttributePickerContext,
    EC2Serializer,
    SerializationContext,
    XFormedAttributePicker,
)
from moto.core.utils import get_value

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.ec2.moto_call import TRANSFORMERS
from cloudctl.sandbox.aws.envelope import new_request_id, reply
from cloudctl.sandbox.cloud import Reply

_MISSING = object()


class _Picker(XFormedAttributePicker):
    """moto's way to find a member's value in an object, worked out once per class and member.

    Otherwise a page of a thousand instances takes two seconds.
    """

    def __init__(self) -> None:
        super().__init__(response_transformers=TRANSFORMERS)
        self._keys: dict[tuple[type, Any, str], tuple[str, ...]] = {}
        self._transforms: dict[str, Callable[[Any], Any] | None] = {}

    def __call__(self, context: AttributePickerContext) -> Any:
        place = (type(context.obj), context.shape, context.key)
        if place not in self._keys:
            self._keys[place] = tuple(dict.fromkeys(self.get_possible_keys(context)))
        values = (get_value(context.obj, key, _MISSING) for key in self._keys[place])
        value = next((each for each in values if each is not _MISSING), None)
        transform = self._transform(f"{context.key_path}.{context.key}")
        return transform(value) if transform else value

    def _transform(self, path: str) -> Callable[[Any], Any] | None:
        if path not in self._transforms:
            found = (TRANSFORMERS[end] for end in TRANSFORMERS if path.endswith(end))
            self._transforms[path] = next(found, None)
        return self._transforms[path]


_PICKER = _Picker()


def serialized(call: Call, result: Any) -> Reply:
    """The reply for a result: dictionaries by member names, or moto's objects."""
    request_id = new_request_id()
    serializer = EC2Serializer(call.model, SerializationContext(request_id), value_picker=_PICKER)
    return reply(200, str(serializer.serialize(result)["body"]), request_id)
