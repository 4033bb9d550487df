"""EC2's rules for names, tags and options, checked before any call."""

from __future__ import annotations

import re

from cloudctl.errors import UsageError
from cloudctl.scope import Scope
from cloudctl.services.vm import VmSpec
from cloudctl_aws import tags
from cloudctl_aws.vm.places import windows
from cloudctl_aws.vm.read import INSTANCE_ID
from cloudctl_aws.vm.resources import PREFIX

# The security group has the machine's name in its own:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
_LONGEST_GROUP_NAME = 255
_LONGEST_NAME = _LONGEST_GROUP_NAME - len(PREFIX)
_NAME = re.compile(r"[\w.\-:/()#,@\[\]+=&;{}!$*]([\w .\-:/()#,@\[\]+=&;{}!$*]*[\w.\-:/()#,@\[\]+=&;{}!$*])?", re.ASCII)
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions, less those that cloudctl sets
_MOST_TAGS = 50 - 6
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
_KEY_TYPES = ("ssh-rsa", "ssh-ed25519")
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
_MOST_USER_DATA = 16384


def check(spec: VmSpec, scope: Scope) -> None:
    """Raise UsageError (UNSUPPORTED for Windows) when EC2 would refuse what is asked for."""
    _check_name(spec.name)
    _check_tags(spec)
    if spec.image.os == "windows":
        raise windows(spec)
    if not spec.ssh_key.startswith(_KEY_TYPES):
        raise UsageError("EC2 takes RSA and ED25519 keys only", fix="give another with --ssh-key PATH")
    if spec.user_data and len(spec.user_data.encode()) > _MOST_USER_DATA:
        raise UsageError(f"user data is limited to {_MOST_USER_DATA} bytes on AWS")
    if scope.zone and scope.region and not scope.zone.startswith(scope.region):
        raise UsageError(f"zone {scope.zone} is not in region {scope.region}")


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise UsageError(
            f"{name!r} cannot be the name of a machine on AWS",
            why=f"its security group {PREFIX}NAME takes at most {_LONGEST_GROUP_NAME} characters, so NAME takes "
            f"1 to {_LONGEST_NAME} ASCII letters, digits, inner spaces and _.-:/()#,@[]+=&;{{}}!$*",
        )
    if INSTANCE_ID.fullmatch(name):
        raise UsageError(f"{name!r} would be taken for an instance id", fix="choose another name")


def _check_tags(spec: VmSpec) -> None:
    if len(spec.tags) > _MOST_TAGS:
        raise UsageError(f"a machine on AWS takes {_MOST_TAGS} tags beside cloudctl's own, not {len(spec.tags)}")
    for key, value in spec.tags.items():
        if key.casefold().startswith("aws:"):
            raise UsageError(f"tag {key}: AWS keeps names that begin with aws: for itself")
        if key == tags.NAME:
            raise UsageError(f"tag {key}: it holds the name of the machine", fix="leave it out")
        if len(key) > _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            raise UsageError(
                f"tag {key}: AWS takes {_LONGEST_KEY} characters for a key and {_LONGEST_VALUE} for a value"
            )
