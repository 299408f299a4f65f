"""At 390 pixels, without script, from the link in a reminder to a plan of three instalments, and to
an objection: what the customer sees, what the ledger knows, and that no reminder goes out.
"""

import re

from playwright.sync_api import Page

from tests.browser.reading import fits
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, invoice

POLICIES = """policies:
  - id: standard
    send_at: "09:00"
    plan_offer: {instalments: {min: 2, max: 6}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {days: 7}, channels: [email], tone: formal}
"""
BEFORE, FIRST, SECOND = "2026-09-01T06:00:00Z", "2026-10-12T09:00:00Z", "2026-10-20T09:00:00Z"


def reminded(on_stage: MakeStage, name: str, to: str) -> Stage:
    """A customer who has had the first mail."""
    stage = on_stage(name)
    stage.open(
        BEFORE,
        customer("c-1", to),
        invoice("c-1", "P-1", "2026-10-01", "1000.00"),
        policies=POLICIES,
    )
    stage.at(FIRST)
    stage.sweep_and_send()
    return stage


def opened(stage: Stage, phone: Page, to: str, heading: str) -> None:
    """Follow the link of the mail that leads to the page with that heading."""
    row = stage.sent(to)[-1]
    content = stage.cloud.gate.message(int(row["n"]))["request"]["Content"]["Simple"]
    base = re.escape(stage.cloud.outputs["PortalUrl"])
    found = re.findall(rf"{base}/portal/[A-Za-z0-9_-]+", content["Body"]["Text"]["Data"])
    for link in dict.fromkeys(found):
        phone.goto(link)
        if phone.locator("h1").inner_text() == heading:
            return
    raise AssertionError(f"no link in the mail leads to {heading!r}")


def nobody_is_reminded(stage: Stage, to: str) -> None:
    stage.at(SECOND)
    stage.sweep_and_send()
    assert len(stage.sent(to)) == 1


def test_a_plan_of_three_instalments_is_agreed_to_the_day_and_nobody_is_reminded(
    on_stage: MakeStage, phone: Page
) -> None:
    to = "plans@harbour.example"
    stage = reminded(on_stage, "planning-in-a-browser", to)
    opened(stage, phone, to, "Pay in instalments")
    fits(phone)
    before = stage.head("c-1")
    phone.get_by_label("3 instalments").check()
    phone.get_by_role("button", name="Show days and amounts").first.click()
    fits(phone)
    rows = phone.locator("tbody tr").all_inner_texts()
    assert ["€333.33" in row for row in rows] == [True, True, False]
    assert "€333.34" in rows[2]
    assert stage.head("c-1") == before, "looking changes nothing"
    phone.get_by_role("button", name="Agree to this plan").click()
    phone.wait_for_url("**/plan?said=plan-agreed")
    fits(phone)
    assert "The plan is agreed" in phone.locator(".said").inner_text()
    assert stage.head("c-1").plan.reason == "IN_PLAN"
    record = stage.history("c-1")[-1]
    assert record.code == "plan"
    assert "new -> active; by customer; because words:en-" in record.detail
    nobody_is_reminded(stage, to)


def test_an_objection_holds_the_invoice_and_nobody_is_reminded(
    on_stage: MakeStage, phone: Page
) -> None:
    to = "objects@harbour.example"
    stage = reminded(on_stage, "objecting-in-a-browser", to)
    opened(stage, phone, to, "Object to an invoice")
    fits(phone)
    # Without a reason the browser itself holds the form back.
    phone.get_by_role("button", name="Send the objection").click()
    assert "said=" not in phone.url
    phone.get_by_label("It is faulty, or not as agreed").check()
    phone.get_by_label("Please tell us more").fill("Card 4242 4242 4242 4242; the lid is cracked.")
    phone.get_by_role("button", name="Send the objection").click()
    phone.wait_for_url("**/dispute?said=objected")
    fits(phone)
    assert "We have your objection" in phone.locator(".said").inner_text()
    assert stage.head("c-1").plan.reason == "DISPUTED"
    state = stage.reader.ledger.read(stage.creditor, stage.account("c-1"))
    assert state is not None
    (dispute,) = state.disputes
    assert dispute.reason == "faulty: Card ****4242; the lid is cracked."
    nobody_is_reminded(stage, to)
