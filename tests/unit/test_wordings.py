"""Every language says all that English says, with the same figures in it, and in its own words.

What exists is looped over: a language is covered from the day on which it comes.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

import pytest
from babel.core import Locale
from dunning.adapters.wording import PLACEHOLDERS, Wordings
from dunning.domain import wordings

from infra.templates import SOURCE

TONES = ("friendly", "persuasive", "formal")
MAILS = Wordings(SOURCE / "email" / "wording")
CALLS = Wordings(SOURCE / "voice" / "wording")
TEXTS = Wordings(SOURCE / "sms" / "wording")
CHANNELS = {"email": MAILS, "voice": CALLS}
EVERY = [
    pytest.param(channel, language, id=f"{channel}-{language}")
    for channel, found in CHANNELS.items()
    for language in found.languages()
]
OTHERS = [one for one in EVERY if one.values[1] != "en"]
FREE = ("voices", "minor_units", "phrases", "never")
"""Tables whose keys or lengths are a language's own."""
FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
ENGLISH = re.compile(
    r"\b(the|and|your|you|please|with|have|been|this|which|payment|invoices?|reminder|from)\b",
    re.IGNORECASE,
)
DAYS = "due|deadline|by|on|date|first|last|last_day|first_due"
SEPARATE = (".consequence", ".opening_partly", ".rest")
"""Sentences that are not always said."""


def raw(channel: str, language: str) -> Mapping[str, Any]:
    return CHANNELS[channel].of(language).raw


def is_forms(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= FORMS


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence below a value, with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from texts(one, path if key in FORMS else f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from texts(one, path)


def shape(value: object) -> object:
    """What a language has in common with English: keys, and how they nest; sentences and their
    forms are its own."""
    if isinstance(value, Mapping) and not is_forms(value):
        return {key: shape(one) for key, one in value.items()}
    return "words" if isinstance(value, str | list) or is_forms(value) else type(value).__name__


def held(text: str, phrases: Mapping[str, Any]) -> set[str]:
    """Placeholders of a sentence; a language's own phrases count as `invoices`."""
    found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    return {"invoices" if name in phrases else name for name in found}


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_a_language_has_every_step_tone_and_block_that_english_has(
    channel: str, language: str
) -> None:
    mine, english = raw(channel, language), raw(channel, "en")
    assert set(mine) == set(english)
    for table in mine:
        if table in FREE:
            assert set(mine[table]) >= set(english[table]) or table in ("voices", "minor_units")
        else:
            assert shape(mine[table]) == shape(english[table]), table


@pytest.mark.parametrize("language", TEXTS.languages())
def test_the_texts_of_a_language_have_every_step_tone_and_figure_that_english_has(
    language: str,
) -> None:
    mine, english = TEXTS.of(language).raw, TEXTS.of("en").raw
    assert tuple(english["steps"]) == wordings.TEXTED
    assert set(mine) == set(english)
    for table in english:
        assert shape(mine[table]) == shape(english[table]), table
    for wording, tones in mine["steps"].items():
        for tone, said in tones.items():
            for key, text in said.items():
                theirs = english["steps"][wording][tone][key]
                assert held(text, {}) == held(theirs, {}), f"{wording} {tone} {key}"
    if language != "en":
        ours = {text for _, text in texts(mine["steps"])}
        assert not ours & {text for _, text in texts(english["steps"])}


def test_english_has_every_step_in_every_tone() -> None:
    assert tuple(raw("email", "en")["steps"]) == wordings.WORDINGS
    assert tuple(raw("voice", "en")["steps"]) == wordings.SPOKEN
    for channel in CHANNELS:
        for step in raw(channel, "en")["steps"].values():
            assert tuple(step) == TONES


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_a_language_names_the_same_figures_in_each_step(channel: str, language: str) -> None:
    mine, english = raw(channel, language), raw(channel, "en")
    for wording, tones in mine["steps"].items():
        for tone, said in tones.items():
            for own in ("consequence", "opening_partly", "rest", None):
                parts = [
                    {
                        name
                        for path, text in texts(words["steps"][wording][tone])
                        if (path == f".{own}" if own else path not in SEPARATE)
                        for name in held(text, words["phrases"])
                    }
                    for words in (mine, english)
                ]
                assert parts[0] == parts[1], f"{wording} {tone} {own or 'in all'}"
            allowed = PLACEHOLDERS[wording] | set(mine["phrases"])
            for path, text in texts(said):
                assert held(text, {}) <= allowed, f"{wording} {tone}{path}"


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_a_language_names_the_same_figures_in_each_block(channel: str, language: str) -> None:
    mine, english = raw(channel, language), raw(channel, "en")
    for table in set(english) - {"steps", "phrases", "never", "voices", "minor_units", "version"}:
        theirs: dict[str, set[str]] = {}
        for path, text in texts(english[table]):
            theirs.setdefault(path, set()).update(held(text, english["phrases"]))
        ours: dict[str, set[str]] = {}
        for path, text in texts(mine[table]):
            ours.setdefault(path, set()).update(held(text, mine["phrases"]))
        assert ours == theirs, table


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_braces_hold_names_alone_and_forms_are_those_of_the_language(
    channel: str, language: str
) -> None:
    words = raw(channel, language)
    for path, text in texts(words):
        for literal, name, spec, conversion in Formatter().parse(text):
            assert "{" not in literal, path
            assert "}" not in literal, path
            assert name is None or re.fullmatch(r"[a-z_]+", name), path
            assert not spec, path
            assert not conversion, path
        assert text == text.strip(), path
        assert text, path
        assert "  " not in text, path
    tags = Locale.parse(language).plural_form.tags | {"other"}

    def check(value: object, path: str) -> None:
        if is_forms(value):
            assert isinstance(value, Mapping)
            assert "other" in value, path
            assert set(value) <= tags, path
        elif isinstance(value, Mapping | list):
            for key, one in value.items() if isinstance(value, Mapping) else enumerate(value):
                check(one, f"{path}.{key}")

    check(words, "")


@pytest.mark.parametrize(("channel", "language"), OTHERS)
def test_no_english_is_left_in_another_language(channel: str, language: str) -> None:
    english = {text for _, text in texts(raw(channel, "en")) if len(text.split()) > 2}
    for path, text in texts(raw(channel, language)):
        if path.startswith((".voices", ".never")):
            continue
        own = re.sub(r"\{[a-z_]+\}", " ", text)
        assert text not in english, path
        assert not ENGLISH.search(own), f"{path}: {text}"


def everywhere(language: str) -> Iterator[tuple[str, str]]:
    """Every sentence of a language: of mails, calls and the customers' pages."""
    for channel in CHANNELS:
        yield from texts(raw(channel, language), channel)
    pages = SOURCE / "portal" / "words" / f"{language}.toml"
    yield from texts(tomllib.loads(pages.read_text(encoding="utf-8")), "pages")


@pytest.mark.parametrize(
    ("language", "before"),
    [
        ("it", rf"\b(il|al|dal|del|nel|sul) \{{({DAYS})\}}"),  # l'8, l'11
        ("fr", r"\b(de|que|jusque|lorsque) \{(creditor|customer|contact)\}"),  # d'Aubert
    ],
)
def test_no_word_that_would_be_elided_stands_before_a_day_or_a_name(
    language: str, before: str
) -> None:
    assert re.search(before, "scade il {due}" if language == "it" else "facture de {creditor}")
    for path, text in everywhere(language):
        assert not re.search(before, text), f"{path}: {text}"


def test_french_sets_a_blank_that_does_not_break_before_its_high_signs() -> None:
    for path, text in everywhere("fr"):
        if not path.startswith("voice"):  # heard, not seen
            assert not re.search(r"(?<![\u00a0\u202f\w])[:;!?]|[\w}][:;!?](?!\w)", text), path


@pytest.mark.parametrize("language", [one.values[1] for one in EVERY if one.values[0] == "email"])
def test_a_subject_can_be_read_in_a_list_of_mails(language: str) -> None:
    usual = {
        "creditor": "Northwind Traders",
        "invoice": "NW-1042",
        "invoices": "invoice NW-1042",
        "total": "€1,976.50",
        "promised": "€1,976.50",
        "paid": "€1,976.50",
        "receiver": "x" * 24,
    }
    words = raw("email", language)
    for wording, tones in words["steps"].items():
        for tone, said in tones.items():
            for _, text in texts(said["subject"]):
                names = held(text, {})
                filled = text.format_map({name: usual.get(name, "15 Nov 2026") for name in names})
                assert len(filled) <= 90, f"{wording} {tone}: {filled}"


@pytest.mark.parametrize("language", CALLS.languages())
def test_a_call_says_that_it_is_a_machine_and_the_number_twice(language: str) -> None:
    words = raw("voice", language)
    automated = words["must"]["automated"].lower()
    for tone in TONES:
        said = words["tones"][tone]
        for intro in ("intro", "intro_unnamed"):
            first = re.split(r"[.!?]\s", said[intro])[0]
            assert "{creditor}" in first
            assert automated in first.lower()
        back = [text for _, text in texts(said["call_back"])]
        assert sum("{number}" in text for text in back) == 1
        assert sum("{slowly}" in text for text in back) == 1
    limited = words["limited"]
    assert automated in limited["intro"].lower()
    assert "{creditor}" in limited["intro_listed"]
    joined = " ".join(limited["body"])
    for name in ("contact", "number", "slowly"):
        assert joined.count(f"{{{name}}}") == 1


@pytest.mark.parametrize("language", CALLS.languages())
def test_a_call_is_written_to_be_heard(language: str) -> None:
    words = raw("voice", language)
    for table in ("steps", "tones", "limited"):
        for path, text in texts(words[table]):
            assert not re.search(r"[()\[\]/–—&%€#*]", text), f"{path}: {text}"
    assert {"EUR", "GBP", "USD"} <= set(words["minor_units"])
    assert len(words["never"]["debt"]) >= 10
    assert len(words["never"]["promotion"]) >= 8
    assert all(re.fullmatch(rf"{language}-[A-Z]{{2}}", locale) for locale in words["voices"])
