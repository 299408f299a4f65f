"""Letters: whole in every language, step and tone; to whom there is an address; in the folder of
the print service once, with a line that names nobody.
"""

import json
import re
from dataclasses import replace
from typing import Any

import botocore.exceptions as aws
import pytest
from dunning.adapters.address_hash import KeyedHash, postal_normal_form
from dunning.adapters.figures import locale_of, money
from dunning.adapters.letters import LetterFolder
from dunning.adapters.pdf_sheet import recipient_of
from dunning.adapters.render_letter import LetterRenderer
from dunning.domain.customer import Customer
from dunning.domain.fields import Fields
from dunning.domain.reading_parties import CUSTOMER_FIELDS, customer_from
from dunning.domain.wordings import DEMANDS
from dunning.service.ports import Message, Misconfigured, NotSent, Refused, Unclear

from infra.templates import built
from tests.unit.printed import bare, printer, reader, tags, text
from tests.unit.telling import NASTY, NORTHWIND, PLAIN, TONES, Told

LETTERS = LetterRenderer(built(), printer())
LANGUAGES = LETTERS.wordings.languages()
HOME = ("12 Quay Street", "Flat 3", "H91 XY00 Galway", "IE")
OF_MAILS = re.compile(
    r"e-?mail|reply to this|antworten sie auf|répond(re|ez) à c|correo|messaggio|klick|click|cliqu",
    re.IGNORECASE,
)


def at_home(told: Told, language: str, **customer: Any) -> Told:
    """The same of a customer with an address of letters."""
    who = replace(told.state.customer, **{"postal": HOME, "language": language, **customer})
    return replace(told, state=replace(told.state, customer=who))


def letter(told: Told, wording: str, tone: str) -> Message:
    send = told.send(wording, tone, channel="letter")
    return LETTERS.render("northwind", "northwind#c-1042", told.state, told.rulebook, send)


def pdf(message: Message) -> bytes:
    (file,) = message.attachments
    return file.data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", DEMANDS)
def test_every_letter_is_whole(wording: str, language: str) -> None:
    told = at_home(PLAIN, language)
    locale = locale_of(told.state.customer, NORTHWIND)
    for tone in TONES:
        message = letter(told, wording, tone)
        assert re.fullmatch(rf"letter-{wording}-\d+\.\d+-{language}-{tone}", message.template)
        said = bare(text(pdf(message)))
        total = told.send(wording, tone).total
        for part in (
            *("Harbour Café & Söhne", "12 Quay Street", "H91 XY00 Galway", "c-1042"),
            *("NW-1042", "IE29 AIBK 9311 5212 3456 78", "Anna Byrne", "+35315551234"),
            money(total, "EUR", locale),
        ):
            assert bare(part) in said, (tone, part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_speaks_as_a_mail_does_and_none_holds_a_gap(language: str) -> None:
    told = at_home(PLAIN, language)
    for wording in DEMANDS:
        for tone in TONES:
            view = LETTERS.view(told.state, told.rulebook, told.send(wording, tone))
            words = [view["heading"], view["greeting"], view["opening"], *view["request"]]
            words += [view["closing"], view["wrong"]["text"]]
            for sentence in words:
                assert sentence, (wording, tone)
                assert not OF_MAILS.search(sentence), (wording, tone, sentence)
                assert not re.search(r"[{}<>]|None", sentence), (wording, tone, sentence)
            assert len(view["request"]) == (2 if wording == "last" else 1)


@pytest.mark.parametrize("account", NASTY, ids=lambda one: one.name)
def test_accounts_that_nobody_likes_are_printed(account: Told) -> None:
    many = len(account.lines) > 100
    told = at_home(account, "de", **({"name": "Ωmega & Жук"} if many else {}))
    message = letter(told, "last", "formal")
    said = bare(text(pdf(message)))
    for line in told.lines:
        assert line.charge or bare(line.ref.invoice) in said
    pages = reader(pdf(message)).pages
    assert many or len(pages) == 1 + (len(told.lines) > 2)
    if many:
        assert len(pages) > 6
        for number, page in enumerate(pages, 1):
            assert f"Seite {number} von {len(pages)}" in page.extract_text()


def test_it_is_read_aloud_in_order_and_says_whose_it_is_in_its_file_alone() -> None:
    message = letter(at_home(PLAIN, "de"), "first", "formal")
    found = tags(pdf(message))
    assert next(one for one in found if one.startswith("H")) == "H1"
    assert {"Table", "TH", "TD", "Figure"} <= set(found)
    info = reader(pdf(message)).metadata
    assert info is not None
    assert info["/Title"] == "Schreiben von Northwind Traders"
    beside = json.dumps([message.headers, message.tags, message.template])
    for private in ("Harbour", "Quay", "Galway", "office@"):
        assert private not in beside + str(dict(info))
    assert message.to == ""


def test_the_same_notice_is_the_same_bytes() -> None:
    told = at_home(PLAIN, "it")
    assert pdf(letter(told, "second", "formal")) == pdf(letter(told, "second", "formal"))


def test_a_letter_that_cannot_be_set_in_its_own_signs_has_no_file() -> None:
    message = letter(at_home(PLAIN, "en", name="Fox 🦊 Ltd"), "first", "formal")
    assert message.attachments == ()
    with pytest.raises(Refused, match="unprintable_sign"):
        LetterFolder(Folder, "files").send("northwind", message)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("creditor", "paper", "window"),
    [("IE", 595, "left"), ("US", 612, "left"), ("FR", 595, "right")],
)
def test_paper_and_window_are_those_of_who_sends_it(creditor: str, paper: int, window: str) -> None:
    told = at_home(PLAIN, "en")
    rulebook = replace(told.rulebook, creditor=replace(NORTHWIND, country=creditor))
    send = told.send("first", "formal")
    assert LETTERS.view(told.state, rulebook, send)["window"] == window
    message = LETTERS.render("northwind", "northwind#c-1042", told.state, rulebook, send)
    assert int(reader(pdf(message)).pages[0].mediabox.width) == paper


def test_the_country_stands_below_an_address_abroad_and_nowhere_else() -> None:
    who = Customer("c", name="Ines", country="DE", postal=("Weg 1", "10115 Berlin", "DE"))
    assert recipient_of(replace(NORTHWIND, country="DE"), who) == ("Ines", "Weg 1", "10115 Berlin")
    abroad = recipient_of(replace(NORTHWIND, country="FR", language="fr"), who)
    assert abroad == ("Ines", "Weg 1", "10115 Berlin", "ALLEMAGNE")


# --- to whom -------------------------------------------------------------------------------------
WHOLE = {"lines": ["Weg 1"], "postcode": "10115", "city": "Berlin", "country": "DE"}


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        (WHOLE, True),
        ("Weg 1\n10115 Berlin", True),
        ({**WHOLE, "lines": []}, False),
        ({"lines": ["Weg 1"], "country": "DE"}, False),
        ({"city": "Berlin", "country": "DE"}, False),
        ("Berlin", False),
        (None, False),
    ],
)
def test_a_letter_needs_a_street_and_a_place(address: object, reached: bool) -> None:
    raw = {"customer": "c", "name": "Ines Feld", "address": address}
    found = customer_from(Fields(raw, CUSTOMER_FIELDS)).on("letter")
    assert bool(found) is reached
    if isinstance(address, dict) and reached:
        assert found[0].value == "Ines Feld\nWeg 1\n10115 Berlin\nDE"


def test_one_address_has_one_hash_however_it_is_written() -> None:
    hash_of = KeyedHash(lambda: b"k" * 32)
    one = hash_of("letter", "Ines Feld\nMüllerstr. 1\n10115 Berlin")
    assert one == hash_of("letter", "INES FELD, Mullerstr 1,  10115 BERLIN")
    assert one != hash_of("letter", "Ines Feld\nMüllerstr. 2\n10115 Berlin")
    assert one != hash_of("email", "Ines Feld\nMüllerstr. 1\n10115 Berlin")
    assert postal_normal_form("Ωμέγα 5") != postal_normal_form("5")


# --- the folder ----------------------------------------------------------------------------------
class Folder:
    """A bucket that takes a name once where it is asked to."""

    def __init__(self, *answers: Exception | None) -> None:
        self.there: dict[str, dict[str, Any]] = {}
        self.answers = list(answers)

    def put_object(self, **put: Any) -> dict[str, Any]:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        if put.get("IfNoneMatch") == "*" and put["Key"] in self.there:
            raise said("PreconditionFailed", 412)
        self.there[put["Key"]] = put
        return {}


def said(code: str, status: int) -> aws.ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(answer, "PutObject")


MESSAGE = letter(at_home(PLAIN, "en"), "first", "formal")
NAME = "letters/northwind/2026-11-23/3-bm9ydGh3aW5kI2MtMTA0Mg-1"


def put(folder: Folder) -> str:
    return LetterFolder(lambda: folder, "files").send("northwind", MESSAGE)  # type: ignore[arg-type,return-value]


def test_a_letter_lies_there_once_with_a_line_about_it_that_names_nobody() -> None:
    folder = Folder()
    assert put(folder) == put(folder) == "3-bm9ydGh3aW5kI2MtMTA0Mg-1.pdf"
    assert sorted(folder.there) == [f"{NAME}.json", f"{NAME}.pdf"]
    line = json.loads(folder.there[f"{NAME}.json"]["Body"])
    assert line["file"] == f"{NAME}.pdf"
    assert (line["paper"], line["country"], line["language"]) == ("a4", "IE", "en")
    assert line["bytes"] == len(folder.there[f"{NAME}.pdf"]["Body"])
    told = json.dumps(line) + json.dumps(folder.there[f"{NAME}.pdf"]["Metadata"])
    for private in ("Harbour", "Quay", "Galway", "office@"):
        assert private not in told


LOST = aws.ReadTimeoutError(endpoint_url="https://s3")
UNREACHED = aws.EndpointConnectionError(endpoint_url="https://s3")


@pytest.mark.parametrize(
    ("answers", "kind", "left"),
    [
        ((said("SlowDown", 503),), NotSent, 0),
        ((said("InternalError", 500),), NotSent, 0),
        ((LOST,), NotSent, 0),
        ((said("AccessDenied", 403),), Misconfigured, 0),
        ((None, said("SlowDown", 503)), NotSent, 1),
        ((None, said("AccessDenied", 403)), Misconfigured, 1),
        ((None, UNREACHED), NotSent, 1),
        ((None, said("InternalError", 500)), Unclear, 1),
        ((None, said("ConditionalRequestConflict", 409)), Unclear, 1),
        ((None, LOST), Unclear, 1),
    ],
)
def test_each_answer_proves_what_it_proves(
    answers: tuple[Exception | None, ...], kind: type[Exception], left: int
) -> None:
    folder = Folder(*answers)
    with pytest.raises(kind) as raised:
        put(folder)
    assert type(raised.value) is kind
    assert len(folder.there) == left, "a line alone is no letter"


def test_an_answer_that_was_lost_is_found_by_the_name() -> None:
    folder = Folder()
    put(folder)
    before = folder.there[f"{NAME}.pdf"]
    assert put(folder)
    assert folder.there[f"{NAME}.pdf"] is before
