"""All that one mail shows, as strings and rows: what all have in common, and that of a reminder.
That of what is told beside them is `render_telling`'s.
The layout (templates/email) only places it; what is sent, to whom and when is decided elsewhere.
"""

from collections.abc import Sequence
from typing import Any

from dunning.domain import wordings
from dunning.domain.account import Account
from dunning.domain.brand import Brand
from dunning.domain.calendar import later
from dunning.domain.creditor import Creditor
from dunning.domain.due import Send
from dunning.domain.lines import Line
from dunning.domain.policy import Policy, Rulebook
from dunning.service.ports import Inline, Links

from . import transfer_code
from .own_blocks_shelf import NOTHING
from .render_lines import (
    Shown,
    Writer,
    bank_lines,
    charge_lines,
    credit_used,
    document,
    isolated,
    item_lines,
    one_line,
)

MOST_NUMBERS = 3
"""Invoice numbers in a payment reference; beyond that the customer's number says it shorter."""
QR_CID = "transfer-code"
_LATE = frozenset({*wordings.DEMANDS, wordings.PROMISE_BROKEN, wordings.THANKS, wordings.HAND_OVER})
"""Messages that say how late an item is."""
_CAPTIONS = {
    wordings.BEFORE_DUE: "listed_before",
    wordings.PLAN_OFFER: "listed_plan",
    wordings.PLAN_AGREED: "listed_plan",
    wordings.HAND_OVER: "listed_handed",
}
_TOTALS = {
    wordings.INSTALMENT_DUE: "total_due",
    wordings.INSTALMENT_MISSED: "total_due",
    wordings.PLAN_OFFER: "total_plan",
    wordings.PLAN_AGREED: "total_plan",
    wordings.HAND_OVER: "total_left",
    wordings.THANKS: "total_left",
}
_OBJECTED = frozenset(
    {*wordings.DEMANDS, wordings.PROMISE_BROKEN, wordings.PLAN_OFFER, wordings.HAND_OVER}
)
"""Messages that say where to object."""


class Page:
    """One mail in the making: who writes to whom, in which words, and what it shows so far."""

    def __init__(
        self, state: Account, owed_to: Creditor, write: Writer, wording: str, tone: str
    ) -> None:
        self.state, self.owed_to, self.write = state, owed_to, write
        self.wording = wording
        self.step = write.words.step(wording, tone)
        self.creditor = isolated(one_line(owed_to.name or owed_to.creditor))
        self.customer = isolated(one_line(state.customer.name))
        self.numbers: list[str] = []
        self.named: dict[str, str] = {}

    def about(self, numbers: Sequence[str], total: int) -> None:
        """Say which invoices it is about, and for how much."""
        self.numbers = list(dict.fromkeys(numbers))
        count = max(len(self.numbers), 1)
        self.named = {
            "creditor": self.creditor,
            "customer": self.customer,
            "invoice": isolated(self.numbers[0]) if self.numbers else "",
            "count": str(count),
            "total": self.write.money(total),
        }
        phrases = self.write.words["phrases"]
        for name, forms in phrases.items():
            self.named[name] = self.write.form(forms, count).format_map(self.named)

    def say(self, key: str) -> str:
        """A sentence of the step."""
        return self.step.say(key, max(len(self.numbers), 1), self.named)

    @property
    def reference(self) -> str:
        """What a transfer is to name."""
        if 0 < len(self.numbers) <= MOST_NUMBERS:
            return ", ".join(self.numbers)
        return self.state.head.customer

    def shown(
        self,
        *,
        total: int,
        links: Links,
        tables: Sequence[Shown] = (),
        charges: Sequence[Shown] = (),
        facts: Shown | None = None,
        plan: Shown | None = None,
        credit: int = 0,
        closing_lines: Sequence[str] = (),
        opening: str = "",
        subject: str = "",
        request: str = "",
        to_pay: int | None = None,
        label: str = "",
    ) -> dict[str, Any]:
        """All that the layout places. `to_pay`: minor units that the bank details and the code ask
        for; None: nothing is to be paid now."""
        labels, brand = self.write.words["labels"], self.owed_to.brand
        paying = bool(to_pay) and bool(self.owed_to.bank)
        code = self._code(to_pay) if to_pay and paying else None
        amount = self.write.money(total)
        pay_named = {**self.named, "total": self.write.money(to_pay or 0)}
        return {
            "language": self.write.words.language,
            "direction": "ltr",
            "subject": one_line(subject or self.say("subject")),
            "preview": self.say("preview"),
            "heading": self.say("heading"),
            "greeting": self.say("greeting" if self.customer else "greeting_unnamed"),
            "opening": opening or self.say("opening"),
            "request": request or self.say("request"),
            "more": list(closing_lines),
            "closing": self.say("closing"),
            "signature": brand.signature or (self.creditor,),
            "creditor": self.creditor,
            "brand": {"logo": brand.logo, "width": brand.logo_width, **_colours(brand)},
            "labels": labels,
            "colon": labels["colon"].format(label=""),
            "tables": [table for table in tables if table["lines"]],
            "charges": list(charges),
            "credit": labels["credit"].format(amount=self.write.money(credit)) if credit else "",
            "facts": facts,
            "plan": plan,
            "total_label": labels[label or _TOTALS.get(self.wording, "total")],
            "total": amount if total else "",
            "bank": bank_lines(self.owed_to.bank, self.write.words["bank"]) if paying else [],
            "reference": self.reference,
            "qr": self._qr(code, to_pay or 0) if code else None,
            "code": code,
            **self._buttons(links, pay_named, paying=bool(to_pay)),
            "named": self.named,
            "usual": not opening,
            "own": NOTHING,
            "sent_by": labels["sent_by"].format(creditor=self.creditor),
            "imprint": brand.imprint,
            "privacy": brand.privacy,
        }

    def _code(self, cents: int) -> str | None:
        """The text of the transfer's code, where there is one: in EUR, to an IBAN."""
        bank, brand = self.owed_to.bank, self.owed_to.brand
        if self.write.currency != "EUR" or not brand.qr or not bank.get("iban"):
            return None
        return transfer_code.payload(
            holder=bank.get("holder") or self.owed_to.name,
            iban=bank["iban"],
            bic=bank.get("bic", ""),
            cents=cents,
            reference=self.reference,
        )

    def _qr(self, said: str, cents: int) -> Shown:
        labels = self.write.words["labels"]
        alt = labels["qr_alt"].format(amount=self.write.money(cents), reference=self.reference)
        return {
            "src": f"cid:{QR_CID}",
            "alt": alt,
            "title": labels["qr"],
            "hint": labels["qr_hint"],
        }

    def _buttons(self, links: Links, named: dict[str, str], *, paying: bool) -> dict[str, Any]:
        words, wording = self.write.words["links"], self.wording
        asks = wording in wordings.DEMANDS or wording == wordings.PROMISE_BROKEN

        offered: dict[str, str] = {}

        def button(name: str, url: str | None) -> list[Shown]:
            offered["plan" if name == "accept" else name] = url or ""
            return [{"label": words[name].format_map(named), "url": url}] if url else []

        primary = button("pay", links.pay) if paying else []
        if wording == wordings.PLAN_OFFER:
            primary = button("accept", links.plan)
        statement = button("statement", links.statement)
        if wording == wordings.NEW_LINK:
            primary, statement = statement, []
        second = [
            *button("plan", links.plan if asks and wording != wordings.BEFORE_DUE else None),
            *button("paid", links.paid if asks or wording == wordings.INSTALMENT_MISSED else None),
            *statement,
        ]
        objected = wording in _OBJECTED
        return {
            "links": offered,
            "primary": primary[0] if primary else None,
            "secondary": second,
            "objected": objected,
            "objections": button("dispute", links.dispute) if objected else [],
            "foot": [
                *button("wrong_person", links.wrong_person),
                *button("unsubscribe", links.unsubscribe),
            ],
        }


def demand_page(
    state: Account, rulebook: Rulebook, send: Send, write: Writer, links: Links
) -> dict[str, Any]:
    """What a reminder of a ladder shows."""
    policy = rulebook.named(send.policy)
    wording = wordings.wording_of(policy, send.level, send.variant)
    page = Page(state, rulebook.creditor, write, wording, send.tone)
    items = tuple(line for line in send.lines if line.charge is None)
    page.about([document(line) for line in items or send.lines], send.total)
    oldest = min((line.due for line in items or send.lines), default=send.run)
    page.named["due"] = write.day(oldest)
    told = write.words["charges"]  # who has paid is not told that they have not
    count = len(page.numbers)
    return page.shown(
        total=send.total,
        links=links,
        tables=[item_table(page, items)],
        charges=charge_lines(send, write),
        credit=credit_used(state, send.lines),
        closing_lines=_consequence(page, policy, send),
        subject="" if items else write.form(told["subject"], count).format_map(page.named),
        opening="" if items else write.form(told["opening"], count).format_map(page.named),
        to_pay=send.total,
    )


def _consequence(page: Page, policy: Policy | None, send: Send) -> list[str]:
    """What follows, where the policy says that it will: nothing is threatened that nobody does."""
    step = policy.step(send.level) if policy else None
    if step is None or step.hand_over is None or step.repeat_every is not None:
        return []
    if not page.step.has("consequence"):
        return []
    page.named["deadline"] = page.write.day(later(send.run, step.hand_over.after))
    page.named["receiver"] = page.write.words["receivers"][step.hand_over.to]
    return [page.say("consequence")]


def item_table(page: Page, lines: tuple[Line, ...]) -> Shown:
    """Open items, as a message of that wording captions them."""
    labels = page.write.words["labels"]
    late = page.wording in _LATE
    return {
        "caption": labels[_CAPTIONS.get(page.wording, "listed")],
        "column": labels["open"],
        "lines": item_lines(lines, page.state, page.write, late=late),
    }


def inline_of(shown: dict[str, Any]) -> tuple[Inline, ...]:
    """The pictures that travel with the mail."""
    if not shown["code"]:
        return ()
    png = transfer_code.picture(shown["code"])
    return (Inline(QR_CID, "image/png", "sepa-transfer.png", png),)


def _colours(brand: Brand) -> dict[str, str]:
    return {"colour": brand.colour, "night": _night(brand)}


def _night(brand: Brand) -> str:
    found = _NIGHTS.get(brand.colour)
    if found is None:
        found = _NIGHTS[brand.colour] = brand.colour_at_night
    return found


_NIGHTS: dict[str, str] = {}
"""By colour: a mixture is found once for a creditor's mails."""
