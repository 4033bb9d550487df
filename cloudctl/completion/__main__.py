"""``python -m cloudctl.completion``: write the scripts from the command tree."""

from __future__ import annotations

from importlib.resources import as_file, files

from cloudctl.completion import FILES
from cloudctl.completion.generate import generate


def main() -> None:
    with as_file(files("cloudctl_completions")) as folder:
        for shell, name in FILES.items():
            (folder / name).write_text(generate(shell), encoding="utf-8")


if __name__ == "__main__":
    main()
