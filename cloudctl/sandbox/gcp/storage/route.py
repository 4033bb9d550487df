"""From a raw path to the method of the API that it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.sandbox.gcp.discovery import Discovery, Method
from cloudctl.sandbox.gcp.storage.request import Request, decoded

BATCH = "/batch/storage/v1"
_API = "/storage/v1/"
_UPLOAD = ("/upload/storage/v1/", "/resumable/upload/storage/v1/")
_DOWNLOAD = "/download/storage/v1/"
_INSERT = "storage.objects.insert"


@dataclass(frozen=True, slots=True)
class Route:
    """The method, its decoded path parameters, and whether bytes of objects come (``upload``) or go (``media``)."""

    method: Method
    path: dict[str, str]
    upload: bool = False
    media: bool = False


def route(discovery: Discovery, asked: Request) -> Route | None:
    """The route; None for what is no method. Raises GcsError for a path that is not UTF-8."""
    for prefix in _UPLOAD:
        if asked.path.startswith(prefix):
            return _upload(discovery, asked, asked.path.removeprefix(prefix))
    if asked.path.startswith(_DOWNLOAD):
        found = _plain(discovery, asked.method, _API + asked.path.removeprefix(_DOWNLOAD))
        return Route(found.method, found.path, media=True) if found and _has_media(found) else None
    found = _plain(discovery, asked.method, asked.path)
    if found and asked.parameter("alt") == "media" and _has_media(found):
        return Route(found.method, found.path, media=True)
    return found


def _upload(discovery: Discovery, asked: Request, rest: str) -> Route | None:
    """An upload begins with POST; a resumable one goes on with PUT and ends with DELETE, by its id."""
    resumed = asked.method in ("PUT", "DELETE") and "upload_id" in asked.query
    found = _plain(discovery, "POST" if resumed else asked.method, _API + rest)
    return Route(found.method, found.path, upload=True) if found and found.method.id == _INSERT else None


def _has_media(found: Route) -> bool:
    return found.method.id == "storage.objects.get"


def _plain(discovery: Discovery, verb: str, path: str) -> Route | None:
    match = discovery.match(verb, path)
    if match is None:
        return None
    return Route(match[0], {name: decoded(segment) for name, segment in match[1].items()})
