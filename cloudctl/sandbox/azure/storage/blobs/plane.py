"""Which request of the data plane is which operation, and how it is answered.

The names of operations are those of Azure's access control:
https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-azure-active-directory
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from cloudctl.sandbox.azure.refusals import Refused
from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.blobs import (
    auth,
    blocks,
    container_calls,
    copies,
    delegation,
    headers,
    lists,
    reads,
    writes,
)
from cloudctl.sandbox.azure.storage.blobs.reply import common, refusal
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall, BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.provider import BLOBS, CONTAINERS, SERVICES
from cloudctl.sandbox.azure.store import Store

_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for; ``keeps`` says that its body becomes bytes of an object."""

    name: str
    run: Callable[[Visit], BlobReply]
    keeps: bool = False


# By what it is on, the method, and comp or how it copies.
_TABLE: dict[tuple[str, str, str], Operation] = {
    ("account", "POST", "userdelegationkey"): Operation(
        f"{SERVICES}/generateUserDelegationKey/action", delegation.get_key
    ),
    ("account", "GET", "list"): Operation(f"{CONTAINERS}/read", lists.containers),
    ("container", "GET", "list"): Operation(f"{BLOBS}/read", lists.blobs),
    ("container", "GET", ""): Operation(f"{CONTAINERS}/read", container_calls.properties),
    ("container", "HEAD", ""): Operation(f"{CONTAINERS}/read", container_calls.properties),
    ("container", "GET", "metadata"): Operation(f"{CONTAINERS}/read", container_calls.properties),
    ("container", "HEAD", "metadata"): Operation(f"{CONTAINERS}/read", container_calls.properties),
    ("container", "PUT", ""): Operation(f"{CONTAINERS}/write", container_calls.create),
    ("container", "PUT", "metadata"): Operation(f"{CONTAINERS}/write", container_calls.set_metadata),
    ("container", "DELETE", ""): Operation(f"{CONTAINERS}/delete", container_calls.delete),
    ("blob", "GET", ""): Operation(f"{BLOBS}/read", reads.get),
    ("blob", "HEAD", ""): Operation(f"{BLOBS}/read", reads.properties),
    ("blob", "GET", "metadata"): Operation(f"{BLOBS}/read", reads.metadata),
    ("blob", "HEAD", "metadata"): Operation(f"{BLOBS}/read", reads.metadata),
    ("blob", "GET", "blocklist"): Operation(f"{BLOBS}/read", blocks.get_list),
    ("blob", "PUT", ""): Operation(f"{BLOBS}/write", writes.put_blob, keeps=True),
    ("blob", "PUT", "block"): Operation(f"{BLOBS}/write", blocks.put_block, keeps=True),
    ("blob", "PUT", "blocklist"): Operation(f"{BLOBS}/write", blocks.put_list),
    ("blob", "PUT", "properties"): Operation(f"{BLOBS}/write", writes.set_properties),
    ("blob", "PUT", "metadata"): Operation(f"{BLOBS}/write", writes.set_metadata),
    ("blob", "PUT", "tier"): Operation(f"{BLOBS}/write", writes.set_tier),
    ("blob", "PUT", "undelete"): Operation(f"{BLOBS}/write", writes.undelete),
    ("blob", "PUT", "copy"): Operation(f"{BLOBS}/write", copies.copy),
    ("blob", "PUT", "put from URL"): Operation(f"{BLOBS}/write", copies.put_from_url),
    ("blob", "PUT", "block from URL"): Operation(f"{BLOBS}/write", copies.block_from_url),
    ("blob", "DELETE", ""): Operation(f"{BLOBS}/delete", writes.delete),
}


def match(call: BlobCall) -> Operation:
    """The operation that a request asks for; refused when the sandbox has none for it."""
    if call.method not in _METHODS:
        raise BlobRefusal.VERB.error()
    kind, comp = _kind(call), call.query.get("comp", "")
    found = _TABLE.get((kind, call.method, _copying(call, comp)))
    if found is None:
        raise BlobRefusal.NOT_SERVED.error(what=f"{call.method} of the {kind} with comp={comp}")
    return found


def name(call: BlobCall) -> str:
    """The name of the operation; empty for a request that is none."""
    try:
        return match(call).name
    except Refused:
        return ""


def answer(store: Store, lock: threading.Lock, call: BlobCall) -> BlobReply:
    """Serve a request. The bytes of the body are written to disk while ``lock`` is not held."""
    try:
        reply = _serve(store, lock, call, match(call))
    except Refused as refused:
        reply = refusal(call, refused)
    return BlobReply(reply.status, {**common(call), **reply.headers}, reply.body)


def _serve(store: Store, lock: threading.Lock, call: BlobCall, operation: Operation) -> BlobReply:
    contents = store.objects.contents
    visit = Visit(store, call, contents.store(call.stream) if operation.keeps else None)
    try:
        with lock:
            return _run(visit, operation)
    finally:
        contents.discard(visit.content)


def _run(visit: Visit, operation: Operation) -> BlobReply:
    call = visit.call
    bucket = buckets.find(visit.store, call.account, call.container or "")
    auth.check(call, visit.account, bucket, operation.name)
    headers.check_served(call)
    return operation.run(visit)


def _copying(call: BlobCall, comp: str) -> str:
    """``comp``, or what stands for it in the table where a header says that the request is a copy."""
    if call.method != "PUT" or "x-ms-copy-source" not in call.headers:
        return comp
    names = {"": "put from URL" if "x-ms-blob-type" in call.headers else "copy", "block": "block from URL"}
    return names.get(comp, comp)


def _kind(call: BlobCall) -> str:
    if call.container is None:
        return "account"
    if call.blob is not None:
        return "blob"
    if call.query.get("restype") != "container":
        raise BlobRefusal.QUERY.error()
    return "container"
