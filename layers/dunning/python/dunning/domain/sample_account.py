"""An account as a preview gives it: one object with a creditor, a customer, what is open, and the
facts that messages tell of. What it becomes is what a decision would hand to rendering.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from . import wordings
from .account import Account, Head
from .approval import ITEMS, RECEIVERS, HandedOver
from .charges.notice import COMPENSATION, FEE, INTEREST, MODES, POST, Charge
from .customer import Address
from .due import Send
from .facts import Promise
from .fields import Fields, ReadingError, names
from .identity import ItemRef
from .invoice import OpenItem
from .lines import Line
from .payment_plans import ACTIVE, PROPOSED, Instalment, PaymentPlan, Receipt
from .policy import HandOver, Policy, Rulebook, Step
from .posting import Allocation, PostingKey
from .reading_parties import CUSTOMER_FIELDS, customer_from, read_creditor
from .tellings import (
    HandOverTold,
    InstalmentTold,
    NewLinkTold,
    PlanTold,
    PromiseTold,
    Telling,
    Thanks,
)

FIELDS = names("creditor customer currency on items charges plan promise payment hand_over links")
ITEM_FIELDS = names("invoice item issued due amount open credit")
CHARGE_FIELDS = names("what invoice item amount mode basis")
PLAN_FIELDS = names("agreed instalments down paid told")
MOST = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """An account to try wordings on."""

    state: Account
    rulebook: Rulebook
    currency: str
    on: date
    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    tellings: Mapping[str, Telling]
    links: Mapping[str, str]

    def speaking(self, language: str) -> "Sample":
        """The same of a customer who reads another language."""
        customer = replace(self.state.customer, language=language)
        return replace(self, state=replace(self.state, customer=customer))

    def address(self, channel: str) -> Address:
        """Where it would go: the customer's first address there, else one that stands for it."""
        return next(iter(self.state.customer.on(channel)), Address(channel, "", ""))

    def send(self, wording: str, tone: str, channel: str) -> Send:
        """The decision of the ladder's step that says so."""
        return Send(
            currency=self.currency,
            policy="sample",
            version=1,
            channel=channel,
            tone=tone,
            level=1 + wordings.DEMANDS.index(wording),
            address=self.address(channel),
            serial=1,
            attempt=1,
            lines=self.lines,
            run=self.on,
            ruleset="",
            reason="",
            charges=() if wording == wordings.BEFORE_DUE else self.charges,
        )

    def telling(self, wording: str) -> Telling:
        """What is told beside reminders. Raises ReadingError where the account has no such fact."""
        found = self.tellings.get(wording)
        if found is None:
            fact = _FACTS[wording]
            raise ReadingError(
                "missing", fact, f"{wording} tells of what is under {fact}; give it in the account"
            )
        return found


_FACTS = {
    wordings.INSTALMENT_DUE: "plan",
    wordings.INSTALMENT_MISSED: "plan",
    wordings.PLAN_OFFER: "plan",
    wordings.PLAN_AGREED: "plan",
    wordings.PROMISE_REMINDER: "promise",
    wordings.PROMISE_BROKEN: "promise",
    wordings.THANKS: "payment",
    wordings.HAND_OVER: "hand_over",
}


def read_sample(raw: object) -> Sample:
    """The account in an object. Raises ReadingError."""
    fields = Fields(raw, FIELDS)
    creditor = read_creditor(_object(fields, "creditor"))
    customer = customer_from(Fields(_object(fields, "customer"), CUSTOMER_FIELDS, "customer"))
    currency, on = fields.currency(), fields.day("on")
    items, lines = _items(fields, currency, on)
    hand_over, handed = _hand_over(fields, lines, currency, on)
    ladder = tuple(
        Step(level, after_due=-7 if wording == wordings.BEFORE_DUE else 7 * level, wording=wording)
        for level, wording in enumerate(wordings.DEMANDS, 1)
    )
    last = replace(ladder[-1], hand_over=hand_over)
    policy = Policy("sample", (*ladder[:-1], last))
    tellings: dict[str, Telling] = {wordings.NEW_LINK: NewLinkTold(currency, on)}
    tellings |= _plan(fields, lines, currency, on)
    tellings |= _promise(fields, lines, currency, on)
    tellings |= _payment(fields, lines, currency, on)
    if handed is not None:
        tellings[wordings.HAND_OVER] = handed
    return Sample(
        Account(Head(creditor.creditor, customer.customer), customer, open=items),
        Rulebook(creditor, (policy,)),
        currency,
        on,
        lines,
        _charges(fields, lines, currency),
        tellings,
        _links(fields),
    )


def _object(fields: Fields, name: str) -> Mapping[str, object]:
    value = fields.need(name)
    if not isinstance(value, Mapping):
        raise ReadingError("bad_object", name, f"{name} is not an object with named fields")
    return value


def _items(
    fields: Fields, currency: str, on: date
) -> tuple[tuple[OpenItem, ...], tuple[Line, ...]]:
    items, lines = [], []
    for place, raw in enumerate(fields.objects("items", MOST), 1):
        one = Fields(raw, ITEM_FIELDS, f"items.{place}")
        ref = ItemRef(one.id("invoice"), one.item_or_none() or 1)
        due, amount = one.day("due"), one.amount(currency)
        left = one.amount(currency, "open") if one.has("open") else amount
        credit = one.amount(currency, "credit") if one.has("credit") else 0
        if left > amount or credit >= left:
            raise ReadingError(
                "bad_amount",
                f"items.{place}",
                f"items.{place}: open is at most amount, and credit less than open",
            )
        issued = one.day("issued") if one.has("issued") else None
        items.append(OpenItem(ref, currency, due, amount, left, issued=issued))
        lines.append(Line(ref, due, amount, left - credit, (on - due).days, 1, True))
    if not lines:
        raise ReadingError("missing", "items", "items is missing; give what is open")
    return tuple(items), tuple(lines)


def _charges(fields: Fields, lines: tuple[Line, ...], currency: str) -> tuple[Charge, ...]:
    found = []
    for place, raw in enumerate(fields.objects("charges", MOST), 1):
        one = Fields(raw, CHARGE_FIELDS, f"charges.{place}")
        number = one.id_or_none("invoice") or lines[0].ref.invoice
        found.append(
            Charge(
                one.one_of("what", (FEE, INTEREST, COMPENSATION), FEE),
                one.one_of("mode", MODES, POST),
                one.amount(currency),
                ItemRef(number, one.item_or_none() or 1),
                1,
                one.text("basis"),
            )
        )
    return tuple(found)


def _plan(fields: Fields, lines: tuple[Line, ...], currency: str, on: date) -> dict[str, Telling]:
    if not fields.has("plan"):
        return {}
    given = Fields(fields.get("plan"), PLAN_FIELDS, "plan")
    instalments = []
    for place, raw in enumerate(given.objects("instalments", MOST), 1):
        one = Fields(raw, names("due amount"), f"plan.instalments.{place}")
        instalments.append(Instalment(one.day("due"), one.amount(currency)))
    if not instalments:
        raise ReadingError("missing", "plan.instalments", "plan.instalments is missing; give them")
    agreed = given.day("agreed") if given.has("agreed") else on
    paid = given.amount(currency, "paid") if given.has("paid") else 0
    told = given.whole("told", 1, len(instalments)) if given.has("told") else 1
    refs = tuple(line.ref for line in lines)
    plan = PaymentPlan("sample", agreed, refs, currency, tuple(instalments), state=ACTIVE)
    plan = replace(plan, down=bool(given.flag("down")))
    if paid:
        plan = plan.counted(Receipt(PostingKey("sample", "1"), agreed, paid))
    offer = replace(plan, state=PROPOSED, receipts=())
    return {
        wordings.PLAN_OFFER: PlanTold(offer, lines, on),
        wordings.PLAN_AGREED: PlanTold(plan, lines, on, agreed=True),
        wordings.INSTALMENT_DUE: InstalmentTold(plan, told, on),
        wordings.INSTALMENT_MISSED: InstalmentTold(plan, told, on, missed=True),
    }


def _promise(
    fields: Fields, lines: tuple[Line, ...], currency: str, on: date
) -> dict[str, Telling]:
    if not fields.has("promise"):
        return {}
    one = Fields(fields.get("promise"), names("amount by received"), "promise")
    promise = Promise(
        "sample",
        on,
        one.day("by"),
        one.amount(currency),
        tuple(line.ref for line in lines),
        currency,
        one.amount(currency, "received") if one.has("received") else 0,
    )
    return {
        wordings.PROMISE_REMINDER: PromiseTold(promise, lines, on),
        wordings.PROMISE_BROKEN: PromiseTold(promise, lines, on, broken=True),
    }


def _payment(
    fields: Fields, lines: tuple[Line, ...], currency: str, on: date
) -> dict[str, Telling]:
    """A payment that settled the given invoices; the items of the account are still open."""
    if not fields.has("payment"):
        return {}
    one = Fields(fields.get("payment"), names("amount on allocations"), "payment")
    settled = []
    for place, raw in enumerate(one.objects("allocations", MOST), 1):
        part = Fields(raw, names("invoice item amount"), f"payment.allocations.{place}")
        ref = ItemRef(part.id("invoice"), part.item_or_none() or 1)
        settled.append(Allocation(ref, part.amount(currency)))
    paid = one.amount(currency)
    left = tuple(line for line in lines if line.days_late > 0)
    told = Thanks(currency, paid, one.day_or("on", on), tuple(settled), left)
    return {wordings.THANKS: told}


def _hand_over(
    fields: Fields, lines: tuple[Line, ...], currency: str, on: date
) -> tuple[HandOver | None, HandOverTold | None]:
    if not fields.has("hand_over"):
        return None, None
    one = Fields(fields.get("hand_over"), names("to after"), "hand_over")
    to = one.one_of("to", RECEIVERS, RECEIVERS[0])
    after = one.whole("after", 1, 365) if one.has("after") else 14
    fact = HandedOver("sample", on, to, tuple(line.ref for line in lines))
    return HandOver(after, to, ITEMS), HandOverTold(fact, currency, lines, on)


def _links(fields: Fields) -> Mapping[str, str]:
    known = names("pay plan paid dispute wrong_person statement unsubscribe")
    if not fields.has("links"):
        return {}
    one = Fields(fields.get("links"), known, "links")
    return {name: one.text(name) for name in known if one.has(name)}
