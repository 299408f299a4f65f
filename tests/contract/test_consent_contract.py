"""Consents as they are kept: read with the account, ended, and found afterwards. Over both."""

from dataclasses import replace

from dunning.domain.change import Change
from dunning.domain.consents import ALL, Consent
from dunning.domain.facts import Ended, Hold
from dunning.service.ports import Ledger

from .building import CREDITOR, DAY, NOON, ODD_IDS, next_head, read, start

FACTS = (
    Consent(
        "k1", DAY, "voice", "00112233445566aa", "You may | call\\me, Müller", "portal", NOON,
        more_calls=True,
    ),
    Consent("k2", DAY, ALL, source="mail_link", revoked_at=NOON + 1),
    Consent("k3", DAY, "email", source="wrong_person", revoked_at=0),
)  # fmt: skip


def test_consents_are_read_with_what_a_decision_reads_anyway(ledger: Ledger) -> None:
    account, head = start(ledger)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=FACTS))

    assert read(ledger, account).consents == FACTS


def test_a_consent_that_was_taken_back_leaves_and_is_found_among_what_is_over(
    ledger: Ledger,
) -> None:
    account, head = start(ledger)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=FACTS))
    past = replace(FACTS[0], revoked_at=NOON + 5, revoked_by="call_back")
    over = Ended(past, "o1", DAY, "withdrawn")
    head = read(ledger, account).head
    change = Change(next_head(head), head.rev, put=(over,), delete=(FACTS[0],))
    ledger.write(CREDITOR, account, change)

    assert read(ledger, account).consents == FACTS[1:]
    assert list(ledger.ended(CREDITOR, account)) == [over]


def test_any_id_keeps_a_consent(ledger: Ledger) -> None:
    account, head = start(ledger)
    facts = tuple(replace(FACTS[0], id=id_) for id_ in ODD_IDS)
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=facts))

    assert {fact.id for fact in read(ledger, account).consents} == set(ODD_IDS)


def test_a_hold_keeps_what_is_remembered_of_it(ledger: Ledger) -> None:
    account, head = start(ledger)
    holds = (
        Hold("h1", "bankruptcy", DAY, until=DAY, released=DAY),
        Hold("h2", "breathing_space", DAY, crisis=True),
    )
    ledger.write(CREDITOR, account, Change(next_head(head), head.rev, put=holds))

    assert read(ledger, account).holds == holds
