"""What DynamoDB counts: the size of an item, and the units of a request, as AWS publishes.
Pure; for the tests that hold HEAD under a unit, and for the benchmarks. No prices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

UNIT = 1_024
READ_UNIT = 4_096
_CONTAINER = 3
_ELEMENT = 1
INDEXES = (("apk", "ask"), ("bpk", "bsk"))
"""Keys of the indexes: both keep keys only, so nothing else of an item costs anything there."""


def item_size(item: Item) -> int:
    """Bytes of an item, for its limit and its units: names and values, in DynamoDB's own count."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return _number_size(content)
        case "L":
            return _CONTAINER + sum(_ELEMENT + _value_size(one) for one in content)
        case "M":
            inner = (_ELEMENT + len(k.encode()) + _value_size(v) for k, v in content.items())
            return _CONTAINER + sum(inner)
        case "SS" | "NS" | "BS":
            return sum(_value_size({kind[0]: one}) for one in content)
    return 1  # BOOL and NULL


def _number_size(text: str) -> int:
    """A byte for two significant digits, one more, and one for a minus sign."""
    digits = text.lstrip("-").replace(".", "").strip("0") or "0"
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Read units of one request that read items of these sizes: bytes are summed first, then
    rounded up. Finding nothing costs as much as the smallest item."""
    blocks = max(1, -(-sum(sizes) // READ_UNIT))
    return blocks if consistent else blocks / 2


@dataclass(frozen=True, slots=True)
class Written:
    """One item of a request, as it was before and after; `failed`: its condition did not hold."""

    before: Item | None
    after: Item | None
    transactional: bool = False
    failed: bool = False


def write_units(written: Iterable[Written]) -> int:
    """Write units of requests, indexes included. A transaction costs twice on the table; its
    index entries are written later, one by one, and are counted once."""
    return sum(_table_units(one) + _index_units(one) for one in written)


def _units(size: int) -> int:
    return max(1, -(-size // UNIT))


def _table_units(one: Written) -> int:
    sizes = [item_size(item) for item in (one.before, one.after) if item is not None]
    if one.failed:
        sizes = sizes[:1] if one.before is not None else [0]
    return _units(max(sizes, default=0)) * (2 if one.transactional else 1)


def _index_units(one: Written) -> int:
    if one.failed:
        return 0
    units = 0
    for keys in INDEXES:
        before, after = index_entry(one.before, keys), index_entry(one.after, keys)
        if before != after:
            units += sum(_units(item_size(entry)) for entry in (before, after) if entry)
    return units


def index_entry(item: Item | None, keys: tuple[str, str]) -> Item | None:
    """An item's entry in an index, if it has both keys."""
    if item is None or any(key not in item for key in keys):
        return None
    return {name: item[name] for name in (*keys, "pk", "sk")}
