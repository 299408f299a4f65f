"""Every language, step, tone and channel that there is, of accounts that nobody likes to render.

What exists is looped over: a language is covered from the day on which it comes.
"""

import re
from xml.etree import ElementTree

import html5lib
import pytest
from dunning.adapters.figures import locale_of, money
from dunning.adapters.render import TemplateRenderer
from dunning.adapters.render_voice import LONGEST_SSML, LONGEST_TEXT, SpeechRenderer
from dunning.domain import wordings
from dunning.domain.due import Send
from dunning.service.ports import Message, SpokenMessage

from infra.templates import built
from tests.unit.telling import EMAIL, LINKS, NASTY, NORTHWIND, PLAIN, TONES, Told, messages

MAILS, CALLS = TemplateRenderer(built()), SpeechRenderer(built())
LANGUAGES = MAILS.wordings.languages()
ACCOUNTS = (PLAIN, *NASTY)
ISOLATES = "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}"
MOST_BYTES = 102_000
"""Beyond which a large mail client cuts a mail off."""


def mail(told: Told, wording: str, tone: str) -> Message:
    if wording in wordings.DEMANDS:
        send = told.send(wording, tone)
        return MAILS.render("northwind", "northwind#c-1042", told.state, told.rulebook, send)
    telling = told.telling(wording)
    return MAILS.tell(told.state, told.rulebook, telling, tone, EMAIL, LINKS)


def call(told: Told, wording: str, tone: str, *, limited: bool = False) -> SpokenMessage:
    if wording in wordings.DEMANDS:
        send = told.send(wording, tone, channel="voice")
        return CALLS.render_voice(told.state, told.rulebook, send, limited=limited)
    return CALLS.tell_voice(told.state, told.rulebook, told.telling(wording), tone, limited=limited)


def plain(text: str, told: Told) -> str:
    """The text without what the account itself brings, so that what is left is ours."""
    text = re.sub(f"[{ISOLATES}]", "", text)
    for foreign in (told.state.customer.name, " ".join(told.state.customer.name.split())):
        text = text.replace(foreign, "") if foreign else text
    return text


def of_the_total(told: Told, wording: str) -> str:
    total = (
        told.send(wording, "formal").total
        if wording in wordings.DEMANDS
        else told.telling(wording).total
    )
    if wording == wordings.THANKS and not total:
        total = told.lines[0].open  # what came is confirmed, where nothing is left
    locale = locale_of(told.state.customer, told.rulebook.creditor)
    return money(total, told.currency, locale)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda one: one.name)
def test_every_mail_is_whole(account: Told, language: str) -> None:
    told = account.speaking(language)
    many = len(told.lines) > 100
    for _, wording, tone in messages((language,)):
        if many and tone != "formal":
            continue
        message = mail(told, wording, tone)
        where = f"{language} {wording} {tone}"
        ours = plain(message.subject + message.text, told)
        assert not re.search(r"[{}<>]|None|undefined", ours.replace("> ", "")), where
        assert message.subject, where
        assert "\n" not in message.subject, where
        # A link that was asked for names neither an amount nor an invoice.
        names = wording != wordings.NEW_LINK
        assert (of_the_total(told, wording) in message.text) is names, where
        assert told.state.customer.name in re.sub(f"[{ISOLATES}]", "", message.text), where
        assert "\n\n\n" not in message.text, where
        if not names:
            assert not any(line.ref.invoice in ours for line in told.lines), where
        elif wording not in (wordings.INSTALMENT_DUE, wordings.INSTALMENT_MISSED):
            for line in told.lines:
                assert line.charge or line.ref.invoice in message.text, where
        assert message.template == f"{wording}-{version(language)}-{language}-{tone}"
        assert "<script>alert" not in message.html, where
        assert "49 " not in message.html.partition("</title>")[0], where
        if tone == "formal" and (not many or wording in (wordings.FIRST, wordings.HAND_OVER)):
            html5lib.HTMLParser(strict=True).parse(message.html)
        assert many or len(message.html.encode()) < MOST_BYTES, where


def version(language: str) -> int:
    return MAILS.wordings.of(language).version


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", wordings.WORDINGS)
def test_the_html_says_all_that_the_text_says(wording: str, language: str) -> None:
    for tone in (TONES[wordings.WORDINGS.index(wording) % 3],):
        message = mail(PLAIN.speaking(language), wording, tone)
        tree = html5lib.parse(message.html, namespaceHTMLElements=False)
        said = " ".join(" ".join(tree.itertext()).split())
        shown = said.replace(" ", "")
        addresses = {link.get("href") for link in tree.iter("a")}
        for line in message.text.splitlines():
            if line.startswith("https://"):
                assert line in addresses
                continue
            for part in re.split(r": |; |, | \(", line.strip("*>- ").removesuffix(")")):
                words = "".join(part.rstrip(":").split())
                assert words.startswith("https://") or words in shown, (wording, tone, part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", wordings.WORDINGS)
def test_tables_of_data_have_heads_and_captions_and_the_others_are_layout(
    wording: str, language: str
) -> None:
    message = mail(PLAIN.speaking(language), wording, "formal")
    tree = html5lib.parse(message.html, namespaceHTMLElements=False)
    assert tree.get("lang") == language
    assert tree.get("dir") == "ltr"
    data = [table for table in tree.iter("table") if table.get("role") != "presentation"]
    assert bool(data) is (wording != wordings.NEW_LINK)
    for table in data:
        assert table.find("caption") is not None
        heads = [*table.iter("th")]
        assert heads
        assert {head.get("scope") for head in heads} <= {"row", "col"}
        rows = [row for body in table.iter("tbody") for row in body.iter("tr")]
        assert all(row.find("th") is not None for row in rows)
    for table in tree.iter("table"):
        if table.get("role") == "presentation":
            assert not [*table.findall("./tbody/tr/th"), *table.findall("./caption")]
    assert all(image.get("alt") for image in tree.iter("img"))
    assert len([*tree.iter("h1")]) == 1


@pytest.mark.parametrize("language", CALLS.wordings.languages())
@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda one: one.name)
def test_every_call_can_be_spoken(account: Told, language: str) -> None:
    told = account.speaking(language)
    for wording in wordings.SPOKEN:
        for tone in TONES:
            for limited in (False, True):
                spoken = call(told, wording, tone, limited=limited)
                where = f"{language} {wording} {tone}"
                assert len(spoken.text) <= LONGEST_TEXT, where
                assert len(spoken.ssml) <= LONGEST_SSML, where
                assert not re.search(r"[{}<>]|None", plain(spoken.text, told)), where
                root = ElementTree.fromstring(spoken.ssml)
                assert root.tag == "speak"
                assert "".join(root.itertext()).strip()
                assert NORTHWIND.name in spoken.text.split(". ")[0], where
                number = "(01) 555 1234"
                assert spoken.text.count(number) == 2, where
                if limited:
                    assert told.lines[0].ref.invoice not in spoken.text, where
                    assert not told.state.customer.name or (
                        told.state.customer.name not in spoken.text
                    )
                    assert NORTHWIND.brand.contact in spoken.text, where


def test_the_accounts_are_as_nasty_as_they_are_said_to_be() -> None:
    names = [one.state.customer.name for one in NASTY]
    assert len(names[1]) == 80
    assert {one.currency for one in NASTY} == {"JPY", "KWD", "EUR"}
    assert min(line.open for line in NASTY[3].lines) < 0
    assert sum(line.charge is None for line in NASTY[4].lines) == 120
    assert isinstance(PLAIN.send(wordings.FIRST, "formal"), Send)
