"""Keys of the one table: who a partition belongs to, and in what order its items lie.
Pure text; the only place where a key is built or taken apart.
"""

import base64
import hashlib
import re
import zlib
from datetime import date
from functools import lru_cache

from dunning.domain.calendar import iso_instant
from dunning.domain.facts import Awaiting
from dunning.domain.identity import ItemRef
from dunning.domain.plan_mandates import COLLECT
from dunning.domain.posting import PostingKey

HEAD = "0#HEAD"
LIVE = "1#"
CUSTOMER = "1#CUSTOMER"
OPEN = "1#OPEN#"
DISPUTE = "1#DISPUTE#"
HOLD = "1#HOLD#"
PROMISE = "1#PROMISE#"
AWAITING = "1#AWAITING#"
PAYMENT_PLAN = "1#PLAN#"
MANDATE = "1#MANDATE#"
PROPOSAL = "1#PROPOSAL#"
REFUSAL = "1#REFUSAL#"
HANDED_OVER = "1#HANDED#"
CONSENT = "1#CONSENT#"
TOLD = "1#TOLD#"
RECEIVED = "1#RECEIVED#"
LINK_ASKED = "1#ASKED#"
INVOICE = "2#INVOICE#"
POSTING = "3#POSTING#"
ENDED = "3#ENDED#"
HISTORY = "4#HISTORY#"
CLOCK = "CLOCK"
"""Partition and sort key of the local cell's clock."""
ONLY = "0"
"""Sort key of a partition's only item."""
CREDITOR = "CREDITOR"
OUTBOUND = "OUTBOUND"
"""Sort key of a creditor's endpoints, beside its settings."""
REPLAN = "REPLAN"
"""Sort key of a creditor's newest replan, beside its settings."""
POLICIES = "POLICY#set#"
CONTACT_RULES = "CONTACT#set#"
WORDING = "WORDING#"
MAPPING = "MAPPING#"
REGISTRY = ("CELL", "CREDITORS")
SWEEP_STATE = "STATE"
SWEEP_PAUSE = "PAUSE"
BOOK_SHARDS = 8

TASKS, IMPORTS, UNMATCHED, ENDPOINTS = "T", "I", "U", "W"
"""Partitions of a creditor beside its accounts, behind its id."""
_OWN = frozenset({TASKS, IMPORTS, UNMATCHED, ENDPOINTS})

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


@lru_cache(maxsize=4_096)  # the ids of one account are asked for again at each write to it
def id_key(text: str) -> str:
    """An id as it stands in keys: itself if plain, else "~" and 26 base32 characters of its
    SHA-256 (130 bits); the id itself is kept as an attribute."""
    return text if _PLAIN.match(text) else _hashed(text)


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "~" + base64.b32encode(digest).decode()[:26]


def account(creditor: str, customer: str) -> str:
    """Partition of an account. A customer may be called as a partition of the creditor's own is:
    then the id is hashed, or what people are told, and what functions may write, would be theirs.
    """
    plain = customer not in _OWN
    return f"{creditor}#{id_key(customer) if plain else _hashed(customer)}"


def creditor_of(account_key: str) -> str:
    """The creditor of an account's key: the part before the first "#"."""
    return account_key.partition("#")[0]


def customer_key_of(account_key: str) -> str:
    """The customer's part of an account's key."""
    return account_key.partition("#")[2]


def open_item(currency: str, due: date, ref: ItemRef) -> str:
    """Sort key of an open item: by currency, then oldest due."""
    return f"{OPEN}{currency}#{due.isoformat()}#{id_key(ref.invoice)}#{ref.item:04}"


def dispute(id_: str) -> str:
    """Sort key of an open dispute."""
    return DISPUTE + id_key(id_)


def hold(id_: str) -> str:
    """Sort key of a standing hold."""
    return HOLD + id_key(id_)


def promise(id_: str) -> str:
    """Sort key of a promise that stands."""
    return PROMISE + id_key(id_)


def payment_plan(id_: str) -> str:
    """Sort key of a payment plan that is proposed or in force."""
    return PAYMENT_PLAN + id_key(id_)


def mandate(id_: str) -> str:
    """Sort key of a mandate to collect a plan."""
    return MANDATE + id_key(id_)


def awaiting(fact: Awaiting) -> str:
    """Sort key of money that waits for an invoice: by invoice and item, then whose it is."""
    source, id_ = fact.posting
    return f"{AWAITING}{id_key(fact.invoice)}#{fact.item or 0:04}#{source}#{id_key(id_)}"


def proposal(id_: str) -> str:
    """Sort key of a notice that waits for an approval, or was approved and is not sent yet."""
    return PROPOSAL + id_key(id_)


def refusal(id_: str) -> str:
    """Sort key of steps that nobody allowed."""
    return REFUSAL + id_key(id_)


def handed_over(id_: str) -> str:
    """Sort key of items that somebody else pursues."""
    return HANDED_OVER + id_key(id_)


def consent(id_: str) -> str:
    """Sort key of a consent, or of the word that took one back."""
    return CONSENT + id_key(id_)


def told(id_: str) -> str:
    """Sort key of what was told beside the ladder."""
    return TOLD + id_key(id_)


def received(id_: str) -> str:
    """Sort key of a payment that there are to be thanks for."""
    return RECEIVED + id_key(id_)


def link_asked(id_: str) -> str:
    """Sort key of what was asked for with an old link."""
    return LINK_ASKED + id_key(id_)


def ended(kind: str, id_: str) -> str:
    """Sort key of a fact that is over."""
    return ended_of_kind(kind) + id_key(id_)


def ended_of_kind(kind: str) -> str:
    """What the sort keys of facts of one kind begin with that are over."""
    return f"{ENDED}{kind}#"


def invoice(number: str) -> str:
    """Sort key of a document."""
    return INVOICE + id_key(number)


def posting(key: PostingKey) -> str:
    """Sort key of a posting."""
    return f"{POSTING}{key.source}#{id_key(key.id)}"


def history(seq: int) -> str:
    """Sort key of a history record."""
    return f"{HISTORY}{seq:010}"


def history_seq(sort_key: str) -> int:
    """The seq of a history record's sort key."""
    return int(sort_key.removeprefix(HISTORY))


def lookup(creditor: str, number: str) -> str:
    """Partition that says whose an invoice number is."""
    return f"{creditor}#N#{id_key(number)}"


def seen(creditor: str, key: PostingKey) -> str:
    """Partition that says that an id was taken, and by whom."""
    return f"{creditor}#X#{key.source}#{id_key(key.id)}"


def tasks(creditor: str) -> str:
    """Partition of a creditor's lines for people."""
    return f"{creditor}#{TASKS}"


def task(id_: str) -> str:
    """Sort key of a line for a person: the same id is the same line."""
    return id_key(id_)


def policy_set(version: int) -> str:
    """Sort key of one version of a creditor's policy file."""
    return f"{POLICIES}{version:06}"


def wording(file: str, version: int) -> str:
    """Sort key of one version of a file of a creditor's own wording."""
    return f"{WORDING}{file}#{version:06}"


def contact_rules(version: int) -> str:
    """Sort key of one version of a creditor's own contact rules."""
    return f"{CONTACT_RULES}{version:06}"


def imports(creditor: str) -> str:
    """Partition of a creditor's imports; the run's id is the sort key."""
    return f"{creditor}#{IMPORTS}"


def unmatched(creditor: str) -> str:
    """Partition of a creditor's payments that name nobody; the id is the sort key."""
    return f"{creditor}#{UNMATCHED}"


def endpoints(creditor: str) -> str:
    """Partition of how a creditor's endpoints have been doing; an endpoint's id is the sort key."""
    return f"{creditor}#{ENDPOINTS}"


def mapping(layout: str) -> str:
    """Sort key of a creditor's answers for one layout, beside its settings."""
    return f"{MAPPING}{id_key(layout)}"


def sweep(channel: str) -> str:
    """Partition of a channel's sweep: where it stands, and apart from that its pause."""
    return f"SWEEP#{channel}"


def suppressed(channel: str, address_hash: str) -> str:
    """Partition of a suppressed address."""
    return f"SUPPRESSED#{channel}#{address_hash}"


def person(key: str) -> str:
    """Partition of a person's places under the caps: by the kind and keyed hash of an address."""
    return f"PERSON#{key}"


def tries(key: str) -> str:
    """Partition of one counter of tries."""
    return f"TRY#{key}"


def shard(account_key: str, shards: int) -> int:
    """The agenda shard of a new account."""
    return zlib.crc32(account_key.encode()) % shards


def agenda(creditor: str, channel: str, shard_number: int) -> str:
    """Partition of the agenda index."""
    return f"AGENDA#{creditor}#{channel}#{shard_number}"


def errands(creditor: str) -> str:
    """Partition of the agenda index in which the mandates stand about which something is to be done
    at a provider: as a channel with one shard."""
    return agenda(creditor, COLLECT, 0)


def agenda_entry(at: int, account_key: str) -> str:
    """Sort key of the agenda index: by instant, then account."""
    return f"{iso_instant(at)}#{account_key}"


def agenda_until(at: int) -> str:
    """Greater than every entry due at or before that instant: `< now + 1 s`."""
    return iso_instant(at + 1)


def agenda_account(entry: str) -> str:
    """The account of an agenda entry."""
    return entry.partition("#")[2]


def book_partition(creditor: str, shard_number: int) -> str:
    """One of the partitions of a creditor's book."""
    return f"{creditor}#BOOK#{shard_number}"


def book(creditor: str, account_key: str) -> tuple[str, str]:
    """Partition and sort key of the book index."""
    number = zlib.crc32(account_key.encode()) % BOOK_SHARDS
    return book_partition(creditor, number), customer_key_of(account_key)


def rate(channel: str) -> str:
    """Partition and sort key of a channel's rate: one item for all its workers."""
    return f"RATE#{channel}"
