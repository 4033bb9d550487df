"""What stands before each emulated cloud: the Host check, the control interface, faults, the record."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus

from cloudctl.sandbox.calls import Phase, Recorder
from cloudctl.sandbox.cloud import Environ, SandboxCloud, StartResponse
from cloudctl.sandbox.faults import Fault, FaultKind, Faults
from cloudctl.sandbox.server import Application, DroppedConnectionError, Headers, run

_log = logging.getLogger(__name__)
CONTROL_PREFIX = "/_sandbox/"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})
_READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# AWS's query protocol posts its reads too.
_READ_OPERATIONS = ("*:Describe*", "*:Get*", "*:List*")
_CLIENT_POLL = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole reply: the status line, the headers, the body."""

    status: str
    headers: Headers
    body: bytes


class Front:
    """The WSGI application of one port.

    ``changed`` is told of each call that may have changed the state; while ``stopping`` is true nothing is
    executed, so that no change comes after the last save.
    """

    def __init__(
        self,
        cloud: SandboxCloud,
        faults: Faults,
        recorder: Recorder,
        control: Application,
        changed: Callable[[str], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._cloud = cloud
        self._faults = faults
        self._recorder = recorder
        self._control = control
        self._changed = changed
        self._stopping = stopping

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_local(environ.get("HTTP_HOST", "")):
            answer = plain(HTTPStatus.MISDIRECTED_REQUEST, "the sandbox answers to 127.0.0.1 and localhost only")
        elif environ["PATH_INFO"].startswith(CONTROL_PREFIX):
            return self._control(environ, start_response)
        else:
            answer = self._serve(environ)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _serve(self, environ: Environ) -> Answer:
        sequence = self._recorder.open(self._cloud.name, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        try:
            answer = self._through_faults(environ, sequence)
        except DroppedConnectionError:
            self._recorder.update(sequence, phase=Phase.DROPPED)
            raise
        except Exception:
            _log.exception("%s: %s %s", self._cloud.name, environ["REQUEST_METHOD"], environ["PATH_INFO"])
            answer = plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the sandbox failed; its log has the reason")
        self._recorder.update(sequence, phase=Phase.REPLIED, status=int(answer.status[:3]))
        return answer

    def _through_faults(self, environ: Environ, sequence: int) -> Answer:
        if self._stopping():
            raise DroppedConnectionError
        operation = self._cloud.operation(environ)
        self._recorder.update(sequence, operation=operation)
        for fault in self._faults.take(self._cloud.name, operation):
            self._recorder.update(sequence, fault=fault.rule.kind.value)
            fault.cleared.wait(fault.rule.latency)
            if fault.rule.kind is not FaultKind.LATENCY:
                return self._hit(fault, environ, operation, sequence)
        return self._execute(environ, operation, sequence)

    def _hit(self, fault: Fault, environ: Environ, operation: str, sequence: int) -> Answer:
        match fault.rule.kind:
            case FaultKind.RESET:
                raise DroppedConnectionError(abort=True)
            case FaultKind.HANG:
                self._wait(fault, environ, sequence, Phase.HANGING)
                raise DroppedConnectionError
            case FaultKind.LOST:
                self._execute(environ, operation, sequence)
                raise DroppedConnectionError
            case FaultKind.TRUNCATE:
                return _truncated(self._execute(environ, operation, sequence))
            case FaultKind.DAMAGE:
                return _damaged(self._execute(environ, operation, sequence))
            case FaultKind.HOLD:
                answer = self._execute(environ, operation, sequence)
                self._wait(fault, environ, sequence, Phase.HOLDING)
                return answer
        return self._failure(fault, environ)

    def _wait(self, fault: Fault, environ: Environ, sequence: int, phase: Phase) -> None:
        self._recorder.update(sequence, phase=phase)
        while not fault.cleared.wait(_CLIENT_POLL):
            if _has_gone(environ["werkzeug.socket"]):
                raise DroppedConnectionError

    def _failure(self, fault: Fault, environ: Environ) -> Answer:
        reply = self._cloud.failure(environ, fault.rule.kind.value)
        return Answer(_line(fault.rule.status or reply.status), list(reply.headers.items()), reply.body)

    def _execute(self, environ: Environ, operation: str, sequence: int) -> Answer:
        answer = Answer(*run(self._cloud, environ))
        if not _is_read(environ["REQUEST_METHOD"], operation):
            self._changed(self._cloud.name)
        self._recorder.update(sequence, executed=True)
        return answer


def _truncated(answer: Answer) -> Answer:
    """The answer with the length that it should have; one without a body, as to HEAD, has nothing to lose."""
    if not answer.body:
        return answer
    told = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    headers = [*told, ("Content-Length", str(len(answer.body)))]
    return Answer(answer.status, headers, answer.body[: len(answer.body) // 2])


def _damaged(answer: Answer) -> Answer:
    body = bytearray(answer.body)
    if body:
        body[len(body) // 2] ^= 1
    return Answer(answer.status, answer.headers, bytes(body))


def plain(status: HTTPStatus, text: str) -> Answer:
    """A reply that is the host's own and not a cloud's."""
    return Answer(_line(status), [("Content-Type", "text/plain; charset=utf-8")], f"{text}\n".encode())


def _line(status: int) -> str:
    phrases = {known.value: known.phrase for known in HTTPStatus}
    return f"{int(status)} {phrases.get(status, 'Unknown')}"


def _is_local(host: str) -> bool:
    """Whether a Host header names loopback: a page on the web that rebinds its name to it is refused."""
    return host.rpartition(":")[0] in _LOCAL_HOSTS or host in _LOCAL_HOSTS


def _is_read(method: str, operation: str) -> bool:
    return method in _READ_METHODS or any(fnmatchcase(operation, pattern) for pattern in _READ_OPERATIONS)


def _has_gone(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
