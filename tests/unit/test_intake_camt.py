"""Bank statements: which bookings are payments, what they say, and that they keep their ids."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

import psutil
import pytest
from dunning.adapters.formats.camt import card_hidden
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.intake.document import Document
from dunning.service.ports import FileRows, Row

from tests.fuzz.samples import camt, entry

REVERSAL = "<RvslInd>true</RvslInd>"
RETURN = "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>"


def file_of(text: str) -> FileRows:
    return FilesByName().rows("a.xml", BytesSource(text.encode()))


def rows(*entries: str, version: str = "02") -> list[Row]:
    return list(file_of(camt(*entries, version=version)).rows)


def payments(*entries: str, version: str = "02") -> list[Document]:
    found = rows(*entries, version=version)
    assert all(row.error is None for row in found)
    return [row.document for row in found if row.document is not None]


def transaction(amount: str, reference: str = "", more: str = "", path: str = "Amt") -> str:
    """One of several transactions of a booking."""
    names = path.split("/")
    inside = "".join(f"<{name}>" for name in names[:-1])
    ends = "".join(f"</{name}>" for name in reversed(names[:-1]))
    refs = f"<Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>" if reference else ""
    money = f"{inside}<{names[-1]} Ccy='EUR'>{amount}</{names[-1]}>{ends}" if amount else ""
    return f"<TxDtls>{refs}{money}{more}</TxDtls>"


def batch(*transactions: str) -> str:
    return f"<NtryDtls>{''.join(transactions)}</NtryDtls>"


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "10", "13"])
def test_a_booked_credit_is_a_payment_in_every_version(version: str) -> None:
    status = "<Sts>BOOK</Sts>" if version < "08" else "<Sts><Cd>BOOK</Cd></Sts>"
    (found,) = payments(entry(status=status), version=version)

    assert (found.type, found.total, found.currency) == ("payment", Decimal("119.00"), "EUR")
    assert (found.issued, found.settled_on) == (date(2026, 3, 5), date(2026, 3, 6))
    assert (found.name, found.account) == ("Payer Ltd", "DE02120300000000202051")
    assert found.reference == "Invoice R-1"
    assert (found.customer, found.invoice) == ("", "")


def test_the_payers_name_stands_deeper_in_newer_versions() -> None:
    details = (
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>New Ltd</Nm></Pty></Dbtr></RltdPties>"
        "</TxDtls></NtryDtls>"
    )

    assert payments(entry(details=details), version="08")[0].name == "New Ltd"


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (entry(side="DBIT"), "debit"),
        (entry(status="<Sts>PDNG</Sts>"), "not_booked"),
        (entry(status="<Sts><Cd>INFO</Cd></Sts>"), "not_booked"),
        (entry(more=REVERSAL), "own_payment_returned"),
        (entry(details=RETURN), "own_payment_returned"),
    ],
)
def test_what_is_no_payment_is_counted_and_passed_over(one: str, why: str) -> None:
    found = file_of(camt(one, entry()))

    assert [row.error for row in found.rows] == [None]
    assert found.understood.skipped == {why: 1}


@pytest.mark.parametrize("one", [entry(side="DBIT", more=REVERSAL),
                                 entry(side="DBIT", details=RETURN)])  # fmt: skip
def test_a_payment_that_the_bank_took_back_is_for_a_person(one: str) -> None:
    (row,) = rows(one)

    assert row.error is not None
    assert row.error.code == "payment_taken_back"
    assert "119.00 EUR" in str(row.error)


@pytest.mark.parametrize("path", ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"])
def test_a_collective_booking_is_its_transactions(path: str) -> None:
    details = batch(transaction("100.00", path=path), transaction("19.00", path=path))
    found = payments(entry(details=details))

    assert [one.total for one in found] == [Decimal("100.00"), Decimal("19.00")]
    assert len({one.number for one in found}) == 2


@pytest.mark.parametrize(
    "details",
    [
        batch(transaction("100.00"), transaction("18.00")),
        batch(transaction("100.00"), transaction("")),
        batch(transaction("100.00"), transaction("19.00").replace("EUR", "USD")),
        "<NtryDtls><Btch><NbOfTxs>7</NbOfTxs></Btch></NtryDtls>",
    ],
    ids=["sum", "no amount", "other currency", "no details"],
)
def test_a_collective_booking_whose_parts_are_not_known_is_one_payment(details: str) -> None:
    (found,) = payments(entry(details=details))

    assert found.total == Decimal("119.00")
    assert len(found.notes) == 1


DEBIT, CREDIT = "<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd>"
RETURNED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
CHARGE = (
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>MCOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn>"
    "</BkTxCd>"
)


def told(*entries: str) -> tuple[list[Decimal | None], list[tuple[str, str]], dict[str, int]]:
    """What came in, what is for a person (code, amount in its row), and what was passed over."""
    found = file_of(camt(*entries))
    read = list(found.rows)
    bad = [(row.error.code, row.cells[0][4]) for row in read if row.error is not None]
    good = [row.document.total for row in read if row.document is not None]
    return good, bad, dict(found.understood.skipped)


def test_what_is_taken_off_within_a_collective_credit_is_for_a_person() -> None:
    details = batch(transaction("60.00"), transaction("40.00", more=DEBIT))

    assert told(entry(amount="20.00", details=details)) == (
        [Decimal("60.00")],
        [("taken_off", "-40.00")],
        {},
    )


def test_a_payment_taken_back_within_a_collective_credit_is_said_to_be_one() -> None:
    details = batch(transaction("60.00"), transaction("40.00", more=DEBIT + RETURNED))

    assert told(entry(amount="20.00", details=details)) == (
        [Decimal("60.00")],
        [("payment_taken_back", "-40.00")],
        {},
    )


def test_what_the_bank_says_is_its_cost_is_only_counted() -> None:
    details = batch(transaction("120.00"), transaction("1.00", more=DEBIT + CHARGE))

    assert told(entry(details=details)) == ([Decimal("120.00")], [], {"debit": 1})


def test_one_own_payment_that_came_back_does_not_hide_the_others_of_its_booking() -> None:
    details = batch(transaction("100.00"), transaction("19.00", more=RETURNED))

    assert told(entry(details=details)) == ([Decimal("100.00")], [], {"own_payment_returned": 1})


def test_a_payment_within_a_collective_debit_is_taken() -> None:
    details = batch(transaction("60.00", more=CREDIT), transaction("100.00", more=DEBIT))

    assert told(entry(amount="40.00", side="DBIT", details=details)) == (
        [Decimal("60.00")],
        [],
        {"debit": 1},
    )


def test_each_payment_taken_back_in_a_collective_debit_is_a_row_of_its_own() -> None:
    details = batch(transaction("100.00", more=RETURNED), transaction("19.00", more=RETURNED))

    assert told(entry(side="DBIT", details=details)) == (
        [],
        [("payment_taken_back", "-100.00"), ("payment_taken_back", "-19.00")],
        {},
    )


def test_the_reversal_of_a_collective_booking_goes_for_each_of_its_parts() -> None:
    details = batch(transaction("100.00"), transaction("19.00"))

    assert told(
        entry(side="DBIT", more=REVERSAL, details=details),
        entry(side="CRDT", more=REVERSAL, details=details),
    ) == (
        [],
        [("payment_taken_back", "-100.00"), ("payment_taken_back", "-19.00")],
        {"own_payment_returned": 2},
    )


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (
            entry(details=batch(transaction("60.00"), transaction("10.00", more=RETURNED))),
            "payment_taken_back",
        ),
        (
            entry(side="DBIT", details=batch(transaction("60.00", more=CREDIT), transaction("1"))),
            "parts_differ",
        ),
    ],
    ids=["returned", "credits in a debit"],
)
def test_a_mixed_booking_whose_parts_do_not_add_up_is_for_a_person(one: str, code: str) -> None:
    assert told(one) == ([], [(code, "119.00")], {})


def ids(found: Sequence[Document]) -> list[str]:
    return [one.number for one in found]


PLAIN = entry(reference="")


def test_ids_are_the_banks_reference_with_account_and_day() -> None:
    assert ids(payments(entry())) == ["DE79000000001234567890/2026-03-05/BANK-1"]


@pytest.mark.parametrize(
    "batches", [("A", "B"), ("BANK-1", "BANK-1"), ("", "")], ids=["own", "the entry's", "none"]
)
def test_the_transactions_of_a_batch_have_ids_of_their_own(batches: tuple[str, str]) -> None:
    details = batch(*(transaction(a, r) for a, r in zip(("100.00", "19.00"), batches, strict=True)))

    assert len(set(ids(payments(entry(details=details))))) == 2


def test_a_statement_exported_again_with_other_days_around_gives_the_same_ids() -> None:
    one, two = PLAIN, entry(reference="", amount="7.00")
    before = entry(reference="", day="2026-03-04")

    assert ids(payments(before, one, two, one))[1:] == ids(payments(one, two, one))


def test_two_equal_bookings_of_a_day_are_two_payments() -> None:
    assert len(set(ids(payments(PLAIN, PLAIN)))) == 2
    assert len(set(ids(payments(entry(), entry())))) == 2


def test_the_same_statement_twice_in_a_file_is_the_same_payments() -> None:
    text = camt(PLAIN)
    statement = text[text.index("<Stmt>") : text.index("</Stmt>") + 7]
    found = [row.document.number for row in file_of(text.replace(statement, statement * 2)).rows
             if row.document]  # fmt: skip

    assert len(found) == 2
    assert len(set(found)) == 1


def test_a_reference_that_says_nothing_is_no_id() -> None:
    one = entry(reference="<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>", amount="1.00")
    two = entry(reference="<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>", amount="2.00")

    assert len(set(ids(payments(one, two)))) == 2


def remittance(text: str) -> str:
    return f"<NtryDtls><TxDtls><RmtInf>{text}</RmtInf></TxDtls></NtryDtls>"


def test_the_structured_reference_stands_before_what_the_payer_wrote() -> None:
    details = remittance(
        "<Ustrd>thanks</Ustrd><Ustrd>for all</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref>"
        "</CdtrRefInf></Strd>"
    )

    assert payments(entry(details=details))[0].reference == "RF18539007547034 thanks for all"


@pytest.mark.parametrize(
    ("numbers", "invoice"), [(("R-1",), "R-1"), (("R-1", "R-2"), ""), ((), "")]
)
def test_only_a_document_that_is_named_as_one_is_its_invoice(
    numbers: tuple[str, ...], invoice: str
) -> None:
    named = "".join(f"<RfrdDocInf><Nb>{number}</Nb></RfrdDocInf>" for number in numbers)
    details = remittance(f"<Ustrd>R-9</Ustrd><Strd>{named}</Strd>")

    assert payments(entry(details=details))[0].invoice == invoice


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 4111 1111 1111 1111 of Ada", "card ************1111 of Ada"),
        ("5500005555555559", "************5559"),
        ("378282246310005", "***********0005"),
        # No card: the check digit is wrong, another beginning, or part of a longer number.
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("9111111111111111", "9111111111111111"),
        ("DE02120300000000202051", "DE02120300000000202051"),
        ("2026001 2026002", "2026001 2026002"),
    ],
)
def test_card_numbers_are_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert card_hidden(text) == shown
    assert payments(entry(details=remittance(f"<Ustrd>{text}</Ustrd>")))[0].reference == shown


@pytest.mark.parametrize("message", ["camt.052", "camt.054", "pain.001", "pacs.008"])
def test_other_messages_of_banks_are_named(message: str) -> None:
    text = camt(version="02", message=message)
    (row,) = file_of(text).rows

    assert row.error is not None
    assert row.error.code == "unknown_document"
    assert "camt.053" in str(row.error)


@pytest.mark.parametrize("bad", ["<Amt Ccy='EUR'>1,00</Amt>", "<Amt Ccy='EUR'></Amt>"])
def test_a_bad_booking_does_not_stop_the_others(bad: str) -> None:
    found = rows(entry().replace("<Amt Ccy='EUR'>119.00</Amt>", bad), entry())

    assert [row.error is None for row in found] == [False, True]
    assert [row.number for row in found] == [1, 2]


def test_a_statement_that_breaks_off_keeps_what_came_before_and_says_so() -> None:
    many = camt(*(entry(reference=f"<AcctSvcrRef>{n}</AcctSvcrRef>") for n in range(500)))
    found = list(file_of(many[: len(many) // 2]).rows)

    assert found[-1].error is not None
    assert found[-1].error.code == "broken_xml"
    assert 200 < len(found) < 260
    assert all(row.document is not None for row in found[:-1])


@dataclass
class Endless:
    """A statement of so many bookings that is never in memory."""

    bookings: int
    size: int = 1 << 30

    def open(self) -> BinaryIO:
        return io.BufferedReader(_Bookings(self.bookings), 1 << 16)


class _Bookings(io.RawIOBase):
    def __init__(self, bookings: int) -> None:
        text = camt("|")
        self.head, self.tail = (part.encode() for part in text.split("|"))
        self.left = bookings
        self.rest = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self.rest and self.left > 0:
            self.left -= 100
            self.rest = PLAIN.encode() * 100 + (self.tail if self.left <= 0 else b"")
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def test_a_long_statement_is_read_in_bounded_memory() -> None:
    process = psutil.Process()
    before = taken = most = 0
    for row in FilesByName().rows("a.xml", Endless(15_000)).rows:
        taken += row.document is not None
        if taken % 1_000 == 0:
            size = process.memory_info().rss
            before, most = before or size, max(most, size)

    # The trees of 14,000 bookings, kept, would take some 100 MiB.
    assert taken == 15_000
    assert most - before < 16 << 20
