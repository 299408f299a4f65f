"""What SES tells of one mail, in its documented words: each sample once, twice, in any order, with
fields that nobody knows. The ledger ends the same.

Adapter and use case together, behind the real handler.
"""

import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dunning.adapters.dynamodb.keys import creditor_of
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.ses_events import feedback_of
from dunning.domain import bars, history
from dunning.domain.bodies import CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.domain.identity import account_tag, notice_id
from dunning.entry import bootstrap
from dunning.service import remind
from dunning.service.record_feedback import RecordFeedback

from tests.unit.handling import ADDRESS, CREDITOR, NOON, Cell, Context, batch, failed, load, message

SAMPLES = Path(__file__).resolve().parents[3] / "shared/data/events/ses"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no samples in {SAMPLES}")

KINDS = (
    *("send", "delivery", "deliverydelay", "bounce", "complaint", "reject", "rendering-failure"),
    *("open", "click", "subscription"),
)
NEVER_ACTED_ON = ("open", "click", "subscription")


def told(kind: str, **more: Any) -> dict[str, Any]:
    """The documented sample of a kind, of the first mail to the account of the tests."""
    text = (SAMPLES / f"event-publishing.{kind}-record.json").read_text(encoding="utf-8")
    detail: dict[str, Any] = json.JSONDecoder().raw_decode(text.strip())[0]
    account = Cell.account.fget(Cell())  # type: ignore[attr-defined]
    detail["mail"] |= {
        "destination": [ADDRESS],
        "tags": {
            "notice": [notice_id(account, 1)],
            "attempt": ["1"],
            "account": [account_tag(account)],
        },
    }
    for part in ("bounce", "complaint", "deliveryDelay"):
        for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
            for one in detail.get(part, {}).get(name, []):
                one["emailAddress"] = ADDRESS
    detail |= more
    return {"source": "aws.ses", "detail-type": kind, "detail": detail}


def transient() -> dict[str, Any]:
    event = told("bounce")
    event["detail"]["bounce"] |= {"bounceType": "Transient", "feedbackId": "soft"}
    return event


class Stage:
    """A mail that was sent, and the function that hears of it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.cell = Cell()
        assert self.cell.reminders.remind(CREDITOR, self.cell.account, NOON) == remind.SENT
        heard = RecordFeedback(
            self.cell.ledger, self.cell.settings, self.cell.bodies, self.cell.settlement
        )
        wired = bootstrap.TakeFeedback(
            lambda: None,
            self.cell.clock,
            heard,
            lambda event: feedback_of(event, plain_hash),
            creditor_of,
        )
        patch.setattr(bootstrap, "feedback", lambda: wired)
        self.handler = load("record_feedback")

    def hear(self, *events: dict[str, Any]) -> None:
        messages = [message(event, number=n) for n, event in enumerate(events)]
        assert failed(self.handler.handler(batch(*messages), Context())) == []

    @property
    def sent(self) -> list[object]:
        """What has left, whatever was asked for since."""
        self.cell.reminders.remind(CREDITOR, self.cell.account, NOON)
        return list(self.cell.sender.sent)

    def facts(self) -> tuple[list[str], list[str], str | None, str]:
        """Addresses left, facts told, the cell's word on the address, and the plan's reason."""
        state = self.cell.ledger.read(CREDITOR, self.cell.account)
        assert state is not None
        usable = [one.value for one in bars.usable(state, "email", serial=2)]
        told = [
            record.id
            for record in self.cell.ledger.history(CREDITOR, self.cell.account)
            if record.kind == history.FACT and record.code == "feedback"
        ]
        reason = self.cell.suppressions.reason(CREDITOR, "email", plain_hash("email", ADDRESS))
        return usable, sorted(told), reason, state.head.plan.reason


@pytest.mark.parametrize("kind", KINDS)
def test_each_event_heard_five_times_is_heard_once(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, often = Stage(monkeypatch), None
    once.hear(told(kind))
    after = once.facts()
    often = Stage(monkeypatch)
    for _ in range(5):
        often.hear(told(kind))
    assert often.facts() == after


@pytest.mark.parametrize("kind", KINDS)
def test_fields_that_nobody_knows_change_nothing(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Stage(monkeypatch)
    plain.hear(told(kind))
    known = plain.facts()
    odd = Stage(monkeypatch)
    odd.hear(told(kind, somethingNew={"a": [1, None]}, ipPool="x"))
    assert odd.facts() == known


@pytest.mark.parametrize("kind", NEVER_ACTED_ON)
def test_who_opens_or_clicks_is_nobody_s_business_whether_a_person_or_a_machine(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(monkeypatch)
    before = stage.cell.ledger.head(CREDITOR, stage.cell.account)
    event = told(kind)
    event["detail"].setdefault(kind, {})["isMachine"] = True
    stage.hear(event, told(kind))
    assert stage.cell.ledger.head(CREDITOR, stage.cell.account) == before


@pytest.mark.parametrize("hard", ["bounce", "complaint"])
def test_the_order_of_events_does_not_matter(hard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = set()
    for order in itertools.permutations(("send", "delivery", hard)):
        stage = Stage(monkeypatch)
        for kind in (*order, *reversed(order)):
            stage.hear(told(kind))
        usable, facts, reason, plan = stage.facts()
        ends.add((tuple(usable), tuple(facts), reason, plan, len(stage.sent)))
    ((usable_, facts_, reason_, _, sent),) = ends
    assert usable_ == ()
    assert len(facts_) == 1
    assert reason_ == {"bounce": "bounced", "complaint": "complained"}[hard]
    assert sent == 1


def test_a_full_mailbox_is_somebody_s_and_stays_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.hear(transient())
    usable, facts, reason, _ = stage.facts()
    assert (usable, facts, reason) == ([ADDRESS], [], None)


def test_a_permanent_bounce_after_a_transient_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.hear(transient(), told("bounce"))
    assert stage.facts()[0] == []


def test_who_can_be_reached_no_more_is_a_line_for_a_person_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(monkeypatch)
    stage.hear(told("send"), told("bounce"))
    (line,) = stage.cell.ledger.tasks(CREDITOR)
    assert (line.kind, line.customer) == ("unreachable", "c-1042")
    assert ADDRESS not in str(line)
    stage.hear(told("bounce"), told("complaint"))
    assert list(stage.cell.ledger.tasks(CREDITOR)) == [line]


def test_a_new_address_ends_that_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    stage.hear(told("bounce"))
    who = Customer("c-1042", addresses=(Address("email", "new@harbour.example", ""),))
    body = CustomerBody(on=date(2026, 11, 24), customer=who)
    stage.cell.bodies.record(CREDITOR, body, stage.cell.rulebook, NOON)
    assert [line.kind for line in stage.cell.ledger.tasks(CREDITOR)] == ["unreachable_over"]
