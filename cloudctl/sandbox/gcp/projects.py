"""The projects that exist, and what a new one has in it."""

from __future__ import annotations

from cloudctl.sandbox.gcp import images
from cloudctl.sandbox.gcp.discovery import Method
from cloudctl.sandbox.gcp.errors import Json, Refused, error_info
from cloudctl.sandbox.gcp.firewalls import add_default_rules
from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.networks import DEFAULT, add_auto_network
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Store

PROJECTS = ("sandbox-project", "sandbox-project-2")
DISABLED = "sandbox-disabled"
_SERVICE = "compute.googleapis.com"


def enter(store: Store, project: str, method: Method, now: float) -> None:
    """Refuse a project that cannot be used; a first use furnishes it."""
    if project == DISABLED:
        raise _disabled(project)
    if project in images.PROJECTS:
        _refuse_writing(project, method)
    elif project not in PROJECTS:
        raise Refused(Refusal.PROJECT_UNKNOWN, f"The resource 'projects/{project}' was not found")
    elif not store.holds(project):
        network = Reference(project, "global", "networks", DEFAULT)
        add_auto_network(store, network, {"description": "Default network for the project"}, _before_lag(now))
        add_default_rules(store, project, _before_lag(now))


def _before_lag(now: float) -> float:
    """A project is made well before it is used: its network can be read at once."""
    return now - 86_400


def _refuse_writing(project: str, method: Method) -> None:
    if method.collection != "images" or method.verb != "GET":
        raise Refused(Refusal.PROJECT_DENIED, permission_message(method, project))


def permission_message(method: Method, resource: str) -> str:
    """How Compute Engine names the permission that is missing; ``resource`` is a path or a project."""
    path = resource if resource.startswith("projects/") else f"projects/{resource}"
    verb = {"insert": "create", "aggregatedList": "list"}.get(method.name, method.name)
    return f"Required 'compute.{method.collection}.{verb}' permission for '{path}'"


def _disabled(project: str) -> Refused:
    page = f"https://console.developers.google.com/apis/api/{_SERVICE}/overview?project={project}"
    message = (
        f"Compute Engine API has not been used in project {project} before or it is disabled. Enable it by visiting "
        f"{page} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    links = [{"description": "Google developers console API activation", "url": page}]
    metadata = {"service": _SERVICE, "serviceTitle": "Compute Engine API", "consumer": f"projects/{project}",
                "containerInfo": project, "activationUrl": page}  # fmt: skip
    details: list[Json] = [
        error_info("SERVICE_DISABLED", **metadata),
        {"@type": "type.googleapis.com/google.rpc.Help", "links": links},
    ]
    return Refused(Refusal.API_DISABLED, message, details)
