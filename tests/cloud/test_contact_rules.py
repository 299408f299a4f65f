"""The contact rules on the deployed stacks: asked again at the last moment, and caps that count
every message of a person.
"""

from dunning.domain import history, reasons

from tests.cloud.conftest import MakeStage
from tests.cloud.stage import customer, invoice
from tests.cloud.test_reminders import BEFORE, DAY, DUE, MORNING, plan_reason, sender_waits, waiting

ONE_MAIL = """
name = "caps"
version = "1"

[[rules]]
id = "one_mail_a_day"
kind = "cap"
most = 1
days = 1
per = "person"
counts = ["email"]
when = {channels = ["email"]}
source = "our own promise to customers"
says = "One mail a day, whatever it is about."
"""


def test_a_consent_withdrawn_between_sweep_and_send_stops_the_reminder(on_stage: MakeStage) -> None:
    stage = on_stage("withdraws")
    stage.open(
        BEFORE,
        *(customer(name, f"{name}@withdraws.example") for name in ("tired", "other")),
        *(invoice(name, f"W-{name}", DUE) for name in ("tired", "other")),
    )
    stage.at(MORNING)
    with sender_waits(stage.cloud):
        assert stage.sweep() == 2
        word = {"on": DAY, "type": "opt_out", "id": "w1", "customer": "tired", "channel": "email"}
        report = stage.loader.bodies("stop", [word])
        assert (report["accepted"], report["rejected"]) == (1, 0)
        assert waiting(stage.cloud) == 2
        assert stage.cloud.gate.log() == []
    stage.quiet()
    assert stage.sent("tired@withdraws.example") == []
    assert stage.outcomes("other@withdraws.example") == ["accepted"]
    assert plan_reason(stage.head("tired")) == reasons.NO_USABLE_ADDRESS
    (record,) = [one for one in stage.history("other") if one.kind == history.ATTEMPT]
    assert record.attempt is not None
    assert record.attempt.ruleset.startswith("standard@")


def test_two_currencies_due_in_one_second_are_two_messages_to_a_cap_of_one(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("caps")
    stage.open(BEFORE)
    report = stage.loader.contact_rules(ONE_MAIL)
    assert (report["accepted"], report["rejected"]) == (1, 0)
    both = {**customer("both", "both@caps.example"), "country": "DE"}
    dollars = {**invoice("both", "C-USD", DUE), "currency": "USD"}
    stage.loader.bodies("first", [both, invoice("both", "C-EUR", DUE), dollars])

    stage.at("2026-10-11T09:00:00Z")
    assert stage.sweep_and_send() == 1
    assert stage.sweep_and_send() == 0
    assert [row["items"] for row in stage.sent("both@caps.example")] == ["C-EUR/1/1/0"]
    plan = stage.head("both").plan
    assert (plan.reason, plan.detail) == (reasons.DEFERRED, "one_mail_a_day")

    stage.at(MORNING)
    assert stage.sweep_and_send() == 1
    items = [row["items"] for row in stage.sent("both@caps.example")]
    assert items == ["C-EUR/1/1/0", "C-USD/1/1/0"]
