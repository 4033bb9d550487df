"""YAML documents, loaded only with ``-o yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from yaml import SafeDumper
else:
    # The one that libyaml backs is about ten times faster; not every build of PyYAML has it.
    SafeDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


_UNBROKEN = 2**31 - 1  # the largest width that libyaml takes


class _Dumper(SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        """A value that occurs twice is written twice: anchors surprise readers and line-based tools."""
        return True


def dump(document: object, *, unicode: bool) -> str:
    """The document in block style, keys in their order, long lines unbroken."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=unicode, width=_UNBROKEN)
