"""What differs between the clouds, for the tests of the noun vm: facts, never behaviour of cloudctl."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from native_aws import AwsNative
from native_azure import AzureNative
from native_gcp import GcpNative

from cloudctl import mapping


class Native(Protocol):
    """A cloud as its own SDK reaches it."""

    def fleet(self) -> dict[str, str]:
        """One machine of each kind; kind to provider id. Named ``m-KIND`` where the cloud does not say otherwise."""

    def bulk(self, count: int) -> set[str]:
        """The ids of ``count`` new machines."""

    def machine(self, name: str) -> str:
        """The id of a new running machine that cloudctl did not make."""

    def twins(self, name: str) -> list[str]:
        """The ids of two new machines with one name."""

    def network(self) -> str:
        """The name or id of a network that a create can be told to use."""

    def things(self) -> set[str]:
        """Everything in the account but what is shared by all machines."""


@dataclass(frozen=True, slots=True)
class CloudFacts:
    """One cloud.

    ``zones`` are those that a machine may be in when no zone was asked for, ``other_zone`` one to ask for,
    ``id_pattern`` is the form of an id.
    ``size`` is what a neutral ``small`` is, ``other_size`` one that differs. ``create`` is the operation that makes a
    machine, ``list`` the one that lists them, ``reads`` are patterns of operations that change nothing.
    ``names_refused`` are names that the cloud does not allow with a word of the rule, ``unnamed`` the kinds of a
    fleet that have no name. ``marking`` are the operations that write cloudctl's mark on what is there already.
    """

    name: str
    connect: Callable[[str], Native]
    region: str
    other_region: str
    zones: tuple[str | None, ...]
    other_zone: str
    id_pattern: str
    size: str
    other_size: str
    login_user: str
    create: str
    list: str
    reads: tuple[str, ...]
    names_refused: Mapping[str, str]
    unnamed: tuple[str, ...] = ()
    marking: tuple[str, ...] = ()
    machine_tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> mapping.NounCloud:
        return mapping.noun("vm").clouds[self.name]


_AWS = CloudFacts(
    name="aws",
    connect=AwsNative,
    region="us-east-1",
    other_region="eu-west-1",
    zones=tuple(f"us-east-1{letter}" for letter in "abcdef"),
    other_zone="us-east-1b",
    id_pattern=r"i-[0-9a-f]{17}",
    size="t3.small",
    other_size="m7i.large",
    login_user="ubuntu",
    create="ec2:RunInstances",
    list="ec2:DescribeInstances",
    reads=("ec2:Describe*",),
    names_refused={"w" * 256: "243", "wéb": "letters", "web|1": "letters"},
    unnamed=("untagged", "unnamed"),
    marking=("ec2:CreateTags",),
)
_AZURE = CloudFacts(
    name="azure",
    connect=AzureNative,
    region="eastus",
    other_region="westeurope",
    zones=(None,),
    other_zone="2",
    id_pattern=r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/Microsoft.Compute/virtualMachines/[^/]+",
    size="Standard_B2ls_v2",
    other_size="Standard_D2s_v5",
    login_user="azureuser",
    create="Microsoft.Compute/virtualMachines/write",
    list="Microsoft.Compute/virtualMachines/read",
    reads=("*/read",),
    names_refused={"w" * 65: "64", "web_1": "hyphens", "web-": "last"},
    machine_tags={"made-by": "native"},
)
_GCP = CloudFacts(
    name="gcp",
    connect=GcpNative,
    region="us-central1",
    other_region="europe-west1",
    zones=("us-central1-a",),
    other_zone="us-central1-b",
    id_pattern=r"[0-9]{15,20}",
    size="e2-small",
    other_size="e2-standard-2",
    login_user="gcpuser",
    create="compute.instances.insert",
    list="compute.instances.aggregatedList",
    reads=("*.get", "*.list", "*.aggregatedList", "*.getFromFamily", "*.wait"),
    marking=("compute.firewalls.patch",),
    names_refused={"w" * 64: "63", "Web": "lower", "1web": "letter", "web_1": "hyphen"},
    machine_tags={"made-by": "native"},
)
FACTS = {facts.name: facts for facts in (_AWS, _AZURE, _GCP)}
