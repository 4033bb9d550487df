"""How far a transfer is: counted always, and shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cloudctl.commands.bucket.running import Running
from cloudctl.commands.invocation import Invocation
from cloudctl.diagnostics import Level
from cloudctl.objects.work import Work


@contextmanager
def progress(go: Invocation, work: Work, running: Running) -> Iterator[None]:
    """Count the bytes of a transfer, and show them as they come on a terminal."""
    summary = running.outcome.summary

    def count(size: int) -> None:
        summary.bytes += size

    if go.report.level > Level.NOTE or not sys.stderr.isatty() or go.log_format() == "json":
        work.told = count
        yield
        return
    with _bar(running) as show:

        def shown(size: int) -> None:
            count(size)
            show()

        work.told = shown
        yield


@contextmanager
def _bar(running: Running) -> Iterator[Callable[[], None]]:
    """Files, bytes, rate, and time left on one line of the terminal; gone at the end.

    Files are found while others are on their way: the end can be told once all have been.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    summary, found = running.outcome.summary, running.found
    columns = (
        TextColumn("{task.fields[files]} files"),
        BarColumn(bar_width=20),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=4) as bar:
        task = bar.add_task("", total=None, files="0")

        def show() -> None:
            files = f"{summary.copied}/{found.items}{'' if found.all else '+'}"
            bar.update(task, completed=summary.bytes, total=found.bytes if found.all else None, files=files)

        yield show
        show()
