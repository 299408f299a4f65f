"""Amounts in thousands or millions: a report for reading, rounded, and no list to be taken."""

import re
from collections.abc import Iterable
from typing import Final

from dunning.domain.fields import printable

_SCALED: Final = re.compile(
    r"\b(?:in|en|amounts in|betr[äa]ge in)\s+(?:[A-Z]{3}|[€$£])?\s*"
    r"(?:thousands?|tausend|tsd\.?|milliers|miles|migliaia|duizend(?:en)?|millions?|mio\.?|lakhs?"
    r"|crores?)\b"
    r"|\b(?:T|K)(?:EUR|USD|CHF|GBP)\b|\bT€|\bk€|[€$£]\s?k\b|(?:EUR|USD|GBP|CHF|[€$£])\s?['’]000\b"
    r"|['’]000s?\b|\b(?:EUR|USD|GBP|CHF|[€$£])\s?(?:thousands?|thd|mio|millions?)\b",
    re.IGNORECASE,
)


def scaled(texts: Iterable[str]) -> tuple[str, str, str] | None:
    """Why a table is refused whose titles or headings say that its amounts are in thousands or
    millions: code, field, and a sentence."""
    said = next((text for text in texts if _SCALED.search(text)), "")
    if not said:
        return None
    why = (
        f"amounts are in thousands or millions, as {printable(said)} says, and so are rounded;"
        " export them in full"
    )
    return "scaled", "", why
