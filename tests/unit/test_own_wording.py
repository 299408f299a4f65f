"""Own wording: what may stand in a file, what is refused on which line, and what is then said."""

import json
from dataclasses import replace
from typing import Any

import pytest
from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.adapters.render import TemplateRenderer
from dunning.adapters.render_text import TextRenderer
from dunning.adapters.render_voice import SpeechRenderer
from dunning.adapters.sample_accounts import samples
from dunning.adapters.toml_lines import Lines
from dunning.domain.fields import ReadingError
from dunning.domain.own_wording import LARGEST, SUFFIX, OwnWording, WordingVersion
from dunning.domain.sample_account import Sample
from dunning.domain.wording_refused import OwnWordingError

from infra.templates import SOURCE, built
from tests.unit.importing import Cell

FILES = OwnWordingFiles(built())
MAIL, CALL = "wording/email/en.toml", "wording/voice/en.toml"
FIRST = "[steps.first.friendly]\n"
BRIEF = FIRST + 'heading = "Just a line from our shop"\n'


def refused(name: str, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(OwnWordingError) as found:
        FILES.check(name, text)
    return [tuple(problem) for problem in found.value.problems]


def usual(text: str, file: str = "email/en", version: int = 2) -> Sample:
    sample = samples()[0][1]
    held = WordingVersion(version, text, 0, "")
    own = OwnWording({file: version}, lambda *_: held)
    return replace(sample, rulebook=replace(sample.rulebook, wording=own))


def mail(renderer: TemplateRenderer, sample: Sample) -> Any:
    send = sample.send("first", "friendly", "email")
    return renderer.render("sample", "sample#c-1", sample.state, sample.rulebook, send)


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ('\n[steps.frist.formal]\nheading = "x"', 2, "steps.frist", "did you mean 'first'"),
        (FIRST + 'headign = "x"', 2, "steps.first.friendly.headign", "did you mean 'heading'"),
        (FIRST + 'heading = "{totel}"', 2, "steps.first.friendly.heading", "'total'"),
        (FIRST + 'heading = "{deadline}"', 2, "steps.first.friendly.heading", "not known here"),
        (FIRST + 'heading = "{total"', 2, "steps.first.friendly.heading", "braces"),
        (FIRST + 'heading = "{total.real}"', 2, "steps.first.friendly.heading", "no placeholder"),
        (FIRST + 'heading = "{total!r}"', 2, "steps.first.friendly.heading", "no placeholder"),
        (FIRST + 'heading = "{total:>9999999}"', 2, "steps.first.friendly.heading", "placeholder"),
        (FIRST + 'heading = "{0}"', 2, "steps.first.friendly.heading", "no placeholder"),
        (FIRST + 'heading = "<b>Pay"', 2, "steps.first.friendly.heading", "plain text"),
        (FIRST + 'heading = "{{ 7 * 7 }}"', 2, "steps.first.friendly.heading", "plain text"),
        (FIRST + 'request = "See www.x.example"', 2, "steps.first.friendly.request", "links"),
        (FIRST + 'heading = ""', 2, "steps.first.friendly.heading", "empty"),
        (FIRST + 'heading = "a\\nb"', 2, "steps.first.friendly.heading", "line break"),
        (FIRST + 'heading = 7', 2, "steps.first.friendly.heading", "sentence"),
        (FIRST + 'heading = { one = "x" }', 2, "steps.first.friendly.heading", "`other`"),
        (FIRST + 'heading = { few = "x", other = "y" }', 2, "steps.first.friendly.heading", "form"),
        (FIRST + f'subject = "{"x" * 201}"', 2, "steps.first.friendly.subject", "at most 200"),
        ('[labels]\n\nof = "amount"', 3, "labels.of", "{amount} is missing"),
        ('[labels]\nwrong = ["x"]', 2, "labels.wrong", "sentence"),
        ('labels = "x"', 1, "labels", "table"),
        ('[steps.last.formal]\nconsequence = "We act."', 2, "steps.last.formal.consequence",
         "{deadline} is missing"),
        ('[steps.instalment_missed.formal]\nrequest = "Pay."\npreview = "{total}"',
         1, "steps.instalment_missed.formal", "{last_day} is missing"),
        ("[steps.first.friendly\nheading = 1", 1, "the file", "not TOML"),
        (BRIEF + BRIEF, 3, "the file", "not TOML"),
        ("x" * (LARGEST + 1), 1, "the file", "longer than"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_in_a_mail_is_refused_with_its_line(
    text: str, line: int, key: str, said: str
) -> None:
    found = refused(MAIL, text)
    assert any(one[0] == line and one[1] == key and said in one[2] for one in found), found


TEXT = "wording/sms/en.toml"
THANKS = "[steps.thanks.friendly]\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (THANKS + 'text = "{creditor}: thank you."', 2, "{paid} is missing"),
        (THANKS + 'text = "Thank you for {paid}, {on}."', 2, "{creditor} is missing"),
        (THANKS + 'text = "{creditor}: {paid}, {on}. {last_day}"', 2, "{last_day} is not known"),
        (THANKS + 'text = "{creditor}: {paid}, {on}. A discount for you!"', 2, "advertisement"),
        (THANKS + 'text = "{creditor}: {paid}, {on}. See www.x.example"', 2, "links"),
        (THANKS + 'text = "{creditor}: {paid}, {on}. <b>"', 2, "plain text"),
        (THANKS + 'call = "Call us"', 2, "{number} is missing"),
        (THANKS + 'greeting = "Hello"', 2, "a text is text and call"),
        (THANKS + f'text = "{{creditor}}: {{paid}}, {{on}} {"Ж" * 250}"', 1, "parts, more than 3"),
        ('[opt_out]\nreply = "Reply BYE"', 1, "not a creditor's"),
        ('[phrases]\nmine = "x"', 2, "no others"),
    ],
)
def test_what_a_text_may_not_say_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    found = refused(TEXT, text)
    assert any(one[0] == line and said in one[2] for one in found), found


def test_a_text_in_own_words_is_sent_so_and_its_record_names_both_versions() -> None:
    own = THANKS + 'text = "Cheers from {creditor}: {paid} came on {on}."\ncall = "Ring {number}"'
    FILES.check(TEXT, own)
    sample = usual(own, "sms/en")
    told = TextRenderer(built()).tell_text(
        sample.state, sample.rulebook, sample.telling("thanks"), "friendly"
    )
    assert told.text.startswith("Cheers from Nordlicht")
    assert told.text.endswith("Ring +49301234567")
    assert told.template == "sms-thanks-2+2-en-friendly"
    other = sample.speaking("de")
    german = TextRenderer(built()).tell_text(
        other.state, other.rulebook, other.telling("thanks"), "friendly"
    )
    assert german.template == "sms-thanks-2-de-friendly"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[steps.first.formal]\nbody = ["Pay {total} by {due}: 10% off!"]', 2, "advertisement"),
        ('[steps.first.formal]\nbody = ["{total} since {due}. A discount waits."]', 2, "advert"),
        ('[steps.first.formal]\nbody = ["Pay by {due}."]', 2, "{total} is missing"),
        ('[steps.first.formal]\nbody = "Pay {total} by {due}."', 2, "list"),
        ('[tones.formal]\nintro = "This is {creditor}."', 2, "machine"),
        ('[tones.formal]\nintro = "Hello. Here is the automated assistant of {creditor}."', 2,
         "name the caller"),
        ('[limited]\nbody = ["Please call {contact} about your invoice, {number}.", "{slowly}"]', 2,
         "stranger"),
        ('[limited]\nbody = ["Please call {contact}."]', 2, "{number} is missing"),
        ('[limited]\nbody = ["Call {contact}, {number}, {slowly}, {total}."]', 2, "{total} is not"),
        ('[never]\npromotion = ["sale"]', 1, "not a creditor's"),
        ('\n\n[must]\nautomated = "friend"', 3, "not a creditor's"),
        ('[voices]\nen-GB = "BRIAN"', 1, "not a creditor's"),
        ('[phrases]\nmine = "invoice"', 2, "no others"),
        ('[steps.thanks.formal]\nbody = ["Thanks"]', 1, "no such key"),
    ],
)  # fmt: skip
def test_what_a_call_may_not_say_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    found = refused(CALL, text)
    assert any(one[0] == line and said in one[2] for one in found), found


def test_a_script_that_is_too_long_is_refused_where_it_stands() -> None:
    long = ", ".join(['"' + "We would like to hear from you. " * 50 + '"'] * 2)
    (found,) = refused(CALL, f'[steps.first.formal]\nbody = ["{{total}}, {{due}}.", {long}]')
    assert found[:2] == (1, "steps.first.formal")
    assert "3000" in found[2]


def test_words_that_swell_a_mail_until_clients_cut_it_off_are_refused() -> None:
    phrase = f'[phrases]\nmuch = "{"very " * 390}"\n'
    (found,) = refused(MAIL, phrase + FIRST + f'request = "{"{much}" * 100}"')
    assert found[:2] == (3, "steps.first.friendly")
    assert "cut it off" in found[2]


def test_all_problems_are_told_at_once_by_line() -> None:
    text = FIRST + 'heading = "{x}"\nheadign = "y"\n[labels]\nof = "z"\n'
    assert [one[0] for one in refused(MAIL, text)] == [2, 3, 5]


@pytest.mark.parametrize("name", ["wording/email/pl.toml", "wording/fax/en.toml", "wording/x"])
def test_a_file_of_no_language_or_channel_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(ReadingError) as found:
        FILES.check(name, "")
    assert found.value.code == "unknown_file"


@pytest.mark.parametrize("name", [name for name in FILES.known() if name.endswith(SUFFIX)])
def test_a_copy_of_the_shipped_file_is_taken_and_so_is_an_empty_one(name: str) -> None:
    channel, language = name.removeprefix("wording/").removesuffix(".toml").split("/")
    shipped = SOURCE / channel / "wording" / f"{language}.toml"
    FILES.check(name, shipped.read_text(encoding="utf-8"))
    FILES.check(name, "# nothing of our own any more\n")


def test_own_words_stand_in_place_of_the_shipped_ones_and_the_record_names_both() -> None:
    renderer = TemplateRenderer(built())
    own, shipped = mail(renderer, usual(BRIEF)), mail(renderer, samples()[0][1])
    number = renderer.wordings.of("en").version
    assert "Just a line from our shop" in own.text
    assert "Just a line from our shop" in own.html
    assert own.template == f"first-{number}+2-en-friendly"
    assert shipped.template == f"first-{number}-en-friendly"
    assert own.text.replace("Just a line from our shop", "A small reminder") == shipped.text


def test_a_newer_version_is_said_at_once_and_a_known_one_is_read_once() -> None:
    renderer, read = TemplateRenderer(built()), []

    def holding(version: int) -> Sample:
        def find(_: str, number: int) -> WordingVersion:
            read.append(number)
            return WordingVersion(number, BRIEF.replace("shop", f"shop {number}"), 0, "")

        sample = samples()[0][1]
        own = OwnWording({"email/en": version}, find)
        return replace(sample, rulebook=replace(sample.rulebook, wording=own))

    said = [mail(renderer, holding(version)).text for version in (1, 1, 2, 2)]
    assert ["shop 1" in text for text in said] == [True, True, False, False]
    assert "shop 2" in said[3]
    assert read == [1, 2]


def test_words_that_cannot_be_said_any_more_give_way_to_the_shipped_ones_and_somebody_is_told() -> (
    None
):
    told: list[tuple[str, str, str]] = []
    renderer = TemplateRenderer(
        built(), failed=lambda creditor, file, error: told.append((creditor, file, repr(error)))
    )
    gone = mail(renderer, usual(FIRST + 'heading = "{figure_of_old}"'))
    assert gone.text == mail(renderer, samples()[0][1]).text
    assert "+" not in gone.template
    assert told == [("sample", "email/en", "KeyError('figure_of_old')")]


def test_keys_that_the_shipped_words_have_lost_are_passed_over() -> None:
    renderer = TemplateRenderer(built(), failed=lambda *found: pytest.fail(str(found)))
    text = BRIEF + 'slogan = "x"\n[steps.fifth.formal]\nheading = "y"\n[labels.of]\nx = "y"\n'
    assert "Just a line" in mail(renderer, usual(text.replace("[labels.of]", "[notes]"))).text


def test_what_the_law_asks_of_a_call_stands_whatever_a_file_says() -> None:
    renderer = SpeechRenderer(built())
    text = '[never]\npromotion = ["xyz"]\n[steps.first.friendly]\nbody = ["{total}: a bargain."]'
    sample = usual(text, "voice/en")
    send = sample.send("first", "friendly", "voice")
    said = renderer.render_voice(sample.state, sample.rulebook, send, limited=False)
    assert "bargain" not in said.text


def test_an_upload_is_taken_as_a_version_and_a_bad_one_leaves_it_standing() -> None:
    cell = Cell()
    cell.upload("creditor.json", json.dumps({"name": "Acme", "language": "en"}), "config")
    assert cell.upload(MAIL, BRIEF, "config")["accepted"] == 1
    assert cell.upload(MAIL, BRIEF, "config")["unchanged"] == 1
    bad = cell.upload(MAIL, BRIEF + 'opening = "{nobody}"\n', "config")
    assert bad["rejected"] == 1
    (error,) = bad["errors"]
    assert (error["row"], error["code"]) == (3, "bad_wording")
    assert "line 3: steps.first.friendly.opening: {nobody} is not known here" in error["message"]
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert book.wording.versions == {"email/en": 1}
    assert book.wording.source("email/en") == BRIEF
    assert cell.upload(MAIL, "", "config")["accepted"] == 1
    held = cell.settings.wording("acme", "email/en", 1)
    assert held is not None
    assert held.upload == "v2"


def test_no_wording_moves_a_plan() -> None:
    cell = Cell()
    cell.upload("creditor.json", json.dumps({"name": "Acme"}), "config")
    before = cell.settings.rulebook("acme")
    cell.upload(MAIL, BRIEF, "config")
    after = cell.settings.rulebook("acme")
    assert before is not None
    assert after is not None
    assert before.edition == after.edition


def test_the_line_of_a_key_is_found_behind_lists_and_long_strings() -> None:
    text = 'a = [\n "b = 1",\n "c"]\n"d" = """\ne = 2\n"""\n[t]\n'
    text += 'f.g = { one = "x", other = "# y" }\nh = 1'
    lines = Lines(text)
    assert [lines.of(path) for path in (("a",), ("d",), ("t",), ("t", "f", "g"), ("t", "h"))] == [
        1, 4, 7, 8, 9,
    ]  # fmt: skip
    assert lines.of(("e",)) == 1
