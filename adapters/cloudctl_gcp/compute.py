"""The clients of ``google.cloud.compute_v1`` that cloudctl uses, for half of what importing the package costs.

The package's ``__init__`` imports about a hundred clients. Here its subpackages are loaded behind a bare package object
that has the real search path; it is taken away again, so that an ordinary import later runs the real ``__init__``,
which finds the same modules. After an ordinary import there is nothing to do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec

_PACKAGE = "google.cloud.compute_v1"


@contextmanager
def _bare_package(name: str) -> Iterator[None]:
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        yield
        return
    bare = ModuleSpec(name, None, is_package=True)
    bare.submodule_search_locations = spec.submodule_search_locations
    sys.modules[name] = module_from_spec(bare)
    try:
        yield
    finally:
        del sys.modules[name]


with _bare_package(_PACKAGE):
    from google.cloud.compute_v1.services.disks import DisksClient
    from google.cloud.compute_v1.services.firewalls import FirewallsClient
    from google.cloud.compute_v1.services.global_operations import GlobalOperationsClient
    from google.cloud.compute_v1.services.images import ImagesClient
    from google.cloud.compute_v1.services.instances import InstancesClient
    from google.cloud.compute_v1.services.machine_types import MachineTypesClient
    from google.cloud.compute_v1.services.region_disks import RegionDisksClient
    from google.cloud.compute_v1.services.subnetworks import SubnetworksClient
    from google.cloud.compute_v1.services.zone_operations import ZoneOperationsClient
    from google.cloud.compute_v1.services.zones import ZonesClient
    from google.cloud.compute_v1.types import AggregatedListInstancesRequest

# Lists answer for the zones that can be reached: asked for where the API of the installed SDK has that parameter. The
# revision of November 2026 has it only in its texts, and refuses unknown ones.
PARTIAL_SUCCESS: Mapping[str, bool] = {
    name: True for name in ("return_partial_success",) if name in AggregatedListInstancesRequest.meta.fields
}

__all__ = [
    "PARTIAL_SUCCESS",
    "DisksClient",
    "FirewallsClient",
    "GlobalOperationsClient",
    "ImagesClient",
    "InstancesClient",
    "MachineTypesClient",
    "RegionDisksClient",
    "SubnetworksClient",
    "ZoneOperationsClient",
    "ZonesClient",
]
