"""STS: who is calling."""

from __future__ import annotations

from cloudctl.sandbox.aws.account import ACCOUNT
from cloudctl.sandbox.aws.envelope import new_request_id, reply
from cloudctl.sandbox.aws.refusals import Refusal
from cloudctl.sandbox.aws.request import QueryRequest
from cloudctl.sandbox.cloud import Reply

_IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::{account}:user/sandbox</Arn><UserId>AIDASANDBOXSANDBOX123</UserId>"
    "<Account>{account}</Account></GetCallerIdentityResult><ResponseMetadata>"
    "<RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)


def serve(request: QueryRequest) -> Reply:
    """Answer GetCallerIdentity, the one operation served; raises ErrorBody for the rest."""
    if request.action != "GetCallerIdentity":
        raise Refusal.NOT_SERVED.error(what=f"sts:{request.action}")
    request_id = new_request_id()
    return reply(200, _IDENTITY.format(account=ACCOUNT, request_id=request_id), request_id)
