"""What the walks must know of a noun that the mapping does not say; a new noun is covered by its line here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cloudctl import mapping


@dataclass(frozen=True, slots=True)
class Described:
    """A noun to walk.

    ``variants`` are flags of a create, by what is special in it, those of the usual walks first; ``itself`` matches the
    lines of `leftovers.everything` that are the thing itself and not what is around it; ``making`` is the operation
    that makes it, cloud by cloud; ``changes`` are verbs (with the words before the name) that work on a new one in this
    order, ``asking`` those that want a yes; ``prefix`` is what stands before a name where a cloud wants more;
    ``unavailable`` are kinds of faults that a cloud's service answers as if it were down for a moment.
    """

    noun: str
    variants: Mapping[str, str]
    itself: re.Pattern[str]
    making: Mapping[str, str]
    changes: tuple[str, ...]
    asking: tuple[str, ...] = ("delete",)
    prefix: Mapping[str, str] = field(default_factory=dict)
    unavailable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def clouds(self) -> tuple[str, ...]:
        return tuple(name for name, cloud in mapping.noun(self.noun).clouds.items() if "create" in cloud.verbs)


VM = Described(
    noun="vm",
    variants={
        "much": "--open 22:203.0.113.0/24 --open 443 --tag env=walk --disk 40",
        "spot": "--open 22:203.0.113.0/24 --tag env=walk --disk 40 --spot",
        "plain": "",
        "no address": "--no-public-ip",
    },
    itself=re.compile(r"instanceId |microsoft\.compute/virtualmachines |compute#instance ", re.IGNORECASE),
    making={
        "aws": "ec2:RunInstances",
        "azure": "Microsoft.Compute/virtualMachines/write",
        "gcp": "compute.instances.insert",
    },
    changes=("stop", "start", "restart"),
)
_SWITCHES = ("versioning off", "versioning on", "public allow", "public block")
BUCKET = Described(
    noun="bucket",
    variants={"much": "--versioning --tag env=walk", "plain": ""},
    itself=re.compile(r"(bucket|container) "),
    making={
        "aws": "s3:CreateBucket",
        "azure": "Microsoft.Storage/storageAccounts/blobServices/containers/write",
        "gcp": "storage.buckets.insert",
    },
    changes=_SWITCHES,
    asking=("delete", *_SWITCHES),
    prefix={"azure": "walkaccount/"},
    unavailable={"aws": ("capacity",), "gcp": ("capacity",)},
)
DESCRIBED = {described.noun: described for described in (VM, BUCKET)}
PLACES = [(described, cloud) for described in DESCRIBED.values() for cloud in described.clouds]
"""Every noun on every cloud where it can be created."""
