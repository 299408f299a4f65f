"""What documents say of their customer: kept where it can be used, left out with a word where not.
A bad address never costs an invoice; what a customer body says is `reading_parties`'.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from dunning.domain.account import EMAIL, VOICE
from dunning.domain.customer import Address, Customer
from dunning.domain.fields import Fields, ReadingError, clean_text, email_address, names

LONGEST_NAME, LONGEST_LINE, MOST_LINES = 200, 200, 10
_FIELDS = names("phone language country")
_NAMED = re.compile(r"<([^<>]+)>")
_T = TypeVar("_T")

Told = tuple[tuple[str, str], ...]


@lru_cache(maxsize=4_096)
def about(
    customer: str,
    name: str,
    email: str,
    phone: str,
    language: str,
    country: str,
    postal: tuple[str, ...],
) -> tuple[Customer | None, Told]:
    """The customer that a document describes (None: it says nothing of them), and of each fact that
    was left out a code and a sentence. One customer's documents come by the dozen: it is kept."""
    left_out: list[tuple[str, str]] = []
    none: tuple[str, ...] = ()

    def kept(read: Callable[[], _T], nothing: _T) -> _T:
        try:
            return read()
        except ReadingError as error:
            left_out.append((error.code, f"{error}; it was left out, the document was taken"))
            return nothing

    fields = Fields({"phone": phone, "language": language, "country": country}, _FIELDS)
    emails = (
        kept(lambda one=one: email_address(one, "email"), "")  # type: ignore[misc]
        for one in dict.fromkeys(_each(email))
    )
    addresses = [Address(EMAIL, one, "") for one in emails if one]
    addresses += [Address(VOICE, one, "") for one in kept(lambda: fields.phones("phone"), none)]
    lines = [
        kept(lambda line=line: clean_text(line, "address", LONGEST_LINE), "")  # type: ignore[misc]
        for line in postal[:MOST_LINES]
    ]
    described = Customer(
        customer=customer,
        name=kept(lambda: clean_text(name, "customer_name", LONGEST_NAME), ""),
        country=kept(fields.country, None),
        language=kept(fields.language, None),
        addresses=tuple(addresses),
        postal=tuple(line for line in lines if line),
    )
    said = described if described != Customer(customer) else None
    return said, tuple(left_out)


def _each(text: str) -> list[str]:
    """The addresses of a cell: several stand with a semicolon, a comma or a blank between them, and
    each may have its owner's name before it."""
    found: list[str] = []
    for part in re.split(r"[;,\n]", text):
        named = _NAMED.search(part)
        one = (named.group(1) if named else part).strip()
        found += one.split() if one.count("@") > 1 else [one]
    return [one for one in found if one]
