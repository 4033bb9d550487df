"""The ways in which providers refuse: replies as they come over the wire, and what cloudctl must make of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import replay_documents as documents
from replay_accounts import PROJECT, SUBSCRIPTION, TENANT
from replay_script import Fault, Reply

EC2 = "ec2.eu-west-1.amazonaws.com DescribeInstances"
ARM = f"GET management.azure.com/subscriptions/{SUBSCRIPTION}/providers/*"
ENTRA = f"POST login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
COMPUTE = f"GET compute.googleapis.com/compute/v1/projects/{PROJECT}/aggregated/*"
HTML = "<html>\n<head><title>{0}</title></head>\n<body>\n<center><h1>{0}</h1></center>\n</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A refusal of a list, with the error that it must end in; ``fix`` is a part of the fix."""

    name: str
    cloud: str
    request: str
    reply: Reply
    error: str
    exit: int
    fix: str | None = None
    code: str | None = None
    request_id: str | None = None


def _aws(name: str, code: str, message: str, status: int, error: str, exit: int, fix: str | None) -> Case:
    reply = Reply(documents.ec2_error(code, message), status)
    return Case(name, "aws", EC2, reply, error, exit, fix, code, documents.AWS_REQUEST)


ENCODED = "nUgBcIuqm9HKoKQWAbCoSxQIVJ9-Ys9DYqt8CeJcrKGdHk" * 20
AWS = [
    _aws("expired token", "RequestExpired", "Request has expired.", 400, "unauthenticated", 4, "clock"),
    _aws("clock skew", "AuthFailure", "AWS was not able to validate the provided access credentials", 401,
         "unauthenticated", 4, "AWS_ACCESS_KEY_ID"),
    _aws("session over", "ExpiredToken", "The security token included in the request is expired", 403,
         "unauthenticated", 4, "aws sso login"),
    _aws("bad signature", "SignatureDoesNotMatch", "The request signature we calculated does not match the signature "
         "you provided. Check your AWS Secret Access Key and signing method.", 403, "unauthenticated", 4, "clock"),
    _aws("unknown key", "InvalidClientTokenId", "The security token included in the request is invalid.", 403,
         "unauthenticated", 4, "AWS_ACCESS_KEY_ID"),
    _aws("no permission", "UnauthorizedOperation", "You are not authorized to perform this operation. User: "
         "arn:aws:sts::123456789012:assumed-role/ops/me is not authorized to perform: ec2:DescribeInstances because "
         "no identity-based policy allows the ec2:DescribeInstances action", 403, "denied", 5, "DescribeInstances"),
    _aws("service control policy", "UnauthorizedOperation", "You are not authorized to perform this operation. User: "
         "arn:aws:iam::123456789012:user/me is not authorized to perform: ec2:DescribeInstances with an explicit deny "
         f"in a service control policy. Encoded authorization failure message: {ENCODED}", 403, "denied", 5,
         "service control policy"),
    _aws("region not opted in", "OptInRequired", "You are not subscribed to this service. Please go to "
         "http://aws.amazon.com to subscribe.", 401, "denied", 5, "region"),
    _aws("blocked account", "Blocked", "This account is currently blocked and not recognized as a valid account. "
         "Please contact https://support.console.aws.amazon.com/support if you have questions.", 403, "denied", 5,
         None),
    _aws("throttled", "RequestLimitExceeded", "Request limit exceeded.", 503, "throttled", 8, None),
    _aws("unavailable", "Unavailable", "The service is unavailable. Please try again shortly.", 503,
         "unavailable", 8, None),
    _aws("internal error", "InternalError", "An internal error has occurred", 500, "unavailable", 8, None),
    _aws("bad filter", "InvalidParameterValue", "The filter 'x' is invalid", 400, "usage", 2, None),
    Case("503 of a load balancer", "aws", EC2, Reply(HTML.format("503 Service Temporarily Unavailable"), 503),
         "unavailable", 8),
    Case("empty 500", "aws", EC2, Reply("", 500), "unavailable", 8),
    Case("403 of a proxy", "aws", EC2, Reply(HTML.format("403 Forbidden by the web gateway"), 403), "denied", 5,
         "proxy"),
    Case("cut XML", "aws", EC2, Reply(documents.xml("instances_page_1")[:2000]), "unavailable", 8),
    Case("redirection to a login page", "aws", EC2, Reply(HTML.format("302 Found"), 302, {"Location": "https://login/"}),
         "unavailable", 8, "proxy"),
    Case("login page", "aws", EC2, Reply(HTML.format("Please sign in")), "unavailable", 8, "proxy"),
]  # fmt: skip


def _arm(
    name: str, code: str, message: str, status: int, error: str, exit: int, fix: str | None, **headers: str
) -> Case:
    sent = {"x-ms-request-id": "7b1b1e2c-0000-4000-8000-0000000000a1", "x-ms-failure-cause": "gateway"} | headers
    reply = Reply({"error": {"code": code, "message": message}}, status, sent)
    return Case(name, "azure", ARM, reply, error, exit, fix, code, sent["x-ms-request-id"])


def _entra(name: str, status: int, oauth: str, code: str, message: str) -> Case:
    trace = "8e2b1c6f-aaaa-4bbb-8ccc-1234567890ab"
    body = {
        "error": oauth,
        "error_description": f"{code}: {message} Trace ID: {trace} Correlation ID: 11111111-2222-3333-4444-"
        "555555555555 Timestamp: 2026-11-21 08:00:00Z",
        "error_codes": [int(code.removeprefix("AADSTS"))],
        "timestamp": "2026-11-21 08:00:00Z",
        "trace_id": trace,
        "correlation_id": "11111111-2222-3333-4444-555555555555",
        "error_uri": f"https://login.microsoftonline.com/error?code={code.removeprefix('AADSTS')}",
    }
    return Case(name, "azure", ENTRA, Reply(body, status), "unauthenticated", 4, "AZURE_CLIENT_ID", code, trace)


AZURE = [
    _arm("expired token", "ExpiredAuthenticationToken", "The access token expiry UTC time '11/21/2026 7:00:00 AM' is "
         "earlier than current UTC time '11/21/2026 8:00:00 AM'.", 401, "unauthenticated", 4, "AZURE_CLIENT_ID"),
    _arm("token of another tenant", "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer. "
         "It must match the tenant associated with this subscription.", 401, "unauthenticated", 4, "AZURE_TENANT_ID"),
    _arm("no role", "AuthorizationFailed", "The client 'a' with object id 'b' does not have authorization to perform "
         f"action 'Microsoft.Compute/virtualMachines/read' over scope '/subscriptions/{SUBSCRIPTION}' or the scope is "
         "invalid. If access was recently granted, please refresh your credentials.", 403, "denied", 5,
         "Microsoft.Compute/virtualMachines/read"),
    _arm("unknown subscription", "SubscriptionNotFound", f"The subscription '{SUBSCRIPTION}' could not be found.", 404,
         "not_found", 3, "AZURE_SUBSCRIPTION_ID"),
    _arm("malformed subscription", "InvalidSubscriptionId", "The provided subscription identifier 'x' is malformed or "
         "invalid.", 400, "not_found", 3, "AZURE_SUBSCRIPTION_ID"),
    _arm("disabled subscription", "ReadOnlyDisabledSubscription", f"The subscription '{SUBSCRIPTION}' is disabled and "
         "therefore marked as read only.", 409, "denied", 5, "reactivate"),
    _arm("not registered", "MissingSubscriptionRegistration", "The subscription is not registered to use namespace "
         "'Microsoft.Compute'. See https://aka.ms/rps-not-found for how to register subscriptions.", 409, "denied", 5,
         "az provider register --namespace Microsoft.Compute"),
    _arm("throttled by ARM", "SubscriptionRequestsThrottled", "Number of 'read' requests for subscription exceeded. "
         "Please try again after '1' seconds.", 429, "throttled", 8, None),
    _arm("conditional access", "AuthenticationFailed", "Authentication failed.", 401, "unauthenticated", 4, None),
    _arm("internal error", "InternalServerError", "Encountered internal server error.", 500, "unavailable", 8, None),
    _arm("api version", "NoRegisteredProviderFound", "No registered resource provider found for location and API "
         "version '2026-04-01'.", 400, "usage", 2, None),
    Case("compute throttles", "azure", ARM, Reply(
        {"error": {"details": [{"code": "TooManyRequests", "target": "HighCostGet3Min", "message": "{}"}],
                   "innererror": {"internalErrorCode": "TooManyRequestsReceived"}, "code": "OperationNotAllowed",
                   "message": "The server rejected the request because too many requests have been received."}},
        429, {"x-ms-request-id": "r-429"}), "throttled", 8, None, "OperationNotAllowed", "r-429"),
    Case("502 of a gateway", "azure", ARM, Reply(HTML.format("502 Bad Gateway"), 502), "unavailable", 8),
    Case("403 of a proxy", "azure", ARM, Reply(HTML.format("Forbidden by the web gateway"), 403), "denied", 5, "proxy"),
    Case("cut JSON", "azure", ARM, Reply(b'{"value": [{"name": "web", "id": "/sub'), "unavailable", 8),
    Case("login page", "azure", ARM, Reply(HTML.format("Please sign in")), "unavailable", 8, "proxy"),
    Case("empty reply", "azure", ARM, Reply(b""), "unavailable", 8),
    _entra("unknown application", 400, "unauthorized_client", "AADSTS700016", "Application with identifier 'x' was "
           "not found in the directory 'Contoso'."),
    _entra("wrong secret", 401, "invalid_client", "AADSTS7000215", "Invalid client secret provided. Ensure the secret "
           "being sent in the request is the client secret value, not the client secret ID."),
    _entra("expired secret", 401, "invalid_client", "AADSTS7000222", "The provided client secret keys for app 'x' are "
           "expired."),
    _entra("expired refresh token", 400, "invalid_grant", "AADSTS700082", "The refresh token has expired due to "
           "inactivity."),
    _entra("second factor wanted", 400, "interaction_required", "AADSTS50076", "Due to a configuration change made by "
           "your administrator, you must use multi-factor authentication to access 'x'."),
    _entra("unknown tenant", 400, "invalid_request", "AADSTS90002", "Tenant 'x' not found."),
    Case("503 of Entra", "azure", ENTRA, Reply(HTML.format("503 Service Unavailable"), 503), "unavailable", 8),
    Case("throttled by Entra", "azure", ENTRA, Reply({"error": "temporarily_unavailable", "error_description":
         "AADSTS90055: There are too many requests. Trace ID: t"}, 429), "throttled", 8),
]  # fmt: skip


def _google(
    name: str, http: int, reason: str, message: str, error: str, exit: int, fix: str | None, **more: Any
) -> Case:
    body: dict[str, Any] = {
        "code": http,
        "message": message,
        "errors": [{"message": message, "domain": more.pop("domain", "global"), "reason": reason}],
    }
    info: Mapping[str, Any] | None = more.pop("info", None)
    if info:
        body["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com", **info}]
    code = more.pop("code", reason)
    return Case(name, "gcp", COMPUTE, Reply({"error": body | more}, http), error, exit, fix, code)


DISABLED = (
    f"Compute Engine API has not been used in project {PROJECT} before or it is disabled. Enable it by visiting "
    f"https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project={PROJECT} then retry."
)
ENABLE = f"gcloud services enable compute.googleapis.com --project {PROJECT}"
VPC = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: eYhDkfYCu-dOCjuj8X4Am9"
GCP = [
    _google("API disabled", 403, "accessNotConfigured", DISABLED, "denied", 5, ENABLE, domain="usageLimits",
            status="PERMISSION_DENIED", info={"reason": "SERVICE_DISABLED", "metadata": {
                "service": "compute.googleapis.com", "consumer": f"projects/{PROJECT}"}}),
    _google("billing disabled", 403, "forbidden", "This API method requires billing to be enabled. Please enable "
            "billing on project #123456789012 by visiting https://console.developers.google.com/billing/enable?"
            "project=123456789012 then retry.", "denied", 5, "billing", status="PERMISSION_DENIED",
            info={"reason": "BILLING_DISABLED", "metadata": {"consumer": "projects/123456789012"}},
            code="BILLING_DISABLED"),
    _google("billing off, as it used to be said", 403, "forbidden", f"Project {PROJECT} (#808448574146) has billing "
            "disabled. Please enable it.", "denied", 5, "billing", status="PERMISSION_DENIED"),
    _google("perimeter", 403, "forbidden", VPC, "denied", 5, "perimeter", status="PERMISSION_DENIED",
            info={"reason": "SECURITY_POLICY_VIOLATED", "metadata": {"uid": "eYhDkfYCu-dOCjuj8X4Am9"}},
            code="SECURITY_POLICY_VIOLATED"),
    _google("no role", 403, "forbidden", f"Required 'compute.instances.list' permission for 'projects/{PROJECT}'",
            "denied", 5, "compute.instances.list"),
    _google("no scope", 403, "insufficientPermissions", "Request had insufficient authentication scopes.", "denied", 5,
            "cloud-platform", status="PERMISSION_DENIED", info={"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}),
    _google("rate limit as 403", 403, "rateLimitExceeded", "Quota exceeded for quota group 'ReadGroup' and limit 'Read "
            "requests per 100 seconds' of service 'compute.googleapis.com' for consumer 'project_number:1'.",
            "throttled", 8, None, domain="usageLimits"),
    _google("rate limit as 429", 429, "rateLimitExceeded", "Quota exceeded.", "throttled", 8, None,
            status="RESOURCE_EXHAUSTED", domain="usageLimits"),
    _google("bad token", 401, "authError", "Request had invalid authentication credentials. Expected OAuth 2 access "
            "token, login cookie or other valid authentication credential.", "unauthenticated", 4, "gcloud auth",
            status="UNAUTHENTICATED"),
    _google("unknown project", 404, "notFound", f"The resource 'projects/{PROJECT}' was not found", "not_found", 3,
            None),
    _google("malformed project", 400, "invalid", "Invalid value for project: ACME", "usage", 2, None),
    _google("backend error", 503, "backendError", "Backend Error", "unavailable", 8, None),
    _google("internal error", 500, "backendError", "Internal error. Please try again or contact Google Support. "
            "(Code: '61F3B9A0AFD3D.A6C9D4C.5F8B7E3')", "unavailable", 8, None),
    Case("502 of the front end", "gcp", COMPUTE, Reply(
        "<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n<p><b>502.</b> <ins>That’s an "
        "error.</ins>\n<p>The server encountered a temporary error and could not complete your request.</html>", 502),
        "unavailable", 8),
    Case("403 of a proxy", "gcp", COMPUTE, Reply(HTML.format("Forbidden by the web gateway"), 403), "denied", 5,
         "proxy"),
    Case("cut JSON", "gcp", COMPUTE, Reply(b'{"items": {"zones/us-central1-a": {"inst'), "unavailable", 8),
    Case("login page", "gcp", COMPUTE, Reply(HTML.format("Please sign in")), "unavailable", 8, "proxy"),
]  # fmt: skip

BROKEN = [
    Case(f"{fault.value} connection", cloud, request, Reply("x", fault=fault), "unavailable", 8)
    for cloud, request in (("aws", EC2), ("azure", ARM), ("gcp", COMPUTE), ("azure", ENTRA))
    for fault in (Fault.RESET, Fault.CUT)
]
CASES = [*AWS, *AZURE, *GCP, *BROKEN]
