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


class _Repeating:
    def ignore_aliases(self, data: object) -> bool:
        """A value that occurs twice is written twice: anchors surprise readers and line-based tools."""
        return True


class _Dumper(_Repeating, SafeDumper):
    pass


class _Escaping(_Repeating, yaml.SafeDumper):
    """For names of files that are no UTF-8, of which Python makes surrogates: libyaml takes no such text."""


def dump(document: object, *, unicode: bool) -> str:
    """The document in block style, keys in their order, long lines unbroken."""
    try:
        return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=unicode, width=_UNBROKEN)
    except UnicodeEncodeError:
        return yaml.dump(document, Dumper=_Escaping, sort_keys=False, width=_UNBROKEN)
