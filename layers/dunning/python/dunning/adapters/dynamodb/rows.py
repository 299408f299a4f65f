"""Items, documents, postings, history and tasks as their items, and back.
HEAD is `head`'s, other facts are `fact_rows`'. Nothing is read or written here.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from dunning.domain.account import Account, Head
from dunning.domain.approval import HandedOver, Proposal, Refusal
from dunning.domain.change import LiveFact, PastFact
from dunning.domain.charges.borne import NOTHING_BORNE
from dunning.domain.consents import Consent
from dunning.domain.customer import Address, Customer
from dunning.domain.facts import Awaiting, Dispute, Ended, Hold, Promise
from dunning.domain.history import Attempt, Record, Task
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem
from dunning.domain.new_links import LinkAsked
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.plan_mandates import PlanMandate
from dunning.domain.posting import Posting, PostingKey
from dunning.domain.told import Received, Told

from . import codec, keys
from .behaviour_codec import pack_tone, unpack_tone
from .charge_codec import (
    pack_borne,
    pack_charge_of,
    pack_charges,
    unpack_borne,
    unpack_charge_of,
    unpack_charges,
)
from .contact_codec import pack_hours, unpack_hours
from .fact_rows import (
    Standing,
    awaiting_of,
    awaiting_row,
    day_of,
    ended_row,
    fact_of,
    fact_row,
    iso,
)
from .models import (
    AwaitingRow,
    CustomerRow,
    FactRow,
    HistoryRow,
    InvoiceRow,
    OpenRow,
    PostingRow,
    Row,
    TaskRow,
)

Raw = dict[str, dict[str, Any]]
"""An item as the low-level client reads it."""


def row_of(account: str, fact: LiveFact | PastFact) -> Row:
    """The item of a fact."""
    match fact:
        case OpenItem():
            return _open_row(account, fact)
        case Customer():
            return _customer_row(account, fact)
        case Invoice():
            return _invoice_row(account, fact)
        case Posting():
            return _posting_row(account, fact)
        case Ended():
            return ended_row(account, fact)
        case Awaiting():
            return awaiting_row(account, fact)
    return fact_row(account, fact)


def account_of(head: Head, items: Iterable[Raw]) -> Account:
    """The account that a HEAD and the items of its live range make up."""
    customer = Customer(head.customer)
    opened: list[OpenItem] = []
    awaiting: list[Awaiting] = []
    facts: dict[type[Standing], list[Any]] = {}
    for raw in items:
        sort_key = raw["sk"]["S"]
        if sort_key.startswith(keys.OPEN):
            opened.append(open_of(OpenRow.from_raw_data(raw)))
        elif sort_key == keys.CUSTOMER:
            customer = customer_of(CustomerRow.from_raw_data(raw))
        elif sort_key.startswith(keys.AWAITING):
            awaiting.append(awaiting_of(AwaitingRow.from_raw_data(raw)))
        else:
            fact = fact_of(FactRow.from_raw_data(raw))
            facts.setdefault(type(fact), []).append(fact)

    def of(kind: type[Standing]) -> tuple[Any, ...]:
        return tuple(facts.get(kind, ()))

    return Account(
        head,
        customer,
        tuple(opened),
        disputes=of(Dispute),
        holds=of(Hold),
        promises=of(Promise),
        awaiting=tuple(awaiting),
        plans=of(PaymentPlan),
        mandates=of(PlanMandate),
        proposals=of(Proposal),
        refusals=of(Refusal),
        handed_over=of(HandedOver),
        consents=of(Consent),
        told=of(Told),
        received=of(Received),
        asked=of(LinkAsked),
    )


def _open_row(account: str, item: OpenItem) -> OpenRow:
    return OpenRow(
        account,
        keys.open_item(item.currency, item.due, item.ref),
        invoice=item.ref.invoice,
        item=item.ref.item,
        currency=item.currency,
        due=item.due.isoformat(),
        amount=item.amount,
        open=item.open,
        kind=item.kind,
        policy=item.policy,
        issued=iso(item.issued),
        reopened=iso(item.reopened),
        spilled=codec.pack_level(item.spilled) if item.spilled else None,
        total=item.total or None,
        pin=codec.pack_pin(item.pin) if item.pin else None,
        autopay=item.autopay,
        borne=pack_borne(item.borne) if any(item.borne) else None,
        charge=pack_charge_of(item.charge) if item.charge else None,
    )


def open_of(row: OpenRow) -> OpenItem:
    """The open item behind an item of the table."""
    return OpenItem(
        ref=ItemRef(row.invoice, int(row.item)),
        currency=row.currency,
        due=date.fromisoformat(row.due),
        amount=int(row.amount),
        open=int(row.open),
        kind=row.kind,
        policy=row.policy,
        issued=day_of(row.issued),
        reopened=day_of(row.reopened),
        spilled=codec.unpack_level(row.spilled) if row.spilled else None,
        total=int(row.total or 0),
        pin=codec.unpack_pin(row.pin) if row.pin else None,
        autopay=row.autopay,
        borne=unpack_borne(row.borne) if row.borne else NOTHING_BORNE,
        charge=unpack_charge_of(row.charge) if row.charge else None,
    )


def _customer_row(account: str, customer: Customer) -> CustomerRow:
    return CustomerRow(
        account,
        keys.CUSTOMER,
        customer=customer.customer,
        name=customer.name or None,
        customer_class=customer.customer_class,
        segment=customer.segment,
        country=customer.country,
        region=customer.region,
        city=customer.city,
        time_zone=customer.time_zone,
        language=customer.language,
        policy=customer.policy,
        addresses=[codec.join(a.channel, a.value, a.hash) for a in customer.addresses] or None,
        postal=list(customer.postal) or None,
        autopay=customer.autopay or None,
        inconvenient=[pack_hours(one) for one in customer.inconvenient] or None,
        postcode=customer.postcode or None,
        as_of=iso(customer.as_of),
    )


def customer_of(row: CustomerRow) -> Customer:
    """The customer behind an item."""
    return Customer(
        customer=row.customer,
        name=row.name or "",
        customer_class=row.customer_class,
        segment=row.segment,
        country=row.country,
        region=row.region,
        city=row.city,
        time_zone=row.time_zone,
        language=row.language,
        policy=row.policy,
        addresses=tuple(Address(*codec.split(text)) for text in row.addresses or ()),
        postal=tuple(row.postal or ()),
        autopay=bool(row.autopay),
        inconvenient=tuple(unpack_hours(text) for text in row.inconvenient or ()),
        postcode=row.postcode or "",
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
    )


def _invoice_row(account: str, invoice: Invoice) -> InvoiceRow:
    return InvoiceRow(
        account,
        keys.invoice(invoice.number),
        number=invoice.number,
        currency=invoice.currency,
        kind=invoice.kind,
        issued=invoice.issued.isoformat(),
        items=[codec.join(item.due.isoformat(), item.amount) for item in invoice.items] or None,
        policy=invoice.policy,
        settled={str(n): codec.pack_settled(s) for n, s in invoice.settled.items()},
        reference=invoice.reference or None,
        seller=invoice.seller or None,
        autopay=invoice.autopay,
        as_of=iso(invoice.as_of),
        by=invoice.by or None,
        said_at=invoice.said_at or None,
        charges=[pack_charge_of(one) for one in invoice.charges] or None,
    )


def invoice_of(row: InvoiceRow) -> Invoice:
    """The document behind an item."""
    items = (codec.split(text) for text in row.items or ())
    return Invoice(
        number=row.number,
        currency=row.currency,
        kind=row.kind,
        issued=date.fromisoformat(row.issued),
        items=tuple(DueItem(date.fromisoformat(due), int(amount)) for due, amount in items),
        policy=row.policy,
        settled={
            int(number): codec.unpack_settled(text)
            for number, text in row.settled.as_dict().items()
        },
        reference=row.reference or "",
        seller=row.seller or "",
        autopay=row.autopay,
        as_of=day_of(row.as_of),
        by=row.by or "",
        said_at=int(row.said_at or 0),
        charges=tuple(map(unpack_charge_of, row.charges or ())),
    )


def _posting_row(account: str, posting: Posting) -> PostingRow:
    return PostingRow(
        account,
        keys.posting(posting.key),
        source=posting.key.source,
        id=posting.key.id,
        type=posting.type,
        on=posting.on.isoformat(),
        value_date=posting.value_date.isoformat(),
        currency=posting.currency,
        amount=posting.amount,
        allocations=codec.pack_allocations(posting.allocations) or None,
        on_account=posting.on_account,
        undoes=codec.join(*posting.undoes) if posting.undoes else None,
        returned=codec.pack_allocations(posting.returned) or None,
        returned_on_account=posting.returned_on_account,
        applied=posting.applied,
        in_plan=posting.in_plan or None,
        reference=posting.reference or None,
    )


def posting_of(row: PostingRow) -> Posting:
    """The posting behind an item."""
    return Posting(
        key=PostingKey(row.source, row.id),
        type=row.type,
        on=date.fromisoformat(row.on),
        value_date=date.fromisoformat(row.value_date),
        currency=row.currency,
        amount=int(row.amount),
        allocations=codec.unpack_allocations(row.allocations or ()),
        on_account=int(row.on_account),
        undoes=PostingKey(*codec.split(row.undoes)) if row.undoes else None,
        returned=codec.unpack_allocations(row.returned or ()),
        returned_on_account=int(row.returned_on_account),
        applied=bool(row.applied),
        in_plan=bool(row.in_plan),
        reference=row.reference or "",
    )


def history_row(account: str, record: Record) -> HistoryRow:
    """The item of a history record: ids, codes, amounts and hashes."""
    row = HistoryRow(
        account,
        keys.history(record.seq),
        at=record.at,
        kind=record.kind,
        code=record.code,
        ended=codec.pack_plan(record.ended),
        id=record.id or None,
        detail=record.detail or None,
    )
    tried = record.attempt
    if tried is not None:
        row.said = codec.pack_said(tried.said, {}, tried.tells) or None
        row.charges = pack_charges(tried.charges) or None
        row.attempt = codec.join(
            tried.serial,
            tried.attempt,
            tried.channel,
            tried.currency,
            codec.pack_hash(tried.address_hash),
            tried.policy,
            tried.version,
            tried.ruleset,
            tried.template,
            tried.message_id,
            *pack_tone(tried.tone, tried.standing, tried.variant),
        )
    return row


def record_of(row: HistoryRow) -> Record:
    """The history record behind an item."""
    attempt = None
    if row.attempt is not None:
        fields = codec.split(row.attempt)
        serial, number, channel, currency, hashed, policy, version, ruleset, template, message = (
            fields[:10]
        )
        tone, standing = unpack_tone(fields[10:])
        attempt = Attempt(
            serial=int(serial),
            attempt=int(number),
            channel=channel,
            currency=currency,
            address_hash=codec.unpack_hash(hashed),
            said=codec.unpack_said(row.said or (), {}),
            policy=policy,
            version=int(version),
            ruleset=ruleset,
            template=template,
            message_id=message,
            charges=unpack_charges(row.charges or ()),
            tone=tone,
            standing=standing,
            variant=fields[12] if len(fields) > 12 else "",
            tells=codec.unpack_tells(row.said or ()),
        )
    return Record(
        seq=keys.history_seq(row.sk),
        at=int(row.at),
        kind=row.kind,
        code=row.code,
        ended=codec.unpack_plan(row.ended),
        id=row.id or "",
        attempt=attempt,
        detail=row.detail or "",
    )


def task_row(creditor: str, task: Task) -> TaskRow:
    """The item of a line for a person."""
    return TaskRow(
        keys.tasks(creditor),
        keys.task(task.id),
        id=task.id,
        at=task.at,
        kind=task.kind,
        customer=task.customer,
        detail=task.detail or None,
    )


def task_of(row: TaskRow) -> Task:
    """The line behind an item."""
    return Task(row.id, int(row.at), row.kind, row.customer, row.detail or "")
