"""A bucket of a cloud as the tests of objects use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bucket_clouds import BucketFacts
from command_line import CommandLine, Result
from object_clouds import OBJECTS, ObjectFacts


@dataclass(frozen=True, slots=True)
class Objects:
    """``url`` ends with a slash: a key behind it is the URL of an object."""

    cli: CommandLine
    store: BucketFacts
    url: str

    @property
    def facts(self) -> ObjectFacts:
        return OBJECTS[self.store.name]

    def run(self, verb: str, *words: str, given: bytes = b"") -> Result:
        return self.cli("bucket", verb, *words, given=given)

    def ok(self, verb: str, *words: str, given: bytes = b"") -> Result:
        result = self.run(verb, *words, given=given)
        assert result.code == 0, f"bucket {verb} {words} ended with {result.code}\n{result.err}"
        return result

    def json(self, verb: str, *words: str) -> Any:
        return self.cli.json("bucket", verb, *words)

    def put(self, key: str, data: bytes = b"text", *more: str) -> None:
        self.ok("cp", "-", self.url + key, *more, given=data)

    def get(self, key: str, *more: str) -> bytes:
        return self.ok("cat", self.url + key, *more).data

    def keys(self, prefix: str = "", *more: str) -> list[str]:
        """What is below a prefix, in the order of the list."""
        return [found["key"] for found in self.json("ls", "-R", self.url + prefix, *more)]
