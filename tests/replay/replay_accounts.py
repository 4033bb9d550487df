"""Ordinary credentials of each cloud, as an environment has them, and what their token services answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from replay_script import Script

SUBSCRIPTION = "6c9c5bd8-1b6b-4c3f-9f0f-2f6d1b8c7a10"
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
PROJECT = "acme-prod-1234"
PRINCIPAL = f"cloudctl@{PROJECT}.iam.gserviceaccount.com"

AWS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "ASIAQWERTYUIOPASDFGH",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYsecretKEY1",
    "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEXAMPLEsessionTOKEN0123456789abcdefghijklmnop==",
    "AWS_REGION": "eu-west-1",
}
AZURE: Mapping[str, str] = {
    "AZURE_TENANT_ID": TENANT,
    "AZURE_CLIENT_ID": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "AZURE_CLIENT_SECRET": "Zx8Q~clientSecretOfTheServicePrincipal_0123",
    "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION,
}
ENTRA_TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJhcm0ifQ.c2lnbmF0dXJlLW9mLWVudHJh"
GOOGLE_TOKEN = "ya29.c.c0ASRK0GaaccessTokenOfGoogle-0123456789"
REFRESH_TOKEN = "1//0gRefreshTokenOfTheUser-abcdefghijklmnop"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ops@example"

# What must appear in no output, whatever happens.
SECRETS = (
    AWS["AWS_SECRET_ACCESS_KEY"],
    AWS["AWS_SESSION_TOKEN"],
    AZURE["AZURE_CLIENT_SECRET"],
    ENTRA_TOKEN,
    GOOGLE_TOKEN,
    REFRESH_TOKEN,
    "PRIVATE KEY",
    "Signature=",
    "Bearer ",
)


def entra(script: Script) -> None:
    """Microsoft Entra ID as MSAL asks it: discovery of the authority, then a token."""
    host = "login.microsoftonline.com"
    base = f"https://{host}/{TENANT}"
    known = {"tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration", "metadata": []}
    script.on(f"GET {host}/common/discovery/instance", known)
    script.on(
        f"GET {host}/{TENANT}/v2.0/.well-known/openid-configuration",
        {
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "issuer": f"{base}/v2.0",
        },
    )
    token = {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": ENTRA_TOKEN}
    script.on(f"POST {host}/{TENANT}/oauth2/v2.0/token", token)


def google_tokens(script: Script) -> None:
    """Google's token service, for credentials that do not sign their own tokens."""
    token = {"access_token": GOOGLE_TOKEN, "expires_in": 3599, "token_type": "Bearer"}
    script.on("POST oauth2.googleapis.com/token", token)


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encoded.decode()


def service_account(folder: Path) -> dict[str, str]:
    """The environment with a service account's key file."""
    key = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "0123456789abcdef0123456789abcdef01234567",
        "private_key": _private_key(),
        "client_email": PRINCIPAL,
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    }
    return {"GOOGLE_APPLICATION_CREDENTIALS": _written(folder, key), "GOOGLE_CLOUD_PROJECT": PROJECT}


def authorized_user(folder: Path) -> dict[str, str]:
    """The environment with what ``gcloud auth application-default login`` leaves."""
    login = {
        "type": "authorized_user",
        "account": "",
        "client_id": "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com",
        "client_secret": "d-FL95Q19q7MQmFpd7hHD0Ty",
        "quota_project_id": PROJECT,
        "refresh_token": REFRESH_TOKEN,
        "universe_domain": "googleapis.com",
    }
    return {"GOOGLE_APPLICATION_CREDENTIALS": _written(folder, login), "GOOGLE_CLOUD_PROJECT": PROJECT}


def _written(folder: Path, content: Mapping[str, str]) -> str:
    path = folder / "google-credentials.json"
    path.write_text(json.dumps(content))
    return str(path)
