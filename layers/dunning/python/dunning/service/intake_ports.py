"""What the intake needs of the outside besides `ports`: a place to gather a file's rows, the runs
that are under way, a queue of their steps, and a page for people. Creditor first, everywhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

CUTTING, RECORDING, MISSING, DONE, FAILED = "cutting", "recording", "missing", "done", "failed"


class Kept(NamedTuple):
    """One row of a file while the file is cut."""

    account: str
    """Whose row it is; "" where the row names nobody and says so by `ref`."""
    key: str
    """Rows of one key are one document; "" stands alone."""
    name: str
    """What others may call this row by: `N:{invoice number}` or `P:{id}`; "" is no name."""
    ref: str
    """The name of the row that says whose this one is; "" where `account` does."""
    line: bytes
    size: int = 1
    """Rows of the file that the line stands for."""
    alone: bool = False
    """Whether the line stays as it is where no other has its key."""


class Together(NamedTuple):
    """The rows of one document, or a row that stands alone."""

    account: str
    """"" where neither the file nor the ledger knows whose it is."""
    key: str
    lines: list[bytes]
    of: int
    """Lines that the document has in all: more than `lines` where it has too many to be held, which
    then come one by one."""
    size: int
    """Rows of the file that `lines` stand for."""
    alone: bool
    """Of one line: whether it stays as it is."""


class Gather(Protocol):
    """The rows of one file, in bounded memory: put in as they are read, taken out by account."""

    def put(self, kept: Kept) -> None: ...

    def resolve(self, owner: Callable[[str], str], most: int) -> None:
        """Say whose the rows are that only refer to another: to one of this file, else by `owner`
        (a name's account, "" if unknown), which is asked about no more than `most` names."""

    def take(self, most: int) -> Iterator[Together]:
        """All rows: accounts in the order of their first row, nobody's last; each account's
        documents in the order of theirs. Documents of more than `most` rows come row by row."""

    def __len__(self) -> int: ...


Gathers = Callable[[], AbstractContextManager[Gather]]
"""A new empty place, which is gone when the block ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """One version of one file on its way into the ledger. Counts are rows of the file."""

    id: str
    """The same for every event of the same version of the same file."""
    file: str
    key: str
    version: str
    uploaded_on: date
    started: int
    state: str = CUTTING
    """cutting, recording, missing (a statement's absent invoices are looked for), done, failed."""
    cut: str = ""
    """The cut that holds: a file that is cut twice at once has the parts of the first to end."""
    rows: int = 0
    parts: int = 0
    done: frozenset[int] = frozenset()
    """Numbers (from 1) of the parts that are in the ledger."""
    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    ended: int = 0
    why: str = ""
    """Of a failed run: the part and the kind of error."""
    uploaded_at: int = 0
    """Milliseconds of the upload: which of two files of a day is the later; 0: not known."""

    @property
    def recorded(self) -> bool:
        """Whether every part is in the ledger."""
        return len(self.done) >= self.parts


class Counts(NamedTuple):
    """Rows of a part, or of a cut, by what became of them."""

    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0


class Imports(Protocol):
    """The runs of a cell. Every call may be repeated: the second changes nothing."""

    def begin(self, creditor: str, run: Run) -> Run:
        """Keep a new run, unless one of its id is kept; the one that stands."""

    def find(self, creditor: str, run: str) -> Run | None:
        """A run, consistently."""

    def have_cut(
        self, creditor: str, run: str, cut: str, rows: int, parts: int, counts: Counts
    ) -> Run:
        """A file is cut: `counts` are of rows that come into no part. The first cut holds."""

    def have_recorded(self, creditor: str, run: str, part: int, counts: Counts) -> Run:
        """A part is in the ledger. Its counts are added once."""

    def turn(self, creditor: str, run: str, state: str, at: int, why: str = "") -> Run:
        """Another state; a run that is done stays so."""

    def runs(self, creditor: str) -> Iterator[Run]:
        """All runs of a creditor that are still kept, the newest first."""


class Step(NamedTuple):
    """What one message of the parts queue asks for."""

    creditor: str
    run: str
    part: int = 0
    """The part to record; 0: look for what is missing in a statement, from `after` on."""
    after: str = ""
    resumes: int = 0
    """How often this part stopped by itself before: then it left a note of how far it came."""


class Steps(Protocol):
    """The queue of the steps. One that is put twice is taken twice, which changes nothing."""

    def put(self, steps: Iterable[Step]) -> None: ...


class Pages(Protocol):
    """A report as a page for people."""

    def page(self, creditor: str, report: Mapping[str, object]) -> bytes: ...
