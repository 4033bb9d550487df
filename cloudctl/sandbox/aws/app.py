"""The emulated AWS: one WSGI application for every service."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from cloudctl.sandbox.aws import envelope, faults, request, store, sts
from cloudctl.sandbox.aws.account import ACCESS_KEY, ENABLED_REGIONS
from cloudctl.sandbox.aws.envelope import ErrorBody
from cloudctl.sandbox.aws.refusals import Refusal
from cloudctl.sandbox.aws.request import Credential, QueryRequest
from cloudctl.sandbox.cloud import Environ, Reply, SandboxCloud, Settings, StartResponse

if TYPE_CHECKING:
    from cloudctl.sandbox.aws.ec2.service import Ec2
    from cloudctl.sandbox.aws.s3.service import S3


def create(settings: Settings) -> SandboxCloud:
    """The emulated AWS with the state that ``settings.state`` holds."""
    return AwsCloud(settings)


class AwsCloud:
    """EC2, STS and S3 of the account 123456789012, for the access key id ``sandbox``."""

    name = "aws"

    def __init__(self, settings: Settings):
        self._settings = settings
        self._path = settings.state / "aws.pickle"
        self._lock = threading.RLock()
        self._ec2: Ec2 | None = None
        self._s3: S3 | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        answer = self._object_store()(environ) if request.is_s3(environ) else self._answer(request.read(environ))
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
        return [answer.body]

    def operation(self, environ: Environ) -> str:
        """``ec2:RunInstances``, ``s3:PutObject``; empty for a request that is unsigned or names no action."""
        if request.is_s3(environ):
            return self._object_store().operation(environ)
        asked = request.read(environ)
        return f"{asked.service}:{asked.action}" if asked.credential and asked.action else ""

    def failure(self, environ: Environ, kind: str) -> Reply:
        """The documented error of the service that the request is for."""
        if request.is_s3(environ):
            return self._object_store().failure(environ, kind)
        service = request.read(environ).service
        return envelope.error_reply(service, faults.fault(service, kind))

    def reset(self) -> None:
        """Forget everything, on disk too."""
        with self._lock:
            self._path.unlink(missing_ok=True)
            self._ec2 = None
        self._object_store().reset()

    def save(self) -> None:
        """Write the state, if any request has touched it."""
        with self._lock:
            if self._ec2 is not None:
                store.save(self._path, self._ec2.regions)
        if self._s3 is not None:
            self._s3.save()

    def _answer(self, asked: QueryRequest) -> Reply:
        try:
            return self._serve(asked, _checked(asked))
        except ErrorBody as error:
            return envelope.error_reply(asked.service, error)
        except Exception as crash:
            # Whatever moto trips over must reach the client as EC2's own InternalError.
            traceback.print_exc(file=sys.stderr)
            return envelope.error_reply(asked.service, Refusal.CRASHED.error(what=type(crash).__name__))

    def _serve(self, asked: QueryRequest, credential: Credential) -> Reply:
        if credential.service == "sts":
            return sts.serve(asked)
        if credential.service == "ec2":
            with self._lock:
                return self._loaded().serve(asked, credential.region)
        raise Refusal.NOT_SERVED.error(what=f"the service {credential.service}")

    def _object_store(self) -> S3:
        """S3, which reads botocore's model when it is imported, so the first request for it does that."""
        if self._s3 is None:
            from cloudctl.sandbox.aws.s3.service import S3

            with self._lock:
                self._s3 = self._s3 or S3(self._settings)
        return self._s3

    def _loaded(self) -> Ec2:
        """EC2 with its state; moto takes a second to import, so the first request does it."""
        if self._ec2 is None:
            from cloudctl.sandbox.aws.ec2.service import Ec2

            self._ec2 = Ec2(self._settings, store.load(self._path) or {})
        return self._ec2


def _checked(asked: QueryRequest) -> Credential:
    """The credential of the request. The key id is checked, the signature is not."""
    credential = asked.credential
    is_sts = asked.service == "sts"
    if credential is None:
        raise (Refusal.STS_UNSIGNED if is_sts else Refusal.EC2_UNSIGNED).error()
    if credential.key != ACCESS_KEY:
        raise (Refusal.STS_UNKNOWN_KEY if is_sts else Refusal.EC2_UNKNOWN_KEY).error()
    if credential.service == "ec2" and credential.region not in ENABLED_REGIONS:
        raise Refusal.EC2_REGION.error(region=credential.region)
    return credential
