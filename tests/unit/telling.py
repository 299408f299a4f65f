"""Accounts for what is told in mails and calls, and every wording told of each: shared by tests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dunning.domain import wordings
from dunning.domain.account import Account, Head
from dunning.domain.approval import AGENCY, HandedOver
from dunning.domain.brand import Brand
from dunning.domain.charges.notice import Charge
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.due import Send
from dunning.domain.facts import Promise
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, OpenItem
from dunning.domain.lines import Line
from dunning.domain.payment_plans import ACTIVE, PROPOSED, Instalment, PaymentPlan, Receipt
from dunning.domain.policy import HandOver, Policy, Rulebook, Step
from dunning.domain.posting import Allocation, PostingKey
from dunning.domain.tellings import (
    HandOverTold,
    InstalmentTold,
    NewLinkTold,
    PlanTold,
    PromiseTold,
    Telling,
    Thanks,
)
from dunning.service.ports import Links

TONES = ("friendly", "persuasive", "formal")
TODAY = date(2026, 11, 23)
EMAIL = Address("email", "office@harbour.example", "a" * 16)
PHONE = Address("voice", "+353871234567", "b" * 16)
LINKS = Links(
    **{
        name: f"https://pay.northwind.example/{name}/x7Yw"
        for name in ("pay", "plan", "paid", "dispute", "wrong_person", "statement", "unsubscribe")
    }
)
BRAND = Brand(
    signature=("Anna Byrne", "Accounts receivable"),
    imprint="Northwind Traders Ltd, 12 Quay Street, Galway",
    privacy="https://northwind.example/privacy",
    contact="Anna Byrne",
    phone="+35315551234",
)
NORTHWIND = Creditor(
    "northwind",
    name="Northwind Traders",
    country="IE",
    sender="billing@northwind.example",
    reply_to="service@northwind.example",
    bank={"holder": "Northwind Traders Ltd", "iban": "IE29AIBK93115212345678", "bic": "AIBKIE2D"},
    brand=BRAND,
)
LADDER = Policy(
    "standard",
    (
        Step(1, after_due=-3),
        Step(2, after_due=5),
        Step(3, after_due=15),
        Step(4, after_due=30, hand_over=HandOver(14, AGENCY)),
    ),
)
LEVELS = {wording: level for level, wording in enumerate(wordings.DEMANDS, 1)}


@dataclass(frozen=True)
class Told:
    """An account with all that may be told of it."""

    name: str
    state: Account
    rulebook: Rulebook
    lines: tuple[Line, ...]
    currency: str = "EUR"
    charges: tuple[Charge, ...] = ()

    def send(self, wording: str, tone: str, *, channel: str = "email") -> Send:
        """The decision of the ladder's step that says so."""
        early = wording == wordings.BEFORE_DUE
        lines = self.lines
        if early:
            lines = tuple(
                replace(line, due=TODAY + timedelta(3), days_late=-3)
                for line in lines
                if line.charge is None
            )
        return Send(
            currency=self.currency,
            policy="standard",
            version=1,
            channel=channel,
            tone=tone,
            level=LEVELS[wording],
            address=EMAIL if channel == "email" else PHONE,
            serial=3,
            attempt=1,
            lines=lines,
            run=TODAY,
            ruleset="default-1",
            reason="STEP_DUE",
            charges=() if early else self.charges,
        )

    def telling(self, wording: str) -> Telling:
        """What is told beside reminders."""
        lines = tuple(line for line in self.lines if line.charge is None)
        refs = tuple(line.ref for line in lines)
        total = max(sum(line.open for line in lines), 3)
        part = total // 3
        instalments = (
            Instalment(TODAY - timedelta(1), part),
            Instalment(TODAY + timedelta(30), part),
            Instalment(TODAY + timedelta(61), total - 2 * part),
        )
        plan = PaymentPlan(
            "p-1", TODAY - timedelta(10), refs, self.currency, instalments, state=ACTIVE
        )
        promise = Promise("pr-1", TODAY - timedelta(9), TODAY - timedelta(3), total, refs)
        promise = replace(promise, currency=self.currency)
        fact = HandedOver("h-1", TODAY, AGENCY, refs)
        begun = replace(plan, receipts=(Receipt(PostingKey("ledger", "x"), plan.on, part),))
        coming = replace(promise, by=TODAY + timedelta(2))
        settled = tuple(Allocation(line.ref, line.open) for line in lines[:1])
        tellings: dict[str, Telling] = {
            wordings.INSTALMENT_DUE: InstalmentTold(begun, 2, TODAY),
            wordings.INSTALMENT_MISSED: InstalmentTold(plan, 1, TODAY, missed=True),
            wordings.PROMISE_REMINDER: PromiseTold(coming, lines, TODAY),
            wordings.PROMISE_BROKEN: PromiseTold(
                replace(promise, received=total // 4), lines, TODAY, broken=True
            ),
            wordings.THANKS: Thanks(self.currency, settled[0].amount, TODAY, settled, lines[1:]),
            wordings.PLAN_OFFER: PlanTold(replace(plan, state=PROPOSED), lines, TODAY),
            wordings.PLAN_AGREED: PlanTold(plan, lines, TODAY, agreed=True),
            wordings.HAND_OVER: HandOverTold(fact, self.currency, lines, TODAY),
            wordings.NEW_LINK: NewLinkTold(self.currency, TODAY),
        }
        return tellings[wording]

    def speaking(self, language: str) -> "Told":
        """The same of a customer who reads another language."""
        customer = replace(self.state.customer, language=language)
        return replace(self, state=replace(self.state, customer=customer))


def told(
    name: str,
    customer: str,
    amounts: tuple[int, ...],
    *,
    currency: str = "EUR",
    number: str = "NW-{}",
    creditor: Creditor = NORTHWIND,
    charged: bool = False,
) -> Told:
    """An account with an item for each amount, oldest first; the second partly paid."""
    lines, items = [], []
    for place, amount in enumerate(amounts):
        ref = ItemRef(number.format(1042 + place // 2), 1 + place % 2)
        due = TODAY - timedelta(60 - place % 50)
        paid = amount // 4 if place == 1 else 0
        items.append(
            OpenItem(ref, currency, due, amount, amount - paid, issued=due - timedelta(30))
        )
        late = (TODAY - due).days
        lines.append(Line(ref, due, amount, amount - paid, late, 2, True))
    charges: tuple[Charge, ...] = ()
    if charged:
        first = lines[0].ref
        fee = ChargeOf(first, lines[0].due, "fee", 1, 2)
        lines.append(
            Line(ItemRef(f"charge:{first}/1", 1), TODAY, 500, 500, 39, 1, False, charge=fee)
        )
        charges = (
            Charge("fee", "post", 750, first, 2),
            Charge("interest", "announce", 2_871, first, 2, "2026-10-16..2026-11-23 10% of 100"),
        )
    who = Customer(
        "c-1042",
        name=customer,
        country="IE",
        customer_class="business",
        addresses=(EMAIL, PHONE),
    )
    state = Account(Head(creditor.creditor, "c-1042"), who, open=tuple(items))
    return Told(name, state, Rulebook(creditor, (LADDER,)), tuple(lines), currency, charges)


PLAIN = told("plain", "Harbour Café & Söhne", (119_000, 48_650, 48_650), charged=True)
LONG = "Internationale Gesellschaft für Hafenbetrieb und Umschlag mbH & Co. KGaA, Zürich"
NASTY = (
    told("right to left", "شركة الميناء (ש.מ)", (1_190, 500_000), currency="JPY"),
    told("eighty characters", LONG, (1_190_005, 486), currency="KWD", number="R'N-{}/Ü"),
    told("braces and a script", "{{7*7}} <script>alert('x')</script>", (119_000,), number="{}"),
    told("a negative line", "O'Brien & D'Arcy's \"Inn\"", (119_000, 400, -5_000), charged=True),
    told("a hundred and twenty items", "", tuple(range(10_001, 10_121)), charged=True),
)


def messages(languages: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Every language, wording and tone."""
    for language in languages:
        for wording in wordings.WORDINGS:
            for tone in TONES:
                yield language, wording, tone
