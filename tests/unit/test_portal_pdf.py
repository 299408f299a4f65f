"""The statement as a file behind a link: to whom the page is shown, and to nobody else."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.domain.bodies import PlanBody
from dunning.domain.links import STATEMENT, Purpose
from dunning.domain.money import format_amount
from dunning.service.printing_ports import NotPrinted, Printed

from tests.unit.handling import CREDITOR, CUSTOMER, NOON, Cell, Context, load, sample
from tests.unit.portals import Site
from tests.unit.printed import text

PDF = "statement.pdf"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(Cell(), monkeypatch)


@pytest.mark.parametrize("purpose", sorted(STATEMENT))
def test_every_link_that_shows_what_is_open_gives_it_as_a_file(
    purpose: Purpose, site: Site
) -> None:
    assert site.get(f"/portal/{site.token(purpose)}/{PDF}")["statusCode"] == 200


def test_the_page_leads_to_the_same_as_a_file(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    page = site.get(f"/portal/{token}")["body"]
    (link,) = re.findall(r'href="([^"]+)" download', page)
    assert link == f"{token}/{PDF}"
    answer = site.get(f"/portal/{link}")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/pdf"
    assert answer["headers"]["Content-Disposition"] == (
        'attachment; filename="statement-2026-11-23.pdf"'
    )
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert answer["isBase64Encoded"] is True
    (item,) = site.cell.ledger.read(CREDITOR, site.cell.account).open  # type: ignore[union-attr]
    assert item.ref.invoice in text(base64.b64decode(answer["body"]))


def test_a_link_that_opens_nothing_is_the_one_page_that_says_so(site: Site) -> None:
    stopped = site.get(f"/portal/{site.token(Purpose.UNSUBSCRIBE)}/{PDF}")
    forged = site.get(f"/portal/AAAA/{PDF}")
    page = site.get("/portal/AAAA")
    assert stopped["statusCode"] == forged["statusCode"] == 404
    assert stopped["body"] == forged["body"] == page["body"]


def test_to_print_changes_nothing(site: Site) -> None:
    before = site.cell.ledger.read(CREDITOR, site.cell.account)
    site.get(f"/portal/{site.token(Purpose.VIEW)}/{PDF}")
    assert site.cell.ledger.read(CREDITOR, site.cell.account) == before


def agree(site: Site) -> None:
    """All that is open, in two instalments."""
    (item,) = site.cell.ledger.read(CREDITOR, site.cell.account).open  # type: ignore[union-attr]
    rulebook = site.cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    total, cents = format_amount(item.open - 100, item.currency), format_amount(100, item.currency)
    body = PlanBody(
        on=date(2026, 11, 23),
        id="p-7",
        customer=CUSTOMER,
        state="active",
        items=((item.ref.invoice, None),),
        instalments=((date(2026, 11, 30), total), (date(2026, 12, 31), cents)),
    )
    site.cell.bodies.record(CREDITOR, body, rulebook, NOON)


def test_the_page_of_a_plan_leads_to_what_was_agreed(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    assert site.get(f"/portal/{token}/plan.pdf")["statusCode"] == 404
    agree(site)
    assert 'href="plan.pdf"' in site.get(f"/portal/{token}/plan")["body"]
    answer = site.get(f"/portal/{token}/plan.pdf")
    assert answer["statusCode"] == 200
    assert "plan-2026-11-23.pdf" in answer["headers"]["Content-Disposition"]
    said = text(base64.b64decode(answer["body"]))
    assert "November 30, 2026" in said or "30 November 2026" in said
    assert "p-7" in said


@pytest.mark.parametrize("name", [PDF, "plan.pdf"])
def test_where_something_is_asked_first_a_link_alone_gives_no_file(name: str, site: Site) -> None:
    agree(site)
    rulebook = site.cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    asks = replace(rulebook.creditor, second_factor="postcode")
    site.cell.settings.put_creditor(CREDITOR, asks)
    assert site.get(f"/portal/{site.token(Purpose.VIEW)}/{name}")["statusCode"] == 404


class Broken:
    def print(self, document: str, view: Mapping[str, Any]) -> Printed:
        raise NotPrinted("ServiceException")


def test_a_printer_that_is_down_is_a_page_that_asks_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(Cell(), monkeypatch, Broken())
    answer = site.get(f"/portal/{site.token(Purpose.VIEW)}/{PDF}")
    assert answer["statusCode"] == 503
    assert "That did not work" in answer["body"]


def test_the_function_prints_its_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPLATES_PATH", "templates")
    for name in ("TABLE_NAME", "BUCKET_NAME", "CELL"):
        monkeypatch.setenv(name, "x")
    from dunning.entry import bootstrap, settings

    settings.from_environment.cache_clear()
    bootstrap.printing.cache_clear()
    try:
        answer = load("print_pdf").handler(sample("print_pdf"), Context())
    finally:
        settings.from_environment.cache_clear()
        bootstrap.printing.cache_clear()
    assert "NW-1042" in text(base64.b64decode(answer["pdf"]))
    assert answer["unshown"] == []
