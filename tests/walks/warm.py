"""What the forking server has loaded before it forks: the program, every adapter with its SDK, and botocore's models.

botocore parses its models of EC2 and S3 anew in every process, which takes longer than a create in the sandbox.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

import boto3
from botocore.loaders import JSONFileLoader

from cloudctl import mapping

_load = JSONFileLoader.load_file


@cache
def _loaded(path: str) -> Any:
    return _load(JSONFileLoader(), path)


def _preload() -> None:
    nouns = [mapping.noun(name) for name in mapping.nouns()]
    adapters = {cloud.adapter.partition(":")[0] for noun in nouns for cloud in noun.clouds.values()}
    commands = {f"cloudctl.commands.{noun.name}.{part}" for noun in nouns for part in ("create", "change", "read")}
    for module in ("cloudctl.main", "typer.main", *adapters, *commands):
        with suppress(ModuleNotFoundError):
            import_module(module)


JSONFileLoader.load_file = lambda self, path: _loaded(path)
_preload()
for api in ("ec2", "s3"):
    boto3.client(api, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
gc.freeze()  # a collection in a forked process would copy everything that was loaded here
