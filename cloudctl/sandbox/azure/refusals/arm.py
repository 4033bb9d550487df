"""What Azure Resource Manager refuses, and what every provider refuses alike."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.table import Row, Table

_LEARN = "https://learn.microsoft.com/en-us/"
_ARM = _LEARN + "azure/azure-resource-manager/"
_COMMON = _ARM + "troubleshooting/common-deployment-errors"
_NAMES = _ARM + "management/resource-name-rules"
_GROUPS = _LEARN + "rest/api/resources/resource-groups/create-or-update"
_AUTH = _LEARN + "rest/api/azure/"
_VM_API = _LEARN + "rest/api/compute/virtual-machines/"
_VM_PUT = _VM_API + "create-or-update"


class Refusal(Table):
    """The rows."""

    # fmt: off

    NO_TOKEN = Row(
        "*", "the Authorization header is missing", 401, "AuthenticationFailed", _AUTH,
        "Authentication failed. The 'Authorization' header is missing.")
    BAD_TOKEN = Row(
        "*", "the Authorization header is not `Bearer sandbox`", 401, "InvalidAuthenticationToken", _AUTH,
        "The access token is invalid.")
    NO_API_VERSION = Row(
        "*", "the api-version parameter is missing", 400, "MissingApiVersionParameter", _AUTH,
        "The api-version query parameter (?api-version=) is required for all requests.")
    API_VERSION = Row(
        "Microsoft.Resources/*", "an api-version that does not exist", 400, "InvalidApiVersionParameter", _AUTH,
        "The api-version '{version}' is invalid. The supported versions are '{versions}'.")
    PROVIDER_VERSION = Row(
        "*", "an api-version that the resource type does not have", 400, "NoRegisteredProviderFound",
        _ARM + "troubleshooting/error-register-resource-provider",
        "No registered resource provider found for location '{location}' and API version '{version}' for type "
        "'{type}'. The supported api-versions are '{versions}'. The supported locations are '{locations}'.")
    RESOURCE_TYPE = Row(
        "*", "a resource type that the provider does not have or the sandbox does not know", 404,
        "InvalidResourceType", _COMMON,
        "The resource type '{type}' could not be found in the namespace '{namespace}' for api version '{version}'.")
    NAMESPACE = Row(
        "*", "an unknown resource provider", 404, "InvalidResourceNamespace", _COMMON,
        "The resource namespace '{namespace}' is invalid.")
    NOT_SERVED = Row(
        "*", "the sandbox does not serve the operation or the property", 501, "NotImplemented", _AUTH,
        "The sandbox does not serve {what}.")
    SUBSCRIPTION_ID = Row(
        "*", "the subscription id is not a GUID", 400, "InvalidSubscriptionId", _COMMON,
        "The provided subscription identifier '{subscription}' is malformed or invalid.")
    SUBSCRIPTION = Row(
        "*", "the subscription does not exist", 404, "SubscriptionNotFound", _COMMON,
        "The subscription '{subscription}' could not be found.")
    GROUP = Row(
        "*", "the resource group does not exist", 404, "ResourceGroupNotFound",
        _ARM + "troubleshooting/error-not-found", "Resource group '{group}' could not be found.")
    RESOURCE = Row(
        "*", "the resource does not exist", 404, "ResourceNotFound", _ARM + "troubleshooting/error-not-found",
        "The Resource '{type}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix")
    CHILD = Row(
        "Microsoft.Network/*", "the child resource does not exist", 404, "NotFound", _COMMON,
        "Resource {id} not found.")
    PARENT = Row(
        "*/write", "the parent of a child resource does not exist", 404, "ParentResourceNotFound",
        _ARM + "troubleshooting/error-parent-resource",
        "Failed to perform '{verb}' on resource(s) of type '{type}', because the parent resource '{parent}' could not "
        "be found.")
    UNREGISTERED = Row(
        "*/write", "the resource provider is not registered in the subscription", 409,
        "MissingSubscriptionRegistration", _ARM + "troubleshooting/error-register-resource-provider",
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how "
        "to register subscriptions.")
    GROUP_LOCATION = Row(
        "Microsoft.Resources/subscriptions/resourceGroups/write", "the location of a resource group changes", 409,
        "InvalidResourceGroupLocation", _GROUPS,
        "Invalid resource group location '{wanted}'. The Resource group '{name}' already exists in location "
        "'{location}'.")
    GROUP_DELETING = Row(
        "*/write", "the resource group is being deleted", 409, "ResourceGroupBeingDeleted",
        _ARM + "management/delete-resource-group",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.")
    LOCATION_CHANGE = Row(
        "*/write", "the location of a resource changes", 409, "InvalidResourceLocation",
        _ARM + "troubleshooting/error-invalid-template",
        "The resource '{name}' already exists in location '{location}' in resource group '{group}'. A resource with "
        "the same name cannot be created in location '{wanted}'. Please select a new resource name.")
    NO_LOCATION = Row(
        "*/write", "a resource without a location", 400, "LocationRequired", _COMMON,
        "The location property is required for this definition.")
    GROUP_REGION = Row(
        "Microsoft.Resources/subscriptions/resourceGroups/write", "an unknown location", 400,
        "LocationNotAvailableForResourceGroup", _GROUPS,
        "The provided location '{location}' is not available for resource group. List of available regions is "
        "'{locations}'.")
    REGION = Row(
        "*/write", "an unknown location", 400, "LocationNotAvailableForResourceType", _COMMON,
        "The provided location '{location}' is not available for resource type '{type}'. List of available regions "
        "for the resource type is '{locations}'.")
    ZONE = Row(
        "*/write", "an availability zone that the location does not have", 400, "AvailabilityZoneNotSupported",
        _LEARN + "azure/reliability/availability-zones-region-support",
        "The zone(s) '{zones}' for resource '{type}/{name}' is not supported. The supported zones for location "
        "'{location}' are '{supported}'.")
    NAME = Row(
        "*/write", "a name outside the rules of the type", 400, "InvalidResourceName", _NAMES,
        "Resource name {name} is invalid. The name can be up to {limit} characters long and must match {rule}.")
    ENTITY_NAME = Row(
        "Microsoft.Compute/*/write", "a name outside the rules of the type", 400, "InvalidParameter", _NAMES,
        "The entity name '{target}' is invalid according to its validation rule: {rule}.", "{target}")
    BODY = Row(
        "*", "the body is not a JSON object", 400, "InvalidRequestContent", _COMMON,
        "The request content was invalid and could not be deserialized: '{reason}'.")
    UNKNOWN_MEMBER = Row(
        "*", "a property that the type does not have", 400, "InvalidRequestContent", _COMMON,
        "The request content was invalid and could not be deserialized: 'Could not find member '{member}' on object "
        "of type '{type}'. Path '{path}'.'.", "{path}")
    MEMBER_TYPE = Row(
        "*", "a value that is not of the property's type", 400, "InvalidRequestContent", _COMMON,
        "The request content was invalid and could not be deserialized: 'Error converting value {value} to type "
        "'{type}'. Path '{path}'.'.", "{path}")
    MEMBER_VALUE = Row(
        "*", "a value that is not one of the allowed ones", 400, "InvalidParameter", _COMMON,
        "The value '{value}' of parameter '{path}' is not allowed. Allowed values are: {allowed}.", "{path}")
    REQUIRED = Row(
        "*", "a required property is missing", 400, "InvalidParameter", _COMMON,
        "Required parameter '{name}' is missing (null).", "{name}")
    FILTER = Row(
        "*/read", "a $filter, $expand or $top that the list does not support", 400, "InvalidFilterInQueryString",
        _LEARN + "rest/api/resources/resources/list", "Invalid $filter '{filter}' specified in the query string.")
    PRECONDITION = Row(
        "*/write, */delete", "If-Match names another ETag, or If-None-Match is `*` and the resource exists", 412,
        "PreconditionFailed", _VM_PUT, "The condition '{condition}' for resource {id} was not met.")
    BUSY = Row(
        "*/write", "the resource is being deleted", 429, "AnotherOperationInProgress", _COMMON,
        "Another operation on this or dependent resource is in progress. The resource {id} is being deleted.")
    REFERENCE = Row(
        "*/write", "a referenced resource does not exist or is in another region", 400, "InvalidResourceReference",
        _COMMON, "Resource {reference} referenced by resource {id} was not found. Please make sure that the referenced "
        "resource exists, and that both resources are in the same region.")

    # fmt: on
