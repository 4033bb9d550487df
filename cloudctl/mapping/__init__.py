"""The mapping tables: nouns, sizes, regions, images, services, engines, storage classes and roles.

The three clouds side by side, read strictly and without network.

Each table is read when it is first asked for, once per process, and so are the modules below this one: a look-up of
sizes does not pay for images. A table that breaks its rules raises TableError with file, line and key.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudctl.mapping.choice import Choice, NoSizeFits, choose, home_of_size
    from cloudctl.mapping.engine_table import Engine, EngineOnCloud, engines, find_engine
    from cloudctl.mapping.image_table import (
        AwsImage,
        AzureImage,
        GcpImage,
        Image,
        ImageChoice,
        NativeImage,
        choose_image,
        find_image,
        image,
        images,
    )
    from cloudctl.mapping.naming import UnknownName
    from cloudctl.mapping.neutral_sizes import Neutral, neutral
    from cloudctl.mapping.noun_table import NounCloud, NounTable, find_noun, noun, nouns
    from cloudctl.mapping.region_table import (
        Region,
        RegionChoice,
        choose_region,
        home_of_region,
        nearest,
        region,
        regions,
    )
    from cloudctl.mapping.role_table import Role, RoleOnCloud, find_role, roles
    from cloudctl.mapping.service_table import Category, ServiceOnCloud, categories, find_category
    from cloudctl.mapping.side_by_side import Match
    from cloudctl.mapping.size_table import Size, size, sizes
    from cloudctl.mapping.storage_class_table import (
        ClassOnCloud,
        StorageClass,
        find_storage_class,
        lost_class,
        storage_classes,
    )
    from cloudctl.mapping.tables import TableError

_MODULES = {
    "choice": ("Choice", "NoSizeFits", "choose", "home_of_size"),
    "engine_table": ("Engine", "EngineOnCloud", "engines", "find_engine"),
    "image_table": (
        "AwsImage", "AzureImage", "GcpImage", "Image", "ImageChoice", "NativeImage", "choose_image", "find_image",
        "image", "images",
    ),
    "naming": ("UnknownName",),
    "neutral_sizes": ("Neutral", "neutral"),
    "noun_table": ("NounCloud", "NounTable", "find_noun", "noun", "nouns"),
    "region_table": ("Region", "RegionChoice", "choose_region", "home_of_region", "nearest", "region", "regions"),
    "role_table": ("Role", "RoleOnCloud", "find_role", "roles"),
    "service_table": ("Category", "ServiceOnCloud", "categories", "find_category"),
    "side_by_side": ("Match",),
    "size_table": ("Size", "size", "sizes"),
    "storage_class_table": ("ClassOnCloud", "StorageClass", "find_storage_class", "lost_class", "storage_classes"),
    "tables": ("TableError",),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AwsImage", "AzureImage", "Category", "Choice", "ClassOnCloud", "Engine", "EngineOnCloud", "GcpImage",
    "Image", "ImageChoice", "Match", "NativeImage", "Neutral", "NoSizeFits", "NounCloud", "NounTable", "Region",
    "RegionChoice", "Role", "RoleOnCloud", "ServiceOnCloud", "Size", "StorageClass", "TableError", "UnknownName",
    "categories", "choose", "choose_image", "choose_region", "engines", "find_category", "find_engine",
    "find_image", "find_noun", "find_role", "find_storage_class", "home_of_region", "home_of_size", "image",
    "images", "lost_class", "nearest", "neutral", "noun", "nouns", "region", "regions", "roles", "size", "sizes",
    "storage_classes",
]  # fmt: skip


if not TYPE_CHECKING:  # a type checker would take it for any name at all

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
