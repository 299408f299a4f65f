"""The statement that docs/images/statement-*.png show: a made-up account, as customers see it.

`python -m tests.portal_example FOLDER` writes the pictures anew, at 390 and 1200 pixels, by day and
by night. Nothing here is asserted: tests/unit/test_portal_pages.py holds the same page to account.
"""

import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from dunning.adapters.form_pages import FormPages
from dunning.adapters.portal_pages import HtmlPage
from dunning.domain.account import Account, Head
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.facts import Dispute
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import ChargeOf, OpenItem
from dunning.domain.owed import Owed, owed
from dunning.domain.posting import Allocation, Posting, PostingKey
from dunning.entry.pages import MENU

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 23)
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


def main(folder: Path) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    pages = FormPages(ROOT / "templates")
    shown = {
        "statement": statement(pages),
        "statement-de": statement(pages, "de"),
        "unsubscribe": pages.unsubscribe(NORTHWIND, customer(), stopped=False),
        "unsubscribed": pages.unsubscribe(NORTHWIND, customer(), stopped=True),
        "no-link": pages.missing(),
    }
    with TemporaryDirectory() as scratch, sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, page in shown.items():
            file = Path(scratch) / f"{name}.html"
            file.write_text(page.html, encoding="utf-8")
            for width, scheme in ((390, "light"), (1200, "light"), (390, "dark")):
                if name != "statement" and (width, scheme) != (390, "light"):
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
