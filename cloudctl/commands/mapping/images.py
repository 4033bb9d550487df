"""``cloudctl mapping image``."""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.mapping import AwsImage, AzureImage, Image, NativeImage, choose_image, find_image
from cloudctl.mapping import images as known_images
from cloudctl.output import Kind, Row

_FIELDS = ("name", "provider", "os", "architecture", "image", "owner", "plan", "login_user", "cloud_init")
IMAGE = Kind(
    name="image",
    columns=("name", "provider", "architecture", "image", "login_user"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "name"),
)


def show_images(go: Invocation, name: str | None) -> None:
    """Write one image, or all, a row for each cloud and architecture that has it."""
    answer(go, IMAGE, lambda: _rows([find_image(name)] if name else known_images()))


def _rows(images: list[Image]) -> Iterator[Row]:
    for image in images:
        for provider, side in image.clouds.items():
            for architecture in ("x86_64", "arm64"):
                if getattr(side, architecture):
                    yield _row(image, provider, architecture)


def _row(image: Image, provider: str, architecture: str) -> Row:
    choice = choose_image(provider, image.name, architecture)
    return {
        "name": image.name,
        "provider": provider,
        "os": image.os,
        "architecture": architecture,
        "image": choice.source and _reference(choice.source),
        "owner": choice.source.owner if isinstance(choice.source, AwsImage) else None,
        "plan": choice.source.plan if isinstance(choice.source, AzureImage) else None,
        "login_user": choice.login_user,
        "cloud_init": choice.cloud_init,
    }


def _reference(source: NativeImage) -> str:
    """What finds the newest: a name pattern on AWS, a URN on Azure, the path of a family on GCP."""
    if isinstance(source, AwsImage):
        return source.pattern
    return source.urn if isinstance(source, AzureImage) else source.path
