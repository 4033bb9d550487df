"""EC2 from the checked signature to the XML reply."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.utils import get_service_model

from cloudctl.sandbox.aws import contract
from cloudctl.sandbox.aws.account import ACCOUNT
from cloudctl.sandbox.aws.ec2 import filters, instances, lifecycle, moto_call, paging, tags, xml
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.ec2.operations import SERVED
from cloudctl.sandbox.aws.ec2.region import Region
from cloudctl.sandbox.aws.refusals import Refusal
from cloudctl.sandbox.aws.request import QueryRequest
from cloudctl.sandbox.cloud import Reply, Settings


class Ec2:
    """The service over its regions' resources. The caller holds a lock round every method."""

    def __init__(self, settings: Settings, regions: dict[str, Region]):
        self.settings = settings
        self.regions = regions

    def serve(self, request: QueryRequest, region: str) -> Reply:
        """Answer one request. Raises ErrorBody for a refusal."""
        call = self._call(request, region)
        filters.check(call)
        tags.check(call)
        if call.params.get("DryRun"):
            raise Refusal.DRY_RUN.error()
        lifecycle.settle(call.region, call.now)
        with moto_call.translated(call):
            result = SERVED[call.model.name](call)
        return xml.serialized(call, _paged(call, result))

    def _call(self, request: QueryRequest, region: str) -> Call:
        model = _operation(request.action)
        params = contract.parse(model, request.form)
        return Call(self._region(region), model, params, request.form, self.settings, time.time())

    def _region(self, name: str) -> Region:
        if name not in self.regions:
            self.regions[name] = Region(name, ACCOUNT)
        return self.regions[name]


@cache
def _operation(action: str) -> Any:
    try:
        model = get_service_model("ec2").operation_model(action)
    except OperationNotFoundError:
        raise Refusal.UNKNOWN_ACTION.error(action=action) from None
    if action not in SERVED:
        raise Refusal.NOT_SERVED.error(what=f"ec2:{action}")
    return model


def _paged(call: Call, result: Any) -> Any:
    if not paging.pages(call) or not isinstance(result, dict):
        return result
    key = next(name for name, shape in call.model.output_shape.members.items() if shape.type_name == "list")
    items, token = paging.page(call, list(result[key]))
    if key == "Reservations":
        items = instances.joined(items)
    return {**result, key: items, "NextToken": token}
