"""Client tokens of RunInstances.

Contract: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html. A token belongs to a
region; the same request again returns the same reservation, another request is refused, and so is one whose
instance has been terminated.
"""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.ec2.region import Launch
from cloudctl.sandbox.aws.refusals import Refusal

_LONGEST = 64


def replay(call: Call) -> Any:
    """The reservation that this request made before, or None."""
    token = call.params.get("ClientToken", "")
    if len(token) > _LONGEST or not token.isascii():
        raise Refusal.TOKEN_LENGTH.error(token=token)
    launch = call.region.ledger.launches.get(token)
    if launch is None:
        return None
    if launch.digest != call.digest:
        raise Refusal.TOKEN_MISMATCH.error()
    reservation = call.region.reservations.get(launch.reservation)
    if reservation is None or any(each.state == "terminated" for each in reservation.instances):
        raise Refusal.TOKEN_TERMINATED.error(token=token)
    return reservation


def remember(call: Call, reservation: Any) -> None:
    """Bind the request's token, if it has one, to the reservation."""
    token = call.params.get("ClientToken")
    if token:
        call.region.ledger.launches[token] = Launch(call.digest, reservation.id)
