"""Everything that the emulated AWS refuses, in one table.

Code raises ``Refusal.X.error(...)``; the documentation page lists the rows and the tests provoke each one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cloudctl.sandbox.aws.envelope import ErrorBody

_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/"
_ERRORS = _GUIDE + "APIReference/errors-overview.html"
_API = _GUIDE + "APIReference/API_"
_TOKENS = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html"
_STS = "https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One refusal: who refuses, when, with which HTTP status, code and message, and where that is written."""

    operation: str
    condition: str
    status: int
    code: str
    page: str
    message: str


class Refusal(Enum):
    """The table."""

    # fmt: off

    EC2_UNSIGNED = Row(
        "ec2:*", "the Authorization header is missing or malformed", 401, "AuthFailure", _ERRORS,
        "AWS was not able to validate the provided access credentials")
    EC2_UNKNOWN_KEY = Row(
        "ec2:*", "the access key id is not `sandbox`", 401, "AuthFailure", _ERRORS,
        "AWS was not able to validate the provided access credentials.")
    EC2_REGION = Row(
        "ec2:*", "the region does not exist or is not enabled", 401, "AuthFailure", _ERRORS,
        "AWS was not able to validate the provided access credentials in the region {region}")
    STS_UNSIGNED = Row(
        "sts:*", "the Authorization header is missing or malformed", 403, "MissingAuthenticationToken", _STS,
        "Request is missing Authentication Token")
    STS_UNKNOWN_KEY = Row(
        "sts:*", "the access key id is not `sandbox`", 403, "InvalidClientTokenId", _STS,
        "The security token included in the request is invalid.")
    NOT_SERVED = Row(
        "*", "the sandbox does not serve the service, the operation or the filter", 501, "NotImplemented",
        _ERRORS, "The sandbox does not serve {what}")
    CRASHED = Row(
        "ec2:*", "moto fails with an unexpected exception", 500, "InternalError", _ERRORS,
        "An internal error has occurred: {what}")
    UNKNOWN_ACTION = Row(
        "ec2:*", "the operation does not exist", 400, "InvalidAction", _ERRORS,
        "The action {action} is not valid for this web service.")
    UNKNOWN_PARAMETER = Row(
        "ec2:*", "a parameter that the operation does not have", 400, "UnknownParameter", _ERRORS,
        "The parameter {name} is not recognized")
    MISSING_PARAMETER = Row(
        "ec2:*", "a required parameter is missing", 400, "MissingParameter", _ERRORS,
        "The request must contain the parameter {name}")
    PARAMETER_TYPE = Row(
        "ec2:*", "a value is not of the parameter's type", 400, "InvalidParameterValue", _ERRORS,
        "Invalid value '{value}' for {name}. It must be of type {type}.")
    PARAMETER_CHOICE = Row(
        "ec2:*", "a value is not one of the parameter's values", 400, "InvalidParameterValue", _ERRORS,
        "Invalid value '{value}' for {name}.")
    PARAMETER_RANGE = Row(
        "ec2:*", "a number is outside the parameter's range", 400, "InvalidParameterValue", _ERRORS,
        "Value ( {value} ) for parameter {name} is invalid. Expecting a value between {low} and {high}.")
    DRY_RUN = Row(
        "ec2:*", "DryRun is true", 412, "DryRunOperation", _ERRORS,
        "Request would have succeeded, but DryRun flag is set.")
    FILTER = Row(
        "ec2:Describe*", "a filter name that is not documented for the operation", 400,
        "InvalidParameterValue", _ERRORS, "The filter '{name}' is invalid")
    PAGE_TOKEN = Row(
        "ec2:Describe*", "a NextToken that was not given for this request", 400, "InvalidNextToken", _ERRORS,
        "The token '{token}' is invalid")
    PAGE_AND_IDS = Row(
        "ec2:DescribeInstances", "MaxResults together with InstanceIds", 400, "InvalidParameterCombination",
        _API + "DescribeInstances.html",
        "The parameter instancesSet cannot be used with the parameter maxResults")
    TAG_LIMIT = Row(
        "ec2:CreateTags, TagSpecifications", "more than 50 tags", 400, "TagLimitExceeded",
        _GUIDE + "UserGuide/Using_Tags.html", "More than 50 tags specified")
    TAG_RESERVED = Row(
        "ec2:CreateTags, TagSpecifications", "a tag key that starts with `aws:`", 400,
        "InvalidParameterValue", _GUIDE + "UserGuide/Using_Tags.html",
        "Tag keys starting with 'aws:' are reserved for internal use")
    TAG_LENGTH = Row(
        "ec2:CreateTags, TagSpecifications", "a key over 128 or a value over 256 characters", 400,
        "InvalidParameterValue", _GUIDE + "UserGuide/Using_Tags.html",
        "Tag {part} exceeds the maximum length of {limit} characters")
    TAG_DUPLICATE = Row(
        "ec2:CreateTags, TagSpecifications", "the same key twice", 400, "InvalidParameterValue",
        _GUIDE + "UserGuide/Using_Tags.html", "Duplicate tag key '{key}' specified.")
    TAG_RESOURCE = Row(
        "ec2:RunInstances, CreateSecurityGroup, ...",
        "a TagSpecification for a resource that the operation does not make", 400, "InvalidParameterValue",
        _API + "TagSpecification.html", "'{type}' is not a valid taggable resource type for this operation.")
    TOKEN_MISMATCH = Row(
        "ec2:RunInstances", "a ClientToken used before with other parameters", 400,
        "IdempotentParameterMismatch", _TOKENS,
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
    TOKEN_TERMINATED = Row(
        "ec2:RunInstances", "a ClientToken whose instance has been terminated", 400,
        "IdempotentInstanceTerminated", _TOKENS,
        "The instance launched with the client token {token} has been terminated.")
    TOKEN_LENGTH = Row(
        "ec2:RunInstances", "a ClientToken over 64 characters or not ASCII", 400, "InvalidParameterValue",
        _TOKENS, "Invalid value '{token}' for clientToken.")
    IMAGE_MISSING = Row(
        "ec2:RunInstances, DescribeImages", "an image that does not exist", 400, "InvalidAMIID.NotFound",
        _ERRORS, "The image id '[{id}]' does not exist")
    IMAGE_MALFORMED = Row(
        "ec2:RunInstances, DescribeImages", "an image id of the wrong form", 400, "InvalidAMIID.Malformed",
        _ERRORS, 'Invalid id: "{id}" (expecting "ami-...")')
    NO_IMAGE = Row(
        "ec2:RunInstances", "no image", 400, "MissingParameter", _API + "RunInstances.html",
        "The request must contain the parameter ImageId")
    INSTANCE_TYPE = Row(
        "ec2:RunInstances", "an instance type that does not exist", 400, "InvalidParameterValue", _ERRORS,
        "Invalid value '{value}' for InstanceType.")
    ARCHITECTURE = Row(
        "ec2:RunInstances", "image and instance type of different architectures", 400,
        "InvalidParameterValue", _ERRORS,
        "The architecture '{type}' of the specified instance type does not match the architecture "
        "'{image}' of the specified AMI. Specify an instance type and an AMI that have matching "
        "architectures, and try again.")
    NOT_OFFERED = Row(
        "ec2:RunInstances", "an instance type that the zone does not offer", 400, "Unsupported", _ERRORS,
        "Your requested instance type ({type}) is not supported in your requested Availability Zone "
        "({zone}).")
    COUNT = Row(
        "ec2:RunInstances", "MinCount below 1 or above MaxCount", 400, "InvalidParameterValue",
        _API + "RunInstances.html", "Value ({value}) for parameter minCount is invalid.")
    KEY_MISSING = Row(
        "ec2:RunInstances, DescribeKeyPairs", "a key pair that does not exist", 400,
        "InvalidKeyPair.NotFound", _ERRORS, "The key pair '{name}' does not exist")
    SUBNET_MISSING = Row(
        "ec2:RunInstances", "a subnet that does not exist", 400, "InvalidSubnetID.NotFound", _ERRORS,
        "The subnet ID '{id}' does not exist")
    GROUP_MISSING = Row(
        "ec2:RunInstances, DescribeSecurityGroups, DeleteSecurityGroup",
        "a security group that does not exist", 400, "InvalidGroup.NotFound", _ERRORS,
        "The security group '{id}' does not exist")
    GROUP_OTHER_NETWORK = Row(
        "ec2:RunInstances", "a security group of another VPC than the subnet's", 400, "InvalidParameter",
        _ERRORS, "Security group {id} and subnet {subnet} belong to different networks.")
    ZONE = Row(
        "ec2:RunInstances, DescribeAvailabilityZones", "an Availability Zone that the region does not have", 400,
        "InvalidParameterValue", _ERRORS, "Invalid availability zone: [{zone}]")
    NETWORK_COMBINATION = Row(
        "ec2:RunInstances", "NetworkInterfaces with an instance-level subnet or security group", 400,
        "InvalidParameterCombination", _API + "RunInstances.html",
        "Network interfaces and an instance-level {what} may not be specified on the same request")
    PUBLIC_WITH_TWO = Row(
        "ec2:RunInstances", "AssociatePublicIpAddress with more than one network interface", 400,
        "InvalidParameterCombination", _API + "InstanceNetworkInterfaceSpecification.html",
        "The associatePublicIPAddress parameter cannot be specified when launching with multiple network "
        "interfaces.")
    INTERFACE_LIMIT = Row(
        "ec2:RunInstances", "more network interfaces than the type has", 400, "AttachmentLimitExceeded",
        _ERRORS, "Interface count {count} exceeds the limit for {type}")
    ROOT_TOO_SMALL = Row(
        "ec2:RunInstances", "a volume smaller than its snapshot", 400, "InvalidBlockDeviceMapping", _ERRORS,
        "Volume of size {size}GB is smaller than snapshot '{snapshot}', expect size >= {minimum}GB")
    NO_DEFAULT_NETWORK = Row(
        "ec2:RunInstances", "no subnet, and no default subnet to take", 400, "MissingInput", _ERRORS,
        "No subnets found for the default VPC. Please specify a subnet.")
    SUBNET_FULL = Row(
        "ec2:RunInstances", "a subnet with too few free addresses", 400, "InsufficientFreeAddressesInSubnet",
        _ERRORS,
        "There are not enough free addresses in subnet '{id}' to satisfy the requested number of instances.")
    ADDRESS_IN_USE = Row(
        "ec2:RunInstances", "a private address that is taken", 400, "InvalidIPAddress.InUse", _ERRORS,
        "Address {address} is in use.")
    INTERFACE_IN_USE = Row(
        "ec2:RunInstances", "a network interface that is attached already", 400,
        "InvalidNetworkInterface.InUse", _ERRORS, "Interface: [{id}] in use.")
    IAM_PROFILE = Row(
        "ec2:RunInstances", "an instance profile (the sandbox serves no IAM yet, so none exists)", 400,
        "InvalidParameterValue", _API + "RunInstances.html",
        "Value ({name}) for parameter iamInstanceProfile is invalid. Invalid IAM Instance Profile")
    USER_DATA_LENGTH = Row(
        "ec2:RunInstances", "user data over 16 KB before encoding", 400, "InvalidParameterValue",
        _GUIDE + "UserGuide/instancedata-add-user-data.html", "User data is limited to 16384 bytes")
    USER_DATA_ENCODING = Row(
        "ec2:RunInstances", "user data that is not base64", 400, "InvalidUserData.Malformed", _ERRORS,
        "Invalid BASE64 encoding of user data.")
    INSTANCE_MISSING = Row(
        "ec2:DescribeInstances, Start-, Stop-, Reboot-, TerminateInstances",
        "an instance that does not exist", 400, "InvalidInstanceID.NotFound", _ERRORS,
        "The instance ID '{id}' does not exist")
    INSTANCE_MALFORMED = Row(
        "ec2:DescribeInstances, Start-, Stop-, Reboot-, TerminateInstances",
        "an instance id of the wrong form", 400, "InvalidInstanceID.Malformed", _ERRORS, 'Invalid id: "{id}"')
    WRONG_STATE = Row(
        "ec2:StartInstances, StopInstances, RebootInstances",
        "an instance in a state that does not allow it (start while stopping, anything once shutting down)",
        400, "IncorrectInstanceState", _ERRORS,
        "The instance '{id}' is not in a state from which it can be {verb}.")
    SPOT_STOP = Row(
        "ec2:StopInstances", "a Spot Instance of a one-time request", 400, "UnsupportedOperation", _ERRORS,
        "You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance "
        "request. You can only stop Spot Instances associated with persistent Spot Instance requests.")
    PROTECTED = Row(
        "ec2:TerminateInstances, StopInstances", "an instance with termination or stop protection", 400,
        "OperationNotPermitted", _ERRORS,
        "The instance '{id}' may not be {verb}. Modify its '{attribute}' instance attribute and try again.")
    RESIZE_RUNNING = Row(
        "ec2:ModifyInstanceAttribute", "the instance type of an instance that is not stopped", 400,
        "IncorrectInstanceState", _API + "ModifyInstanceAttribute.html",
        "The instance '{id}' is not in the 'stopped' state.")
    GROUP_DUPLICATE = Row(
        "ec2:CreateSecurityGroup", "a name that the VPC has already", 400, "InvalidGroup.Duplicate", _ERRORS,
        "The security group '{name}' already exists for VPC '{vpc}'")
    GROUP_NAME = Row(
        "ec2:CreateSecurityGroup", "a name that starts with `sg-` or has other characters than allowed", 400,
        "InvalidParameterValue", _API + "CreateSecurityGroup.html",
        "Value ({name}) for parameter GroupName is invalid.")
    VPC_MISSING = Row(
        "ec2:CreateSecurityGroup", "a VPC that does not exist", 400, "InvalidVpcID.NotFound", _ERRORS,
        "The vpc ID '{id}' does not exist")
    GROUP_IN_USE = Row(
        "ec2:DeleteSecurityGroup",
        "a group that a network interface has (also of an instance that is shutting down) or another "
        "group's rule names",
        400, "DependencyViolation", _API + "DeleteSecurityGroup.html", "resource {id} has a dependent object")
    GROUP_DEFAULT = Row(
        "ec2:DeleteSecurityGroup", "the default group of a VPC", 400, "CannotDelete", _ERRORS,
        'the specified group: "{id}" name: "default" cannot be deleted by a user')
    KEY_DUPLICATE = Row(
        "ec2:ImportKeyPair, CreateKeyPair", "a name that the region has already", 400,
        "InvalidKeyPair.Duplicate", _ERRORS, "The keypair already exists")
    KEY_FORMAT = Row(
        "ec2:ImportKeyPair", "material that is no RSA or ED25519 public key", 400, "InvalidKey.Format",
        _ERRORS, "Key is not in valid OpenSSH public key format")
    REGION_NAME = Row(
        "ec2:DescribeRegions", "a region that does not exist", 400, "InvalidParameterValue", _ERRORS,
        "Invalid region names provided: {name}")
    INSTANCE_TYPE_QUERY = Row(
        "ec2:DescribeInstanceTypes", "an instance type that does not exist", 400, "InvalidInstanceType",
        _ERRORS, "The following supplied instance types do not exist: [{value}]")
    # fmt: on

    def error(self, **words: object) -> ErrorBody:
        """The refusal with its message filled in, to be raised."""
        row: Row = self.value
        return ErrorBody(row.status, row.code, row.message.format(**words))
