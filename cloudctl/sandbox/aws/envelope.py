"""The XML replies of the EC2 and query protocols."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4
from xml.sax.saxutils import escape

from cloudctl.sandbox.cloud import Reply

_EC2_ERROR = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{request_id}</RequestID></Response>"
)
_QUERY_ERROR = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>{fault}</Type>'
    "<Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
)


@dataclass(eq=False)
class ErrorBody(Exception):
    """An error that AWS answers: HTTP status, code and message."""

    status: int
    code: str
    message: str


def new_request_id() -> str:
    """A request id of the real form."""
    return str(uuid4())


def reply(status: int, body: str, request_id: str) -> Reply:
    """An XML reply with the request id header that SDKs read."""
    headers = {"Content-Type": "text/xml;charset=UTF-8", "x-amzn-RequestId": request_id}
    return Reply(status, headers, body.encode())


def error_reply(service: str, error: ErrorBody) -> Reply:
    """The error in the service's own envelope; EC2's differs from everybody else's.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response
    and https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html.
    """
    request_id = new_request_id()
    template = _EC2_ERROR if service == "ec2" else _QUERY_ERROR
    body = template.format(
        code=escape(error.code),
        message=escape(error.message),
        fault="Sender" if error.status < 500 else "Receiver",
        request_id=request_id,
    )
    return reply(error.status, body, request_id)
