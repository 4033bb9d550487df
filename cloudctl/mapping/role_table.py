"""Roles by neutral name: what to grant on each cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.side_by_side import Match, find, read_entries
from cloudctl.mapping.tables import Place


@dataclass(frozen=True, slots=True)
class RoleOnCloud:
    """What to grant on one cloud: either all of ``roles``, or ``actions`` in a policy or role of one's own.

    ``roles`` maps the name to the id: ARN of an AWS managed policy, GUID of an Azure built-in role, name of a GCP
    predefined role. ``resources`` are those of the AWS policy; words in capitals stand for the user's own.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def natives(self) -> tuple[str, ...]:
        return (*self.roles, *self.roles.values())


@dataclass(frozen=True, slots=True)
class Role:
    """A role by neutral name; ``differs`` is in what the clouds differ, and what the role does not cover."""

    name: str
    title: str
    clouds: Mapping[str, RoleOnCloud]
    missing: Mapping[str, str]
    differs: str | None = None


def _check(provider: str, side: RoleOnCloud, place: Place) -> None:
    if bool(side.roles) == bool(side.actions):
        raise place.error("must have either roles or actions")
    if bool(side.resources) != (provider == "aws" and bool(side.actions)):
        raise place.error("must have resources with the actions of AWS, and only there")


def read(place: Place) -> Mapping[str, Role]:
    """The roles of a table by name; TableError where it breaks the rules."""
    place.expect({"role"})
    return read_entries(place.child("role"), Role, RoleOnCloud, _check)


@cache
def _roles() -> Mapping[str, Role]:
    return read(tables.load("roles"))


def roles() -> list[Role]:
    """Every role, in the order of the table."""
    return list(_roles().values())


def find_role(wanted: str) -> list[Match[Role]]:
    """The roles for a neutral name, or for a provider's own name or id. Raises UnknownName."""
    return find("role", _roles(), wanted)
