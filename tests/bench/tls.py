"""TLS in front of a local server, in a process of its own: what it takes is not the measured tool's.

``python -m tests.bench.tls FOLDER HOST PORT`` prints the port that it serves and passes on what comes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import urlsplit

from tests.replay.replay_authority import Authority

_BLOCK = 256 * 1024
_HOST = "127.0.0.1"


@contextmanager
def before(endpoint: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The https endpoint of a server of plain HTTP, and the certificates to trust for it."""
    at = urlsplit(endpoint)
    command = [sys.executable, "-m", "tests.bench.tls", str(folder), str(at.hostname), str(at.port)]
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"https://{_HOST}:{process.stdout.readline().strip()}", folder / "ca.pem"
        finally:
            process.terminate()


async def _serve(folder: Path, host: str, port: int) -> None:
    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(host, port, limit=_BLOCK)
        await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))

    context = Authority(folder).context(_HOST)
    server = await asyncio.start_server(passed_on, _HOST, 0, ssl=context, limit=_BLOCK)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the one side ends, or the other is gone."""
    try:
        while block := await reader.read(_BLOCK):
            writer.write(block)
            await writer.drain()
    except ConnectionError as error:
        print(error, file=sys.stderr)
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
