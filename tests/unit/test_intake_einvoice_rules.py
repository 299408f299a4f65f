"""What an electronic invoice means as a document: which way, how much, when, and whose."""

from datetime import date
from decimal import Decimal

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.fields import ReadingError
from dunning.domain.intake import einvoice
from dunning.domain.intake.document import Document, Instalment
from dunning.domain.intake.einvoice import Party, customer_id, mail_of
from dunning.service.ports import Row

from tests.fuzz import samples


def row(text: str) -> Row:
    (found,) = FilesByName().rows("a.xml", BytesSource(text.encode())).rows
    return found


def document(text: str) -> Document:
    found = row(text)
    assert found.error is None
    assert found.document is not None
    return found.document


def error(text: str) -> ReadingError:
    found = row(text)
    assert found.document is None
    assert isinstance(found.error, ReadingError)
    return found.error


def terms(*parts: tuple[str, str]) -> str:
    return "".join(
        "<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>"
        f"<udt:DateTimeString format='102'>{day}</udt:DateTimeString></ram:DueDateDateTime>"
        + (f"<ram:PartialPaymentAmount>{part}</ram:PartialPaymentAmount>" if part else "")
        + "</ram:SpecifiedTradePaymentTerms>"
        for day, part in parts
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", "invoice"), ("384", "invoice"), ("387", "invoice"), ("389", "invoice"),
        ("326", "invoice"), ("751", "invoice"), ("", "invoice"),
        ("381", "credit_note"), ("261", "credit_note"), ("396", "credit_note"),
        ("81", "credit_note"), ("83", "credit_note"),
    ],
)  # fmt: skip
def test_the_type_code_tells_which_way_it_goes(code: str, kind: str) -> None:
    for text in (samples.cii(code=code), samples.ubl(code=code)):
        found = document(text)
        assert (found.type, found.type_code) == (kind, code)


def test_a_ubl_credit_note_is_one_whatever_its_code() -> None:
    assert document(samples.ubl("CreditNote", code="380")).type == "credit_note"


def test_a_pro_forma_invoice_is_refused_for_nothing_is_owed_by_it() -> None:
    assert error(samples.cii(code="325")).code == "not_owed"


def test_a_credit_note_with_negative_amounts_is_credit_all_the_same_and_says_so() -> None:
    found = document(samples.cii(code="381", total="-119.00", payable="-119.00"))

    assert (found.total, found.open) == (Decimal("119.00"), Decimal("119.00"))
    assert len(found.notes) == 1


def test_a_negative_invoice_stays_what_it_says() -> None:
    found = document(samples.ubl(total="-119.00", payable="-119.00"))

    assert (found.type, found.total, found.open) == (
        "invoice",
        Decimal("-119.00"),
        Decimal("-119.00"),
    )


def test_instalments_that_add_up_are_its_items() -> None:
    found = document(samples.cii(terms=terms(("20260430", "60.00"), ("20260331", "59.00"))))

    assert found.items == (
        Instalment(date(2026, 3, 31), Decimal("59.00")),
        Instalment(date(2026, 4, 30), Decimal("60.00")),
    )
    assert found.due == date(2026, 3, 31)


def test_two_equal_instalments_on_one_day_are_two() -> None:
    found = document(samples.cii(terms=terms(("20260331", "59.50"), ("20260331", "59.50"))))

    assert len(found.items) == 2


@pytest.mark.parametrize(
    "parts",
    [
        [("20260331", "59.00"), ("20260430", "61.00")],
        [("20260331", ""), ("20260430", "60.00")],
        [("20260331", ""), ("20260430", "")],
        [("20260331", "-1.00"), ("20260430", "120.00")],
    ],
)
def test_due_days_without_amounts_of_the_whole_are_due_on_the_last(
    parts: list[tuple[str, str]],
) -> None:
    found = document(samples.cii(terms=terms(*parts)))

    assert found.items == ()
    assert found.due == date(2026, 4, 30)
    assert len(found.notes) == 1


def test_instalments_of_ubl_stand_in_its_payment_terms() -> None:
    parts = "".join(
        f"<cac:PaymentTerms><cbc:Amount currencyID='EUR'>{amount}</cbc:Amount>"
        f"<cbc:{name}>{day}</cbc:{name}></cac:PaymentTerms>"
        for amount, day, name in (
            ("100.00", "2026-04-30", "PaymentDueDate"),
            ("19.00", "2026-05-31", "InstallmentDueDate"),
        )
    )
    found = document(samples.ubl(after=parts))

    assert [(item.due.isoformat() if item.due else "", item.amount) for item in found.items] == [
        ("2026-04-30", Decimal("100.00")),
        ("2026-05-31", Decimal("19.00")),
    ]


def test_a_ubl_credit_note_has_its_due_day_in_the_payment_means() -> None:
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>"
        "<cbc:PaymentDueDate>2026-04-15</cbc:PaymentDueDate></cac:PaymentMeans>"
    )

    assert document(samples.ubl("CreditNote", extra="", after=means * 2)).due == date(2026, 4, 15)


def test_terms_in_words_are_no_due_day() -> None:
    note = "<cac:PaymentTerms><cbc:Note>30 days, by 2026-04-30</cbc:Note></cac:PaymentTerms>"

    assert document(samples.ubl(extra="", after=note)).due is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (samples.ubl(number=" "), "missing"),
        (samples.ubl(total="119,00"), "bad_amount"),
        (samples.ubl(total="1E3"), "bad_amount"),
        (samples.ubl(total="NaN"), "bad_amount"),
        (samples.ubl(extra="<cbc:DueDate>31.03.2026</cbc:DueDate>"), "bad_date"),
        (samples.ubl(extra="<cbc:DueDate>2026-02-30</cbc:DueDate>"), "bad_date"),
        (samples.ubl(extra="<cbc:DueDate>0026-02-03</cbc:DueDate>"), "bad_date"),
        (samples.cii(terms=terms(("202603", ""))), "bad_date"),
        (samples.cii(terms=terms(("202603315", ""))), "bad_date"),
        (samples.ubl().replace("currencyID='EUR'>119.00</cbc:Pay", "currencyID='SEK'>1</cbc:Pay"),
         "currency_conflict"),
        (samples.cii().replace("HeaderMonetarySummation", "Summation"), "missing"),
        (samples.cii(total="", payable=""), "missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_a_reason(text: str, code: str) -> None:
    assert error(text).code == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        (" 2026-03-31\n", date(2026, 3, 31)),
        ("2026-03-31Z", date(2026, 3, 31)),
        ("2026-03-31+02:00", date(2026, 3, 31)),
        ("2026-03-31T00:00:00", date(2026, 3, 31)),
        ("20260331", date(2026, 3, 31)),
        ("202603311200", date(2026, 3, 31)),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read_as_both_syntaxes_write_them(text: str | None, day: date | None) -> None:
    assert einvoice.day(text, "due") == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [("94", "94"), (" -0.5 ", "-0.5"), ("+.5", "0.5"), ("1.", "1"), ("0119.00", "119.00")],
)
def test_amounts_are_read_as_xml_schema_writes_them(text: str, amount: str) -> None:
    assert einvoice.amount(text, "total") == Decimal(amount)


def test_a_total_that_is_not_stated_follows_from_what_is_payable() -> None:
    text = samples.ubl().replace("TaxInclusiveAmount", "LineExtensionAmount")
    prepaid = "<cbc:PrepaidAmount currencyID='EUR'>81.00</cbc:PrepaidAmount><cbc:PayableAmount"
    found = document(text.replace("<cbc:PayableAmount", prepaid, 1))

    assert (found.total, found.open) == (Decimal("200.00"), Decimal("119.00"))


@pytest.mark.parametrize(
    ("buyer", "mail"),
    [
        ("<cbc:EndpointID schemeID='EM'>a@b.example</cbc:EndpointID>", "a@b.example"),
        ("<cbc:EndpointID schemeID='EM'></cbc:EndpointID>", ""),
        ("<cbc:EndpointID schemeID='0088'>a@b.example</cbc:EndpointID>", ""),
        (
            (
                "<cbc:EndpointID schemeID='EM'>a@b.example</cbc:EndpointID><cac:Contact>"
                "<cbc:ElectronicMail>c@d.example</cbc:ElectronicMail></cac:Contact>"
            ),
            "c@d.example",
        ),
        (
            (
                "<cbc:EndpointID schemeID='EM'>a@b.example</cbc:EndpointID><cac:Contact>"
                "<cbc:ElectronicMail>n/a</cbc:ElectronicMail></cac:Contact>"
            ),
            "a@b.example",
        ),
    ],
)
def test_mail_goes_to_the_contact_else_to_an_electronic_address_for_mail(
    buyer: str, mail: str
) -> None:
    assert mail_of(document(samples.ubl(buyer=buyer))) == mail


@pytest.mark.parametrize(
    ("party", "customer"),
    [
        (Party(ids=(("0088", "GLN"), ("", "K1")), vat="DE1", name="N"), "K1"),
        (Party(ids=(("0088", "GLN"),), vat="DE1"), "GLN"),
        (Party(ids=(("", "n/a"),), vat="DE1"), "DE1"),
        (Party(ids=(("", "x" * 101),), vat="DE1"), "DE1"),
        (Party(vat="-", endpoint=("0204", "991-1"), legal="HRB 1"), "0204:991-1"),
        (Party(endpoint=("EM", "a@b.example")), "a@b.example"),
        (Party(endpoint=("EM", ""), legal="HRB 1", name="N"), "HRB 1"),
        (Party(name="x" * 120), "x" * 100),
        (Party(), ""),
    ],
)
def test_a_customers_id_is_the_first_that_says_something(party: Party, customer: str) -> None:
    assert customer_id(party) == customer


def test_several_corrected_invoices_are_all_kept_and_none_is_chosen() -> None:
    two = "".join(
        "<cac:BillingReference><cac:InvoiceDocumentReference>"
        f"<cbc:ID>{number}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
        for number in ("A", "B")
    )
    found = document(samples.ubl("CreditNote", code="381", after=two))

    assert (found.preceding, found.invoice) == (("A", "B"), "")
    assert len(found.notes) == 1
