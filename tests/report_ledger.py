"""A small ledger of four customers from January to June 2026, whose figures docs/reports.md works
out by hand. Not to be mixed up with `report_example`, which is about reports of imports.
"""

from tests.offline import Body, customer

AS_OF = "2026-06-30"
POLICIES = """\
policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 30}, channels: [email], tone: formal}
"""
TRIED = POLICIES.replace(
    "tone: friendly}",
    "tone: friendly, variants: {name: summer, paid_within: {days: 14},"
    " among: {usual: {share: 50}, firm: {share: 50, tone: formal}}}}",
)
"""The same policies with an experiment in their first step."""


def _invoice(who: str, number: str, issued: str, due: str, amount: str, currency: str) -> Body:
    items = [{"due": f"2026-{due}", "amount": amount}]
    return {
        "on": f"2026-{issued}",
        "type": "invoice",
        "customer": who,
        "number": number,
        "currency": currency,
        "items": items,
    }


def _paid(who: str, number: str, on: str, amount: str) -> Body:
    return {
        "on": f"2026-{on}",
        "type": "payment",
        "id": f"pay-{number}",
        "customer": who,
        "currency": "EUR",
        "amount": amount,
        "allocations": [{"invoice": number, "amount": amount}],
    }


INVOICES = [
    _invoice("adler", "A1", "01-10", "02-09", "100.00", "EUR"),
    _invoice("adler", "A2", "02-10", "03-12", "200.00", "EUR"),
    _invoice("adler", "A3", "03-10", "04-09", "300.00", "EUR"),
    _invoice("adler", "A4", "04-01", "05-01", "400.00", "EUR"),
    _invoice("adler", "A5", "04-15", "05-15", "1200.00", "EUR"),
    _invoice("birke", "B1", "02-01", "03-03", "500.00", "EUR"),
    _invoice("birke", "B2", "03-01", "03-31", "500.00", "EUR"),
    _invoice("birke", "B3", "04-10", "05-10", "500.00", "EUR"),
    _invoice("birke", "B4", "05-21", "06-20", "400.00", "EUR"),
    _invoice("cedar", "C1", "03-31", "04-30", "500.00", "USD"),
    _invoice("cedar", "C2", "04-20", "05-20", "200.00", "USD"),
    _invoice("dachs", "D1", "06-15", "07-15", "1000.00", "EUR"),
]
PAYMENTS = [
    _paid("adler", "A1", "02-21", "100.00"),
    _paid("adler", "A2", "03-24", "200.00"),
    _paid("adler", "A3", "04-29", "300.00"),
    _paid("adler", "A4", "05-01", "400.00"),
    _paid("birke", "B1", "03-01", "500.00"),
    _paid("birke", "B2", "03-31", "500.00"),
    _paid("birke", "B3", "05-08", "500.00"),
]
OTHERS: list[Body] = [
    {
        "on": "2026-06-10",
        "type": "credit_note",
        "number": "BC1",
        "customer": "birke",
        "currency": "EUR",
        "amount": "100.00",
        "invoice": "B4",
    },
    {"on": "2026-05-25", "type": "dispute", "id": "d1", "invoice": "C2", "reason": "wrong price"},
    {
        "on": "2026-06-01",
        "type": "promise",
        "id": "v1",
        "customer": "adler",
        "date": "2026-06-10",
        "amount": "1200.00",
    },
    {
        "on": "2026-06-20",
        "type": "plan",
        "id": "pl1",
        "customer": "dachs",
        "state": "active",
        "items": [{"invoice": "D1"}],
        "instalments": [
            {"due": "2026-07-05", "amount": "400.00"},
            {"due": "2026-08-05", "amount": "300.00"},
            {"due": "2026-09-05", "amount": "300.00"},
        ],
    },
]
BODIES: list[Body] = [
    *(customer(name) for name in ("adler", "birke", "cedar", "dachs")),
    *INVOICES,
    *PAYMENTS,
    *OTHERS,
]
