"""The reminder as its reader gets it: figures, words, headers, and what a mail client needs.

One text is kept whole beside this file; the HTML is held by its structure.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.core import Locale
from dunning.adapters.figures import _written as written
from dunning.adapters.figures import day, locale_of, money
from dunning.adapters.render import NoWording, TemplateRenderer
from dunning.domain.account import Account, Head
from dunning.domain.charges.notice import Charge
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.due import Send
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, OpenItem
from dunning.domain.lines import Line
from dunning.domain.policy import HandOver, Policy, Rulebook, Step
from dunning.service.ports import Message
from hypothesis import given
from hypothesis import strategies as st

from infra.templates import built

GOLDEN = Path(__file__).parent / "golden"
RENDERER = TemplateRenderer(built())
TONES = ("friendly", "persuasive", "formal")

NORTHWIND = Creditor(
    "northwind",
    name="Northwind Traders",
    country="IE",
    sender="billing@northwind.example",
    reply_to="service@northwind.example",
    bank={
        "holder": "Northwind Traders Ltd",
        "iban": "IE29AIBK93115212345678",
        "bic": "AIBKIE2D",
    },
)
LADDER = Policy(
    "standard",
    (
        Step(1, tone="friendly", after_due=5),
        Step(2, tone="persuasive", after_due=15),
        Step(3, tone="formal", after_due=30, hand_over=HandOver(14, "agency")),
    ),
)
LEVELS = {"friendly": 1, "persuasive": 2, "formal": 3}
LINES = (
    Line(ItemRef("NW-1042", 1), date(2026, 10, 15), 119_000, 119_000, 39, 2, True),
    Line(ItemRef("NW-1066", 1), date(2026, 11, 2), 48_650, 30_000, 21, 1, True),
    Line(ItemRef("NW-1066", 2), date(2026, 11, 22), 48_650, 48_650, 1, 1, False),
)


def rendered(
    *,
    tone: str = "friendly",
    lines: tuple[Line, ...] = LINES,
    creditor: Creditor = NORTHWIND,
    currency: str = "EUR",
    opened: Mapping[ItemRef, int] | None = None,
    charges: tuple[Charge, ...] = (),
    **customer: Any,
) -> Message:
    """A mail of the real templates."""
    named: dict[str, Any] = {"name": "Harbour Café & Söhne", "language": "en", "country": "IE"}
    address = Address("email", "office@harbour.example", "a" * 16)
    who = Customer("c-1042", addresses=(address,), **{**named, **customer})
    items = tuple(
        OpenItem(ref, currency, date(2026, 11, 2), amount, amount)
        for ref, amount in (opened or {}).items()
    )
    send = Send(
        currency=currency,
        policy="standard",
        version=1,
        channel="email",
        tone=tone,
        level=LEVELS.get(tone, 1),
        address=address,
        serial=3,
        attempt=2,
        lines=lines,
        run=date(2026, 11, 23),
        ruleset="default-1",
        reason="STEP_DUE",
        charges=charges,
    )
    state = Account(Head("northwind", "c-1042"), who, open=items)
    return RENDERER.render(
        "northwind", "northwind#c-1042", state, Rulebook(creditor, (LADDER,)), send
    )


@pytest.mark.parametrize("tone", TONES)
def test_the_text_part_stands_alone(tone: str) -> None:
    text = rendered(tone=tone, opened={ItemRef("NW-1066", 1): 40_000}).text
    assert text == (GOLDEN / f"reminder-{tone}.txt").read_text(encoding="utf-8")


def test_a_label_is_parted_from_its_value_as_its_language_does_it() -> None:
    assert "\nTotal to pay: €" in rendered().text
    assert "\nTotal à régler\u00a0: " in rendered(language="fr").text


def test_what_travels_beside_the_text() -> None:
    message = rendered()
    assert message.sender == '"Northwind Traders" <billing@northwind.example>'
    assert message.to == "office@harbour.example"
    assert message.reply_to == "service@northwind.example"
    assert message.subject == "Reminder: 2 invoices from Northwind Traders"
    assert message.template == "first-3-en-friendly"
    assert message.headers == (("X-Duecourse-Items", "NW-1042/1/2/0, NW-1066/1/1/0"),)
    assert dict(message.tags) == {
        "notice": "3-bm9ydGh3aW5kI2MtMTA0Mg",
        "attempt": "2",
        "account": "bm9ydGh3aW5kI2MtMTA0Mg",
    }


class Page(HTMLParser):
    """Tags with their attributes, and the text of the page."""

    VOID = frozenset(("meta", "br", "img"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("tone", TONES)
def test_the_html_says_what_the_text_says(tone: str) -> None:
    message = rendered(tone=tone, opened={ItemRef("NW-1066", 1): 40_000})
    said = " ".join(Page(message.html).text.split())
    for line in message.text.splitlines():
        plain = line.strip("* -").rstrip(")")
        for part in plain.replace(": ", "|").replace(" (", "|").replace("; €", "|€").split("|"):
            assert part.rstrip(":").strip() in said


def test_the_html_is_whole_and_readable_by_everybody() -> None:
    page = Page(rendered().html)
    assert page.open == []
    (html,) = page.named("html")
    assert (html["lang"], html["dir"]) == ("en", "ltr")
    assert len(page.named("h1")) == 1
    tables = page.named("table")
    layout = [table for table in tables if table.get("role") == "presentation"]
    assert len(tables) - len(layout) == 1  # the items: the one table that is a table
    assert len(page.named("caption")) == 1
    assert [cell["scope"] for cell in page.named("th")] == ["col", "col", "row", "row", "row"]
    assert {"name": "color-scheme", "content": "light dark"} in page.named("meta")


def test_the_html_loads_nothing_and_tells_nobody_that_it_was_opened() -> None:
    page = Page(rendered().html)
    for tag in ("script", "link", "iframe", "form"):
        assert page.named(tag) == []
    assert [image["src"] for image in page.named("img")] == ["cid:transfer-code"]
    html = rendered().html.replace('xmlns="http://www.w3.org/1999/xhtml"', "")
    for word in ("http://", "https://", "url(", "@import"):
        assert word not in html


def test_what_people_wrote_is_text_and_never_markup() -> None:
    wicked = '<b onclick="x">& {{ 7*7 }} {0}'
    message = rendered(name=wicked, creditor=Creditor("x", name=wicked, sender="a@b.example"))
    assert "<b onclick" not in message.html
    assert "&lt;b onclick=&#34;x&#34;&gt;&amp; {{ 7*7 }} {0}" in message.html
    assert wicked in message.text
    assert "49" not in message.text.replace("€", "")


def test_no_line_break_gets_into_the_subject_or_the_senders_name() -> None:
    message = rendered(creditor=Creditor("x", name="A\r\nBcc: all@b.example", sender="a@b.example"))
    assert "\n" not in message.subject + message.sender
    assert "\r" not in message.subject + message.sender


def test_a_small_mail_stays_below_what_clients_cut_off() -> None:
    assert len(rendered(lines=LINES[:1]).html.encode()) < 30_000


def test_one_invoice_is_named_in_subject_and_reference() -> None:
    message = rendered(lines=LINES[:1])
    assert message.subject == "Reminder: invoice NW-1042 from Northwind Traders"
    assert "Reference: NW-1042\n" in message.text


def test_many_invoices_are_paid_under_the_customers_number() -> None:
    lines = tuple(
        Line(ItemRef(f"NW-{n}", 1), date(2026, 10, 15), 100, 100, 39, 1, True) for n in range(4)
    )
    assert "Reference: c-1042\n" in rendered(lines=lines).text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "due in 3 days"),
        (-1, "due in 1 day"),
        (0, "due today"),
        (1, "1 day late"),
        (2, "2 days late"),
    ],
)
def test_days_are_counted_as_one_says_them(days: int, words: str) -> None:
    line = Line(ItemRef("A", 1), date(2026, 11, 1), 100, 100, days, 1, True)
    assert f", {words}\n" in rendered(lines=(line,)).text


def test_a_customer_without_a_name_is_greeted_all_the_same() -> None:
    assert "\nHello,\n" in rendered(name="").text
    assert "\nDear customer,\n" in rendered(name="", tone="formal").text


def test_without_bank_details_nothing_is_said_of_them() -> None:
    bare = Creditor("northwind", name="Northwind", sender="a@b.example")
    assert "How to pay" not in rendered(creditor=bare).text
    assert "How to pay" not in rendered(creditor=bare).html


def test_an_unknown_tone_raises_so_that_the_account_is_parked() -> None:
    with pytest.raises(NoWording, match="'sarcastic'"):
        rendered(tone="sarcastic")


def test_an_unknown_language_is_answered_in_english() -> None:
    assert "Hello Harbour" in rendered(language="tlh").text
    assert rendered(language="../../secret").template == "first-3-en-friendly"


@pytest.mark.parametrize(
    ("language", "country", "amount", "on"),
    [
        ("en", "IE", "€1,234.50", "1 February 2026"),
        ("en", "US", "€1,234.50", "February 1, 2026"),
        ("en", None, "€1,234.50", "February 1, 2026"),
        ("de", "DE", "1.234,50\xa0€", "1. Februar 2026"),
        ("de", "AT", "€\xa01.234,50", "1. Februar 2026"),
        ("de-CH", "DE", "EUR\xa01’234.50", "1. Februar 2026"),
        ("fr", "FR", "1\u202f234,50\xa0€", "1er février 2026"),
        ("it_IT", None, "1.234,50\xa0€", "1º febbraio 2026"),
        ("xx", "DE", "1.234,50\xa0€", "1 February 2026"),
    ],
)
def test_figures_are_written_as_the_customer_writes_them(
    language: str, country: str | None, amount: str, on: str
) -> None:
    locale = locale_of(Customer("c", language=language, country=country), Creditor("x"))
    assert money(123_450, "EUR", locale) == amount
    assert day(date(2026, 2, 1), locale) == on


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [
        ("JPY", 1_234, "¥1,234"),
        ("KWD", 1_234, "KWD\xa01.234"),
        ("AFN", 1_234, "AFN\xa012.34"),
        ("IQD", 1_234, "IQD\xa01.234"),
        ("USD", 999_999_999_999_999_99, "$999,999,999,999,999.99"),
        ("EUR", 1, "€0.01"),
    ],
)
def test_an_amount_is_never_rounded_whatever_the_locale_thinks_of_its_currency(
    currency: str, minor: int, text: str
) -> None:
    assert money(minor, currency, Locale.parse("en")) == text


@given(
    minor=st.integers(-(10**12), 10**15),
    currency=st.sampled_from(("EUR", "USD", "GBP", "CHF", "JPY", "KWD", "INR", "IQD", "PLN")),
    locale=st.sampled_from(
        ("en", "en_IE", "en_IN", "de", "de_AT", "de_CH", "fr", "fr_CA", "fr_CH", "es", "es_MX",
         "it", "it_CH", "nl", "nl_BE", "pl", "pt", "sv", "bg")
    ),
)  # fmt: skip
def test_the_quick_way_of_writing_an_amount_is_babels_own(
    minor: int, currency: str, locale: str
) -> None:
    found = Locale.parse(locale)
    assert money(minor, currency, found) == written(minor, currency, found)


FEE = ChargeOf(ItemRef("NW-1042", 1), date(2026, 10, 15), "fee", 1, 2)
OPEN_FEE = Line(
    ItemRef("charge:NW-1042/1/1", 1), date(2026, 11, 3), 500, 500, 39, 1, False, charge=FEE
)
NEW = (
    Charge("fee", "post", 750, ItemRef("NW-1042", 1), 2),
    Charge(
        "interest",
        "announce",
        2_871,
        ItemRef("NW-1042", 1),
        2,
        "2026-10-16..2026-11-23 10.52% of 1190.00",
    ),
    Charge("compensation", "post", 4_000, ItemRef("NW-1042", 1), 2, "BGB 288"),
    Charge("fee", "waive", 9_900, ItemRef("NW-1042", 1), 2),
    Charge("interest", "missing", 0, ItemRef("NW-1066", 1), 2, "no_rate"),
)


@pytest.mark.parametrize("part", ["text", "html"])
def test_each_charge_is_shown_with_its_reason_and_the_total_is_all_that_is_asked_for(
    part: str,
) -> None:
    message = rendered(lines=(*LINES, OPEN_FEE), charges=NEW)
    said = message.text if part == "text" else Page(message.html).text
    for words in (
        "Reminder fee, invoice NW-1042",
        "charged on 3 November 2026",
        "\u20ac5.00",
        "charged with this reminder",
        "\u20ac7.50",
        "Interest on late payment, invoice NW-1042",
        "10.52% a year on \u20ac1,190.00 from 16 October 2026 to 23 November 2026; announced",
        "\u20ac28.71",
        "Fixed compensation for late payment, invoice NW-1042",
        "\u20ac40.00",
    ):
        assert words in said, words
    total = 119_000 + 30_000 + 48_650 + 500 + 750 + 2_871 + 4_000
    assert money(total, "EUR", Locale.parse("en_IE")) in said
    assert "99.00" not in said, "what the policy waives is not shown"
    assert message.headers == (("X-Duecourse-Items", "NW-1042/1/2/0, NW-1066/1/1/0"),)
    assert message.subject == "Reminder: 2 invoices from Northwind Traders"


def test_where_charges_alone_are_left_the_mail_speaks_of_their_invoice() -> None:
    message = rendered(lines=(replace(OPEN_FEE, advanced=True),))

    assert message.subject == "Charges on invoice NW-1042 are still open: \u20ac5.00"
    assert "Thank you for paying the invoice." in message.text
    assert "still open with us" not in message.text, "the invoice itself is paid"
    assert "charge:" not in message.text
    assert "Reference: NW-1042" in message.text
