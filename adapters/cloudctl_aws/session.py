"""boto3 clients of one scope: endpoint, credentials, time-outs, proxies and CA; retries off."""

from __future__ import annotations

import getpass
import os
import re
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError
from botocore.httpsession import get_cert_path
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from cloudctl.errors import UsageError
from cloudctl.explain import Document, Recorder, Shell
from cloudctl.objects.lane import Lane
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl_aws import lane, lists, models
from cloudctl_aws.lane import Road

# What replaces the user's profile and files in the sandbox.
_NO_FILES: dict[str, tuple[None, list[str], str | None, None]] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}
_SANDBOX = Config(proxies={}, use_fips_endpoint=False, use_dualstack_endpoint=False)
# botocore knows AWS_CA_BUNDLE and REQUESTS_CA_BUNDLE; the others are what the SDKs of the other clouds read.
_BUNDLES = ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS")
_RETRIES_OFF = {"total_max_attempts": 1, "mode": "standard"}
REGION_HEADER = "x-amz-bucket-region"
# The AWS CLI calls the API of S3 s3api; its s3 are commands of its own.
_COMMANDS = {"s3": "s3api"}
_CONNECTIONS = 64
_ENDPOINT = "check AWS_ENDPOINT_URL, and endpoint_url of the profile"
# S3 documents these with TRUE and FALSE, of which botocore makes False both times:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
_UPPER_CASE = ("GetBucketPolicyStatus", "GetPublicAccessBlock")
# What sends content, with a checksum that is computed here.
_SENDING = ("PutObject", "UploadPart")
_CHECKSUM = "x-amz-checksum-crc32c"


class Session:
    """The clients of one scope, made when first used; making a session reads and calls nothing.

    ``default_region`` is where to call when neither the scope nor the profile names a region.
    """

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder, default_region: str | None = None) -> None:
        self._scope = scope
        self._recorder = recorder
        self._default_region = default_region
        self._deadline = deadline
        self._session: boto3.session.Session | None = None
        self._clients: dict[tuple[str, str], tuple[float, Any]] = {}
        self._lock = threading.Lock()

    @property
    def region(self) -> str:
        """The region: the scope's, else the profile's. Raises UsageError when neither says one."""
        region = self._scope.region or self._boto3().region_name or self._default_region
        if not region:
            raise UsageError("no AWS region is set", fix="give one with --region, or set AWS_REGION")
        return str(region)

    def send(
        self,
        service: str,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        region: str | None = None,
        may_fail: bool = False,
    ) -> Mapping[str, Any]:
        """One call of the service's operation (by its name in the API reference). Raises botocore's exceptions.

        ``region`` is another than the scope's. ``may_fail``: an error may be the answer, so the printed command must
        not end a script.
        """
        region = region or self.region
        command = ("aws", _COMMANDS.get(service, service), xform_name(operation, "-"), "--region", region)
        accepted = (Shell("||"), Shell("true")) if may_fail else ()
        self._recorder.take(*command, "--cli-input-json", Document(arguments), *accepted)
        method = getattr(self._client(service, region), xform_name(operation))
        answer: Mapping[str, Any] = method(**arguments)
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if str(headers.get("content-type", "")).startswith("text/html") and "x-amz-request-id" not in headers:
            # botocore would read the sign-in page of a network as an empty answer; S3 may well have such objects.
            raise ResponseParserError(f"{operation} was answered with a page of HTML")
        return answer

    def presigned(self, operation: str, arguments: Mapping[str, Any], seconds: int, *, region: str) -> str:
        """A URL for one call of an operation of S3. Raises botocore's exceptions.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
        """
        made = self._client("s3", region).generate_presigned_url(operation, Params=arguments, ExpiresIn=seconds)
        return str(made)

    def lane(self, bucket: str, *, region: str) -> Lane | None:
        """The fast way to the small objects of a bucket, where there is one."""
        return lane.lane(self._client("s3", region), self._boto3().get_credentials(), bucket)

    def road(self, bucket: str, *, region: str) -> Road | None:
        """libcurl's way to a bucket, where there is one."""
        client, credentials = self._client("s3", region), self._boto3().get_credentials()
        return lane.road(client, credentials, bucket, self._deadline, self._authorities())

    def _authorities(self) -> str:
        """The file of certificates that botocore trusts."""
        told = self._boto3()._session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
        return str(told or get_cert_path(True))

    def _client(self, service: str, region: str) -> Any:
        """The client, made anew when the time left has changed: botocore sets time-outs per client only."""
        connect, read = self._deadline.timeouts()
        # Clients may be shared by threads, boto3's sessions may not.
        with self._lock:
            self._sign_in()
            made_with, client = self._clients.get((service, region), (0.0, None))
            if client is None or not 0.75 <= read / made_with <= 1.34:
                client = self._make(service, region, connect, read)
                self._clients[service, region] = read, client
        return client

    def _sign_in(self) -> None:
        """Look the credentials up, and renew those that are over. Raises botocore's exceptions.

        What a program or a file of the profile answers wrongly, botocore lets through as it comes.
        """
        try:
            credentials = self._boto3().get_credentials()
            if credentials:
                credentials.get_frozen_credentials()
        except (BotoCoreError, ClientError):
            raise
        except Exception as error:
            raise CredentialRetrievalError(provider="profile", error_msg=f"{error}") from error

    def _make(self, service: str, region: str, connect: float, read: float) -> Any:
        config = Config(
            connect_timeout=connect,
            read_timeout=read,
            retries=_RETRIES_OFF,
            user_agent_extra="cloudctl",
            max_pool_connections=_CONNECTIONS,
            # Without it URLs are signed in the old way in the oldest regions, which others and KMS refuse.
            signature_version="s3v4" if service == "s3" else None,
        )
        context = self._scope.context
        try:
            client = self._boto3().client(
                service,
                region_name=region,
                endpoint_url=context.endpoint,
                config=config.merge(_SANDBOX) if context.sandbox else config,
            )
        except BotoCoreError:
            raise
        except ValueError as error:
            raise UsageError(str(error), fix=_ENDPOINT) from error
        if service == "s3":
            lists.register(client)
            for operation in _UPPER_CASE:
                client.meta.events.register(f"before-parse.s3.{operation}", _lower_case)
            for operation in _SENDING:
                client.meta.events.register(f"before-call.s3.{operation}", _checksum_goes_along)
            client.meta.events.register_first("needs-retry.s3", _followed_once)
        return client

    def _boto3(self) -> boto3.session.Session:
        if self._session is None:
            self._session = _sandbox() if self._scope.context.sandbox else _ordinary(self._scope.context)
        return self._session


def _lower_case(response_dict: dict[str, Any], **_: object) -> None:
    body: bytes = response_dict["body"]
    response_dict["body"] = re.sub(rb">(TRUE|FALSE)<", lambda found: found[0].lower(), body)


def _checksum_goes_along(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Over TLS the body is not signed where a checksum goes with it: botocore sees one that it computed itself only.

    Its SHA-256 would be a quarter of the processor time of a large upload:
    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """
    if _CHECKSUM in params["headers"]:
        algorithm = {"algorithm": "crc32c", "in": "header", "name": _CHECKSUM}
        context["checksum"] = {"request_algorithm": algorithm}


def _followed_once(
    request_dict: dict[str, Any], response: tuple[Any, dict[str, Any]] | None, operation: OperationModel, **_: object
) -> None:
    """Keep botocore from following what leads nowhere: it asks HeadBucket for the region of any bucket, or of none.

    A HeadBucket that is redirected without a region would be asked again without end.
    """
    told = response[1].get("ResponseMetadata", {}).get("HTTPHeaders", {}) if response else {}
    redirect = request_dict["context"]["s3_redirect"]
    if not redirect["bucket"] or (operation.name == "HeadBucket" and REGION_HEADER not in told):
        redirect["redirected"] = True


def _sandbox() -> boto3.session.Session:
    core = _core(session_vars=_NO_FILES)
    core.set_credentials("sandbox", "sandbox")
    return boto3.session.Session(botocore_session=core)


def _code(prompt: str, *, prompts: bool) -> str:
    """The code of an MFA device, asked for as the AWS CLI does. Raises where that may not or cannot be."""
    if not prompts:
        raise CredentialRetrievalError(provider="assume-role", error_msg=f"{prompt}--no-input forbids to ask")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CredentialRetrievalError(provider="assume-role", error_msg=f"{prompt}there is no terminal to ask on")
    return getpass.getpass(prompt)


def _ordinary(context: Context) -> boto3.session.Session:
    """The SDK's own chain. A cloud that the user did not name gets no call to the metadata address."""
    core = _core(profile=context.get("profile"))
    if not core.get_config_variable("ca_bundle") and not os.environ.get("REQUESTS_CA_BUNDLE"):
        found = (os.environ.get(name) for name in _BUNDLES)
        core.set_config_variable("ca_bundle", next(filter(None, found), None))
    providers = core.get_component("credential_provider")
    providers.get_provider("assume-role")._prompter = partial(_code, prompts=context.prompts)
    if context.implicit:
        providers.remove("iam-role")
    return boto3.session.Session(botocore_session=core)


def _core(**options: Any) -> botocore.session.Session:
    core = botocore.session.Session(**options)
    core.register_component("data_loader", models.loader(core.get_config_variable("data_path")))
    return core
