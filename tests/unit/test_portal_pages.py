"""The customers' pages: complete in six languages, readable by day and night, for any customer.

Who gets to see one is tested with the portal.
"""

import re
import tomllib
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import html5lib
import pytest
from dunning.adapters.form_pages import FormPages
from dunning.adapters.portal_pages import LANGUAGES
from dunning.domain.account import Account, Head
from dunning.domain.brand import NO_BRAND, Brand, contrast
from dunning.domain.customer import Customer
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, OpenItem
from dunning.domain.owed import HANDED_OVER, OwedItem, owed

from tests.portal_example import NORTHWIND, ROOT, TODAY, cases, forms, statement

PAGES = FormPages(ROOT / "templates")
WORDS = ROOT / "templates/portal/words"
FORMS = ROOT / "templates/portal/forms"
STYLE = (ROOT / "templates/portal/style.css").read_text(encoding="utf-8")
VOID = frozenset(("meta", "br", "input"))
NASTY = (
    "שלום עולם",
    "Aktiengesellschaft für außergewöhnlich lange Firmennamen und deren Verwaltung mbH & Co",
    'O\'Brien "and" Sons',
    "{{7*7}}",
    "<script>alert(1)</script>",
    "{0} {creditor} %s",
)


class Page(HTMLParser):
    """A page taken apart; it raises where tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def words(language: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def flat(table: dict[str, Any], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= flat(value, f"{path}{key}.")
        else:
            found[f"{path}{key}"] = value
    return found


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_language_has_the_same_forms_with_the_same_figures(language: str) -> None:
    english, mine = (
        flat(tomllib.loads((FORMS / f"{one}.toml").read_text(encoding="utf-8")))
        for one in ("en", language)
    )
    assert list(mine) == list(english)
    for key, text in mine.items():
        assert text.strip() == text, key
        assert _filled(text) == _filled(english[key]), key
    alike = [k for k in mine if mine[k] == english[k] and not k.startswith("languages.")]
    assert len(alike) <= 1, alike


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_figures(language: str) -> None:
    english, mine = flat(words("en")), flat(words(language))
    assert set(mine) == set(english)
    for key, text in mine.items():
        assert text.strip() == text, key
        assert _filled(text) == _filled(english[key]), key
    if language != "en":
        alike = [k for k in mine if mine[k] == english[k] and not k.startswith("bank.")]
        assert len(alike) <= 1, alike


def _filled(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {file.stem for file in WORDS.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_in_every_language(language: str) -> None:
    page = Page(statement(PAGES, language).html)
    assert page.tags[0] == ("html", {"lang": language})
    assert not re.search(r"[{}]", page.text)
    for told in ("NW-1042", "NW-1066", "NW-1071", "IE29 AIBK 9311 5212 3456 78", "AIBKIE2D"):
        assert told in page.text
    who = Customer("c-1", language=language)
    for other in (
        PAGES.unsubscribe(NORTHWIND, who, stopped=False),
        PAGES.unsubscribe(NORTHWIND, who, stopped=True),
        PAGES.statement(NORTHWIND, who, cases(), TODAY, said="no-calls"),
        PAGES.missing(language),
        PAGES.refused(language),
    ):
        assert Page(other.html).tags[0] == ("html", {"lang": language})
        assert not re.search(r"[{}]", Page(other.html).text)


def test_the_page_says_each_item_with_what_came_of_it_and_why_it_may_wait() -> None:
    text = " ".join(Page(statement(PAGES).html).text.split())
    assert "To pay now €1,495.00" in text
    assert "Open in all, with what is not yet due: €2,196.50" in text
    assert (
        "NW-1042 Due 15 October 2026, 39 days late Paid on 3 November 2026: €186.50"
        " €1,003.50of €1,190.00" in text
    )
    assert "NW-1066, part 2 Due 2 December 2026, due in 9 days €486.50" in text
    assert "Reminder fee, invoice NW-1042 charged on 9 November 2026 €5.00" in text
    assert "You have objected to it" in text
    assert "ReferenceNW-1042, NW-1066" in text


def test_amounts_and_days_are_written_as_the_customer_s_country_writes_them() -> None:
    shown = PAGES.statement(NORTHWIND, Customer("c-1", language="de", country="DE"), cases(), TODAY)
    text = Page(shown.html).text
    assert "1.495,00\N{NO-BREAK SPACE}€" in text
    assert "15. Oktober 2026" in text


@pytest.mark.parametrize("name", NASTY)
def test_whatever_somebody_is_called_is_shown_as_it_is(name: str) -> None:
    creditor = replace(NORTHWIND, name=name, bank={name: name, "holder": name})
    page = Page(PAGES.statement(creditor, Customer("c"), cases(), TODAY).html)
    assert name in page.text
    assert "script" not in {tag for tag, _ in page.tags}


@pytest.mark.parametrize(
    ("currency", "said"), [("JPY", "¥12,345"), ("KWD", "KWD\N{NO-BREAK SPACE}12.345")]
)
def test_currencies_keep_their_own_decimals(currency: str, said: str) -> None:
    item = OpenItem(ItemRef("X-1", 1), currency, TODAY, 12_345, 12_345)
    state = Account(Head("northwind", "c"), Customer("c"), open=(item,))
    page = PAGES.statement(NORTHWIND, state.customer, owed(state, TODAY), TODAY)
    assert said in Page(page.html).text


def test_a_hundred_and_twenty_items_and_two_currencies_are_all_there() -> None:
    many = tuple(
        OpenItem(ItemRef(f"N-{n}", 1), "EUR" if n % 2 else "USD", date(2026, 10, 1), 100, 100)
        for n in range(120)
    )
    state = Account(Head("northwind", "c-1042"), Customer("c-1042"), open=many)
    page = PAGES.statement(NORTHWIND, state.customer, owed(state, TODAY), TODAY)
    text = Page(page.html).text
    assert all(f"N-{n}" in text for n in range(120))
    assert text.count("To pay now") == 2
    assert "Referencec-1042" in text


def test_who_owes_nothing_is_told_so_and_not_how_to_pay() -> None:
    text = Page(PAGES.statement(NORTHWIND, Customer("c"), (), TODAY).html).text
    assert "Nothing is open. Thank you." in text
    assert "IBAN" not in text


def test_credit_that_covers_all_is_shown_and_nothing_is_asked_for() -> None:
    item = OpenItem(ItemRef("X-1", 1), "EUR", TODAY, 100, 100)
    head = Head("northwind", "c", credit={"EUR": 500})
    state = Account(head, Customer("c"), open=(item,))
    page = PAGES.statement(NORTHWIND, state.customer, owed(state, TODAY), TODAY)
    text = Page(page.html).text
    assert "Nothing has to be paid now." in text
    assert "€5.00 of your money or credit" in text


@pytest.mark.parametrize("what", ["fee", "interest", "compensation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_charge_and_every_reason_to_wait_has_words(what: str, language: str) -> None:
    charge = ChargeOf(ItemRef("A", 1), TODAY, what, 1, 1)
    one = OwedItem(ItemRef("f", 1), TODAY, 5, 5, 0, 1, HANDED_OVER, (), charge)
    (case, *_) = cases()
    shown = replace(case, items=(one,))
    who = Customer("c", language=language)
    page = PAGES.statement(NORTHWIND, who, (shown,), TODAY)
    assert words(language)["why_not"]["handed_over"] in Page(page.html).text


def test_a_brand_colours_the_page_and_its_policy_goes_with_it() -> None:
    brand = Brand(colour="#7a1f1f", imprint="Reg. 123", privacy="https://x.example/p")
    red = replace(NORTHWIND, brand=brand)
    page = PAGES.statement(red, Customer("c"), cases(), TODAY)
    assert "--accent: #7a1f1f" in page.html
    assert "Reg. 123" in Page(page.html).text
    assert ("a", {"href": "https://x.example/p", "rel": "noopener noreferrer"}) in Page(
        page.html
    ).tags
    plain = PAGES.statement(NORTHWIND, Customer("c"), cases(), TODAY)
    assert page.policy != plain.policy


def _colours(scheme: str) -> dict[str, str]:
    block = STYLE.split(":root")[1 if scheme == "day" else 2]
    found = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6}|\{[a-z_]+\})", block.split("}\n")[0] + "}")
    )
    brand = {"{colour}": NO_BRAND.colour, "{colour_at_night}": NO_BRAND.colour_at_night}
    return {name: brand.get(value, value) for name, value in found.items()}


@pytest.mark.parametrize("scheme", ["day", "night"])
def test_every_text_can_be_read_on_its_ground(scheme: str) -> None:
    """WCAG 2.2, 1.4.3 level AA: 4.5 to 1."""
    colour = _colours(scheme)
    assert len(colour) == 12
    pairs = [
        *((text, "card") for text in ("ink", "soft", "accent", "note", "wrong")),
        *((text, "page") for text in ("ink", "soft")),
        *((text, "band") for text in ("ink", "accent")),
        ("on-accent", "accent"),
    ]
    for text, ground in pairs:
        assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
    # The edge of a field: 1.4.11, 3 to 1.
    assert contrast(colour["field"], colour["card"]) >= 3


def test_tables_have_headers_headings_their_order_and_buttons_a_form() -> None:
    page = Page(statement(PAGES).html)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption") == 3
    assert all(attrs.get("scope") in ("row", "col") for tag, attrs in page.tags if tag == "th")
    assert tags.count("button") == tags.count("form") == 1
    assert {"main", "header", "footer"} <= set(tags)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = {attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs}
    assert named <= set(ids)
    assert not [attrs for _, attrs in page.tags if "style" in attrs or "onclick" in attrs]


def test_the_templates_are_files_of_the_layer() -> None:
    names = {file.name for file in Path(WORDS.parent).iterdir()}
    templates = {f"{name}.html.j2" for name in ("page", "statement", "pay", "question", "form")}
    assert names == templates | {"style.css", "words", "forms"}
    assert {file.stem for file in FORMS.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_html_as_a_strict_parser_reads_it(language: str) -> None:
    for name, page in {**forms(PAGES, language), "statement": statement(PAGES, language)}.items():
        found = html5lib.HTMLParser(strict=True).parse(page.html)
        assert found is not None, name
        assert not re.search(r"[{}]", Page(page.html).text), name
