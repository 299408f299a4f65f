"""What a text says: in every language, step and tone short, named, and with a number to call."""

import pytest
from dunning.adapters.gsm import parts, plainer
from dunning.adapters.render_text import TextRenderer, Unwritable
from dunning.adapters.wording import Wordings
from dunning.domain.policy_steps import TONES
from dunning.domain.sample_account import Sample, read_sample
from dunning.domain.telling_kinds import KINDS
from dunning.domain.wordings import DEMANDS

from infra.templates import SOURCE

TEXTS = TextRenderer(SOURCE)
LANGUAGES = ("de", "en", "es", "fr", "it", "nl")


def sample(*numbers: str, **creditor: object) -> Sample:
    """An account that owes 119.00 EUR on each of these invoices."""
    facts = {name: creditor.pop(name) for name in TOLD if name in creditor}
    return read_sample(
        {
            "creditor": {
                "creditor": "nw",
                "name": "Northwind Traders",
                "country": "IE",
                "brand": {"phone": "+35315551234"},
                **creditor,
            },
            "customer": {"customer": "c1", "name": "Ann Field", "phone": "+353861234567"},
            **facts,
            "currency": "EUR",
            "on": "2026-11-11",
            "items": [
                {"invoice": one, "due": "2026-10-01", "amount": "119.00", "open": "119.00"}
                for one in numbers or ("NW-1042",)
            ],
        }
    )


def text(
    one: Sample, wording: str = "first", tone: str = "formal", country: str | None = None
) -> str:
    send = one.send(wording, tone, "sms")
    return TEXTS.render_text(one.state, one.rulebook, send, country).text


def test_there_are_words_in_six_languages() -> None:
    assert Wordings(SOURCE / "sms" / "wording").languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", DEMANDS)
@pytest.mark.parametrize("tone", TONES)
def test_every_text_says_who_what_how_much_and_whom_to_call_in_two_parts(
    language: str, wording: str, tone: str
) -> None:
    said = text(sample().speaking(language), wording, tone)
    assert said.startswith("Northwind Traders")
    for part in ("NW-1042", "119", "+35315551234"):
        assert part in said
    assert "{" not in said
    assert parts(said) <= 2
    assert parts(said) == (1 if len(said) + said.count("€") <= 160 else 2), (
        "no letter makes it wide"
    )


TOLD = {
    "plan": {
        "agreed": "2026-10-20",
        "told": 2,
        "instalments": [
            {"due": "2026-11-10", "amount": "59.50"},
            {"due": "2026-12-10", "amount": "59.50"},
        ],
    },
    "promise": {"amount": "119.00", "by": "2026-11-08"},
    "payment": {"amount": "41.00", "allocations": [{"invoice": "NW-1", "amount": "41.00"}]},
    "hand_over": {"to": "agency"},
}
SAID = {
    "instalment_due": ("119", "2", "10"),
    "instalment_missed": ("119", "10", "12"),
    "promise_reminder": ("119", "8"),
    "promise_broken": ("119", "8"),
    "thanks": ("41",),
    "plan_offer": ("119", "2", "10"),
    "plan_agreed": ("119", "59", "10"),
    "hand_over": ("119", "NW-1042"),
}
"""Figures that each text beside the ladder tells."""


def telling(language: str, wording: str, tone: str, **more: object) -> str:
    one = sample(**{**TOLD, **more}).speaking(language)
    told = one.telling(wording)
    return TEXTS.tell_text(one.state, one.rulebook, told, tone).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", KINDS)
def test_what_is_told_beside_the_ladder_is_told_in_two_parts_in_every_tone(
    language: str, wording: str
) -> None:
    found = [telling(language, wording, tone) for tone in TONES]
    assert len(set(found)) == len(TONES)
    for said in found:
        assert said.startswith("Northwind Traders")
        assert said.count("+35315551234") == 1
        assert "{" not in said
        for part in SAID[wording]:
            assert part in said, (part, said)
        assert parts(said) == (1 if len(said) + said.count("€") <= 160 else 2), said
        if language != "en":
            assert said not in [telling("en", wording, tone) for tone in TONES]


def test_a_day_in_august_makes_no_french_text_a_wide_one() -> None:
    august = {"amount": "119.00", "by": "2026-08-28"}
    said = telling("fr", "promise_reminder", "formal", promise=august)
    assert "28 aout 2026" in said
    assert parts(said) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_are_its_own(language: str) -> None:
    said = {text(sample().speaking(language), w, t) for w in DEMANDS for t in TONES}
    assert len(said) == len(DEMANDS) * len(TONES)
    if language != "en":
        assert not said & {text(sample(), w, t) for w in DEMANDS for t in TONES}


def test_who_is_written_to_in_the_us_hears_how_to_stop_it() -> None:
    for language in LANGUAGES:
        one = sample().speaking(language)
        assert "STOP" in text(one, country="US")
        assert "STOP" not in text(one, country="IE")


def test_several_invoices_are_counted_and_a_long_number_is_not_written() -> None:
    assert "3 invoices" in text(sample("A", "B", "C"))
    long = text(sample("RE-2026-0000000000000000001042"))
    assert "(an invoice)" in long


def test_a_text_never_takes_more_than_three_parts() -> None:
    wide = sample("Ω-Ж-1042", name="Ж" * 200)
    for wording in DEMANDS:
        for tone in TONES:
            for language in LANGUAGES:
                assert parts(text(wide.speaking(language), wording, tone, "US")) <= 3


def test_without_a_number_to_call_no_text_is_made() -> None:
    with pytest.raises(Unwritable, match=r"brand\.phone") as refused:
        text(sample(brand={}))
    assert refused.value.code == "no_phone"


def test_a_customer_s_markup_is_only_text() -> None:
    one = sample(name="{7*7} <script>")
    assert text(one).startswith("{7*7} <script>")


@pytest.mark.parametrize(
    ("said", "many"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_the_network_counts_them(said: str, many: int) -> None:
    # 3GPP TS 23.038: 160 septets or 140 octets; 153 and 134 where parts are put together.
    assert parts(said) == many


def test_signs_of_print_are_said_plainly_and_letters_are_left_alone() -> None:
    assert plainer("119,00\u00a0€ – l\u2019été ç") == "119,00 € - l'été ç"


def test_the_version_of_the_words_is_kept() -> None:
    one = sample().speaking("de")
    made = TEXTS.render_text(one.state, one.rulebook, one.send("last", "formal", "sms"))
    assert made.template == "sms-last-2-de-formal"
    assert made.language == "de"
