"""Styles for columns of days and amounts that show none: they read what tells by itself."""

from dataclasses import replace

from . import amounts, dates
from .amounts import NumberStyle
from .dates import DateStyle


def _style_of_day() -> DateStyle:
    found = dates.style_of(["2026-01-31"])
    if not isinstance(found, DateStyle):
        raise TypeError("a day in ISO 8601 has a style")
    return replace(found, words="")


def _style_of_number(decimal: str | None = None) -> NumberStyle:
    found = amounts.style_of(["1"], decimal)
    if not isinstance(found, NumberStyle):
        raise TypeError("a whole number has a style")
    return replace(found, words="")


ANY_DAY, ANY_NUMBER, EITHER = _style_of_day(), _style_of_number(), _style_of_number(".")
