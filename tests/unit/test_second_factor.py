"""A forwarded link shows an amount only to who knows what the customer knows, and nobody guesses
for long.
"""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urljoin

import pytest
from dunning.domain.bodies import CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.domain.links import STATEMENT, Purpose, packed, unpacked
from dunning.domain.reading_parties import read_creditor
from dunning.entry.pages import PAGES
from dunning.service.second_factor import MOST_GUESSES, guesses_of

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import FORMS, Site
from tests.unit.test_portal_said import forms, send_shown, text

DAY = 86_400
AMOUNT = "1,190.00"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    asks(found, "invoice_amount")
    return found


def asks(site: Site, factor: str) -> None:
    settings = replace(site.cell.rulebook.creditor, country="IE", second_factor=factor)
    site.cell.settings.put_creditor(CREDITOR, settings)


def answer(site: Site, token: str, said: str) -> dict[str, Any]:
    html = site.get(f"/portal/{token}/answer")["body"]
    return send_shown(site, token, html, "answer", answer=said)


def header(answer: dict[str, Any]) -> str:
    return {key.lower(): str(value) for key, value in answer["headers"].items()}["location"]


@pytest.mark.parametrize("purpose", sorted(STATEMENT - {Purpose.WRONG_PERSON}))
def test_the_link_alone_shows_a_question_and_nothing_else(purpose: Purpose, site: Site) -> None:
    token = site.token(purpose)
    for path in ("", *(f"/{name}" for name in (*PAGES, "statement") if name != "wrong-person")):
        page = site.get(f"/portal/{token}{path}")
        assert page["statusCode"] == 200
        assert "What is the amount of one of our invoices to you?" in text(page)
        assert "NW-1042" not in page["body"]
        assert "1,190" not in page["body"]


def test_who_knows_it_goes_on_to_the_page_of_the_link(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    done = answer(site, token, AMOUNT)
    assert done["statusCode"] == 303
    assert not done.get("cookies")
    there = urljoin(f"/portal/{token}/answer", header(done))
    assert "Pay in instalments" in text(site.get(there))
    assert "1,190.00" in text(site.get(f"{there}/statement"))


def test_a_proven_link_lasts_to_the_end_of_the_next_day_and_the_mail_s_own_asks_again(
    site: Site,
) -> None:
    token = site.token(Purpose.VIEW)
    there = urljoin(f"/portal/{token}/answer", header(answer(site, token, AMOUNT)))
    assert "1,190.00" not in text(site.get(f"/portal/{token}"))
    site.cell.clock.at = NOON + DAY
    assert "1,190.00" in text(site.get(there))
    site.cell.clock.at = NOON + 2 * DAY
    assert site.get(there)["statusCode"] == 404


def test_no_form_is_taken_before_the_question_is_answered(site: Site) -> None:
    token = site.token(Purpose.DISPUTE)
    opened = site.door.open(token, NOON, unproven=True)
    assert opened is not None
    assert site.door.open(token, NOON) is None
    for action in ("dispute", "plan", "promise", "paid", "contact", "stop", "plan-answer"):
        nonce = FORMS.nonce(opened, action, "", NOON)
        body = f"form={nonce}&items=NW-1042/1&reason=faulty"
        assert "said=again" in header(site.post(f"/portal/{token}/{action}", body))
    state = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert state is not None
    assert (state.disputes, state.holds, state.promises) == ((), (), ())


def test_who_is_not_the_customer_may_say_so_without_knowing_it(site: Site) -> None:
    token = site.token(Purpose.WRONG_PERSON)
    html = site.get(f"/portal/{token}")["body"]
    assert send_shown(site, token, html, "wrong-person", at="")["statusCode"] == 200
    assert site.get(f"/portal/{token}")["statusCode"] == 404


def test_after_five_wrong_answers_no_link_of_that_mail_takes_a_right_one(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    for guess in range(MOST_GUESSES):
        wrong = answer(site, token, f"{guess + 1}00.00")
        assert wrong["statusCode"] == 422
        assert "That is not what we know" in text(wrong)
    for purpose in (Purpose.VIEW, Purpose.PLAN):
        page = answer(site, site.token(purpose), AMOUNT)
        assert "too many wrong answers" in text(page)
        assert "1,190" not in page["body"]
    next_mail = site.token(Purpose.VIEW, until=date(2027, 3, 1))
    assert answer(site, next_mail, AMOUNT)["statusCode"] == 303


def test_a_right_answer_starts_the_count_anew(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    for _ in range(3):
        for _ in range(MOST_GUESSES - 1):
            assert answer(site, token, "1")["statusCode"] == 422
        assert answer(site, token, AMOUNT)["statusCode"] == 303


def know(site: Site, postcode: str) -> None:
    who = Customer(CUSTOMER, addresses=(Address("email", ADDRESS, ""),), postcode=postcode)
    body = CustomerBody(on=date(2026, 11, 23), customer=who)
    site.cell.bodies.record(CREDITOR, body, site.cell.rulebook, NOON)


@pytest.mark.parametrize("said", ["H91 AB12", "h91ab12", " H91-AB12 "])
def test_a_postcode_is_right_however_it_is_spaced(said: str, site: Site) -> None:
    asks(site, "postcode")
    know(site, "H91 AB12")
    token = site.token(Purpose.VIEW)
    assert "What is the postcode" in text(site.get(f"/portal/{token}"))
    assert answer(site, token, said)["statusCode"] == 303


@pytest.mark.parametrize("said", ["H91", "", "   ", AMOUNT, "H91 AB13"])
def test_another_postcode_part_of_it_or_nothing_is_wrong(said: str, site: Site) -> None:
    asks(site, "postcode")
    know(site, "H91 AB12")
    assert answer(site, site.token(Purpose.VIEW), said)["statusCode"] == 422


def test_where_no_postcode_is_known_an_amount_is_asked_for(site: Site) -> None:
    asks(site, "postcode")
    assert "amount of one of our invoices" in text(site.get(f"/portal/{site.token(Purpose.VIEW)}"))


def test_without_the_setting_nothing_is_asked(site: Site) -> None:
    asks(site, "")
    page = site.get(f"/portal/{site.token(Purpose.VIEW)}")["body"]
    assert not forms(page, "answer")
    assert "NW-1042" in page


def test_a_forged_mark_of_proof_opens_nothing(site: Site) -> None:
    """The mark is sealed with the rest: the token of a mail has no bit that anybody could set."""
    token = site.token(Purpose.VIEW)
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert site.get(f"/portal/{other}")["statusCode"] == 404


def test_the_mark_of_proof_travels_with_a_link() -> None:
    site_link = unpacked(packed(_link()))
    assert not site_link.proven
    proven = _link()._replace(proven=True)
    assert unpacked(packed(proven)) == proven
    assert guesses_of(proven) == guesses_of(_link())


def _link() -> Any:
    from dunning.domain.links import Link

    return Link("northwind#c-1042", Purpose.PAY, "ab" * 8, date(2026, 12, 24), 3)


def test_the_setting_is_read_and_what_it_cannot_be_is_refused() -> None:
    def settings(value: object) -> dict[str, object]:
        return {"creditor": "acme", "portal": {"second_factor": value}}

    assert read_creditor(settings("postcode")).second_factor == "postcode"
    assert read_creditor(settings("none")).second_factor == ""
    with pytest.raises(ValueError, match="postcode"):
        read_creditor(settings("password"))
