"""Consent and what was taken back: a withdrawn consent, a channel that is suppressed.
Pure; who may write a suppression, and its hash, are the ledger's.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from dunning.domain.gates import DENY

from .attempt import EMAIL, SMS, VOICE, Attempt
from .frequency import consented
from .rule import Answer, Case

REVOCATION_BUSINESS_DAYS = 10
"""47 CFR 64.1200(a)(10): by then at the latest. Ours is applied at once."""
_SATURDAY = 5
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class NeedsConsent:
    """Nothing without a consent that holds: to the attempt's own channel, or to those named."""

    channels: frozenset[str] = frozenset()

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY where there is none."""
        needed = self.channels or {case.attempt.channel}
        held = any(consented(case.attempt, channel, at) for channel in needed)
        return None if held else Answer(DENY)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Nothing on a channel whose consent was withdrawn and not given again. `together`: channels
    on which a withdrawal on one is one on all."""

    together: frozenset[str] = frozenset()

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY from the instant of the withdrawal on."""
        channel = case.attempt.channel
        channels = self.together if channel in self.together else {channel}
        withdrawn = any(_withdrawn(case.attempt, one, at) for one in channels)
        return Answer(DENY) if withdrawn else None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Nothing on a channel, or to an address on it, that may not be used."""

    def answer(self, case: Case, at: int) -> Answer | None:
        """DENY from the instant of the suppression on."""
        attempt = case.attempt
        for one in attempt.suppressions or ():
            if one.at is not None and one.at > at:
                continue
            if one.channel not in (None, attempt.channel):
                continue
            if one.address is None or _same(one.address, _address(attempt)):
                return Answer(DENY)
        return None


class Holidays(Protocol):
    """Public holidays by country."""

    def holiday(self, country: str, day: date, /) -> bool: ...


def revocation_limit(day: date, country: str, holidays: Holidays) -> date:
    """The last day by which a withdrawal of that day must be honoured: ten business days on."""
    left = REVOCATION_BUSINESS_DAYS
    while left:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and not holidays.holiday(country, day):
            left -= 1
    return day


def _withdrawn(attempt: Attempt, channel: str, at: int) -> bool:
    said = [one for one in attempt.consents or () if one.channel == channel]
    taken = [o.revoked_at for o in said if o.revoked_at is not None and o.revoked_at <= at]
    if not taken:
        return False
    latest = max(taken)
    return not any(
        one.text != ""
        and one.at is not None
        and latest < one.at <= at
        and (one.revoked_at is None or one.revoked_at > at)
        for one in said
    )


def _address(attempt: Attempt) -> str | None:
    if attempt.channel == EMAIL:
        return attempt.email
    if attempt.channel in (VOICE, SMS):
        return attempt.number.e164 if attempt.number else None
    return None


def _same(suppressed: str, address: str | None) -> bool:
    """Whether two addresses are one; an address that is not known may be any."""
    if address is None:
        return True
    if "@" in suppressed or "@" in address:
        return suppressed.strip().casefold() == address.strip().casefold()
    first, second = (_NOT_DIGITS.sub("", one).lstrip("0") for one in (suppressed, address))
    return first == second or (min(len(first), len(second)) >= 7 and _ends_alike(first, second))


def _ends_alike(first: str, second: str) -> bool:
    # One is written without its country: what could be the same number is taken to be.
    return first.endswith(second) or second.endswith(first)
