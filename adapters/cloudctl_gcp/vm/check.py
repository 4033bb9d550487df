"""What Google Cloud refuses, found before any call."""

from __future__ import annotations

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.scope import Scope
from cloudctl.services.vm import VmSpec
from cloudctl_gcp import tags
from cloudctl_gcp.vm.read import NAME
from cloudctl_gcp.vm.record import region_of

# https://cloud.google.com/compute/docs/naming-resources
_NAME_RULE = "lower-case letters, digits and hyphens, at most 63, first a letter, last no hyphen"
# https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
_USER_DATA_BYTES = 256 * 1024


def check(spec: VmSpec, scope: Scope) -> None:
    """Raise UsageError with the rule that is broken; CloudError (UNSUPPORTED) for a Windows image."""
    if spec.image.os == "windows":
        raise windows()
    if not NAME.fullmatch(spec.name):
        raise UsageError(f"Google Cloud does not allow the name {spec.name!r}", why=f"names are {_NAME_RULE}")
    for problem in tags.check(spec.tags):
        raise problem
    _check_zone(scope)
    _check_user_data(spec)
    check_architecture(spec, spec.image.architecture)


def windows() -> CloudError:
    return CloudError(Kind.UNSUPPORTED, "creating Windows machines is not supported yet")


def check_architecture(spec: VmSpec, architecture: str | None) -> None:
    """Raise UsageError when the image, as far as that is known, does not run on the size."""
    size = spec.size.size
    if architecture not in (None, size.architecture):
        raise UsageError(
            f"image {spec.image.wanted} is for {architecture}, size {size.name} is {size.architecture}",
            fix="choose an image or a size of the same architecture",
        )


def _check_zone(scope: Scope) -> None:
    if scope.zone and scope.region and region_of(scope.zone) != scope.region:
        raise UsageError(f"zone {scope.zone} is not in region {scope.region}")


def _check_user_data(spec: VmSpec) -> None:
    data = spec.user_data
    if data is None:
        return
    if len(data.encode()) > _USER_DATA_BYTES:
        raise UsageError("the user data is too long", why=f"a metadata value holds {_USER_DATA_BYTES} bytes")
    if data.startswith("#cloud-config") and spec.image.cloud_init is False:
        raise UsageError(
            f"image {spec.image.wanted} has no cloud-init on Google Cloud, which #cloud-config needs",
            fix="give a script (#!/bin/sh), or choose an image with cloud-init such as ubuntu-24.04",
        )
