"""The use cases behind the routes, over one cell, and the instant that a request is answered at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunning.domain.policy import Rulebook
from dunning.service.account_check import AccountCheck
from dunning.service.api_bodies import ApiBodies, Result
from dunning.service.cases import Cases
from dunning.service.contact_check import ContactCheck
from dunning.service.ports import Clock, Settings
from dunning.service.why import Why

from .access import NotGranted

Said = Mapping[str, Any]


@dataclass(frozen=True)
class CellDoor:
    """One cell's use cases. Each request begins with the settings as they are now."""

    refresh: Callable[[], None]
    clock: Clock
    settings: Settings
    bodies: ApiBodies
    cases: Cases
    stories: Why
    accounts: AccountCheck
    attempts: Callable[[], ContactCheck]

    def record(self, creditor: str, type_: str, raw: Said, key: str) -> Result:
        """One body. Raises NotGranted where there is no such creditor."""
        rulebook = self._rulebook(creditor)
        return self.bodies.record(creditor, type_, raw, rulebook, self.clock.now(), key)

    def batch(self, creditor: str, type_: str, raws: Sequence[Said]) -> list[Result]:
        """Each of several, in their order, by the settings of one moment. Raises NotGranted."""
        rulebook = self._rulebook(creditor)
        return self.bodies.batch(creditor, type_, raws, rulebook, self.clock.now())

    def case(self, creditor: str, customer: str) -> tuple[Said, int] | None:
        """What a customer owes and what is planned, and its revision; None: nobody is known."""
        return self.cases(creditor, customer, self._rulebook(creditor), self.clock.now())

    def why(
        self, creditor: str, customer: str, invoice: str | None, on: date | None
    ) -> list[Said] | None:
        """The story of an account, or of one day; None: nobody is known by that id."""
        rulebook = self._rulebook(creditor)
        if on is not None:
            told = list(self.stories.on_day(creditor, customer, on, rulebook, invoice))
        else:
            told = list(self.stories.timeline(creditor, customer, invoice))
        return list(told) or None

    def contact_check(self, creditor: str, raw: Said) -> Said | None:
        """Whether somebody may be contacted: the customer of that id (`{"customer": …}`), or who
        an attempt describes. Raises ReadingError for what is neither."""
        rulebook = self._rulebook(creditor)
        if set(raw) <= {"customer", "currency"} and raw.get("customer"):
            currency = raw.get("currency")
            customer, of = str(raw["customer"]), str(currency) if currency else None
            return self.accounts(creditor, customer, rulebook, self.clock.now(), of)
        return self.attempts()(raw)

    def _rulebook(self, creditor: str) -> Rulebook:
        self.refresh()
        found = self.settings.rulebook(creditor)
        if found is None:
            raise NotGranted
        return found
