"""A creditor's book planned anew, piece by piece: how far it came is kept after each, so that
whoever comes next goes on there. One account is `replan`'s; which editions there are, `Settings`'.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

from dunning.domain.policy import Rulebook
from dunning.service.accounts import Accounts, Contended
from dunning.service.intake_ports import Step, Steps
from dunning.service.ports import Metrics, Settings
from dunning.service.replan import Replan
from dunning.service.replan_ports import Replanning, Replannings

REPLAN = "replan"
"""The run of a step that plans a book anew."""
PIECE = 100
"""Accounts between two notes of how far it came: what is looked at again after a kill."""
AT_ONCE = 1_000
"""A book of so many accounts is planned anew by whoever publishes: some ten seconds."""
STOP_SECONDS = 20.0
"""Before its time is over a worker stops between two pieces and sends the rest on."""
STALLED = 30 * 60
"""Seconds without a note after which the sweep sends a message for a replan that has not ended."""

Left = Callable[[], float]
"""Seconds until this process is stopped."""


@dataclass(frozen=True, slots=True)
class ReplanBook:
    """Books by the newest settings. Safe to be stopped anywhere, and to run twice at once."""

    accounts: Accounts
    settings: Settings
    replannings: Replannings
    steps: Steps
    metrics: Metrics
    threads: int = 1
    """Accounts side by side: they wait for the table's answers, not for this CPU."""

    def publish(self, creditor: str, now: int) -> Replanning | None:
        """Plan the book by what was just published: a small one here and now, a large one by
        messages. None where the creditor has no settings."""
        begun = self.begin(creditor, now)
        if begun is None or begun.ended:
            return begun
        if begun.accounts > AT_ONCE:
            self.steps.put([Step(creditor, REPLAN)])
            return begun
        return self.go_on(creditor, now)

    def begin(self, creditor: str, now: int, *, anew: bool = False) -> Replanning | None:
        """The replan of the newest edition, begun if it has not been; `anew`: from the start, also
        one that has ended. None where the creditor has no settings."""
        while True:
            rulebook = self._newest(creditor)
            if rulebook is None:
                return None
            known = self.replannings.find(creditor)
            if known is not None and known.edition >= rulebook.edition and not anew:
                return known
            accounts = sum(1 for _ in self.accounts.ledger.book(creditor))
            rev = known.rev + 1 if known else 1
            begun = Replanning(rulebook.edition, accounts, now, now, rev)
            if self.replannings.save(creditor, begun):
                return begun

    def step(self, step: Step, now: int, left: Left, *, last_receive: bool = False) -> str:
        """One message: the rules of this deployment are taken up, and the book is planned as far as
        time allows; a word for the log. Raises what the outside raises: the message comes again,
        and goes on where this one stopped. At its last receive an account that cannot be planned
        is passed over."""
        creditor = step.creditor
        self.settings.renew(creditor)
        begun = self.begin(creditor, now)
        if begun is None or begun.ended:
            return "known"
        state = self.go_on(creditor, now, left, skip=last_receive)
        if state is None or state.ended:
            return "ended"
        self.steps.put([Step(creditor, REPLAN)])
        return f"behind {state.behind}"

    def go_on(
        self,
        creditor: str,
        now: int,
        left: Left = lambda: STOP_SECONDS,
        *,
        skip: bool = False,
    ) -> Replanning | None:
        """Plan piece by piece until the end of the book, or of the time; how far it came then.
        What a newer edition has begun meanwhile is gone on with."""
        state = self.replannings.find(creditor)
        while state is not None and not state.ended and left() >= STOP_SECONDS:
            rulebook = self._newest(creditor)
            if rulebook is None:
                return state
            if rulebook.edition > state.edition:
                state = self.begin(creditor, now)
                continue
            state = self._piece(creditor, state, rulebook, now, skip=skip)
        return state

    def _piece(
        self, creditor: str, state: Replanning, rulebook: Rulebook, now: int, *, skip: bool
    ) -> Replanning | None:
        """One piece and its note; where another worker's note came first, that one."""
        piece = list(islice(self.accounts.ledger.book(creditor, state.after), PIECE))
        plan = Replan(self.accounts)

        def one(account: str) -> tuple[int, int]:
            try:
                return int(plan.account(creditor, account, rulebook, now)), 0
            except Contended:
                raise
            except Exception:
                if not skip:
                    raise
                return 0, 1

        if self.threads == 1:
            found = [one(account) for account in piece]
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                found = list(pool.map(one, piece))
        skipped = sum(passed for _, passed in found)
        if skipped:
            self.metrics.count("ReplanSkipped", skipped)
        after = replace(
            state,
            rev=state.rev + 1,
            after=piece[-1] if piece else state.after,
            touched=now,
            done=state.done + len(piece),
            written=state.written + sum(written for written, _ in found),
            skipped=state.skipped + skipped,
            ended=now if len(piece) < PIECE else 0,
        )
        if not self.replannings.save(creditor, after):
            return self.replannings.find(creditor)
        if not after.ended:
            return after
        # Settings that came while the last piece was planned have begun nothing yet.
        newest = self._newest(creditor)
        return (
            after
            if newest is None or newest.edition <= after.edition
            else self.begin(creditor, now)
        )

    def _newest(self, creditor: str) -> Rulebook | None:
        self.settings.refresh()
        return self.settings.rulebook(creditor)


def behind_note(state: Replanning | None) -> list[str]:
    """What a report says of a replan that goes on after it."""
    if state is None or state.ended:
        return []
    said = (
        f"{state.behind} of {state.accounts} accounts still stand on the plan of the former"
        " edition; they are planned anew from now on, and `dunning replan --cell NAME --status`"
        " says how many are left. What is sent meanwhile is decided by the newest settings"
    )
    return [said]
