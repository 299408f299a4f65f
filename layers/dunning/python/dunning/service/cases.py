"""What a customer owes and what is planned, as systems read it: by currency, item by item.
Nothing is decided or written here; why it is so is `why`'s.
"""

from dataclasses import dataclass
from typing import Any

from dunning.domain.account import Account
from dunning.domain.calendar import iso_instant, local_day
from dunning.domain.invoice import OpenItem
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.service.ports import Ledger

Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cases:
    """The use case over one cell."""

    ledger: Ledger

    def __call__(
        self, creditor: str, customer: str, rulebook: Rulebook, now: int
    ) -> tuple[Output, int] | None:
        """The account, and its revision (another one: it has changed); None: nobody is known by
        that id. Amounts are text with the currency's decimals."""
        state = self.ledger.read(creditor, self.ledger.account_key(creditor, customer))
        return None if state is None else (self.told(state, rulebook, now), state.head.rev)

    def told(self, state: Account, rulebook: Rulebook, now: int) -> Output:
        """An account as it stands."""
        plan = state.head.plan
        currencies = sorted({item.currency for item in state.open} | set(state.head.credit))
        return {
            "creditor": state.head.creditor,
            "customer": state.head.customer,
            "currencies": [_case(state, currency, rulebook, now) for currency in currencies],
            "plan": {
                "at": None if plan.at is None else iso_instant(plan.at),
                "channel": plan.channel,
                "reason": plan.reason,
                "detail": plan.detail,
                "tells": plan.tells or None,
            },
            "revision": state.head.rev,
        }


def _case(state: Account, currency: str, rulebook: Rulebook, now: int) -> Output:
    mine = [item for item in state.open if item.currency == currency]
    today = local_day(now, state.zone(rulebook.creditor))
    overdue = sum(item.open for item in mine if item.due < today)
    return {
        "currency": currency,
        "open": format_amount(sum(item.open for item in mine), currency),
        "overdue": format_amount(overdue, currency),
        "credit": format_amount(state.head.credit.get(currency, 0), currency),
        "items": [
            _item(state, item, rulebook)
            for item in sorted(mine, key=lambda item: (item.due, item.ref))
        ],
    }


def _item(state: Account, item: OpenItem, rulebook: Rulebook) -> Output:
    reached = state.level_of(item)
    policy = rulebook.policy_for(item, state.customer)
    return {
        "invoice": item.ref.invoice,
        "item": item.ref.item,
        "due": item.due.isoformat(),
        "amount": format_amount(item.amount, item.currency),
        "open": format_amount(item.open, item.currency),
        "level": reached.level if reached else 0,
        "policy": policy.id if policy else None,
        "charge": item.charge is not None,
    }
