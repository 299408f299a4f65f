"""Card numbers in what people write: found, and only their last four digits kept.
No card number is ever taken (PCI DSS: who stores none has little to guard); who sends one erred.
"""

import re

_RUN = re.compile(r"(?<![0-9])[0-9](?:[ \u00a0\u202f.-]?[0-9]){12,18}(?![0-9])")
"""13 to 19 digits (ISO/IEC 7812-1), in groups as people write them or not."""
_GROUPS = re.compile(
    r"(?<![0-9])(?:(?:[0-9]{4}[ \u00a0\u202f.-]){3}[0-9]{4}"
    r"|[0-9]{4}[ \u00a0\u202f.-][0-9]{6}[ \u00a0\u202f.-][0-9]{5})(?![0-9])"
)
"""In groups as they stand on a card: found also beside other numbers, which make the run longer."""
_NOT_DIGIT = re.compile(r"[^0-9]")
_BRANDS = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11,16}"  # Diners Club
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:50|5[6-9]|6[0-9])[0-9]{11,17}"  # Maestro
)
"""Whose numbers begin so, and how long they are: a long invoice number is rarely one of them, and
its check digit fits one time in ten."""


def without_card_numbers(text: str) -> str:
    """The text with `****` and the last four digits in place of each card number."""
    text = _RUN.sub(_hidden, text)
    begin = 0
    while found := _GROUPS.search(text, begin):
        hidden = _hidden(found)
        begin = found.start() + 1
        if hidden != found.group():
            text = text[: found.start()] + hidden + text[found.end() :]
            begin = found.start() + len(hidden)
    return text


def _hidden(found: re.Match[str]) -> str:
    digits = _NOT_DIGIT.sub("", found.group())
    if _BRANDS.fullmatch(digits) and _luhn(digits):
        return f"****{digits[-4:]}"
    return found.group()


def _luhn(digits: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
