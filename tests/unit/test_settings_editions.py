"""Settings that change while others work with those before: the newest plan is the one that stands.
And ids that come twice for different things: nothing is lost for a repeat.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.domain import fence
from dunning.domain.account import Account, Head
from dunning.domain.bodies import ContactBody, DisputeBody, HoldBody
from dunning.domain.creditor import Creditor
from dunning.domain.decision import decide
from dunning.domain.due import Send
from dunning.domain.gates import DefaultGates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.policy_file import read_policies
from dunning.service.record_body import UNCHANGED
from dunning.service.replan import Replan
from dunning.service.sweep import Sweep

from tests.offline import customer, invoice, ladder
from tests.unit.handling import NOON
from tests.unit.handling import Cell as Sending
from tests.unit.importing import NOW, Cell, lines

POLICIES = "config/acme/policies.yaml"


def _book(cell: Cell) -> Any:
    found = cell.settings.rulebook("acme")
    assert found is not None
    return found


def test_an_old_event_does_not_bring_an_old_policy_back() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    first = cell.put("policies.yaml", ladder(1), "config")
    cell.imports.run("acme", POLICIES, first, date(2026, 3, 1), NOW)
    cell.put("policies.yaml", ladder(90), "config")
    cell.arrive("policies.yaml", "config")

    cell.imports.run("acme", POLICIES, first, date(2026, 3, 1), NOW)

    late = json.loads(cell.blobs.files[f"results/acme/policies.yaml/{first}.report.json"])
    assert "uploaded again" in late["warnings"][0]
    assert _book(cell).policies == read_policies(ladder(90))
    assert cell.account().head.plan.reason == "STEP_NOT_DUE"


def test_an_upload_that_overtakes_a_run_is_what_the_run_ends_with() -> None:
    cell = Cell()
    version = cell.put("policies.yaml", ladder(1), "config")
    store, came = cell.settings.put_policies, []

    def overtaken(creditor: str, policies: Any, source: str) -> int | None:
        if not came:
            came.append(True)
            cell.put("policies.yaml", ladder(90), "config")
            store(creditor, read_policies(ladder(90)), ladder(90))
        return store(creditor, policies, source)

    cell.settings.put_policies = overtaken  # type: ignore[method-assign]
    cell.imports.run("acme", POLICIES, version, date(2026, 3, 1), NOW)

    assert _book(cell).policies == read_policies(ladder(90))


def test_of_two_replans_at_once_the_newer_settings_stand() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    cell.settings.put_policies("acme", read_policies(ladder(90)), ladder(90))
    old = _book(cell)
    cell.upload("policies.yaml", ladder(1), area="config")
    accounts = cell.bodies.accounts

    Replan(accounts).book("acme", old, NOW)

    assert cell.account().head.plan.reason == "STEP_DUE"
    assert cell.account().head.edition == _book(cell).edition


def test_a_fact_that_is_written_with_old_settings_plans_with_the_newest() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    cell.settings.put_policies("acme", read_policies(ladder(90)), ladder(90))
    old = _book(cell)
    cell.upload("policies.yaml", ladder(1), area="config")

    body = ContactBody(
        on=date(2026, 3, 1), type="consent", id="k", customer="c1", channel="email", address=None
    )
    cell.bodies.record("acme", body, old, NOW)

    assert cell.account().head.plan.reason == "STEP_DUE"


def test_a_claim_that_outlives_a_replan_ends_with_the_newest_plan() -> None:
    cell = Sending()
    account, old = cell.account, cell.rulebook
    state = cell.ledger.read("northwind", account)
    assert state is not None
    send = decide(state, old, NOON, DefaultGates())
    assert isinstance(send, Send)
    claimed = fence.claimed(state.head, send, "00" * 8, NOON)
    cell.ledger.claim("northwind", account, claimed, state.head.rev)
    new = (*old.policies[0].ladder, replace(old.policies[0].ladder[0], level=2, after_due=60))
    cell.settings.put_policies("northwind", (replace(old.policies[0], ladder=new),), "two steps")
    newest = cell.settings.rulebook("northwind")
    assert newest is not None
    Replan(cell.accounts).book("northwind", newest, NOON)

    assert claimed.claim is not None
    record = fence.attempt_record(claimed.claim, claimed.plan, "SENT", NOON)
    held = replace(state, head=claimed)
    cell.settlement.confirm("northwind", account, claimed.claim, record, old, NOON, held)

    head = cell.ledger.head("northwind", account)
    assert head is not None
    assert head.plan.at is not None  # by the old ladder nothing would ever follow
    assert head.edition == newest.edition


def test_an_import_that_was_cut_catches_up_with_settings_that_came_meanwhile() -> None:
    cell = Cell()
    text = lines(customer(), invoice("A", "2026-02-01"))
    cell.upload("a.jsonl", text)
    cell.settings.put_policies("acme", read_policies(ladder(1)), ladder(1))  # and its replan passed

    report = cell.upload("a.jsonl", text)

    assert report["unchanged"] == 2
    assert cell.account().head.plan.reason == "STEP_DUE"


def test_one_id_for_different_things_is_refused_and_for_the_same_is_known() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    on, book, bodies = date(2026, 3, 1), cell.settings.rulebook("acme"), cell.bodies
    book = book or Rulebook(Creditor("acme"))
    hold = HoldBody(
        on=on, id="1", customer="c1", kind="request", scope="account",
        invoice=None, item=None, until=None,
    )  # fmt: skip
    bodies.record("acme", hold, book, NOW)
    opt_out = ContactBody(
        on=on, type="opt_out", id="1", customer="c1", channel="email", address=None
    )
    dispute = DisputeBody(on=on, id="1", invoice="A", item=None, reason="")

    for other in (opt_out, dispute):
        with pytest.raises(LedgerError) as refused:
            bodies.record("acme", other, book, NOW)
        assert refused.value.code == "id_differs"
    assert bodies.record("acme", hold, book, NOW) == UNCHANGED


def test_a_claim_whose_answer_is_lost_is_given_back_and_not_presumed_sent() -> None:
    cell = Sending()
    claim = cell.ledger.claim

    def unanswered(creditor: str, account: str, head: Head, base: int) -> None:
        claim(creditor, account, head, base)
        cell.ledger.claim = claim  # type: ignore[method-assign]
        raise TimeoutError("no answer")

    cell.ledger.claim = unanswered  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        cell.reminders.remind("northwind", cell.account, NOON)

    state: Account | None = cell.ledger.read("northwind", cell.account)
    assert state is not None
    assert state.head.claim is None
    assert [record.code for record in cell.ledger.history("northwind", cell.account)][-1] == (
        "RELEASED"
    )
    assert not cell.sender.sent
    later = state.head.plan.at
    assert later is not None
    assert cell.reminders.remind("northwind", cell.account, later) == "sent"


def test_what_an_older_file_says_of_a_customer_comes_too_late() -> None:
    cell = Cell()
    old = lines(customer(on="2026-01-01", email="old@example.com"))
    new = lines(customer(on="2026-02-01", email="new@example.com"))
    cell.upload("a.jsonl", old)
    cell.upload("b.jsonl", new)

    late = cell.upload("a.jsonl", old)

    assert late["unchanged"] == 1
    assert [address.value for address in cell.account().customer.on("email")] == ["new@example.com"]


def test_a_policy_that_cannot_be_read_does_not_keep_others_from_the_sweep() -> None:
    cell = Sending()
    cell.settings.put_creditor("broken", replace(cell.rulebook.creditor, creditor="broken"))

    def unreadable(creditor: str) -> Any:
        raise ValueError("a policy of another time")

    cell.settings.rulebook = unreadable  # type: ignore[method-assign]
    sweep = Sweep("email", 14, cell.ledger, cell.settings, cell.channels, cell.outbox, cell.metrics)
    assert sweep.run(NOON) == 1


def test_a_creditors_own_word_of_a_bounce_bars_its_own_account_and_not_the_cell() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(email="a@example.com"), invoice("A", "2026-02-01")))
    feedback = {
        "on": "2026-03-01", "type": "feedback", "id": "f", "customer": "c1", "channel": "email",
        "address": "a@example.com", "outcome": "bounced",
    }  # fmt: skip
    assert cell.upload("b.jsonl", lines(feedback))["accepted"] == 1

    address = cell.account().customer.on("email")[0]
    assert [bar.address_hash for bar in cell.account().head.unusable] == [address.hash]
    assert cell.bodies.suppressions.reason("acme", "email", address.hash) is None
