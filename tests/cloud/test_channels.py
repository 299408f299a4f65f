"""What the deployed stacks do by text and by task: a mail that bounced becomes a text on the same
day, and where nothing of the customer's may be used, one line for a person.
"""

from dunning.domain import history

from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Body, Stage, customer, gapless, invoice
from tests.cloud.test_voice import BEFORE, BRAND, DUE, FICTION, MORNING, sweep

LADDER = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email, sms, task], tone: formal}
"""


def owing(name: str, phone: str | None) -> Body:
    """A company in London with a dead mailbox, and perhaps a telephone."""
    body = customer(name, f"bounce@{name}.example")
    body |= {"class": "business", "country": "GB", "time_zone": "Europe/London", "language": "en"}
    return {**body, "phone": phone} if phone else body


def begun(stage: Stage, *customers: Body) -> None:
    """All owe since long, and have had their mail, which bounced."""
    owed = [invoice(str(one["customer"]), f"V-{one['customer']}", DUE) for one in customers]
    stage.open(BEFORE, *customers, *owed, policies=LADDER, country="GB", **BRAND)
    stage.at(MORNING)
    assert stage.sweep_and_send() == len(customers)


def test_a_mail_that_bounced_becomes_a_text_or_a_task_on_the_same_day(on_stage: MakeStage) -> None:
    stage = on_stage("texts")
    begun(stage, owing("texted", FICTION + "01"), owing("nowhere", None))
    told = sweep(stage)
    assert (told["sms"], told["task"]) == (1, 1)
    (text,) = stage.sent(FICTION + "01")
    assert (text["channel"], text["attempt"]) == ("sms", "2")
    request = stage.cloud.gate.message(text["n"])["request"]
    assert "V-texted" in request["MessageBody"]
    assert BRAND["brand"]["phone"] in request["MessageBody"]
    assert request["MaxPrice"] == "0.10"
    assert stage.attempts("texted") == [(1, 1, history.SENT), (1, 2, history.SENT)]
    assert stage.attempts("nowhere") == [(1, 1, history.SENT), (1, 2, history.SENT)]
    for name in ("texted", "nowhere"):
        assert gapless(stage.history(name), stage.head(name))
        assert stage.head(name).last[0].level == 1
    assert sweep(stage)["task"] == 0
