"""A made-up ledger: about 200 customers of one creditor, sixty days of invoices and payments.
Seeded, so that every run is the same; names and numbers are invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

CREDITOR = "harbour"
FIRST_DAY = date(2026, 3, 2)
DAYS = 60

CREDITOR_SETTINGS: dict[str, Any] = {
    "creditor": CREDITOR,
    "name": "Harbour Office Supply",
    "country": "DE",
    "time_zone": "Europe/Berlin",
    "language": "en",
    "from": "accounts@harbour.example",
    "reply_to": "accounts@harbour.example",
    "bank": {"name": "Hafenbank", "iban": "DE02120300000000202051", "bic": "BYLADEM1001"},
    "terms": {"days": 14},
    "pay_with": ["stripe", "gocardless"],
    # Whom a call asks to be called back.
    "brand": {
        "phone": "+493023125099",
        "contact": "Jana Berg",
        "imprint": "Harbour Office Supply GmbH · Speicherstadt 1 · 20457 Hamburg",
    },
}

POLICIES = """\
policies:
  - id: standard
    calls: {attempts: 3, pause: {hours: 4}}
    grace: {days: 3}
    minimum: {amount: {EUR: "1.00", USD: "1.00", JPY: "100"}}
    max_notices: 3
    min_interval: {days: 5}
    send_at: "09:00"
    plan_offer: {instalments: {min: 2, max: 4}, every: {weeks: 1}, first_after: {days: 7}}
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 15}, channels: [voice, email], tone: persuasive}
      - {level: 3, after_previous: {days: 10}, channels: [letter, email], tone: formal}
  - id: subscriptions
    applies_to: {kinds: [subscription]}
    grace: {days: 0}
    min_interval: {days: 3}
    send_at: "10:30"
    ladder:
      - {level: 1, after_due: {days: 2}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {days: 7}, channels: [email], tone: persuasive}
  - id: calls
    applies_to: {kinds: [invoice], segments: [calls]}
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [voice], tone: friendly}
"""

PLACES = (("DE", "Europe/Berlin", "EUR"),) * 6 + (("US", "America/New_York", "USD"),) * 3
WORDS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dahlia",
    "Elder",
    "Fern",
    "Gorse",
    "Hazel",
    "Iris",
    "Juniper",
    "Kelp",
    "Laurel",
    "Maple",
    "Nettle",
    "Oak",
    "Poppy",
    "Quince",
    "Rowan",
    "Sorrel",
    "Thistle",
    "Umber",
    "Violet",
    "Willow",
    "Yarrow",
    "Zinnia",
]
TRADES = [
    "Bakery",
    "Bikes",
    "Books",
    "Cafe",
    "Clinic",
    "Design",
    "Florist",
    "Garage",
    "Hotel",
    "Labs",
    "Optics",
    "Press",
]

MISBEHAVING = {
    # How the gate answers, by the local part of the address.
    7: "bounce",
    19: "throttle-2",
    31: "reset",
    43: "reject",
    59: "complaint",
    24: "quota-1",
    83: "reset-before-accept",
    97: "soft-bounce",
    113: "error-after-accept",
    117: "timeout-after-accept",
}


NUMBERS = {"DE": "+4930231250", "US": "+1206555"}
"""Reserved for fiction; the gate acts by the two digits behind."""
ENDINGS = ("01", "02", "30", "03", "31", "04", "11", "05", "10", "06", "12", "16")
"""Most are answered, some at the second call, some never; one network is throttled at first."""
CONSENT = "You may call us with an automated voice about our invoices."


@dataclass
class Sample:
    """Bodies by day, in the order in which they are uploaded; and rows that must be rejected."""

    bodies: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    bad_rows: tuple[str, ...] = (
        "c-0001,INV-BAD-1,EUR,invoice,2026-02-01,2026-02-15,12.345",
        "c-0002,INV-BAD-2,EUX,invoice,2026-02-01,2026-02-15,10.00",
        ",INV-BAD-3,EUR,invoice,2026-02-01,2026-02-15,10.00",
    )

    def add(self, on: date, **body: Any) -> None:
        """Keep a body for the day on which it becomes known."""
        self.bodies.setdefault(on, []).append({"on": on.isoformat(), **body})

    def days(self) -> Iterator[date]:
        """The days of the demo, first to last."""
        return (FIRST_DAY + timedelta(days=n) for n in range(DAYS))


def make(customers: int = 200, seed: int = 20260302) -> Sample:
    """The whole sample: customers and invoices known on the first day, then day by day."""
    random = Random(seed)
    sample = Sample()
    for number in range(1, customers + 1):
        _customer(sample, random, number)
    return sample


def _customer(sample: Sample, random: Random, number: int) -> None:
    country, zone, currency = random.choice(PLACES)
    customer = f"c-{number:04}"
    if number % 50 == 0:
        customer = f"Kunde #{number} / Größe & Söhne"
    name = f"{random.choice(WORDS)} {random.choice(TRADES)}"
    local = MISBEHAVING.get(number, "accounts")
    body: dict[str, Any] = {
        "type": "customer",
        "customer": customer,
        "name": name,
        "country": country,
        "time_zone": zone,
        "language": "en",
        "class": "business",
    }
    if number % 23:
        emails = [f"{local}@{name.split()[0].lower()}-{number}.example"]
        if number in (7, 61):
            emails.append(f"office@second-{number}.example")
        body["email"] = emails
    if number % 4 == 1:
        body["phone"] = _number(country, number // 4)
        if number % 12 != 9:  # some left a number, and no consent: nobody calls them
            said = {"channel": "voice", "text": CONSENT, "at": "2026-01-15T10:00:00Z"}
            body["consents"] = [said]
    if number % 3 == 1:  # of the others nobody knows where they are
        body["address"] = _home(country, number)
    sample.add(FIRST_DAY, **body)
    habit = random.choices(("prompt", "late", "part", "never"), (35, 35, 15, 15))[0]
    for invoice in range(random.choice((1, 1, 2, 3))):
        _invoice(sample, random, number, customer, currency, habit, invoice)
    if number % 29 == 0:
        until = FIRST_DAY + timedelta(days=25)
        sample.add(
            FIRST_DAY + timedelta(days=4),
            type="hold",
            id=f"hold-{number}",
            customer=customer,
            kind="request",
            scope="account",
            until=until.isoformat(),
        )


def _home(country: str, number: int) -> dict[str, Any]:
    """A postal address of a customer."""
    if country == "US":
        street, postcode, city = f"{number} Harbor Road", "04101", "Portland"
    else:
        street, postcode, city = f"Hafenstraße {number}", "20457", "Hamburg"
    return {"lines": [street], "postcode": postcode, "city": city, "country": country}


def _number(country: str, number: int) -> str:
    """A telephone number of a customer; the gate knows by its ending what happens there."""
    ending = ENDINGS[number % len(ENDINGS)]
    return f"{NUMBERS[country]}{'01' if country == 'US' else ''}{ending}"


def _money(random: Random, currency: str) -> str:
    return f"{random.randint(1500, 240000) / 100:.2f}" if currency != "JPY" else "12000"


def _invoice(
    sample: Sample,
    random: Random,
    number: int,
    customer: str,
    currency: str,
    habit: str,
    serial: int,
) -> None:
    issued = FIRST_DAY + timedelta(days=random.randint(-40, 45))
    known = max(issued, FIRST_DAY)
    document = f"INV-{number:04}-{serial + 1}"
    kind = "subscription" if number % 5 == 0 else "invoice"
    due = issued + timedelta(days=14)
    if number % 17 == 0:
        items = [
            {"due": (due + timedelta(days=20 * n)).isoformat(), "amount": _money(random, currency)}
            for n in range(3)
        ]
    else:
        items = [{"due": due.isoformat(), "amount": _money(random, currency)}]
    sample.add(
        known,
        type="invoice",
        customer=customer,
        number=document,
        currency=currency,
        kind=kind,
        issued=issued.isoformat(),
        items=items,
    )
    last = FIRST_DAY + timedelta(days=DAYS - 1)
    first_due = date.fromisoformat(items[0]["due"])

    def later(least: int, most: int) -> date:
        return max(known, first_due + timedelta(days=random.randint(least, most)))

    if habit in ("prompt", "late", "part"):
        paid_on = later(-5, 2) if habit == "prompt" else later(3, 40)
        amount = items[0]["amount"]
        if habit == "part":
            amount = f"{int(float(amount) * 40) / 100:.2f}"
        if paid_on <= last:
            sample.add(
                paid_on,
                type="payment",
                id=f"pay-{document}",
                customer=customer,
                currency=currency,
                amount=amount,
                allocations=[{"invoice": document, "item": 1, "amount": amount}],
            )
            if number % 37 == 0 and paid_on + timedelta(days=6) <= last:
                sample.add(
                    paid_on + timedelta(days=6),
                    type="reversal",
                    id=f"back-{document}",
                    of=f"pay-{document}",
                )
    if number % 13 == 0 and serial == 0:
        disputed = later(1, 12)
        if disputed <= last:
            sample.add(
                disputed,
                type="dispute",
                id=f"dispute-{document}",
                invoice=document,
                reason="goods damaged",
            )
            resolved = disputed + timedelta(days=9)
            if number % 26 == 0 and resolved <= last:
                sample.add(
                    resolved,
                    type="resolve",
                    id=f"resolve-{document}",
                    dispute=f"dispute-{document}",
                    outcome="rejected",
                )
    if number % 11 == 0 and serial == 0 and habit == "never":
        credited = later(4, 20)
        if credited <= last:
            sample.add(
                credited,
                type="credit_note",
                number=f"CN-{document}",
                customer=customer,
                currency=currency,
                amount="9.50",
                invoice=document,
            )
