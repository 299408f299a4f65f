"""A customer pays from the page behind a link: what may be paid, and a payment begun with one of
the creditor's providers. What was paid is told by the provider's webhook alone (`provider_money`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from dunning.domain.account import Account
from dunning.domain.begun_payments import (
    CAME,
    Awaited,
    Parts,
    awaited,
    begun,
    key_on,
    payment_key,
)
from dunning.domain.calendar import later, local_day
from dunning.domain.facts import PAYMENT_BEGUN, Hold
from dunning.domain.ledger import Entry, LedgerError
from dunning.domain.owed import owed
from dunning.domain.paying import Choice, Payable, payable, total
from dunning.domain.payment_requests import Begun, NotBegun, PaymentRequest
from dunning.service.accounts import Accounts, Contended
from dunning.service.portal import Opened
from dunning.service.ports import Known, Ledger, Metrics
from dunning.service.provider_ports import Keys, NotConfigured, ProviderKeys

HOLD_DAYS: Mapping[str, int] = MappingProxyType({"stripe": 1, "gocardless": 5})
"""Days after the one on which a payment was begun for which its items wait: a card is told of in
seconds, a debit or transfer between banks takes up to five days."""
CURRENCIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "gocardless": frozenset({"EUR", "GBP"}),
    }
)
"""Currencies of a provider that has not nearly all of them (GoCardless: of a payment that its payer
agrees to at once, by its page on instant bank payments; more of debits by a mandate)."""


BACK, LEFT, ARRIVED, NOT_BEGUN = "paying", "left", "arrived", "not-begun"
"""What is told on the page: to who comes back from a provider's, having paid or not, as they say;
that the money has come; that no payment could be begun."""
LATELY_DAYS = 7
"""Days for which it is told that a payment has come."""


class PayPages(Protocol):
    """One account with a provider that has a page to pay on."""

    def begin(self, asked: PaymentRequest) -> Begun:
        """A payment that is awaited; the same key is the same payment. Raises NotBegun."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form asks for: the currency, the choices by their keys, and the provider."""

    currency: str
    keys: tuple[str, ...]
    provider: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a customer comes to the provider's page and back: title and language of what they read
    there, where to come back to, and where to when nothing was paid."""

    title: Callable[[Parts], str]
    language: str
    back: str
    left: str


@dataclass(frozen=True, slots=True)
class Paying:
    """Payments that customers begin."""

    accounts: Accounts
    keys: ProviderKeys
    pages: Callable[[str, Keys], PayPages]
    metrics: Metrics

    def begin(self, opened: Opened, wish: Wish, way: Way, now: int) -> str:
        """Address of the provider's page for what a form asks for. The same wish leads to the same
        payment there. Raises NotBegun, NotConfigured, and LedgerError for what cannot be paid here,
        or not for the amount that was shown."""
        state, creditor = opened.state, opened.rulebook.creditor
        if wish.provider not in providers_for(creditor.pay_with, wish.currency):
            raise LedgerError("unknown_provider", "provider", "choose one of the ways to pay")
        today = local_day(now, state.zone(creditor))
        case = next((one for one in owed(state, today) if one.currency == wish.currency), None)
        if case is None:
            raise LedgerError("nothing_open", "currency", f"nothing is open in {wish.currency}")
        parts = total(payable(state, case).named(wish.keys))
        account = opened.link.account
        key = key_on(state, account, wish.provider, wish.currency, parts, today)
        asked = PaymentRequest(
            creditor=opened.creditor,
            customer=state.head.customer,
            currency=wish.currency,
            items=parts,
            title=way.title(parts),
            language=way.language,
            back=way.back,
            left=way.left,
            key=key,
        )
        try:
            keys = self.keys.of(opened.creditor, wish.provider)
            page = self.pages(wish.provider, keys).begin(asked)
        except (NotBegun, NotConfigured):
            self.metrics.count("PaymentNotBegun")
            raise
        self._wait(opened, key, wish, parts, now)
        self.metrics.count("PaymentBegun")
        return page.url

    def _wait(self, opened: Opened, key: str, wish: Wish, parts: Parts, now: int) -> None:
        """Nobody is reminded of what they are paying right now."""
        today = local_day(now, opened.state.zone(opened.rulebook.creditor))
        until = later(today, HOLD_DAYS[wish.provider])

        def edit(state: Account) -> Entry | None:
            return begun(state, key, wish.currency, parts, today, until)

        customer = opened.state.head.customer
        try:
            self.accounts.change(
                opened.creditor, opened.link.account, customer, opened.rulebook, now, edit
            )
        except Known:
            return  # it stands, or its day is over
        except Contended:
            # The payment is begun: whoever is on the way to it is not sent back for our sake.
            self.metrics.count("PaymentNotAwaited")


def going_on(
    opened: Opened, found: Payable, providers: Collection[str], now: int
) -> tuple[tuple[Awaited, str, tuple[Choice, ...]], ...]:
    """The payments of a case that may still come, each with the provider on whose page it can be
    gone on with, and the choices that are it. ("" and none: what is open of it is not what it was
    for any more.)"""
    state, made = opened.state, []
    for one in awaited(state, local_day(now, state.zone(opened.rulebook.creditor))):
        choices = found.of(one.items)
        if choices:
            made.append((one, *_the_same(opened, found.currency, one, choices, providers)))
    return tuple(made)


def _the_same(
    opened: Opened,
    currency: str,
    one: Awaited,
    choices: tuple[Choice, ...],
    providers: Collection[str],
) -> tuple[str, tuple[Choice, ...]]:
    """The provider and the choices by which a payment was begun: all of its items, or the first of
    their instalments."""
    for number in range(len(choices), 0, -1):
        some = choices[:number]
        parts = total(some)
        for provider in providers:
            key = payment_key(opened.state, opened.link.account, provider, currency, parts, one.on)
            if key == one.key:
                return provider, some
    return "", ()


def told(said: str, opened: Opened, ledger: Ledger, now: int) -> str:
    """What is told to who comes back from a provider's page: as much as is known here."""
    today = local_day(now, opened.state.zone(opened.rulebook.creditor))
    if awaited(opened.state, today):
        return said
    if said == BACK and any(
        isinstance(one.fact, Hold)
        and one.fact.kind == PAYMENT_BEGUN
        and one.outcome in CAME
        and later(one.on, LATELY_DAYS) >= today
        for one in ledger.ended(opened.creditor, opened.link.account)
    ):
        return ARRIVED
    return ""


def providers_for(pay_with: Collection[str], currency: str) -> tuple[str, ...]:
    """Those of a creditor's providers that take a currency, in its order."""
    return tuple(one for one in pay_with if currency in CURRENCIES.get(one, frozenset({currency})))
