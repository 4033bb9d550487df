"""Objects: the neutral record, and what an adapter must offer for the content of one bucket."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from cloudctl.errors import CloudError, NotFound
from cloudctl.output import ABSENT, Absent, Kind
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.base import Service

if TYPE_CHECKING:
    from cloudctl.objects.curl import Request

MTIME = "mtime"
"""Metadata of an object that was a file: when its content last changed, in seconds since 1970 (``1735689600.25``)."""


@dataclass(slots=True)
class StoredObject:
    """An object as the output contract has it (``cloudctl schema object``); it is not changed once it is made.

    It is not frozen either, which would make a list of many take a fifth longer.

    ``size`` is in bytes; it is None for what is no object: a common prefix of a list, a delete marker. ``etag`` is
    without quotes. ``version`` is None where the cloud gives none; ``latest`` and ``deleted`` are told by lists of
    versions (``deleted``: a delete marker, or a version that is no longer current and can come back). ``checksums`` are
    of the whole content, as the cloud tells them: algorithm (``crc32 crc32c crc64nvme md5 sha1 sha256``) -> hexadecimal
    digits. Type, encoding, metadata are None where the answer at hand does not tell them: a list, a read.
    """

    url: str
    key: str
    size: int | None
    modified: datetime | None
    etag: str | None
    storage_class: str | None
    version: str | None
    latest: bool | None = None
    deleted: bool | None = None
    checksums: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    content_encoding: str | None = None
    cache_control: str | None = None
    metadata: Mapping[str, str] | None = None
    native: Mapping[str, Any] | Absent = ABSENT

    @property
    def is_prefix(self) -> bool:
        """Whether this is a common prefix, which only a list with a delimiter has."""
        return self.size is None and not self.deleted


KIND = Kind(
    name="object",
    columns=("size", "modified", "storage_class", "key"),
    wide=("size", "modified", "storage_class", "etag", "version", "key"),
    fields=(
        "url", "key", "size", "modified", "etag", "storage_class", "version", "latest", "deleted", "checksums",
        "content_type", "content_encoding", "cache_control", "metadata",
    ),
    show_only=("checksums", "content_type", "content_encoding", "cache_control", "metadata"),
    key=("url",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of an object as it is written. ``storage_class`` is a native name (None: the bucket's default).

    ``absent`` writes only where no object has the key; where one has, the write raises EXISTS.
    """

    content_type: str | None = None
    content_encoding: str | None = None
    cache_control: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    storage_class: str | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How large content is uploaded.

    ``single`` bytes go in one put at most. A part has at least ``part`` bytes, but the last one, and a multiple of
    ``step``; there are at most ``parts``. ``ordered``: parts are sent one after the other. ``md5``: of what was sent in
    parts the cloud keeps an MD5 only if it is told it.
    """

    single: int
    part: int
    parts: int
    step: int = 1
    ordered: bool = False
    md5: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in parts that has begun; ``id`` is the provider's (its own text, which a journal keeps)."""

    key: str
    id: str
    description: Description


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an upload: ``number`` counts from 1, ``size`` is in bytes, ``last`` is told of the one at the end.

    ``token`` is what the provider said of it, ``crc`` the checksum of its bytes (CRC-32 or CRC-32C), ``seen`` the one
    that its source tells of the whole.
    """

    number: int
    offset: int
    size: int
    last: bool
    token: str = ""
    crc: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """An object that is being read: what is known of it, and its bytes in pieces of any size, in order."""

    found: StoredObject
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Victim:
    """What is to be deleted: an object, or one version of it."""

    key: str
    version: str | None = None


class NoBucket(NotFound):
    """The bucket itself is not there, so that nothing in it can be reached. ``cause`` is the provider's refusal."""

    def __init__(self, bucket: str, cause: CloudError | None = None) -> None:
        super().__init__(f"there is no bucket {bucket}", fix="cloudctl bucket list shows what is there")
        if cause:
            self.code, self.request_id = cause.code, cause.request_id


class ObjectService(Service):
    """The objects of one bucket. Methods raise CloudError; they repeat what is worth repeating, `read` does not.

    Keys are used as they are, byte for byte: no key is normalised, and a key that the cloud does not allow is a
    UsageError of `check`. ``bucket`` is named as `Bucket.name` is. ``unordered`` is why lists of the bucket do not
    come in the order of keys; None: they do.
    """

    limits: Limits
    unordered: str | None = None

    def __init__(self, scope: Scope, deadline: Deadline, bucket: str) -> None:
        super().__init__(scope, deadline)
        self.bucket = bucket

    @property
    @abstractmethod
    def url(self) -> str:
        """The bucket's URL with a slash behind it: a key behind that is the object's URL."""

    @abstractmethod
    def check(self, key: str) -> None:
        """Raise UsageError when the cloud's rules refuse the key. Makes no call."""

    # reading

    @abstractmethod
    def list(self, prefix: str = "", *, delimiter: str = "", versions: bool = False) -> Iterator[StoredObject]:
        """The objects whose keys begin with ``prefix``, in the order of their keys' UTF-8 bytes; pages by token.

        With ``delimiter`` what follows the next one behind the prefix is one common prefix (`StoredObject.is_prefix`).
        With ``versions`` all versions and delete markers, the newest of a key first.
        """

    @abstractmethod
    def stat(self, key: str, version: str | None = None) -> StoredObject:
        """All that is known of one object. Raises NOT_FOUND."""

    @abstractmethod
    def read(
        self,
        key: str,
        *,
        version: str | None = None,
        etag: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> Opened:
        """The object's bytes from ``start``, ``length`` of them or all; one attempt, errors translated on the way too.

        The bytes are those that are stored: nothing is decompressed. ``etag``: raises CONFLICT where the object is
        another one by now. ``Opened.found`` tells the size of the whole object, whatever part of it is read.
        """

    def request(
        self,
        key: str,
        *,
        version: str | None = None,
        etag: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> Request | None:
        """What `read` asks for, as a request of the courier; None where that does not go there."""
        return None

    # writing

    @abstractmethod
    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        """Write an object in one request; ``body`` can be rewound. The provider checks what arrives by a checksum.

        Raises EXISTS where ``description.absent`` is not met. Returns what the answer tells: etag, version, checksums.
        """

    @abstractmethod
    def begin(self, key: str, size: int | None, description: Description) -> Upload:
        """Begin an upload in parts; ``size`` is that of the whole, if known."""

    @abstractmethod
    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        """Send one part; the part as it was taken. Sending a part again replaces it."""

    @abstractmethod
    def complete(self, upload: Upload, parts: Sequence[Part], md5: bytes | None = None) -> StoredObject:
        """Make the object of all parts, in their order. Raises EXISTS where ``description.absent`` is not met.

        ``md5`` is the digest of the whole, where ``limits.md5`` asks for it.
        """

    @abstractmethod
    def abort(self, upload: Upload) -> None:
        """Give an upload up: nothing of it stays. One that is not there any more is no error."""

    @abstractmethod
    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        """Which of the parts that were sent the provider still has; None when the upload is not there any more."""

    @abstractmethod
    def copy(self, source: ObjectService, found: StoredObject, key: str, description: Description) -> bool:
        """Copy within the cloud, without the bytes passing here; ``found`` is what `stat` told of the source.

        What ``description`` leaves open is as it is with the source, but the storage class is the bucket's default.
        False where the cloud cannot: then the bytes are streamed. Raises EXISTS as `put` does, and NOT_FOUND or
        CONFLICT where the source is another one by now.
        """

    @abstractmethod
    def delete(self, victims: Sequence[Victim]) -> Iterable[tuple[Victim, CloudError]]:
        """Delete objects, many with one request where that is possible; those that were refused, and why.

        An object that is not there is deleted. Without a version, a bucket that keeps versions keeps the content.
        """

    def directories(self, prefix: str) -> Sequence[str]:
        """The keys of directories below a prefix that was listed, which stay when what is in them goes; deepest first.

        They are no objects, and `delete` takes those that are empty. Most clouds have none.
        """
        return ()

    @abstractmethod
    def undelete(self, key: str, version: str | None = None) -> StoredObject:
        """Bring a deleted object back: its last version, or the named one. Raises NOT_FOUND, UNSUPPORTED."""

    @abstractmethod
    def presign(self, key: str, method: str, seconds: int) -> str:
        """A URL with which anyone may ``GET`` or ``PUT`` the object for a time. UNSUPPORTED where nothing can sign."""
