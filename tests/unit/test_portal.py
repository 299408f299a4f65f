"""The statement behind a link: what it shows, to whom it shows nothing; and it changes nothing.

How its figures come about is `test_owed`'s; what customers decide is `test_opting_out`'s.
"""

import re
import statistics
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.domain.bodies import CustomerBody
from dunning.domain.customer import Address, Customer
from dunning.domain.links import STATEMENT, Purpose
from dunning.domain.policy import Rulebook
from dunning.service import remind

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import ONE_CLICK, Site

DAY = 86_400


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(Cell(), monkeypatch)


def rulebook(site: Site) -> Rulebook:
    found = site.cell.settings.rulebook(CREDITOR)
    assert found is not None
    return found


def know(site: Site, **fields: Any) -> None:
    """The customer's record, as it comes anew."""
    who = Customer(CUSTOMER, addresses=(Address("email", ADDRESS, ""),))
    body = CustomerBody(on=date(2026, 11, 23), customer=replace(who, **fields))
    site.cell.bodies.record(CREDITOR, body, rulebook(site), NOON)


def without_what_differs(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "cookies" or value}


@pytest.mark.parametrize("purpose", sorted(STATEMENT))
def test_every_link_of_a_mail_but_the_opt_out_leads_to_what_is_open(
    purpose: Purpose, site: Site
) -> None:
    answer = site.get(f"/portal/{site.token(purpose)}/statement")
    assert answer["statusCode"] == 200
    (item,) = site.cell.ledger.read(CREDITOR, site.cell.account).open  # type: ignore[union-attr]
    assert item.ref.invoice in answer["body"]
    assert "To pay now" in answer["body"]


def test_looking_changes_nothing(site: Site) -> None:
    before = site.cell.ledger.head(CREDITOR, site.cell.account)
    records = list(site.cell.ledger.history(CREDITOR, site.cell.account))
    site.get(f"/portal/{site.token(Purpose.VIEW)}")
    site.get(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    assert site.cell.ledger.head(CREDITOR, site.cell.account) == before
    assert list(site.cell.ledger.history(CREDITOR, site.cell.account)) == records


def _nothing(site: Site) -> dict[str, str]:
    """Paths that open nothing, each for another reason."""
    good = site.token(Purpose.VIEW)
    other = site.token(Purpose.VIEW, account="northwind#c-9999")
    strangers = site.token(Purpose.VIEW, account="southwind#c-1042")
    return {
        "tampered": f"/portal/{good[:-2]}{'A' if good[-2] != 'A' else 'B'}{good[-1]}",
        "cut": f"/portal/{good[:-4]}",
        "made up": "/portal/AQzv0lGk3cN1bqH8r2sXw5yTtUe6fPj9",
        "expired": f"/portal/{site.token(Purpose.VIEW, until=date(2026, 11, 22))}",
        "revoked": f"/portal/{site.token(Purpose.VIEW, epoch=1)}",
        "of another purpose": f"/portal/{site.token(Purpose.UNSUBSCRIBE)}",
        "a statement's, to stop mails": f"/unsubscribe/{good}",
        "another customer's": f"/portal/{other}",
        "another creditor's": f"/portal/{strangers}",
        "sent to somebody else": f"/portal/{site.token(Purpose.VIEW, recipient='f' * 16)}",
        "an expired opt-out": f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE, until=date.min)}",
        "no page of ours": "/portal",
    }


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(site: Site) -> None:
    paths = _nothing(site)
    answers = {why: site.get(path) for why, path in paths.items()}
    assert {answer["statusCode"] for answer in answers.values()} == {404}
    for ends_mails in (False, True):
        mine = [
            without_what_differs(answers[why])
            for why, path in paths.items()
            if path.startswith("/unsubscribe") is ends_mails
        ]
        assert len(mine) > 1
        assert all(one == mine[0] for one in mine)
        assert "This link does not open anything" in mine[0]["body"]
        # Who wanted to end mails is not offered one more.
        assert ("<form" in mine[0]["body"]) is not ends_mails


def test_whatever_is_wrong_with_a_link_the_same_is_read_in_the_same_order(site: Site) -> None:
    """Reads take the time: a link that was forged must cost what one does that was revoked. What
    they are in the table is tests/contract/test_links_contract's."""
    asked: list[str] = []

    def counted(place: object, *names: str) -> None:
        for name, real in [(name, getattr(place, name)) for name in names]:

            def counting(*arguments: Any, name: str = name, real: Any = real) -> Any:
                asked.append(name)
                return real(*arguments)

            setattr(place, name, counting)

    counted(site.cell.ledger, "head", "live", "postings", "glance", "read", "history", "ended")
    counted(site.cell.settings, "rulebook", "creditor")
    found: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for why, path in _nothing(site).items():
        if why == "no page of ours":
            continue  # no link at all: that nothing is read tells nothing
        asked.clear()
        site.get(path)
        found[path.startswith("/unsubscribe")].add(tuple(asked))
    assert found == {False: {("head", "live", "rulebook")}, True: {("head", "rulebook")}}


def test_a_link_that_was_mended_away_shows_nothing_to_who_got_it(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    know(site, addresses=(Address("email", "right@harbour.example", ""),))
    assert site.get(f"/portal/{token}")["statusCode"] == 404
    right = site.token(Purpose.VIEW, recipient=plain_hash("email", "right@harbour.example"))
    assert site.get(f"/portal/{right}")["statusCode"] == 200


def test_links_that_were_revoked_open_nothing_and_newer_ones_do(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    assert site.revoking.revoke(CREDITOR, site.cell.account, NOON)
    assert site.get(f"/portal/{token}")["statusCode"] == 404
    assert site.get(f"/portal/{site.token(Purpose.VIEW, epoch=1)}")["statusCode"] == 200
    assert [r.kind for r in site.cell.ledger.history(CREDITOR, site.cell.account)][-1] == (
        "LINKS_REVOKED"
    )
    assert not site.revoking.revoke(CREDITOR, "northwind#nobody", NOON)


def test_revoking_links_keeps_nothing_back_that_is_due(site: Site) -> None:
    site.revoking.revoke(CREDITOR, site.cell.account, NOON)
    assert site.cell.reminders.remind(CREDITOR, site.cell.account, NOON) == remind.SENT


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "To pay now"),
        ("de", "Jetzt zu zahlen"),
        ("fr", "À régler maintenant"),
        ("es", "A pagar ahora"),
        ("it", "Da pagare ora"),
        ("nl", "Nu te betalen"),
        ("pl", "To pay now"),
    ],
)
def test_the_page_speaks_the_customer_s_language(language: str, said: str, site: Site) -> None:
    know(site, language=language)
    body = site.get(f"/portal/{site.token(Purpose.VIEW)}")["body"]
    assert said in body
    assert f'<html lang="{language if language != "pl" else "en"}">' in body


def test_a_link_that_opens_nothing_is_answered_in_the_browser_s_language(site: Site) -> None:
    answer = site.get("/portal/nothing", language="nl-BE,nl;q=0.9")
    assert "Deze link opent niets" in answer["body"]


def test_the_page_says_no_more_of_the_customer_than_the_mail_did(site: Site) -> None:
    know(
        site,
        name="Harbour Café & Söhne",
        city="Galway",
        postal=("1 Quay Street", "Galway"),
        addresses=(Address("email", ADDRESS, ""), Address("voice", "+35391123456", "")),
    )
    body = site.get(f"/portal/{site.token(Purpose.VIEW)}")["body"]
    for told in (ADDRESS, "Harbour", "Galway", "Quay", "123456"):
        assert told not in body


@pytest.mark.parametrize(
    "path", ["/portal/{VIEW}", "/unsubscribe/{UNSUBSCRIBE}", "/portal/nothing"]
)
def test_a_page_is_kept_framed_and_reported_by_nobody(path: str, site: Site) -> None:
    asked = path.format(**{p.name: site.token(p) for p in Purpose})
    answer = site.get(asked)
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    policy = dict(
        part.partition(" ")[::2] for part in headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert not answer.get("cookies")
    assert "set-cookie" not in headers


def test_a_page_brings_everything_and_fetches_nothing(site: Site) -> None:
    body = site.get(f"/portal/{site.token(Purpose.VIEW)}")["body"]
    assert "<script" not in body
    assert not re.search(r"(src|srcset)=|url\(|@import|<link|<img|<iframe", body)
    token = r"[A-Za-z0-9_-]+/[a-z-]+"
    assert not re.search(rf'href="(?!mailto:|{token}"|[\w-]+/statement\.pdf" download>)', body)


def test_what_a_customer_or_creditor_is_called_is_text_and_nothing_else(site: Site) -> None:
    settings = rulebook(site).creditor
    evil = "<script>alert(1)</script>{{7*7}}"
    site.cell.settings.put_creditor(CREDITOR, replace(settings, name=evil, bank={"holder": evil}))
    know(site, name=evil)
    body = site.get(f"/portal/{site.token(Purpose.VIEW)}")["body"]
    assert "<script>" not in body
    assert "&lt;script&gt;" in body
    assert "{{7*7}}" in body


def test_nothing_of_a_link_is_written_to_the_log(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    token = site.token(Purpose.VIEW)
    site.get(f"/portal/{token}")
    site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}", ONE_CLICK)
    written = capsys.readouterr()
    assert token not in written.out + written.err
    assert ADDRESS not in written.out + written.err


def test_forged_and_revoked_links_take_the_same_class_of_time(site: Site) -> None:
    """Without reads only the page is left; a factor of three would be seen from afar."""
    medians = []
    for path in (_nothing(site)["made up"], _nothing(site)["revoked"]):
        spent = []
        for _ in range(40):
            begun = time.perf_counter()
            site.get(path)
            spent.append(time.perf_counter() - begun)
        medians.append(statistics.median(spent))
    assert max(medians) < 3 * min(medians)
