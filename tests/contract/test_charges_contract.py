"""What storage keeps of charges: over the fake and the real ledger alike."""

from dataclasses import replace
from datetime import date

from dunning.domain.change import Change, Mark
from dunning.domain.charges.borne import Borne
from dunning.domain.charges.interest import Payment
from dunning.domain.charges.notice import Charge
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import CHARGE, ChargeOf, DueItem, Invoice, Pin, Settled
from dunning.service.ports import Ledger

from tests.contract.building import (
    CREDITOR,
    DAY,
    ODD_IDS,
    attempt_record,
    claimed,
    next_head,
    opened,
    read,
    start,
)

CHARGES = (
    Charge("fee", "post", 500, ItemRef("I-C1", 1), 2, "5 % of 100.00 | least"),
    Charge("interest", "missing", 0, ItemRef("a|b\\c", 7), 2, "no_rate"),
)
BORNE = Borne((Payment(date(2026, 11, 2), 40), Payment(DAY, -7)), DAY, True)


def test_a_claim_keeps_what_its_notice_charges(ledger: Ledger) -> None:
    account, head = start(ledger)
    after = claimed(head)
    assert after.claim is not None
    charging = replace(after, claim=replace(after.claim, charges=CHARGES))
    ledger.claim(CREDITOR, account, charging, head.rev)
    stands = ledger.head(CREDITOR, account)
    assert stands is not None
    assert stands.claim == charging.claim


def test_a_record_keeps_what_its_notice_charged(ledger: Ledger) -> None:
    account, _ = start(ledger)
    record = attempt_record(7)
    assert record.attempt is not None
    record = replace(record, attempt=replace(record.attempt, charges=CHARGES))
    ledger.put_record(CREDITOR, account, record)
    assert ledger.record(CREDITOR, account, 7) == record


def test_an_item_keeps_what_interest_must_know_open_and_settled(ledger: Ledger) -> None:
    account, head = start(ledger)
    (item,) = read(ledger, account).open
    item = replace(item, borne=BORNE)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=(item,)))
    state = read(ledger, account)
    assert state.open == (item,)
    for pin in (None, Pin("std")):
        settled = Settled(DAY, None, pin, BORNE)
        base = read(ledger, account).head
        mark = Mark(item.ref.invoice, item.ref.item, settled)
        ledger.write(CREDITOR, account, Change(next_head(base), base.rev, marks=(mark,)))
        invoice = ledger.invoice(CREDITOR, account, item.ref.invoice)
        assert invoice is not None
        assert invoice.settled[1] == settled


def test_a_charge_keeps_its_parent_on_its_document_and_its_open_item(ledger: Ledger) -> None:
    for number, name in enumerate(ODD_IDS):
        account, head = start(ledger, f"C{number}")
        what = ChargeOf(ItemRef(name, 3), DAY, "fee", 2, 41)
        document = Invoice(
            f"charge:{number}",
            "EUR",
            CHARGE,
            DAY,
            (DueItem(DAY, 500), DueItem(DAY, 41)),
            policy="std",
            charges=(what, what._replace(what="interest")),
        )
        ledger.write(
            CREDITOR,
            account,
            Change(
                next_head(head),
                head.rev,
                put=(document, *opened(document)),
                lookups=(document.number,),
            ),
        )
        assert ledger.invoice(CREDITOR, account, document.number) == document
        charges = [item for item in read(ledger, account).open if item.charge]
        assert tuple(charges) == opened(document)
        assert ledger.account_of_invoice(CREDITOR, document.number) == account
