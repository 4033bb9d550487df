"""Every error that a user may see: one class, a kind that is also the exit code, one way to print it."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What went wrong, as a stable code word, with the exit code that it ends the process with."""

    UNEXPECTED = ("unexpected", 1)
    DECLINED = ("declined", 1)
    USAGE = ("usage", 2)
    NOT_FOUND = ("not_found", 3)
    UNAUTHENTICATED = ("unauthenticated", 4)
    DENIED = ("denied", 5)
    EXISTS = ("exists", 6)
    CONFLICT = ("conflict", 6)
    AMBIGUOUS = ("ambiguous", 6)
    UNSUPPORTED = ("unsupported", 7)
    THROTTLED = ("throttled", 8)
    UNAVAILABLE = ("unavailable", 8)
    PARTIAL = ("partial", 9)
    DEADLINE = ("deadline", 10)
    QUOTA = ("quota", 11)
    CAPACITY = ("capacity", 11)
    INTERRUPTED = ("interrupted", 130)
    TERMINATED = ("terminated", 143)

    def __init__(self, word: str, exit_code: int) -> None:
        self.word = word
        self.exit_code = exit_code


class CloudError(Exception):
    """An error with everything that its reader needs; ``raise ... from`` the provider's own exception.

    ``why`` is the cause in the provider's words, ``fix`` what to do about it, ``code`` the provider's own
    error code and ``request_id`` its request id. ``retryable`` says that the same call may succeed later;
    ``retry_after`` is the least wait in seconds that the provider asked for.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        *,
        why: str | None = None,
        fix: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retryable: bool = False,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.why = why
        self.fix = fix
        self.code = code
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after = retry_after
        self.context: str | None = None

    @property
    def exit_code(self) -> int:
        return self.kind.exit_code

    def record(self) -> dict[str, object]:
        """The error as one JSON object (stderr under ``-o json``)."""
        return {
            "error": self.kind.word,
            "message": self.message,
            "why": self.why,
            "fix": self.fix,
            "code": self.code,
            "request_id": self.request_id,
            "context": self.context,
            "exit_code": self.exit_code,
        }


class Interrupted(KeyboardInterrupt):
    """^C or SIGTERM. No Exception, so that no SDK takes it for a failure of the network and tries again."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.word)
        self.kind = kind


def word_of(error: BaseException) -> str:
    """The code word of any exception, for records of what happened."""
    return error.kind.word if isinstance(error, CloudError | Interrupted) else Kind.UNEXPECTED.word


class UsageError(CloudError):
    """Wrong input or configuration, found before any call (exit 2)."""

    def __init__(self, message: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(Kind.USAGE, message, why=why, fix=fix)


class NotFound(CloudError):
    """A resource, context or operation that is not there (exit 3)."""

    def __init__(self, message: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(Kind.NOT_FOUND, message, why=why, fix=fix)


class Conflict(CloudError):
    """Exists already, wrong state, or not ours to change (exit 6)."""

    def __init__(
        self, message: str, *, kind: Kind = Kind.CONFLICT, why: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(kind, message, why=why, fix=fix)


class DeadlineExceeded(CloudError):
    """The time given with ``--timeout`` is over and the work still runs (exit 10)."""

    def __init__(self, message: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(Kind.DEADLINE, message, why=why, fix=fix)
