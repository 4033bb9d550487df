"""The emulated AWS on a free port, and boto3 clients for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.serving import make_server

from cloudctl.sandbox.aws.app import AwsCloud
from cloudctl.sandbox.cloud import Settings

UBUNTU = "ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-{}-server-*"


@dataclass(frozen=True)
class Served:
    """A cloud that listens."""

    app: AwsCloud
    url: str

    def client(self, service: str = "ec2", region: str = "eu-west-1", key: str = "sandbox", **config: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="anything",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, **config),
        )


@contextmanager
def serving(state: Path, **settings: Any) -> Iterator[Served]:
    app = AwsCloud(Settings(state, **settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def newest(ec2: Any, owner: str = "099720109477", name: str = UBUNTU.format("amd64")) -> dict[str, Any]:
    images = ec2.describe_images(Owners=[owner], Filters=[{"Name": "name", "Values": [name]}])["Images"]
    found: dict[str, Any] = max(images, key=lambda image: image["CreationDate"])
    return found


def launch(ec2: Any, **more: Any) -> dict[str, Any]:
    """One instance, as RunInstances describes it."""
    request = {"MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro", **more}
    if "ImageId" not in request:
        request["ImageId"] = newest(ec2)["ImageId"]
    made: dict[str, Any] = ec2.run_instances(**request)["Instances"][0]
    return made


def look(ec2: Any, instance_id: str) -> dict[str, Any]:
    found: dict[str, Any] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
    return found


def reach(ec2: Any, instance_id: str, state: str) -> dict[str, Any]:
    """Poll until the instance is in a state."""
    end = time.monotonic() + 10
    while (instance := look(ec2, instance_id))["State"]["Name"] != state:
        assert time.monotonic() < end, f"{instance_id} is {instance['State']['Name']}, not {state}"
        time.sleep(0.01)
    return instance


def refusal_of(call: Callable[..., Any], *args: Any, **parameters: Any) -> tuple[int, str, str]:
    """The HTTP status, error code and message that a call is refused with."""
    with pytest.raises(ClientError) as caught:
        call(*args, **parameters)
    response = caught.value.response
    assert response["ResponseMetadata"]["RequestId"]
    error = response["Error"]
    return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def refused(call: Callable[..., Any], *args: Any, **parameters: Any) -> tuple[int, str]:
    """The HTTP status and error code that a call is refused with."""
    return refusal_of(call, *args, **parameters)[:2]


def public_key() -> bytes:
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
