"""Accounts as a cell has them: a creditor, its policies, and customers with open invoices.

Plans are the decision's own; nothing is written here.
"""

from dataclasses import replace
from datetime import date, timedelta

from dunning.adapters.contact_rulesets import rules_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.account import EMAIL, Account, Contact, Head, LastNotice
from dunning.domain.calendar import DAY, local_day, parse_instant
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.creditor import DEFAULT_SHARDS, Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.decision import plan
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem, Reached, open_item
from dunning.domain.policy import Rulebook
from dunning.domain.policy_file import read_policies
from tzdata import IANA_VERSION  # type: ignore[import-untyped]

CREDITOR = "acme"
ZONE = "Europe/Berlin"
NOW = parse_instant("2026-11-23T09:00:00Z")
TODAY = local_day(NOW, ZONE)
SETTINGS = Creditor(
    CREDITOR,
    name="Acme Supply",
    country="DE",
    time_zone=ZONE,
    sender="accounts@example.com",
    bank={"name": "Hafenbank", "iban": "DE02120300000000202051"},
)
POLICIES = """\
policies:
  - id: standard
    grace: {days: 3}
    minimum: {amount: {EUR: "1.00"}}
    max_notices: 3
    min_interval: {days: 5}
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 15}, channels: [email], tone: persuasive}
      - {level: 3, after_previous: {days: 10}, channels: [email], tone: formal}
"""
RULEBOOK = Rulebook(SETTINGS, read_policies(POLICIES), 1)
GATES = RulesetGates(rules_of, phone_number, IANA_VERSION, frozenset({EMAIL}))
ADDRESS_HASH = "00112233445566aa"


def customer(number: int, name: str = "") -> Customer:
    """A customer with one address."""
    id_ = name or f"C-{number:06}"
    address = Address(EMAIL, f"ledger-{number}@customer.example", ADDRESS_HASH)
    return Customer(id_, name="Alder Bakery", country="DE", addresses=(address,))


def invoice(number: str, due: date, amount: int = 12_345) -> Invoice:
    """A document of one item, on terms of 30 days."""
    return Invoice(number, "EUR", "invoice", due - timedelta(days=30), (DueItem(due, amount),))


def account(
    who: Customer, dues: list[date], levels: int = 0, shards: int = DEFAULT_SHARDS
) -> Account:
    """A customer with one open invoice for each due day, of which the first `levels` have reached
    level 1 in a notice six days ago; HEAD carries the plan that the decision makes now."""
    documents = [invoice(f"{who.customer}-{n}", due, 10_000 + n) for n, due in enumerate(dues)]
    opened = tuple(
        replace(one, pin=RULEBOOK.pin_for(one, who))  # as the write of each invoice leaves it
        for one in (open_item(document, 1, document.items[0].amount) for document in documents)
    )
    head = Head(CREDITOR, who.customer, rev=len(dues) + 1, seq=len(dues) + 1)
    if levels:
        head = _reminded(head, opened[:levels])
    head = replace(head, shard=_spread(who.customer, shards))
    state = Account(head, who, opened)
    return replace(state, head=replace(head, plan=plan(state, RULEBOOK, NOW, GATES)))


def _spread(name: str, shards: int) -> int:
    return sum(name.encode()) % shards


def _reminded(head: Head, items: tuple[OpenItem, ...]) -> Head:
    day = TODAY - timedelta(days=6)
    reached: dict[ItemRef, Reached] = {item.ref: Reached(1, day, 1) for item in items}
    notice = LastNotice("EUR", "standard", 1, head.seq, EMAIL, 1, "sent", day, ADDRESS_HASH)
    contact = Contact(NOW - 6 * DAY, EMAIL, 1)
    return replace(head, serial=1, reached=reached, last=(notice,), recent=(contact,))


def owing(number: int, *, due_now: bool, items: int) -> Account:
    """One of a crowd: some of its invoices are late and reminded, others are not yet due; it is
    due for a step now, or is not before the coming weeks. The sweep reads its HEAD or does not."""
    first = TODAY - timedelta(days=20) if due_now else TODAY + timedelta(days=number % 25 - 2)
    dues = [first + timedelta(days=4 * n) for n in range(items)]
    levels = sum(due <= TODAY - timedelta(days=12) for due in dues)
    return account(customer(number), dues, levels)
