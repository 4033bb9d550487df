"""What the emulated S3 refuses of any request and about buckets; `object_refusals` has the rest.

Code raises ``Refusal.X.error(...)``; each row has its documentation page, and the tests provoke it.
"""

from __future__ import annotations

from cloudctl.sandbox.aws.s3.refusal_table import Row, Table

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
_ERRORS = _API + "ErrorResponses.html"
_SIGNING = _API + "sigv4-query-string-auth.html"
_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_TAGS = _GUIDE + "CostAllocTagging.html"
_LIFECYCLE = _API + "API_PutBucketLifecycleConfiguration.html"
_POLICY = _API + "API_PutBucketPolicy.html"


class Refusal(Table):
    """The table."""

    # fmt: off

    UNSIGNED = Row(
        "s3:*", "the request is not signed (no bucket is public here)", 403, "AccessDenied", _ERRORS, "Access Denied")
    OLD_SIGNATURE = Row(
        "s3:*", "a signature of version 2", 400, "InvalidRequest",
        _API + "sig-v4-authenticating-requests.html",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.")
    UNKNOWN_KEY = Row(
        "s3:*", "the access key id is not `sandbox`", 403, "InvalidAccessKeyId", _ERRORS,
        "The AWS Access Key Id you provided does not exist in our records.")
    NOT_SERVED = Row(
        "s3:*", "the sandbox does not serve the operation, the parameter or the checksum algorithm", 501,
        "NotImplemented", _ERRORS, "The sandbox does not serve {what}")
    CRASHED = Row(
        "s3:*", "the sandbox fails", 500, "InternalError", _ERRORS,
        "We encountered an internal error. Please try again.")
    URI = Row(
        "s3:*", "a path that is not UTF-8", 400, "InvalidURI", _ERRORS, "Couldn't parse the specified URI.")
    SIGNING_REGION = Row(
        "s3:*", "the region that was signed for does not exist or is not enabled", 400,
        "AuthorizationHeaderMalformed", _ERRORS,
        "The authorization header is malformed; the region '{region}' is wrong; expecting '{Region}'")
    OTHER_REGION = Row(
        "s3:*", "the bucket is in another region than the one signed for", 301, "PermanentRedirect",
        _GUIDE + "Redirects.html",
        "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all "
        "future requests to this endpoint.")
    BAD_XML = Row(
        "s3:*", "a document that is not XML, or not of the operation's schema", 400, "MalformedXML", _ERRORS,
        _MALFORMED)
    ARGUMENT = Row(
        "s3:*", "a header or query parameter with a value that is not of its type or none of its values", 400,
        "InvalidArgument", _ERRORS, "Invalid value '{ArgumentValue}' for {ArgumentName}")
    MISSING_ARGUMENT = Row(
        "s3:*", "a required header or query parameter is missing", 400, "InvalidRequest", _ERRORS,
        "Missing required parameter for this request: '{name}'")
    MISSING_CHECKSUM = Row(
        "s3:DeleteObjects, PutBucket*, PutPublicAccessBlock", "neither Content-MD5 nor a checksum", 400,
        "InvalidRequest", _API + "API_DeleteObjects.html",
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    MESSAGE_LENGTH = Row(
        "s3:*", "a document over 16 MiB", 400, "MaxMessageLengthExceeded", _ERRORS, "Your request was too big.")
    OTHER_OWNER = Row(
        "s3:*", "x-amz-expected-bucket-owner is not the bucket's account", 403, "AccessDenied",
        _GUIDE + "bucket-owner-condition.html", "Access Denied")
    FOREIGN = Row(
        "s3:*", "a bucket of another account (here: its name starts with `taken-`)", 403, "AccessDenied", _ERRORS,
        "Access Denied")
    NO_BUCKET = Row(
        "s3:*", "a bucket that does not exist", 404, "NoSuchBucket", _ERRORS, "The specified bucket does not exist")

    BUCKET_NAME = Row(
        "s3:CreateBucket", "a name against the naming rules", 400, "InvalidBucketName",
        _GUIDE + "bucketnamingrules.html", "The specified bucket is not valid.")
    BUCKET_TAKEN = Row(
        "s3:CreateBucket", "a name that another account has", 409, "BucketAlreadyExists",
        _API + "API_CreateBucket.html",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
        "Please select a different name and try again.")
    BUCKET_OWNED = Row(
        "s3:CreateBucket", "a bucket of one's own that exists (in us-east-1 that is no error)", 409,
        "BucketAlreadyOwnedByYou", _API + "API_CreateBucket.html",
        "Your previous request to create the named bucket succeeded and you already own it.")
    LOCATION_INVALID = Row(
        "s3:CreateBucket", "a location constraint that is no region, or is us-east-1", 400,
        "InvalidLocationConstraint", _ERRORS, "The specified location-constraint is not valid")
    LOCATION_MISFIT = Row(
        "s3:CreateBucket", "no location constraint, or another region's, outside us-east-1", 400,
        "IllegalLocationConstraintException", _ERRORS,
        "The {LocationConstraint} location constraint is incompatible for the region specific endpoint this request "
        "was sent to.")
    BUCKET_ACL = Row(
        "s3:CreateBucket", "a canned ACL other than private", 400, "InvalidBucketAclWithObjectOwnership",
        _GUIDE + "about-object-ownership.html",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
    NOT_EMPTY = Row(
        "s3:DeleteBucket", "a bucket with an object, a version or a delete marker", 409, "BucketNotEmpty",
        _API + "API_DeleteBucket.html", "The bucket you tried to delete is not empty")
    NO_TAGS = Row(
        "s3:GetBucketTagging", "a bucket without tags", 404, "NoSuchTagSet", _API + "API_GetBucketTagging.html",
        "The TagSet does not exist")
    TAG_COUNT = Row(
        "s3:PutBucketTagging, CreateBucket", "more than 50 tags", 400, "BadRequest", _TAGS,
        "Bucket tag count cannot be greater than 50")
    TAG_TWICE = Row(
        "s3:PutBucketTagging, CreateBucket", "the same key twice", 400, "InvalidTag", _TAGS,
        "Cannot provide multiple Tags with the same key")
    TAG_RESERVED = Row(
        "s3:PutBucketTagging, CreateBucket", "a key that starts with `aws:`", 400, "InvalidTag", _TAGS,
        "System tags cannot be added/updated by requester")
    TAG_KEY = Row(
        "s3:PutBucketTagging, CreateBucket", "a key that is empty, over 128 characters or of other characters than "
        "allowed", 400, "InvalidTag", _TAGS, "The TagKey you have provided is invalid")
    TAG_VALUE = Row(
        "s3:PutBucketTagging, CreateBucket", "a value over 256 characters or of other characters than allowed", 400,
        "InvalidTag", _TAGS, "The TagValue you have provided is invalid")
    ENCRYPTION_RULES = Row(
        "s3:PutBucketEncryption", "not exactly one rule, or one without a default", 400, "MalformedXML",
        _API + "API_PutBucketEncryption.html",
        _MALFORMED)
    KEY_WITHOUT_KMS = Row(
        "s3:PutBucketEncryption, PutObject", "a KMS key with an algorithm that has none", 400, "InvalidArgument",
        _API + "API_ServerSideEncryptionByDefault.html",
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
    NO_PUBLIC_BLOCK = Row(
        "s3:GetPublicAccessBlock", "a bucket whose public access block was deleted", 404,
        "NoSuchPublicAccessBlockConfiguration", _API + "API_GetPublicAccessBlock.html",
        "The public access block configuration was not found")
    NO_POLICY = Row(
        "s3:GetBucketPolicy, GetBucketPolicyStatus", "a bucket without a policy", 404, "NoSuchBucketPolicy",
        _API + "API_GetBucketPolicy.html", "The bucket policy does not exist")
    POLICY_MALFORMED = Row(
        "s3:PutBucketPolicy", "a document that is no policy, or not one for this bucket", 400, "MalformedPolicy",
        _POLICY, "{reason}")
    POLICY_PUBLIC = Row(
        "s3:PutBucketPolicy", "a public policy while BlockPublicPolicy is on", 403, "AccessDenied",
        _GUIDE + "access-control-block-public-access.html", "Access Denied")
    NO_LIFECYCLE = Row(
        "s3:GetBucketLifecycleConfiguration", "a bucket without lifecycle rules", 404,
        "NoSuchLifecycleConfiguration", _API + "API_GetBucketLifecycleConfiguration.html",
        "The lifecycle configuration does not exist")
    LIFECYCLE_SHAPE = Row(
        "s3:PutBucketLifecycleConfiguration", "a rule without a filter, with two, or with more than one date of "
        "expiration", 400, "MalformedXML", _LIFECYCLE,
        _MALFORMED)
    LIFECYCLE_ARGUMENT = Row(
        "s3:PutBucketLifecycleConfiguration", "days, dates or ids out of their range", 400, "InvalidArgument",
        _LIFECYCLE, "{reason}")
    LIFECYCLE_REQUEST = Row(
        "s3:PutBucketLifecycleConfiguration", "a rule without an action, or actions or forms of filters that exclude "
        "each other", 400, "InvalidRequest", _LIFECYCLE, "{reason}")

    LIST_REGION = Row(
        "s3:ListBuckets", "a bucket-region other than the region signed for", 400, "InvalidArgument",
        _API + "API_ListBuckets.html", "Argument value {ArgumentValue} is not supported at this endpoint")
    LIST_TOKEN = Row(
        "s3:ListBuckets, ListObjectsV2", "a continuation token that was never given", 400, "InvalidArgument",
        _API + "API_ListObjectsV2.html", "The continuation token provided is incorrect")
    LIST_MARKERS = Row(
        "s3:ListObjectVersions", "a version id marker without a key marker", 400, "InvalidArgument",
        _API + "API_ListObjectVersions.html", "A version-id marker cannot be specified without a key marker.")
    VERSION_INVALID = Row(
        "s3:*Object, ListObjectVersions", "a version id that S3 never gave", 400, "InvalidArgument", _ERRORS,
        "Invalid version id specified")
    DELETE_COUNT = Row(
        "s3:DeleteObjects", "no key, or more than 1,000", 400, "MalformedXML", _API + "API_DeleteObjects.html",
        _MALFORMED)

    EXPIRED = Row(
        "s3:*", "a presigned URL after its time", 403, "AccessDenied", _SIGNING, "Request has expired")
    EXPIRES = Row(
        "s3:*", "a presigned URL with a time outside 1 second to 7 days", 400, "AuthorizationQueryParametersError",
        _SIGNING, "X-Amz-Expires must be between 1 and 604800 seconds")
    QUERY_AUTH = Row(
        "s3:*", "a presigned URL that lacks a parameter or has one that cannot be read", 400,
        "AuthorizationQueryParametersError", _SIGNING,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
        "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
    SIGNATURE = Row(
        "s3:*", "a presigned URL whose signature is not that of the request", 403, "SignatureDoesNotMatch", _SIGNING,
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
        "method.")
    # fmt: on
