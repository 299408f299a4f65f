"""Every page that customers see, by the rules of WCAG 2.2 AA that a machine can check (axe-core),
at a phone's width, by day and by night. What it cannot check was looked at: docs/portal.md.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from dunning.adapters.form_pages import FormPages
from dunning.adapters.portal_pages import HtmlPage
from playwright.sync_api import Browser

from tests.browser.conftest import PHONE
from tests.portal_example import ROOT, shown

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Check = Callable[[str], list[str]]
AT_NIGHT = ("statement", "dispute-wrong", "plan-agreed", "contact")
"""Between them they have every colour of the style sheet."""


@pytest.fixture(scope="module")
def pages() -> Mapping[str, HtmlPage]:
    return shown(FormPages(ROOT / "templates"))


@contextmanager
def checker(browser: Browser, scheme: Literal["light", "dark"]) -> Iterator[Check]:
    """What axe-core finds wrong with a page. It is put in here and nowhere else."""
    context = browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, color_scheme=scheme
    )
    page = context.new_page()
    axe = AXE.read_text(encoding="utf-8")

    def check(html: str) -> list[str]:
        page.set_content(html)
        page.evaluate(axe)
        asked = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        found: dict[str, Any] = page.evaluate("asked => axe.run(document, asked)", asked)
        return [
            f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    try:
        yield check
    finally:
        context.close()


def test_no_page_breaks_a_rule_by_day(browser: Browser, pages: Mapping[str, HtmlPage]) -> None:
    with checker(browser, "light") as check:
        found = {name: check(page.html) for name, page in pages.items()}
    assert {name: said for name, said in found.items() if said} == {}


def test_nor_by_night(browser: Browser, pages: Mapping[str, HtmlPage]) -> None:
    with checker(browser, "dark") as check:
        found = {name: check(pages[name].html) for name in AT_NIGHT}
    assert {name: said for name, said in found.items() if said} == {}


def test_the_check_sees_what_is_wrong(browser: Browser) -> None:
    html = "<!doctype html><html><head><title>x</title></head><body><input></body></html>"
    with checker(browser, "light") as check:
        said = check(html)
    assert {one.partition(":")[0] for one in said} >= {"html-has-lang", "label"}
