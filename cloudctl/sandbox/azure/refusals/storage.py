"""What Microsoft.Storage refuses in the resource manager."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.table import Row, Table

_LEARN = "https://learn.microsoft.com/en-us/"
_API = _LEARN + "rest/api/storagerp/"
_NAMES = _LEARN + "azure/azure-resource-manager/troubleshooting/error-storage-account-name"
_COMMON = _LEARN + "azure/azure-resource-manager/troubleshooting/common-deployment-errors"
_SERVICES = _LEARN + "rest/api/storageservices/"
_CODES = _SERVICES + "blob-service-error-codes"
_WRITE = "Microsoft.Storage/storageAccounts/write"
_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
_TAIL = "\nRequestId:{request}\nTime:{time}"


class StorageRefusal(Table):
    """The rows."""

    # fmt: off

    NAME = Row(
        _WRITE, "an account name that is not 3 to 24 lower-case letters and digits", 400, "AccountNameInvalid", _NAMES,
        "{name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in "
        "length and use numbers and lower-case letters only.")
    TAKEN = Row(
        _WRITE, "an account of that name exists in another subscription, or the name begins with `taken`", 409,
        "StorageAccountAlreadyTaken", _NAMES, "The storage account named {name} is already taken.", "{name}")
    ELSEWHERE = Row(
        _WRITE, "an account of that name exists in another resource group of the subscription", 409,
        "StorageAccountInAnotherResourceGroup", _LEARN + "rest/api/storagerp/srp_error_codes_provisioning",
        "The account {name} is already in another resource group in this subscription.", "{name}")
    PROVISIONING = Row(
        "Microsoft.Storage/storageAccounts/*", "the account is still being made", 409,
        "StorageAccountIsNotProvisioned", _COMMON,
        "The storage account provisioning state must be 'Succeeded' before executing the operation.")
    VALUES = Row(
        _WRITE, "values that do not go together: kind and sku, BlobStorage without accessTier", 400,
        "InvalidValuesForRequestParameters", _API + "storage-accounts/create",
        "Values for request parameters are invalid: {name}.", "{name}")
    PROPERTY = Row(
        "Microsoft.Storage/storageAccounts/*/write",
        "a value of a blob service, or of a lifecycle policy, outside what is documented", 400,
        "InvalidRequestPropertyValue", _API + "management-policies/create-or-update",
        "The value '{value}' is not allowed for property {name}.", "{name}")
    CONTAINER_NAME = Row(
        f"{_CONTAINERS}/*", "a container name outside the rules", 400, "InvalidResourceName",
        _SERVICES + "naming-and-referencing-containers--blobs--and-metadata",
        "The specifed resource name contains invalid characters." + _TAIL)
    CONTAINER = Row(
        f"{_CONTAINERS}/*", "the container does not exist", 404, "ContainerNotFound", _CODES,
        "The specified container does not exist." + _TAIL)
    PUBLIC = Row(
        f"{_CONTAINERS}/write", "public access to a container of an account that does not allow it", 409,
        "PublicAccessNotPermitted", _LEARN + "azure/storage/blobs/anonymous-read-access-prevent",
        "Public access is not permitted on this storage account." + _TAIL)
    METADATA = Row(
        f"{_CONTAINERS}/write", "a metadata name that is not a C# identifier", 400, "InvalidMetadata", _CODES,
        "The metadata specified is invalid. It has characters that are not permitted." + _TAIL)
    POLICY = Row(
        "Microsoft.Storage/storageAccounts/managementPolicies/read", "the account has no lifecycle policy", 404,
        "ManagementPolicyNotFound", _API + "management-policies/get", "No ManagementPolicy found for account {name}")

    # fmt: on
