"""The QR code of a SEPA transfer: what EPC069-12 asks for, and that a reader reads it."""

import struct
import zlib

import pytest
import zxingcpp
from dunning.adapters.transfer_code import payload, picture
from dunning.domain.money import format_amount
from hypothesis import given, settings
from hypothesis import strategies as st

IBAN = "IE29 AIBK 9311 5212 3456 78"


def said(**changed: object) -> str | None:
    given = {"holder": "Northwind", "iban": IBAN, "bic": "AIBKIE2D", "cents": 197_650}
    return payload(**{**given, "reference": "NW-1042, NW-1066", **changed})  # type: ignore[arg-type]


def pixels(png: bytes) -> memoryview:
    """The grey values of a PNG of one bit a pixel without filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    begin = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[begin - 8 : begin - 4])
    raw = zlib.decompress(png[begin : begin + length])
    row = 1 + (width + 7) // 8
    assert len(raw) == height * row
    grey = bytearray()
    for line in range(height):
        assert raw[line * row] == 0
        bits = "".join(f"{byte:08b}" for byte in raw[line * row + 1 : (line + 1) * row])
        grey += bytes(255 * int(bit) for bit in bits[:width])
    return memoryview(bytes(grey)).cast("B", (height, width))


def read(png: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(pixels(png))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.ec_level == "M"
    return found.text


def test_the_lines_are_those_of_the_guideline() -> None:
    assert said() == (
        "BCD\n002\n1\nSCT\nAIBKIE2D\nNorthwind\nIE29AIBK93115212345678\nEUR1976.50\n\n\n"
        "NW-1042, NW-1066"
    )


def test_a_reference_with_check_digits_travels_as_one() -> None:
    assert said(reference="RF18 5390 0754 7034") == (
        "BCD\n002\n1\nSCT\nAIBKIE2D\nNorthwind\nIE29AIBK93115212345678\nEUR1976.50\n\n"
        "RF18539007547034\n"
    )
    other = said(reference="RF19 5390 0754 7034")
    assert other is not None
    assert other.endswith("\n\n\nRF19 5390 0754 7034"), "its check digits do not fit"


@pytest.mark.parametrize(
    "changed",
    [
        {"iban": "IE29AIBK93115212345679"},
        {"iban": "12345"},
        {"iban": ""},
        {"holder": " "},
        {"cents": 0},
        {"cents": 100_000_000_000},
        {"holder": "京" * 70, "reference": "京" * 140},
    ],
    ids=["check digits", "no IBAN", "none", "nobody", "nothing", "too much", "too long"],
)
def test_what_no_bank_could_carry_out_has_no_code(changed: dict[str, object]) -> None:
    assert said(**changed) is None


def test_names_and_texts_are_cut_to_what_a_transfer_takes() -> None:
    lines = (said(holder="N" * 80, reference="R " * 100) or "").split("\n")
    assert lines[5] == "N" * 70
    assert len(lines[-1]) <= 140


def test_a_line_break_in_a_name_starts_no_line_of_the_code() -> None:
    lines = (said(holder="North\nEUR0.01", reference="a\nb") or "").split("\n")
    assert len(lines) == 11
    assert lines[5] == "North EUR0.01"


@settings(max_examples=40, deadline=None)
@given(
    holder=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40),
    cents=st.integers(1, 99_999_999_999),
    reference=st.text("ABCDEFabcdef0123456789-/", min_size=1, max_size=60),
)
def test_a_reader_reads_what_was_written(holder: str, cents: int, reference: str) -> None:
    text = said(holder=holder, cents=cents, reference=reference)
    assert text is not None
    assert f"\nEUR{format_amount(cents, 'EUR')}\n" in text
    assert read(picture(text)) == text
