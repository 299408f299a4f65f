"""Ledger bodies from plain objects: what is taken, what is refused, and what the refusal says."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dunning.domain.bodies import (
    Agreed,
    ContactBody,
    CreditorBody,
    CustomerBody,
    FeedbackBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    PromiseBody,
    ReturnBody,
)
from dunning.domain.fields import ReadingError
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem
from dunning.domain.reading import FIELDS, READERS, Defaults, read
from dunning.domain.reading_parties import read_creditor
from hypothesis import given
from hypothesis import strategies as st

ON = "2026-01-01"
NOTHING = Defaults()
INVOICE = {
    "on": ON,
    "type": "invoice",
    "customer": "c4",
    "number": "SI10",
    "currency": "EUR",
    "items": [{"due": "2026-01-18", "amount": "300.00"}],
}


def refused(raw: dict[str, Any], defaults: Defaults = NOTHING) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read(raw, defaults)
    return caught.value


def test_the_example_of_the_contract_is_an_invoice_of_two_items() -> None:
    items = [{"due": "2013-01-18", "amount": "300.00"}, {"due": "2013-02-28", "amount": "700.00"}]
    (body,) = read({**INVOICE, "on": "2013-01-18", "kind": "invoice", "items": items}).bodies

    assert isinstance(body, InvoiceBody)
    assert body.invoice.issued == date(2013, 1, 18)
    assert body.invoice.items == (
        DueItem(date(2013, 1, 18), 30000),
        DueItem(date(2013, 2, 28), 70000),
    )


@pytest.mark.parametrize("amount", ["94", 94, Decimal("94.0"), "94.00"])
def test_amounts_come_in_with_at_most_the_decimals_of_the_currency(amount: object) -> None:
    (body,) = read({**INVOICE, "items": [{"due": ON, "amount": amount}]}).bodies

    assert isinstance(body, InvoiceBody)
    assert body.invoice.total == 9400


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("94.001", "bad_amount"),
        ("1,234.00", "bad_amount"),
        (68.8, "bad_amount"),
        ("0", "not_positive"),
        ("-5", "not_positive"),
        (True, "bad_amount"),
        ("NaN", "bad_amount"),
        (None, "missing"),
    ],
)
def test_other_amounts_are_refused(amount: object, code: str) -> None:
    error = refused({**INVOICE, "items": [{"due": ON, "amount": amount}]})

    assert (error.code, error.field) == (code, "items.1.amount")


def test_a_typing_error_in_a_key_is_named_with_the_key_that_was_meant() -> None:
    error = refused({**INVOICE, "items": [{"due": ON, "amuont": "5"}]})

    assert error.code == "unknown_key"
    assert "did you mean 'amount'?" in str(error)


def test_a_type_that_is_unknown_names_the_nearest() -> None:
    assert "did you mean 'invoice'?" in str(refused({**INVOICE, "type": "invioce"}))


def test_a_chargeback_may_say_what_the_bank_took_for_it() -> None:
    raw = {"on": ON, "type": "chargeback", "id": "b", "payment": "p"}
    for said, fee in (("3.00", "3.00"), (3, "3"), ("0.00", None), (None, None)):
        (body,) = read({**raw, "fee": said}).bodies
        assert isinstance(body, ReturnBody)
        assert body.fee == fee
    assert refused({**raw, "fee": "-3.00"}).code == "bad_amount"


def test_a_body_of_another_creditor_than_the_file_is_refused() -> None:
    error = refused({**INVOICE, "creditor": "other"}, Defaults(creditor="acme"))

    assert error.code == "other_creditor"


def test_an_item_without_a_due_day_takes_the_terms_of_the_creditor() -> None:
    raw = {**INVOICE, "items": [{"amount": "5"}]}
    (body,) = read(raw, Defaults(terms_days=30)).bodies

    assert isinstance(body, InvoiceBody)
    assert body.invoice.items[0].due == date(2026, 1, 31)
    assert refused(raw).code == "missing"


def test_an_invoice_may_name_the_reference_that_payments_of_it_should_carry() -> None:
    (body,) = read({**INVOICE, "reference": "RF18 5390 0754 7034"}).bodies

    assert isinstance(body, InvoiceBody)
    assert body.invoice.reference == "RF18 5390 0754 7034"


def test_an_invoice_says_which_of_its_items_are_disputed() -> None:
    items = [{"due": ON, "amount": "5"}, {"due": ON, "amount": "6", "disputed": True}]

    (body,) = read({**INVOICE, "items": items}).bodies

    assert isinstance(body, InvoiceBody)
    assert body.disputed == (2,)
    assert body.invoice.as_of == body.on


def test_a_customer_may_have_several_addresses_and_a_postal_address_in_parts() -> None:
    (body,) = read(
        {
            "on": ON,
            "type": "customer",
            "customer": "c4",
            "name": "Ada Ümlaut",
            "class": "business",
            "language": "de-at",
            "time_zone": "Europe/Vienna",
            "email": ["a@example.com", "b@example.com"],
            "phone": "+43 1 1234567",
            "address": {"lines": ["Ring 1"], "postcode": "1010", "city": "Wien", "country": "at"},
            "consents": [{"channel": "voice", "text": "yes, call me"}],
        }
    ).bodies

    assert isinstance(body, CustomerBody)
    customer = body.customer
    assert [a.value for a in customer.on("email")] == ["a@example.com", "b@example.com"]
    assert [a.value for a in customer.on("voice")] == ["+43 1 1234567"]
    assert customer.postal == ("Ring 1", "1010 Wien", "AT")
    assert (customer.country, customer.city, customer.language) == ("AT", "Wien", "de-AT")
    assert body.consents == (Agreed(channel="voice", text="yes, call me", source="customer"),)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "no at sign", "bad_email"),
        ("email", "a@b.example\r\nBcc: c@d.example", "bad_text"),
        ("phone", "call me", "bad_phone"),
        ("time_zone", "Europe/Berlon", "bad_time_zone"),
        ("time_zone", "../../etc/passwd", "bad_time_zone"),
        ("language", "german please", "bad_language"),
        ("country", "Germany", "bad_country"),
        ("class", "company", "unknown_word"),
        ("name", "x" * 201, "too_long"),
        ("name", "a\u0000b", "bad_text"),
        ("name", "\ud800", "bad_text"),
    ],
)
def test_a_customer_is_refused_by_field(field: str, value: str, code: str) -> None:
    error = refused({"on": ON, "type": "customer", "customer": "c4", field: value})

    assert (error.code, error.field) == (code, field)


def test_an_address_that_is_refused_is_not_repeated_in_the_error() -> None:
    error = refused({"on": ON, "type": "customer", "customer": "c", "email": "ada lovelace"})

    assert "ada" not in str(error)


def test_a_payment_names_its_customer_an_invoice_or_nobody() -> None:
    raw: dict[str, object] = {
        "on": ON, "type": "payment", "id": "p1", "currency": "EUR", "amount": "94.00",
    }  # fmt: skip
    (nobodys,) = read(raw).bodies
    assert isinstance(nobodys, MoneyBody)
    assert (nobodys.customer, nobodys.parts) == ("", ())
    (body,) = read({**raw, "allocations": [{"invoice": "A", "amount": "94.00"}]}).bodies
    assert isinstance(body, MoneyBody)
    assert (body.customer, [part.invoice for part in body.parts]) == ("", ["A"])


def test_a_payment_may_name_what_it_is_for() -> None:
    (body,) = read(
        {
            "on": ON,
            "type": "payment",
            "id": "p1",
            "customer": "c4",
            "currency": "JPY",
            "amount": 500,
            "allocations": [{"invoice": "SI10", "item": 2, "amount": "500"}],
        }
    ).bodies

    assert isinstance(body, MoneyBody)
    assert (body.amount, body.parts[0].item, body.value_date) == (500, 2, date(2026, 1, 1))


def test_the_parts_of_a_credit_note_are_of_its_invoice_unless_they_say_otherwise() -> None:
    (body,) = read(
        {
            "on": ON,
            "type": "credit_note",
            "number": "CN1",
            "customer": "c4",
            "currency": "EUR",
            "amount": "5",
            "invoice": "SI10",
            "items": [{"item": 1, "amount": "5"}],
        }
    ).bodies

    assert isinstance(body, MoneyBody)
    assert body.parts[0].invoice == "SI10"


def test_every_other_type_is_read() -> None:
    def one(type_: str, **more: object) -> object:
        (body,) = read({"on": ON, "type": type_, "id": "x", **more}).bodies
        return body

    refund = one("refund", payment="p1", amount="5")
    assert isinstance(refund, ReturnBody)
    assert refund.amount == "5"
    hold = one("hold", customer="c", kind="talks", scope="item", invoice="I", item=2, until=ON)
    assert isinstance(hold, HoldBody)
    assert (hold.invoice, hold.item, hold.until) == ("I", 2, date(2026, 1, 1))
    promise = one("promise", customer="c", date=ON, amount="5", items=[{"invoice": "I", "item": 2}])
    assert isinstance(promise, PromiseBody)
    assert promise.items == (ItemRef("I", 2),)
    opt_out = one("opt_out", customer="c", channel="email", text="stop it")
    assert isinstance(opt_out, ContactBody)
    assert opt_out.address is None
    feedback = one("feedback", customer="c", channel="email", address="a@b.c", outcome="bounced")
    assert isinstance(feedback, FeedbackBody)
    for type_, more in {
        "write_off": {"invoice": "I", "amount": "5"},
        "waive": {"invoice": "I"},
        "chargeback": {"payment": "p1", "fee": "0.00"},
        "reversal": {"of": "p1"},
        "dispute": {"invoice": "I", "reason": "not mine"},
        "resolve": {"dispute": "d", "outcome": "kept"},
        "release": {"hold": "h"},
        "consent": {"customer": "c", "channel": "voice", "address": "+49301234567"},
    }.items():
        assert one(type_, **more) is not None


def test_a_creditor_is_read_with_its_terms_and_its_from_address() -> None:
    (body,) = read(
        {
            "on": ON,
            "type": "creditor",
            "creditor": "acme",
            "name": "Acme GmbH",
            "country": "DE",
            "time_zone": "Europe/Berlin",
            "language": "de",
            "from": "Acme <billing@acme.example>",
            "bank": {"iban": "DE02120300000000202051"},
            "terms": {"days": 14},
            "unknown": "ask",
            "calendar": None,
        }
    ).bodies

    assert isinstance(body, CreditorBody)
    creditor = body.creditor
    assert (creditor.terms_days, creditor.unknown) == (14, "ask")
    assert creditor.sender == "Acme <billing@acme.example>"


def test_the_hold_that_the_system_sets_itself_cannot_be_set_from_outside() -> None:
    raw = {"on": ON, "type": "hold", "id": "h", "customer": "c", "kind": "unknown_send"}

    assert refused(raw).code == "reserved"


@pytest.mark.parametrize("day", ["2026-1-1", "20260101", "01.01.2026", "2026-02-30", "9999-12-31"])
def test_other_ways_to_write_a_day_are_refused(day: str) -> None:
    assert refused({**INVOICE, "on": day}).code == "bad_date"


def test_the_day_must_be_said_unless_the_format_has_one() -> None:
    raw = {key: value for key, value in INVOICE.items() if key != "on"}

    assert refused(raw).code == "missing"
    assert read(raw, Defaults(on=date(2026, 3, 1))).bodies[0].on == date(2026, 3, 1)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
KEYS = sorted(set().union(*FIELDS.values()) | {"on", "type", "value_date", "creditor"})


@given(
    kind=st.sampled_from(sorted(READERS)),
    raw=st.dictionaries(st.sampled_from(KEYS), VALUES | st.just("2026-01-01") | st.just("EUR")),
)
def test_any_object_is_a_body_or_an_error(kind: str, raw: dict[str, object]) -> None:
    fitting = {key: value for key, value in raw.items() if key in FIELDS[kind]}
    for one in (raw, {**fitting, "type": kind, "on": "2026-01-01"}):
        with suppress(ReadingError):
            assert read(one).bodies


def test_a_creditor_may_have_a_currency_for_files_that_name_none() -> None:
    assert read_creditor({"creditor": "acme", "currency": "CHF"}).currency == "CHF"
    assert read_creditor({"creditor": "acme"}).currency is None
    with pytest.raises(ReadingError) as caught:
        read_creditor({"creditor": "acme", "currency": "EUX"})
    assert caught.value.field == "currency"
