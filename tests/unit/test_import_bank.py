"""Bank statements into the ledger: each payment finds its account, or is given back; never guessed.

No account may be reminded of what its payer has paid, and none gets another's money.
"""

import csv
import io
import zipfile
from typing import Any

import pytest
from dunning.domain.posting import LEDGER, PostingKey
from dunning.service import intake_cut

from tests.fuzz.samples import camt, entry
from tests.offline import customer, invoice, ladder
from tests.unit.importing import CREDITOR, Cell, lines
from tests.unit.interrupting import Deaths, mortal, to_the_end

BANK, BOOK = "march.xml", "book.jsonl"
PAYER = "DE02120300000000202051"
ID = "DE79000000001234567890/2026-03-05/BANK-{}"


def booking(
    text: str,
    amount: str = "100.00",
    *,
    name: str = "Ada Lovelace",
    number: int = 1,
    stated: str = "",
    currency: str = "EUR",
) -> str:
    """A credit of a bank statement, with what its payer wrote."""
    structured = f"<Strd>{stated}</Strd>" if stated else ""
    details = (
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{name}</Nm><PstlAdr><Ctry>FR</Ctry></PstlAdr>"
        f"</Dbtr><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd>{structured}</RmtInf></TxDtls></NtryDtls>"
    )
    one = entry(
        amount=amount,
        reference=f"<AcctSvcrRef>BANK-{number}</AcctSvcrRef>",
        details=details,
    )
    return one.replace("Ccy='EUR'", f"Ccy='{currency}'")


def cell_with(*bodies: dict[str, Any]) -> Cell:
    cell = Cell()
    cell.upload("policies.yaml", ladder(1), area="config")
    cell.upload("creditor.json", '{"from":"bills@example.com","time_zone":"UTC"}', area="config")
    if bodies:
        cell.upload(BOOK, lines(*bodies))
    return cell


BILLS = (
    customer("c1", name="Lovelace Ltd"),
    customer("c2"),
    invoice("RE-2026-0017", "2026-02-01"),
    invoice("RE-2026-0018", "2026-01-15", "40.00"),
    invoice("RE-2026-0900", "2026-02-01", customer="c2"),
    invoice("10057", "2026-02-01", "70.00", customer="c2"),
    invoice("USD-2026-1", "2026-02-01", customer="c2", currency="USD"),
)


def cell_of_bills() -> Cell:
    return cell_with(*BILLS)


def left(cell: Cell, name: str = "c1") -> dict[str, int]:
    return {str(item.ref): item.open for item in cell.account(name).open}


def posted(cell: Cell, number: int = 1) -> str | None:
    """The customer on whose account a payment of the bank stands."""
    key = cell.ledger.account_of_posting(CREDITOR, PostingKey(LEDGER, ID.format(number)))
    head = cell.ledger.head(CREDITOR, key) if key else None
    return head.customer if head else None


def accounts(cell: Cell) -> set[str]:
    return {state.head.customer for state in cell.state().values() if state}


def due(cell: Cell) -> set[str]:
    """Customers that the agenda has for e-mail at any time."""
    keys = {one.account for one in cell.ledger.agenda(CREDITOR, "email", 4, 2**32)}
    heads = (cell.ledger.head(CREDITOR, key) for key in keys)
    return {head.customer for head in heads if head}


def reasons(report: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = report["reasons"]
    return found


# --- found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Rechnung RE-2026-0017 vom 01.01.2026", "SVWZ+RE-2026-00 17 DANKE", "re-2026-0017"],
)
def test_a_payment_goes_to_whoever_has_the_invoice_that_its_text_names(text: str) -> None:
    cell = cell_of_bills()
    report = cell.upload(BANK, camt(booking(text)))

    assert (report["accepted"], report["rejected"]) == (1, 0)
    assert posted(cell) == "c1"
    # Neither the older invoice of the account, nor anybody else's.
    assert left(cell) == {"RE-2026-0018/1": 4_000}
    assert accounts(cell) == {"c1", "c2"}


def test_what_is_more_than_its_invoice_stays_on_account() -> None:
    cell = cell_of_bills()
    cell.upload(BANK, camt(booking("RE-2026-0017", "105.00")))

    assert left(cell) == {"RE-2026-0018/1": 4_000}
    assert cell.account().head.credit == {"EUR": 500}


def test_a_payer_is_no_customer_and_tells_nothing_about_one() -> None:
    cell = cell_of_bills()
    cell.upload(BANK, camt(booking("RE-2026-0900")))

    known = cell.account("c2").customer
    assert (known.name, known.country) == ("", None)


def test_the_creditor_reference_names_its_invoice() -> None:
    cell = cell_with(customer(), invoice("539007547034", "2026-02-01"))
    stated = "<CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf>"
    cell.upload(BANK, camt(booking("thanks", stated=stated)))

    assert left(cell) == {}


@pytest.mark.parametrize("amount", ["140.00", "130.00"])
def test_several_invoices_that_are_paid_together_are_paid_in_full(amount: str) -> None:
    """The 40.00 are not the oldest of the account."""
    cell = cell_with(*BILLS, invoice("RE-2026-0001", "2026-01-01", "10.00"))
    if amount == "130.00":
        cell.upload("a.xml", camt(booking("RE-2026-0017", "10.00", number=9)))
    cell.upload(BANK, camt(booking("RE-2026-0017 RE-2026-0018", amount)))

    assert left(cell) == {"RE-2026-0001/1": 1_000}


def test_several_invoices_in_fields_of_their_own_are_as_good() -> None:
    cell = cell_with(*BILLS, invoice("RE-2026-0001", "2026-01-01", "10.00"))
    stated = "".join(f"<RfrdDocInf><Nb>RE-2026-{n}</Nb></RfrdDocInf>" for n in ("0017", "0018"))
    cell.upload(BANK, camt(booking("thanks", "140.00", stated=stated)))

    assert left(cell) == {"RE-2026-0001/1": 1_000}


@pytest.mark.parametrize(
    ("amount", "open_", "credit"),
    [
        # RE-2026-0018 is the older one, whichever is named first; RE-2026-0001 is not named.
        ("50.00", {"RE-2026-0001/1": 1_000, "RE-2026-0017/1": 9_000}, {}),
        ("30.00", {"RE-2026-0001/1": 1_000, "RE-2026-0017/1": 10_000, "RE-2026-0018/1": 1_000}, {}),
        ("145.50", {"RE-2026-0001/1": 1_000}, {"EUR": 550}),
    ],
)
def test_an_amount_that_several_invoices_do_not_come_to_pays_the_oldest_that_it_names(
    amount: str, open_: dict[str, int], credit: dict[str, int]
) -> None:
    cell = cell_with(*BILLS, invoice("RE-2026-0001", "2026-01-01", "10.00"))
    report = cell.upload(BANK, camt(booking("RE-2026-0017 RE-2026-0018", amount)))

    assert left(cell) == open_
    assert cell.account().head.credit == credit
    (note,) = report["notes"]
    assert f"{amount} EUR of 2026-03-06 from A… L…" in note["examples"][0]
    assert "140.00 EUR is open of the 2 invoices" in note["examples"][0]
    assert ("5.50 EUR stays on account" in note["examples"][0]) is bool(credit)


def test_money_for_invoices_that_are_paid_already_pays_no_other() -> None:
    cell = cell_with(*BILLS, invoice("RE-2026-0001", "2026-01-01", "10.00"))
    both = "RE-2026-0017 RE-2026-0018"
    cell.upload("a.xml", camt(booking(both, "140.00", number=1)))
    report = cell.upload(BANK, camt(booking(both, "140.00", number=2)))

    assert left(cell) == {"RE-2026-0001/1": 1_000}
    assert cell.account().head.credit == {"EUR": 14_000}
    assert "140.00 EUR stays on account" in report["notes"][0]["examples"][0]


def test_what_invoices_come_to_is_no_note() -> None:
    report = cell_of_bills().upload(BANK, camt(booking("RE-2026-0017 RE-2026-0018", "140.00")))

    assert report["notes"] == []


def test_who_is_called_exactly_as_a_customer_pays_the_oldest_of_that_account() -> None:
    cell = cell_with(
        customer("Ada Lovelace", email="ada@example.com"),
        invoice("A", "2026-02-01", customer="Ada Lovelace"),
    )
    report = cell.upload(BANK, camt(booking("many thanks", "60.00", name="Ada  Lovelace")))

    assert report["accepted"] == 1
    assert left(cell, "Ada Lovelace") == {"A/1": 4_000}


def test_money_for_a_stated_invoice_of_a_customer_known_by_name_waits_for_it() -> None:
    cell = cell_with(
        customer("Ada Lovelace", email="ada@example.com"),
        invoice("A", "2026-02-01", customer="Ada Lovelace"),
    )
    stated = "<RfrdDocInf><Nb>B</Nb></RfrdDocInf>"
    cell.upload(BANK, camt(booking("thanks", stated=stated)))
    assert left(cell, "Ada Lovelace") == {"A/1": 10_000}

    cell.upload("b.jsonl", lines(invoice("B", "2026-03-01", customer="Ada Lovelace")))
    assert left(cell, "Ada Lovelace") == {"A/1": 10_000}


def test_a_payment_of_the_only_due_item_takes_the_account_off_the_agenda() -> None:
    cell = cell_with(customer(), customer("c2"), *BILLS[2:3], *BILLS[4:5])
    assert due(cell) == {"c1", "c2"}

    cell.upload(BANK, camt(booking("RE-2026-0017")))

    assert due(cell) == {"c2"}


# --- given back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "code"),
    [
        ("many thanks", "100.00", "unknown_payer"),
        ("invoice RE-2026-9999", "100.00", "unknown_payer"),
        ("RE-2026-0017 and RE-2026-0900", "200.00", "several_payers"),
        # A bare number is an invoice's only if the amount is what is open of it.
        ("membership for 10057", "25.00", "unknown_payer"),
        ("customer no 10057", "70.00", "unknown_payer"),
        ("USD-2026-1", "100.00", "currency_mismatch"),
    ],
)
def test_a_payment_that_is_nobodys_changes_no_account(text: str, amount: str, code: str) -> None:
    cell = cell_of_bills()
    before = cell.state()
    report = cell.upload(BANK, camt(booking(text, amount)))

    assert reasons(report) == {code: 1}
    assert cell.state() == before
    (error,) = report["errors"]
    assert f"{amount} EUR of 2026-03-06 from A… L…, account …2051" in error["message"]
    assert "errors.csv" in error["message"]
    assert "Lovelace" not in error["message"]
    assert PAYER not in error["message"]


@pytest.mark.parametrize(
    ("text", "amount", "name"),
    [("10057", "70.00", "Ada Lovelace"), ("10057", "25.00", "C2"), ("Rg 10057", "25.00", "Ada")],
)
def test_a_bare_number_counts_where_something_else_fits_too(
    text: str, amount: str, name: str
) -> None:
    cell = cell_of_bills()
    cell.upload(BANK, camt(booking(text, amount, name=name)))

    assert posted(cell) == "c2"


def test_a_bare_number_of_another_customer_is_no_reason_to_doubt_a_sure_one() -> None:
    cell = cell_of_bills()
    cell.upload(BANK, camt(booking("contract with 10057, invoice RE-2026-0017")))

    assert posted(cell) == "c1"


def test_a_row_that_was_given_back_is_mended_with_an_invoice_or_a_customer() -> None:
    cell = cell_of_bills()
    cell.upload(
        BANK,
        camt(
            booking("thanks", number=1),
            booking("thanks", "55.00", number=2),
            booking("thanks", "5.00", number=3),
        ),
    )
    header, *rows = cell.bad_rows(BANK)
    assert header[:3] == ["id", "customer", "invoice"]
    assert [row[header.index("payer")] for row in rows] == ["Ada Lovelace"] * 3
    rows[0][header.index("invoice")] = "RE-2026-0017"
    rows[1][header.index("customer")] = "c2"
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])

    report = cell.upload("march-mended.csv", text.getvalue())

    assert (report["accepted"], reasons(report)) == (2, {"unknown_payer": 1})
    assert (posted(cell, 1), posted(cell, 2), posted(cell, 3)) == ("c1", "c2", None)
    assert left(cell) == {"RE-2026-0018/1": 4_000}
    # The bank's own file again: what was mended stands, by its id.
    both = (booking("thanks", number=1), booking("RE-2026-0018", "55.00", number=2))
    again = cell.upload("march-again.xml", camt(*both))
    assert (again["accepted"], again["unchanged"], again["rejected"]) == (0, 2, 0)
    assert posted(cell, 2) == "c2"


def test_a_statement_before_its_invoices_is_given_back_and_taken_when_it_comes_again() -> None:
    cell = cell_with(customer("c1"))
    early = cell.upload(BANK, camt(booking("RE-2026-0017")))
    assert reasons(early) == {"unknown_payer": 1}
    assert "once its invoice is here" in early["errors"][0]["message"]

    cell.upload(BOOK, lines(*BILLS))
    late = cell.upload(BANK, camt(booking("RE-2026-0017")))

    assert (late["accepted"], late["rejected"]) == (1, 0)
    assert left(cell) == {"RE-2026-0018/1": 4_000}


# --- once -----------------------------------------------------------------------------------------


def test_the_same_statement_twice_changes_nothing() -> None:
    cell = cell_of_bills()
    text = camt(booking("RE-2026-0017"), booking("RE-2026-0900", "30.00", number=2))
    cell.upload(BANK, text)
    before = cell.state()

    report = cell.upload("again.xml", text)

    assert (report["accepted"], report["unchanged"], report["rejected"]) == (0, 2, 0)
    assert cell.state() == before


def test_a_payment_stays_where_it_is_though_its_text_would_fit_another_by_now() -> None:
    cell = cell_with(customer("Ada Lovelace", email="ada@example.com"))
    text = camt(booking("flat RE-2026-0900"))
    assert cell.upload(BANK, text)["accepted"] == 1
    assert posted(cell) == "Ada Lovelace"

    cell.upload(BOOK, lines(*BILLS))
    report = cell.upload("again.xml", text)

    assert (report["unchanged"], report["rejected"]) == (1, 0)
    assert posted(cell) == "Ada Lovelace"
    assert left(cell, "c2")["RE-2026-0900/1"] == 10_000


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_anywhere_a_statement_ends_the_same(after: bool) -> None:
    text = camt(
        booking("RE-2026-0017 RE-2026-0018", "140.00"),
        booking("thanks", number=2),
        booking("RE-2026-0900", number=3),
    )
    clean = cell_of_bills()
    clean.put(BANK, text)
    count = Deaths()
    to_the_end(mortal(clean, count), BANK)
    assert clean.result(BANK)["accepted"] == 2
    for at in range(1, count.effects + 1):
        cell = cell_of_bills()
        cell.put(BANK, text)
        assert to_the_end(mortal(cell, Deaths(at, after=after)), BANK) == 1
        assert cell.result(BANK) == clean.result(BANK)
        assert left(cell) == left(clean) == {}
        assert left(cell, "c2") == left(clean, "c2")


def test_within_an_archive_a_bank_statement_is_one_too() -> None:
    cell = cell_of_bills()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("march.xml", camt(booking("RE-2026-0017"), booking("x", number=2)))
    report = cell.upload("march.zip", packed.getvalue())

    assert (report["accepted"], reasons(report)) == (1, {"unknown_payer": 1})
    assert accounts(cell) == {"c1", "c2"}


SHEET = "number,customer,currency,amount,due\n"
NAMES = [("a-bank.xml", "b-sheet.csv"), ("z-bank.xml", "b-sheet.csv")]


def archive_of(bank: str, sheet: str, *bookings: str, rows: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(bank, camt(*bookings))
        archive.writestr(sheet, SHEET + rows)
    return packed.getvalue()


@pytest.mark.parametrize("names", NAMES, ids=["bank first", "invoices first"])
@pytest.mark.parametrize("rows_of_part", [1, 2, 5_000])
@pytest.mark.parametrize("stated", [False, True], ids=["text", "field"])
def test_payments_find_the_invoices_of_their_own_archive_whichever_comes_first(
    names: tuple[str, str], rows_of_part: int, stated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", rows_of_part)
    cell = cell_with()
    rows = "".join(f"RE-2026-{n:04},c{n},EUR,100.00,2026-02-01\n" for n in range(1, 6))
    bookings = [
        booking(
            "thanks", "60.00", number=n, stated=f"<RfrdDocInf><Nb>RE-2026-{n:04}</Nb></RfrdDocInf>"
        )
        if stated
        else booking(f"RE-2026-{n:04}", "60.00", number=n)
        for n in range(1, 6)
    ]
    report = cell.upload("z.zip", archive_of(*names, *bookings, rows=rows))

    assert (report["accepted"], report["rejected"]) == (10, 0)
    assert [left(cell, f"c{n}") for n in range(1, 6)] == [
        {f"RE-2026-{n:04}/1": 4_000} for n in range(1, 6)
    ]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_anywhere_an_archive_of_invoices_and_their_payments_ends_the_same(
    after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", 1)
    rows = "".join(f"RE-2026-{n:04},c{n},EUR,100.00,2026-02-01\n" for n in (1, 2))
    bookings = [booking(f"RE-2026-{n:04}", number=n) for n in (1, 2)]
    packed = archive_of(*NAMES[0], *bookings, rows=rows)
    clean = cell_with()
    clean.blobs.files["incoming/acme/z.zip"] = packed
    clean.put("z.zip", packed)
    count = Deaths()
    to_the_end(mortal(clean, count), "z.zip")
    assert (left(clean, "c1"), left(clean, "c2")) == ({}, {})
    for at in range(1, count.effects + 1):
        cell = cell_with()
        cell.put("z.zip", packed)
        to_the_end(mortal(cell, Deaths(at, after=after)), "z.zip")
        assert (left(cell, "c1"), left(cell, "c2")) == ({}, {})
        assert cell.result("z.zip")["accepted"] == 4


def test_a_payment_in_a_table_is_by_its_customers_name_as_before() -> None:
    """A system's own list of payments names customers as its list of invoices does."""
    cell = cell_of_bills()
    cell.upload("creditor.json", '{"currency":"EUR"}', area="config")
    headings = (
        "Payment Number,CustomerPayment ID,Mode,Date,Customer Name,Amount,Deposit To,"
        "Reference Number,Invoice Number,Amount Applied to Invoice,Invoice Payment Applied Date"
    )
    row = "1,7001,Bank Transfer,2026-02-20,Grace,5.00,HDFC Current,UTR123,,,"
    report = cell.upload("payments.csv", f"{headings}\n{row}\n")

    assert report["types"] == {"payment": 1}
    assert cell.account("Grace").head.credit == {"EUR": 500}


# --- a file without rows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "number,customer,currency,amount,due\n",
        "number,customer,currency,amount,due\n\n\n",
        "id,customer,currency,amount\n",
        "Invoice Number,Customer,Currency,Total,Due Date,Invoice Date\n",
    ],
)
def test_a_table_of_headings_alone_is_told_to_have_no_rows(text: str) -> None:
    report = cell_with().upload("a.csv", text)

    assert (report["accepted"], report["rejected"]) == (0, 0)
    assert [one for one in report["warnings"] if "headings and no rows" in one]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "number,customer,currency,amount,due\nA,c1,EUR,1.00,2026-02-01\n"),
        ("a.xml", camt(booking("x")).replace("CRDT", "DBIT")),
    ],
)
def test_a_file_with_rows_or_without_headings_is_not(name: str, text: str) -> None:
    report = cell_with().upload(name, text)

    assert not [one for one in report["warnings"] if "no rows" in one]
