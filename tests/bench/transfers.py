"""``bucket`` against rclone and ``aws s3`` on one local server: small objects, large ones, lists, memory.

The local server is the sandbox, in which every tool leaves its copy under a prefix of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import bare, many_keys, tls
from tests.bench.measured import ROUNDS, Usage, best, least, show, usage

PROGRAMS = Path(sys.executable).parent
CLOUDCTL, AWS = str(PROGRAMS / "cloudctl"), str(PROGRAMS / "aws")
RCLONE = shutil.which("rclone")
SYSTEM_AWS = shutil.which("aws", path="/usr/local/bin:/usr/bin")
SMALL, SMALL_BYTES = 10_000, 4096
LARGE, LARGE_BYTES = 4, 256 << 20
LISTED, MANY = 100_000, 1_000_000


def _cloudctl(verb: str, source: str, target: str) -> list[str]:
    recursive = ["--recursive"] if verb == "cp" else []
    return [CLOUDCTL, "bucket", verb, *recursive, source, target]


def _aws(verb: str, source: str, target: str) -> list[str]:
    recursive = ["--recursive"] if verb == "cp" else []
    return [AWS, "s3", verb, *recursive, "--only-show-errors", source, target]


def _system_aws(verb: str, source: str, target: str) -> list[str]:
    """The system's own, which may be older: awscli 2.9 of Debian does not know AWS_ENDPOINT_URL."""
    return [str(SYSTEM_AWS), "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], *_aws(verb, source, target)[1:]]


def _rclone(verb: str, source: str, target: str) -> list[str]:
    named = [text.replace("s3://", "s3:") for text in (source, target)]
    return [str(RCLONE), {"cp": "copy"}.get(verb, verb), "--transfers", "16", "--checkers", "16", *named]


TOOLS = {
    "cloudctl": _cloudctl,
    **({"rclone": _rclone} if RCLONE else {}),
    "aws s3": _aws,
    **({"the system's aws s3": _system_aws} if SYSTEM_AWS else {}),
}
LISTS = {
    "cloudctl": [CLOUDCTL, "bucket", "ls", "-R", "-o", "name", "s3://keys/"],
    **({"rclone": [str(RCLONE), "lsf", "-R", "--files-only", "s3:keys"]} if RCLONE else {}),
    "aws s3": [AWS, "s3", "ls", "--recursive", "s3://keys"],
}
TABLE = [CLOUDCTL, "bucket", "ls", "-R", "s3://keys/"]


def small(folder: Path) -> None:
    """Small files up, down, and in step."""
    title = f"{SMALL} x {SMALL_BYTES >> 10} KiB"
    with _bucket():
        source = _both_ways(folder, title, SMALL, SMALL_BYTES)
        show(f"{title} in step", _rounds(lambda tool, _: usage(TOOLS[tool]("sync", str(source), _place(tool, 0)))))


def large(folder: Path) -> None:
    """Large files up and down, and what the least takes that could move them."""
    title = f"{LARGE} x {LARGE_BYTES >> 20} MiB"
    with _bucket():
        source = _both_ways(folder, title, LARGE, LARGE_BYTES)
        files = [str(path) for path in sorted(source.rglob("*")) if path.is_file()]
        print(f"{title} up, bare: {best(bare.command('up', _presigned(files, '--put')))}", flush=True)
        print(f"{title} down, bare: {best(bare.command('down', _presigned(files, to='.down')))}", flush=True)


def secured(folder: Path) -> None:
    """Large files over TLS, as the clouds have them sent: nothing need be signed there that has a checksum."""
    with tls.before(os.environ["AWS_ENDPOINT_URL"], folder) as (endpoint, trusted), _bucket(endpoint, trusted):
        _both_ways(folder, f"{LARGE} x {LARGE_BYTES >> 20} MiB over TLS", LARGE, LARGE_BYTES)


def _both_ways(folder: Path, title: str, count: int, size: int) -> Path:
    """Up and down by every tool; the files."""
    source = _files(folder, count, size)

    def down(tool: str, number: int) -> Usage:
        """Only what is large is deleted at once: ext4 looks long for an inode where many were freed a minute ago."""
        target = folder / f"{TOOLS[tool].__name__}{number}"
        try:
            return usage(TOOLS[tool]("cp", _place(tool, number), str(target)))
        finally:
            if size > SMALL_BYTES:
                shutil.rmtree(target)

    show(f"{title} up", _rounds(lambda tool, number: usage(TOOLS[tool]("cp", str(source), _place(tool, number)))))
    show(f"{title} down", _rounds(down))
    return source


def _rounds(run: Callable[[str, int], Usage]) -> dict[str, Usage]:
    """The best of several rounds in which the tools take turns, so that what else goes on hits all of them."""
    runs: dict[str, list[Usage]] = {tool: [] for tool in TOOLS}
    for number in range(ROUNDS):
        for tool, found in runs.items():
            found.append(run(tool, number))
    return {tool: least(found) for tool, found in runs.items()}


def _files(folder: Path, count: int, size: int) -> Path:
    source = folder / f"{count}"
    for number in range(count):
        path = source / f"{number % 100:02d}" / f"{number:08d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, size)
    return source


def _place(tool: str, number: int) -> str:
    """Where a tool puts its copy in a round, which is not where one is: that would not be sent again."""
    return f"s3://bench/{TOOLS[tool].__name__ if tool in TOOLS else tool}/{number}/"


def _presigned(files: list[str], *way: str, to: str = "") -> list[tuple[str, str]]:
    """For each file the URL of an object of its own, and the path with ``to`` behind it."""
    made, place = [CLOUDCTL, "bucket", "presign", *way], _place("bare", 0)
    urls = [subprocess.check_output([*made, place + Path(file).name], text=True).strip() for file in files]
    return [(url, file + to) for url, file in zip(urls, files, strict=True)]


def _write(path: Path, size: int) -> None:
    """In pieces: what this process takes of memory is told of those that it starts, too."""
    with path.open("wb") as file:
        while size > 0:
            size -= file.write(os.urandom(min(size, 1 << 20)))


def lists(_: Path) -> None:
    """Long lists, and what they take of memory."""
    with many_keys.serving(LISTED) as endpoint, _environment(endpoint):
        few = {name: best(command) for name, command in LISTS.items()}
        fewer = usage(TABLE)
    show(f"a list of {LISTED:,} keys", few)
    with many_keys.serving(MANY) as endpoint, _environment(endpoint):
        many = {"names": usage(LISTS["cloudctl"]), "a table": usage(TABLE)}
    for name, one in many.items():
        before = few["cloudctl"] if name == "names" else fewer
        print(f"cloudctl, {name} of {MANY:,} keys: {one}; of {LISTED:,}: {before.peak:.0f} MB", flush=True)


@contextmanager
def _bucket(endpoint: str | None = None, trusted: Path | None = None) -> Iterator[None]:
    if RCLONE is None:
        print("rclone is not installed: it is left out", flush=True)
    with _environment(endpoint or os.environ["AWS_ENDPOINT_URL"], trusted):
        usage([CLOUDCTL, "bucket", "create", "s3://bench", "-q"])
        yield


@contextmanager
def _environment(endpoint: str, trusted: Path | None = None) -> Iterator[None]:
    """The variables by which all tools find one server; rclone 1.60 fails where AWS_CA_BUNDLE is set."""
    names = {
        "AWS_ENDPOINT_URL": endpoint,
        "RCLONE_CONFIG": os.devnull,
        "RCLONE_CONFIG_S3_TYPE": "s3",
        "RCLONE_CONFIG_S3_PROVIDER": "Other",
        "RCLONE_CONFIG_S3_ENV_AUTH": "true",
        "RCLONE_CONFIG_S3_REGION": "us-east-1",
        "RCLONE_CONFIG_S3_ENDPOINT": endpoint,
        "RCLONE_CONFIG_S3_LIST_VERSION": "2",
        # What a bucket without access lists takes.
        "RCLONE_CONFIG_S3_ACL": "bucket-owner-full-control",
        **({"REQUESTS_CA_BUNDLE": str(trusted), "RCLONE_CA_CERT": str(trusted)} if trusted else {}),
    }
    before = dict(os.environ)
    os.environ.update(names)
    for name in [name for name in before if name == "AWS_CA_BUNDLE" or name.startswith("CLOUDCTL_SANDBOX")]:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
