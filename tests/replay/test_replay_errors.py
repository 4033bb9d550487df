"""What the providers, and what stands between, refuse: kind, exit code, code, request id, fix, and no secret."""

from __future__ import annotations

import time
from typing import Any

import pytest
from replay_accounts import SECRETS
from replay_command import Ended, cloudctl
from replay_errors import ARM, CASES, COMPUTE, EC2, ENCODED, Case
from replay_script import Fault, Reply, Script


def tells_no_secret(ended: Ended) -> bool:
    return not [secret for secret in SECRETS if secret in ended.out + ended.err]


@pytest.fixture(params=CASES, ids=lambda case: f"{case.cloud}: {case.name}")
def case(request: pytest.FixtureRequest, replay: Script, login: Any, impatient: None) -> Case:
    found: Case = request.param
    login(found.cloud)
    replay.on(found.request, found.reply)
    return found


def test_a_refusal_ends_with_its_kind_for_programs_and_people(case: Case) -> None:
    machine = cloudctl("vm", "list", "-p", case.cloud, "-o", "json")
    assert (machine.exit, machine.out) == (case.exit, ""), machine.err
    told = machine.errors[-1]
    assert (told["error"], told["exit_code"]) == (case.error, case.exit)
    assert case.code in (None, told["code"])
    assert case.request_id in (None, told["request_id"])
    assert case.fix is None or case.fix in (told["fix"] or "")
    assert told["message"] and tells_no_secret(machine)
    assert ENCODED not in machine.err

    human = cloudctl("vm", "list", "-p", case.cloud, "--debug", "-v")
    assert (human.exit, human.out) == (case.exit, "")
    assert human.err.startswith("cloudctl: error: ")
    for part in (case.code, case.request_id, case.fix):
        assert (part or "") in human.err
    assert tells_no_secret(human)


PLACES = {"aws": EC2, "azure": ARM, "gcp": COMPUTE}
THROTTLED = {
    "aws": Reply(
        '<?xml version="1.0"?><Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow.</Message>'
        "</Error></Errors><RequestID>1</RequestID></Response>",
        503,
        {"Retry-After": "SECONDS"},
    ),
    "azure": Reply({"error": {"code": "TooManyRequests", "message": "Slow."}}, 429, {"Retry-After": "SECONDS"}),
    "gcp": Reply(
        {"error": {"code": 429, "message": "Slow.", "errors": [{"reason": "rateLimitExceeded"}]}},
        429,
        {"Retry-After": "SECONDS"},
    ),
}
EMPTY = {
    "aws": "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>",
    "azure": {"value": []},
    "gcp": {"items": {}},
}


def throttled(cloud: str, seconds: str) -> Reply:
    found = THROTTLED[cloud]
    return Reply(found.body, found.status, {"Retry-After": seconds})


@pytest.mark.parametrize("cloud", PLACES)
@pytest.mark.usefixtures("impatient")
def test_the_wait_that_a_provider_asks_for_is_kept(replay: Script, login: Any, cloud: str) -> None:
    login(cloud)
    replay.on(PLACES[cloud], throttled(cloud, "1"), EMPTY[cloud])
    begun = time.monotonic()
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.rows) == (0, [])
    assert time.monotonic() - begun >= 1


@pytest.mark.parametrize("cloud", PLACES)
def test_a_longer_wait_than_there_is_time_ends_at_once(replay: Script, login: Any, cloud: str) -> None:
    login(cloud)
    replay.on(PLACES[cloud], throttled(cloud, "1200"))
    begun = time.monotonic()
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (8, "throttled")
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize("cloud", PLACES)
def test_an_endpoint_that_never_answers_ends_with_the_deadline(replay: Script, login: Any, cloud: str) -> None:
    login(cloud)
    replay.on(PLACES[cloud], Reply(fault=Fault.SILENT))
    begun = time.monotonic()
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "1s")
    assert (ended.exit, ended.errors[-1]["error"]) == (10, "deadline")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("cloud", PLACES)
@pytest.mark.usefixtures("impatient")
def test_a_passing_fault_is_not_told(replay: Script, login: Any, cloud: str) -> None:
    login(cloud)
    replay.on(PLACES[cloud], Reply("", 503), Reply(fault=Fault.RESET), EMPTY[cloud])
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.err, ended.exit, ended.out) == ("", 0, "[]\n")
