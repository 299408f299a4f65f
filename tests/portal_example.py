"""The statement that docs/images/statement-*.png show: a made-up account, as customers see it.

`python -m tests.portal_example FOLDER` writes the pictures anew, at 390 and 1200 pixels, by day and
by night. Nothing here is asserted: tests/unit/test_portal_pages.py holds the same page to account.
"""

import json
import shutil
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from dunning.adapters.dynamodb.keys import creditor_of
from dunning.adapters.form_pages import FormPages
from dunning.adapters.form_seals import FormSeals
from dunning.adapters.link_tokens import LinkKeys, LinkTokens
from dunning.adapters.memory.cell import (
    MemorySettings,
    MemorySuppressions,
    SetClock,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.portal_pages import HtmlPage
from dunning.domain.account import Account, Head
from dunning.domain.bodies import (
    AccountBody,
    CustomerBody,
    DisputeBody,
    InvoiceBody,
    MandateBody,
    MoneyBody,
    Part,
    PlanBody,
    PromiseBody,
)
from dunning.domain.calendar import parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.facts import Dispute
from dunning.domain.gates import DefaultGates
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, DueItem, Invoice, OpenItem
from dunning.domain.links import Purpose, link
from dunning.domain.mandate_debits import asked_for
from dunning.domain.owed import Owed, owed
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step
from dunning.domain.posting import Allocation, Posting, PostingKey
from dunning.domain.uploads import UploadForm
from dunning.entry.pages import MENU, ShowPages, made
from dunning.entry.pages.asked import PageAsked
from dunning.entry.pages.dispute import upload
from dunning.service.accounts import Accounts
from dunning.service.portal import LinkDoor, Portal
from dunning.service.portal_forms import Forms
from dunning.service.record_body import RecordBody
from dunning.service.visiting import Refused, Visit

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 23)
NOON = parse_instant("2026-11-23T12:00:00Z")
NORTHWIND = Creditor(
    "northwind",
    name="Northwind Traders",
    country="IE",
    sender="billing@northwind.example",
    reply_to="service@northwind.example",
    bank={
        "holder": "Northwind Traders Ltd",
        "iban": "IE29AIBK93115212345678",
        "bic": "AIBKIE2D",
    },
)


def _item(number: str, part: int, due: date, amount: int, left: int) -> OpenItem:
    return OpenItem(ItemRef(number, part), "EUR", due, amount, left)


FIRST = ItemRef("NW-1042", 1)
FEE = OpenItem(
    ItemRef("fee-3", 1),
    "EUR",
    date(2026, 11, 9),
    500,
    500,
    charge=ChargeOf(FIRST, date(2026, 10, 15), "fee", 2, 3),
)
OPEN = (
    _item("NW-1042", 1, date(2026, 10, 15), 119_000, 100_350),
    _item("NW-1066", 1, date(2026, 11, 2), 48_650, 48_650),
    _item("NW-1071", 1, date(2026, 11, 10), 21_500, 21_500),
    _item("NW-1066", 2, date(2026, 12, 2), 48_650, 48_650),
    FEE,
)
PAID = (
    Posting(
        PostingKey("ledger", "bank-77"),
        "payment",
        date(2026, 11, 3),
        date(2026, 11, 3),
        "EUR",
        18_650,
        (Allocation(FIRST, 18_650),),
    ),
)


def cases(currency: str = "EUR") -> tuple[Owed, ...]:
    """What the made-up customer owes."""
    state = Account(
        Head("northwind", "c-1042"),
        Customer("c-1042"),
        open=OPEN,
        disputes=(Dispute("d-1", "NW-1071", date(2026, 11, 12)),),
    )
    return tuple(case for case in owed(state, TODAY, PAID) if case.currency == currency)


def customer(language: str = "en") -> Customer:
    """Who owes it."""
    return Customer("c-1042", language=language)


def statement(pages: FormPages, language: str = "en") -> HtmlPage:
    """The page."""
    tongue = pages.tongue(NORTHWIND, customer(language))
    menu = (
        tongue.say("menu", "heading"),
        tuple((f"x/{name}", tongue.say("menu", name)) for name in MENU),
    )
    return pages.statement(NORTHWIND, customer(language), cases(), TODAY, "x/no-calls", menu=menu)


class Example:
    """The same customer's pages with forms, over a ledger in memory."""

    def __init__(self, pages: FormPages, language: str = "en") -> None:
        ledger, settings = MemoryLedger(), MemorySettings()
        settings.put_creditor("northwind", NORTHWIND)
        offer = PlanOffer(most=4, down=Decimal(10))
        policy = Policy("standard", (Step(1, after_due=10),), plan_offer=offer)
        settings.put_policies("northwind", (policy,), "the policy")
        keys = LinkKeys(lambda: json.dumps({"1": "a key of the pictures, long enough for one"}))
        self.tokens, self.account = LinkTokens(keys), ledger.account_key("northwind", "c-1042")
        door = LinkDoor(ledger, settings, self.tokens.opened, creditor_of)
        forms = Forms(FormSeals(keys))
        self.pages = pages
        self.shown = ShowPages(lambda: None, SetClock(NOON), Portal(door), pages, forms)
        self._ledger, self._settings = ledger, settings
        self._bodies = RecordBody(
            Accounts(ledger, DefaultGates()), MemorySuppressions(), plain_hash
        )
        addresses = (Address("email", "a@example.com", ""), Address("voice", "+35391555123", ""))
        who = Customer("c-1042", language=language, addresses=addresses)
        self.say(CustomerBody(on=TODAY, customer=who))
        for item in OPEN[:4]:
            if item.ref.item == 1:
                mine = [one for one in OPEN[:4] if one.ref.invoice == item.ref.invoice]
                due = tuple(DueItem(one.due, one.amount) for one in mine)
                issued = date(2026, 9, 15)
                document = Invoice(item.ref.invoice, "EUR", "invoice", issued, due, as_of=issued)
                self.say(InvoiceBody(on=issued, customer="c-1042", invoice=document))
        paid = date(2026, 11, 3)
        part = Part(invoice="NW-1042", item=1, amount=18_650)
        self.say(
            MoneyBody(
                on=paid, type="payment", id="bank-77", customer="c-1042", currency="EUR",
                amount=18_650, value_date=paid, parts=(part,),
            )
        )  # fmt: skip

    def say(self, body: AccountBody) -> None:
        """Into the ledger."""
        book = self._settings.rulebook("northwind")
        assert book is not None
        self._bodies.record("northwind", body, book, NOON)

    def may_collect(self) -> None:
        """The creditor lets customers have plans collected."""
        settings = replace(NORTHWIND, collect_plans="gocardless")
        self._settings.put_creditor("northwind", settings)

    def collected(self, plan: str) -> None:
        """The customer has signed, and the provider has the debits."""
        mandate = MandateBody(
            on=TODAY, id="m-1", customer="c-1042", state="signed", plan=plan,
            provider="gocardless", reference="MD1", signed_at=NOON, text_hash="0" * 64,
            copy_given=TODAY, source="portal",
        )  # fmt: skip
        self.say(mandate)
        book = self._settings.rulebook("northwind")
        assert book is not None
        self._bodies.accounts.change(
            "northwind", self.account, "c-1042", book, NOON,
            lambda state: asked_for(state, "m-1", book.creditor, book.calendars, TODAY),
        )  # fmt: skip

    def page(self, name: str, said: str = "", **fields: str) -> HtmlPage:
        """A page, as the function that shows it makes it."""
        hashed = plain_hash("email", "a@example.com")
        token = self.tokens.sealed(link(self.account, Purpose.VIEW, hashed, TODAY, 0))
        asked = {key.rstrip("_"): (value,) for key, value in fields.items()}
        found = self.shown.page(token, name, NOON, said, asked)
        assert found is not None
        return found

    def refused(self, name: str, refused: Refused, **fields: str) -> HtmlPage:
        """A page as it comes again, with what is wrong in it."""
        hashed = plain_hash("email", "a@example.com")
        token = self.tokens.sealed(link(self.account, Purpose.VIEW, hashed, TODAY, 0))
        opened = self.shown.portal.door.open(token, NOON)
        assert opened is not None
        asked = {key: (value,) for key, value in fields.items()}
        return made(self.shown, name, PageAsked(opened, token, NOON, "", asked, refused))

    def upload(self) -> HtmlPage:
        """The page from which a file goes into the bucket."""
        found = self._ledger.read("northwind", self.account)
        hashed = plain_hash("email", "a@example.com")
        here = link(self.account, Purpose.VIEW, hashed, TODAY, 0)
        rulebook = self._settings.rulebook("northwind")
        assert found is not None
        assert rulebook is not None
        visit = Visit.of("northwind", here, found, rulebook, NOON)
        return upload(self.pages, visit, "pdf", UploadForm("https://bucket.example/", ()))


def forms(pages: FormPages, language: str = "en") -> dict[str, HtmlPage]:
    """Every page with a form, and what each comes to, by the name of its picture."""
    fresh, later_on = Example(pages, language), Example(pages, language)
    collected = Example(pages, language)
    later_on.say(DisputeBody(on=TODAY, id="portal-1-0", invoice="NW-1071", item=1, reason="faulty"))
    later_on.say(
        PromiseBody(
            on=date(2026, 11, 10), id="p1", customer="c-1042", by=date(2026, 11, 12),
            amount="100.00", items=(ItemRef("NW-1066", 1),),
        )
    )  # fmt: skip
    plan = PlanBody(
        on=TODAY, id="pl-1", customer="c-1042", state="active", items=(("NW-1042", 1),),
        down="100.35",
        instalments=(
            (date(2026, 12, 7), "301.05"), (date(2027, 1, 7), "301.05"),
            (date(2027, 2, 7), "301.05"),
        ), by="customer",
    )  # fmt: skip
    for one in (later_on, collected):
        one.say(plan)
    collected.may_collect()
    offered = collected.page("plan", "collect-left")
    collected.collected("pl-1")
    proposed = Example(pages, language)
    proposed.say(
        PlanBody(
            on=TODAY, id="pl-2", customer="c-1042", state="proposed", items=(("NW-1042", 1),),
            instalments=((date(2026, 12, 7), "500.00"), (date(2027, 1, 7), "503.50")), by="finance",
        )
    )  # fmt: skip
    return {
        "plan": fresh.page("plan"),
        "plan-review": fresh.page("plan", choice="EUR-3"),
        "plan-asked": fresh.page("plan", currency="EUR", count="8"),
        "plan-agreed": later_on.page("plan", "plan-agreed"),
        "plan-collect": offered,
        "plan-collected": collected.page("plan", "collecting"),
        "plan-proposed": proposed.page("plan"),
        "promise": fresh.page("promise"),
        "dispute": fresh.page("dispute"),
        "dispute-wrong": fresh.refused("dispute", Refused("reason", "missing"), text="It broke."),
        "disputed": later_on.page("dispute", "objected"),
        "upload": later_on.upload(),
        "paid": fresh.page("paid"),
        "wrong-person": fresh.page("wrong-person"),
        "contact": fresh.page("contact"),
        "first-question": fresh.page("answer"),
        "history": later_on.page("history"),
    }


def shown(pages: FormPages) -> dict[str, HtmlPage]:
    """Every page there is, by the name of its picture."""
    from tests.pay_example import paying

    return {
        "statement": statement(pages),
        "statement-de": statement(pages, "de"),
        "unsubscribe": pages.unsubscribe(NORTHWIND, customer(), stopped=False),
        "unsubscribed": pages.unsubscribe(NORTHWIND, customer(), stopped=True),
        "no-link": pages.missing(),
        "link-asked": pages.link_asked(),
        **forms(pages),
        **paying(pages),
    }


SIZES = ((390, "light"), (1200, "light"), (390, "dark"))


def main(folder: Path) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    every = shown(FormPages(ROOT / "templates"))
    both = {"statement", "plan-review", "dispute"}
    with TemporaryDirectory() as scratch, sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, page in every.items():
            file = Path(scratch) / f"{name}.html"
            file.write_text(page.html, encoding="utf-8")
            for width, scheme in SIZES:
                if name not in both and (width, scheme) != SIZES[0]:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": 800},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                tab = context.new_page()
                tab.goto(file.as_uri())
                at = f"{name}-{width}" + ("-night" if scheme == "dark" else "")
                tab.screenshot(path=str(folder / f"{at}.png"), full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
