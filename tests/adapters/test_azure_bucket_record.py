"""From Azure's answers to the neutral record, Azure's rules for names and tags, and the errors of its storage.

https://learn.microsoft.com/rest/api/storagerp/, https://learn.microsoft.com/rest/api/storageservices/
"""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.core.rest import HttpRequest
from cloudctl_azure.bucket import metadata, record, rules
from cloudctl_azure.errors import translate

from cloudctl.errors import Kind, UsageError
from cloudctl.marks import Claim, ClaimState, Mark
from cloudctl.services.bucket import BucketSpec

MARK = Mark("bucket.account/web", "0123456789abcdef", "fedcba9876543210", Claim(ClaimState.READY, 0, "aaaaaaaa"))
VAULT = {"keyvaulturi": "https://keys.vault.azure.net/", "keyname": "key"}


def account(**properties: Any) -> dict[str, Any]:
    return {"name": "account", "location": "West Europe", "properties": properties}


def container(**properties: Any) -> dict[str, Any]:
    return {"id": "/id", "name": "web", "properties": properties}


@pytest.mark.parametrize(
    ("allowed", "access", "public"),
    [
        (True, "Container", True),
        (True, "Blob", True),
        (True, "None", False),
        (True, None, False),
        (None, "Blob", True),
        (None, None, False),
        (False, "Container", False),
    ],
)
def test_public_is_what_the_container_opens_and_the_account_does_not_forbid(
    allowed: bool | None, access: str | None, public: bool
) -> None:
    assert record.public(container(publicAccess=access), account(allowBlobPublicAccess=allowed)) is public


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (None, "provider"),
        ({"keySource": "Microsoft.Storage"}, "provider"),
        ({"keySource": "Microsoft.Keyvault", "keyvaultproperties": VAULT}, "https://keys.vault.azure.net/keys/key"),
        (
            {"keySource": "Microsoft.Keyvault", "keyvaultproperties": {**VAULT, "keyversion": "1"}},
            "https://keys.vault.azure.net/keys/key/1",
        ),
        (
            {
                "keySource": "Microsoft.Keyvault",
                "keyvaultproperties": {"currentVersionedKeyIdentifier": "https://v/k/2"},
            },
            "https://v/k/2",
        ),
        ({"keySource": "Microsoft.Keyvault"}, None),
    ],
)
def test_encryption_is_the_accounts_key(settings: Any, key: str | None) -> None:
    assert record.encryption(container(), account(encryption=settings)) == key
    assert (
        record.encryption(container(defaultEncryptionScope="$account-encryption-key"), account(encryption=settings))
        == key
    )


def test_the_key_of_an_encryption_scope_is_not_known_without_asking_for_it() -> None:
    assert record.encryption(container(defaultEncryptionScope="scope"), account()) is None


def test_a_record_of_an_old_account_has_what_is_known() -> None:
    bucket = record.bucket(container(metadata={"env": "prod"}), account(), {"properties": {}}, "azure")
    assert (bucket.name, bucket.url, bucket.region) == ("account/web", "az://account/web", "westeurope")
    assert (bucket.versioning, bucket.storage_class, bucket.created) == (False, None, None)
    assert bucket.tags == {"env": "prod"}


def test_what_was_refused_is_not_known() -> None:
    bucket = record.bucket(container(), account(), None, "azure")
    assert (bucket.versioning, bucket.tags) == (None, None)


def test_a_mark_goes_through_metadata_whatever_the_case_that_its_names_come_back_in() -> None:
    written = metadata.marked(MARK)
    assert all(name.isidentifier() for name in written)
    assert metadata.mark_of(written) == MARK
    assert metadata.mark_of({name.upper(): value for name, value in written.items()}) == MARK
    assert metadata.mark_of({"env": "prod"}) is None
    assert metadata.mark_of(None) is None


def test_a_new_mark_stands_instead_of_the_old_one_beside_what_others_wrote() -> None:
    there = {"Env": "prod", "Cloudctl_Owner": "old", "cloudctl_claim": "old"}
    assert metadata.merged(there, MARK) == {"Env": "prod", **metadata.marked(MARK)}


@pytest.mark.parametrize("name", ["abc/web", "account1/a-b-c", "a" * 24 + "/" + "w" * 63, "123/456"])
def test_a_name_within_the_rules_is_allowed(name: str) -> None:
    rules.check(BucketSpec(name))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("web", "ACCOUNT/CONTAINER"),
        ("/web", "storage account"),
        ("ab/web", "3 to 24"),
        ("a" * 25 + "/web", "3 to 24"),
        ("Account/web", "lower-case"),
        ("account/$web", "Azure itself"),
        ("account/$root", "Azure itself"),
        ("account/", "3 to 63"),
        ("account/" + "w" * 64, "3 to 63"),
        ("account/web_logs", "hyphens"),
        ("account/web/logs", "hyphens"),
        ("account/wéb", "lower-case"),
        ("account/-web", "begins and ends"),
        ("account/web-", "begins and ends"),
        ("account/web--logs", "hyphen after another"),
        ("account/web\n", "lower-case"),
    ],
)
def test_the_rule_that_a_name_breaks_is_told(name: str, rule: str) -> None:
    with pytest.raises(UsageError) as refused:
        rules.check(BucketSpec(name))
    assert rule in (refused.value.why or "")


@pytest.mark.parametrize(
    "tags",
    [
        {"cost-center": "1"},
        {"1st": "1"},
        {"": "1"},
        {"a b": "1"},
        {"env": "prød"},
        {"env": " prod"},
        {"env": "a\nb"},
        {"env": "1", "ENV": "2"},
        {"Cloudctl_owner": "me"},
        {"long": "x" * 8000},
    ],
)
def test_tags_that_metadata_cannot_hold_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        rules.check(BucketSpec("account/web", tags=tags))


@pytest.mark.parametrize("tags", [{"env": "prod"}, {"_a1": "a b = c/d"}, {"empty": ""}])
def test_tags_that_metadata_can_hold_are_allowed(tags: dict[str, str]) -> None:
    rules.check(BucketSpec("account/web", tags=tags))


@pytest.mark.parametrize(
    "options", [{"encryption": "https://v/keys/k"}, {"storage_class": "Archive"}, {"group": "ends."}, {"group": "a/b"}]
)
def test_options_that_azure_does_not_have_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        rules.check(BucketSpec("account/web", **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("tier", ["Hot", "Cool", "Cold"])
def test_the_access_tiers_of_accounts_are_allowed(tier: str) -> None:
    rules.check(BucketSpec("account/web", storage_class=tier, group="a_(b).c"))


class Reply:
    """What the exceptions of the Blob client read of a reply."""

    reason = "Because"
    request = HttpRequest("GET", "https://account.blob.core.windows.net/web")

    def __init__(self, status: int, code: str) -> None:
        self.status_code = status
        self.headers = {"x-ms-request-id": "req-1", "x-ms-error-code": code}

    def text(self) -> str:
        return "<?xml version='1.0'?><Error/>"


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (404, "ContainerNotFound", Kind.NOT_FOUND, False),
        (403, "AuthorizationPermissionMismatch", Kind.DENIED, False),
        (403, "AuthorizationFailure", Kind.DENIED, False),
        (403, "AuthenticationFailed", Kind.UNAUTHENTICATED, False),
        (409, "ContainerBeingDeleted", Kind.CONFLICT, True),
        (409, "StorageAccountIsNotProvisioned", Kind.CONFLICT, True),
        (409, "StorageAccountAlreadyTaken", Kind.CONFLICT, False),
        (412, "LeaseIdMissing", Kind.CONFLICT, False),
        (409, "ContainerProtectedFromDeletion", Kind.CONFLICT, False),
        (503, "ServerBusy", Kind.THROTTLED, True),
        (500, "InternalError", Kind.UNAVAILABLE, True),
    ],
)
def test_an_error_of_storage_is_told_in_its_own_words(status: int, code: str, kind: Kind, retryable: bool) -> None:
    text = f"It is so.\nRequestId:6e5a\nTime:2026-11-26T16:10:01.8167450Z\nErrorCode:{code}"
    error = HttpResponseError(text, response=Reply(status, code))
    told = translate(error)
    assert told
    assert (told.kind, told.message, told.code, told.request_id) == (kind, "It is so.", code, "req-1")
    assert told.retryable is retryable
