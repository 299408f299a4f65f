"""What a customer's statement lists, as strings: a case with its items, the bank details, the
reference. Shared by the page and the PDF of it; which of it stands where is theirs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from babel.core import Locale

from dunning.adapters.figures import day, money
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.owed import Owed, OwedItem

MOST_NUMBERS = 3
"""Invoice numbers in a payment reference; beyond that the customer's number says it shorter."""


def case_rows(case: Owed, words: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """One currency: what is to be paid now, what is open, and the items in groups."""
    page = words["page"]

    def amount(minor: int) -> str:
        return money(minor, case.currency, locale)

    groups = [
        {
            "caption": page[name],
            "column": page["charge" if name == "charges" else "invoice"],
            "lines": [_item(one, words, amount, locale) for one in items],
        }
        for name, items in (("due", case.due), ("charges", case.charges), ("coming", case.coming))
        if items
    ]
    beyond = case.total > 0 and case.total != case.now
    return {
        "now_label": page["now"] if case.now else page["nothing_now"],
        "now": amount(case.now) if case.now else "",
        "total": page["total"].format(amount=amount(case.total)) if beyond else "",
        "credit": page["credit"].format(amount=amount(case.credit)) if case.credit else "",
        "groups": groups,
        "rates": [
            {
                "due": page["rate_due"].format(date=day(one.due, locale)),
                "amount": amount(one.amount),
            }
            for one in case.rates
        ],
    }


def _item(
    one: OwedItem, words: Mapping[str, Any], amount: Callable[[int], str], locale: Locale
) -> dict[str, Any]:
    page = words["page"]
    if one.charge is not None:
        name = words["charge"][one.charge.what].format(invoice=one.charge.parent.invoice)
        due = words["charge"]["since"].format(date=day(one.due, locale))
    else:
        name = one.ref.invoice
        if one.ref.item > 1 or one.parts > 1:
            name = page["part"].format(invoice=name, part=one.ref.item)
        late = _late(one.days_late, page, locale)
        due = f"{page['due_on'].format(date=day(one.due, locale))}, {late}"
    kinds = words["came"]
    came = [
        kinds.get(c.type, kinds["other"]).format(date=day(c.day, locale), amount=amount(c.amount))
        for c in one.came
    ]
    if one.settled and sum(c.amount for c in one.came) != one.settled:
        came = [page["settled"].format(amount=amount(one.settled))]
    return {
        "name": name,
        "due": due,
        "came": came,
        "open": amount(one.open),
        "of": page["of"].format(amount=amount(one.amount)) if one.settled else "",
        "why_not": words["why_not"][one.why_not] if one.why_not else "",
    }


def _late(days: int, page: Mapping[str, Any], locale: Locale) -> str:
    if days == 0:
        return str(page["due_today"])
    forms: Mapping[str, str] = page["late"] if days > 0 else page["due_in"]
    form = forms.get(locale.plural_form(abs(days))) or forms["other"]
    return form.format(count=abs(days))


def brand_name(creditor: Creditor) -> str:
    """The creditor's name in one line."""
    return " ".join((creditor.name or creditor.creditor).split())


def reference_of(cases: tuple[Owed, ...], customer: Customer) -> str:
    """What a transfer should say: the invoices that are to be paid now, else all that are open."""
    items = [one for case in cases for one in case.items]
    wanted = [one for one in items if one.now] or items
    numbers = dict.fromkeys(
        one.charge.parent.invoice if one.charge else one.ref.invoice for one in wanted
    )
    return ", ".join(numbers) if 0 < len(numbers) <= MOST_NUMBERS else customer.customer


def bank_rows(bank: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The bank details in the wording's order; what it has no word for keeps its own name."""
    known = [key for key in labels if bank.get(key)]
    others = [key for key in bank if key not in labels and bank[key]]
    return [
        {
            "label": labels.get(key) or key.replace("_", " ").capitalize(),
            "value": _grouped(bank[key]) if key == "iban" else " ".join(bank[key].split()),
        }
        for key in (*known, *others)
    ]


def _grouped(iban: str) -> str:
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
