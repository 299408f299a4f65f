"""Customers of the sample who agree payment plans and promise payments from the links in their
mails: who keeps them, who does not, and whom the creditor proposes a plan. What a page was told is
written down as a body of the ledger for the simulation; what becomes of it is the product's to say.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from dunning.adapters.dynamodb import keys
from dunning.domain import history, reasons
from dunning.domain.account import Account
from dunning.domain.facts import Promise
from dunning.domain.history import Record
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.told import Tells

from infra.local.cloud import LocalCloud
from infra.local.demo.reading import Reader
from infra.local.demo.sample_ledger import FIRST_DAY, Sample
from infra.local.pages import Page, links, read, send, text_of

COLUMNS = ("what", "count")
DUE_DAY = 5
"""The first reminder comes five days later."""
SAID_DAY, ANSWERED_DAY, SETTLED_DAY = 12, 14, 16
"""Plans and promises are made, the creditor's proposals answered, a counter-proposal agreed to."""
WEEK, FIRST_AFTER = 7, 7
"""As the sample's policy offers: the first instalment a week after the agreement, then weekly."""
COUNTERED = 4
"""Instalments that who is not content with a proposal suggests."""


class Pays(NamedTuple):
    """Money from a customer on a day: minor units; 0: all that is left of the plan."""

    day: int
    amount: int = 0


@dataclass(frozen=True)
class Planner:
    """A customer, named by what they do, and what they owe (minor units)."""

    name: str
    total: int
    currency: str = "EUR"
    chooses: int = 0
    """Instalments of the plan that they choose on their page."""
    proposed: tuple[int, ...] = ()
    """Days of the instalments that the creditor proposes."""
    answer: str = ""
    """To that: accept, decline, counter."""
    promises: int = 0
    """The day by which they promise to pay all of it."""
    pays: tuple[Pays, ...] = ()
    """What comes from their bank, whatever is due."""

    @property
    def invoice(self) -> str:
        """The number of their one invoice."""
        return f"INV-{self.name}"


PLANNERS = (
    Planner("keeps-a-plan", 100_000, chooses=3,
            pays=(Pays(19, 33_333), Pays(25, 33_333), Pays(35, 33_334))),
    Planner("keeps-a-plan-in-yen", 10_000, "JPY", chooses=3,
            pays=(Pays(19, 3_333), Pays(26, 3_333), Pays(33, 3_334))),
    Planner("pays-a-plan-early", 60_000, "USD", chooses=4, pays=(Pays(18, 15_000), Pays(22))),
    Planner("misses-an-instalment", 90_000, chooses=3, pays=(Pays(19, 30_000),)),
    Planner("accepts-a-proposal", 80_000, proposed=(22, 36), answer="accept",
            pays=(Pays(22, 40_000), Pays(37, 40_000))),
    Planner("declines-a-proposal", 80_000, proposed=(22, 36), answer="decline"),
    Planner("suggests-other-terms", 80_000, proposed=(22, 36), answer="counter",
            pays=(Pays(22, 20_000), Pays(29, 20_000), Pays(36, 20_000), Pays(43))),
    Planner("keeps-a-promise", 12_000, promises=15, pays=(Pays(15, 12_000),)),
    Planner("breaks-a-promise", 12_000, promises=15),
)  # fmt: skip
KEPT, BROKEN = 5, 1
"""Of the plans above; six are agreed."""


def add_planners(sample: Sample) -> None:
    """Add them, each with one invoice, and what the creditor proposes and they pay."""
    for one in PLANNERS:
        country, region = ("US", "NY") if one.currency == "USD" else ("DE", "")
        sample.add(
            FIRST_DAY,
            type="customer",
            customer=one.name,
            name=f"Sample {one.name}",
            country=country,
            **({"region": region} if region else {}),
            language="en",
            email=[f"{one.name}@plans.example"],
            **{"class": "business"},
        )
        due = _day(DUE_DAY)
        sample.add(
            FIRST_DAY,
            type="invoice",
            customer=one.name,
            number=one.invoice,
            currency=one.currency,
            kind="invoice",
            issued=(due - timedelta(days=14)).isoformat(),
            items=[{"due": due.isoformat(), "amount": _text(one, one.total)}],
        )
        if one.proposed:
            sample.add(_day(SAID_DAY), **_plan_body(one, f"plan-{one.name}", _proposed(one)),
                       state="proposed", by="finance")  # fmt: skip
        if one.answer == "counter":
            sample.add(_day(SETTLED_DAY), type="plan", id=f"plan-{one.name}",
                       customer=one.name, state="active", by="finance")  # fmt: skip
        left = one.total
        for number, pays in enumerate(one.pays, 1):
            amount = pays.amount or left
            left -= amount
            sample.add(
                _day(pays.day),
                type="payment",
                id=f"pay-{one.name}-{number}",
                customer=one.name,
                currency=one.currency,
                amount=_text(one, amount),
            )


@dataclass
class Planners:
    """What they say on their pages, day by day."""

    cloud: LocalCloud
    creditor: str
    sample: Sample
    reader: Reader
    agreed: list[str] = field(default_factory=list)
    """Ids of the plans that were agreed."""

    def on(self, day: date) -> None:
        """All that is said on pages on a day, once the day's files are in the ledger."""
        number = (day - FIRST_DAY).days
        if number not in (SAID_DAY, ANSWERED_DAY, SETTLED_DAY):
            return
        self.cloud.wait_until_quiet()
        if number == SETTLED_DAY:
            self.agreed += [f"plan-{one.name}" for one in PLANNERS if one.answer == "counter"]
            return
        link_of = self._links()
        for one in PLANNERS:
            if number == SAID_DAY and one.chooses:
                self._agree(one, day, link_of[one.name])
            elif number == SAID_DAY and one.promises:
                self._promise(one, day, link_of[one.name])
            elif number == ANSWERED_DAY and one.answer:
                self._answer(one, day, link_of[one.name])

    def _links(self) -> dict[str, str]:
        """The first link of each one's newest mail."""
        mine = {f"{one.name}@plans.example": one.name for one in PLANNERS}
        newest = {
            mine[row["to"]]: int(row["n"])
            for row in self.cloud.gate.log()
            if row["accepted"] and row["to"] in mine
        }
        return {who: next(links(self.cloud, text_of(self.cloud, n))) for who, n in newest.items()}

    def _agree(self, one: Planner, day: date, link: str) -> None:
        """Choose on the page, look at the days and amounts, agree."""
        offers = read(f"{link}/plan")
        choice = f"{one.currency}-{one.chooses}"
        review = send(offers.form("/plan", having="choice"), choice=choice)
        shown, shares = amounts(review.html), parts(one.total, one.chooses)
        if shown != [*shares, one.total]:
            raise RuntimeError(f"{one.name}: the page shows {shown}, not {shares}")
        _went(send(review.form("/plan", having="form")), "said=plan-agreed")
        plan = self._plan(one)
        begin = day + timedelta(days=FIRST_AFTER)
        expected = [begin + timedelta(days=WEEK * n) for n in range(one.chooses)]
        self._agreed(one, plan, list(zip(expected, shares, strict=True)))
        body = _plan_body(one, plan.id, _listed(plan))
        self.sample.add(day, **body, state="active", by="customer")

    def _answer(self, one: Planner, day: date, link: str) -> None:
        """To what the creditor proposes: from the mail that told of it."""
        page = read(f"{link}/plan")
        said = {"count": str(COUNTERED)} if one.answer == "counter" else {}
        done = send(page.form(f"/{one.answer}"), **said)
        codes = {"accept": "plan-agreed", "decline": "plan-declined", "counter": "plan-asked"}
        _went(done, f"said={codes[one.answer]}")
        id_ = f"plan-{one.name}"
        if one.answer == "decline":
            self.sample.add(day, type="plan", id=id_, customer=one.name, state="cancelled",
                            by="customer")  # fmt: skip
            return
        plan = self._plan(one)
        if one.answer == "accept":
            self._agreed(one, plan, _proposed(one))
            self.sample.add(day, type="plan", id=id_, customer=one.name, state="active",
                            by="customer")  # fmt: skip
            return
        body = _plan_body(one, id_, _listed(plan))
        self.sample.add(day, **body, state="proposed", by="customer")

    def _promise(self, one: Planner, day: date, link: str) -> None:
        """All that is due, by a day."""
        page = read(f"{link}/promise")
        by = _day(one.promises).isoformat()
        _went(send(page.form("/promise"), date=by), "said=promised")
        (made,) = self._account(one).promises
        self.sample.add(day, **_promise_body(one, made))

    def _agreed(self, one: Planner, plan: PaymentPlan, expected: list[tuple[date, int]]) -> None:
        """The ledger has what the page had to show, to the day and the minor unit."""
        if not plan.in_force or _listed(plan) != expected:
            raise RuntimeError(f"{one.name}: {plan} is not in force with {expected}")
        self.agreed.append(plan.id)

    def _plan(self, one: Planner) -> PaymentPlan:
        (plan,) = self._account(one).plans
        return plan

    def _account(self, one: Planner) -> Account:
        account = keys.account(self.creditor, one.name)
        state = self.reader.ledger.read(self.creditor, account)
        assert state is not None
        return state


def rows(records: Iterable[Record]) -> list[tuple[str, int]]:
    """What became of plans and promises, and how often customers were told of what, by the
    histories."""
    records = list(records)
    words = {
        "plans agreed": (history.FACT, "plan", "-> active"),
        "plans declined": (history.FACT, "plan", "because declined"),
        "other terms suggested": (history.FACT, "plan", "because counter"),
        "plans kept": (history.PAYMENT_PLAN, reasons.PLAN_COMPLETED, ""),
        "plans broken": (history.PAYMENT_PLAN, reasons.PLAN_BROKEN, ""),
        "promises kept": (history.PROMISE, reasons.PROMISE_KEPT, ""),
        "promises broken": (history.PROMISE, reasons.PROMISE_BROKEN, ""),
    }
    found = [
        (what, sum((r.kind, r.code) == (kind, code) and said in r.detail for r in records))
        for what, (kind, code, said) in words.items()
    ]
    told = Counter(
        Tells.of(record.attempt.tells).kind
        for record in records
        if record.attempt and record.attempt.tells and record.code == history.SENT
    )
    return [*found, *((f"told: {kind}", count) for kind, count in sorted(told.items()))]


def checked(found: Mapping[str, int], agreed: Iterable[str]) -> None:
    """Raises RuntimeError where the ledger knows of other plans than customers have agreed to."""
    expected = {
        "plans agreed": len(set(agreed)),
        "plans kept": KEPT,
        "plans broken": BROKEN,
        "promises kept": 1,
        "promises broken": 1,
    }
    known = {what: found.get(what) for what in expected}
    if known != expected:
        raise RuntimeError(f"plans and promises: {expected} were made, and the ledger has {known}")


def amounts(html: str) -> list[int]:
    """Minor units in the cells of a page's table, in its order, however they are written there."""
    return [int(re.sub(r"\D", "", cell)) for cell in re.findall(r"<td>([^<]*)</td>", html)]


def _went(done: Page, where: str) -> None:
    if done.status != 303 or not done.url.endswith(where):
        raise RuntimeError(f"a form led to {done.status} {done.url}, not to {where}")


def _day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def _text(one: Planner, amount: int) -> str:
    return format_amount(amount, one.currency)


def parts(total: int, count: int) -> list[int]:
    """Equal parts, the last with the rest."""
    return [total // count] * (count - 1) + [total - total // count * (count - 1)]


def _proposed(one: Planner) -> list[tuple[date, int]]:
    days = [_day(number) for number in one.proposed]
    return list(zip(days, parts(one.total, len(days)), strict=True))


def _listed(plan: PaymentPlan) -> list[tuple[date, int]]:
    return [(part.due, part.amount) for part in plan.instalments]


def _plan_body(one: Planner, id_: str, instalments: list[tuple[date, int]]) -> dict[str, Any]:
    return {
        "type": "plan",
        "id": id_,
        "customer": one.name,
        "items": [{"invoice": one.invoice, "item": 1}],
        "instalments": [
            {"due": due.isoformat(), "amount": _text(one, amount)} for due, amount in instalments
        ],
    }


def _promise_body(one: Planner, made: Promise) -> dict[str, Any]:
    return {
        "type": "promise",
        "id": made.id,
        "customer": one.name,
        "date": made.by.isoformat(),
        "amount": _text(one, made.amount),
        "items": [{"invoice": ref.invoice, "item": ref.item} for ref in made.items],
    }
