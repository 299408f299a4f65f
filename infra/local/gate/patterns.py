"""Whether an event fits a rule's pattern, for the kinds of test that our rules use.

A kind of test that is not known here is an error, never a silent match.
"""

from collections.abc import Mapping
from typing import Any


class UnknownTestError(ValueError):
    """The pattern holds a test that this matcher does not know."""


def fits(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """All fields of the pattern hold; one of the listed values is enough for each."""
    for name, wanted in pattern.items():
        if isinstance(wanted, Mapping):
            inner = event.get(name)
            if not isinstance(inner, Mapping) or not fits(wanted, inner):
                return False
        elif not _any_value(wanted, event, name):
            return False
    return True


def _any_value(tests: list[Any], event: Mapping[str, Any], name: str) -> bool:
    held = event.get(name)
    values = held if isinstance(held, list) else [held]
    return any(_one(test, value, name in event) for test in tests for value in values)


def _one(test: Any, value: Any, present: bool) -> bool:
    if not isinstance(test, Mapping):
        return present and bool(test == value)
    ((kind, operand),) = test.items()
    match kind:
        case "exists":
            return present is bool(operand)
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "anything-but":
            return present and value not in (operand if isinstance(operand, list) else [operand])
        case "equals-ignore-case":
            return isinstance(value, str) and value.lower() == operand.lower()
    raise UnknownTestError(f"a rule tests with {kind!r}, which the gate does not play")
