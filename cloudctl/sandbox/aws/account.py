"""The one account of the emulated AWS and the regions that are enabled in it."""

from __future__ import annotations

ACCOUNT = "123456789012"
ACCESS_KEY = "sandbox"
SECRET_KEY = "sandbox"

# Enabled in every account; the others must be opted in to.
# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
ENABLED_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
