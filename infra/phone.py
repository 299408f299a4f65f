"""What a cell says of its telephones: from which countries' numbers it calls, and for how much.
Values only; numbers and pools are made in the stateful stack, their use in the stateless one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_PRICE = re.compile(r"[0-9]{0,2}\.[0-9]{1,5}\Z")


class PhoneError(ValueError):
    """A cell's telephones cannot be deployed as they are written."""


@dataclass(frozen=True, kw_only=True)
class PhoneLine:
    """The line by which one country is called. Without `existing` a number is requested and put
    into a pool of its own; where AWS wants papers first, get the number by hand (docs/phone.md)
    and name it here."""

    country: str
    per_minute: str
    """Most US dollars a minute of a call may cost, as `0.20`."""
    per_text: str = ""
    """Most US dollars a part of a text may cost; empty: no texts to that country."""
    number_type: str = "LONG_CODE"
    existing: str = ""
    """ARN of a number or pool that is there already."""

    def __post_init__(self) -> None:
        if not _COUNTRY.match(self.country):
            raise PhoneError(f"{self.country!r} is no country; write it as DE")
        for price in (self.per_minute, *([self.per_text] if self.per_text else [])):
            if not _PRICE.match(price):
                raise PhoneError(f"{self.country}: {price!r} is no price; write it as 0.20")
        if self.existing and not self.existing.startswith("arn:"):
            raise PhoneError(f"{self.country}: name the number or pool by its ARN")


@dataclass(frozen=True, kw_only=True)
class Phone:
    """The telephones of a cell."""

    lines: tuple[PhoneLine, ...]
    calls_a_second: float = 1.0
    """What AWS lets the account place; its pages give no figure, so ask Service Quotas."""
    texts_a_second: float = 1.0
    help_message: str = "Automated payment reminders. For help, call the company that wrote to you."
    stop_message: str = "You will get no more texts and no more automated calls from this number."
    voices: dict[str, str] = field(default_factory=dict)
    """Voices other than the usual ones: by language, or language and country (`en-US`)."""

    def __post_init__(self) -> None:
        countries = [line.country for line in self.lines]
        if not countries or len(set(countries)) != len(countries):
            raise PhoneError("a cell that telephones has lines, one for each country")

    @property
    def texts(self) -> bool:
        """Whether it writes texts at all."""
        return any(line.per_text for line in self.lines)
