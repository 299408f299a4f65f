"""At 390 pixels, without script, from the link in a reminder to paid: what the customer sees on
the way, what the ledger knows afterwards, and that nobody reminds her of it.
"""

import re

from dunning.domain.account import Account
from dunning.domain.calendar import parse_instant
from playwright.sync_api import Page

from tests.browser.reading import fits, link_in
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, invoice, wait_for

TWO_STEPS = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {days: 7}, channels: [email], tone: formal}
"""
BEFORE, FIRST, SECOND = "2026-09-01T06:00:00Z", "2026-10-12T09:00:00Z", "2026-10-20T09:00:00Z"


def reminded(on_stage: MakeStage, name: str, to: str) -> Stage:
    """A customer who has had the first mail of a creditor that takes payments."""
    stage = on_stage(name)
    stage.cloud.takes_payments(name, "stripe")
    stage.open(
        BEFORE,
        customer("c-1", to),
        invoice("c-1", "P-1", "2026-10-01", "119.00"),
        invoice("c-1", "P-2", "2026-12-24", "50.00"),
        policies=TWO_STEPS,
        pay_with=["stripe"],
        bank={"iban": "IE29AIBK93115212345678", "bic": "AIBKIE2D"},
    )
    stage.at(FIRST)
    stage.sweep_and_send()
    return stage


def account(stage: Stage) -> Account:
    """The customer's account as it stands."""
    state = stage.reader.ledger.read(stage.creditor, stage.account("c-1"))
    assert state is not None
    return state


def test_from_the_link_in_the_mail_to_paid_and_never_asked_again(
    on_stage: MakeStage, phone: Page
) -> None:
    to = "pays@harbour.example"
    stage = reminded(on_stage, "paying-in-a-browser", to)
    phone.goto(link_in(stage, to))
    fits(phone)
    assert phone.locator(".band .sum").inner_text() == "€119.00"
    phone.get_by_role("button", name="Pay €119.00 online").click()

    phone.wait_for_url(f"{stage.cloud.provider.url}/pay/**")
    assert "119.00 EUR" in phone.locator("main, body").first.inner_text()
    # The bank refuses; she is back, nothing is taken, and she goes on to the very same payment.
    phone.get_by_role("button", name="Let the bank refuse").click()
    phone.wait_for_url("**?said=paying")
    fits(phone)
    assert "We have not heard from the bank yet" in phone.locator(".said").inner_text()
    assert [hold.kind for hold in account(stage).holds] == ["payment_begun"]
    phone.get_by_role("button", name="Go on with this payment").click()
    phone.wait_for_url(f"{stage.cloud.provider.url}/pay/**")
    phone.get_by_role("button", name="Pay").click()

    phone.wait_for_url("**?said=paying")
    wait_for(lambda: "payment" in [record.code for record in stage.history("c-1")])
    stage.quiet()
    phone.reload()
    assert "Your payment has arrived" in phone.locator(".said").inner_text()
    assert "Nothing has to be paid now" in phone.locator(".band").inner_text()
    codes = [record.code for record in stage.history("c-1")]
    assert codes.count("payment") == 1

    # The agenda has her for the other invoice alone, which is due at Christmas; no hold is left.
    assert account(stage).holds == ()
    assert [item.ref.invoice for item in account(stage).open] == ["P-2"]
    assert (stage.head("c-1").plan.at or 0) > parse_instant("2026-12-24T00:00:00Z")
    stage.at(SECOND)
    stage.sweep_and_send()
    assert len(stage.sent(to)) == 1


def test_who_chooses_pays_what_was_chosen_and_may_turn_back(
    on_stage: MakeStage, phone: Page
) -> None:
    to = "chooses@harbour.example"
    stage = reminded(on_stage, "choosing-in-a-browser", to)
    phone.goto(link_in(stage, to))
    phone.get_by_text("Choose what to pay").click()
    boxes = phone.get_by_role("checkbox")
    assert [boxes.nth(n).is_checked() for n in range(boxes.count())] == [True, False]
    boxes.nth(0).uncheck()
    boxes.nth(1).check()
    fits(phone)
    phone.get_by_role("button", name="Pay what is chosen online").click()
    phone.get_by_role("link", name="Back without paying").click()
    phone.wait_for_url("**?said=left")
    assert "not finished" in phone.locator(".said").inner_text()
    # What is due is still asked for; what was begun can be gone on with.
    assert phone.locator(".band .sum").inner_text() == "€119.00"
    phone.get_by_role("button", name=re.compile("Go on")).click()
    phone.get_by_role("button", name="Pay").click()
    stage.quiet()
    wait_for(lambda: "payment" in [record.code for record in stage.history("c-1")])
    (left,) = account(stage).open
    assert (left.ref.invoice, left.open) == ("P-1", 11_900)
