"""Reading buckets: one call a page, and what each bucket says of itself, side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from cloudctl.errors import CloudError, Kind
from cloudctl.parallel import SideBySide
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket
from cloudctl_aws.bucket import record
from cloudctl_aws.s3 import S3, Native

NO_BUCKET = "NoSuchBucket"
_AT_ONCE = 16
_DETAILS = ("GetBucketVersioning", "GetBucketEncryption", "GetBucketTagging")
# What is wrong with the whole list, and not with one bucket of it.
_RAISED = (Kind.THROTTLED, Kind.UNAUTHENTICATED, Kind.DEADLINE)
# What a region says of credentials that are good elsewhere: it is switched off for the account, or they are a session
# of the global endpoint of STS, which regions with opt-in do not know:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
_UNKNOWN_HERE = ("InvalidAccessKeyId", "InvalidToken")
_ARN = re.compile(r"arn:aws[a-z-]*:s3:::")
# Buckets of us-east-1 from before 2018 may have names that are no longer given.
_NAME = re.compile(r"[A-Za-z0-9._-]{3,255}")

Answers = dict[str, Native]
Later = Callable[[], Answers]


@dataclass(frozen=True, slots=True)
class Begun:
    """A bucket of a list, and what it is being asked for."""

    listed: Native
    region: Callable[[], str | None]
    answers: tuple[Later, ...]


class Reader:
    """The buckets of one account."""

    def __init__(self, s3: S3, scope: Scope) -> None:
        self._s3, self._scope = s3, scope

    def list(self) -> Iterator[Bucket]:
        """All buckets, in the scope's region where it is set. What a bucket refuses to say is None."""
        for page in self._s3.buckets():
            here = [bucket for bucket in page if self._wanted(bucket.get("BucketRegion") or self._scope.region)]
            yield from (bucket for bucket in self._records(here) if self._wanted(bucket.region))

    def find(self, name: str) -> Iterator[Bucket]:
        """The bucket with this name or ARN, in whatever region: names are unique over all of them.

        A bucket that may not be looked at is shown as the list of buckets has it. Raises DENIED for one that is not
        among them, or whose list may not be read either.
        """
        bare = _ARN.sub("", name, count=1)
        head = self._s3.head(bare) if _NAME.fullmatch(bare) else None
        if head is None:
            return
        listed = self._listed(bare)
        if head.refused and not listed:
            raise head.refused
        yield from self._records([{"Name": bare, **(listed or {}), **_region(head.region)}])

    def _listed(self, name: str) -> Native | None:
        try:
            pages = self._s3.buckets(prefix=name)
            return next((bucket for page in pages for bucket in page if bucket["Name"] == name), None)
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None
            raise

    def _wanted(self, region: str | None) -> bool:
        return self._scope.region in (None, region)

    def _records(self, page: Iterable[Native]) -> Iterator[Bucket]:
        """The records of a page, in its order; a bucket that has gone meanwhile is left out."""
        beside = SideBySide(_AT_ONCE)
        begun = [self._begin(beside, bucket) for bucket in page]
        try:
            for one in begun:
                document = _document(one)
                if document:
                    yield record.bucket(document, self._scope.context.name)
        finally:
            beside.drop()

    def _begin(self, beside: SideBySide, listed: Native) -> Begun:
        name, known = str(listed["Name"]), listed.get("BucketRegion")
        # Begun before what waits for it, so that it never waits for a thread that waits for it.
        region = (lambda: known) if known else beside.begin(lambda: self._region_of(name))
        details = [beside.begin(partial(self._asked, region, name, operation)) for operation in _DETAILS]
        return Begun(listed, region, (*details, beside.begin(lambda: self._access(region, name))))

    def _region_of(self, name: str) -> str | None:
        """The region of a bucket that the list does not name."""
        try:
            head = self._s3.head(name)
        except CloudError as error:
            _raise_if_fatal(error)
            return None
        return head.region if head else None

    def _asked(self, region: Callable[[], str | None], name: str, operation: str) -> Answers:
        """The answer of one operation, nothing where it is refused. Raises NO_BUCKET, and what ends the whole list."""
        try:
            return {operation: self._s3.at(region()).setting(operation, name)}
        except CloudError as error:
            _raise_if_fatal(error)
            return {}

    def _access(self, region: Callable[[], str | None], name: str) -> Answers:
        """Who may read: only what the public access block leaves open is asked for."""
        answers = self._asked(region, name, "GetPublicAccessBlock")
        blocked = record.blocks(answers)
        if not blocked["RestrictPublicBuckets"]:
            answers |= self._asked(region, name, "GetBucketPolicyStatus")
        if not blocked["IgnorePublicAcls"]:
            answers |= self._asked(region, name, "GetBucketAcl")
        return answers


def _raise_if_fatal(error: CloudError) -> None:
    """Raise what a bucket's record cannot do without."""
    if error.code not in _UNKNOWN_HERE and (error.kind in _RAISED or error.code == NO_BUCKET):
        raise error


def _region(known: str | None) -> Native:
    return {"BucketRegion": known} if known else {}


def _document(begun: Begun) -> Native | None:
    """The bucket with all that it said; None when it has gone."""
    document = dict(begun.listed)
    try:
        document |= _region(begun.region())
        for answers in begun.answers:
            document |= answers()
    except CloudError as error:
        if error.code == NO_BUCKET:
            return None
        raise
    return document
