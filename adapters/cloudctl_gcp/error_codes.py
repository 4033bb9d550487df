"""Google's error codes and what they mean to a user.

The JSON API gives reasons (``resourceNotReady``), failed operations the same as codes (``RESOURCE_NOT_READY``), and
newer parts a google.rpc.ErrorInfo; all are compared without case and underscores. What a reason only repeats of the
status (``forbidden``, ``invalid``, ``required``) is left to the status.

Sources: https://cloud.google.com/compute/docs/reference/rest/v1/errors (global domain reasons),
https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation,
https://cloud.google.com/compute/docs/resource-error,
https://cloud.google.com/blog/products/containers-kubernetes/avoiding-the-gke-ip_space_exhausted-error,
https://cloud.google.com/apis/design/errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cloudctl.errors import Kind


@dataclass(frozen=True, slots=True)
class Rule:
    """The kind of an error, whether the same call may succeed later, and the fix."""

    kind: Kind
    retryable: bool = False
    fix: str | None = None


_QUOTA_FIX = "ask for more quota, or delete what is no longer used"
_CAPACITY_FIX = "try another size, zone or region"
_SUBNET_FIX = "name a subnet with free addresses with --subnet"
_POLICY_FIX = "an organization policy forbids it: ask its administrator for an exception"
_BILLING_FIX = "enable billing for the project: https://console.cloud.google.com/billing/projects"
_PAYER_FIX = "name the project that pays in GOOGLE_CLOUD_QUOTA_PROJECT"
ENABLE_FIX = "gcloud services enable SERVICE --project PROJECT"

_TABLE: tuple[tuple[Rule, str], ...] = (
    (Rule(Kind.NOT_FOUND), "notFound resourceNotFound invalidReference"),
    (Rule(Kind.EXISTS), "alreadyExists resourceAlreadyExists duplicate"),
    (
        Rule(Kind.CONFLICT, retryable=True),
        "resourceNotReady resourceInUseByAnotherResource resourceInUse conditionNotMet staleData conflict aborted "
        "operationInProgress",
    ),
    (Rule(Kind.DENIED, fix=ENABLE_FIX), "accessNotConfigured serviceDisabled SERVICE_NOT_ACTIVATED"),
    (Rule(Kind.DENIED, fix=_POLICY_FIX), "orgPolicyConstraintFailed"),
    (Rule(Kind.DENIED, fix=_BILLING_FIX), "billingNotEnabled billingDisabled accountDisabled projectBillingDisabled"),
    (
        Rule(Kind.DENIED, fix="give the machine or token the scope https://www.googleapis.com/auth/cloud-platform"),
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT insufficientPermissions",
    ),
    (
        Rule(Kind.DENIED, fix="ask for roles/iam.serviceAccountUser on the service account of the instance"),
        "serviceAccountAccessDenied",
    ),
    (
        Rule(Kind.DENIED),
        "permissionsError iamPermissionDenied consumerInvalid consumerSuspended projectDisabled "
        "securityPolicyViolated vpcServiceControls orgRestrictionViolation locationPolicyViolated accessDenied",
    ),
    (
        Rule(Kind.UNAUTHENTICATED),
        "authError expired credentialsMissing ACCESS_TOKEN_EXPIRED ACCESS_TOKEN_TYPE_UNSUPPORTED "
        "ACCOUNT_STATE_INVALID API_KEY_INVALID unauthenticated",
    ),
    (
        Rule(Kind.THROTTLED, retryable=True),
        "rateLimitExceeded userRateLimitExceeded servingLimitExceeded concurrentLimitExceeded tooManyRequests "
        "concurrentOperationsQuotaExceeded resourceOperationRateExceeded operationRateExceeded",
    ),
    (
        Rule(Kind.QUOTA, fix=_QUOTA_FIX),
        "quotaExceeded resourceQuotaExceeded limitExceeded dailyLimitExceeded dailyLimitExceededUnreg",
    ),
    (
        Rule(Kind.CAPACITY, fix=_CAPACITY_FIX),
        "zoneResourcePoolExhausted zoneResourcePoolExhaustedWithDetails regionResourcePoolExhausted "
        "resourcePoolExhausted stockout insufficientCapacity resourceAvailability vmMinCountNotReached",
    ),
    (Rule(Kind.CAPACITY, fix=_SUBNET_FIX), "ipSpaceExhausted ipSpaceExhaustedWithDetails"),
    (
        Rule(Kind.UNAVAILABLE, retryable=True),
        "backendError internalError internal serviceUnavailable unavailable deadlineExceeded systemError",
    ),
    (Rule(Kind.UNSUPPORTED), "notImplemented"),
    # https://cloud.google.com/storage/docs/json_api/v1/status-codes
    (Rule(Kind.USAGE, fix=_PAYER_FIX), "userProjectMissing"),
    (Rule(Kind.CONFLICT), "retentionPolicyNotMet objectUnderActiveHold softDeletePolicyNotSet objectNotSoftDeleted"),
)
_STATUS: Mapping[int, Rule] = {
    400: Rule(Kind.USAGE),
    401: Rule(Kind.UNAUTHENTICATED),
    403: Rule(Kind.DENIED),
    404: Rule(Kind.NOT_FOUND),
    407: Rule(Kind.UNAVAILABLE, fix="the proxy wants credentials: check HTTPS_PROXY"),
    408: Rule(Kind.UNAVAILABLE, retryable=True),
    409: Rule(Kind.CONFLICT),
    410: Rule(Kind.NOT_FOUND),
    412: Rule(Kind.CONFLICT, retryable=True),
    413: Rule(Kind.USAGE),
    429: Rule(Kind.THROTTLED, retryable=True),
    501: Rule(Kind.UNSUPPORTED),
}
# What one reason stands for in several situations is told apart by the text alone.
_TEXTS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(r"has billing disabled"), Rule(Kind.DENIED, fix=_BILLING_FIX)),
    (
        re.compile(r"vpcServiceControlsUniqueIdentifier"),
        Rule(Kind.DENIED, fix="call from inside the service perimeter, or give its administrator the identifier"),
    ),
    (
        re.compile(r"\b(constraints|customConstraints)/\w|by (custom )?org polic|[Mm]ultiple constraints were"),
        Rule(Kind.DENIED, fix=_POLICY_FIX),
    ),
    (
        re.compile(r"protected against deletion"),
        Rule(Kind.CONFLICT, fix="gcloud compute instances update NAME --no-deletion-protection"),
    ),
    (re.compile(r"requester pays bucket but no user project"), Rule(Kind.USAGE, fix=_PAYER_FIX)),
    (re.compile(r"[Yy]ou already own (it|this bucket)"), Rule(Kind.EXISTS)),
    (
        re.compile(r"name is not available"),
        Rule(Kind.EXISTS, fix="choose another name: bucket names are unique over all projects"),
    ),
    (
        re.compile(r"bucket you tried to delete (is|was) not empty"),
        Rule(
            Kind.CONFLICT,
            fix="something was written meanwhile: run the same command again, with --recursive --confirm NAME",
        ),
    ),
    (re.compile(r"[Tt]he referenced \w+ resource cannot be found"), Rule(Kind.NOT_FOUND)),
)


def _fold(code: str) -> str:
    return code.replace("_", "").casefold()


_CODES: Mapping[str, Rule] = {_fold(code): rule for rule, codes in _TABLE for code in codes.split()}


def rule_of_text(message: str) -> Rule | None:
    return next((rule for pattern, rule in _TEXTS if pattern.search(message)), None)


def rule_of_code(code: str) -> Rule | None:
    """The rule of a reason or code; None when it is not known or says no more than the status."""
    return _CODES.get(_fold(code))


def rule_of_status(status: int) -> Rule:
    if status >= 500:
        return _STATUS.get(status, Rule(Kind.UNAVAILABLE, retryable=True))
    return _STATUS.get(status, Rule(Kind.UNEXPECTED))
