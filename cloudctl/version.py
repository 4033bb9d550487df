"""``cloudctl --version``."""

from __future__ import annotations


def show() -> None:
    """Print the version of the installed distribution."""
    from importlib.metadata import version

    print(f"cloudctl {version('cloudctl')}")
