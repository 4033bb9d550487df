"""Azure's error codes and what they mean to a user.

Sources: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors,
https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages (compute),
https://learn.microsoft.com/rest/api/storagerp/srp_error_codes_provisioning,
https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes (storage) and
https://learn.microsoft.com/rest/api/azure/#error-response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cloudctl.errors import Kind

# A network interface stays reserved for 180 s for a machine whose creation failed; six attempts cover that.
_RESERVATION_WAIT = 40.0

_TERMS_FIX = "accept the image's terms once: az vm image terms accept --urn PUBLISHER:OFFER:PLAN:latest"
_QUOTA_FIX = "ask for more quota, or delete what is no longer used"
_CAPACITY_FIX = "try another size, zone or region"


@dataclass(frozen=True, slots=True)
class Rule:
    """The kind of an error, whether the same call may succeed later, after how many seconds, and the fix."""

    kind: Kind
    retryable: bool = False
    retry_after: float = 0.0
    fix: str | None = None


_TABLE: tuple[tuple[Rule, str], ...] = (
    (
        Rule(Kind.NOT_FOUND),
        "ResourceNotFound ResourceGroupNotFound NotFound ParentResourceNotFound ImageNotFound PlatformImageNotFound "
        "NotFoundError InvalidResourceReference GalleryImageNotFound",
    ),
    (
        Rule(Kind.NOT_FOUND, fix="az account list names the subscriptions; set AZURE_SUBSCRIPTION_ID"),
        "SubscriptionNotFound InvalidSubscriptionId",
    ),
    (Rule(Kind.EXISTS), "ResourceAlreadyExists ResourceExists ContainerAlreadyExists"),
    (
        Rule(Kind.CONFLICT, retryable=True),
        "PreconditionFailed AnotherOperationInProgress RetryableError ReferencedResourceNotProvisioned "
        "OperationPreempted CanceledAndSupersededDueToAnotherOperation ResourceGroupBeingDeleted ConcurrentUpdateError "
        "InUseNetworkSecurityGroupCannotBeDeleted "
        "NetworkSecurityGroupInUseByNetworkInterface NicInUse PublicIPAddressCannotBeDeleted PublicIPAddressInUse "
        "ResourceGroupDeletionInProgress AttachDiskWhileBeingDetached ConflictingConcurrentWriteNotAllowed",
    ),
    (Rule(Kind.CONFLICT, retryable=True, retry_after=_RESERVATION_WAIT), "NicReservedForAnotherVm"),
    (
        Rule(Kind.CONFLICT, retryable=True),
        "StorageAccountIsNotProvisioned StorageAccountOperationInProgress AccountBeingCreated ContainerBeingDeleted "
        "ContainerBeingDisabled",
    ),
    (
        Rule(Kind.CONFLICT, fix="choose another: storage account names are unique over all of Azure"),
        "StorageAccountAlreadyTaken StorageAccountAlreadyExists",
    ),
    (
        Rule(Kind.CONFLICT, fix="name the resource group that the storage account is in"),
        "StorageAccountInAnotherResourceGroup",
    ),
    (
        Rule(Kind.CONFLICT, fix="end the lease first: az storage container lease break, az storage blob lease break"),
        "LeaseIdMissing LeaseIdMismatchWithContainerOperation LeaseIdMismatchWithBlobOperation",
    ),
    (
        Rule(Kind.CONFLICT, fix="remove the immutability policy or legal hold first, or wait until it ends"),
        "ContainerProtectedFromDeletion ContainerImmutabilityPolicyFailure BlobImmutableDueToPolicy "
        "BlobImmutableDueToLegalHold ImmutabilityPolicyExists LegalHoldExists",
    ),
    (
        Rule(Kind.CONFLICT, fix="bring it back first, which takes hours: az storage blob set-tier --tier Hot"),
        "BlobArchived BlobBeingRehydrated",
    ),
    (
        Rule(Kind.CONFLICT),
        "PropertyChangeNotAllowed OperationNotAllowed DiskInUse InvalidResourceLocation ScopeLocked "
        "ResourceDeploymentFailure InUseSubnetCannotBeDeleted",
    ),
    (
        Rule(Kind.DENIED, fix="ask for a role on the subscription or resource group, such as Contributor"),
        "AuthorizationFailed LinkedAuthorizationFailed Forbidden",
    ),
    (
        Rule(Kind.DENIED, fix="ask for a role on the data, such as Storage Blob Data Contributor: Owner does not do"),
        "AuthorizationPermissionMismatch InsufficientAccountPermissions",
    ),
    (
        Rule(Kind.DENIED, fix="the account's firewall may keep you out: az storage account network-rule list"),
        "AuthorizationFailure AuthorizationSourceIPMismatch",
    ),
    (
        Rule(Kind.DENIED, fix="no role helps against a deny assignment: ask who manages the resource group"),
        "DenyAssignmentAuthorizationFailed",
    ),
    (
        Rule(Kind.DENIED, fix="a policy of the organisation forbids it: ask its owner"),
        "RequestDisallowedByPolicy RequestDisallowedByAzure DisallowedByPolicy",
    ),
    (
        Rule(Kind.DENIED, fix="the subscription is disabled: its owner can reactivate it"),
        "ReadOnlyDisabledSubscription DisabledSubscription SubscriptionDisabled AccountIsDisabled",
    ),
    # https://learn.microsoft.com/azure/storage/blobs/storage-feature-support-in-storage-accounts
    (
        Rule(Kind.UNSUPPORTED, fix="the account has a hierarchical namespace: leave out versions"),
        "FeatureNotYetSupportedForHierarchicalNamespaceAccounts BlobApiNotYetSupportedForHierarchicalNamespaceAccounts",
    ),
    (
        Rule(Kind.DENIED, fix="az provider register --namespace NAMESPACE"),
        "MissingSubscriptionRegistration SubscriptionNotRegistered",
    ),
    (
        Rule(Kind.DENIED, fix=_TERMS_FIX),
        "MarketplacePurchaseEligibilityFailed ResourcePurchaseValidationFailed ResourcePurchaseCanceled",
    ),
    (
        Rule(Kind.UNAUTHENTICATED),
        "ExpiredAuthenticationToken InvalidAuthenticationToken InvalidAuthenticationTokenTenant AuthenticationFailed "
        "AuthenticationFailedMissingToken AuthenticationFailedInvalidHeader InvalidAuthenticationInfo",
    ),
    (
        Rule(Kind.THROTTLED, retryable=True),
        "TooManyRequests SubscriptionRequestsThrottled ResourceRequestsThrottled ResourceCollectionRequestsThrottled "
        "ServerBusy OperationThrottled",
    ),
    (
        Rule(Kind.UNAVAILABLE, retryable=True),
        "InternalServerError InternalError InternalExecutionError InternalOperationError ServiceUnavailable "
        "GatewayTimeout BadGateway ServerTimeout NetworkingInternalOperationError RequestTimeout",
    ),
    (
        Rule(Kind.QUOTA, fix=_QUOTA_FIX),
        "QuotaExceeded ResourceQuotaExceeded SubscriptionQuotaExceeded MaxStorageAccountsCountPerSubscriptionExceeded",
    ),
    (
        Rule(Kind.CAPACITY, fix=_CAPACITY_FIX),
        "AllocationFailed ZonalAllocationFailed SkuNotAvailable OverconstrainedAllocationRequest "
        "OverconstrainedZonalAllocationRequest LowPriorityCapacityNotAvailable RegionDoesNotAllowProvisioning",
    ),
    # https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/error-code-subnetisfull
    (Rule(Kind.CAPACITY, fix="name a subnet with free addresses with --subnet"), "SubnetIsFull"),
    (
        Rule(Kind.USAGE),
        "InvalidParameter InvalidParameterValue InvalidRequestContent InvalidRequestFormat InvalidRequest "
        "InvalidResource InvalidResourceName InvalidResourceType InvalidResourceGroupLocation InvalidLocation "
        "AccountNameInvalid InvalidMetadata "
        "LocationNotAvailableForResourceType "
        "LocationNotAvailableForResourceGroup NoRegisteredProviderFound InvalidTagName InvalidTag VMSizeNotSupported "
        "VMMarketplaceInvalidInput InvalidImageReference LinkedInvalidPropertyId ResourceNameInvalid",
    ),
)  # fmt: skip

_RULES: Mapping[str, Rule] = {code.casefold(): rule for rule, codes in _TABLE for code in codes.split()}

# Network codes of quotas carry the resource's name: PublicIPCountLimitReached, SubnetsLimitReached.
_QUOTA_ENDINGS = ("limitreached", "quotaexceeded", "limitexceeded", "exceededlimit")

_STATUSES: Mapping[int, Rule] = {
    401: Rule(Kind.UNAUTHENTICATED),
    403: Rule(Kind.DENIED),
    404: Rule(Kind.NOT_FOUND),
    407: Rule(Kind.UNAVAILABLE, fix="the proxy wants credentials: check HTTPS_PROXY"),
    408: Rule(Kind.UNAVAILABLE, retryable=True),
    409: Rule(Kind.CONFLICT),
    # Storage's conditions: what was read is another one by now, and stays so. Resource Manager's have a code above.
    412: Rule(Kind.CONFLICT),
    429: Rule(Kind.THROTTLED, retryable=True),
    501: Rule(Kind.UNSUPPORTED),
}

_UNREGISTERED = re.compile(r"Subscription [0-9a-f-]{36} was not found\.?", re.IGNORECASE)


def rule_of_code(code: str | None, message: str = "") -> Rule | None:
    """The rule for one of Azure's error codes; None when the code does not decide.

    Compute refuses what exceeds a quota, and what it throttles, with OperationNotAllowed: the message has to tell.
    https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshooting-throttling-errors
    Storage says that it has not found the subscription, in words of its own, where it is not registered for it:
    https://github.com/Azure/azure-cli/issues/29267
    """
    key = (code or "").casefold()
    if key == "subscriptionnotfound" and _UNREGISTERED.fullmatch(message):
        return Rule(Kind.DENIED, fix="az provider register --namespace Microsoft.Storage")
    if key == "operationnotallowed" and "quota" in message.casefold():
        return _RULES["quotaexceeded"]
    if key == "operationnotallowed" and "too many requests" in message.casefold():
        return _RULES["toomanyrequests"]
    if key.endswith(_QUOTA_ENDINGS):
        return _RULES["quotaexceeded"]
    return _RULES.get(key)


def rule_of_status(status: int) -> Rule:
    """The rule for an HTTP status whose code is not known."""
    if rule := _STATUSES.get(status):
        return replace(rule)
    if status >= 500:
        return Rule(Kind.UNAVAILABLE, retryable=True)
    return Rule(Kind.USAGE if 400 <= status < 500 else Kind.UNEXPECTED)
