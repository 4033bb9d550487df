"""The sandbox's process: finding it, its files, restarts, HTTP and the control interface."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from cloudctl.errors import CloudError, Conflict
from cloudctl.sandbox import process
from cloudctl.sandbox.faults import FaultKind, Rule
from cloudctl.sandbox.statefile import Status

Eventually = Callable[[Callable[[], Any]], Any]
Start = Callable[..., Status]


def call(
    running: Status,
    method: str = "GET",
    path: str = "/",
    headers: dict[str, str] | None = None,
    cloud: str = "aws",
    body: Any = None,
) -> tuple[int, str]:
    client = HTTPConnection("127.0.0.1", running.ports[cloud], timeout=10)
    try:
        client.request(method, path, body=body, headers=headers or {})
        reply = client.getresponse()
        return reply.status, reply.read().decode()
    finally:
        client.close()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    yield folder
    process.stop(folder)


def test_a_started_sandbox_is_found_and_a_stopped_one_is_not(state: Path, start_stand_in: Start) -> None:
    assert process.status(state) is None
    running = start_stand_in(state)
    assert process.status(state) == running
    assert set(running.ports) == {"aws", "azure", "gcp"}
    assert process.stop(state)
    assert process.status(state) is None
    assert not process.stop(state)


def test_starting_twice_gives_the_same_sandbox(state: Path, start_stand_in: Start) -> None:
    assert start_stand_in(state) == start_stand_in(state)


def test_starting_with_other_settings_is_a_conflict_that_names_them(state: Path, start_stand_in: Start) -> None:
    start_stand_in(state, page_size=5)
    with pytest.raises(Conflict) as caught:
        start_stand_in(state, page_size=7)
    assert caught.value.why == "page_size is 5"


def test_concurrent_starts_give_one_sandbox(state: Path, start_stand_in: Start) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: start_stand_in(state), range(3)))
    assert len({running.pid for running in found}) == 1


def test_secrets_are_readable_by_their_owner_only(state: Path, start_stand_in: Start) -> None:
    running = start_stand_in(state)
    assert running.token not in repr(running)
    assert stat.S_IMODE((state / "sandbox.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((state / "sandbox.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_state_and_addresses_survive_a_restart(state: Path, start_stand_in: Start) -> None:
    first = start_stand_in(state)
    call(first, "PUT", "/one")
    process.stop(state)
    second = start_stand_in(state)
    assert second.ports == first.ports
    assert second.token != first.token
    assert call(second) == (200, '["one"]')


def test_changes_are_on_disk_shortly_after_they_were_made_even_if_it_is_killed(
    state: Path, eventually: Eventually, start_stand_in: Start
) -> None:
    running = start_stand_in(state)
    call(running, "PUT", "/one", cloud="gcp")
    eventually(lambda: (state / "gcp.json").exists() and "one" in (state / "gcp.json").read_text())
    os.kill(running.pid, signal.SIGKILL)
    eventually(lambda: process.status(state) is None)
    assert call(start_stand_in(state), cloud="gcp") == (200, '["one"]')


def test_reads_write_nothing(state: Path, start_stand_in: Start) -> None:
    call(start_stand_in(state))
    process.stop(state)
    assert not (state / "aws.json").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_its_state_saved(
    state: Path, number: signal.Signals, eventually: Eventually, start_stand_in: Start
) -> None:
    running = start_stand_in(state)
    call(running, "PUT", "/one")
    os.kill(running.pid, number)
    eventually(lambda: not (state / "sandbox.json").exists())
    assert json.loads((state / "aws.json").read_text()) == ["one"]


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"pid": 1}'])
def test_a_broken_status_file_is_no_sandbox(state: Path, content: str, start_stand_in: Start) -> None:
    state.mkdir()
    (state / "sandbox.json").write_text(content)
    assert process.status(state) is None
    assert process.status(state) is None and start_stand_in(state)


def test_a_port_that_is_now_another_sandboxs_is_seen_through(state: Path, stand_in: Status) -> None:
    state.mkdir()
    record = {**json.loads((stand_in.state / "sandbox.json").read_text()), "token": "another"}
    (state / "sandbox.json").write_text(json.dumps(record))
    assert process.status(state) is None


def test_a_sandbox_that_cannot_start_says_why(tmp_path: Path) -> None:
    broken = (sys.executable, "-c", "import no_such_module_at_all")
    with pytest.raises(CloudError) as caught:
        process.start(tmp_path / "state", host=broken)
    assert caught.value.why == "ModuleNotFoundError: No module named 'no_such_module_at_all'"
    assert caught.value.fix == "pip install 'cloudctl[sandbox]'"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.x:1"])
def test_a_request_for_another_host_is_refused(stand_in: Status, host: str) -> None:
    assert call(stand_in, "PUT", "/one", {"Host": host})[0] == 421
    assert process.operations(stand_in) == []


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "127.0.0.1:80"])
def test_a_request_for_loopback_is_served(stand_in: Status, host: str) -> None:
    assert call(stand_in, "GET", "/", {"Host": host})[0] == 200


def test_a_connection_serves_many_requests(stand_in: Status) -> None:
    client = HTTPConnection("127.0.0.1", stand_in.ports["aws"], timeout=10)
    client.connect()
    connected = client.sock
    for method in ("GET", "PUT", "HEAD", "GET"):
        client.request(method, "/one", body=b"" if method == "GET" else b"unread")
        client.getresponse().read()
        assert client.sock is connected
    client.close()


def test_a_chunked_body_reaches_the_cloud(stand_in: Status) -> None:
    assert call(stand_in, "PUT", "/a", body=iter([b"b", b"c"])) == (200, '["abc"]')


def test_a_failing_cloud_gives_500_and_a_log_entry(stand_in: Status) -> None:
    assert call(stand_in, "GET", "/fail")[0] == 500
    assert "broken on purpose" in (stand_in.state / "sandbox.log").read_text()
    assert [made["status"] for made in process.operations(stand_in)] == [500]


def test_calls_are_recorded_in_order_and_by_cloud(stand_in: Status) -> None:
    call(stand_in, "PUT", "/one")
    call(stand_in, "GET", "/", cloud="azure")
    recorded = process.operations(stand_in)
    assert [(c["cloud"], c["operation"], c["status"], c["phase"], c["executed"]) for c in recorded] == [
        ("aws", "things:Create", 200, "replied", True),
        ("azure", "things:List", 200, "replied", True),
    ]
    assert process.operations(stand_in, cloud="azure") == recorded[1:]
    assert process.operations(stand_in, since=recorded[0]["sequence"]) == recorded[1:]


def test_reset_empties_clouds_faults_and_record(stand_in: Status) -> None:
    call(stand_in, "PUT", "/one")
    process.fault_add(stand_in, Rule(FaultKind.ERROR, count=0))
    process.reset(stand_in)
    assert process.fault_list(stand_in) == []
    assert process.operations(stand_in) == []
    assert call(stand_in) == (200, "[]")


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
@pytest.mark.parametrize("headers", [{}, {"X-Sandbox-Token": "guess"}])
def test_control_needs_the_token(stand_in: Status, cloud: str, headers: dict[str, str]) -> None:
    assert call(stand_in, "POST", "/_sandbox/reset", headers, cloud)[0] == 401


def test_a_wrong_control_call_is_refused(stand_in: Status) -> None:
    token = {"X-Sandbox-Token": stand_in.token}
    assert call(stand_in, "GET", "/_sandbox/nothing", token)[0] == 404
    assert call(stand_in, "POST", "/_sandbox/faults", token, body="[]")[0] == 400
    assert call(stand_in, "POST", "/_sandbox/faults", token, body='{"kind": "no"}')[0] == 400
    assert call(stand_in, "GET", "/_sandbox/operations?since=x", token)[0] == 400


def test_the_status_does_not_give_the_token_away(stand_in: Status) -> None:
    _, body = call(stand_in, "GET", "/_sandbox/status", {"X-Sandbox-Token": stand_in.token})
    assert json.loads(body) == stand_in.record()
    assert stand_in.token not in body


def test_the_environment_points_other_tools_at_the_sandbox(stand_in: Status) -> None:
    variables = process.environment(stand_in)
    assert variables["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{stand_in.ports['aws']}"
    assert variables["CLOUDCTL_SANDBOX_AZURE"] == f"http://127.0.0.1:{stand_in.ports['azure']}"
    assert variables["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"].endswith(f":{stand_in.ports['gcp']}/compute/v1/")


def test_the_default_state_directory_follows_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert process.default_state() == tmp_path / "cloudctl" / "sandbox"


def test_the_state_directory_can_be_named(monkeypatch: pytest.MonkeyPatch, stand_in: Status) -> None:
    for name, value in process.environment(stand_in).items():
        monkeypatch.setenv(name, value)
    assert process.status(process.default_state()) == stand_in


def test_driving_the_sandbox_loads_no_server_and_no_network_module() -> None:
    program = (
        "import sys; from cloudctl.sandbox import process\n"
        "heavy = {'werkzeug', 'moto', 'flask', 'http', 'socket', 'ssl', 'platformdirs', 'urllib.request'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_change_that_was_answered_survives_a_stop_under_load(
    state: Path, eventually: Eventually, start_stand_in: Start
) -> None:
    running = start_stand_in(state)

    def create(number: int) -> list[str]:
        client = HTTPConnection("127.0.0.1", running.ports["aws"], timeout=10)
        made: list[str] = []
        for index in range(10_000):
            try:
                client.request("PUT", f"/{number}-{index}")
                client.getresponse().read()
            except ConnectionError:
                break
            made.append(f"{number}-{index}")
        return made

    with ThreadPoolExecutor(4) as pool:
        creators = [pool.submit(create, number) for number in range(3)]
        eventually(lambda: len(process.operations(running)) > 20)
        process.stop(state)
        answered = {name for creator in creators for name in creator.result()}
    assert len(answered) > 20
    assert answered <= set(json.loads((state / "aws.json").read_text()))
