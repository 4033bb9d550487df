"""Copies within Cloud Storage that take several requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from cloudctl_gcp.objects.copy import Copier
from cloudctl_gcp.objects.place import Place

from cloudctl.errors import CloudError, Kind
from cloudctl.services.objects import Description, StoredObject

SOURCE = StoredObject("gs://from/a b", "a b", 10, None, None, None, "7")


@dataclass
class Scripted:
    """A bucket whose answers are given; ``asked`` is what was sent."""

    bucket: str
    answers: list[Any] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def address(self, key: str) -> str:
        return f"/b/{self.bucket}/o/{key.replace(' ', '%20')}"

    def document(self, method: str, address: str, query: dict[str, Any], body: Any) -> Any:
        self.asked.append((address, dict(query)))
        answer = self.answers.pop(0)
        if isinstance(answer, CloudError):
            raise answer
        return answer


def copy(target: Scripted, **said: Any) -> bool:
    copier = Copier(cast(Place, target))
    return copier.copy(cast(Place, Scripted("from")), SOURCE, "c", Description(**said))


def test_each_request_goes_on_where_the_one_before_stopped() -> None:
    parts = [{"done": False, "rewriteToken": "one"}, {"done": False, "rewriteToken": "two"}, {"done": True}]
    target = Scripted("to", parts)
    assert copy(target)
    assert [query.get("rewriteToken") for _, query in target.asked] == [None, "one", "two"]
    assert {address for address, _ in target.asked} == {"/b/from/o/a%20b/rewriteTo/b/to/o/c"}
    assert {query["sourceGeneration"] for _, query in target.asked} == {"7"}


def test_a_copy_that_must_not_replace_says_so_in_each_request() -> None:
    target = Scripted("to", [{"done": False, "rewriteToken": "one"}, {"done": True}])
    copy(target, absent=True)
    assert [query["ifGenerationMatch"] for _, query in target.asked] == [0, 0]


@pytest.mark.parametrize(("kind", "copied"), [(Kind.DENIED, False), (Kind.UNSUPPORTED, False)])
def test_what_the_cloud_does_not_copy_is_streamed(kind: Kind, copied: bool) -> None:
    assert copy(Scripted("to", [CloudError(kind, "no")])) is copied


@pytest.mark.parametrize("kind", [Kind.NOT_FOUND, Kind.CONFLICT, Kind.UNAVAILABLE])
def test_other_errors_are_told(kind: Kind) -> None:
    target = Scripted("to", [{"done": False, "rewriteToken": "one"}, CloudError(kind, "no")])
    with pytest.raises(CloudError) as caught:
        copy(target)
    assert caught.value.kind is kind
