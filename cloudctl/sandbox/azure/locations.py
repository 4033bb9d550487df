"""The regions of the public cloud, as ``subscriptions/locations`` lists them.

https://learn.microsoft.com/en-us/azure/reliability/regions-list
"""

from __future__ import annotations

from dataclasses import dataclass

_ZONAL = """
eastus East US|eastus2 East US 2|southcentralus South Central US|westus2 West US 2|westus3 West US 3
australiaeast Australia East|southeastasia Southeast Asia|northeurope North Europe|swedencentral Sweden Central
uksouth UK South|westeurope West Europe|centralus Central US|southafricanorth South Africa North
centralindia Central India|eastasia East Asia|japaneast Japan East|japanwest Japan West|koreacentral Korea Central
newzealandnorth New Zealand North|canadacentral Canada Central|francecentral France Central
germanywestcentral Germany West Central|italynorth Italy North|norwayeast Norway East|polandcentral Poland Central
spaincentral Spain Central|switzerlandnorth Switzerland North|mexicocentral Mexico Central|uaenorth UAE North
brazilsouth Brazil South|israelcentral Israel Central|qatarcentral Qatar Central|austriaeast Austria East
chilecentral Chile Central|indonesiacentral Indonesia Central|malaysiawest Malaysia West
"""
_PLAIN = """
westus West US|northcentralus North Central US|westcentralus West Central US|canadaeast Canada East
australiasoutheast Australia Southeast|australiacentral Australia Central|southindia South India|westindia West India
koreasouth Korea South|ukwest UK West|francesouth France South|germanynorth Germany North|norwaywest Norway West
switzerlandwest Switzerland West|southafricawest South Africa West|uaecentral UAE Central
brazilsoutheast Brazil Southeast
"""


@dataclass(frozen=True, slots=True)
class Location:
    """A region; ``zones`` are its logical availability zones."""

    name: str
    display: str
    zones: tuple[str, ...]


def _read(text: str, zones: tuple[str, ...]) -> dict[str, Location]:
    pairs = (entry.split(" ", 1) for entry in text.strip().replace("\n", "|").split("|"))
    return {name: Location(name, display, zones) for name, display in pairs}


LOCATIONS = _read(_ZONAL, ("1", "2", "3")) | _read(_PLAIN, ())
NAMES = ",".join(LOCATIONS)


def normalize(location: str) -> str:
    """The name of a region from either of its spellings: ``West Europe`` is ``westeurope``."""
    return location.replace(" ", "").lower()
