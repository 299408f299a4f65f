"""The rows of a mail: due items, charges, instalments, bank details. Strings, ready to be placed.
What is listed is the decision's; figures are written by `figures`, words are the wording's.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from babel.core import Locale

from dunning.domain.account import Account
from dunning.domain.charges.basis import stretches
from dunning.domain.charges.notice import ANNOUNCE, INTEREST, Charge
from dunning.domain.due import Send
from dunning.domain.lines import Line
from dunning.domain.payment_plans import PaymentPlan

from .figures import day, form, money, rate
from .wording import Words

Shown = dict[str, Any]


class Writer(NamedTuple):
    """How the figures of one message are written."""

    words: Words
    locale: Locale
    currency: str

    def money(self, minor: int) -> str:
        """An amount of the message's currency."""
        return money(minor, self.currency, self.locale)

    def day(self, value: date) -> str:
        """A day."""
        return day(value, self.locale)

    def form(self, forms: str | Mapping[str, str], count: int) -> str:
        """The form of the words for a number."""
        return form(forms, count, self.words.language)


def document(line: Line) -> str:
    """The number of the invoice that a line is about: of a charge, the one it stands against."""
    return line.charge.parent.invoice if line.charge else line.ref.invoice


def item_lines(
    lines: tuple[Line, ...], state: Account, write: Writer, *, late: bool
) -> list[Shown]:
    """Each due item: number, days, what the document asks for, what came, what is open. `late`:
    whether it is said how late it is."""
    labels = write.words["labels"]
    parts: dict[str, int] = {}
    for line in lines:
        parts[line.ref.invoice] = parts.get(line.ref.invoice, 0) + 1
    opened = {item.ref: item for item in state.open}
    shown = []
    for line in lines:
        number, part = line.ref.invoice, line.ref.item
        name = number
        if part > 1 or parts[number] > 1:
            name = labels["part"].format(invoice=number, part=part)
        item = opened.get(line.ref)
        left = item.open if item else line.open
        details = [labels["of"].format(amount=write.money(line.amount))]
        came = line.amount - left
        if came > 0:
            details.append(labels["paid"].format(amount=write.money(came)))
        if left > line.open:
            details.append(labels["from_credit"].format(amount=write.money(left - line.open)))
        issued = item.issued if item is not None else None
        shown.append(
            {
                "name": name,
                "issued": labels["issued"].format(date=write.day(issued)) if issued else "",
                "due": labels["due"].format(date=write.day(line.due)),
                "late": _late(line.days_late, write) if late else "",
                "open": write.money(line.open),
                "details": details,
            }
        )
    return shown


def _late(days: int, write: Writer) -> str:
    labels = write.words["labels"]
    if days == 0:
        return str(labels["due_today"])
    forms = labels["late"] if days > 0 else labels["due_in"]
    return write.form(forms, abs(days)).format(count=abs(days))


def credit_used(state: Account, lines: tuple[Line, ...]) -> int:
    """Minor units that credit on account has taken off the listed items."""
    opened = {item.ref: item.open for item in state.open}
    return sum(max(0, opened.get(line.ref, line.open) - line.open) for line in lines)


def charge_lines(send: Send, write: Writer) -> list[Shown]:
    """What earlier notices have posted and is open, then what this one charges; each with its
    reason."""
    words = write.words["charges"]

    def earlier(line: Line) -> Shown:
        assert line.charge is not None
        name = words[line.charge.what].format(invoice=line.charge.parent.invoice)
        why = words["earlier"].format(date=write.day(line.due))
        return {"name": name, "why": why, "amount": write.money(line.open)}

    def new(charge: Charge) -> Shown:
        name = words[charge.what].format(invoice=charge.ref.invoice)
        said = [*_stretches(charge, send, write)] or [words["now"]]
        if charge.mode == ANNOUNCE:
            said.append(words["announced"])
        return {"name": name, "why": "; ".join(said), "amount": write.money(charge.amount)}

    return [
        *(earlier(line) for line in send.lines if line.charge is not None),
        *(new(charge) for charge in send.charges if charge.counts),
    ]


def _stretches(charge: Charge, send: Send, write: Writer) -> Iterator[str]:
    """The stretches of interest, so that it can be computed again."""
    if charge.what != INTEREST:
        return
    for one in stretches(charge.basis, send.currency):
        yield write.words["charges"]["stretch"].format(
            rate=rate(one.rate, write.locale),
            base=write.money(one.base),
            first=write.day(one.first),
            last=write.day(one.last),
        )


def schedule(plan: PaymentPlan, write: Writer, today: date, told: int = 0) -> list[Shown]:
    """The instalments of a plan, each with what has come of it; `told`: the number of the one that
    the message is about."""
    words = write.words["schedule"]
    rows = []
    parts = zip(plan.instalments, plan.paid(), strict=True)
    for number, (one, paid) in enumerate(parts, 1):
        state = ""
        if paid >= one.amount:
            state = words["paid"]
        elif plan.in_force and one.due < today:
            state = words["missed"]
        elif paid:
            state = words["paid_part"].format(amount=write.money(paid))
        down = plan.down and number == 1
        rows.append(
            {
                "name": words["down"] if down else words["one"].format(number=number),
                "due": write.day(one.due),
                "amount": write.money(one.amount),
                "state": state,
                "told": number == told,
            }
        )
    return rows


def bank_lines(bank: Mapping[str, str], labels: Mapping[str, str]) -> list[Shown]:
    """The bank details in the wording's order; what it has no word for keeps its own name."""
    known = [key for key in labels if bank.get(key)]
    others = [key for key in bank if key not in labels and bank[key]]
    return [
        {
            "label": labels.get(key) or key.replace("_", " ").capitalize(),
            "value": _grouped(bank[key]) if key == "iban" else one_line(bank[key]),
        }
        for key in (*known, *others)
    ]


def _grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def one_line(text: str) -> str:
    """A text without line breaks and double blanks."""
    return " ".join(text.split())


def isolated(text: str) -> str:
    """A text that may be written from right to left, kept from turning what stands around it."""
    if any(unicodedata.bidirectional(sign) in ("R", "AL", "RLE", "RLO") for sign in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text
