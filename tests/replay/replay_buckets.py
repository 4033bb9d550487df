"""The object services' accounts: old buckets, missing fields, refused sub-calls, and the records that they must give.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/, https://learn.microsoft.com/rest/api/storagerp/,
https://cloud.google.com/storage/docs/json_api/v1/buckets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from replay_accounts import SUBSCRIPTION
from replay_script import Reply, Request, Script

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERYONE = (
    '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">'
    "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>"
)


def s3_error(status: int, code: str) -> Reply:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    body = f"{XML}<Error><Code>{code}</Code><Message>{code}</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
    return Reply(body, status, {"x-amz-request-id": "4442587FB7D0A2F9"})


def listed(name: str, created: str, region: str | None) -> str:
    where = f"<BucketRegion>{region}</BucketRegion>" if region else ""
    return f"<Bucket><Name>{name}</Name><CreationDate>{created}</CreationDate>{where}</Bucket>"


def encrypted(rule: str) -> str:
    default = f"<ApplyServerSideEncryptionByDefault>{rule}</ApplyServerSideEncryptionByDefault>"
    return f"{XML}<ServerSideEncryptionConfiguration {XMLNS}><Rule>{default}</Rule></ServerSideEncryptionConfiguration>"


def blocked(value: str) -> str:
    parts = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    inside = "".join(f"<{part}>{value}</{part}>" for part in parts)
    return f"{XML}<PublicAccessBlockConfiguration {XMLNS}>{inside}</PublicAccessBlockConfiguration>"


def acl(grants: str = "") -> str:
    owner = "<Owner><ID>79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be</ID></Owner>"
    grants = f"<AccessControlList>{grants}</AccessControlList>"
    return f"{XML}<AccessControlPolicy {XMLNS}>{owner}{grants}</AccessControlPolicy>"


def versioned(status: str = "") -> str:
    inside = f"<Status>{status}</Status>" if status else ""
    return f"{XML}<VersioningConfiguration {XMLNS}>{inside}</VersioningConfiguration>"


TAGS = f"{XML}<Tagging {XMLNS}><TagSet><Tag><Key>env</Key><Value>prod</Value></Tag></TagSet></Tagging>"
IS_PUBLIC = f"{XML}<PolicyStatus {XMLNS}><IsPublic>TRUE</IsPublic></PolicyStatus>"
NONE_SET = {
    "versioning": versioned(),
    "encryption": s3_error(404, "ServerSideEncryptionConfigurationNotFoundError"),
    "publicAccessBlock": s3_error(404, "NoSuchPublicAccessBlockConfiguration"),
    "policyStatus": s3_error(404, "NoSuchBucketPolicy"),
    "acl": acl(),
    "tagging": s3_error(404, "NoSuchTagSet"),
}
S3: dict[str, dict[str, Any]] = {
    "assets": {
        "versioning": versioned("Enabled"),
        "encryption": encrypted("<SSEAlgorithm>AES256</SSEAlgorithm>"),
        "publicAccessBlock": blocked("true"),
        "policyStatus": s3_error(404, "NoSuchBucketPolicy"),
        "acl": acl(),
        "tagging": TAGS,
    },
    "legacy.example.com": NONE_SET | {"policyStatus": IS_PUBLIC},
    "opened": NONE_SET
    | {
        "versioning": versioned("Suspended"),
        "encryption": encrypted(f"<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>{KEY}</KMSMasterKeyID>"),
        "publicAccessBlock": blocked("false"),
        "acl": acl(EVERYONE),
    },
    "bare": NONE_SET,
    "locked": dict.fromkeys(NONE_SET, s3_error(403, "AccessDenied")),
    # Regions with opt-in: https://docs.aws.amazon.com/general/latest/gr/rande-manage.html
    "far": dict.fromkeys(NONE_SET, s3_error(400, "InvalidToken")),
    "off": dict.fromkeys(NONE_SET, s3_error(403, "InvalidAccessKeyId")),
    "vanished": dict.fromkeys(NONE_SET, s3_error(404, "NoSuchBucket")),
}
FIRST = [
    listed("assets", "2026-02-03T10:11:12.000Z", "eu-west-1"),
    listed("legacy.example.com", "2008-05-06T07:08:09.000Z", None),
    listed("opened", "2020-01-01T00:00:00.000Z", "eu-central-1"),
]
SECOND = [
    listed("bare", "2021-01-01T00:00:00.000Z", "us-east-1"),
    listed("locked", "2022-01-01T00:00:00.000Z", "ap-southeast-2"),
    listed("far", "2023-01-01T00:00:00.000Z", "me-south-1"),
    listed("off", "2024-01-01T00:00:00.000Z", "ap-east-1"),
    listed("vanished", "2026-11-26T00:00:00.000Z", "eu-west-1"),
]


def listing(buckets: list[str], token: str = "") -> str:
    more = f"<ContinuationToken>{token}</ContinuationToken>" if token else ""
    return f"{XML}<ListAllMyBucketsResult {XMLNS}><Buckets>{''.join(buckets)}</Buckets>{more}</ListAllMyBucketsResult>"


def s3(request: Request) -> Reply:
    """The list of buckets, or what a bucket says of itself; its name is in the host, or in the path if it has dots."""
    inside = request.host.partition(".s3.")[0] if ".s3." in request.host else request.path.strip("/")
    if not inside:
        token = request.parameters.get("continuation-token")
        return Reply(listing(SECOND) if token == "page2" else listing(FIRST, "page2"))
    if request.method == "HEAD":
        return Reply("", 200, {"x-amz-bucket-region": "us-east-1"})
    if "location" in request.parameters:
        return Reply(f"{XML}<LocationConstraint {XMLNS}/>")
    answer = next(answer for name, answer in S3[inside].items() if name in request.parameters)
    return answer if isinstance(answer, Reply) else Reply(answer)


def aws_row(name: str, region: str, created: str, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "aws", "context": "aws", "id": name, "name": name, "url": f"s3://{name}", "region": region,
        "created": created, "versioning": False, "public": False, "encryption": None, "storage_class": None,
        "tags": {},
    }  # fmt: skip
    return usual | more


ACCOUNTS = f"GET management.azure.com/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Data-RG/providers/Microsoft.Storage/storageAccounts"
BLOB = f"GET management.azure.com{GROUP}"


def account_of(name: str, **more: Any) -> dict[str, Any]:
    properties = {
        "provisioningState": "Succeeded",
        "creationTime": "2017-05-24T13:24:47.8189190Z",
        "primaryLocation": "westeurope",
        "primaryEndpoints": {"blob": f"https://{name}.blob.core.windows.net/"},
    }
    usual: dict[str, Any] = {
        "id": f"{GROUP}/{name}", "name": name, "type": "Microsoft.Storage/storageAccounts", "location": "westeurope",
        "sku": {"name": "Standard_GRS", "tier": "Standard"}, "kind": "StorageV2",
    }  # fmt: skip
    return usual | {"properties": properties | more.pop("properties", {})} | more


def container(account: str, name: str, **properties: Any) -> dict[str, Any]:
    return {
        "id": f"{GROUP}/{account}/blobServices/default/containers/{name}", "name": name, "etag": '"0x8D5"',
        "type": "Microsoft.Storage/storageAccounts/blobServices/containers",
        "properties": {"lastModifiedTime": "2018-03-14T08:20:47Z", **properties},
    }  # fmt: skip


def azure_row(account: str, name: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "provider": "azure", "context": "azure", "id": f"{GROUP}/{account}/blobServices/default/containers/{name}",
        "name": f"{account}/{name}", "url": f"az://{account}/{name}", "region": "westeurope", "created": None,
        "versioning": False, "public": False, "encryption": "provider", "storage_class": "Hot", "tags": {},
    }  # fmt: skip
    return usual | more


def azure_refused(status: int, code: str) -> Reply:
    return Reply({"error": {"code": code, "message": code}}, status)


def storage_reply(status: int, body: str) -> Reply:
    """The data plane speaks XML: https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2"""
    found = re.search("<Code>(.+?)</Code>", body)
    return Reply(f"{XML}{body}", status, {"x-ms-error-code": found[1]} if found else {})


BUCKETS = "GET storage.googleapis.com/storage/v1/b"


def gcs(name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "kind": "storage#bucket", "id": name, "name": name, "projectNumber": "123456789012", "metageneration": "3",
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}", "location": "EUROPE-WEST1",
        "locationType": "region", "storageClass": "STANDARD", "timeCreated": "2024-03-04T05:06:07.891Z",
        "updated": "2024-03-04T05:06:07.891Z", "etag": "CAM=",
    }  # fmt: skip
    return usual | more


def uniform(prevention: str = "inherited") -> dict[str, Any]:
    access = {"enabled": True, "lockedTime": "2024-06-02T05:06:07.891Z"}
    return {"uniformBucketLevelAccess": access, "publicAccessPrevention": prevention}


def policy(*members: str) -> dict[str, Any]:
    bindings = [{"role": "roles/storage.objectViewer", "members": list(members)}]
    return {"kind": "storage#policy", "version": 1, "etag": "CAM=", "bindings": bindings if members else []}


def gcp_row(name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "gcp", "context": "gcp", "id": name, "name": name, "url": f"gs://{name}", "region": "europe-west1",
        "created": "2024-03-04T05:06:07Z", "versioning": False, "public": False, "encryption": "provider",
        "storage_class": "STANDARD", "tags": {},
    }  # fmt: skip
    return usual | more


GCP_KEY = "projects/keys/locations/europe-west1/keyRings/ring/cryptoKeys/key"


def _aws(script: Script) -> None:
    for name in ("*s3.*amazonaws.com/*",):
        for method in ("GET", "HEAD"):
            script.on(f"{method} {name}", s3)


def _azure(script: Script) -> None:
    script.on(
        ACCOUNTS,
        {
            "value": [
                account_of("data", properties={"accessTier": "Cool", "allowBlobPublicAccess": True}),
                account_of("files", kind="FileStorage", properties={"primaryEndpoints": {}}),
            ],
            "nextLink": f"https://management.azure.com/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Storage"
            "/storageAccounts?api-version=2026-09-01&$skiptoken=two",
        },
        **{"$skiptoken": ""},
    )
    script.on(
        ACCOUNTS,
        {"value": [account_of("closed", properties={"accessTier": "Hot", "allowBlobPublicAccess": False})]},
        **{"$skiptoken": "two"},
    )
    script.on(f"{BLOB}/data", account_of("data"))
    script.on(f"{BLOB}/data/blobServices/default", {"properties": {"isVersioningEnabled": True}})
    script.on(f"{BLOB}/closed/blobServices/default", azure_refused(403, "AuthorizationFailed"))
    # A list leaves the metadata out, and only a GET has them: https://github.com/Azure/azure-sdk-for-net/issues/17717
    opened = container("data", "opened", publicAccess="Container")
    private, logs = container("data", "private", publicAccess="None"), container("data", "$logs")
    data, closed = (f"{BLOB}/{account}/blobServices/default/containers" for account in ("data", "closed"))
    script.on(data, {"value": [opened, private, logs]})
    script.on(f"{data}/opened", container("data", "opened", publicAccess="Container", metadata={"env": "prod"}))
    script.on(f"{data}/private", private)
    script.on(f"{data}/*logs", logs)
    script.on(closed, {"value": [container("closed", "opened")]})
    script.on(f"{closed}/opened", azure_refused(403, "AuthorizationFailed"))


def _gcp(script: Script) -> None:
    first = [
        gcs("walled", iamConfiguration=uniform("enforced"), versioning={"enabled": True}, labels={"env": "prod"}),
        gcs("site", iamConfiguration=uniform(), location="EU", locationType="multi-region", storageClass="NEARLINE"),
    ]
    second = [
        gcs("acls", iamConfiguration={"uniformBucketLevelAccess": {"enabled": False}}),
        gcs("quiet", iamConfiguration=uniform(), encryption={"defaultKmsKeyName": GCP_KEY}),
        gcs("hidden", iamConfiguration=uniform()),
        {"kind": "storage#bucket", "id": "old", "name": "old"},
    ]
    script.on(BUCKETS, {"kind": "storage#buckets", "items": first, "nextPageToken": "two"}, pageToken="")
    script.on(BUCKETS, {"kind": "storage#buckets", "items": second}, pageToken="two")
    script.on(f"{BUCKETS}/*/iam", policy("projectViewer:acme-prod-1234"))
    script.on(f"{BUCKETS}/site/iam", policy("allUsers"))
    refused = {"error": {"code": 403, "message": "no", "errors": [{"message": "no", "reason": "forbidden"}]}}
    script.on(f"{BUCKETS}/hidden/iam", Reply(refused, 403))
    script.on(f"{BUCKETS}/old/iam", Reply(refused, 403))


SCRIPTS: dict[str, Callable[[Script], None]] = {"aws": _aws, "azure": _azure, "gcp": _gcp}
EXPECTED = {
    "aws": [
        aws_row("assets", "eu-west-1", "2026-02-03T10:11:12Z", versioning=True, encryption="provider",
                tags={"env": "prod"}),
        aws_row("legacy.example.com", "us-east-1", "2008-05-06T07:08:09Z", public=True),
        aws_row("opened", "eu-central-1", "2020-01-01T00:00:00Z", public=True, encryption=KEY),
        aws_row("bare", "us-east-1", "2021-01-01T00:00:00Z"),
        aws_row("locked", "ap-southeast-2", "2022-01-01T00:00:00Z", versioning=None, public=None, tags=None),
        aws_row("far", "me-south-1", "2023-01-01T00:00:00Z", versioning=None, public=None, tags=None),
        aws_row("off", "ap-east-1", "2024-01-01T00:00:00Z", versioning=None, public=None, tags=None),
    ],
    "azure": [
        azure_row("data", "opened", versioning=True, public=True, storage_class="Cool", tags={"env": "prod"}),
        azure_row("data", "private", versioning=True, storage_class="Cool"),
        azure_row("data", "$logs", versioning=True, storage_class="Cool"),
        azure_row("closed", "opened", versioning=None, tags=None),
    ],
    "gcp": [
        gcp_row("walled", versioning=True, tags={"env": "prod"}),
        gcp_row("site", region="eu", public=True, storage_class="NEARLINE"),
        gcp_row("acls", public=None),
        gcp_row("quiet", encryption=GCP_KEY),
        gcp_row("hidden", public=None),
        gcp_row("old", region=None, created=None, public=None, storage_class=None),
    ],
}  # fmt: skip
