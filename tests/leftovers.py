"""Everything that exists in a sandbox, asked with plain HTTP, so that a left-over cannot hide behind an adapter."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
PROJECT = "sandbox-project"
SHARED = re.compile(
    r"resource group |microsoft\.network/virtualnetworks |microsoft\.storage/storageaccounts ", re.IGNORECASE
)
"""What a create shares with others and never takes away again: Azure's groups, networks and storage accounts."""

_EC2 = {
    "DescribeInstances": "instanceId",
    "DescribeSecurityGroups": "groupId",
    "DescribeKeyPairs": "keyName",
    "DescribeVolumes": "volumeId",
    "DescribeNetworkInterfaces": "networkInterfaceId",
}
_GCP = ("aggregated/instances", "aggregated/disks", "global/firewalls")


def everything(endpoints: Mapping[str, str], region: str = "us-east-1") -> frozenset[str]:
    """One line for each resource of the three clouds; terminated EC2 instances do not count."""
    return frozenset([*_aws(endpoints["aws"], region), *_azure(endpoints["azure"]), *_gcp(endpoints["gcp"])])


def left_over(before: frozenset[str], after: frozenset[str]) -> frozenset[str]:
    """What is there now and was not before, without what is shared."""
    return frozenset(line for line in after - before if not SHARED.match(line))


def _aws(endpoint: str, region: str) -> Iterator[str]:
    for action, identifier in _EC2.items():
        for element in _ec2(endpoint, action, region).iter():
            if element.tag == identifier and element.text:
                yield f"{identifier} {element.text}"
    for bucket in _xml(_aws_request(f"{endpoint}/", region, "s3")).iter("Bucket"):
        yield f"bucket {bucket.findtext('Name')}"


def _ec2(endpoint: str, action: str, region: str) -> ET.Element:
    parameters = {"Action": action, "Version": "2016-11-15"}
    if action == "DescribeInstances":
        states = ("pending", "running", "shutting-down", "stopping", "stopped")
        parameters |= {f"Filter.1.Value.{number}": state for number, state in enumerate(states, 1)}
        parameters |= {"Filter.1.Name": "instance-state-name"}
    return _xml(_aws_request(endpoint, region, "ec2", urlencode(parameters).encode()))


def _aws_request(address: str, region: str, service: str, body: bytes | None = None) -> urllib.request.Request:
    credential = f"Credential=sandbox/20260101/{region}/{service}/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature={'0' * 64}"
    headers = {"Authorization": authorization, "X-Amz-Date": "20260101T000000Z"}
    return urllib.request.Request(address, body, headers)


def _xml(request: urllib.request.Request) -> ET.Element:
    text = urllib.request.urlopen(request).read().decode()
    return ET.fromstring(re.sub(r' xmlns="[^"]+"', "", text))


def _azure(endpoint: str) -> Iterator[str]:
    base = f"{endpoint}/subscriptions/{SUBSCRIPTION}"
    headers = {"Authorization": "Bearer sandbox"}
    for group in _pages(f"{base}/resourcegroups?api-version=2025-04-01", headers):
        yield f"resource group {group['name']}"
        address = f"{base}/resourceGroups/{group['name']}/resources?api-version=2025-04-01"
        for resource in _pages(address, headers):
            yield f"{resource['type']} {resource['id']}"
            if resource["type"].lower() == "microsoft.storage/storageaccounts":
                yield from _containers(f"{endpoint}{resource['id']}", headers)


def _containers(account: str, headers: Mapping[str, str]) -> Iterator[str]:
    try:
        for container in _pages(f"{account}/blobServices/default/containers?api-version=2025-06-01", headers):
            yield f"container {container['id']}"
    except urllib.error.HTTPError as error:
        if error.code != 409:  # an account that is still being made has none yet
            raise


def _pages(address: str | None, headers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    while address:
        with urllib.request.urlopen(urllib.request.Request(address, headers=dict(headers))) as reply:
            page = json.load(reply)
        yield from page["value"]
        address = page.get("nextLink")


def _gcp(endpoint: str) -> Iterator[str]:
    for collection in _GCP:
        with urllib.request.urlopen(f"{endpoint}/compute/v1/projects/{PROJECT}/{collection}") as reply:
            items = json.load(reply).get("items", [])
        lists = items.values() if isinstance(items, dict) else [{collection: items}]
        for resources in (resource for scope in lists for resource in scope.values() if isinstance(resource, list)):
            yield from (f"{resource['kind']} {resource['name']}" for resource in resources)
    with urllib.request.urlopen(f"{endpoint}/storage/v1/b?project={PROJECT}") as reply:
        yield from (f"bucket {bucket['name']}" for bucket in json.load(reply).get("items", []))
