"""Handing a checked request to moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore import xform_name
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.envelope import ErrorBody
from cloudctl.sandbox.aws.refusals import Refusal

_PAGING = frozenset({"MaxResults", "NextToken"})


# How moto's values are shown. It says "pending" in every reply to RunInstances; a replayed one tells the truth.
TRANSFORMERS = {
    path: transform
    for path, transform in EC2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
    if not path.startswith("RunInstances.")
}


class MotoResponse(EC2Response):
    """moto's EC2 operations on one region's backend, without its HTTP side.

    moto would take the region from the User-Agent and the account from the access key.
    """

    def __init__(self, call: Call):
        super().__init__()
        self._region = call.region
        self.region = call.region.region_name
        self.current_account = call.region.account_id
        self.partition = "aws"
        self.params = {name: value for name, value in call.params.items() if name not in _PAGING}
        self.querystring = {name: [value] for name, value in call.form.items() if name not in _PAGING}
        self.data = self.querystring
        self.uri_match: dict[str, Any] = {}
        self.body = ""
        self.headers: dict[str, str] = {}

    @property
    def ec2_backend(self) -> Any:
        """The region's backend."""
        return self._region

    def authorize_security_group_ingress(self) -> ActionResult:
        """Return the rules of all permissions; moto returns those of the last."""
        return self._authorize(self._region.authorize_security_group_ingress)

    def authorize_security_group_egress(self) -> ActionResult:
        """The same for outbound rules."""
        return self._authorize(self._region.authorize_security_group_egress)

    def _authorize(self, authorize: Callable[..., Any]) -> ActionResult:
        made: list[Any] = []
        with self._all_or_nothing():
            for permission in self._process_rules_from_querystring():
                rules, _ = authorize(**permission)
                made += rules
        return ActionResult({"Return": True, "SecurityGroupRules": made})

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Take a group's rules back to what they were when one of them is refused."""
        name = self.params.get("GroupId") or self.params.get("GroupName")
        group = self._region.get_security_group_by_name_or_id(name)
        before = [list(rules) for rules in (group.ingress_rules, group.egress_rules)] if group else []
        try:
            yield
        except ServiceException:
            if group:
                group.ingress_rules, group.egress_rules = before
            raise


def run(call: Call) -> Any:
    """What moto answers, as an object for the serializer. Raises moto's exceptions: see ``translated``."""
    result = getattr(MotoResponse(call), xform_name(call.model.name))()
    return result.result if isinstance(result, ActionResult) else result


@contextmanager
def translated(call: Call) -> Iterator[None]:
    """Turn moto's exceptions into ErrorBody: its refusals as they are, what it lacks into 501."""
    try:
        yield
    except ServiceException as refusal:
        raise ErrorBody(400, refusal.code, str(refusal.message)) from refusal
    except NotImplementedError as gap:
        raise Refusal.NOT_SERVED.error(what=f"ec2:{call.model.name} with these parameters") from gap
