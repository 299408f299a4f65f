"""Business days: which days a calendar leaves, rolling a day onto one, and days on which to send.
Which days are holidays somewhere is a value that is handed in; nothing here knows a country.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Protocol

from .calendar import later
from .creditor import Creditor
from .customer import Customer

CREDITOR, CUSTOMER = "creditor", "customer"
"""In place of a calendar's code: that of whoever is meant."""
NEXT_BUSINESS_DAY = "next_business_day"
FARTHEST = 366
"""Days that are looked through for an open one: a calendar that leaves none closes nothing."""
SATURDAY = 5

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,10})?\Z")


class Calendars(Protocol):
    """Days that are no business days, by calendar: a country (DE), or a region in it (DE-BY).
    Total: a region that is not known is its country, and a country that is not known has the
    usual weekend and no holiday."""

    def holiday(self, calendar: str, day: date) -> bool:
        """Whether it is a public holiday there."""

    def weekend(self, calendar: str, day: date) -> bool:
        """Whether it is a day of the weekend there."""

    def problem(self, calendar: str) -> str | None:
        """Why a code is no calendar, with what to write instead; None if it is one."""


class Weekends:
    """Saturdays and Sundays everywhere, and no holiday: what holds where none are handed in."""

    def holiday(self, calendar: str, day: date) -> bool:
        """No."""
        return False

    def weekend(self, calendar: str, day: date) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return day.weekday() >= SATURDAY

    def problem(self, calendar: str) -> str | None:
        """None for anything that has the form of a code."""
        return None if is_code(calendar) else f"{calendar!r} is not a calendar; write DE or DE-BY"


WEEKENDS = Weekends()


def is_code(text: str) -> bool:
    """Whether a text has the form of a calendar's code: DE, or DE-BY."""
    return _CODE.match(text) is not None


def of_creditor(creditor: Creditor) -> str:
    """The calendar of a creditor: the one it names, else its country's."""
    return creditor.calendar or creditor.country or ""


def of_customer(customer: Customer, creditor: Creditor) -> str:
    """The calendar of a customer: their region's or country's, else the creditor's."""
    country = (customer.country or "").upper()
    if not country:
        return of_creditor(creditor)
    return f"{country}-{customer.region}" if customer.region else country


def rolled(day: date, creditor: Creditor, calendars: Calendars) -> date:
    """The day from which lateness is counted: the next business day, where the creditor says so."""
    if creditor.roll != NEXT_BUSINESS_DAY:
        return day
    calendar = of_creditor(creditor)
    return _first(
        day, lambda one: not (calendars.weekend(calendar, one) or calendars.holiday(calendar, one))
    )


def business_days_after(day: date, count: int, calendar: str, calendars: Calendars) -> date:
    """The day that is so many business days of a calendar after another."""
    for _ in range(count):
        day = _first(
            later(day, 1),
            lambda one: not (calendars.weekend(calendar, one) or calendars.holiday(calendar, one)),
        )
    return day


class SendDays:
    """The days on which a policy's notices go out to a customer: the weekdays that it names, and
    no holiday of its calendar. With a calendar and no weekdays: the calendar's business days."""

    __slots__ = ("_calendar", "_calendars", "_weekdays")

    def __init__(self, weekdays: tuple[int, ...], calendar: str, calendars: Calendars) -> None:
        self._weekdays = weekdays
        self._calendar = calendar
        self._calendars = calendars

    def open(self, day: date) -> bool:
        """Whether something may be sent on that day."""
        if self._weekdays and day.weekday() not in self._weekdays:
            return False
        if not self._calendar:
            return True
        if not self._weekdays and self._calendars.weekend(self._calendar, day):
            return False
        return not self._calendars.holiday(self._calendar, day)

    def next(self, day: date) -> date:
        """The first such day from that day on."""
        return _first(day, self.open)

    def before(self, day: date) -> date:
        """The last such day before that day."""
        return _first(later(day, -1), self.open, -1)


def _first(day: date, fits: Callable[[date], bool], step: int = 1) -> date:
    one = day
    for _ in range(FARTHEST):
        if fits(one):
            return one
        one = later(one, step)
    return day
