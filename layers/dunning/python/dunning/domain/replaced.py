"""`replace` of dataclasses at half its cost, for values that each ledger write makes anew by the
dozen: fields are copied slot by slot, where dataclasses call an initialiser that asks for each.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

_Value = TypeVar("_Value")

if TYPE_CHECKING:
    # The same to a type checker, which knows what each class takes.
    from dataclasses import replace as replace
else:

    def replace(value: _Value, /, **changes: object) -> _Value:
        """The value with other fields. Raises TypeError for a field that it does not have."""
        kind = type(value)
        slots = _slots(kind)
        if slots is None:
            return dataclasses.replace(value, **changes)
        made = _bare(kind)
        for put, field in zip(slots.puts, slots.fields(value), strict=True):
            put(made, field)
        for name, field in changes.items():
            if name not in slots.named:
                raise TypeError(f"{kind.__name__} has no field {name}")
            slots.named[name](made, field)
        return made


_bare = object.__new__


class _Slots(NamedTuple):
    """How a class is read and filled: all its fields at once, and each by its name."""

    fields: Callable[[Any], tuple[Any, ...]]
    puts: tuple[Callable[[Any, Any], None], ...]
    named: Mapping[str, Callable[[Any, Any], None]]


@cache
def _slots(kind: type) -> _Slots | None:
    """None where an initialiser may do more than to fill slots, or there is none to save."""
    if hasattr(kind, "__post_init__") or not dataclasses.is_dataclass(kind):
        return None
    fields = dataclasses.fields(kind)
    found = [getattr(kind, field.name, None) for field in fields]
    slots = [one for one in found if isinstance(one, MemberDescriptorType)]
    if len(fields) < 2 or len(slots) < len(fields) or not all(field.init for field in fields):
        return None
    puts = {field.name: slot.__set__ for field, slot in zip(fields, slots, strict=True)}
    return _Slots(attrgetter(*puts), tuple(puts.values()), puts)
