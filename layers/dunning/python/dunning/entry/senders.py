"""What every function begins with, and the functions that send. Senders that share a queue are
asked in turn: a message names an account alone, and which channel is due stands on its HEAD.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunning.service.ports import Clock

if TYPE_CHECKING:
    from dunning.entry.batch import GiveUp
    from dunning.service.remind import Reminders


@dataclass(frozen=True)
class Entry:
    """What every function does first: it learns which settings hold, and the instant, once."""

    refresh: Callable[[], None]
    clock: Clock

    def begin(self) -> int:
        """The instant of this invocation."""
        self.refresh()
        return self.clock.now()


@dataclass(frozen=True)
class SendEmail(Entry):
    """The e-mail channel's sender, and those of letters and of lines for people."""

    reminders: "Reminders"
    account_of: Callable[[str], tuple[str, str]]
    give_up: "GiveUp"
    threads: int
    others: "tuple[Callable[[], Reminders], ...]" = ()
    """Each made when the first of its messages is due: whoever sends mails alone never does."""

    def remind(
        self,
        creditor: str,
        account: str,
        now: int,
        *,
        seconds_left: Callable[[], float],
        elapsed: Callable[[], float],
        last_receive: bool,
    ) -> str:
        """Send the mail that is due, or the letter, or write the line for a person: HEAD says
        which."""

        def ask(one: "Reminders") -> str:
            return one.remind(
                creditor,
                account,
                now,
                seconds_left=seconds_left,
                elapsed=elapsed,
                last_receive=last_receive,
            )

        outcome = ask(self.reminders)
        for other in self.others:
            if not _others(outcome):
                break
            outcome = ask(other())
        return outcome


@dataclass(frozen=True)
class SendVoice(Entry):
    """The senders of the telephone: calls, and texts where the cell writes any."""

    reminders: "tuple[Reminders, ...]"
    account_of: Callable[[str], tuple[str, str]]
    give_up: "GiveUp"
    threads: int

    def remind(
        self,
        creditor: str,
        account: str,
        now: int,
        *,
        seconds_left: Callable[[], float],
        last_receive: bool,
    ) -> str:
        """Let the sender of the planned channel do what is due."""
        outcome = ""
        for one in self.reminders:
            outcome = one.remind(
                creditor, account, now, seconds_left=seconds_left, last_receive=last_receive
            )
            if not _others(outcome):
                break
        return outcome


def _others(outcome: str) -> bool:
    """Whether a sender has said that the account is another's: the next is asked."""
    from dunning.service.remind import OTHER_CHANNEL

    return outcome == OTHER_CHANNEL
