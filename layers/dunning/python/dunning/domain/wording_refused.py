"""Why a file of own wording is not taken: every problem, its line and how to mend it."""

from .ledger import LedgerError
from .policy_nodes import Problem


class OwnWordingError(LedgerError):
    """A file of wording that cannot be taken, with all of its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("bad_wording", problems[0].key, "\n".join(map(str, problems)))
        self.problems = problems
