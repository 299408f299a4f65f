"""Which policy an item is under, what chose it, and what keeps it there when policies change."""

from typing import Any

import pytest
from dunning.domain.customer import Customer
from dunning.domain.explaining import explain
from dunning.domain.gates import DefaultGates
from dunning.domain.invoice import OpenItem, Pin
from dunning.domain.policy import Band, Criteria, Policy, Rulebook, Step

from tests.offline import customer, invoice, ladder, payment, play, policy, run, why_not
from tests.unit.deciding import FIRST, account, at, item, rules
from tests.unit.importing import NOW, Cell, lines

STEPS = (Step(1, after_due=10),)


def named(id_: str, **criteria: Any) -> Policy:
    """A policy with criteria."""
    return Policy(id_, STEPS, Criteria(**criteria))


BOOK = rules(
    named("default"),
    named("euro", currencies=("EUR",)),
    named("large", amounts={"EUR": Band(100_000, None)}, kinds=("invoice",)),
    named("premium", segments=("premium",), currencies=("EUR",), kinds=("invoice",)),
    named("public", customer_classes=("public",), currencies=("EUR",), kinds=("subscription",)),
)


def chosen(one: OpenItem, **facts: Any) -> tuple[str, str]:
    """The id of an item's policy, and what chose it."""
    choice = BOOK.choose(one, Customer("c4", **facts))
    return (choice.policy.id if choice.policy else "", choice.by)


@pytest.mark.parametrize(
    ("one", "facts", "expected"),
    [
        (item(), {}, ("euro", "criteria")),
        (item(currency="USD"), {}, ("default", "default")),
        (item(), {"segment": "premium"}, ("premium", "criteria")),
        (item(kind="fee"), {"segment": "premium"}, ("euro", "criteria")),
        (item(kind="subscription"), {"customer_class": "public"}, ("public", "criteria")),
        (item("I1", 100_000), {}, ("large", "criteria")),
        (item("I1", 99_999), {}, ("euro", "criteria")),
        (item(), {"policy": "default", "segment": "premium"}, ("default", "customer")),
        (item(policy="euro"), {"policy": "default"}, ("euro", "invoice")),
        (item(currency="USD", policy="euro"), {}, ("euro", "invoice")),
        (item(policy="gone"), {"policy": "default"}, ("", "invoice")),
    ],
)
def test_invoice_then_customer_then_most_criteria_then_the_default(
    one: OpenItem, facts: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert chosen(one, **facts) == expected


def test_the_amount_that_counts_is_the_whole_document_s_and_not_what_is_left_of_it() -> None:
    halves = [{"due": "2026-02-05", "amount": "600"}, {"due": "2026-02-10", "amount": "600"}]
    text = ladder(90) + policy(
        "{level: 1, after_due: {days: 1}, channels: [email]}",
        more="applies_to: {amounts: {EUR: {from: 1000}}}",
    ).replace("policies:\n", "").replace("standard", "large")
    simulation = play(
        text,
        [
            invoice("A", "", items=halves),
            invoice("B", "2026-02-05", "999.99"),
            payment("p", "2026-02-06", "600", allocations=[{"invoice": "A", "item": 1,
                                                            "amount": "600"}]),
        ],
    )  # fmt: skip

    assert [x["invoice"] for x in run(simulation, "2026-02-06")] == []
    assert [(x["invoice"], x["item"]) for x in run(simulation, "2026-02-11")] == [("A", 2)]


def test_a_pinned_item_keeps_its_policy_whatever_criteria_say_now() -> None:
    pinned = OpenItem(*_fields(item()), pin=Pin("default"))
    assert chosen(pinned) == ("default", "kept")
    assert chosen(OpenItem(*_fields(item()), pin=Pin("gone"))) == ("euro", "criteria")


def test_a_customer_who_has_become_another_is_chosen_for_again() -> None:
    pinned = OpenItem(*_fields(item()), pin=Pin("euro", "small", None))
    assert chosen(pinned, segment="small") == ("euro", "kept")
    assert chosen(pinned, segment="premium") == ("premium", "criteria")
    assert chosen(pinned, customer_class="public") == ("euro", "criteria")


def _fields(one: OpenItem) -> list[Any]:
    return [one.ref, one.currency, one.due, one.amount, one.open, one.kind, one.policy]


def test_an_item_tells_which_policy_it_is_under_and_why() -> None:
    state = account(item(), customer=Customer("c4", addresses=(FIRST,)))
    (told,) = explain(state, BOOK, at(12), DefaultGates())
    assert (told.policy, told.chosen_by) == ("euro", "criteria")
    (told,) = explain(account(item(policy="gone")), BOOK, at(12), DefaultGates())
    assert (told.code, told.policy, told.chosen_by) == ("NO_POLICY", "", "invoice")
    (told,) = explain(account(item()), Rulebook(BOOK.creditor), at(12), DefaultGates())
    assert (told.code, told.chosen_by) == ("NO_POLICY", "nothing")


OLD = ladder(30)
NEW = OLD.replace("days: 30", "days: 40") + ladder(
    1, more="applies_to: {currencies: [EUR]}"
).replace("policies:\n", "").replace("standard", "euro")


def under(cell: Cell, customer: str = "c1") -> dict[str, str]:
    """The policy of each open item of a customer."""
    state = cell.account(customer)
    book = cell.settings.rulebook("acme")
    assert book is not None
    found = {one.ref: book.choose(one, state.customer).policy for one in state.open}
    return {str(ref): chosen.id if chosen else "" for ref, chosen in found.items()}


def test_an_item_keeps_its_policy_id_when_a_new_version_is_published() -> None:
    """The new version's own words hold at once; another policy of it takes new items alone."""
    cell = Cell()
    cell.upload("policies.yaml", OLD, "config")
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))
    report = cell.upload("policies.yaml", NEW, "config")
    cell.upload("b.jsonl", lines(invoice("B", "2026-02-26")))

    assert under(cell) == {"A/1": "standard", "B/1": "euro"}
    assert report["replanned"] == 1
    state = cell.account()
    found = {str(one.ref): one for one in explain(state, _book(cell), NOW, DefaultGates())}
    assert found["A/1"].until == "2026-04-06", "40 days, as the new version says"


def test_what_was_there_before_any_policy_is_pinned_to_the_first_that_takes_it() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))
    assert [one.pin for one in cell.account().open] == [None]
    cell.upload("policies.yaml", OLD, "config")
    cell.upload("policies.yaml", NEW, "config")
    assert under(cell) == {"A/1": "standard"}


def test_a_policy_that_a_new_version_drops_lets_its_items_go_to_another() -> None:
    cell = Cell()
    cell.upload("policies.yaml", OLD, "config")
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))
    cell.upload("policies.yaml", OLD.replace("standard", "fresh"), "config")
    assert under(cell) == {"A/1": "fresh"}


def test_a_segment_that_comes_after_the_invoice_chooses_its_policy_all_the_same() -> None:
    cell = Cell()
    premium = ladder(1, more="applies_to: {segments: [premium]}").replace("policies:\n", "")
    cell.upload("policies.yaml", OLD + premium.replace("standard", "premium"), "config")
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))
    assert under(cell) == {"A/1": "standard"}
    cell.upload("c.jsonl", lines(customer(segment="premium", on="2026-01-02")))
    assert under(cell) == {"A/1": "premium"}


def test_an_item_that_a_reversal_brings_back_is_under_the_policy_it_had() -> None:
    cell = Cell()
    cell.upload("policies.yaml", OLD, "config")
    cell.upload(
        "a.jsonl",
        lines(customer(), invoice("A", "2026-02-25"), payment("p", "2026-02-26", "100.00")),
    )
    assert under(cell) == {}
    cell.upload("policies.yaml", NEW, "config")
    cell.upload("r.jsonl", lines({"on": "2026-02-27", "type": "reversal", "id": "r", "of": "p"}))
    assert under(cell) == {"A/1": "standard"}


def test_every_item_of_a_large_invoice_is_pinned() -> None:
    cell = Cell()
    cell.upload("policies.yaml", OLD, "config")
    many = [{"due": "2026-02-25", "amount": "1"}] * 120
    cell.upload("a.jsonl", lines(customer(), invoice("A", "", items=many)))
    cell.upload("policies.yaml", NEW, "config")
    assert set(under(cell).values()) == {"standard"}


def test_what_was_there_before_is_pinned_also_where_one_write_has_no_room_for_all() -> None:
    cell = Cell()
    many = [{"due": "2026-02-25", "amount": "1"}] * 120
    cell.upload("a.jsonl", lines(customer(), invoice("A", "", items=many)))
    cell.upload("policies.yaml", OLD, "config")
    assert {one.pin for one in cell.account().open} == {Pin("standard")}


def test_publishing_the_same_policies_again_writes_nothing() -> None:
    cell = Cell()
    cell.upload("policies.yaml", OLD, "config")
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-25")))
    rev = cell.account().head.rev
    assert cell.upload("policies.yaml", OLD, "config")["replanned"] == 0
    assert cell.account().head.rev == rev


def test_without_a_policy_why_not_says_so_and_what_was_looked_at() -> None:
    simulation = play(
        ladder(1, more="applies_to: {currencies: [USD]}"), [invoice("A", "2026-02-01")]
    )
    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {"A/1": "NO_POLICY"}


def _book(cell: Cell) -> Rulebook:
    found = cell.settings.rulebook("acme")
    assert found is not None
    return found
