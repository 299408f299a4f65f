"""All that an agency needs of what was handed over, as one JSON document and one CSV.
From the ledger alone, so that it can be written again; when it is written is the decision's.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from dunning.domain import history
from dunning.domain.account import Account
from dunning.domain.approval import HandedOver
from dunning.domain.calendar import local_day
from dunning.domain.facts import Dispute, Promise
from dunning.domain.history import Record
from dunning.domain.identity import ItemRef
from dunning.domain.intake.formulas import escaped
from dunning.domain.invoice import Invoice, OpenItem
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.policy import Rulebook
from dunning.domain.posting import Posting
from dunning.service.ports import Blobs, Ledger

FOLDER = "handover"
COLUMNS = (
    "hand_over", "on", "creditor", "creditor_name", "customer", "customer_name", "address",
    "country", "email", "phone", "invoice", "item", "kind", "reference", "issued", "due",
    "days_overdue", "currency", "amount", "open", "paid", "level", "last_notice", "disputed",
    "charge", "charge_of",
)  # fmt: skip

Document = dict[str, Any]


class Exports(Protocol):
    """Files for an agency. Written again, a file is the same file."""

    def export(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, fact: HandedOver
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class HandOverFiles:
    """Hand-overs into files below `results/{creditor}/handover/`."""

    ledger: Ledger
    blobs: Callable[[], Blobs]
    """Asked for when there is a file to write: a sender nearly never has one."""

    def export(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, fact: HandedOver
    ) -> None:
        """Write both files; names follow from the hand-over alone."""
        document = document_of(self.ledger, creditor, account, state, rulebook, fact)
        base = f"results/{creditor}/{FOLDER}/{file_name(fact)}"
        body = json.dumps(document, ensure_ascii=False, indent=1).encode()
        blobs = self.blobs()
        blobs.write(creditor, f"{base}.json", body, "application/json")
        blobs.write(creditor, f"{base}.csv", table(document), "text/csv")


class NoExports:
    """For whoever keeps no files."""

    def export(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, fact: HandedOver
    ) -> None:
        """Nothing is written."""


def file_name(fact: HandedOver) -> str:
    """A file's name: ids that people choose may hold anything."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in fact.id)
    return f"{fact.on.isoformat()}-{plain}"


def document_of(
    ledger: Ledger,
    creditor: str,
    account: str,
    state: Account,
    rulebook: Rulebook,
    fact: HandedOver,
) -> Document:
    """The hand-over with everything that the ledger knows of its items: what is open now, what was
    paid, which notices told of them, what these charged and why, what was disputed and promised."""
    zone = state.zone(rulebook.creditor)
    handed = set(fact.items)
    items = [item for item in state.open if item.ref in handed]
    parents = {item.charge.parent for item in items if item.charge} - handed
    refs = handed | parents  # a notice told of the parent before there was a charge to tell of
    invoices = {
        number: invoice
        for number in {item.ref.invoice for item in items} | {ref.invoice for ref in parents}
        if (invoice := ledger.invoice(creditor, account, number))
    }
    postings = list(ledger.postings(creditor, account))
    notices = list(_notices(ledger.history(creditor, account), zone, refs))
    ended = list(ledger.ended(creditor, account))
    settings, customer = rulebook.creditor, state.customer
    return {
        "hand_over": fact.id,
        "on": fact.on.isoformat(),
        "to": fact.to,
        "scope": fact.scope,
        "creditor": {
            "id": settings.creditor,
            "name": settings.name,
            "country": settings.country,
            "reply_to": settings.reply_to or settings.sender,
            "bank": dict(settings.bank),
        },
        "customer": {
            "id": customer.customer,
            "name": customer.name,
            "class": customer.customer_class,
            "country": customer.country,
            "region": customer.region,
            "language": customer.language,
            "address": list(customer.postal),
            "email": [a.value for a in customer.on("email")],
            "phone": [a.value for a in customer.on("voice")],
        },
        "totals": _totals(items),
        "items": [
            _item(state, item, invoices.get(item.ref.invoice), postings, notices, fact)
            for item in items
        ],
        "charged_on": [
            _parent(state, invoices[ref.invoice], ref, postings)
            for ref in sorted(parents)
            if ref.invoice in invoices and ref.item <= len(invoices[ref.invoice].items)
        ],
        "notices": notices,
        "disputes": [
            *(_dispute(one, "open", None) for one in state.disputes if _about(one, refs)),
            *(
                _dispute(one.fact, one.outcome, one.on.isoformat())
                for one in ended
                if isinstance(one.fact, Dispute) and _about(one.fact, refs)
            ),
        ],
        "promises": [
            *(_promise(one, one.outcome or "open") for one in state.promises),
            *(_promise(x.fact, x.outcome) for x in ended if isinstance(x.fact, Promise)),
        ],
        "plans": [_plan(one) for one in state.plans if refs.intersection(one.items)],
    }


def table(document: Document) -> bytes:
    """One line for each item, for a spreadsheet."""
    customer, creditor = document["customer"], document["creditor"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in document["items"]:
        row = {
            **item,
            "hand_over": document["hand_over"],
            "on": document["on"],
            "creditor": creditor["id"],
            "creditor_name": creditor["name"],
            "customer": customer["id"],
            "customer_name": customer["name"],
            "address": ", ".join(filter(None, customer["address"])),
            "country": customer["country"],
            "email": " ".join(customer["email"]),
            "phone": " ".join(customer["phone"]),
        }
        cells = ("" if row[name] is None else str(row[name]) for name in COLUMNS)
        # What people wrote may begin as a formula does; a number of ours does not.
        writer.writerow([escaped(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _item(
    state: Account,
    item: OpenItem,
    invoice: Invoice | None,
    postings: list[Posting],
    notices: list[Document],
    fact: HandedOver,
) -> Document:
    reached = state.level_of(item)
    about = {item.ref, item.charge.parent} if item.charge else {item.ref}
    told = [one["on"] for one in notices if _tells_of(one, about)]
    return {
        "invoice": item.ref.invoice,
        "item": item.ref.item,
        "kind": item.kind,
        "reference": invoice.reference if invoice else "",
        "issued": item.issued.isoformat() if item.issued else _issued(invoice),
        "due": item.due.isoformat(),
        "days_overdue": (fact.on - item.due).days,
        "currency": item.currency,
        "amount": format_amount(item.amount, item.currency),
        "open": format_amount(item.open, item.currency),
        "paid": format_amount(item.amount - item.open, item.currency),
        "payments": list(_payments(item.ref, postings)),
        "level": reached.level if reached else 0,
        "last_notice": told[-1] if told else None,
        "disputed": any(one.covers(item.ref) for one in state.disputes),
        "charge": item.charge.what if item.charge else None,
        "charge_of": str(item.charge.parent) if item.charge else None,
    }


def _parent(state: Account, invoice: Invoice, ref: ItemRef, postings: list[Posting]) -> Document:
    """What a charge is on, where that is not handed over with it: mostly paid by then."""
    due, found = invoice.items[ref.item - 1], state.item(ref)
    left = found.open if found else 0
    return {
        "invoice": ref.invoice,
        "item": ref.item,
        "kind": invoice.kind,
        "reference": invoice.reference,
        "issued": invoice.issued.isoformat(),
        "due": due.due.isoformat(),
        "currency": invoice.currency,
        "amount": format_amount(due.amount, invoice.currency),
        "open": format_amount(left, invoice.currency),
        "paid": format_amount(due.amount - left, invoice.currency),
        "payments": list(_payments(ref, postings)),
    }


def _issued(invoice: Invoice | None) -> str | None:
    return invoice.issued.isoformat() if invoice else None


def _payments(ref: ItemRef, postings: list[Posting]) -> Iterator[Document]:
    """What was posted on an item, as it stands: negative where it was taken back."""
    for posting in sorted(postings, key=lambda one: (one.value_date, one.key)):
        amount = sum(a.amount for a in posting.allocations if a.ref == ref)
        if amount:
            yield {
                "id": posting.key.id,
                "type": posting.type,
                "on": posting.on.isoformat(),
                "value_date": posting.value_date.isoformat(),
                "amount": format_amount(amount, posting.currency),
            }


def _totals(items: list[OpenItem]) -> list[Document]:
    sums: dict[str, int] = {}
    for item in items:
        sums[item.currency] = sums.get(item.currency, 0) + item.open
    return [
        {"currency": currency, "open": format_amount(amount, currency)}
        for currency, amount in sorted(sums.items())
    ]


def _notices(records: Iterator[Record], zone: str, refs: set[ItemRef]) -> Iterator[Document]:
    """The attempts that told of these items, oldest first, with what became of each by record."""
    found: list[tuple[Record, Document]] = []
    settled: dict[str, str] = {}
    for record in records:
        if record.kind == history.SETTLED:
            settled[record.id] = record.code
        tried = record.attempt
        if tried is None or not any(said.ref in refs for said in tried.said):
            continue
        told = {
            "notice": tried.serial,
            "attempt": tried.attempt,
            "on": local_day(record.at, zone).isoformat(),
            "channel": tried.channel,
            "currency": tried.currency,
            "policy": tried.policy,
            "outcome": record.code,
            "items": [
                {
                    "invoice": said.ref.invoice,
                    "item": said.ref.item,
                    "level": said.level,
                    "open": format_amount(said.open, tried.currency),
                }
                for said in tried.said
                if said.ref in refs
            ],
            "charges": [
                {
                    "what": charge.what,
                    "mode": charge.mode,
                    "invoice": charge.ref.invoice,
                    "item": charge.ref.item,
                    "level": charge.level,
                    "amount": format_amount(charge.amount, tried.currency),
                    "basis": charge.basis,
                }
                for charge in tried.charges
                if charge.ref in refs
            ],
        }
        found.append((record, told))
    for record, told in found:
        if record.code == history.UNKNOWN:
            told["outcome"] = settled.get(str(told["notice"]), record.code)
        yield told


def _tells_of(notice: Document, refs: set[ItemRef]) -> bool:
    left = notice["outcome"] in (history.SENT, history.PRESUMED_SENT)
    return left and any((one["invoice"], one["item"]) in refs for one in notice["items"])


def _about(dispute: Dispute, refs: set[ItemRef]) -> bool:
    return any(dispute.covers(ref) for ref in refs)


def _dispute(fact: Dispute, outcome: str, ended: str | None) -> Document:
    return {
        "id": fact.id,
        "on": fact.on.isoformat(),
        "invoice": fact.invoice,
        "item": fact.item,
        "reason": fact.reason,
        "outcome": outcome,
        "ended": ended,
    }


def _plan(plan: PaymentPlan) -> Document:
    """A payment plan that stands beside what is handed over: broken, cancelled or only proposed."""
    return {
        "id": plan.id,
        "on": plan.on.isoformat(),
        "state": plan.state,
        "until": plan.until.isoformat() if plan.until else None,
        "currency": plan.currency,
        "total": format_amount(plan.total, plan.currency),
        "received": format_amount(plan.received, plan.currency),
    }


def _promise(fact: Promise, outcome: str) -> Document:
    return {
        "id": fact.id,
        "on": fact.on.isoformat(),
        "by": fact.by.isoformat(),
        "currency": fact.currency,
        "amount": format_amount(fact.amount, fact.currency),
        "received": format_amount(fact.received, fact.currency),
        "outcome": outcome,
    }
