"""What documents do to the ledger: bodies, what was taken for granted, and what is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.domain.bodies import DisputeBody, InvoiceBody, MoneyBody, StatementBody
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.intake.absent import absent
from dunning.domain.intake.document import (
    CREDIT_NOTE,
    INVOICE,
    PAYMENT,
    Allocation,
    Document,
    Instalment,
)
from dunning.domain.intake.meaning import Context, Meant, alike, meant
from dunning.domain.intake.understood import STATEMENT, Understood
from dunning.domain.invoice import NO_DUES, DueItem
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.books import CREDITOR, CUSTOMER, Books, sums_hold
from tests.unit.books import invoice as invoice_body

TODAY = date(2026, 3, 1)
ISSUED, DUE = date(2026, 1, 10), date(2026, 2, 9)
ACME = Creditor(CREDITOR)


def context(**more: Any) -> Context:
    return Context(**{"creditor": ACME, "on": TODAY, "understood": Understood(), **more})


def document(type_: str = INVOICE, number: str = "I1", **more: Any) -> Document:
    known: dict[str, Any] = {
        "customer": CUSTOMER,
        "currency": "EUR",
        "issued": ISSUED,
        "due": DUE if type_ == INVOICE else None,
        "total": Decimal("100.00"),
    }
    return Document(type_, number, **{**known, **more})


def of(document: Document, **more: Any) -> Meant:
    return meant(document, context(**more))


def statement(**more: Any) -> dict[str, Any]:
    return {"understood": Understood(holds=STATEMENT, as_of=date(2026, 2, 28)), **more}


def refused(document: Document, **more: Any) -> ReadingError:
    with pytest.raises(ReadingError) as error:
        of(document, **more)
    return error.value


def codes(said: Meant) -> list[str]:
    return [note.code for note in said.notes]


def played(*documents: Document, books: Books | None = None, **more: Any) -> Books:
    """The books after documents, each recorded as an import records it."""
    made = books or Books()
    for one in documents:
        for body in of(one, **more).bodies:
            made.record(body)
    sums_hold(made)
    return made


# --- invoices -------------------------------------------------------------------------------------


def test_an_invoice_is_known_on_the_day_of_upload_with_its_own_days() -> None:
    said = of(document(reference="RF18", seller="Nord  GmbH", policy="vip", kind="fee"))
    (body,) = said.bodies
    assert isinstance(body, InvoiceBody)
    assert (body.on, body.customer, said.notes) == (TODAY, CUSTOMER, ())
    invoice = body.invoice
    assert (invoice.issued, invoice.items) == (ISSUED, (DueItem(DUE, 10_000),))
    assert (invoice.reference, invoice.seller) == ("RF18", "Nord GmbH")
    assert (invoice.policy, invoice.kind, invoice.as_of) == ("vip", "fee", TODAY)


def test_of_history_it_is_known_on_its_day_of_issue() -> None:
    (body,) = of(document(), historical=True).bodies
    assert body.on == ISSUED


def test_without_a_due_day_the_creditors_terms_are_applied_and_said() -> None:
    terms = Creditor(CREDITOR, terms_days=14)
    said = of(document(due=None), creditor=terms)
    (body,) = said.bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.items[0].due == date(2026, 1, 24)
    assert codes(said) == ["terms_applied"]


@pytest.mark.parametrize(
    ("creditor", "issued"), [(ACME, ISSUED), (Creditor(CREDITOR, terms_days=14), None)]
)
def test_without_due_day_and_terms_or_day_of_issue_the_ledger_is_told_that_there_is_none(
    creditor: Creditor, issued: date | None
) -> None:
    (body,) = of(document(due=None, issued=issued), creditor=creditor).bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.dues == NO_DUES


def test_instalments_are_due_items_and_say_which_are_disputed() -> None:
    items = (
        Instalment(DUE, Decimal(40)),
        Instalment(date(2026, 3, 9), Decimal(60), disputed=True),
    )
    (body,) = of(document(items=items)).bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.items == (DueItem(DUE, 4_000), DueItem(date(2026, 3, 9), 6_000))
    assert body.disputed == (2,)


def test_instalments_that_do_not_add_up_are_refused() -> None:
    error = refused(document(items=(Instalment(DUE, Decimal(40)), Instalment(DUE, Decimal(50)))))
    assert error.code == "items_differ"
    assert "90.00 EUR" in str(error)


def test_instalments_of_what_is_left_after_a_prepayment_are_taken_and_it_is_said() -> None:
    items = (Instalment(DUE, Decimal(40)), Instalment(DUE, Decimal(30)))
    said = of(document(items=items, open=Decimal(70)))
    assert codes(said) == ["prepaid_before"]
    assert played(document(items=items, open=Decimal(70))).open() == {"I1/1": 4_000, "I1/2": 3_000}


def test_what_was_prepaid_is_a_payment_with_an_id_that_is_always_the_same() -> None:
    one = document(open=Decimal("70.00"))
    made = played(one)
    assert made.open() == {"I1/1": 7_000}
    (paid,) = made.postings()
    assert (paid.key.id, paid.amount, paid.value_date) == ("paid:I1", 3_000, ISSUED)
    before = made.whole()
    played(one, books=made)
    assert made.whole() == before


def test_payable_nothing_is_paid() -> None:
    assert played(document(open=Decimal(0))).open() == {}


def test_payable_below_nothing_leaves_the_rest_on_account() -> None:
    made = played(document(open=Decimal(-20)))
    assert (made.open(), made.credit()) == ({}, 2_000)


def test_more_payable_than_the_total_is_the_amount_and_it_is_said() -> None:
    said = of(document(total=Decimal("99.98"), open=Decimal("100.00")))
    (body,) = said.bodies
    assert isinstance(body, InvoiceBody)
    assert (body.invoice.total, codes(said)) == (10_000, ["payable_is_more"])


def test_an_invoice_of_nothing_has_no_items() -> None:
    (body,) = of(document(total=Decimal(0))).bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.items == ()


def test_a_paid_invoice_needs_no_due_day() -> None:
    assert played(document(due=None, open=Decimal(0))).open() == {}


def test_a_settlement_is_a_payment_that_counts_on_its_day() -> None:
    settled = document(settled_on=date(2026, 2, 3))
    invoice, paid = of(settled).bodies
    assert isinstance(paid, MoneyBody)
    assert (paid.on, paid.value_date, paid.amount) == (TODAY, date(2026, 2, 3), 10_000)
    assert (invoice.on, played(settled).open()) == (TODAY, {})


def test_of_history_a_settlement_becomes_known_on_its_day() -> None:
    _, paid = of(document(settled_on=date(2026, 2, 3)), historical=True).bodies
    assert paid.on == date(2026, 2, 3)


@pytest.mark.parametrize("left", [None, Decimal(0)])
def test_a_settlement_after_the_day_of_upload_is_not_recorded_and_it_is_said(
    left: Decimal | None,
) -> None:
    said = of(document(settled_on=date(2026, 3, 2), open=left))
    assert len(said.bodies) == 1
    assert codes(said) == ["settled_later"]
    assert "2026-03-02" in said.notes[0].text


def test_a_settlement_after_a_prepayment_pays_what_is_left() -> None:
    made = played(document(open=Decimal(70)))
    played(document(open=Decimal(0), settled_on=date(2026, 2, 3)), books=made)
    assert (made.open(), made.credit()) == ({}, 0)
    assert [posting.amount for posting in made.postings()] == [3_000, 7_000]


def test_a_settled_invoice_that_is_amended_is_paid_for_what_it_is_more() -> None:
    day = date(2026, 2, 3)
    made = played(document(settled_on=day))
    played(document(total=Decimal(120), settled_on=day), books=made)
    assert (made.open(), made.credit()) == ({}, 0)


# --- currency and amounts -------------------------------------------------------------------------


def test_a_document_without_currency_is_in_the_creditors() -> None:
    (body,) = of(document(currency=""), creditor=Creditor(CREDITOR, currency="CHF")).bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.currency == "CHF"


def test_without_any_currency_it_is_refused_with_the_mend() -> None:
    error = refused(document(currency=""))
    assert error.code == "no_currency"
    assert "currency: EUR" in str(error)


@pytest.mark.parametrize(
    ("currency", "total", "code"),
    [
        ("JPY", "100.50", "bad_amount"),
        ("EUR", "1.005", "bad_amount"),
        ("XXX", "1", "bad_currency"),
        ("€", "1", "bad_currency"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, total: str, code: str) -> None:
    assert refused(document(currency=currency, total=Decimal(total))).code == code


@given(st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2))
def test_any_amount_is_taken_to_the_cent_however_it_is_written(amount: Decimal) -> None:
    (body,) = of(document(total=amount.normalize())).bodies
    assert isinstance(body, InvoiceBody)
    assert body.invoice.total == int(amount * 100)


# --- credit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one",
    [
        document(CREDIT_NOTE, "CN1", total=Decimal(20), invoice="I1"),
        document(CREDIT_NOTE, "CN1", total=Decimal(-20), invoice="I1"),
        document(INVOICE, "CN1", total=Decimal(-20), invoice="I1"),
        document(INVOICE, "CN1", total=None, line=Decimal(-20), invoice="I1"),
    ],
)
def test_a_credit_note_and_an_invoice_below_zero_reduce_the_invoice_that_they_name(
    one: Document,
) -> None:
    made = played(document(), one)
    assert made.open() == {"I1/1": 8_000}


def test_a_credit_note_that_names_no_invoice_stays_on_account() -> None:
    made = played(document(), document(CREDIT_NOTE, "CN1", total=Decimal(20)))
    assert (made.open(), made.credit()) == ({"I1/1": 10_000}, 2_000)


def test_a_credit_note_before_its_invoice_reduces_it_when_it_comes() -> None:
    credit = document(CREDIT_NOTE, "CN1", total=Decimal(20), invoice="I1")
    assert played(credit, document()).open() == {"I1/1": 8_000}


# --- payments -------------------------------------------------------------------------------------


def test_a_payment_for_several_invoices_is_allocated_and_the_rest_stays_on_account() -> None:
    paid = document(
        PAYMENT,
        "p1",
        total=Decimal(120),
        allocations=(Allocation("I1", Decimal(70)), Allocation("I2", Decimal(30))),
    )
    made = played(document(), document(number="I2"), paid)
    assert made.open() == {"I1/1": 3_000, "I2/1": 7_000}
    assert made.credit() == 2_000


def test_a_payment_of_which_nothing_is_for_an_invoice_stays_on_account() -> None:
    over = document(PAYMENT, "p1", total=Decimal(30), allocated=Decimal(0))
    made = played(document(), over)
    assert (made.open(), made.credit()) == ({"I1/1": 10_000}, 3_000)


def test_a_payment_without_a_customer_goes_to_the_account_of_its_invoice() -> None:
    paid = document(PAYMENT, "p1", customer="", total=Decimal(30), invoice="I1")
    assert played(document(), paid).open() == {"I1/1": 7_000}


def test_a_payment_that_names_neither_customer_nor_invoice_is_refused_and_says_what_to_add() -> (
    None
):
    error = refused(document(PAYMENT, "p1", customer=""))
    assert error.code == "unknown_payer"
    assert "add a column" in str(error)


def test_a_banks_payer_is_no_customer_and_describes_none() -> None:
    paid = document(
        PAYMENT,
        "p1",
        customer="",
        name="Ada Lovelace",
        country="FR",
        of_bank=True,
        settled_on=date(2026, 2, 27),
    )
    error = refused(paid)
    assert error.code == "unknown_payer"
    assert "100.00 EUR of 2026-02-27 from A… L…" in str(error)
    (body,) = of(paid._replace(invoice="I1")).bodies
    assert isinstance(body, MoneyBody)
    assert (body.customer, body.about) == ("", None)
    (body,) = of(paid._replace(customer=CUSTOMER)).bodies
    assert isinstance(body, MoneyBody)
    assert (body.customer, body.about) == (CUSTOMER, None)


def test_a_payment_without_id_is_known_by_what_it_says_and_which_of_several_it_is() -> None:
    one = document(PAYMENT, "", total=Decimal(30), reference="RF 18")
    (first,) = meant(one, context()).bodies
    (again,) = meant(one, context(on=date(2026, 3, 9))).bodies
    (second,) = meant(one, context(), occurrence=2).bodies
    (other,) = meant(one._replace(reference="RF 19"), context()).bodies
    ids = [body.id for body in (first, again, second, other) if isinstance(body, MoneyBody)]
    assert ids[0] == ids[1]
    assert len({*ids}) == 3
    assert alike(one) == alike(one._replace(notes=("said",)))
    assert alike(one) != alike(one._replace(reference="RF 19"))
    assert alike(one._replace(number="p1")) is None
    assert alike(document()) is None


def test_a_payment_without_id_and_day_is_refused() -> None:
    assert refused(document(PAYMENT, "", issued=None)).code == "missing"


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_a_payment_that_is_not_above_zero_is_refused(amount: str) -> None:
    assert refused(document(PAYMENT, "p1", total=Decimal(amount))).code == "not_positive"


# --- open-item lists ------------------------------------------------------------------------------


def test_a_row_of_an_open_item_list_says_what_is_open_as_of_its_day() -> None:
    (body,) = of(document(open=Decimal(60)), **statement()).bodies
    assert isinstance(body, StatementBody)
    assert (body.on, body.as_of, body.open) == (TODAY, date(2026, 2, 28), 6_000)
    assert body.invoice is not None
    assert body.invoice.total == 10_000


def test_of_history_a_list_becomes_known_on_its_day() -> None:
    (body,) = of(document(open=Decimal(60)), **statement(historical=True)).bodies
    assert body.on == date(2026, 2, 28)


def test_a_disputed_row_brings_its_dispute_while_something_is_open() -> None:
    said = of(document(open=Decimal(60), disputed=True), **statement())
    assert [type(body) for body in said.bodies] == [StatementBody, DisputeBody]
    said = of(document(open=Decimal(0), disputed=True), **statement())
    assert [type(body) for body in said.bodies] == [StatementBody]


@pytest.mark.parametrize("type_", [CREDIT_NOTE, PAYMENT, INVOICE])
def test_a_credit_in_the_list_is_on_account_whatever_its_sign(type_: str) -> None:
    row = document(type_, "X1", total=Decimal(-20), open=Decimal(-15), invoice="I1")
    made = played(row, row, **statement())
    assert made.credit() == 1_500


def test_open_invoices_that_a_list_leaves_out_are_said_to_be_settled() -> None:
    made = Books()
    for number in ("I1", "I2", "I3"):
        made.record(invoice_body(number, 100, 200))
    for body in absent(made.account(), {"I2"}, TODAY, date(2026, 2, 28)):
        made.record(body)
    sums_hold(made)
    assert made.open() == {"I2/1": 100, "I2/2": 200}


# --- customers ------------------------------------------------------------------------------------


def test_without_a_customers_number_the_name_is_the_id() -> None:
    (body,) = of(document(customer="", name="Müller  &\tSöhne " + "x" * 100)).bodies
    assert isinstance(body, InvoiceBody)
    assert body.customer == "Müller & Söhne " + "x" * 85


def test_without_number_and_name_the_customer_is_asked_for() -> None:
    assert refused(document(customer="")).field == "customer"


def test_what_it_says_of_the_customer_rides_along() -> None:
    (body,) = of(
        document(
            name="Ada",
            email="a@example.com; b@example.com",
            phone="+49 30 1234567",
            language="de-at",
            country="at",
            address=("Ring 1", "1010 Wien"),
        )
    ).bodies
    assert isinstance(body, InvoiceBody)
    about = body.about
    assert about is not None
    assert [(a.channel, a.value) for a in about.addresses] == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
        ("voice", "+49 30 1234567"),
    ]
    assert (about.name, about.language, about.country) == ("Ada", "de-AT", "AT")
    assert about.postal == ("Ring 1", "1010 Wien")


@pytest.mark.parametrize(
    "cell",
    [
        "a@example.com;b@example.com",
        "a@example.com, b@example.com, a@example.com",
        " a@example.com b@example.com ",
        "Ada <a@example.com>; Bo B. <b@example.com>",
    ],
)
def test_several_addresses_of_a_cell_are_told_apart(cell: str) -> None:
    (body,) = of(document(email=cell)).bodies
    assert isinstance(body, InvoiceBody)
    assert body.about is not None
    assert [a.value for a in body.about.addresses] == ["a@example.com", "b@example.com"]


def test_what_cannot_be_used_is_left_out_with_a_word_and_the_rest_is_taken() -> None:
    said = of(
        document(
            email="a@example.com, not an address",
            phone="none",
            language="klingon-language",
            country="Germania",
            address=("Ring 1\x00", "1010 Wien"),
        )
    )
    (body,) = said.bodies
    assert isinstance(body, InvoiceBody)
    assert body.about is not None
    assert [a.value for a in body.about.addresses] == ["a@example.com"]
    assert body.about.postal == ("1010 Wien",)
    assert set(codes(said)) == {
        "bad_email",
        "bad_phone",
        "bad_language",
        "bad_country",
        "bad_text",
    }
    assert all("left out" in note.text for note in said.notes)


def test_a_document_that_says_nothing_of_the_customer_describes_nobody() -> None:
    (body,) = of(document()).bodies
    assert isinstance(body, InvoiceBody)
    assert body.about is None


# --- whose ----------------------------------------------------------------------------------------


def test_a_row_of_another_creditor_is_refused() -> None:
    error = refused(document(creditor="other"))
    assert error.code == "other_creditor"
    assert of(document(creditor=CREDITOR)).bodies


def test_what_the_reader_said_is_said_again() -> None:
    said = of(document(notes=("the tax is not stated",)))
    assert said.notes == (("reader", "the tax is not stated"),)


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (document(number=" "), "number"),
        (document(number="x" * 101), "number"),
        (document(total=None), "total"),
        (document(kind="gift"), "kind"),
        (document("receipt"), "type"),
    ],
)
def test_what_is_missing_or_unknown_is_named(one: Document, field: str) -> None:
    assert refused(one).field == field
