"""The statement as a file behind a link: to whom the page is shown, and to nobody else."""

import base64
import re
from collections.abc import Mapping
from typing import Any

import pytest
from dunning.domain.links import STATEMENT, Purpose
from dunning.service.printing_ports import NotPrinted, Printed

from tests.unit.handling import CREDITOR, Cell, Context, load, sample
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
