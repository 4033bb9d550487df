"""What differs between the clouds, for the tests of objects: facts of their documentation, never behaviour of ours."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = (
    "plain.txt",
    "dir",
    "dir/",
    "dir//file",
    "/leading",
    "//",
    "/",
    "a/../b",
    "../up",
    "..",
    "a/./b",
    "trailing/",
    "a//",
    "100%",
    "%2F",
    "%252F%20",
    "a+b",
    "with space",
    " around ",
    "quotes'\"`",
    "back\\slash",
    "#hash?query=1&amp;x;y",
    "<tag>&amp;]]>",
    "new\nline",
    "return\r",
    "tab\there",
    "über/żółć/日本語",
    "e\u0301",
    "\u00e9",
    "\U0001f600",
    "{}|^~[]$@!*(),:=",
    "C:\\windows",
    "C:drive",
    "-n",
    "--delete",
    "x" * 1024,
    "ż" * 512,
)
"""Keys that other tools change, lose or refuse."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One cloud: ``refused`` are those of `KEYS` that it does not allow, ``longest`` a key that is too long by one.

    ``get put part complete`` are the operations that read an object, write it in one request, send a part of a large
    one and make it of its parts; ``looks``
    of ``get`` come before the first that brings content. ``cold`` is a storage class of objects, as the cloud calls it.
    """

    refused: frozenset[str]
    longest: str
    get: str
    put: str
    part: str
    complete: str
    cold: str
    looks: int = 1


_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
OBJECTS = {
    "aws": ObjectFacts(
        refused=frozenset({"../up", ".."}),
        longest="ż" * 512 + "x",
        get="s3:GetObject",
        put="s3:PutObject",
        part="s3:UploadPart",
        complete="s3:CompleteMultipartUpload",
        cold="STANDARD_IA",
        looks=0,
    ),
    "azure": ObjectFacts(
        refused=frozenset({"a/../b", "../up", "..", "a/./b", "new\nline", "return\r", "tab\there"}),
        longest="x" * 1025,
        get=f"{_BLOBS}/read",
        put=f"{_BLOBS}/write",
        part=f"{_BLOBS}/write",
        complete=f"{_BLOBS}/write",
        cold="Cool",
    ),
    "gcp": ObjectFacts(
        refused=frozenset({"..", "new\nline", "return\r"}),
        longest="ż" * 512 + "x",
        get="storage.objects.get",
        put="storage.objects.insert",
        part="storage.objects.insert",
        complete="storage.objects.insert",
        cold="NEARLINE",
    ),
}
