"""At 390 pixels, without script, under the pages' own Content-Security-Policy: every form of a page
does what its button says, and what cannot be taken is shown again with what is wrong in it.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from dunning.domain import reasons
from dunning.domain.links import Purpose
from dunning.service import remind
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.reading import fits
from tests.browser.served import served
from tests.unit.handling import CREDITOR, Cell
from tests.unit.portals import Site
from tests.unit.test_portal_said import POLICY, last, remind_now, state, tasks


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    irish = replace(found.cell.rulebook.creditor, country="IE")
    found.cell.settings.put_creditor(CREDITOR, irish)
    found.cell.settings.put_policies(CREDITOR, (POLICY,), "with an offer")
    return found


@pytest.fixture
def here(site: Site) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_a_plan_of_three_instalments_is_seen_to_the_day_and_then_agreed(
    site: Site, here: str, page: Page
) -> None:
    page.goto(f"{here}/portal/{site.token(Purpose.PLAN)}")
    fits(page)
    page.get_by_label("3 instalments").check()
    page.get_by_role("button", name="Show days and amounts").first.click()
    fits(page)
    rows = [row.replace("\t", " ") for row in page.locator("tbody tr").all_inner_texts()]
    assert rows == ["7 December 2026 €396.66", "7 January 2027 €396.66", "7 February 2027 €396.68"]
    page.get_by_role("button", name="Agree to this plan").click()
    page.wait_for_url("**/plan?said=plan-agreed")
    fits(page)
    assert "The plan is agreed" in page.locator(".said").inner_text()
    assert state(site).head.plan.reason == reasons.IN_PLAN
    assert remind_now(site) == remind.SENT
    assert last(site).attempt.tells.startswith("plan_agreed/"), "and nothing is asked for"
    assert remind_now(site) == remind.NOT_DUE


def test_an_objection_without_a_reason_is_held_back_by_the_browser_itself(
    site: Site, here: str, page: Page
) -> None:
    page.goto(f"{here}/portal/{site.token(Purpose.DISPUTE)}")
    fits(page)
    page.get_by_role("button", name="Send the objection").click()
    assert "said=" not in page.url
    page.get_by_label("It is faulty, or not as agreed").check()
    page.get_by_label("Please tell us more").fill("The lid is cracked.")
    page.get_by_role("button", name="Send the objection").click()
    page.wait_for_url("**/dispute?said=objected")
    fits(page)
    assert state(site).head.plan.reason == reasons.DISPUTED
    assert remind_now(site) == remind.NOT_DUE
    page.get_by_role("button", name="Add a PDF").click()
    fits(page)
    assert page.locator("input[type=file]").get_attribute("accept") == "application/pdf"


def test_what_cannot_be_taken_is_shown_again_and_its_summary_has_the_focus(
    site: Site, here: str, page: Page
) -> None:
    page.goto(f"{here}/portal/{site.token(Purpose.PAID)}")
    page.get_by_label("On which day?").fill("2026-11-20")
    page.get_by_label("How much?").fill("a lot")
    page.get_by_role("button", name="Send this").click()
    fits(page)
    summary = page.locator(".errors")
    assert "please give an amount" in summary.inner_text()
    assert page.locator(".errors:focus").count() == 1
    summary.get_by_role("link").click()
    assert page.url.endswith("#amount")
    assert page.get_by_label("How much?").input_value() == "a lot"
    page.get_by_label("How much?").fill("1.190,00")
    page.get_by_role("button", name="Send this").click()
    page.wait_for_url("**/paid?said=paid")
    assert tasks(site)["said_paid"].startswith("1190.00 EUR on 2026-11-20")


def test_whoever_knows_the_amount_goes_on_to_the_page_of_the_link(
    site: Site, here: str, page: Page
) -> None:
    asks = replace(site.cell.rulebook.creditor, second_factor="invoice_amount")
    site.cell.settings.put_creditor(CREDITOR, asks)
    page.goto(f"{here}/portal/{site.token(Purpose.PLAN)}")
    fits(page)
    assert "NW-1042" not in page.content()
    for guess, heading in (("1000", "One question first"), ("1190", "Pay in instalments")):
        page.get_by_label("What is the amount").fill(guess)
        page.get_by_role("button", name="Continue").click()
        assert page.locator("h1").inner_text() == heading
    assert page.context.cookies() == []
