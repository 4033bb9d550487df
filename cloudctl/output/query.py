"""--query: JMESPath (https://jmespath.org/specification.html), loaded only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudctl.errors import UsageError
from cloudctl.output.plain import plain


def check(expression: str) -> None:
    """Raises UsageError for an expression that fails whatever the data: bad syntax, unknown function."""
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions

    try:
        parsed = jmespath.compile(expression).parsed
    except JMESPathError as error:
        raise _invalid(expression, error) from error
    unknown = set(_functions(parsed)) - set(Functions.FUNCTION_TABLE)
    if unknown:
        raise _invalid(expression, f"unknown function {', '.join(sorted(unknown))}()")


def evaluate(expression: str, data: object) -> object:
    """The expression's result as plain JSON values; UsageError when a function does not fit the data."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return plain(jmespath.search(expression, data))
    except JMESPathError as error:
        raise _invalid(expression, error) from error


def _functions(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _functions(child)


def _invalid(expression: str, why: object) -> UsageError:
    return UsageError(
        f"invalid query: {expression}",
        why=" ".join(str(why).split()),
        fix="the language is JMESPath, for example --query \"[?state=='running'].name\"",
    )
