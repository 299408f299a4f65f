"""Asking first about an account: may this customer be contacted now, on which channel, and if not,
when? For people and other systems; the same rules as planning and sending, and nothing is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dunning.domain.account import Account, Unusable
from dunning.domain.calendar import iso_instant
from dunning.domain.contact.attempt import CHANNELS, Contact
from dunning.domain.contact.evaluate import Verdict as Whole
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.contact.telling import told
from dunning.domain.customer import Address
from dunning.domain.gates import ALLOW, DEFER, DENY, REVIEW, ContactAttempt, Verdict
from dunning.domain.identity import ItemRef
from dunning.domain.places import others, owner_of, person_of
from dunning.domain.policy import Rulebook
from dunning.service.contact_check import Output, answer
from dunning.service.person_ports import Persons
from dunning.service.ports import Ledger, Suppressions

_ORDER = (ALLOW, DEFER, REVIEW, DENY)
"""The best answer first."""
NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """The use case over one cell."""

    ledger: Ledger
    gates: RulesetGates
    suppressions: Suppressions | None = None
    """The list of the cell; without it what an account has not met itself is not known."""
    persons: Persons | None = None
    """Contacts of the same person by other creditors, for the caps that count them."""

    def __call__(
        self,
        creditor: str,
        customer: str,
        rulebook: Rulebook,
        now: int,
        currency: str | None = None,
    ) -> Output | None:
        """The best answer of all channels that the customer has an address on, and each channel's
        own; None: no such account. `currency`: of what is owed in it alone."""
        account = self.ledger.account_key(creditor, customer)
        state = self.ledger.read(creditor, account)
        if state is None:
            return None
        open_now = [item for item in state.open if currency in (None, item.currency)]
        owed = open_now[0].currency if open_now else currency or ""
        items = tuple(item.ref for item in open_now if item.currency == owed)
        total = sum(item.open for item in open_now if item.currency == owed)
        found = [
            self._asked(state, rulebook, channel, address, owed, total, items, now)
            for channel, address in _addresses(state)
        ]
        found.sort(key=lambda one: (_ORDER.index(one["decision"]), one["until"] or ""))
        best = found[0] if found else _nobody(now)
        return {
            "creditor": creditor,
            "customer": customer,
            "channel": best.get("channel"),
            **{name: value for name, value in best.items() if name != "channel"},
            "plan": {
                "reason": state.head.plan.reason,
                "detail": state.head.plan.detail,
                "at": None if state.head.plan.at is None else iso_instant(state.head.plan.at),
                "channel": state.head.plan.channel,
            },
            "channels": [
                {name: one[name] for name in ("channel", "decision", "until", "rules")}
                for one in found
            ],
        }

    def _asked(
        self,
        state: Account,
        rulebook: Rulebook,
        channel: str,
        address: Address,
        currency: str,
        total: int,
        items: tuple[ItemRef, ...],
        now: int,
    ) -> Output:
        state = self._with_list(state, channel, address)
        attempt = ContactAttempt(
            state,
            rulebook.creditor,
            channel,
            address,
            currency,
            total,
            items,
            rulebook.own,
            self._others(state, channel, address, now),
        )
        verdict = self.gates.whole(attempt, now)
        if isinstance(verdict, Whole):
            return {"channel": channel, **answer(verdict, now, self.gates.time_zones)}
        return {"channel": channel, **self._bare(verdict, rulebook, now)}

    def _with_list(self, state: Account, channel: str, address: Address) -> Account:
        """The account as a sender finds it who has looked at the list."""
        if self.suppressions is None:
            return state
        reason = self.suppressions.reason(state.head.creditor, channel, address.hash)
        if reason is None:
            return state
        bar = Unusable(channel, address.hash, reason)
        return replace(state, head=replace(state.head, unusable=(*state.head.unusable, bar)))

    def _others(
        self, state: Account, channel: str, address: Address, now: int
    ) -> tuple[Contact, ...]:
        if self.persons is None:
            return ()
        person = person_of(channel, address.hash)
        account = self.ledger.account_key(state.head.creditor, state.head.customer)
        owner = owner_of(person, account)
        return others(self.persons.read(person), owner, state.head, 0, 0, now)

    def _bare(self, verdict: Verdict, rulebook: Rulebook, now: int) -> Output:
        rules = [told(self.gates, rulebook.creditor, rulebook.own, one) for one in verdict.rules]
        ruleset = self.gates.of(rulebook.creditor, rulebook.own)
        return {
            "decision": verdict.decision,
            "until": None,
            "rules": [
                {
                    "code": one.code,
                    "decision": verdict.decision,
                    "until": None,
                    "says": one.says,
                    "source": one.source,
                    "policy": one.policy,
                    "verified": one.verified,
                }
                for one in rules
            ],
            "now": iso_instant(now),
            "ruleset": ruleset.label if ruleset else None,
            "tzdata": self.gates.time_zones,
            "overrides": [],
        }


def _addresses(state: Account) -> Iterator[tuple[str, Address]]:
    """Every address of the customer, in the order of channels and then as given: also what is
    barred, for the answer says why."""
    for channel in CHANNELS:
        for address in state.customer.on(channel):
            yield channel, address


def _nobody(now: int) -> Output:
    """The answer about a customer without any address."""
    says = "The customer has no address on any channel."
    rule = {"code": NO_ADDRESS, "decision": DENY, "until": None, "says": says}
    return {"decision": DENY, "until": None, "rules": [rule], "now": iso_instant(now)}
