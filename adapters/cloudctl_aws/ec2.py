"""Amazon EC2 of one scope, as the adapters call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudctl.retry import Call
from cloudctl_aws import tags
from cloudctl_aws.session import Session

Native = Mapping[str, Any]
Wanted = Mapping[str, str | tuple[str, ...]]

_PAGE = 1000


class Ec2:
    """Operations by EC2's own names: reads go through ``call``, which translates and repeats; ``send`` goes as it is.

    ``once`` reads without repeating: inside steps, which the runner repeats itself.
    """

    def __init__(self, session: Session, call: Call) -> None:
        self._session, self._call = session, call
        self._read: Callable[..., Any] = call

    @property
    def once(self) -> Ec2:
        other = Ec2(self._session, self._call)
        other._read = self._call.once
        return other

    def each(self, operation: str, key: str, wanted: Wanted, **more: Any) -> Iterator[Any]:
        """The items under ``key`` of every page, where they meet the filters ``wanted`` (see `tags.filters`)."""
        arguments: dict[str, Any] = {"MaxResults": _PAGE, **more}
        if wanted:
            arguments["Filters"] = tags.filters(wanted)
        while True:
            page = self._read(self.send, operation, **arguments)
            yield from page.get(key) or ()
            if not page.get("NextToken"):
                return
            arguments["NextToken"] = page["NextToken"]

    def instances(self, wanted: Wanted) -> Iterator[Native]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html"""
        for reservation in self.each("DescribeInstances", "Reservations", wanted):
            yield from reservation.get("Instances") or ()

    def key_pairs(self, wanted: Wanted) -> list[Native]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html, which has no pages."""
        return list(self.read("DescribeKeyPairs", Filters=tags.filters(wanted)).get("KeyPairs") or ())

    def groups(self, wanted: Wanted) -> Iterator[Native]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html"""
        return self.each("DescribeSecurityGroups", "SecurityGroups", wanted)

    def read(self, operation: str, **arguments: Any) -> Native:
        """The answer of one call."""
        answer: Native = self._read(self.send, operation, **arguments)
        return answer

    def send(self, operation: str, **arguments: Any) -> Native:
        """One call. Raises botocore's exceptions."""
        return self._session.send("ec2", operation, arguments)
