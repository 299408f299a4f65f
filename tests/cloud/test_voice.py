"""What the deployed stacks do by telephone: a mail that bounced becomes a call, what the network
tells of it is heard once, and who did not consent is left in peace.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from dunning.domain import history, reasons
from dunning.domain.calendar import iso_instant, parse_instant

from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Body, Stage, customer, gapless, invoice

BEFORE, DUE = "2026-09-01T06:00:00Z", "2026-10-01"
# A Monday, eleven o'clock in London.
MORNING, LATER = "2026-10-12T10:00:00Z", "2026-10-12T14:30:00Z"
NOON_THERE = "2026-10-13T17:00:00Z"
"""A Tuesday, in business hours on both coasts of the US."""
FICTION = "+4420794609"
"""Numbers that are nobody's; the last two digits say what the gate does."""
LADDER = """policies:
  - id: standard
    send_at: "09:00"
    calls: {attempts: 2, pause: {hours: 4}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email, voice], tone: friendly}
"""
BRAND = {"brand": {"phone": "+442079460999", "contact": "Ann Field"}}


def reached(name: str, digits: str, *, consents: bool = True) -> Body:
    """A company in London with a dead mailbox and a telephone."""
    body = customer(name, f"bounce@{name}.example")
    body |= {
        "class": "business",
        "country": "GB",
        "time_zone": "Europe/London",
        "language": "en",
        "phone": FICTION + digits,
    }
    if consents:
        body["consents"] = [
            {
                "channel": "voice",
                "text": "You may call us with an automated voice about our invoices.",
                "at": "2026-01-02T10:00:00Z",
            }
        ]
    return body


def begun(stage: Stage, *customers: Body, at: str = MORNING) -> None:
    """All owe since long, and have had their mail, which bounced."""
    owed = [invoice(str(one["customer"]), f"V-{one['customer']}", DUE) for one in customers]
    stage.open(BEFORE, *customers, *owed, policies=LADDER, country="GB", **BRAND)
    stage.at(at)
    assert stage.sweep_and_send() == len(customers)


def sweep(stage: Stage) -> Mapping[str, Any]:
    """One sweep of all channels, and what follows from it."""
    enqueued: Mapping[str, Any] = stage.cloud.invoke("SweepFunctionName")
    stage.quiet()
    return enqueued


def test_a_mail_that_bounced_becomes_a_call_on_the_same_day(on_stage: MakeStage) -> None:
    stage = on_stage("calls")
    begun(stage, reached("takes", "01"))
    assert sweep(stage)["voice"] == 1
    (mail,) = stage.sent("bounce@takes.example")
    (call,) = stage.sent(FICTION + "01")
    assert (mail["channel"], call["channel"]) == ("email", "voice")
    assert mail["notice"] == call["notice"]
    assert (mail["attempt"], call["attempt"]) == ("1", "2")
    assert stage.attempts("takes") == [(1, 1, history.SENT), (1, 2, history.SENT)]
    request = stage.cloud.gate.message(call["n"])["request"]
    assert request["MessageBodyTextType"] == "SSML"
    assert "automated assistant" in request["MessageBody"]
    assert (request["TimeToLive"], request["MaxPricePerMinute"]) == (300, "0.20")
    assert set(request["Context"]) == {"notice", "attempt", "account", "items"}
    assert stage.head("takes").last[0].outcome == "answered"
    assert gapless(stage.history("takes"), stage.head("takes"))
    assert sweep(stage)["voice"] == 0


def test_who_did_not_consent_is_not_called(on_stage: MakeStage) -> None:
    # In the US an automated call needs a consent (47 USC 227); beside them stands who gave one.
    stage = on_stage("silent")
    there = {"country": "US", "region": "OH", "time_zone": "America/New_York"}
    silent = {**reached("silent", "", consents=False), **there, "phone": "+12065550102"}
    agreed = {**reached("agreed", ""), **there, "phone": "+12065550103"}
    begun(stage, silent, agreed, at=NOON_THERE)
    assert sweep(stage)["voice"] == 1
    assert sweep(stage)["voice"] == 0
    assert stage.sent("+12065550102") == []
    assert [row["accepted"] for row in stage.sent("+12065550103")] == [True]
    assert stage.head("silent").plan.channel is None


def test_events_that_come_thrice_and_reversed_change_nothing_and_the_call_is_made_again(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("reversed")
    begun(stage, reached("away", "11"))
    stage.cloud.gate.hold()
    assert sweep(stage)["voice"] == 1
    assert stage.head("away").last[0].outcome == "sent"
    assert stage.cloud.gate.release(times=3, newest_first=True) == 3
    stage.quiet()
    head = stage.head("away")
    assert head.last[0].outcome == "no_answer"
    facts = [one for one in stage.history("away") if one.kind == history.FACT]
    assert len([one for one in facts if one.id.startswith("voice-no_answer-")]) == 1
    # Not at once, and (one call a day) not before the morning after either.
    assert head.plan.channel == "voice"
    assert head.plan.reason in (reasons.CALL_AGAIN, reasons.DEFERRED)
    assert sweep(stage)["voice"] == 0
    assert (head.plan.at or 0) >= parse_instant(MORNING) + 4 * 3600
    # The rules' first hour of that morning, and then the policy's own.
    for _ in range(2):
        stage.at(iso_instant(stage.head("away").plan.at or 0))
        sweep(stage)
    assert [row["attempt"] for row in stage.sent(FICTION + "11")] == ["2", "3"]
    # Both calls that the policy allows were made: nobody is rung a third time.
    stage.at("2026-10-19T10:00:00Z")
    assert sweep(stage)["voice"] == 0


@pytest.mark.parametrize(("digits", "settles"), [("19", True), ("29", False)])
def test_a_call_whose_answer_is_lost_is_never_placed_twice(
    on_stage: MakeStage, digits: str, settles: bool
) -> None:
    stage = on_stage(f"lost-{digits}")
    name = f"lost{digits}"
    begun(stage, reached(name, digits))
    if not settles:
        stage.cloud.gate.order("timeout-after-accept", to=FICTION + digits)
        stage.cloud.gate.hold()
    sweep(stage)
    if not settles:
        assert stage.cloud.gate.release(times=0) > 0
    for instant in (LATER, "2026-10-13T11:00:00Z", "2026-10-13T15:30:00Z"):
        stage.at(instant)
        sweep(stage)
    assert len(stage.sent(FICTION + digits)) == 1
    assert stage.head(name).claim is None
    codes = [code for *_, code in stage.attempts(name)]
    assert codes == [history.SENT, history.SENT if settles else history.UNKNOWN]
