"""vm create: from flags to a specification, and what happens when the machine is there already."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cloudctl import mapping
from cloudctl.commands.changing import Change
from cloudctl.commands.creating import check_output, check_region, make, tags
from cloudctl.commands.flag_values import whole
from cloudctl.commands.invocation import CHANGE_SECONDS, Invocation
from cloudctl.diagnostics import Report
from cloudctl.dispatch import check_supported, service
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.marks import OWNER
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import KIND, OpenPort, Vm, VmService, VmSpec

DEFAULT_KEY = "~/.ssh/id_ed25519.pub"
_KEY_TYPES = ("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The flags of a create as they were given; what the journal keeps, so never the user data itself."""

    name: str
    size: str
    image: str
    ssh_key: str | None
    tags: tuple[str, ...] = ()
    disk_gb: int | None = None
    public_ip: bool = True
    open: tuple[str, ...] = ()
    spot: bool = False
    exact: bool = False
    network: str | None = None
    subnet: str | None = None
    group: str | None = None
    has_user_data: bool = False


def create_vm(go: Invocation, wanted: Wanted, user_data: str | None, *, if_not_exists: bool, keep: bool) -> None:
    check_output(go, KIND)
    context = go.target()
    check_supported("vm", "create", context.provider)
    text = read_text(user_data) if user_data else None
    wanted = replace(wanted, ssh_key=public_key(wanted.ssh_key), has_user_data=text is not None)
    change = planned(go.scope(context), wanted, text, Deadline(go.seconds(CHANGE_SECONDS)), go.report)
    spec = specification(context, wanted, text)
    make(go, change, KIND, spec, _made, if_not_exists=if_not_exists, keep=keep)


def planned(scope: Scope, wanted: Wanted, user_data: str | None, deadline: Deadline, report: Report) -> Change:
    """The plan for what is wanted. Raises UsageError before any call."""
    check_region(scope)
    spec = specification(scope.context, wanted, user_data)
    vms: VmService = service("vm", scope, deadline)
    vms.check(spec)
    _tell_choice(spec, report)
    plan = vms.plan_create(spec)
    return Change(vms, replace(plan, arguments={"wanted": asdict(wanted)}))


def specification(context: Context, wanted: Wanted, user_data: str | None) -> VmSpec:
    """Resolve names by the mapping. Raises UsageError with the nearest names."""
    provider = context.provider
    size = mapping.choose(provider, wanted.size)
    if wanted.exact and not size.exact:
        raise UsageError(f"no size of {provider} is exactly {wanted.size}", why=f"the nearest is {size.size.name}")
    return VmSpec(
        name=wanted.name,
        size=size,
        image=mapping.choose_image(provider, wanted.image, size.size.architecture),
        ssh_key=wanted.ssh_key or "",
        user_data=user_data,
        tags=tags(wanted.tags),
        disk_gb=wanted.disk_gb,
        public_ip=wanted.public_ip,
        open_ports=tuple(open_port(text) for text in wanted.open),
        spot=wanted.spot,
        network=wanted.network or context.get("network"),
        subnet=wanted.subnet or context.get("subnet"),
        group=wanted.group or context.get("group"),
    )


def _tell_choice(spec: VmSpec, report: Report) -> None:
    chosen = spec.size
    if chosen.size.name != chosen.wanted:
        lost = f"; {', '.join(chosen.lost)}" if chosen.lost else ""
        shape = f"{chosen.size.vcpus} vCPU, {chosen.size.memory_gib:g} GiB"
        report.note(f"size {chosen.wanted}: {chosen.size.name} ({shape}{lost})")
    for port in spec.open_ports:
        if port.source in ("0.0.0.0/0", "::/0"):
            report.warn(f"port {port.port} will be open to the whole internet; --open {port.port}:CIDR narrows it")


def _made(change: Change) -> Vm:
    vms: VmService = change.service
    found = list(vms.find(change.plan.name))
    if not found:
        raise CloudError(Kind.NOT_FOUND, f"vm {change.plan.name} is gone again", fix="somebody else deleted it")
    ours = next((vm for vm in found if vm.tags.get(OWNER) == change.plan.owner), found[0])
    return vms.show(ours)


def public_key(given: str | None) -> str:
    """The text of an OpenSSH public key from a path (or the key itself). Raises UsageError with the fix."""
    text = given if given and given.startswith(_KEY_TYPES) else _read_key(given)
    fields = text.split(None, 2)
    if len(fields) < 2 or not fields[0].startswith(_KEY_TYPES) or not _is_blob(fields[0], fields[1]):
        raise UsageError("not an OpenSSH public key", fix="give the .pub file that ssh-keygen wrote")
    return text.strip()


def _read_key(given: str | None) -> str:
    path = Path(given or DEFAULT_KEY).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"no public key at {path}", why=str(error), fix="ssh-keygen -t ed25519, or --ssh-key PATH"
        ) from error


def _is_blob(kind: str, text: str) -> bool:
    """Whether the base64 part starts with the length and name of the key type (RFC 4253, section 6.6)."""
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode(errors="replace") == kind


def read_text(path: str) -> str:
    """User data from a file or, for ``-``, from stdin."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}", why=str(error)) from error


def open_port(text: str) -> OpenPort:
    """``PORT`` or ``PORT:CIDR``. Raises UsageError."""
    number, _, source = text.partition(":")
    try:
        network = ipaddress.ip_network(source or "0.0.0.0/0")
    except ValueError as error:
        raise UsageError(f"--open {text}: {error}", fix="write PORT or PORT:CIDR, such as 22:203.0.113.0/24") from error
    port = whole(number) or 0
    if not 1 <= port <= 65535:
        raise UsageError(f"--open {text}: the port is a number from 1 to 65535")
    return OpenPort(port, str(network))
