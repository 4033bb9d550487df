"""Public images by neutral name, and what the user may write instead: a provider's own id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.errors import UsageError
from cloudctl.mapping import tables
from cloudctl.mapping.naming import unknown
from cloudctl.mapping.tables import Place, record


@dataclass(frozen=True, slots=True)
class ImageOnCloud:
    """How a cloud finds an image; mappings/images.toml explains the values.

    ``x86_64`` and ``arm64`` hold a name pattern of AWS, PUBLISHER:OFFER:SKU of Azure or an image family of GCP, None
    where there is none. ``owner`` is AWS's account, ``project`` GCP's. ``cloud_init`` None: not confirmed.
    """

    x86_64: str | None = None
    arm64: str | None = None
    owner: str | None = None
    project: str | None = None
    user: str | None = None
    plan: bool = False
    cloud_init: bool | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A neutral image: ``os`` is ``linux`` or ``windows``; ``clouds`` has the clouds that offer it."""

    name: str
    os: str
    clouds: Mapping[str, ImageOnCloud]


@dataclass(frozen=True, slots=True)
class AwsImage:
    """The newest available AMI of an owner whose name matches ``pattern`` (``*`` and ``?``), for DescribeImages."""

    owner: str
    pattern: str


@dataclass(frozen=True, slots=True)
class AzureImage:
    """A Marketplace image. ``plan``: the machine must name the plan (SKU, offer, publisher), its terms accepted."""

    publisher: str
    offer: str
    sku: str
    version: str = "latest"
    plan: bool = False

    @property
    def urn(self) -> str:
        return f"{self.publisher}:{self.offer}:{self.sku}:{self.version}"


@dataclass(frozen=True, slots=True)
class GcpImage:
    """The newest image of a family, for images.getFromFamily."""

    project: str
    family: str

    @property
    def path(self) -> str:
        return f"projects/{self.project}/global/images/family/{self.family}"


NativeImage = AwsImage | AzureImage | GcpImage


@dataclass(frozen=True, slots=True)
class ImageChoice:
    """An image of one cloud for what was ``wanted``.

    Either ``source`` says where the newest is found, or ``id`` is the provider's own id as the user gave it: an AMI id,
    an ARM id, a GCP path. ``name`` is the neutral name. What a native id does not tell is None: ``name``,
    ``architecture``, ``os``, ``cloud_init``; ``login_user`` is then None on AWS.
    """

    provider: str
    wanted: str
    source: NativeImage | None = None
    id: str | None = None
    name: str | None = None
    architecture: str | None = None
    os: str | None = None
    login_user: str | None = None
    cloud_init: bool | None = None


_OWN_ID = {
    "aws": re.compile(r"ami-[0-9a-f]{8,17}"),
    "azure": re.compile(r"/(?:subscriptions|communityGalleries|sharedGalleries)/.+/images/.+", re.IGNORECASE),
    "gcp": re.compile(r"projects/[^/]+/global/images/(?:family/)?[^/]+"),
}
_URN = re.compile(r"([\w.-]+):([\w.-]+):([\w.-]+):([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Shelf:
    """All images by neutral name, and the login user that cloudctl chooses where the image does not say it."""

    images: Mapping[str, Image]
    users: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    os: str


def _check_source(provider: str, entry: ImageOnCloud, place: Place) -> None:
    if not (entry.x86_64 or entry.arm64):
        raise place.error("has no image for any architecture")
    if provider == "aws" and not (entry.owner and entry.user):
        raise place.error("lacks the key 'owner' or 'user'")
    if provider == "gcp" and not entry.project:
        raise place.error("lacks the key 'project'")
    for architecture in ("x86_64", "arm64") if provider == "azure" else ():
        urn = getattr(entry, architecture)
        if urn and urn.count(":") != 2:
            raise place.child(architecture).error(f"{urn!r} is not PUBLISHER:OFFER:SKU")


def _on_clouds(place: Place) -> Iterator[tuple[str, ImageOnCloud]]:
    for provider in ("aws", "azure", "gcp"):
        if provider in place.table():
            entry = record(ImageOnCloud, place.child(provider))
            _check_source(provider, entry, place.child(provider))
            yield provider, entry


def _image(place: Place) -> Image:
    place.expect({"name", "os"}, {"aws", "azure", "gcp"})
    if place.table()["os"] not in ("linux", "windows"):
        raise place.child("os").error("is neither linux nor windows")
    clouds = dict(_on_clouds(place))
    if not clouds:
        raise place.error("is on no cloud")
    return Image(place.table()["name"], place.table()["os"], clouds)


def read(place: Place) -> Shelf:
    """The images of a table; TableError for one that is there twice or that no cloud has."""
    place.expect({"user", "image"})
    images: dict[str, Image] = {}
    for item in place.child("image").items():
        image = _image(item)
        if image.name in images:
            raise item.child("name").error(f"the image {image.name!r} is there twice")
        images[image.name] = image
    return Shelf(images, tables.texts(place.child("user")))


@cache
def _shelf() -> Shelf:
    return read(tables.load("images"))


def image(name: str) -> Image | None:
    """The image with this neutral name, or None when the table does not have it."""
    return _shelf().images.get(name.casefold())


def find_image(name: str) -> Image:
    """The image with this neutral name. Raises UnknownName, with the nearest names."""
    found = image(name)
    if not found:
        raise unknown("image", name, _shelf().images)
    return found


def images() -> list[Image]:
    """Every neutral image."""
    return list(_shelf().images.values())


def _own(provider: str, wanted: str) -> ImageChoice | None:
    """The choice for a provider's own id, which passes through as it is."""
    user = _shelf().users.get(provider)
    if _OWN_ID[provider].fullmatch(wanted):
        return ImageChoice(provider, wanted, id=wanted, login_user=user)
    if provider == "azure" and (urn := _URN.fullmatch(wanted)):
        source = AzureImage(urn[1], urn[2], urn[3], urn[4])
        return ImageChoice(provider, wanted, source=source, login_user=user)
    return None


def _source(provider: str, entry: ImageOnCloud, value: str) -> NativeImage:
    if provider == "aws":
        return AwsImage(entry.owner or "", value)
    if provider == "gcp":
        return GcpImage(entry.project or "", value)
    publisher, offer, sku = value.split(":")
    return AzureImage(publisher, offer, sku, plan=entry.plan)


def choose_image(provider: str, wanted: str, architecture: str) -> ImageChoice:
    """The image of a cloud for a neutral name or the provider's own id.

    Own ids are ``ami-...``, Azure's URN ``PUBLISHER:OFFER:SKU:VERSION`` or ARM id, and GCP's
    ``projects/P/global/images/[family/]X``; they are not checked. ``architecture`` is ``x86_64`` or ``arm64``. Raises
    UnknownName, and UsageError for an image that the cloud does not have for that architecture.
    """
    if own := _own(provider, wanted):
        return own
    found = find_image(wanted)
    entry = found.clouds.get(provider)
    value = entry and getattr(entry, architecture)
    if not entry or not value:
        raise _missing(provider, found, architecture)
    return ImageChoice(
        provider,
        wanted,
        source=_source(provider, entry, value),
        name=found.name,
        architecture=architecture,
        os=found.os,
        login_user=entry.user or _shelf().users.get(provider),
        cloud_init=entry.cloud_init,
    )


def _missing(provider: str, wanted: Image, architecture: str) -> UsageError:
    others = [
        other.name
        for other in images()
        if other.os == wanted.os and provider in other.clouds and getattr(other.clouds[provider], architecture)
    ]
    return UsageError(
        f"no confirmed image {wanted.name} for {architecture} on {provider}",
        fix=f"choose {', '.join(others)}, or give the provider's own image id" if others else None,
    )
