"""Regions, their zones, and the range of the automatic subnetwork in each.

Sources: https://cloud.google.com/compute/docs/regions-zones (zones) and
https://cloud.google.com/vpc/docs/subnets#ip-ranges (ranges of auto mode networks).
"""

from __future__ import annotations

_DEFAULT_ZONES = "abc"
_OTHER_ZONES = {"us-central1": "abcf", "us-east1": "bcd", "europe-west1": "bcd"}

AUTO_RANGES = {
    "africa-south1": "10.218.0.0/20",
    "asia-east1": "10.140.0.0/20",
    "asia-east2": "10.170.0.0/20",
    "asia-northeast1": "10.146.0.0/20",
    "asia-northeast2": "10.174.0.0/20",
    "asia-northeast3": "10.178.0.0/20",
    "asia-south1": "10.160.0.0/20",
    "asia-south2": "10.190.0.0/20",
    "asia-southeast1": "10.148.0.0/20",
    "asia-southeast2": "10.184.0.0/20",
    "australia-southeast1": "10.152.0.0/20",
    "australia-southeast2": "10.192.0.0/20",
    "europe-central2": "10.186.0.0/20",
    "europe-north1": "10.166.0.0/20",
    "europe-north2": "10.226.0.0/20",
    "europe-southwest1": "10.204.0.0/20",
    "europe-west1": "10.132.0.0/20",
    "europe-west10": "10.214.0.0/20",
    "europe-west12": "10.210.0.0/20",
    "europe-west2": "10.154.0.0/20",
    "europe-west3": "10.156.0.0/20",
    "europe-west4": "10.164.0.0/20",
    "europe-west6": "10.172.0.0/20",
    "europe-west8": "10.198.0.0/20",
    "europe-west9": "10.200.0.0/20",
    "me-central1": "10.212.0.0/20",
    "me-central2": "10.216.0.0/20",
    "me-west1": "10.208.0.0/20",
    "northamerica-northeast1": "10.162.0.0/20",
    "northamerica-northeast2": "10.188.0.0/20",
    "northamerica-south1": "10.224.0.0/20",
    "southamerica-east1": "10.158.0.0/20",
    "southamerica-west1": "10.194.0.0/20",
    "us-central1": "10.128.0.0/20",
    "us-east1": "10.142.0.0/20",
    "us-east4": "10.150.0.0/20",
    "us-east5": "10.202.0.0/20",
    "us-south1": "10.206.0.0/20",
    "us-west1": "10.138.0.0/20",
    "us-west2": "10.168.0.0/20",
    "us-west3": "10.180.0.0/20",
    "us-west4": "10.182.0.0/20",
}
REGIONS = tuple(AUTO_RANGES)


def zones_of(region: str) -> tuple[str, ...]:
    return tuple(f"{region}-{letter}" for letter in _OTHER_ZONES.get(region, _DEFAULT_ZONES))


def region_of(zone: str) -> str:
    return zone.rsplit("-", 1)[0]


ZONES = tuple(sorted(zone for region in REGIONS for zone in zones_of(region)))
