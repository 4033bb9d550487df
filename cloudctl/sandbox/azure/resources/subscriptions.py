"""Tenants, subscriptions, their locations and the list of all resources."""

from __future__ import annotations

import re

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.filters import by_type_or_tag
from cloudctl.sandbox.azure.locations import LOCATIONS, Location
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.store import Record, Store

TENANT = "00000000-0000-4000-8000-00000000000a"
SUBSCRIPTIONS = {
    "00000000-0000-4000-8000-000000000001": "Sandbox",
    "00000000-0000-4000-8000-000000000002": "Sandbox 2",
}
VERSIONS = ("2016-06-01", "2019-06-01", "2019-11-01", "2020-01-01", "2021-01-01", "2022-12-01")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def check(subscription: str) -> None:
    """Refuse a subscription that is none of the two."""
    if not _GUID.fullmatch(subscription):
        raise Refusal.SUBSCRIPTION_ID.error(subscription=subscription)
    if subscription.lower() not in SUBSCRIPTIONS:
        raise Refusal.SUBSCRIPTION.error(subscription=subscription)


def get(store: Store, call: Call, subscription: str) -> Answer:
    return Answer(200, _view(subscription.lower()))


def list_all(store: Store, call: Call) -> Answer:
    value = [_view(subscription) for subscription in SUBSCRIPTIONS]
    return Answer(200, {"value": value, "count": {"type": "Total", "value": len(value)}})


def tenants(store: Store, call: Call) -> Answer:
    tenant = {
        "id": f"/tenants/{TENANT}",
        "tenantId": TENANT,
        "countryCode": "US",
        "displayName": "Sandbox",
        "domains": ["sandbox.onmicrosoft.com"],
        "tenantCategory": "Home",
        "defaultDomain": "sandbox.onmicrosoft.com",
        "tenantType": "AAD",
    }
    return Answer(200, {"value": [tenant]})


def locations(store: Store, call: Call, subscription: str) -> Answer:
    return Answer(200, {"value": [_location(subscription, location) for location in LOCATIONS.values()]})


def resources(store: Store, call: Call, subscription: str) -> Answer:
    """Everything in a subscription that has a location."""
    prefix = f"/subscriptions/{subscription}/".lower()
    return _resources(store, call, [r for r in store.records.values() if r.key.startswith(prefix)])


def group_resources(store: Store, call: Call, subscription: str, group: str) -> Answer:
    return _resources(store, call, store.within(crud.group(store, ResourceId(subscription, group)).id))


def _resources(store: Store, call: Call, records: list[Record]) -> Answer:
    matches = by_type_or_tag(call)
    listed = [r for r in records if "/resourceGroups" not in r.type and r.location and store.visible(r) and matches(r)]
    found, link = crud.cut(store, call, sorted(listed, key=lambda record: record.key))
    value = [_generic(record) for record in found]
    return Answer(200, {"value": value, "nextLink": link} if link else {"value": value})


def _generic(record: Record) -> Json:
    shown = {name: value for name, value in record.body.items() if name != "properties"}
    times = {"createdTime": timestamp(record.created), "changedTime": timestamp(record.until)}
    return {"id": record.id, "name": record.address.name, "type": record.type, **shown, **times}


def _view(subscription: str) -> Json:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": TENANT,
        "displayName": SUBSCRIPTIONS[subscription],
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _location(subscription: str, location: Location) -> Json:
    zones = [{"logicalZone": zone, "physicalZone": f"{location.name}-az{zone}"} for zone in location.zones]
    return {
        "id": f"/subscriptions/{subscription}/locations/{location.name}",
        "name": location.name,
        "type": "Region",
        "displayName": location.display,
        "regionalDisplayName": location.display,
        "metadata": {"regionType": "Physical", "regionCategory": "Recommended" if zones else "Other"},
        **({"availabilityZoneMappings": zones} if zones else {}),
    }
