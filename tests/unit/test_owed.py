"""The statement of an account: what is to be paid now, what may wait and why, and the sums.

What it looks like is tested with the page.
"""

from dataclasses import replace
from datetime import date

from dunning.domain.account import Account, Head
from dunning.domain.approval import AGENCY, HandedOver
from dunning.domain.customer import Customer
from dunning.domain.facts import Dispute, Hold
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, OpenItem
from dunning.domain.owed import COLLECTED, DISPUTED, HANDED_OVER, HELD, IN_PLAN, Came, Owed, owed
from dunning.domain.payment_plans import ACTIVE, Instalment, PaymentPlan
from dunning.domain.posting import Allocation, Posting, PostingKey
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 11, 23)
A, B, C = (ItemRef(number, 1) for number in ("A", "B", "C"))


def item(ref: ItemRef, due: date, amount: int, left: int | None = None, **more: object) -> OpenItem:
    return OpenItem(ref, "EUR", due, amount, amount if left is None else left, **more)  # type: ignore[arg-type]


ITEMS = (
    item(A, date(2026, 10, 1), 10_000, 4_000),
    item(B, TODAY, 2_000),
    item(C, date(2026, 12, 24), 500),
)


def account(*items: OpenItem, credit: int = 0, **facts: object) -> Account:
    head = Head("northwind", "c-1", credit={"EUR": credit} if credit else {})
    return Account(head, Customer("c-1"), open=items or ITEMS, **facts)  # type: ignore[arg-type]


def case(state: Account) -> Owed:
    (one,) = owed(state, TODAY)
    return one


def test_what_is_due_today_is_to_be_paid_now_and_what_is_due_tomorrow_is_not() -> None:
    one = case(account())
    assert [x.ref for x in one.due] == [A, B]
    assert [x.ref for x in one.coming] == [C]
    assert (one.now, one.total) == (6_000, 6_500)


def test_credit_on_account_is_taken_off_and_never_makes_a_negative_demand() -> None:
    assert case(account(credit=1_500)).now == 4_500
    much = case(account(credit=9_000))
    assert (much.now, much.total) == (0, -2_500)


def test_money_that_is_left_over_is_shown_although_nothing_is_open() -> None:
    (one,) = owed(replace(account(credit=700), open=()), TODAY)
    assert (one.items, one.credit, one.now) == ((), 700, 0)


def test_each_reason_not_to_pay_takes_its_item_out_of_the_demand_not_off_the_page() -> None:
    plan = PaymentPlan(
        "p-1",
        TODAY,
        (A,),
        "EUR",
        (Instalment(TODAY, 1_000), Instalment(date(2027, 1, 1), 3_000)),
        state=ACTIVE,
    )
    handed = HandedOver("h-1", TODAY, AGENCY, (A,))
    for why, now, facts in (
        (DISPUTED, 2_000, {"disputes": (Dispute("d-1", "A", TODAY),)}),
        (HELD, 2_000, {"holds": (Hold("h-1", "breathing_space", TODAY, "invoice", "A"),)}),
        (HANDED_OVER, 2_000, {"handed_over": (handed,)}),
        (IN_PLAN, 3_000, {"plans": (plan,)}),
    ):
        one = case(account(**facts))
        assert one.items[0].why_not == why
        assert one.now == now, why
        assert one.total == 6_500


def test_a_hold_that_is_over_and_a_case_handed_back_are_asked_for_again() -> None:
    over = Hold("h-1", "dispute", TODAY, "account", until=date(2026, 11, 22))
    back = HandedOver("h-2", date(2026, 9, 1), AGENCY, (A,), back=date(2026, 10, 1))
    assert case(account(holds=(over,), handed_over=(back,))).now == 6_000


def test_what_is_collected_is_not_to_be_paid_by_hand() -> None:
    mandate = replace(account(), customer=Customer("c-1", autopay=True))
    assert [x.why_not for x in case(mandate).items] == [COLLECTED] * 3
    by_hand = replace(mandate, open=(item(A, TODAY, 100, autopay=False),))
    assert case(by_hand).now == 100


def test_a_charge_stands_apart_and_is_held_with_what_it_was_charged_on() -> None:
    charge = ChargeOf(A, date(2026, 10, 1), "fee", 2, 7)
    fee = item(ItemRef("fee-7", 1), date(2026, 11, 1), 500, charge=charge)
    one = case(account(*ITEMS, fee))
    assert [x.charge for x in one.charges] == [charge]
    assert one.now == 6_500
    held = case(account(*ITEMS, fee, disputes=(Dispute("d-1", "A", TODAY),)))
    assert (held.charges[0].why_not, held.now) == (DISPUTED, 2_000)


def test_each_item_says_what_came_of_it_and_nothing_that_was_taken_back() -> None:
    day = date(2026, 11, 2)
    paid = Posting(
        PostingKey("ledger", "p-1"), "payment", day, day, "EUR", 6_500, (Allocation(A, 6_500),)
    )
    some_back = replace(paid, returned=(Allocation(A, 500),))
    gone = replace(paid, key=PostingKey("ledger", "p-2"), returned=(Allocation(A, 6_500),))
    (one,) = owed(account(), TODAY, (some_back, gone))
    assert one.items[0].came == (Came(day, "payment", 6_000),)
    assert one.items[0].settled == 6_000


def test_currencies_are_never_added_up() -> None:
    two = account(*ITEMS, replace(item(ItemRef("D", 1), TODAY, 900), currency="JPY"))
    assert [(x.currency, x.now) for x in owed(two, TODAY)] == [("EUR", 6_000), ("JPY", 900)]


@given(
    st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 10**9)), max_size=8
    ),
    st.integers(0, 10**9),
    st.sets(st.integers(0, 7)),
)
def test_what_is_asked_for_is_never_more_than_is_open(
    found: list[tuple[date, int]], credit: int, disputed: set[int]
) -> None:
    items = [item(ItemRef(f"I-{n}", 1), due, amount) for n, (due, amount) in enumerate(found)]
    facts = tuple(Dispute(f"d-{n}", f"I-{n}", TODAY) for n in disputed)
    state = replace(account(credit=credit, disputes=facts), open=tuple(items))
    for one in owed(state, TODAY):
        assert 0 <= one.now <= max(0, sum(x.open for x in items) - credit, one.total)
        assert one.now <= sum(x.open for x in items if x.due <= TODAY)
        assert one.total == sum(x.open for x in items) - credit
        assert {x.ref for x in (*one.due, *one.coming, *one.charges)} == {x.ref for x in items}
