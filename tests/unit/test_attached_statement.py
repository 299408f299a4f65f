"""The statement as a file of a mail: where the creditor asks for it, and no mail waits for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from dunning.adapters import attached_statement
from dunning.adapters.attached_statement import AttachedStatements
from dunning.adapters.pdf_statement import StatementPdf
from dunning.adapters.render import TemplateRenderer
from dunning.domain.creditor import STATEMENT_ATTACHED, Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.reading_parties import read_creditor
from dunning.service.ports import Message
from dunning.service.printing_ports import NotPrinted, Printed, Printer

from infra.templates import built
from tests.unit.printed import printer, text
from tests.unit.telling import NORTHWIND, PLAIN

ASKS = replace(NORTHWIND, statement=STATEMENT_ATTACHED)


def mail(creditor: Creditor, prints: Printer, missed: list[tuple[str, str]]) -> Message:
    """A first reminder."""
    attached = AttachedStatements(StatementPdf(built(), prints), lambda *told: missed.append(told))
    renderer = TemplateRenderer(built(), attached=attached.of)
    rulebook = replace(PLAIN.rulebook, creditor=creditor)
    send = PLAIN.send("first", "formal")
    return renderer.render("northwind", "northwind#c-1042", PLAIN.state, rulebook, send)


def test_a_creditor_that_asks_for_it_has_it_in_its_mails() -> None:
    missed: list[tuple[str, str]] = []
    (file,) = mail(ASKS, printer(), missed).attachments
    assert (file.name, file.content_type) == ("statement-2026-11-23.pdf", "application/pdf")
    said = text(file.data)
    assert "NW-1042" in said
    assert "Harbour Café & Söhne" in said
    assert missed == []


class Never:
    def print(self, document: str, view: Mapping[str, Any]) -> Printed:
        raise AssertionError("asked for a statement that nobody wants")


def test_nobody_else_has_one_printed() -> None:
    assert mail(NORTHWIND, Never(), []).attachments == ()


class Down:
    def print(self, document: str, view: Mapping[str, Any]) -> Printed:
        raise NotPrinted("TooManyRequestsException")


def test_a_mail_goes_without_it_where_it_cannot_be_printed_and_somebody_is_told() -> None:
    missed: list[tuple[str, str]] = []
    message = mail(ASKS, Down(), missed)
    assert message.attachments == ()
    assert message == mail(NORTHWIND, Never(), [])
    assert missed == [("northwind", "TooManyRequestsException")]


def test_a_file_that_mail_servers_would_turn_away_stays_at_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attached_statement, "LARGEST", 1_000)
    missed: list[tuple[str, str]] = []
    assert mail(ASKS, printer(), missed).attachments == ()
    assert missed == [("northwind", "too_large")]


@pytest.mark.parametrize(
    ("said", "is_"), [("attachment", "attachment"), ("link", "link"), (None, "link")]
)
def test_the_settings_say_which(said: str | None, is_: str) -> None:
    assert read_creditor({"creditor": "northwind", "statement": said}).statement == is_


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(ReadingError, match="link"):
        read_creditor({"creditor": "northwind", "statement": "fax"})
