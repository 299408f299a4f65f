"""What a replan needs of the outside besides `ports`: a place for how far each book has come.
The work itself is `replan_book`'s.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Replanning:
    """How far a creditor's book has been planned by an edition of its settings."""

    edition: int
    accounts: int
    """Accounts of the book when it began."""
    began: int
    touched: int
    """When the last piece was begun."""
    rev: int = 1
    """Grows with each note: a worker whose note comes second stops."""
    after: str = ""
    """The key of the last account that was looked at; they come in the order of the book."""
    done: int = 0
    written: int = 0
    """Accounts whose plan differed, in pieces that were noted: after a kill there may be more."""
    skipped: int = 0
    """Accounts that could not be planned, however often: they stay on the old plan."""
    ended: int = 0

    @property
    def behind(self) -> int:
        """Accounts that may still stand on an older edition. (One that was written to meanwhile has
        the newest all the same.)"""
        return self.skipped if self.ended else max(0, self.accounts - self.done) + self.skipped


class Replannings(Protocol):
    """The newest replan of each creditor."""

    def find(self, creditor: str) -> Replanning | None:
        """How far it has come, consistently."""

    def save(self, creditor: str, replanning: Replanning) -> bool:
        """Keep a note in place of the one whose `rev` is one less (or of none, for the first);
        False if another stands."""
