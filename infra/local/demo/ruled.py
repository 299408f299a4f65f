"""Customers of the sample whom the contact rules protect: by the hour, a state, a country, or a
hold. Invented, as all of the sample; what becomes of them is the product's to say.
"""

from datetime import date, timedelta
from typing import Any

from infra.local.demo.sample_ledger import FIRST_DAY, Sample

AGREED = "You may write to me by e-mail about what I owe, by automated messages too."
PHONES = {"IT": "+39 06 123456", "US": "+1 617 555 0100"}
HOLDS = (("attorney", None), ("breathing_space", 30), ("restriction", None))
LEGAL = frozenset(kind for kind, _ in HOLDS)


def add_ruled(sample: Sample) -> None:
    """Add them, each with one invoice that is overdue on the first day or soon after."""
    _owes(sample, "us-somewhere", "US", "USD", 3)
    _owes(sample, "us-dc-never-agreed", "US", "USD", -40, region="DC")
    consents = [{"channel": "email", "text": AGREED, "at": "2025-11-03T15:00:00Z"}]
    _owes(sample, "us-dc-agreed", "US", "USD", -40, region="DC", consents=consents)
    _owes(sample, "us-ma-calls", "US", "USD", 0, region="MA", phone=PHONES["US"], policy="calls")
    _owes(sample, "it-calls", "IT", "EUR", 0, phone=PHONES["IT"], policy="calls")
    for kind, days in HOLDS:
        customer = f"de-{kind.replace('_', '-')}"
        _owes(sample, customer, "DE", "EUR", 0)
        until = (FIRST_DAY + timedelta(days=days)).isoformat() if days else None
        sample.add(
            FIRST_DAY + timedelta(days=1),
            type="hold",
            id=f"hold-{kind}",
            customer=customer,
            kind=kind,
            scope="account",
            **({"until": until} if until else {}),
        )


def _owes(
    sample: Sample, customer: str, country: str, currency: str, due_in: int, **more: Any
) -> None:
    """A consumer, and an invoice due so many days after the first one."""
    sample.add(
        FIRST_DAY,
        type="customer",
        customer=customer,
        name=f"Sample {customer}",
        country=country,
        language="en",
        email=[f"{customer}@ruled.example"],
        **{"class": "consumer"},
        **more,
    )
    due: date = FIRST_DAY + timedelta(days=due_in)
    sample.add(
        FIRST_DAY,
        type="invoice",
        customer=customer,
        number=f"INV-{customer}",
        currency=currency,
        kind="invoice",
        issued=(due - timedelta(days=14)).isoformat(),
        items=[{"due": due.isoformat(), "amount": "120.00"}],
    )
