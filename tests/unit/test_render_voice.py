"""What a call says, and what it must not: rows 27, 31 and 33 of the rules, amounts, numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from babel.core import Locale
from dunning.adapters.render_voice import SpeechRenderer, Unspeakable, may_hear_of_the_debt
from dunning.adapters.spoken import spoken_money, spoken_number, spoken_phone
from dunning.adapters.wording import NoWording, Wordings
from dunning.domain import wordings
from dunning.domain.policy import Rulebook
from dunning.service.ports import SpokenMessage

from infra.templates import SOURCE, built
from tests.unit.telling import BRAND, LADDER, NORTHWIND, PLAIN, Told

CALLS = SpeechRenderer(built())
ENGLISH = Wordings(SOURCE / "voice" / "wording").of("en")
Changed = Callable[[str, str], SpeechRenderer]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """A renderer whose English wording says something else in one place."""

    def change(old: str, new: str) -> SpeechRenderer:
        text = (SOURCE / "voice/wording/en.toml").read_text(encoding="utf-8")
        assert old in text
        folder = tmp_path / "voice" / "wording"
        folder.mkdir(parents=True)
        (folder / "en.toml").write_text(text.replace(old, new), encoding="utf-8")
        return SpeechRenderer(tmp_path)

    return change


def call(
    renderer: SpeechRenderer = CALLS,
    told: Told = PLAIN,
    wording: str = wordings.SECOND,
    tone: str = "formal",
    *,
    limited: bool | None = None,
) -> SpokenMessage:
    send = told.send(wording, tone, channel="voice")
    return renderer.render_voice(told.state, told.rulebook, send, limited=limited)


def of_class(customer_class: str | None, country: str | None = "IE") -> Told:
    customer = replace(PLAIN.state.customer, customer_class=customer_class, country=country)
    return replace(PLAIN, state=replace(PLAIN.state, customer=customer))


def refused(renderer: SpeechRenderer, *, limited: bool = False, told: Told = PLAIN) -> str:
    with pytest.raises(Unspeakable) as caught:
        call(renderer, told, limited=limited)
    return caught.value.code


def test_a_call_begins_with_who_calls_and_that_it_is_a_machine() -> None:
    first = call().text.split(". ")[0]
    assert first.startswith("Good day, this is the automated assistant of Northwind Traders")


def test_a_script_that_hides_the_machine_is_not_made(changed: Changed) -> None:
    assert refused(
        changed("Good day, this is the automated assistant of", "Good day, this is")
    ) == ("not_disclosed")


def test_a_script_that_tells_of_the_machine_later_is_not_made(changed: Changed) -> None:
    late = "This is {creditor}. I am an automated assistant, with a message for {customer}."
    intro = (
        "Good day, this is the automated assistant of {creditor}, with a message for {customer}."
    )
    assert refused(changed(intro, late)) == "not_disclosed"


def test_a_script_that_does_not_name_the_caller_is_not_made(changed: Changed) -> None:
    intro = (
        "Good day, this is the automated assistant of {creditor}, with a message for {customer}."
    )
    other = "Good day, this is an automated assistant, with a message for {customer}."
    assert refused(changed(intro, other)) == "no_identity"


def test_a_message_that_anybody_may_hear_tells_of_no_debt(changed: Changed) -> None:
    said = "Please call {contact} back about an overdue invoice, at {number}."
    renderer = changed("Please call {contact} back, at {number}.", said)
    assert refused(renderer, limited=True) == "debt_disclosed"


def test_a_creditor_whose_name_tells_of_debts_leaves_no_message() -> None:
    creditor = replace(NORTHWIND, name="Harbour Debt Collection")
    told = replace(PLAIN, rulebook=Rulebook(creditor, (LADDER,)))
    assert refused(CALLS, limited=True, told=told) == "debt_disclosed"


@pytest.mark.parametrize("words", ["Today 20% off.", "Ask for our special offer."])
def test_a_word_of_advertisement_is_not_spoken(changed: Changed, words: str) -> None:
    renderer = changed('"We ask you to pay {total} now."', f'"We ask for {{total}}.", "{words}"')
    assert refused(renderer) == "promotion"


def test_a_company_may_be_called_what_it_is_called() -> None:
    creditor = replace(NORTHWIND, name="Discount Tyres")
    told = replace(PLAIN, rulebook=Rulebook(creditor, (LADDER,)))
    assert "Discount Tyres" in call(told=told).text


@pytest.mark.parametrize("customer_class", ["consumer", "sole_trader", None])
def test_of_a_natural_persons_debt_no_call_speaks(customer_class: str | None) -> None:
    told = of_class(customer_class)
    assert not may_hear_of_the_debt(told.state.customer)
    spoken = call(told=told)
    assert spoken.limited
    assert spoken.text == (
        "Hello, this is the automated assistant of Northwind Traders. Please call Anna Byrne back,"
        " at (01) 555 1234. Once more, slowly: (01) 555 1234. Goodbye."
    )


def test_where_the_law_lists_what_a_message_may_hold_it_holds_no_more() -> None:
    assert call(told=of_class("consumer", "US")).text == (
        "Hello, this is Northwind Traders. Please call Anna Byrne back, at +353 1 555 1234. "
        "Once more, slowly: +353 1 555 1234. Goodbye."
    )


def test_what_follows_is_said_where_the_policy_does_it() -> None:
    last = call(wording=wordings.LAST)
    assert "by 7 December 2026, we will hand the matter over to a collection agency." in last.text
    policy = replace(LADDER, ladder=(*LADDER.ladder[:3], replace(LADDER.ladder[3], hand_over=None)))
    told = replace(PLAIN, rulebook=Rulebook(NORTHWIND, (policy,)))
    assert "hand the matter over" not in call(told=told, wording=wordings.LAST).text


@pytest.mark.parametrize(("field", "code"), [("phone", "no_phone"), ("contact", "no_contact")])
def test_a_setting_that_a_call_needs_is_named(field: str, code: str) -> None:
    creditor = replace(NORTHWIND, brand=BRAND._replace(**{field: ""}))
    told = replace(PLAIN, rulebook=Rulebook(creditor, (LADDER,)))
    with pytest.raises(Unspeakable, match=f"brand.{field} in creditor.json") as caught:
        call(told=told, limited=True)
    assert caught.value.code == code


def test_a_script_that_is_too_long_is_not_cut_but_refused(changed: Changed) -> None:
    renderer = changed('"We ask you to pay {total} now."', f'"{"Well then, " * 300} {{total}}."')
    assert refused(renderer) == "too_long"


def test_what_no_call_makes_sense_of_has_no_words() -> None:
    with pytest.raises(NoWording):
        call(wording=wordings.BEFORE_DUE)
    with pytest.raises(NoWording):
        CALLS.tell_voice(PLAIN.state, PLAIN.rulebook, PLAIN.telling(wordings.THANKS), "formal")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (124_050, "EUR", "1,240 euros and 50 cents"),
        (100, "EUR", "1 euro"),
        (101, "EUR", "1 euro and 1 cent"),
        (1, "GBP", "1 penny"),
        (250, "GBP", "2 British pounds and 50 pence"),
        (12_000, "JPY", "12,000 Japanese yen"),
        (1_234, "KWD", "1.234 Kuwaiti dinars"),
        (1_000, "KWD", "1 Kuwaiti dinar"),
    ],
)
def test_an_amount_is_spoken_with_the_names_of_its_units(
    minor: int, currency: str, text: str
) -> None:
    spoken = spoken_money(minor, currency, Locale.parse("en"), ENGLISH)
    assert spoken.text == text
    heard = "".join(ElementTree.fromstring(f"<s>{spoken.ssml}</s>").itertext())
    assert heard == text.replace(",", "")


def test_an_invoice_number_is_spelt_as_far_as_it_can_be_followed() -> None:
    spoken = spoken_number("NW-1042")
    assert spoken is not None
    parts = ElementTree.fromstring(f"<s>{spoken.ssml}</s>").findall("say-as")
    assert [(part.get("interpret-as"), part.text) for part in parts] == [
        ("characters", "NW"),
        ("characters", "1042"),
    ]
    assert spoken_number("2026-11-NORTHWIND-000123456") is None


@pytest.mark.parametrize(
    ("country", "text"),
    [("IE", "(01) 555 1234"), ("DE", "+353 1 555 1234"), (None, "+353 1 555 1234")],
)
def test_a_number_is_said_as_it_is_dialled_where_the_listener_is(
    country: str | None, text: str
) -> None:
    number, slowly = spoken_phone("+35315551234", country, "plus")
    assert number.text == slowly.text == text
    assert ("plus " in number.ssml) == text.startswith("+")
    root = ElementTree.fromstring(slowly.ssml)
    assert (root.tag, root.get("rate")) == ("prosody", "slow")
    assert [one.text for one in root.findall("say-as")] == text.translate(
        str.maketrans("", "", "()+")
    ).split()


def test_the_voice_is_that_of_the_customers_country() -> None:
    assert (call().language, call().voice_id) == ("en-GB", "AMY")
    american = call(told=of_class("business", "US"))
    assert (american.language, american.voice_id) == ("en-US", "JOANNA")
