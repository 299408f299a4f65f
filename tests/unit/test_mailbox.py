"""What is taken as a sender at import is what can be sent, name and all; the rest is refused there,
with a sentence that says how to mend it.
"""

from datetime import date
from email.headerregistry import Address as HeaderAddress
from email.parser import Parser
from email.policy import default

import pytest
from dunning.adapters.render import NoSender, _from
from dunning.adapters.ses import _mailbox
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.mailbox import Mailbox, MailboxError, mailbox, sender
from dunning.domain.policy import Rulebook
from dunning.domain.reading_parties import read_creditor
from dunning.service.ports import NotSent
from dunning.service.results import Report
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = "billing@acme.example"


def on_the_wire(setting: str) -> HeaderAddress:
    """The From header of a creditor's mail, as a strict reader of mail reads it."""
    header = _mailbox(_from("Brand", setting), NotSent, "bad_sender")
    assert header.isascii()
    read = Parser(policy=default).parsestr(f"From: {header}\n\n")["From"]
    assert not read.defects
    (address,) = read.addresses
    found: HeaderAddress = address
    return found


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (f"Acme, Inc. <{ADDRESS}>", "Acme, Inc."),
        (f'"Acme, Inc." <{ADDRESS}>', "Acme, Inc."),
        (f"Acme; Co <{ADDRESS}>", "Acme; Co"),
        (f"A [x] <{ADDRESS}>", "A [x]"),
        (f"Dr. X: Y <{ADDRESS}>", "Dr. X: Y"),
        (f"Grün (& Söhne), AG <{ADDRESS}>", "Grün (& Söhne), AG"),
        (f'"Shop@Home \\"24\\"" <{ADDRESS}>', 'Shop@Home "24"'),
        (f"<{ADDRESS}>", "Brand"),
        (ADDRESS, "Brand"),
    ],
)
def test_what_is_taken_at_import_is_sent_with_that_name(setting: str, name: str) -> None:
    taken = read_creditor({"creditor": "acme", "from": setting}).sender
    assert taken is not None
    found = on_the_wire(taken)
    assert (found.display_name, found.addr_spec) == (name, ADDRESS)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("müller@b.example", "before the @"),
        ("Müller <müller@b.example>", "before the @"),
        ("a..b@acme.example", "before the @"),
        ("billing@localhost", "behind the @"),
        (f"billing@{'a' * 70}.example", "behind the @"),
        (f"billing@{'ä' * 70}.example", "behind the @"),
        ("nobody", "no e-mail address"),
        ("Acme <>", "no e-mail address"),
        ("Acme <billing@acme.example", "no e-mail address"),
        ("A <a@b.example>, B <b@c.example>", "name before the address"),
        ("boss@bank.example <a@b.example>", "name before the address"),
        (f'Acme "Inc <{ADDRESS}>', "name before the address"),
        (f"{'x' * 250} <{ADDRESS}>", "longer than 200"),
    ],
)
@pytest.mark.parametrize("field", ["from", "reply_to"])
def test_what_can_never_be_sent_is_refused_with_a_sentence(
    field: str, setting: str, said: str
) -> None:
    with pytest.raises(ReadingError, match=said) as caught:
        read_creditor({"creditor": "acme", field: setting})
    assert (caught.value.code, caught.value.field) == ("bad_email", field)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30))
def test_a_mailbox_that_is_written_is_read_as_it_was(name: str) -> None:
    assert mailbox(str(Mailbox(name, ADDRESS))) == Mailbox(name, ADDRESS)


@given(st.text(max_size=40))
def test_any_text_is_a_sender_that_can_be_sent_or_an_error(text: str) -> None:
    try:
        sender(text)
    except MailboxError:
        return
    assert _mailbox(_from("Brand", text), NotSent, "bad_sender").isascii()


@pytest.mark.parametrize("setting", [None, "", "müller@b.example"])
def test_a_creditor_without_a_sender_is_an_error_of_its_settings(setting: str | None) -> None:
    with pytest.raises(NoSender):
        _from("Acme", setting)


def test_the_report_says_what_the_settings_lack() -> None:
    report = Report("acme", "creditor.json", "1", date(2026, 1, 1))
    report.warn_of(Rulebook(Creditor("acme")))
    assert ["policies" in one or "from address" in one for one in report.warnings] == [True, True]
    assert "creditor.json" in report.warnings[1]
    report.warnings.clear()
    report.warn_of(Rulebook(Creditor("acme", sender=ADDRESS)))
    assert len(report.warnings) == 1
