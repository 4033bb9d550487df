"""The mapping tables: nouns, sizes, regions and images of the three clouds, read strictly and without network.

Each table is read when it is first asked for, once per process, and so are the modules below this one: a look-up of
sizes does not pay for images. A table that breaks its rules raises TableError with file, line and key.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudctl.mapping.choice import Choice, choose
    from cloudctl.mapping.image_table import (
        AwsImage,
        AzureImage,
        GcpImage,
        Image,
        ImageChoice,
        NativeImage,
        choose_image,
        image,
        images,
    )
    from cloudctl.mapping.noun_table import NounCloud, NounTable, noun, nouns
    from cloudctl.mapping.region_table import Region, RegionChoice, choose_region, nearest, region, regions
    from cloudctl.mapping.size_table import Neutral, Size, neutral, size, sizes
    from cloudctl.mapping.tables import TableError

_MODULES = {
    "choice": ("Choice", "choose"),
    "image_table": (
        "AwsImage", "AzureImage", "GcpImage", "Image", "ImageChoice", "NativeImage", "choose_image", "image", "images",
    ),
    "noun_table": ("NounCloud", "NounTable", "noun", "nouns"),
    "region_table": ("Region", "RegionChoice", "choose_region", "nearest", "region", "regions"),
    "size_table": ("Neutral", "Size", "neutral", "size", "sizes"),
    "tables": ("TableError",),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AwsImage", "AzureImage", "Choice", "GcpImage", "Image", "ImageChoice", "NativeImage", "Neutral", "NounCloud",
    "NounTable", "Region", "RegionChoice", "Size", "TableError", "choose", "choose_image", "choose_region", "image",
    "images", "nearest", "neutral", "noun", "nouns", "region", "regions", "size", "sizes",
]  # fmt: skip


if not TYPE_CHECKING:  # a type checker would take it for any name at all

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
