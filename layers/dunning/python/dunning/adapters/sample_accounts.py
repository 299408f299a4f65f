"""Accounts that own wording is tried on before it is taken: usual ones, and some that break mails.
Invented people and firms; one of each kind that rendering has been known to stumble over.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from dunning.domain.sample_account import Sample, read_sample

_CREDITOR = {
    "creditor": "sample",
    "name": "Nordlicht Handel & Co. KG",
    "country": "DE",
    "from": "rechnung@nordlicht.example",
    "reply_to": "service@nordlicht.example",
    "bank": {"holder": "Nordlicht Handel", "iban": "DE89370400440532013000", "bic": "COBADEFF"},
    "brand": {
        "signature": "Anna Beispiel",
        "imprint": "Nordlicht Handel & Co. KG",
        "privacy": "https://nordlicht.example/privacy",
        "contact": "Anna Beispiel",
        "phone": "+49 30 1234567",
    },
}
LINKS = ("pay", "plan", "paid", "dispute", "wrong_person", "statement", "unsubscribe")
ON = "2026-11-23"
_EIGHTY = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@cache
def samples() -> tuple[tuple[str, Sample], ...]:
    """Each with what is particular about it."""
    return tuple((said, read_sample(raw)) for said, raw in _raw())


def _raw() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "a usual account", _account("Harbour Café & Söhne", ("1190.00", "486.50"))
    yield "one invoice", _account("O'Neill", ("59.90",), number="2026/0815")
    yield "no name", _account("", ("59.90",))
    yield "a name from right to left, yen", _account("شركة الميناء", ("500000",), "JPY")
    yield "eighty letters, dinars", _account(_EIGHTY, ("1190.005", "0.486"), "KWD")
    yield "markup as a name", _account("{{7*7}} <script>alert('x')</script>", ("1.00",))
    yield "120 invoices", _account("Großhandel", tuple(f"{n}.00" for n in range(1, 121)))


def _account(
    name: str, amounts: tuple[str, ...], currency: str = "EUR", number: str = "NH-1"
) -> dict[str, Any]:
    numbers = [number, *(f"NH-{place}" for place in range(2, len(amounts) + 1))]
    items = [
        {
            "invoice": invoice,
            "issued": "2026-09-15",
            "due": "2026-10-15",
            "amount": amount,
        }
        for invoice, amount in zip(numbers, amounts, strict=True)
    ]
    first = amounts[0]
    customer = {"customer": "c-1", "class": "business", "country": "DE", "language": "en"}
    return {
        "on": ON,
        "currency": currency,
        "creditor": _CREDITOR,
        "customer": {
            **customer,
            **({"name": name} if name else {}),
            "email": "office@harbour.example",
            "phone": "+49 151 12345678",
        },
        "items": items,
        "charges": [{"what": "fee", "invoice": number, "amount": first}],
        "plan": {
            "agreed": "2026-10-20",
            "instalments": [
                {"due": "2026-11-23", "amount": first},
                {"due": "2026-12-23", "amount": first},
            ],
            "told": 1,
        },
        "promise": {"amount": first, "by": "2026-11-20", **({"received": first} if name else {})},
        "payment": {
            "amount": first,
            "on": ON,
            "allocations": [{"invoice": "NH-0", "amount": first}],
        },
        "hand_over": {"to": "agency", "after": 14},
        "links": {name: f"https://links.nordlicht.example/{name}/3fK9" for name in LINKS},
    }
