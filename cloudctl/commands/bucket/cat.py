"""bucket cat."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cloudctl.commands.bucket.look import connected
from cloudctl.commands.invocation import Invocation
from cloudctl.objects.describe import Wanted
from cloudctl.objects.transfer import Transfer
from cloudctl.objects.work import Work


def write_objects(go: Invocation, texts: Sequence[str], version: str | None) -> None:
    connect, places = connected(go, "cat", texts, keys=True, seconds=math.inf)
    transfer = Transfer(Work(deadline=connect.deadline), Wanted())
    for place in places:
        objects = connect(place)
        transfer.write_output(objects, objects.stat(place.key, version))
