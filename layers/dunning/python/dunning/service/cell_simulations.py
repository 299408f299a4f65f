"""What a creditor's book would hear from today on, under the policies that hold or others: the same
simulation as over a ledger file, over the accounts as they stand. Bounded; leaves nothing behind.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple, Protocol

from dunning.domain.account import Account
from dunning.domain.bodies import CreditorBody
from dunning.domain.calendar import local_day
from dunning.domain.gates import Gates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.policy_file import read_policy_file
from dunning.service.ledger_file import LedgerFile, Stated
from dunning.service.listing_ports import Ranges
from dunning.service.ports import Ledger, Settings
from dunning.service.replan import Replan
from dunning.service.simulate import Stage
from dunning.service.simulated_lines import Output
from dunning.service.simulations import Asked, PolicySet, Simulations

MOST_ACCOUNTS = 1_000
MOST_DAYS = 366
MOST_ITEM_DAYS = 200_000
"""Due items times days, over all policies: what the time of a simulation grows with."""
MOST_LINES = 10_000
CURRENT = "current"
"""The name of the policies that hold."""


class Opened(Protocol):
    """A ledger that can be told how accounts stand."""

    def open_with(self, creditor: str, account: str, state: Account) -> None: ...


class Wanted(NamedTuple):
    """What is asked for. `policies`: texts of policy files by name, the first compared with the
    others; None for those that hold. No `customers`: the whole book."""

    policies: tuple[tuple[str, str | None], ...]
    days: tuple[date, ...]
    customers: tuple[str, ...] = ()
    explain: bool = False
    summary: bool = False


@dataclass(frozen=True, slots=True)
class CellSimulations:
    """The use case over one cell."""

    ledger: Ledger
    ranges: Ranges
    settings: Settings
    stages: Callable[[Gates], tuple[Stage, Opened]]
    """A stage over the cell's ledger, and that of its own, still empty."""
    threads: int = 1

    def __call__(self, rulebook: Rulebook, wanted: Wanted, gates: Gates, now: int) -> list[Output]:
        """The lines of every run, then summaries and differences, as `dunning simulate` prints
        them. Raises PolicyFileError for a text that is no policy file, and LedgerError for what is
        over, too much, or about nobody."""
        creditor = rulebook.creditor.creditor
        today = local_day(now, rulebook.creditor.time_zone)
        days = tuple(sorted(set(wanted.days)))
        if not days or days[0] < today:
            said = (
                f"runs: name days from {today.isoformat()} on; what is over is played from a ledger"
                " file: dunning simulate"
            )
            raise LedgerError("runs_are_over", "runs", said)
        _bound("runs", "days", len(days), MOST_DAYS)
        sets = tuple(self._set(rulebook, name, text) for name, text in wanted.policies)
        accounts = self._accounts(creditor, wanted.customers)
        items = sum(len(state.open) for _, state in accounts)
        _bound("runs", "due items times days", items * len(days) * len(sets), MOST_ITEM_DAYS)

        made: list[Opened] = []

        def stage(gates: Gates) -> Stage:
            found, own = self.stages(gates)
            made.append(own)
            return found

        def opening(stage: Stage) -> None:
            _open(stage, made[-1], rulebook, accounts, now)

        body = Stated(0, creditor, CreditorBody(on=today, creditor=rulebook.creditor))
        asked = Asked(
            LedgerFile([body]), sets, days, gates, wanted.explain, wanted.summary, opening=opening
        )
        lines = list(islice(Simulations(stage).run(asked), MOST_LINES + 1))
        _bound("runs", "lines or more", len(lines), MOST_LINES)
        return lines

    def _set(self, rulebook: Rulebook, name: str, text: str | None) -> PolicySet:
        if text is None:
            return PolicySet(name, rulebook.policies, "the policies that hold")
        return PolicySet(name, read_policy_file(text, self.settings.calendars).policies, text)

    def _accounts(self, creditor: str, customers: tuple[str, ...]) -> list[tuple[str, Account]]:
        if customers:
            keys = [self.ledger.account_key(creditor, one) for one in dict.fromkeys(customers)]
        else:
            keys = self.ranges.accounts(creditor, "", MOST_ACCOUNTS + 1)
        _bound("customers", "accounts", len(keys), MOST_ACCOUNTS)

        def read(key: str) -> tuple[str, Account | None]:
            return key, self.ledger.read(creditor, key)

        with ThreadPoolExecutor(self.threads) as pool:
            found = list(pool.map(read, keys))
        for customer, (_, state) in zip(customers, found, strict=False):
            if state is None:
                said = f"customer {customer} is not known here"
                raise LedgerError("unknown_customer", "customers", said)
        return [(key, state) for key, state in found if state is not None]


def _open(
    stage: Stage,
    own: Opened,
    rulebook: Rulebook,
    accounts: Iterable[tuple[str, Account]],
    now: int,
) -> None:
    """Put accounts and settings on a stage as they stand, and plan by the policies that are played
    there."""
    creditor = rulebook.creditor.creditor
    stage.settings.put_creditor(creditor, rulebook.creditor)
    for one in rulebook.creditor.stopped:
        stage.settings.stop_variant(creditor, one)
    if rulebook.own.version:
        stage.settings.put_contact_rules(creditor, rulebook.own.source)
    for key, state in accounts:
        own.open_with(creditor, key, state)
    here = stage.settings.rulebook(creditor)
    assert here is not None
    replan = Replan(stage.bodies.accounts)
    for key, _ in accounts:
        replan.account(creditor, key, here, now)


def _bound(field: str, what: str, size: int, most: int) -> None:
    if size > most:
        said = (
            f"{field}: {size} {what}; one simulation takes at most {most}: ask for fewer days, as"
            " every seventh, or for fewer customers"
        )
        raise LedgerError("simulation_too_large", field, said)
