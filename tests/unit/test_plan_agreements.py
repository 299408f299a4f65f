"""A customer and a creditor agree on a plan: within the offer at once, else a person answers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from dunning.domain.bodies import AccountBody, CustomerBody, DisputeBody, PlanBody
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.history import Task
from dunning.domain.ledger import LedgerError
from dunning.domain.payment_plans import ACTIVE, PROPOSED, Instalment
from dunning.domain.plan_offers import PlanOffer, Terms, terms
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.service.accounts import Contended
from dunning.service.plan_agreements import Answer, Asked, PlanAgreements
from dunning.service.record_body import RecordBody

from tests.unit.books import CREDITOR, CUSTOMER, NOW, ON, Books, invoice, payment, sums_hold

OFFER = PlanOffer(fewest=2, most=6, first_after=10, down=Decimal(10))


def books(offer: PlanOffer | None = OFFER, **customer: object) -> Books:
    policy = Policy("std", (Step(1, after_due=10),), plan_offer=offer)
    found = Books(rulebook=Rulebook(Creditor(CREDITOR, country="DE"), (policy,), 1))
    body = CustomerBody(on=ON, customer=Customer(CUSTOMER, **customer))  # type: ignore[arg-type]
    found.record(body)
    found.record(invoice("SI1", 60_000))
    found.record(invoice("SI2", 40_000))
    found.record(invoice("SI3", 5_000, due=date(2027, 1, 1)))
    return found


class Desk:
    """Both sides of one account."""

    def __init__(self, to: Books) -> None:
        self.books = to
        self.plans = PlanAgreements(to.accounts, to.bodies)

    def offered(self) -> object:
        (found,) = self.plans.offers(
            CREDITOR, self.books.key(), self.books.account(), self.books.rulebook, NOW
        )
        return found

    def ask(self, asked: Terms, id_: str = "pl-1") -> Answer:
        return self.plans.ask(
            CREDITOR,
            self.books.key(),
            self.books.account(),
            Asked(id_, "EUR", asked),
            self.books.rulebook,
            NOW,
        )

    def answer(self, accepts: bool, by: str, id_: str = "pl-1") -> Answer:
        return self.plans.answer(
            CREDITOR, self.books.account(), id_, accepts, by, self.books.rulebook, NOW
        )

    def state(self) -> str:
        plans = self.books.account().plans
        return plans[0].state if plans else ""

    def tasks(self) -> list[Task]:
        return [
            task
            for task in self.books.ledger.tasks(CREDITOR)
            if task.kind.startswith("plan_asked_for")
        ]


def test_what_is_due_is_offered_and_what_is_not_due_is_not() -> None:
    found = Desk(books()).offered()
    assert {str(ref) for ref in found.items} == {"SI1/1", "SI2/1"}  # type: ignore[attr-defined]
    assert [one.number for one in found.terms] == [2, 3, 4, 5, 6]  # type: ignore[attr-defined]


def test_an_offer_that_is_taken_is_agreed_at_once() -> None:
    desk = Desk(books())
    three = terms(OFFER, 100_000, "EUR", ON, 3)
    assert desk.ask(three) == Answer("agreed", "pl-1")
    (plan,) = desk.books.account().plans
    assert (plan.state, plan.down, plan.total) == (ACTIVE, True, 100_000)
    assert plan.instalments == three.instalments
    assert desk.ask(three) == Answer("agreed", "pl-1"), "a second click changes nothing"
    assert desk.tasks() == []
    desk.books.record(payment("p1", 10_000))
    sums_hold(desk.books)


def test_what_is_beyond_the_offer_waits_for_a_person() -> None:
    desk = Desk(books())
    seven = terms(replace(OFFER, most=7), 100_000, "EUR", ON, 7)
    assert desk.ask(seven) == Answer("waits", "pl-1", "too_many_instalments")
    assert desk.state() == PROPOSED
    (task,) = desk.tasks()
    assert (task.id, task.customer) == ("plan-pl-1", CUSTOMER)
    with pytest.raises(LedgerError, match="no plan pl-1 waits"):
        desk.answer(True, "customer")
    assert desk.answer(True, "finance") == Answer("agreed", "pl-1")
    assert desk.state() == ACTIVE
    assert desk.tasks()[0].kind == "plan_asked_for_over"


def test_a_person_declines_and_the_ladder_goes_on() -> None:
    desk = Desk(books())
    desk.ask(terms(replace(OFFER, most=7), 100_000, "EUR", ON, 7))
    assert desk.answer(False, "finance") == Answer("declined", "pl-1")
    assert desk.books.account().plans == ()


def test_a_proposal_of_the_creditor_is_the_customers_to_answer() -> None:
    desk = Desk(books())
    desk.ask(terms(OFFER, 100_000, "EUR", ON, 2), "pl-2")
    with pytest.raises(LedgerError):
        desk.answer(True, "customer", "pl-9")


def test_a_consumer_in_the_us_and_five_instalments_are_for_a_person() -> None:
    desk = Desk(books(country="US", customer_class="consumer"))
    five = terms(OFFER, 100_000, "EUR", ON, 5)
    assert desk.ask(five) == Answer("waits", "pl-1", "reg_z_instalments")


def test_a_fee_is_an_item_of_the_plan_once_it_is_agreed() -> None:
    offer = replace(OFFER, fee={"EUR": 500})
    desk = Desk(books(offer, customer_class="business"))
    assert desk.ask(terms(offer, 100_000, "EUR", ON, 3)).outcome == "agreed"
    (plan,) = desk.books.account().plans
    assert plan.total == 100_500
    assert desk.books.open()["pl-1-fee/1"] == 500
    sums_hold(desk.books)


def test_a_fee_that_waits_is_not_charged() -> None:
    offer = replace(OFFER, fee={"EUR": 500})
    desk = Desk(books(offer, customer_class="consumer"))
    assert desk.ask(terms(offer, 100_000, "EUR", ON, 3)) == Answer("waits", "pl-1", "ccd2_fee")
    (plan,) = desk.books.account().plans
    assert (plan.state, plan.total) == (PROPOSED, 100_000)
    assert "pl-1-fee/1" not in desk.books.open()


@pytest.mark.parametrize(("offer", "code"), [(None, "not_offered"), (OFFER, "agreed")])
def test_without_an_offer_nobody_agrees(offer: PlanOffer | None, code: str) -> None:
    desk = Desk(books(offer))
    asked = terms(OFFER, 100_000, "EUR", ON, 2)
    if offer:
        assert desk.ask(asked).outcome == code
        return
    with pytest.raises(LedgerError) as refused:
        desk.ask(asked)
    assert refused.value.code == code


def test_what_is_disputed_is_in_no_plan() -> None:
    desk = Desk(books())
    desk.books.record(DisputeBody(on=ON, id="d1", invoice="SI1", item=None, reason="late"))
    found = desk.offered()
    assert {str(ref) for ref in found.items} == {"SI2/1"}  # type: ignore[attr-defined]


def test_asking_where_nothing_is_due_says_so() -> None:
    desk = Desk(books())
    desk.books.record(payment("p1", 100_000))
    with pytest.raises(LedgerError, match="nothing is due in EUR"):
        desk.ask(Terms((Instalment(ON, 1),)))


class _NoPlans:
    """Bodies into accounts, but that no plan can be written."""

    def __init__(self, bodies: RecordBody, why: Exception) -> None:
        self._bodies, self._why = bodies, why

    def record(self, creditor: str, body: AccountBody, *more: Any) -> str:
        if isinstance(body, PlanBody):
            raise self._why
        return self._bodies.record(creditor, body, *more)


@pytest.mark.parametrize("why", [Contended("k"), LedgerError("x", "y", "z")])
def test_a_fee_whose_plan_cannot_be_written_is_given_up(why: Exception) -> None:
    offer = replace(OFFER, fee={"EUR": 500})
    desk = Desk(books(offer, customer_class="business"))
    bodies = cast(RecordBody, _NoPlans(desk.books.bodies, why))
    desk.plans = PlanAgreements(desk.books.accounts, bodies)
    with pytest.raises(type(why)):
        desk.ask(terms(offer, 100_000, "EUR", ON, 3))
    assert desk.state() == ""
    assert desk.books.open() == {"SI1/1": 60_000, "SI2/1": 40_000, "SI3/1": 5_000}
