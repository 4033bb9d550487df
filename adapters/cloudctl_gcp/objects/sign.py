"""Signed addresses of objects: https://cloud.google.com/storage/docs/access-control/signing-urls-with-helpers"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.auth.credentials import Signing

from cloudctl.errors import CloudError, Kind
from cloudctl_gcp.objects.place import Place

_FIX = "use a service account: gcloud auth application-default login --impersonate-service-account ACCOUNT"


def signed(place: Place, key: str, method: str, seconds: int) -> str:
    """An address for ``GET`` or ``PUT``. Raises UNSUPPORTED where the credentials are no service account's.

    A key signs here; without one the account signs over its own API, with the token of the credentials.
    """
    blob = place.session.client.bucket(place.bucket).blob(key)
    options: dict[str, Any] = {"version": "v4", "method": method, "expiration": timedelta(seconds=seconds)}
    return str(blob.generate_signed_url(api_access_endpoint=place.session.base, **options, **_signer(place)))


def _signer(place: Place) -> dict[str, Any]:
    found = place.session.credentials
    if isinstance(found, Signing):
        return {"credentials": found}
    # A compute engine's credentials learn the account's address with their first token.
    token = place.session.token
    email = getattr(found, "service_account_email", None)
    if not email or "@" not in email:
        raise CloudError(Kind.UNSUPPORTED, "only a service account can sign addresses of Cloud Storage", fix=_FIX)
    return {"service_account_email": email, "access_token": token}
