"""Reports of a ledger as of a day: figures worked out by hand, and the sums that must hold.

The small ledger of `report_ledger` is worked out in docs/reports.md, whose examples are run here.
"""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dunning.domain.account import Plan, Said
from dunning.domain.bodies import AccountBody
from dunning.domain.history import (
    ATTEMPT,
    NOT_SENT,
    PRESUMED_SENT,
    REJECTED,
    RELEASED,
    SENT,
    SETTLED,
    UNKNOWN,
    Attempt,
    Record,
)
from dunning.domain.identity import ItemRef
from dunning.domain.reports.effectiveness import effects, together
from dunning.domain.reports.payment_rates import payment_rates, standing_money
from dunning.domain.reports.receivables import owed, receivables
from dunning.domain.reports.score_file import read_weights
from dunning.domain.reports.shares import percent, ratio
from dunning.entry.cli import app
from dunning.service.reports import REPORTS, Book
from hypothesis import given
from typer.testing import CliRunner

from tests.offline import Body, customer, invoice, payment
from tests.report_ledger import AS_OF, BODIES, POLICIES, TRIED
from tests.unit.books import CREDITOR, NOW, Books, chargeback, credit_note, write_off
from tests.unit.books import invoice as document
from tests.unit.books import payment as money
from tests.unit.test_ledger_laws import ALL, MANY, stories, tell

PAGE = (Path(__file__).parents[2] / "docs/reports.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^    (dunning report .+?)\n\n```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = "\n".join(json.dumps(body) for body in BODIES)
    (tmp_path / "ledger.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "policies.yaml").write_text(POLICIES, encoding="utf-8")
    (tmp_path / "tried.yaml").write_text(TRIED, encoding="utf-8")
    return tmp_path


def answers(folder: Path, name: str, *more: str, as_of: str = AS_OF) -> list[dict[str, Any]]:
    words = ["report", name, "--ledger", "ledger.jsonl", "--as-of", as_of, *more]
    at = [str(folder / word) if word.endswith((".jsonl", ".yaml")) else word for word in words]
    result = CliRunner().invoke(app, at)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_every_example_of_the_page_is_what_the_command_prints(
    folder: Path, command: str, printed: str
) -> None:
    words = command.split()[2:]
    assert words[1:3] == ["--ledger", "ledger.jsonl"]
    assert words[3:5] == ["--as-of", AS_OF]
    assert [json.loads(line) for line in printed.splitlines()] == answers(
        folder, words[0], *words[5:]
    )


def test_every_report_has_its_example() -> None:
    assert {command.split()[2] for command, _ in EXAMPLES} >= set(REPORTS)


CHARGES_GIVEN_UP = [
    {"on": "2026-01-01", "type": "customer", "customer": "c", "email": "c@example.com"},
    {
        "on": "2026-01-01", "type": "invoice", "customer": "c", "number": "A", "currency": "EUR",
        "items": [{"due": "2026-01-10", "amount": "100.00"}],
    },
    {"on": "2026-01-21", "type": "write_off", "id": "w1", "invoice": "charge:A/1/1",
     "amount": "4.00"},
    {"on": "2026-01-22", "type": "waive", "id": "w2", "invoice": "A"},
    {"on": "2026-01-23", "type": "reversal", "id": "r", "of": "w2"},
]  # fmt: skip
TAKES_A_FEE = POLICIES.replace("tone: friendly", "tone: friendly, fee: {EUR: 10}")


@pytest.mark.parametrize("name", ["aging", "delinquents"])
@pytest.mark.parametrize("policies", [(), ("--policies", "policies.yaml")])
def test_rows_that_give_up_charges_are_passed_over_where_no_policies_make_any(
    tmp_path: Path, name: str, policies: tuple[str, ...]
) -> None:
    text = "\n".join(json.dumps(body) for body in CHARGES_GIVEN_UP)
    (tmp_path / "ledger.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "policies.yaml").write_text(TAKES_A_FEE, encoding="utf-8")
    words = ["report", name, "--ledger", "ledger.jsonl", "--as-of", "2026-01-25", *policies]
    at = [str(tmp_path / word) if word.endswith((".jsonl", ".yaml")) else word for word in words]
    result = CliRunner().invoke(app, at)
    assert result.exit_code == 0, result.stderr
    # With policies: a fee of 10.00 on the 20th, 4.00 written off; the rest waived and brought back.
    charged = '"charges":"6.00"' if name == "aging" else '"106.00"'
    assert (charged if policies else '"100.00"') in result.stdout
    told = [line for line in result.stderr.splitlines() if "give up charges" in line]
    assert len(told) == (0 if policies else 1)
    assert policies or "(3, the first is row 3)" in told[0]


def test_a_charge_on_an_unknown_invoice_is_given_up_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    bodies = [*CHARGES_GIVEN_UP[:2], {**CHARGES_GIVEN_UP[3], "invoice": "B"}]
    path.write_text("\n".join(json.dumps(body) for body in bodies), encoding="utf-8")
    words = ["report", "aging", "--ledger", str(path), "--as-of", "2026-01-25"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "row 3: invoice B is not known here" in result.stderr


@MANY
@given(stories(14, *ALL))
def test_receivables_are_what_is_open_less_what_is_on_account(story: list[AccountBody]) -> None:
    books = Books()
    if not tell(books, story):
        return
    state, invoices, postings = books.account(), books.invoices(), books.postings()
    for currency in {one.currency for one in invoices}:
        mine = [one for one in invoices if one.currency == currency]
        posted = [one for one in postings if one.currency == currency]
        still_open = sum(item.open for item in state.open if item.currency == currency)
        on_account = state.head.credit.get(currency, 0)
        assert owed(mine, posted, date(2027, 1, 1)) == still_open - on_account


@MANY
@given(stories(14, *ALL))
def test_what_was_received_explains_the_difference_of_two_days(story: list[AccountBody]) -> None:
    books = Books()
    tell(books, story)
    if not books.ledger.read("acme", books.key()):
        return
    invoices, postings = books.invoices(), books.postings()
    as_of = date(2026, 3, 5)
    begin = as_of - timedelta(days=30)
    for one in receivables(invoices, postings, books.account().open, as_of, 30):
        received = sum(
            posting.amount
            for posting in postings
            if posting.currency == one.currency
            and posting.type != "credit_note"
            and begin < posting.value_date <= as_of
        )
        assert one.opening + one.sales - received == one.closing
        assert 0 <= one.current <= max(one.closing, 0)
        assert one.cei is None or one.cei <= 100


@MANY
@given(stories(14, *ALL))
def test_of_what_fell_due_each_part_is_somewhere(story: list[AccountBody]) -> None:
    books = Books()
    tell(books, story)
    if not books.ledger.read("acme", books.key()):
        return
    as_of = date(2026, 5, 1)
    rows = payment_rates(books.invoices(), books.postings(), as_of)
    for row in rows:
        assert row.otherwise + row.paid[90] + row.paid_later + row.open == row.due
        assert 0 <= row.paid[0] <= row.paid[30] <= row.paid[60] <= row.paid[90]
    still_open = {item.currency for item in books.account().open}
    for currency in still_open:
        mine = sum(i.open for i in books.account().open if i.currency == currency)
        assert sum(row.open for row in rows if row.currency == currency) == mine


def test_a_rate_is_told_once_its_days_have_passed_for_every_item() -> None:
    books = Books()
    books.record(document("A", 300, due=date(2026, 1, 15)))
    books.record(document("B", 100, due=date(2026, 1, 20)))
    books.record(money("p", 300, ("A", 1, 300), on=date(2026, 1, 15)))
    books.record(money("q", 60, ("B", 1, 60), on=date(2026, 2, 19)))

    def rates(as_of: date) -> list[Decimal | None]:
        (row,) = payment_rates(books.invoices(), books.postings(), as_of)
        return [row.rate(days, as_of) for days in (0, 30, 60, 90)]

    assert rates(date(2026, 1, 21)) == [Decimal("75.0"), None, None, None]
    assert rates(date(2026, 2, 19)) == [Decimal("75.0"), None, None, None]
    assert rates(date(2026, 2, 20)) == [Decimal("75.0"), Decimal("90.0"), None, None]
    assert rates(date(2026, 4, 21))[2:] == [Decimal("90.0"), Decimal("90.0")]


def test_what_was_credited_written_off_or_taken_back_is_not_paid() -> None:
    books = Books()
    books.record(document("A", 1_000, due=date(2026, 1, 15)))
    books.record(credit_note("c", 100, "A"))
    books.record(write_off("w", "A", "1.00"))
    books.record(money("p", 300, ("A", 1, 300), on=date(2026, 1, 10)))
    books.record(money("q", 300, ("A", 1, 300), on=date(2026, 1, 10)))
    books.record(chargeback("b", "q"))
    (row,) = payment_rates(books.invoices(), books.postings(), date(2026, 3, 1))
    assert (row.due, row.otherwise, row.paid[0], row.open) == (1_000, 200, 300, 500)
    assert row.rate(0, date(2026, 3, 1)) == Decimal("37.5")


def test_months_beyond_twelve_and_what_is_due_today_are_left_out() -> None:
    books = Books()
    for number, due in (("A", date(2025, 3, 31)), ("B", date(2025, 4, 1)), ("C", date(2026, 3, 9))):
        books.record(document(number, 100, due=due))
    rows = payment_rates(books.invoices(), books.postings(), date(2026, 3, 9))
    assert [(row.month % 12 + 1, row.items) for row in rows] == [(4, 1)]


def attempt(serial: int, *said: Said, level: int = 1, tone: str = "friendly") -> Attempt:
    return Attempt(serial, 1, "email", "EUR", "h", tuple(said), "std", 1, tone=tone)


A, B = ItemRef("A", 1), ItemRef("B", 1)


def test_money_counts_for_the_newest_notice_and_never_for_more_than_it_asked() -> None:
    first, second = date(2026, 3, 2), date(2026, 3, 12)
    sent = [
        (first, attempt(1, Said(A, 1, 500), Said(B, 1, 300))),
        (second, attempt(2, Said(A, 2, 400), tone="formal")),
    ]
    standing = {
        A: [(date(2026, 3, 1), 50), (date(2026, 3, 11), 100), (second, 700), (None, 9)],
        B: [(date(2026, 3, 16), 200), (date(2026, 3, 17), 100)],
    }
    one, two = effects(sent, standing, date(2026, 4, 30))
    assert (one.level, one.notices, one.items, one.asked) == (1, 1, 2, 800)
    assert (one.paid, one.paying) == (300, 1), "100 of A on the 9th day, 200 of B on the 14th"
    assert one.average_days == ratio(100 * 9 + 200 * 14, 300)
    assert (two.level, two.tone, two.asked, two.paid) == (2, "formal", 400, 400)
    assert two.rate == Decimal("100.0")


def test_a_notice_whose_days_have_not_passed_counts_in_nothing_else() -> None:
    sent = [(date(2026, 3, 2), attempt(1, Said(A, 1, 500)))]
    standing = {A: [(date(2026, 3, 3), 500)]}
    (young,) = effects(sent, standing, date(2026, 3, 16))
    assert (young.too_young, young.notices, young.asked, young.paid) == (1, 0, 0, 0)
    (old,) = effects(sent, standing, date(2026, 3, 17))
    assert (old.too_young, old.notices, old.paid) == (0, 1, 500)
    (both,) = together([young, old])
    assert (both.too_young, both.notices, both.rate) == (1, 1, Decimal("100.0"))


def test_figures_are_rounded_once_half_up_and_nothing_is_divided_by_nothing() -> None:
    assert (ratio(1, 8), ratio(-1, 8), percent(1, 3)) == (
        Decimal("0.1"), Decimal("-0.1"), Decimal("33.3"),
    )  # fmt: skip
    assert (ratio(1, 20), ratio(3, 20)) == (Decimal("0.1"), Decimal("0.2"))
    assert (ratio(5, 0), ratio(5, -1)) == (None, None)


def test_receivables_of_a_day_go_by_issue_and_value_dates() -> None:
    books = Books()
    books.record(document("A", 1_000))
    books.record(money("p", 400, ("A", 1, 400), on=date(2026, 2, 10)))
    (one,) = receivables(
        books.invoices(), books.postings(), books.account().open, date(2026, 2, 10), 10
    )
    assert (one.opening, one.sales, one.closing, one.current) == (1_000, 0, 600, 0)
    assert one.dso is None, "nothing was sold"
    assert one.cei == Decimal("40.0")
    assert standing_money(books.postings()) == {A: [(date(2026, 2, 10), 400)]}


def test_effectiveness_asks_for_policies_and_unknown_reports_are_named(folder: Path) -> None:
    ledger = str(folder / "ledger.jsonl")
    for name, said in (
        ("effectiveness", "give --policies"),
        ("turnover", "the report 'turnover' is not known; known: aging, dso, cei"),
    ):
        result = CliRunner().invoke(app, ["report", name, "--ledger", ledger, "--as-of", AS_OF])
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_days_are_the_askers(folder: Path) -> None:
    (eur, _) = answers(folder, "dso", "--days", "30")
    # Issued 1 to 30 June: D1 1000.00 less the credit note of 100.00.
    assert (eur["sales"], eur["dso"]) == ("900.00", "83.3")


def written(folder: Path, *bodies: Body) -> None:
    text = "\n".join(json.dumps(body) for body in bodies)
    (folder / "ledger.jsonl").write_text(text, encoding="utf-8")


def test_a_bounced_notice_counts_once_and_as_it_was_tried_last(folder: Path) -> None:
    both = customer(email=["bad@example.com", "good@example.com"])
    bounce = {
        "on": "2026-02-11", "type": "feedback", "id": "f", "customer": "c1", "channel": "email",
        "address": "bad@example.com", "outcome": "bounced",
    }  # fmt: skip
    written(folder, both, invoice("A", "2026-02-01"), bounce, payment("p", "2026-02-13", "100.00"))
    (one,) = answers(folder, "effectiveness", "--policies", "policies.yaml", as_of="2026-03-01")
    assert (one["notices"], one["asked"], one["paid"], one["average_days"]) == (
        1, "100.00", "100.00", "2.0",
    )  # fmt: skip


def test_the_weights_of_the_page_are_taken() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    read = read_weights(text)
    assert (read.amount, read.level, read.full_amount) == (40, 0, {"EUR": 500_000})


def test_aging_has_charges_beside_what_documents_ask_for(folder: Path) -> None:
    (folder / "policies.yaml").write_text(
        "policies:\n  - id: p\n    ladder:\n      - {level: 1, after_due: {days: 1},"
        ' channels: [email], fee: {EUR: "5.00"}}\n',
        encoding="utf-8",
    )
    written(folder, customer(), invoice("A", "2026-02-01"))
    plain = answers(folder, "aging", as_of="2026-02-20")
    assert all("charges" not in line for line in plain)
    charged = answers(folder, "aging", "--policies", "policies.yaml", as_of="2026-02-20")
    (line,) = [line for line in charged if "charges" in line]
    assert line == {
        "currency": "EUR", "bucket": "1-30", "count": 1, "open": "100.00", "charges": "5.00",
    }  # fmt: skip


ATTEMPTS = {
    "sent": ((ATTEMPT, SENT),),
    "unknown, and known by an event to have left": ((ATTEMPT, UNKNOWN), (SETTLED, SENT)),
    "unknown, and presumed sent": ((ATTEMPT, UNKNOWN), (SETTLED, PRESUMED_SENT)),
    "released, and sent by a later try": ((ATTEMPT, RELEASED), (ATTEMPT, SENT)),
    "unknown": ((ATTEMPT, UNKNOWN),),
    "unknown, and a person says that it did not leave": ((ATTEMPT, UNKNOWN), (SETTLED, NOT_SENT)),
    "said to be sent, and known not to be": ((ATTEMPT, SENT), (SETTLED, REJECTED)),
    "released": ((ATTEMPT, RELEASED),),
}


@pytest.mark.parametrize(
    ("story", "notices"), [(name, int(place < 4)) for place, name in enumerate(ATTEMPTS)]
)
def test_what_left_is_what_history_says_in_the_end(story: str, notices: int) -> None:
    books = Books()
    books.record(document("A", 500))
    seq = books.account().head.seq
    for kind, code in ATTEMPTS[story]:
        seq += 1
        tried = attempt(1, Said(A, 1, 500)) if kind == ATTEMPT else None
        record = Record(seq, NOW, kind, code, Plan(None, None, "NEW"), "1", tried)
        books.ledger.put_record(CREDITOR, books.key(), record)
    book = Book(books.ledger, books.rulebook, date(2026, 6, 30))
    rows = list(REPORTS["effectiveness"]([book]))
    assert sum(int(str(row["notices"])) for row in rows) == notices
