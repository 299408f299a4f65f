"""Values for the contract suites: heads, invoices, claims and changes with little to say."""

from dataclasses import replace
from datetime import date
from typing import Any

from dunning.domain.account import Account, Claim, Head, Plan, Said
from dunning.domain.behaviour import Standing
from dunning.domain.change import Change
from dunning.domain.contact.attempt import Inconvenient
from dunning.domain.customer import Address, Customer
from dunning.domain.history import ATTEMPT, FACT, SENT, Attempt, Record
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem, open_item
from dunning.domain.posting import Allocation, Posting, PostingKey
from dunning.service.ports import Ledger

NOON = 1_795_348_800
"""2026-11-22T12:00:00Z."""
DAY = date(2026, 11, 22)
CREDITOR = "acme"
TOKEN, OTHER_TOKEN = "0123456789abcdef", "fedcba9876543210"
ODD_IDS = (
    "SI-2026.1",
    "RE 2026/11#7",
    "Müller & Söhne",
    "a|b\\c",
    "~NMRSGPGDB65XVEZMXMAW3ED6F6",
    "x" * 100,
    "ü" * 100,
    "0",
)


def head(customer: str = "C1", *, at: int | None = None, channel: str | None = "email") -> Head:
    """The first HEAD of a new account."""
    plan = Plan(at, channel if at is not None else None, "STEP_NOT_DUE", "detail", NOON - 60)
    return Head(CREDITOR, customer, rev=1, seq=1, plan=plan)


def customer(name: str = "C1") -> Customer:
    """A customer with an address."""
    return Customer(
        name,
        name="Müller | Söhne",
        addresses=(Address("email", "a|b@example.com", "00112233445566aa"),),
        postal=("Weg 1", "", "10115 Berlin"),
        autopay=True,
        inconvenient=(
            Inconvenient(0, 9 * 3_600),
            Inconvenient(13 * 3_600, 86_400, frozenset({0, 6})),
        ),
    )


def invoice(number: str = "I1", items: int = 1, amount: int = 10_000) -> Invoice:
    """An invoice whose items are due a day apart."""
    due = tuple(DueItem(date(2026, 10, 1 + n % 28), amount) for n in range(items))
    return Invoice(number, "EUR", "invoice", date(2026, 9, 1), due)


def opened(document: Invoice) -> tuple[OpenItem, ...]:
    """All its items, open."""
    return tuple(
        open_item(document, n, item.amount) for n, item in enumerate(document.items, start=1)
    )


def record(seq: int, code: str = "invoice") -> Record:
    """The record of a fact."""
    return Record(seq, NOON, FACT, code, Plan(None, None, "NEW"), f"id {seq}")


def first(account_head: Head, *documents: Invoice) -> Change:
    """The change that makes an account, with invoices that stand open."""
    opening = [item for document in documents for item in opened(document)]
    return Change(
        account_head,
        base=0,
        put=(customer(account_head.customer), *documents, *opening),
        lookups=tuple(document.number for document in documents),
        history=(record(1),),
    )


def next_head(before: Head, **changes: object) -> Head:
    """HEAD one revision on."""
    return replace(before, rev=before.rev + 1, **changes)  # type: ignore[arg-type]


def claimed(before: Head, token: str = TOKEN, *refs: ItemRef) -> Head:
    """HEAD with a claim, as the fence makes it."""
    claim = Claim(
        serial=1,
        attempt=1,
        seq=before.seq + 1,
        token=token,
        at=NOON,
        lease_until=NOON + 900,
        channel="email",
        currency="EUR",
        address_hash="00112233445566aa",
        said=tuple(Said(ref, 1, 10_000, 0, 7) for ref in refs),
        policy="standard",
        version=1,
        ruleset="default-1",
        tone="formal",
        standing=Standing("firm", 5, 3, 12),
    )
    return next_head(before, seq=before.seq + 1, claim=claim)


def attempt_record(seq: int, *refs: ItemRef, code: str = SENT) -> Record:
    """The record of an attempt."""
    tried = Attempt(
        serial=1,
        attempt=1,
        channel="email",
        currency="EUR",
        address_hash="00112233445566aa",
        said=tuple(Said(ref, 1, 10_000) for ref in refs),
        policy="standard",
        version=1,
        ruleset="default-1",
        template="email-1",
        message_id="0102|a#b",
        tone="formal",
        standing=Standing("firm", 5, 3, 12),
    )
    return Record(seq, NOON, ATTEMPT, code, Plan(NOON, "email", "X", "", 1), "1", tried, "why")


def payment(id_: str, amount: int, *refs: ItemRef) -> Posting:
    """A payment spread evenly over items; what is left stays on account."""
    parts = tuple(Allocation(ref, amount // (len(refs) or 1)) for ref in refs)
    left = amount - sum(part.amount for part in parts)
    return Posting(PostingKey("ledger", id_), "payment", DAY, DAY, "EUR", amount, parts, left)


def start(ledger: Ledger, name: str = "C1", items: int = 1, **plan: Any) -> tuple[str, Head]:
    """An account with one invoice; its key, and HEAD as it stands."""
    account = ledger.account_key(CREDITOR, name)
    ledger.write(CREDITOR, account, first(head(name, **plan), invoice(f"I-{name}", items)))
    stands = ledger.head(CREDITOR, account)
    assert stands is not None
    return account, stands


def read(ledger: Ledger, account: str) -> Account:
    """The account as it stands; it must."""
    state = ledger.read(CREDITOR, account)
    assert state is not None
    return state
