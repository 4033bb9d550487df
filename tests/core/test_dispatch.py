from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from cloudctl import mapping
from cloudctl.dispatch import Failure, check_supported, common_error, fan_out
from cloudctl.errors import CloudError, Kind
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

SCOPES = [Scope(Context(name, "aws")) for name in ("one", "two", "three")]


def rows(scope: Scope) -> Iterator[str]:
    yield f"{scope.name}-a"
    if scope.name == "two":
        raise CloudError(Kind.DENIED, "not yours")
    yield f"{scope.name}-b"


def test_one_scopes_failure_hides_neither_the_others_nor_its_own_rows() -> None:
    arrived = list(fan_out(SCOPES, rows, Deadline(10)))
    failures = [item for item in arrived if isinstance(item, Failure)]
    assert [failure.scope.name for failure in failures] == ["two"]
    found = sorted(item[1] for item in arrived if not isinstance(item, Failure))
    assert found == ["one-a", "one-b", "three-a", "three-b", "two-a"]


def test_scopes_are_read_side_by_side() -> None:
    def slow(scope: Scope) -> Iterator[str]:
        time.sleep(0.2)
        yield scope.name

    started = time.monotonic()
    assert len(list(fan_out(SCOPES * 4, slow, Deadline(10)))) == 12
    assert time.monotonic() - started < 12 * 0.2


def test_a_scope_that_never_answers_fails_at_the_deadline_and_the_others_are_there() -> None:
    def one_hangs(scope: Scope) -> Iterator[str]:
        if scope.name == "two":
            time.sleep(30)
        yield scope.name

    arrived = list(fan_out(SCOPES, one_hangs, Deadline(0.2)))
    [failure] = [item for item in arrived if isinstance(item, Failure)]
    assert failure.error.kind is Kind.DEADLINE
    assert len(arrived) == 3


def test_a_bug_in_an_adapter_is_a_failure_of_its_scope() -> None:
    def broken(scope: Scope) -> Iterator[str]:
        yield str(1 / 0)

    [failure] = list(fan_out(SCOPES[:1], broken, Deadline(10)))
    assert isinstance(failure, Failure)
    assert failure.error.kind is Kind.UNEXPECTED


@pytest.mark.parametrize(
    ("kinds", "rows", "expected"),
    [
        ([], True, None),
        ([Kind.DENIED], True, Kind.PARTIAL),
        ([Kind.DENIED, Kind.DENIED, Kind.DENIED], False, Kind.DENIED),
        ([Kind.DENIED, Kind.DENIED, Kind.DENIED], True, Kind.PARTIAL),
        ([Kind.DENIED, Kind.THROTTLED, Kind.DENIED], False, Kind.PARTIAL),
    ],
)
def test_what_a_read_ends_with(kinds: list[Kind], rows: bool, expected: Kind | None) -> None:
    failures = [Failure(scope, CloudError(kind, "x")) for scope, kind in zip(SCOPES, kinds, strict=False)]
    error = common_error(failures, len(SCOPES), rows=rows)
    assert (error.kind if error else None) is expected


def test_an_unsupported_verb_is_refused_with_the_tables_reason() -> None:
    table = mapping.noun("vm")
    for provider, cloud in table.clouds.items():
        for verb, reason in cloud.unsupported.items():
            with pytest.raises(CloudError) as caught:
                check_supported("vm", verb, provider)
            assert caught.value.exit_code == 7
            assert caught.value.why == reason
        for verb in cloud.verbs:
            check_supported("vm", verb, provider)
