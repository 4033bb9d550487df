"""What the providers answer in a test: replies by request, in order; anything else is refused and remembered."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class Fault(Enum):
    """How a connection ends without a whole reply."""

    RESET = "reset"
    SILENT = "silent"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the provider sees it; ``parameters`` are those of the query and of a form."""

    method: str
    host: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, method: str, host: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        url = urlsplit(target)
        form = body.decode() if "form-urlencoded" in headers.get("content-type", "") else ""
        parameters = dict(parse_qsl(url.query, keep_blank_values=True) + parse_qsl(form))
        return cls(method, host, url.path, parameters, headers, body)

    @property
    def name(self) -> str:
        """``HOST OPERATION`` where a parameter names the operation, else ``METHOD HOST/PATH``."""
        operation = self.parameters.get("Action")
        return f"{self.host} {operation}" if operation else f"{self.method} {self.host}{self.path}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: JSON from an object or array, anything else as it is; or the fault instead of one."""

    body: object = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    def type(self) -> str:
        if not isinstance(self.body, str):
            return "application/json; charset=utf-8"
        return "text/html" if "<html" in self.body.lower() else "text/xml;charset=UTF-8"


Answer = Reply | Callable[[Request], Reply]


@dataclass(slots=True)
class _Rule:
    pattern: re.Pattern[str]
    where: Mapping[str, str]
    answers: list[Answer]

    def fits(self, request: Request) -> bool:
        named = self.pattern.fullmatch(request.name)
        return named is not None and all(request.parameters.get(key, "") == value for key, value in self.where.items())

    def next(self, request: Request) -> Reply:
        """The next answer; the last one is given again and again."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, Reply) else answer(request)


class Script:
    """The replies of one test. Rules that were added later are looked at first."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.unexpected: list[str] = []
        self.connected: list[str] = []
        self.proxy_answer: Reply | None = None
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def on(self, name: str, *answers: Answer | object, **where: str) -> None:
        """Answer requests of this name (see `Request.name`; ``*`` stands for anything, case does not count).

        ``where`` are parameters that a request must have with that value; ``""`` is absent.
        """
        pattern = re.compile(re.escape(name).replace(r"\*", ".*"), re.IGNORECASE)
        replies = [answer if isinstance(answer, Reply) or callable(answer) else Reply(answer) for answer in answers]
        self._rules.insert(0, _Rule(pattern, where, replies))

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            rule = next((rule for rule in self._rules if rule.fits(request)), None)
            if rule is None:
                self.unexpected.append(f"{request.name} {dict(request.parameters)}")
                return Reply(f"not in the script: {request.name}", 501)
            try:
                return rule.next(request)
            except (LookupError, ValueError) as error:  # what a test's account does not know
                self.unexpected.append(f"{request.name}: {error!r}")
                return Reply(f"not known to the script: {request.name}", 501)

    def names(self, part: str = "") -> list[str]:
        """The names of the requests so far that contain this."""
        return [request.name for request in list(self.requests) if part in request.name]

    def sent(self, part: str) -> list[Request]:
        return [request for request in list(self.requests) if part in request.name]


def pages(items: Iterable[object], size: int) -> list[list[object]]:
    """The items in pages."""
    listed = list(items)
    return [listed[start : start + size] for start in range(0, len(listed), size)]
