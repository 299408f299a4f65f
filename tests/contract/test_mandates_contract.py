"""Mandates as they are kept: read with the account, in the agenda while something is to be done at
their provider, and ended. Over both.
"""

from dataclasses import replace
from datetime import date

from dunning.domain.change import Change
from dunning.domain.facts import Ended
from dunning.domain.identity import ItemRef
from dunning.domain.mandates import Debit
from dunning.domain.payment_plans import ACTIVE, Coming, Instalment, PaymentPlan
from dunning.domain.plan_mandates import COLLECT, LIVE, OVER, PlanMandate
from dunning.service.ports import Ledger

from .building import CREDITOR, DAY, NOON, ODD_IDS, next_head, read, start

SIGNED = PlanMandate("m1", DAY, "pl|1", "gocardless", NOON, "ab" * 32, "de-AT", "portal")
LIVE_ONE = replace(
    SIGNED, id="m2", state=LIVE, reference="MD1", copy_given=DAY, earliest=DAY, due=NOON
)
ASKED = replace(
    LIVE_ONE,
    id="m3",
    debits=(Debit(DAY, 333, DAY), Debit(date(2026, 12, 22), 334)),
    schedule="IS1",
    due=None,
)
TO_UNDO = replace(ASKED, id="m4", state=OVER, why="stopped", due=NOON + 5)


def due(ledger: Ledger, until: int = NOON + 60) -> list[str]:
    return [one.account for one in ledger.agenda(CREDITOR, COLLECT, 1, until)]


def test_a_mandate_is_read_as_it_was_written(ledger: Ledger) -> None:
    account, head = start(ledger)
    facts = (SIGNED, LIVE_ONE, ASKED, TO_UNDO)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=facts))

    assert read(ledger, account).mandates == facts


def test_any_id_keeps_a_mandate(ledger: Ledger) -> None:
    account, head = start(ledger)
    facts = tuple(replace(ASKED, id=id_, plan=id_, reference=id_) for id_ in ODD_IDS)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=facts))

    assert {(one.id, one.plan) for one in read(ledger, account).mandates} == {
        (id_, id_) for id_ in ODD_IDS
    }


def test_an_account_is_on_the_agenda_while_something_is_to_be_done_at_a_provider(
    ledger: Ledger,
) -> None:
    account, head = start(ledger)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=(LIVE_ONE, TO_UNDO)))
    assert due(ledger) == [account, account]
    assert due(ledger, NOON) == [account]
    assert due(ledger, NOON - 1) == []

    head = read(ledger, account).head
    done = replace(LIVE_ONE, schedule="IS1", due=None)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=(done,)))
    assert due(ledger) == [account]

    head = read(ledger, account).head
    undone = replace(TO_UNDO, undone=True, due=None)
    over = Ended(undone, "m4", DAY, "stopped")
    change = Change(next_head(head), head.rev, put=(over,), delete=(TO_UNDO,))
    ledger.write(CREDITOR, account, change)
    assert due(ledger) == []
    assert read(ledger, account).mandates == (done,)
    assert list(ledger.ended(CREDITOR, account)) == [over]


def test_a_plan_keeps_the_debits_that_may_still_come(ledger: Ledger) -> None:
    account, head = start(ledger)
    plan = PaymentPlan(
        "pl1", DAY, (ItemRef("I1", 1),), "EUR", (Instalment(DAY, 667),), ACTIVE,
        coming=(Coming(DAY, date(2026, 11, 23), 667, date(2026, 11, 30)),),
    )  # fmt: skip
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=(plan,)))

    assert read(ledger, account).plans == (plan,)
