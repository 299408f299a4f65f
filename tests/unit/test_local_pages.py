"""What the demo and the tests take for the forms of a page: those of the real pages, as a browser
without script would send them.
"""

from dataclasses import replace

import pytest
from dunning.domain.links import Purpose

from infra.local.demo.planners import amounts
from infra.local.pages import Page, forms_of
from tests.unit.handling import CREDITOR, Cell
from tests.unit.portals import Site
from tests.unit.test_portal_said import POLICY

BASE = "https://pay.example.com"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    settings = replace(found.cell.rulebook.creditor, country="IE", pay_with=("stripe",))
    found.cell.settings.put_creditor(CREDITOR, settings)
    found.cell.settings.put_policies(CREDITOR, (POLICY,), "with an offer")
    return found


def page(site: Site, path: str) -> Page:
    answer = site.get(path)
    url = f"{BASE}{path}"
    return Page(url, answer["statusCode"], answer["body"], forms_of(url, answer["body"]))


def test_the_offers_are_a_form_of_what_may_be_chosen_and_its_first_is_chosen(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    form = page(site, f"/portal/{token}/plan").form("/plan", having="choice")
    assert (form.action, form.method) == (f"{BASE}/portal/{token}/plan", "get")
    chosen = [value for name, value in form.fields if name == "choice"]
    others = [value for name, value in form.values if name == "choice"]
    assert chosen == ["EUR-2"]
    assert others[0] == "EUR-3"


def test_a_form_that_agrees_has_what_it_was_shown_with(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    review = page(site, f"/portal/{token}/plan?choice=EUR-3")
    form = review.form("/plan", having="form")
    assert form.method == "post"
    assert dict(form.fields).items() >= {"currency": "EUR", "count": "3"}.items()
    assert amounts(review.html) == [39_666, 39_666, 39_668, 119_000]


def test_amounts_are_read_however_they_are_written() -> None:
    cells = "<td>333,33\u00a0€</td><td>¥3,333</td><td>1\u202f190,00 €</td>"
    assert amounts(cells) == [33_333, 3_333, 119_000]


def test_what_may_be_paid_is_sent_by_the_button_of_a_provider(site: Site) -> None:
    token = site.token(Purpose.PAY)
    form = page(site, f"/portal/{token}").form("/pay")
    assert ("by", "stripe") in form.values
    assert [name for name, _ in form.fields].count("item") == 1


def test_a_form_that_is_not_there_is_told_with_those_that_are(site: Site) -> None:
    with pytest.raises(LookupError, match=r"no form '/accept'.*'plan'"):
        page(site, f"/portal/{site.token(Purpose.PLAN)}/plan").form("/accept")
