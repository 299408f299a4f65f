"""Reading TOML that people write: tables whose every key is known and every value of its kind.
What the keys mean is the reader's of each file.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from dunning.domain.charges.reference_rate import RulesetError
from dunning.domain.fields import nearest


class Table:
    """A table of the file: every getter raises the error of its kind, with the place."""

    def __init__(
        self,
        raw: object,
        where: str,
        known: Collection[str],
        error: type[ValueError] = RulesetError,
    ) -> None:
        self.error = error
        if not isinstance(raw, dict):
            raise self.error(f"{where}: this is a table with named values")
        self.raw: dict[str, Any] = raw
        self.where = where
        for key in raw:
            if key not in known:
                raise self.error(f"{where}: {key!r} is not known; {nearest(key, known)}")

    def need(self, key: str, kind: type) -> Any:  # noqa: ANN401 (as the caller's kind)
        """A value that must be there, of its kind; a whole number is a Decimal too."""
        if key not in self.raw:
            raise self.error(f"{self.where}: {key} is missing")
        value = self.raw[key]
        if kind is Decimal and type(value) is int:
            return Decimal(value)
        if not isinstance(value, kind) or isinstance(value, datetime):
            raise self.error(f"{self.where}: {key} = {value} is not of the kind {kind.__name__}")
        return value

    def or_else(self, key: str, kind: type, default: object) -> Any:  # noqa: ANN401
        """A value, or what stands for it."""
        return self.need(key, kind) if key in self.raw else default

    def tables(self, key: str) -> list[tuple[str, object]]:
        """Named tables below a key."""
        return list(self.need(key, dict).items())

    def words(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words, not empty."""
        words = tuple(str(word) for word in self.need(key, list))
        for word in words:
            if word not in known:
                raise self.error(f"{self.where}: {key}: {word!r}; {nearest(word, known)}")
        if not words:
            raise self.error(f"{self.where}: {key} is empty")
        return words

    def named(self, key: str, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 (as the map's)
        """What a name stands for that must be known."""
        name = self.need(key, str)
        if name not in known:
            raise self.error(f"{self.where}: {key}: {name!r}; {nearest(name, known)}")
        return known[name]
