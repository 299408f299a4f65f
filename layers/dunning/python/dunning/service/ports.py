"""What the use cases need of the outside, as Protocols. Creditor first, everywhere.
Fakes are in adapters/memory, real ones beside it; one contract suite runs over both. What sending
needs is said in `sending_ports`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import BinaryIO, NamedTuple, Protocol

from dunning.domain.account import Account, Head
from dunning.domain.business_days import Calendars
from dunning.domain.change import Change
from dunning.domain.creditor import Creditor
from dunning.domain.experiments import Stopped
from dunning.domain.facts import Ended
from dunning.domain.history import Record, Task
from dunning.domain.intake.mapping import MappingFile
from dunning.domain.intake.row import Row as Row
from dunning.domain.intake.understood import Understood
from dunning.domain.invoice import Invoice
from dunning.domain.own_wording import WordingVersion
from dunning.domain.policy import Policy, Rulebook
from dunning.domain.posting import Posting, PostingKey
from dunning.service.channel_ports import HEALTHY as HEALTHY
from dunning.service.channel_ports import PROBE as PROBE
from dunning.service.channel_ports import AccountSending as AccountSending
from dunning.service.channel_ports import Channels as Channels
from dunning.service.channel_ports import Cursor as Cursor
from dunning.service.channel_ports import SweepState as SweepState
from dunning.service.sending_ports import NO_LINKS as NO_LINKS
from dunning.service.sending_ports import REST as REST
from dunning.service.sending_ports import Attachment as Attachment
from dunning.service.sending_ports import ChannelPaused as ChannelPaused
from dunning.service.sending_ports import Feedback as Feedback
from dunning.service.sending_ports import Inline as Inline
from dunning.service.sending_ports import LinkMaker as LinkMaker
from dunning.service.sending_ports import Links as Links
from dunning.service.sending_ports import Message as Message
from dunning.service.sending_ports import Misconfigured as Misconfigured
from dunning.service.sending_ports import NotSent as NotSent
from dunning.service.sending_ports import OptedOut as OptedOut
from dunning.service.sending_ports import OptOutList as OptOutList
from dunning.service.sending_ports import Refused as Refused
from dunning.service.sending_ports import Renderer as Renderer
from dunning.service.sending_ports import Sender as Sender
from dunning.service.sending_ports import SpokenMessage as SpokenMessage
from dunning.service.sending_ports import Unclear as Unclear


class Moved(Exception):
    """The revision, or the claim's token, is no longer the one that was read: nothing written."""


class Known(Exception):
    """The fact's key exists already: nothing written."""


class ClaimLost(Exception):
    """The claim was not granted: HEAD moved, or another claim stands. Nothing written."""


class AgendaEntry(NamedTuple):
    """An account on the agenda: `key` orders entries (instant first), `account` is its key."""

    key: str
    account: str


class Owner(NamedTuple):
    """Whose the id of a fact is, what kind of fact it is, and what brought it ("": not said)."""

    account: str
    kind: str
    by: str = ""


class Ledger(Protocol):
    """The accounts of a cell. `account` is a key that `account_key` made."""

    def account_key(self, creditor: str, customer: str) -> str: ...

    def head(self, creditor: str, account: str) -> Head | None:
        """HEAD, consistently."""

    def glance(self, creditor: str, account: str) -> Head | None:
        """HEAD as it was within the last second, at half the price: for whoever asks only whether
        there is anything to do, and then reads it."""

    def live(self, creditor: str, account: str, head: Head) -> Account:
        """The live range that goes with a HEAD read before it (never after)."""

    def read(self, creditor: str, account: str) -> Account | None:
        """HEAD by a consistent read of its own, then the live range."""

    def write(self, creditor: str, account: str, change: Change) -> None:
        """Carry out a change, whole. Raises Moved or Known, and then nothing is written."""

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        """Put `head.claim` if HEAD still has revision `base` and no claim; the agenda keys stay.

        A claim with the same token is this very call, retried: no error. Else raises ClaimLost.
        """

    def put_record(self, creditor: str, account: str, record: Record) -> Record | None:
        """Put a history record unless one with its seq exists; then return that one."""

    def record(self, creditor: str, account: str, seq: int) -> Record | None:
        """One history record."""

    def history(self, creditor: str, account: str) -> Iterator[Record]:
        """All history records of an account, oldest first."""

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None: ...

    def invoices(self, creditor: str, account: str) -> Iterator[Invoice]: ...

    def posting(self, creditor: str, account: str, key: PostingKey) -> Posting | None: ...

    def postings(self, creditor: str, account: str) -> Iterator[Posting]:
        """All postings of an account: a long read where there are many."""

    def ended(self, creditor: str, account: str) -> Iterator[Ended]:
        """Facts of an account that are over, in the order of their keys."""

    def account_of_invoice(self, creditor: str, number: str) -> str | None: ...

    def account_of_posting(self, creditor: str, key: PostingKey) -> str | None: ...

    def owner_of_posting(self, creditor: str, key: PostingKey) -> Owner | None:
        """Whose the fact with this id is, and what it is."""

    def agenda(
        self, creditor: str, channel: str, shards: int, until: int, after: str = ""
    ) -> Iterator[AgendaEntry]:
        """Accounts due at or before `until`, oldest first over all shards, with key > `after`."""

    def book(self, creditor: str, after: str = "") -> Iterator[str]:
        """The keys of a creditor's accounts, in an order of the book's own; those behind a key."""

    def tasks(self, creditor: str) -> Iterator[Task]: ...

    def put_task(self, creditor: str, task: Task) -> None:
        """A line for a person that is about no one account; the same id again replaces it."""


class Settings(Protocol):
    """Creditors and their policies, versioned."""

    calendars: Calendars
    """The business days that every rulebook is handed."""

    def refresh(self) -> None:
        """Forget what was read: the next `rulebook` is the one that stands then."""

    def rulebook(self, creditor: str) -> Rulebook | None: ...

    def creditor(self, creditor: str) -> Creditor | None:
        """The settings alone: a policy that cannot be read is no reason not to know them."""

    def creditors(self) -> tuple[str, ...]: ...

    def put_creditor(self, creditor: str, settings: Creditor, after: int | None = None) -> bool:
        """Store settings; False if they are what is stored already. Raises Moved where another
        version than `after` (0: none) holds by then."""

    def stop_variant(self, creditor: str, stopped: Stopped) -> bool:
        """Stop a variant of an experiment for good; False where it is already, or the creditor has
        no settings. Settings that somebody writes meanwhile are kept."""

    def outdated(self, creditor: str) -> bool:
        """Whether the rates, holidays or zones of this deployment differ from those that the
        creditor's edition was counted with."""

    def renew(self, creditor: str) -> bool:
        """Count those of this deployment as a new edition; False where they are counted already,
        or the creditor has no settings."""

    def put_policies(
        self,
        creditor: str,
        policies: tuple[Policy, ...],
        source: str,
        after: int | None = None,
    ) -> int | None:
        """Store a new version of all policies from their file's text; its number, or None if the
        text is the current one. Raises Moved where another version than `after` holds by then."""

    def policy_source(self, creditor: str, version: int) -> str | None:
        """The text of one version of a creditor's policy file: these stay for good."""

    def put_contact_rules(self, creditor: str, source: str) -> int | None:
        """Store a new version of the creditor's own contact rules, from their file's text; its
        number, or None if the text is the current one. Whether it can be used is not asked here."""

    def contact_rules_source(self, creditor: str, version: int) -> str | None:
        """The text of one version of a creditor's own contact rules: these stay for good."""

    def put_wording(
        self,
        creditor: str,
        file: str,
        source: str,
        at: int,
        upload: str,
        after: int | None = None,
    ) -> int | None:
        """Store a new version of one file (`email/de`) of the creditor's own wording; its number,
        or None if the text is the current one. Whether it can be used is not asked here. Raises
        Moved where another version than `after` (0: none) holds by then."""

    def wording(self, creditor: str, file: str, version: int) -> WordingVersion | None:
        """One version of such a file: these stay for good."""

    def mapping(self, creditor: str, layout: str) -> tuple[str, MappingFile] | None:
        """The answers about a layout's files, and the name of the file that gave them."""

    def put_mapping(self, creditor: str, layout: str, name: str, source: str) -> bool:
        """Store the text of a mapping file; False if that text is what is stored for its layout."""


class Suppressions(Protocol):
    """Addresses that may not be used, by keyed hash: by anyone in the cell (bounces, complaints),
    or by one creditor (what was taken back). They name no customer, and go with none."""

    def reason(self, creditor: str, channel: str, address_hash: str) -> str | None:
        """Why a creditor may not use an address: one read for both. What was added within the last
        second may be missing."""

    def add(self, creditor: str, channel: str, address_hash: str, reason: str, now: int) -> None:
        """Nobody in the cell may use it; the first reason stays."""

    def add_for(self, creditor: str, channel: str, address_hash: str, reason: str, at: int) -> None:
        """This creditor may not use it, since `at`."""

    def lift_for(
        self, creditor: str, channel: str, address_hash: str, reasons: frozenset[str], at: int
    ) -> None:
        """This creditor may use it again, as far as these reasons from before `at` go."""


class AddressHash(Protocol):
    """The keyed hash of an address's normal form."""

    def __call__(self, channel: str, address: str, country: str | None = None, /) -> str: ...


class Rate(Protocol):
    """Leave to send, at no more than the channel's rate over all workers."""

    def take(self, creditor: str, channel: str) -> bool: ...


class Outbox(Protocol):
    """The queue of one channel."""

    def depth(self) -> int:
        """Messages visible and in flight."""

    def put(self, creditor: str, entries: Iterable[AgendaEntry]) -> None: ...


@dataclass(frozen=True, slots=True)
class FileRows:
    """A file as its rows come by. `dated`: every record must say the day it becomes known."""

    columns: tuple[str, ...]
    rows: Iterable[Row]
    dated: bool = False
    understood: Understood = field(default_factory=Understood)


class Source(Protocol):
    """The bytes of a file, readable more than once."""

    @property
    def size(self) -> int: ...

    def open(self) -> BinaryIO:
        """A new seekable stream from the first byte; the caller closes it."""


Mappings = Callable[[str], "tuple[str, MappingFile] | None"]
"""The answers kept for a layout (by its name or fingerprint), with the mapping file's own name. Of
"" (any layout): what stands where nothing else is said, as the creditor's currency."""


class Formats(Protocol):
    """Files of every known format, by what is in them and by the ending of their name."""

    def rows(
        self, name: str, source: Source, on: date | None = None, mappings: Mappings | None = None
    ) -> FileRows:
        """The records of a file, as they are read. `on` is the day of upload: the day of a
        statement that states none. Never raises: what cannot be read is a row with an error."""


class Blob(NamedTuple):
    """A file's bytes, and which version of it they are."""

    body: bytes
    version: str

    @property
    def size(self) -> int:
        return len(self.body)

    def open(self) -> BinaryIO:
        return BytesIO(self.body)


class Gone(LookupError):
    """No such file, or no such version of it."""


class TooLarge(ValueError):
    """The file has more bytes than are taken; nothing of it was fetched."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"{size} bytes; at most {most} are taken")
        self.size, self.most = size, most


class Fetched(NamedTuple):
    """A file at hand, to be read in bounded memory, and which version of it this is."""

    source: Source
    version: str


class Blobs(Protocol):
    """Files in and reports out."""

    def read(self, creditor: str, key: str, version: str | None) -> Blob:
        """The file in memory, in that version or the newest. Raises Gone."""

    def fetch(
        self, creditor: str, key: str, version: str | None, most: int
    ) -> AbstractContextManager[Fetched]:
        """The file at hand while the block lasts. Raises Gone, and TooLarge beyond `most` bytes."""

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None: ...

    def writing(
        self, creditor: str, key: str, content_type: str
    ) -> AbstractContextManager[BinaryIO]:
        """A stream into a new file, which is there, whole, when the block has ended well."""


class Metrics(Protocol):
    """Counters of the cell, by name; never with a customer in a dimension."""

    def count(self, name: str, value: int = 1) -> None: ...


class Clock(Protocol):
    """The instant, in whole seconds of UTC. Entry points read it; rules are handed it."""

    def now(self) -> int: ...


class Tokens(Protocol):
    """Random claim tokens: 16 hexadecimal characters, never the same twice."""

    def __call__(self) -> str: ...
