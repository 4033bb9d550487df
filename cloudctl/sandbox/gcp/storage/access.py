"""Who may do what, as Cloud Storage has it for what nobody has set: the roles of a project's members.

https://cloud.google.com/storage/docs/access-control/lists and https://cloud.google.com/storage/docs/access-control/iam
"""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.settings import uniform
from cloudctl.sandbox.gcp.values import stable_id
from cloudctl.sandbox.objects.store import Bucket

_TEAMS = {"owners": "OWNER", "editors": "OWNER", "viewers": "READER"}
_PRIVATE = (None, "projectPrivate")


def project_number(project: str) -> str:
    return stable_id("project", project)[:12]


def owner(bucket: Bucket) -> Json:
    return {"entity": f"project-owners-{project_number(bucket.place)}"}


def entries(bucket: Bucket, kind: str) -> list[Json]:
    """The ACL that the project's members have of a bucket, or of an object in it; ``kind`` of each entry."""
    number = project_number(bucket.place)
    return [
        {
            "kind": kind,
            "entity": f"project-{team}-{number}",
            "role": role,
            "projectTeam": {"projectNumber": number, "team": team},
        }
        for team, role in _TEAMS.items()
    ]


def refuse_acl(query: Json, body: Json, settings: Json) -> None:
    """Raise GcsError for ACLs: invalid while access is uniform, otherwise notImplemented for other than the default."""
    predefined = [query.get(name) for name in ("predefinedAcl", "predefinedDefaultObjectAcl")]
    given = [body.get(name) for name in ("acl", "defaultObjectAcl")]
    if uniform(settings) and (any(predefined) or any(given)):
        raise Refusal.UNIFORM_ACL.error()
    if any(one not in _PRIVATE for one in predefined) or any(not _of_teams(acl) for acl in given):
        raise Refusal.NOT_SERVED.error(what="ACLs")


def refuse_object_acl(query: Json, body: Json, settings: Json) -> None:
    """The same for an object."""
    predefined = query.get("predefinedAcl") or query.get("destinationPredefinedAcl")
    if uniform(settings) and (predefined or body.get("acl")):
        raise Refusal.UNIFORM_OBJECT_ACL.error()
    if predefined not in _PRIVATE or not _of_teams(body.get("acl")):
        raise Refusal.NOT_SERVED.error(what="ACLs")


def _of_teams(acl: Any) -> bool:
    """Whether it is what replies show."""
    entities = {str(entry.get("entity")).rsplit("-", 1)[0]: entry.get("role") for entry in acl or ()}
    return entities in ({}, {f"project-{team}": role for team, role in _TEAMS.items()})
