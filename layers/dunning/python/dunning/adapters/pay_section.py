"""The part of a statement that pays: what is to be paid in one go, what else may be chosen, and a
payment that was begun. Words and figures alone; what may be paid is `domain.paying`'s.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from babel.core import Locale

from dunning.adapters.figures import day, money
from dunning.domain.begun_payments import Awaited, Parts
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.paying import Choice, Payable

NAMES = {"stripe": "Stripe", "gocardless": "GoCardless"}
MOST_NUMBERS = 3


class PayForm(NamedTuple):
    """The forms of one currency: what may be paid, by which providers, what is awaited, where the
    forms are posted, and the hidden field that they carry. Of what is awaited: the provider with
    which it can be gone on, and the choices that are it; or none."""

    payable: Payable
    providers: tuple[str, ...]
    awaited: tuple[tuple[Awaited, str, tuple[Choice, ...]], ...]
    action: str
    nonce: str


def sections(
    forms: Iterable[PayForm], words: Mapping[str, Any], locale: Locale
) -> list[dict[str, Any]]:
    """What the template needs of each."""
    return [_section(form, words, locale) for form in forms]


def title(creditor: Creditor, customer: Customer, parts: Parts) -> str:
    """What a payment is called on the provider's page and in its books: no name of a person."""
    numbers = list(dict.fromkeys(ref.invoice for ref, _ in parts))
    said = ", ".join(numbers) if len(numbers) <= MOST_NUMBERS else customer.customer
    return f"{' '.join((creditor.name or creditor.creditor).split())}: {said}"


def _section(form: PayForm, words: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    said, currency = words["pay"], form.payable.currency

    def amount(choices: Iterable[Choice]) -> str:
        return money(sum(one.amount for one in choices), currency, locale)

    wanted, every = form.payable.wanted, form.payable.choices
    return {
        "action": form.action,
        "nonce": form.nonce,
        "currency": currency,
        "heading": said["heading"],
        "picked": [one.key for one in wanted],
        "all": [
            {"provider": one, "label": said["all"][one].format(amount=amount(wanted))}
            for one in (form.providers if wanted else ())
        ],
        "choose": said["choose"],
        "legend": said["legend"].format(currency=currency),
        "choices": [_choice(one, words, currency, locale) for one in every]
        if len(every) > 1 or not wanted
        else [],
        "chosen": [{"provider": one, "label": said["chosen"][one]} for one in form.providers],
        "note": said["note"].format(providers=" / ".join(map(NAMES.__getitem__, form.providers))),
        "awaited": [
            {
                "heading": said["begun"],
                "text": said["begun_text"].format(
                    amount=money(awaited.amount, currency, locale), date=day(awaited.on, locale)
                ),
                "picked": [one.key for one in choices],
                "provider": provider,
                "label": said["go_on"],
            }
            for awaited, provider, choices in form.awaited
        ],
    }


def _choice(one: Choice, words: Mapping[str, Any], currency: str, locale: Locale) -> dict[str, Any]:
    page = words["page"]
    due = page["due_on"].format(date=day(one.due, locale))
    if one.item is None:
        name, due = words["pay"]["rate"].format(date=day(one.due, locale)), ""
    elif one.item.charge is not None:
        name = words["charge"][one.item.charge.what].format(invoice=one.item.charge.parent.invoice)
        due = words["charge"]["since"].format(date=day(one.due, locale))
    else:
        name = one.item.ref.invoice
        if one.item.ref.item > 1 or one.item.parts > 1:
            name = page["part"].format(invoice=name, part=one.item.ref.item)
    why_not = one.item.why_not if one.item else ""
    return {
        "key": one.key,
        "name": name,
        "due": due,
        "amount": money(one.amount, currency, locale),
        "wanted": one.wanted,
        "why_not": words["why_not"][why_not] if why_not else "",
    }
