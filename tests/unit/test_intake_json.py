"""JSON and JSON Lines: bodies, lists of flat objects, what a billing system's interface gives."""

import json
from datetime import date
from decimal import Decimal

import pytest
from dunning.adapters.formats import json_documents, jsonl
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake.table import Table
from dunning.service.ports import FileRows, Row

from tests.fuzz import samples


def file_of(body: bytes, name: str = "a.json") -> FileRows:
    return FilesByName().rows(name, BytesSource(body))


def rows(value: object, name: str = "a.json") -> list[Row]:
    return list(file_of(json.dumps(value).encode(), name).rows)


def table(body: bytes, name: str = "a.json") -> Table:
    """The table that a file of flat objects is handed on as."""
    handed: list[Table] = []

    def read_table(found: Table) -> FileRows:
        handed.append(found)
        return FileRows((), ())

    json_documents.read(name, BytesSource(body), read_table)
    (found,) = handed
    return found


@pytest.mark.parametrize(
    "value", [list(samples.BODIES), {"data": list(samples.BODIES)}, {"x": {"y": samples.BODIES}}]
)
def test_a_list_of_bodies_is_read_wherever_it_stands(value: object) -> None:
    found = file_of(json.dumps(value).encode())

    assert [row.body for row in found.rows] == list(samples.BODIES)
    assert found.dated
    assert found.understood.holds == "bodies"


def test_a_single_body_is_a_file_of_one() -> None:
    assert [row.body for row in rows(samples.BODIES[0])] == [samples.BODIES[0]]


def test_amounts_keep_their_digits() -> None:
    (row,) = file_of(b'[{"type":"payment","amount":68.80}]').rows

    assert row.body is not None
    assert str(row.body["amount"]) == "68.80"


def test_what_is_no_object_among_bodies_is_an_error_of_its_own() -> None:
    found = rows([samples.BODIES[0], 7, None, samples.BODIES[1]])

    assert [row.error.code if row.error else "" for row in found] == [
        "", "bad_object", "bad_object", ""
    ]  # fmt: skip
    assert [row.number for row in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[", "not_json"),
        (b'{"a":1,"a":2}', "key_twice"),
        (b'[{"a":NaN}]', "bad_amount"),
        (b"[" * 100_000, "not_json"),
        (b"[" + b"9" * 5_000 + b"]", "not_json"),
        (b"[]", "empty_file"),
        (b"{}", "empty_file"),
        (b"7", "bad_object"),
        (b'"x"', "bad_object"),
        (b'[{"type":"release","x":"\xff"}]', "not_utf8"),
        (b'["' + b"x" * json_documents.LARGEST + b'"]', "too_large"),
    ],
)
def test_json_that_cannot_be_read_is_one_error(body: bytes, code: str) -> None:
    (row,) = file_of(body).rows

    assert row.error is not None
    assert row.error.code == code


def test_an_error_names_the_line() -> None:
    (row,) = file_of(b'[\n{"a": 1},\n{"a" 2}\n]').rows

    assert "line 3, character" in str(row.error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_every_encoding_of_unicode_is_read(encoding: str, name: str) -> None:
    text = '{"type":"customer","name":"Ä"}\n'
    (row,) = file_of(text.encode(encoding), name).rows

    assert row.body == {"type": "customer", "name": "Ä"}


def test_lines_are_told_apart_from_a_file_whatever_it_is_called() -> None:
    found = file_of(samples.json_lines(samples.BODIES), "export.json")

    assert [row.body for row in found.rows] == list(samples.BODIES)
    assert found.understood.format == "jsonl"


def test_flat_objects_are_a_table_whose_header_is_all_their_keys() -> None:
    body = json.dumps(
        [
            {"number": "A1", "customer": {"id": "c1", "address": {"city": "Ulm"}}, "total": 119.5},
            {"number": "A2", "paid": True, "tags": ["a", "b"], "lines": [{"x": 1}], "due": None},
            "no object",
        ]
    ).encode()
    found = table(body)

    header, first, second, third = found.rows()
    assert header == (
        0,
        ["number", "customer id", "customer address city", "total", "paid", "tags", "due"],
    )
    assert first == (1, ["A1", "c1", "Ulm", 119.5, "", "", ""])
    assert second == (2, ["A2", "", "", "", True, "a, b", ""])
    assert third == (3, None)
    assert "object" in found.why(3)
    assert next(iter(found.rows())) == header


def test_flat_lines_are_a_table_with_the_numbers_of_the_lines() -> None:
    body = b'{"a": 1}\n\n{"a": 68.80, "b": "x"}\nbroken\n'
    found = table(body, "a.jsonl")

    assert list(found.rows()) == [
        (0, ["a", "b"]),
        (1, [1, ""]),
        (3, [68.8, "x"]),
        (4, None),
    ]
    assert found.line(4) == '"broken"'


def test_digits_that_a_float_would_lose_stay_text() -> None:
    found = table(b'[{"a": 0.1234567890123456789, "b": 12345678901234567890}]')

    assert list(found.rows())[1] == (1, ["0.1234567890123456789", "12345678901234567890"])


@pytest.mark.parametrize(
    ("first", "body"),
    [
        ({"type": "invoice"}, True),
        ({"type": "invoic"}, True),
        ({"on": "2026-01-01"}, True),
        ({"type": "ACCREC", "number": "1"}, False),
        ({"number": "1"}, False),
    ],
)
def test_a_body_names_a_type_or_its_day(first: dict[str, object], body: bool) -> None:
    assert jsonl.is_body(first) is body


def test_objects_of_stripe_are_documents_in_major_units() -> None:
    (row,) = rows(samples.STRIPE)
    found = row.document

    assert found is not None
    assert (found.number, found.currency, found.customer) == ("ST-1", "EUR", "cus_1")
    assert (found.total, found.open) == (Decimal("119.00"), Decimal("19.00"))
    assert (found.issued, found.due) == (date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("currency", "total"), [("jpy", "11900"), ("kwd", "11.900"), ("isk", "119.00")]
)
def test_stripes_smallest_units_are_those_of_the_currency(currency: str, total: str) -> None:
    invoice = {**samples.STRIPE["data"][0], "currency": currency}  # type: ignore[dict-item]
    (row,) = rows([invoice])

    assert row.document is not None
    assert row.document.total == Decimal(total)


def test_drafts_and_voided_objects_are_counted() -> None:
    one = samples.STRIPE["data"][0]
    found = file_of(
        json.dumps([{**one, "status": s} for s in ("draft", "void", "paid")]).encode()  # type: ignore[dict-item]
    )

    owed = [row.document.withdrawn is False for row in found.rows if row.document]
    assert owed == [False, True]  # the voided one is kept to end what is known of it
    assert found.understood.skipped == {"draft": 1, "void": 1}


def test_other_objects_of_stripe_are_refused_for_their_amounts_are_in_cents() -> None:
    (row,) = rows([{"object": "charge", "amount": 100, "currency": "eur", "livemode": False}])

    assert row.error is not None
    assert "charge" in str(row.error)
