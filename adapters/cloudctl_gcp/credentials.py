"""Credentials and project: Application Default Credentials, and the certificates that a corporate network needs.

https://cloud.google.com/docs/authentication/application-default-credentials
"""

from __future__ import annotations

import hmac
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import google.auth
from google.auth.credentials import AnonymousCredentials, Signing, with_scopes_if_required
from google.auth.environment_vars import CLOUD_SDK_CONFIG_DIR, CREDENTIALS
from google.auth.exceptions import GoogleAuthError

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.scope import Context

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
LOGIN_FIX = "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS"
_PROJECT_FIX = "name one with GOOGLE_CLOUD_PROJECT, or set project in the context"
_PROJECT_VARIABLES = ("GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT", "GCLOUD_PROJECT")
_BUNDLES = (
    "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
)  # fmt: skip


class SandboxCredentials(AnonymousCredentials, Signing):
    """Credentials that need no account. They sign as a service account does, with a key that is no secret."""

    signer_email = "sandbox@sandbox.iam.gserviceaccount.com"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.token = "sandbox"

    def sign_bytes(self, message: bytes) -> bytes:
        return hmac.digest(b"sandbox", message, "sha256")

    @property
    def signer(self) -> Any:
        return self


def load(context: Context, request: Any) -> tuple[Any, str | None]:
    """The credentials for a context and the project that goes with them, if they tell one.

    Only for a context that was named is the metadata server asked; a federated identity is asked for the project of
    its pool where none is named. Raises CloudError (UNAUTHENTICATED) without any credentials, and google.auth's
    exceptions for such as cannot be read.
    """
    if context.sandbox:
        return SandboxCredentials(), None
    file = _file()
    if file is None and context.implicit:
        raise CloudError(Kind.UNAUTHENTICATED, "no Google Cloud credentials were found", fix=LOGIN_FIX)
    with _without_advice(), told(lambda error: unreadable(f"{file} does not hold what it should: {error}")):
        if file and named_project(context):
            return _from_file(file), None
        return google.auth.default(scopes=SCOPES, request=request)


def _from_file(file: Path) -> Any:
    """The credentials alone: google.auth.default would ask gcloud or a pool for a project that is known."""
    found, _ = google.auth.load_credentials_from_file(str(file))  # type: ignore[no-untyped-call]
    return with_scopes_if_required(found, SCOPES)  # type: ignore[no-untyped-call]


@contextmanager
def told(otherwise: Callable[[Exception], CloudError]) -> Iterator[None]:
    """Raises CloudErrors where google.auth fails as Python does: it takes for granted what it reads.

    A file that cannot be read is UNAUTHENTICATED, and what is read and is something else is what ``otherwise`` makes
    of it.
    """
    try:
        yield
    except GoogleAuthError:
        raise
    except OSError as error:
        raise unreadable(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise otherwise(error) from error


def unreadable(why: str) -> CloudError:
    return CloudError(Kind.UNAUTHENTICATED, "the Google Cloud credentials cannot be read", why=why, fix=LOGIN_FIX)


def named_project(context: Context) -> str | None:
    """The project that settings or environment name."""
    variables = (os.environ.get(name) for name in _PROJECT_VARIABLES)
    return context.get("project") or (None if context.sandbox else next(filter(None, variables), None))


def no_project() -> UsageError:
    return UsageError("no Google Cloud project is set", fix=_PROJECT_FIX)


def certificates() -> str | bool:
    """The certificate bundle that the environment names, or True for the usual one.

    requests knows REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE only. Raises UsageError for a bundle that is not there.
    """
    for name in _BUNDLES:
        if path := os.environ.get(name):
            if not Path(path).exists():
                raise UsageError(f"{name} names a file that is not there: {path}", fix=f"correct or unset {name}")
            return path
    return True


def _file() -> Path | None:
    """The file with the credentials: the one that the variable names, there or not, else gcloud's."""
    if named := os.environ.get(CREDENTIALS):
        return Path(named)
    folder = os.environ.get(CLOUD_SDK_CONFIG_DIR) or _gcloud_folder()
    known = Path(folder) / "application_default_credentials.json"
    return known if known.is_file() else None


def _gcloud_folder() -> Path:
    return Path(os.environ["APPDATA"]) / "gcloud" if os.name == "nt" else Path.home() / ".config" / "gcloud"


@contextmanager
def _without_advice() -> Iterator[None]:
    """google.auth warns on stderr of things that are not for the user of cloudctl to change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
