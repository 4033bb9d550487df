"""What the forking server has loaded before it forks: the program, every adapter with its SDK, and botocore's models.

What is left out is loaded anew in each of hundreds of processes, which takes longer than a create in the sandbox.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from importlib import import_module

import boto3
import botocore.session
from cloudctl_aws.models import loader

from cloudctl import mapping

# Adapters import these when they need a client of them; the first is what the server itself calls.
_LATER = (
    "forked",
    "azure.mgmt.compute", "azure.mgmt.network", "azure.mgmt.resource.resources", "azure.mgmt.storage",
    "azure.storage.blob", "cloudctl.sandbox.process",
)  # fmt: skip


def _preload() -> None:
    nouns = [mapping.noun(name) for name in mapping.nouns()]
    adapters = {cloud.adapter.partition(":")[0] for noun in nouns for cloud in noun.clouds.values()}
    commands = {f"cloudctl.commands.{noun.name}.{part}" for noun in nouns for part in ("create", "change", "read")}
    for module in ("cloudctl.main", "typer.main", *_LATER, *adapters, *commands):
        with suppress(ModuleNotFoundError):
            import_module(module)


def _read_models() -> None:
    core = botocore.session.get_session()
    core.register_component("data_loader", loader(None))
    session = boto3.session.Session(botocore_session=core)
    for api in ("ec2", "s3"):
        session.client(api, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


_preload()
_read_models()
gc.freeze()  # a collection in a forked process would copy everything that was loaded here
