"""Put Block, Put Block List, Get Block List.

https://learn.microsoft.com/en-us/rest/api/storageservices/put-block-list
"""

from __future__ import annotations

import binascii
import hashlib
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable
from xml.etree import ElementTree

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs import headers, records
from cloudctl.sandbox.azure.storage.blobs.reply import document, element
from cloudctl.sandbox.azure.storage.blobs.request import BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.objects.content import Content, Cut
from cloudctl.sandbox.objects.store import Entry, Upload

_BLOCK_ID = 64
_PLACES = {"Committed": ("committed",), "Uncommitted": ("new",), "Latest": ("new", "committed")}


def put_block(visit: Visit) -> BlobReply:
    """``Put Block``: a block that a Put Block List may commit; one of the same id is replaced."""
    assert visit.content is not None
    check_block(visit)
    checked = _checked(visit, visit.content)
    keep_block(visit, visit.take())
    return BlobReply(201, {**checked, "x-ms-request-server-encrypted": "true"})


def _checked(visit: Visit, content: Content) -> dict[str, str]:
    """What a reply tells of a block: its MD5 where that was sent, else its CRC-64, since version 2019-02-02."""
    if "content-md5" in visit.call.headers:
        return {"Content-MD5": headers.check_md5(visit.call, content)}
    return {headers.CRC64: headers.check_crc64(visit.call, visit.objects.contents.read(content))}


def check_block(visit: Visit) -> None:
    """Refuse a block id that is none, or is not as long as the others of the blob."""
    block, bucket, key = visit.call.query.get("blockid", ""), visit.bucket, visit.call.key
    upload, blob = bucket.uploads.get(key), bucket.current(key)
    others = [*(upload.parts if upload else ()), *(name for name, _ in (blob.attributes["blocks"] if blob else ()))]
    if not 1 <= _length(block) <= _BLOCK_ID or any(len(other) != len(block) for other in others):
        raise BlobRefusal.BLOCK_ID.error()


def keep_block(visit: Visit, content: Content) -> None:
    """Add a block to what is not committed."""
    bucket, key = visit.bucket, visit.call.key
    upload = bucket.uploads.setdefault(key, Upload(key, key, time.time(), {}))
    block = visit.call.query["blockid"]
    visit.objects.contents.discard(upload.parts.pop(block, None))
    upload.parts[block] = content


def put_list(visit: Visit) -> BlobReply:
    """``Put Block List``: the blob is the named blocks one after the other; all others are dropped."""
    call, bucket = visit.call, visit.bucket
    call.stream.seek(0)
    body = call.stream.read()
    md5 = b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    if call.headers.get("content-md5") not in (None, md5):
        raise BlobRefusal.MD5.error()
    records.check_put(visit)
    attributes = headers.described(call)
    chosen = _chosen(visit, bucket.current(call.key), _read(body))
    content = visit.objects.contents.join(cut for _, cut in chosen)
    blocks = [[block, cut.length] for block, cut in chosen]
    entry = records.put(visit, bucket, call.key, content, {**attributes, "blocks": blocks})
    records.forget_blocks(visit, bucket, call.key)
    return BlobReply(201, {**records.written(entry), "Content-MD5": md5})


def get_list(visit: Visit) -> BlobReply:
    """``Get Block List``: of the blob (``committed``), of what is not committed, or both."""
    call, bucket = visit.call, visit.bucket
    kind = call.query.get("blocklisttype", "committed").lower()
    if kind not in ("committed", "uncommitted", "all"):
        raise BlobRefusal.QUERY.error()
    blob, upload = bucket.current(call.key), bucket.uploads.get(call.key)
    if blob is None and upload is None:
        raise BlobRefusal.BLOB.error()
    shown = {}
    if kind != "uncommitted":
        shown["CommittedBlocks"] = blob.attributes["blocks"] if blob else []
    if kind != "committed":
        shown["UncommittedBlocks"] = [[name, part.size] for name, part in (upload.parts if upload else {}).items()]
    inner = "".join(f"<{tag}>{''.join(_block(*block) for block in blocks)}</{tag}>" for tag, blocks in shown.items())
    reply = document(f"<BlockList>{inner}</BlockList>")
    size = {"x-ms-blob-content-length": str(records.size(blob) if blob else 0)}
    return BlobReply(200, {**reply.headers, **(records.stamps(blob) if blob else {}), **size}, reply.body)


def _read(body: bytes) -> list[tuple[str, str]]:
    """Where to look for each block, and its id."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        raise BlobRefusal.XML.error() from None
    if root.tag != "BlockList" or any(child.tag not in _PLACES for child in root):
        raise BlobRefusal.XML.error()
    return [(child.tag, (child.text or "").strip()) for child in root]


def _chosen(visit: Visit, old: Entry | None, listed: Iterable[tuple[str, str]]) -> list[tuple[str, Cut]]:
    """Each block that is listed, and where its bytes are."""
    upload = visit.bucket.uploads.get(visit.call.key)
    new = {name: Cut.whole(part) for name, part in (upload.parts if upload else {}).items()}
    places = {"new": new, "committed": _committed(old)}
    found: list[tuple[str, Cut]] = []
    for tag, name in listed:
        cut = next((places[place][name] for place in _PLACES[tag] if name in places[place]), None)
        if cut is None:
            raise BlobRefusal.BLOCK_LIST.error()
        found.append((name, cut))
    return found


def _committed(blob: Entry | None) -> dict[str, Cut]:
    """The blocks that a blob is made of."""
    found: dict[str, Cut] = {}
    offset = 0
    if blob is not None and blob.content is not None:
        for name, size in blob.attributes["blocks"]:
            found[name] = Cut(blob.content, offset, size)
            offset += size
    return found


def _block(name: str, size: int) -> str:
    return f"<Block>{element('Name', name)}{element('Size', size)}</Block>"


def _length(block: str) -> int:
    """How many bytes an id stands for; 0 when it is no base64."""
    try:
        return len(b64decode(block, validate=True))
    except binascii.Error:
        return 0
