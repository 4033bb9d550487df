"""S3 from the raw request to the reply."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import Any

from cloudctl.sandbox.aws.account import ACCESS_KEY, ENABLED_REGIONS
from cloudctl.sandbox.aws.envelope import ErrorBody
from cloudctl.sandbox.aws.s3 import contract, faults, presigned, request, route, xml
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.errors import error_reply
from cloudctl.sandbox.aws.s3.operations import SERVED
from cloudctl.sandbox.aws.s3.payload import Payload
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.aws.s3.request import S3Request
from cloudctl.sandbox.cloud import Environ, Reply, Settings
from cloudctl.sandbox.objects.store import ObjectStore

# What every request may have and what changes nothing here.
_ALWAYS = frozenset({"Bucket", "Key", "ExpectedBucketOwner", "RequestPayer", "ChecksumAlgorithm"})


class S3:
    """The service over the buckets of the account. Locks by itself: bodies arrive outside the lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._store: ObjectStore | None = None

    def __call__(self, environ: Environ) -> Reply:
        """Answer one request; every refusal and crash in S3's own envelope."""
        bodiless = environ["REQUEST_METHOD"] == "HEAD"
        try:
            return self._serve(request.read(environ))
        except ErrorBody as error:
            return error_reply(error, bodiless=bodiless)
        except Exception:
            # The client must see S3's own InternalError, and the log the reason.
            traceback.print_exc(file=sys.stderr)
            return error_reply(Refusal.CRASHED.error(), bodiless=bodiless)

    def operation(self, environ: Environ) -> str:
        """``s3:PutObject``; empty for a request that is unsigned or none of S3's."""
        try:
            asked = request.read(environ)
        except ErrorBody:
            return ""
        model = route.operation(asked) if asked.credential else None
        return f"s3:{model.name}" if model else ""

    def failure(self, environ: Environ, kind: str) -> Reply:
        """The documented error of a kind of fault. Raises KeyError for an unknown kind."""
        return error_reply(faults.FAULTS[kind], bodiless=environ["REQUEST_METHOD"] == "HEAD")

    def reset(self) -> None:
        """Forget every bucket, on disk too."""
        with self._lock:
            self._loaded().clear()

    def save(self) -> None:
        """Write the state, if any request has touched it."""
        with self._lock:
            if self._store is not None:
                self._store.write(self._store.snapshot())

    def _serve(self, asked: S3Request) -> Reply:
        region = _checked(asked)
        model = route.operation(asked)
        if model is None:
            raise Refusal.NOT_SERVED.error(what=f"{asked.method} here")
        operation = SERVED.get(model.name)
        if operation is None:
            raise Refusal.NOT_SERVED.error(what=f"s3:{model.name}")
        call = Call(asked, model, contract.arguments(model, asked), region, self._loaded(), self._settings)
        _accepted(call, operation.parameters)
        self._receive(call, operation.upload)
        try:
            with self._lock:
                result = operation.handler(call)
        except BaseException:
            call.store.contents.discard(call.content)
            raise
        return result if isinstance(result, Reply) else xml.reply(model, result, call.status)

    def _receive(self, call: Call, upload: bool) -> None:
        """Read the body: into the store, or as the document that is the operation's payload."""
        digests: dict[str, Any] = call.model.http_checksum or {}
        payload = Payload(call.request, checksummed="requestAlgorithmMember" in digests)
        if upload:
            with self._lock:
                _ = call.bucket
            self._keep(call, payload)
            return
        text = payload.document()
        if text and digests.get("requestChecksumRequired") and not payload.checksum_given:
            raise Refusal.MISSING_CHECKSUM.error()
        call.params |= contract.document(call.model, text)

    def _keep(self, call: Call, payload: Payload) -> None:
        call.content = call.store.contents.store(payload)  # type: ignore[arg-type]
        try:
            call.checksums = payload.verify()
        except BaseException:
            call.store.contents.discard(call.content)
            raise

    def _loaded(self) -> ObjectStore:
        with self._lock:
            if self._store is None:
                self._store = ObjectStore(self._settings.state, "s3")
            return self._store


def _checked(asked: S3Request) -> str:
    """The region that was signed for. The key id is checked, the signature only of presigned URLs."""
    if asked.presigned:
        presigned.check(asked, time.time())
    credential = asked.credential
    if "AWSAccessKeyId" in asked.query or asked.headers.get("authorization", "").startswith("AWS "):
        raise Refusal.OLD_SIGNATURE.error()
    if credential is None:
        raise Refusal.UNSIGNED.error()
    if credential.key != ACCESS_KEY:
        raise Refusal.UNKNOWN_KEY.error(AWSAccessKeyId=credential.key)
    if credential.region not in ENABLED_REGIONS:
        raise Refusal.SIGNING_REGION.error(region=credential.region, Region="us-east-1")
    return credential.region


def _accepted(call: Call, parameters: frozenset[str]) -> None:
    for name in call.params.keys() - parameters - _ALWAYS:
        if call.params[name] != {}:
            raise Refusal.NOT_SERVED.error(what=f"the parameter {name} of s3:{call.model.name}")
