"""The providers' answers under ``documents``, written by hand after their API references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "documents"


def xml(name: str) -> str:
    return (_FOLDER / "aws" / f"{name}.xml").read_text(encoding="utf-8")


def document(cloud: str, name: str) -> Any:
    return json.loads((_FOLDER / cloud / f"{name}.json").read_text(encoding="utf-8"))


def ec2_error(code: str, message: str) -> str:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response"""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>{code}</Code>'
        f"<Message>{message}</Message></Error></Errors><RequestID>{AWS_REQUEST}</RequestID></Response>"
    )


def no_instances() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse '
        f'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>{AWS_REQUEST}</requestId><reservationSet/>'
        "</DescribeInstancesResponse>"
    )


AWS_REQUEST = "ea966190-f9aa-478e-9ede-example00001"
