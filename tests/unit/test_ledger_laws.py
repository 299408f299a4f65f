"""Laws of the ledger over random books: sums, reversals, repeats, and facts applied in parts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from dunning.domain.bodies import AccountBody
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Reached
from dunning.domain.ledger import LedgerError
from dunning.service.record_body import UNCHANGED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.books import (
    CREDITOR,
    ON,
    Books,
    CutError,
    CuttingLedger,
    chargeback,
    credit_note,
    invoice,
    payment,
    refund,
    reversal,
    statement,
    sums_hold,
    without_reopened,
    write_off,
)

CURRENCIES = st.sampled_from(["EUR", "EUR", "USD", "JPY"])
AMOUNTS = st.integers(1, 50_000)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SMALL_PARTS = 2
"""Due items of one write, so that small books already have large facts."""
SMALL_WRITE = 6
"""Items of the table that one fact may write then."""


@contextmanager
def small_parts() -> Iterator[None]:
    """Facts are applied in small parts."""
    with ExitStack() as patches:
        for module in ("ledger", "documents"):
            patches.enter_context(patch(f"dunning.domain.{module}.LARGEST_WRITE", SMALL_PARTS))
            patches.enter_context(patch(f"dunning.domain.{module}.MOST_WRITTEN", SMALL_WRITE))
        yield


def text(amount: int, currency: str = "EUR") -> str:
    """Minor units as a body says them."""
    return str(amount) if currency == "JPY" else f"{amount // 100}.{amount % 100:02}"


@dataclass
class Told:
    """Bodies as they are made up: what a later one can refer to."""

    invoices: list[tuple[str, str, int]] = field(default_factory=list)
    postings: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    """Numbers that money was sent for before their invoice."""

    def next(self, draw: st.DrawFn, number: int, more: tuple[str, ...] = ()) -> AccountBody:
        """One more body, about what was told before as often as that is possible."""
        kinds = ["invoice", "payment", "credit", "write_off", "back", "back", *more]
        kind = draw(st.sampled_from(kinds))
        on = date(2026, 1, 1) + timedelta(days=number)
        if kind == "early":
            named = f"E{draw(st.integers(0, 3))}"
            self.early.append(named)
            self.postings.append(f"e{number}")
            amount = draw(AMOUNTS)
            other = draw(st.sampled_from([(), (("E9", None, amount // 3),)]))
            part = (named, draw(st.sampled_from([None, 1, 2])), amount // 2 + 1)
            if amount < 10:
                return credit_note(f"e{number}", amount, named)
            return payment(f"e{number}", amount, part, *other)
        if kind == "invoice" or not self.invoices:
            currency = draw(CURRENCIES)
            amounts = draw(st.lists(AMOUNTS, min_size=1, max_size=5))
            waiting = [one for one in self.early if one not in {i[0] for i in self.invoices}]
            name = draw(st.sampled_from([f"I{number}", *waiting]))
            self.invoices.append((name, currency, len(amounts)))
            return invoice(name, *amounts, currency=currency, on=on)
        named, currency, items = draw(st.sampled_from(self.invoices))
        amount = draw(AMOUNTS)
        if kind == "amend":
            amounts = draw(st.lists(AMOUNTS, min_size=1, max_size=5))
            due = date(2026, 1, 15) + timedelta(days=draw(st.integers(0, 1)))
            return invoice(named, *amounts, currency=currency, due=due, on=on)
        if kind == "statement":
            left = draw(st.sampled_from([0, amount, 3 * amount]))
            day = ON + timedelta(days=draw(st.integers(-1, 3)))
            return statement(named, left, as_of=day, on=on, currency=currency)
        if kind == "write_off":
            self.postings.append(f"w{number}")
            return write_off(f"w{number}", named, text(amount, currency))
        if kind == "credit":
            self.postings.append(f"c{number}")
            of = draw(st.sampled_from([named, None]))
            return credit_note(f"c{number}", amount, of, currency=currency)
        if kind == "payment" or not self.postings:
            self.postings.append(f"p{number}")
            item = draw(st.sampled_from([None, *range(1, items + 1)]))
            part = draw(st.integers(1, amount))
            parts = draw(st.sampled_from([(), ((named, item, part),)]))
            return payment(f"p{number}", amount, *parts, currency=currency)
        of = draw(st.sampled_from(self.postings))
        back = draw(st.sampled_from(["refund", "chargeback", "reversal"]))
        if back == "refund":
            return refund(f"b{number}", of, text(amount, currency))
        return chargeback(f"b{number}", of) if back == "chargeback" else reversal(f"b{number}", of)


@st.composite
def stories(draw: st.DrawFn, most: int = 14, *more: str) -> list[AccountBody]:
    """A row of bodies for one customer."""
    told = Told()
    return [told.next(draw, number, more) for number in range(draw(st.integers(1, most)))]


WORDS = ("amend", "amend", "early", "early")
ALL = (*WORDS, "statement", "statement")


def tell(books: Books, story: list[AccountBody]) -> list[AccountBody]:
    """Record a story; what the ledger refuses is left out of what is returned."""
    taken = []
    for body in story:
        try:
            books.record(body)
        except LedgerError:
            continue
        taken.append(body)
    return taken


@MANY
@given(stories(14, *ALL))
def test_sums_hold_after_every_body(story: list[AccountBody]) -> None:
    books = Books()
    for body in story:
        if tell(books, [body]):
            sums_hold(books)


@MANY
@given(stories(14, *ALL))
def test_a_body_that_is_refused_changes_nothing(story: list[AccountBody]) -> None:
    books = Books()
    for body in story:
        before = repr(books.ledger.__dict__)
        if not tell(books, [body]):
            # The customer's own account may be made by reading alone; nothing else may.
            assert repr(books.ledger.__dict__) == before


@MANY
@given(stories(14, *WORDS), st.randoms(use_true_random=False))
def test_bodies_that_come_twice_in_any_order_change_nothing(
    story: list[AccountBody], random: object
) -> None:
    books = Books()
    taken = tell(books, story)
    before = repr(books.ledger.__dict__)
    again = list(taken)
    random.shuffle(again)  # type: ignore[attr-defined]
    for body in again:
        assert books.record(body) == UNCHANGED
    assert repr(books.ledger.__dict__) == before


@MANY
@given(stories(14, *ALL), st.data())
def test_a_reversal_restores_exactly_what_it_undid(
    story: list[AccountBody], data: st.DataObject
) -> None:
    books = Books()
    if not tell(books, story):
        return
    refs = [item.ref for item in books.account().open]
    levels = {ref: Reached(n % 3 + 1, date(2026, 2, n % 27 + 1), n) for n, ref in enumerate(refs)}
    books.reach(levels)
    account = books.account()
    before = (without_reopened(account.open), books.levels(), dict(account.head.credit))
    told = Told([(i.number, i.currency, len(i.items)) for i in books.invoices()], [])
    posting = told.next(data.draw, 900)
    if not told.postings or not tell(books, [posting]):
        return
    books.record(reversal("undo", told.postings[0]))
    sums_hold(books)
    account = books.account()
    after = (without_reopened(account.open), books.levels(), dict(account.head.credit))
    assert after == before


@MANY
@given(stories(8, "early", "early"))
def test_facts_applied_in_parts_leave_the_books_that_facts_in_one_write_leave(
    story: list[AccountBody],
) -> None:
    whole = Books()
    tell(whole, story)
    with small_parts():
        parts = Books()
        tell(parts, story)
    assert parts.whole() == whole.whole()


@MANY
@given(stories(8, "early", "early"), st.data())
def test_a_cut_after_any_part_is_mended_by_going_on(
    story: list[AccountBody], data: st.DataObject
) -> None:
    whole = Books()
    tell(whole, story)
    ledger = CuttingLedger()
    books = Books(ledger)
    with small_parts():
        for body in story:
            ledger.left = data.draw(st.one_of(st.none(), st.integers(0, 4)))
            try:
                tell(books, [body])
            except CutError:
                ledger.left = None
                if data.draw(st.booleans()) and ledger.read(CREDITOR, books.key()):
                    books.resume()
                tell(books, [body])
            ledger.left = None
        if ledger.read(CREDITOR, books.key()):
            books.resume()
    if ledger.read(CREDITOR, books.key()):
        sums_hold(books)
        assert books.whole() == whole.whole()


@MANY
@given(stories(14, *ALL))
def test_when_all_postings_are_taken_back_every_item_is_open_and_nothing_on_account(
    story: list[AccountBody],
) -> None:
    """Whatever was amended, stated or waited for in between: a posting gives back what it did."""
    books = Books()
    tell(books, story)
    if not books.ledger.read(CREDITOR, books.key()):
        return
    for number, posting in enumerate(books.postings()):
        standing, on_account = posting.standing()
        if posting.undoes is None and (standing or on_account):
            books.record(reversal(f"undo{number}", posting.key.id))
            sums_hold(books)
    account = books.account()
    assert account.head.credit == {}
    assert account.awaiting == ()
    assert {item.ref: item.open for item in account.open} == {
        ItemRef(one.number, n): item.amount
        for one in books.invoices()
        for n, item in enumerate(one.items, 1)
    }


@MANY
@given(stories(10, *ALL), st.data())
def test_a_statement_makes_the_ledger_say_what_it_says_and_changes_nothing_when_it_comes_again(
    story: list[AccountBody], data: st.DataObject
) -> None:
    books = Books()
    tell(books, story)
    if not books.ledger.read(CREDITOR, books.key()) or not books.invoices():
        return
    one = data.draw(st.sampled_from(books.invoices()))
    left = data.draw(st.one_of(st.just(0), st.integers(0, 2 * one.total)))
    body = statement(one.number, left, as_of=date(2026, 3, 9), currency=one.currency)
    books.record(body)
    sums_hold(books)
    assert sum(i.open for i in books.account().open if i.ref.invoice == one.number) == left
    before = repr(books.ledger.__dict__)
    assert books.record(body) == UNCHANGED
    assert repr(books.ledger.__dict__) == before


@MANY
@given(stories(10, *ALL), stories(10, *ALL))
def test_a_row_of_bodies_in_one_session_leaves_what_each_on_its_own_leaves(
    story: list[AccountBody], again: list[AccountBody]
) -> None:
    alone, row = Books(), Books()
    session = row.session()

    def record_in_row(body: AccountBody) -> str:
        row.bodies.whose(CREDITOR, body)
        return session.record(body)

    for body in (*story, *again, *story):
        outcomes = []
        for record in (alone.record, record_in_row):
            try:
                outcomes.append(record(body))
            except LedgerError as error:
                outcomes.append(error.code)
        assert outcomes[0] == outcomes[1]
    if alone.ledger.read(CREDITOR, alone.key()):
        assert row.whole() == alone.whole()
        assert row.account().head == alone.account().head


@pytest.mark.parametrize("reached", [0, 49, 50, 51, 120])
def test_levels_are_the_same_wherever_they_are_kept(reached: int) -> None:
    books = Books()
    books.record(invoice("I1", *[1_000] * 150))
    refs = [ItemRef("I1", n) for n in range(1, reached + 1)]
    levels = {ref: Reached(1, date(2026, 2, 1), n) for n, ref in enumerate(refs)}
    books.reach(levels)
    wanted = books.levels()
    books.accounts.spill(CREDITOR, books.key())
    assert books.levels() == wanted
    assert len(books.account().head.reached) == min(reached, 50)


@pytest.mark.parametrize("cut", range(4))
def test_a_spill_that_is_cut_anywhere_leaves_every_level_as_it_was(cut: int) -> None:
    ledger = CuttingLedger()
    books = Books(ledger)
    books.record(invoice("I1", *[1_000] * 200))
    refs = [ItemRef("I1", n) for n in range(1, 201)]
    books.reach({ref: Reached(1, date(2026, 2, 1), n) for n, ref in enumerate(refs)})
    wanted = books.levels()
    ledger.left = cut
    if cut < 4:
        with pytest.raises(CutError):
            books.accounts.spill(CREDITOR, books.key())
    assert books.levels() == wanted
    ledger.left = None
    books.accounts.spill(CREDITOR, books.key())
    assert books.levels() == wanted
    assert len(books.account().head.reached) == 50


def test_a_spilled_level_goes_onto_the_invoice_and_comes_back_with_a_reversal() -> None:
    books = Books()
    books.record(invoice("I1", *[1_000] * 60))
    refs = [ItemRef("I1", n) for n in range(1, 61)]
    books.reach({ref: Reached(2, date(2026, 2, 1), n) for n, ref in enumerate(refs)})
    books.accounts.spill(CREDITOR, books.key())
    wanted = books.levels()
    books.record(payment("p1", 60_000))
    assert books.levels() == {}
    books.record(reversal("r1", "p1"))
    sums_hold(books)
    assert books.levels() == wanted
    assert len(books.account().head.reached) <= 50, "HEAD has no room for more"


def test_a_newer_level_on_head_wins_over_the_one_on_the_item() -> None:
    books = Books()
    books.record(invoice("I1", *[1_000] * 60))
    refs = [ItemRef("I1", n) for n in range(1, 61)]
    books.reach({ref: Reached(1, date(2026, 2, 1), n) for n, ref in enumerate(refs)})
    books.accounts.spill(CREDITOR, books.key())
    newer = Reached(2, date(2026, 2, 20), 99)
    books.reach({refs[0]: newer})
    assert books.levels()["I1/1"] == newer
    books.accounts.spill(CREDITOR, books.key())
    assert books.levels()["I1/1"] == newer
