"""One container of a storage account, as the blobs in it are reached."""

from __future__ import annotations

import re

from azure.mgmt.core.tools import get_arm_endpoints

from cloudctl.errors import CloudError, UsageError
from cloudctl.retry import Call
from cloudctl.scope import Context
from cloudctl.services.objects import NoBucket
from cloudctl_azure import credentials
from cloudctl_azure.blobs import Blobs
from cloudctl_azure.session import Session

_KEY = 1024
_PARTS = 254
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def blobs(session: Session, call: Call, context: Context, bucket: str) -> Blobs:
    """The container ``ACCOUNT/CONTAINER``. Raises UsageError for another form. Resource Manager is not asked."""
    account, slash, container = bucket.partition("/")
    if not (account and slash and container) or "/" in container:
        raise UsageError(f"{bucket} is no container", fix="write az://ACCOUNT/CONTAINER")
    return Blobs(session, call, _endpoint(context, account), container)


def _endpoint(context: Context, account: str) -> str:
    """https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints"""
    if context.endpoint:
        return f"{context.endpoint.rstrip('/')}/{account}"
    return f"https://{account}.blob.{_suffix()}"


def _suffix() -> str:
    """The domain of storage of the cloud: that of Resource Manager in all of them is ``management.`` and its own."""
    manager = str(get_arm_endpoints(credentials.cloud())["resource_manager"])
    domains = {"chinacloudapi.cn": "core.chinacloudapi.cn", "usgovcloudapi.net": "core.usgovcloudapi.net"}
    return next((suffix for domain, suffix in domains.items() if domain in manager), "core.windows.net")


def no_bucket(url: str, error: CloudError) -> NoBucket:
    """The error of a request that needs no blob to be there, but its container, and found none."""
    return NoBucket(url.removeprefix("az://").rstrip("/"), error)


def check(url: str, key: str) -> None:
    """https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata"""
    if not key:
        raise UsageError("the key is missing", fix=f"write {url}KEY")
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{key!r} is not valid text: names are Unicode") from error
    if len(key) > _KEY:
        raise UsageError(f"the name has {len(key)} characters, and Azure allows {_KEY}: {key[:60]}...")
    parts = key.split("/")
    if len(parts) > _PARTS:
        raise UsageError(f"the name has {len(parts)} parts, and Azure allows {_PARTS}: {key[:60]}...")
    if any(part in (".", "..") for part in parts):
        raise UsageError(f"{key!r} has a part '.' or '..', which Azure takes for steps in a path")
    if _CONTROL.search(key):
        raise UsageError(f"{key!r} has a control character, which Azure does not allow in a name")
