"""A customer has a plan collected, over the real handlers: never a condition of the plan, signed by
the words that are shown, and stopped by one click.
"""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from dunning.adapters.portal_words import LANGUAGES
from dunning.domain.bodies import MandateBody
from dunning.domain.facts import Ended
from dunning.domain.links import Purpose
from dunning.domain.owed import owed
from dunning.domain.paying import payable
from dunning.domain.payment_requests import NotBegun
from dunning.domain.plan_mandates import PlanMandate
from dunning.entry.pages.collect_parts import words_of
from dunning.service.visiting import Visit

from tests.unit.handling import CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import PAGES, Site
from tests.unit.test_portal_said import POLICY, forms, know, record, send, send_shown, state, text

TODAY = date(2026, 11, 23)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    irish = replace(
        found.cell.rulebook.creditor, country="IE", name="Northwind", collect_plans="gocardless"
    )
    found.cell.settings.put_creditor(CREDITOR, irish)
    found.cell.settings.put_policies(CREDITOR, (POLICY,), "with an offer")
    return found


def agreed(site: Site) -> str:
    """The token of a link below which a plan of three instalments was agreed."""
    token = site.token(Purpose.PLAN)
    send(site, token, "plan?choice=EUR-3", "plan")
    assert state(site).plans[0].in_force
    return token


def page(site: Site, token: str) -> str:
    return str(site.get(f"/portal/{token}/plan")["body"])


def location(answer: dict[str, object]) -> str:
    headers = answer["headers"]
    assert isinstance(headers, dict)
    return str({name.lower(): value for name, value in headers.items()}["location"])


def live(site: Site) -> None:
    (mandate,) = state(site).mandates
    body = MandateBody(on=TODAY, id=mandate.id, customer=CUSTOMER, state="live", reference="MD1")
    record(site, body)


def test_a_plan_is_agreed_without_a_word_of_collecting_it(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    review = site.get(f"/portal/{token}/plan?choice=EUR-3")["body"]
    assert forms(review, "collect") == []
    send(site, token, "plan?choice=EUR-3", "plan")
    assert state(site).plans[0].in_force
    assert state(site).mandates == ()


def test_the_words_that_are_signed_are_those_on_the_page_with_its_days_and_amounts(
    site: Site,
) -> None:
    token = agreed(site)
    shown = text({"body": page(site, token)})
    for told in (
        "You do not have to",
        "I authorise Northwind to collect these amounts",
        "7 December 2026 €396.66",
        "7 February 2027 €396.68",
    ):
        assert told in shown
    answer = send(site, token, "plan", "collect")
    (mandate,) = state(site).mandates
    assert location(answer) == f"https://pay.gocardless.com/flow?mandate={mandate.id}"
    (plan,) = state(site).plans
    said = words_of(
        PAGES.tongue(site.cell.rulebook.creditor, state(site).customer), visit(site), plan
    )
    assert (mandate.state, mandate.text_hash) == ("signed", said.hash)
    assert (mandate.signed_at, mandate.language, mandate.source) == (NOON, "en", "portal")
    assert mandate.copy_given == TODAY
    (asked,) = site.provider.mandates
    assert (asked.plan, asked.currency, asked.customer) == (plan.id, "EUR", CUSTOMER)
    back = urlsplit(asked.back)
    assert parse_qs(back.query) == {"said": ["collecting"]}
    assert site.get(f"{back.path}?said=collecting")["statusCode"] == 200


def visit(site: Site) -> Visit:
    link = site.link(Purpose.PLAN)
    return Visit.of(CREDITOR, link, state(site), site.cell.rulebook, NOON)


def test_the_same_form_twice_is_one_mandate_and_so_is_whoever_comes_back_to_go_on(
    site: Site,
) -> None:
    token = agreed(site)
    shown = page(site, token)
    for _ in range(2):
        send_shown(site, token, shown, "collect")
    assert "One step is missing" in text({"body": page(site, token)})
    send(site, token, "plan", "collect")
    assert len(state(site).mandates) == 1
    assert {one.mandate for one in site.provider.mandates} == {state(site).mandates[0].id}


def test_what_was_not_shown_is_not_signed(site: Site) -> None:
    token = agreed(site)
    shown = page(site, token)
    from tests.unit.test_paying import paid

    record(site, paid("p1", "NW-1042", 10_000))
    answer = send_shown(site, token, shown, "collect")
    assert "said=again" in location(answer)
    assert state(site).mandates == ()


def test_once_it_is_set_up_the_page_says_what_is_collected_and_when(site: Site) -> None:
    token = agreed(site)
    send(site, token, "plan", "collect")
    live(site)
    assert "within the next hour" in text({"body": page(site, token)})
    site.collecting.run(NOON, lambda: 300.0)
    (asked,) = site.provider.debits
    assert [amount for _, amount in asked.debits] == [39_666, 39_666, 39_668]
    shown = text({"body": page(site, token)})
    assert "You need not pay these amounts yourself" in shown
    assert "will be collected on 7 December 2026" in shown
    assert forms(page(site, token), "collect") == []
    due = date(2026, 12, 7)
    (case,) = owed(state(site), due)
    assert case.now == 0, "on its day nobody is asked for it"
    choices = payable(state(site), case).choices
    assert [(one.amount, one.wanted) for one in choices] == [
        (39_666, False), (39_666, False), (39_668, False),
    ], "whoever likes may pay it early all the same"  # fmt: skip


def test_a_click_stops_it_here_and_at_the_provider(site: Site) -> None:
    token = agreed(site)
    send(site, token, "plan", "collect")
    live(site)
    site.collecting.run(NOON, lambda: 300.0)
    (mandate,) = state(site).mandates
    shown = page(site, token)
    answer = send_shown(site, token, shown, "stop-collecting")
    assert site.provider.stopped == [("MD1", mandate.id, True)]
    assert state(site).mandates == ()
    (over,) = over_now(site)
    assert (over.outcome, state(site).plans[0].coming) == ("stopped", ())
    assert "Nothing more is collected" in text(site.go(answer, token))
    send_shown(site, token, shown, "stop-collecting")
    assert len(over_now(site)) == 1


def test_it_is_stopped_though_the_provider_does_not_answer(site: Site) -> None:
    token = agreed(site)
    send(site, token, "plan", "collect")
    live(site)
    site.collecting.run(NOON, lambda: 300.0)
    site.provider.fails = NotBegun("unavailable")
    send(site, token, "plan", "stop-collecting")
    (mandate,) = state(site).mandates
    assert (mandate.over, mandate.errand) == (True, "cancel")
    site.provider.fails = None
    site.collecting.run(NOON + 900, lambda: 300.0)
    assert state(site).mandates == ()


def over_now(site: Site) -> list[Ended]:
    found = site.cell.ledger.ended(CREDITOR, site.cell.account)
    return [one for one in found if isinstance(one.fact, PlanMandate)]


def test_where_the_provider_s_page_does_not_open_nothing_is_collected_and_it_is_said(
    site: Site,
) -> None:
    token = agreed(site)
    site.provider.fails = NotBegun("unavailable")
    answer = send(site, token, "plan", "collect")
    assert "could not be opened" in text(site.go(answer, token))
    assert site.cell.metrics.counts["PaymentNotBegun"] == 1


@pytest.mark.parametrize("change", [{"collect_plans": ""}, {}])
def test_it_is_offered_by_creditors_who_switch_it_on_alone(
    site: Site, change: dict[str, str]
) -> None:
    creditor = replace(site.cell.rulebook.creditor, **change)  # type: ignore[arg-type]
    site.cell.settings.put_creditor(CREDITOR, creditor)
    token = agreed(site)
    answer = site.get(f"/portal/{token}/plan")
    offered = bool(forms(answer["body"], "collect"))
    assert offered is (not change)
    policy = answer["headers"]["Content-Security-Policy"]
    assert ("https://pay.gocardless.com" in policy) is offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_all_of_it(site: Site, language: str) -> None:
    know(site, language=language)
    token = agreed(site)
    send(site, token, "plan", "collect")
    for said in ("collecting", "collect-left", "collect-not-begun", "collect-stopped"):
        shown = site.get(f"/portal/{token}/plan?said={said}")["body"]
        assert not re.search(r"[{}]", re.sub(r"<style.*?</style>", "", shown, flags=re.S))
    live(site)
    site.collecting.run(NOON, lambda: 300.0)
    shown = page(site, token)
    assert len(forms(shown, "stop-collecting")) == 1
