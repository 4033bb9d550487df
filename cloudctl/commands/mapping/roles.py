"""``cloudctl mapping role``."""

from __future__ import annotations

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.commands.mapping.side_by_side import by_cloud, matches
from cloudctl.mapping import Match, Role, find_role, roles
from cloudctl.output import Kind, Row

_FIELDS = ("name", "title", "provider", "native_roles", "ids", "actions", "resources", "missing", "differs")
ROLE = Kind(
    name="role",
    columns=("name", "provider", "native_roles", "ids", "actions", "missing"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "name"),
)


def show_roles(go: Invocation, wanted: str | None) -> None:
    """Write the roles that a name leads to, or all, a row for each cloud."""
    answer(go, ROLE, lambda: by_cloud(matches(wanted, find_role, roles), _row))


def _row(match: Match[Role], provider: str) -> Row:
    role = match.entry
    side = role.clouds.get(provider)
    return {
        "name": role.name,
        "title": role.title,
        "provider": provider,
        "native_roles": tuple(side.roles) if side else (),
        "ids": tuple(side.roles.values()) if side else (),
        "actions": side.actions if side else (),
        "resources": side.resources if side else (),
        "missing": role.missing.get(provider),
        "differs": role.differs,
    }
