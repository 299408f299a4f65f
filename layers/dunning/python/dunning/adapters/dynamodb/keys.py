"""Keys of the one table: who a partition belongs to, and in what order its items lie.
Pure text; the only place where a key is built or taken apart.
"""

import base64
import hashlib
import re
import zlib
from datetime import date

from dunning.domain.calendar import iso_instant
from dunning.domain.identity import ItemRef
from dunning.domain.posting import PostingKey

HEAD = "0#HEAD"
LIVE = "1#"
CUSTOMER = "1#CUSTOMER"
OPEN = "1#OPEN#"
DISPUTE = "1#DISPUTE#"
HOLD = "1#HOLD#"
PROMISE = "1#PROMISE#"
INVOICE = "2#INVOICE#"
POSTING = "3#POSTING#"
ENDED = "3#ENDED#"
HISTORY = "4#HISTORY#"
BOOK_SHARDS = 8

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


def id_key(text: str) -> str:
    """An id as it stands in keys: itself if plain, else "~" and 26 base32 characters of its
    SHA-256 (130 bits); the id itself is kept as an attribute."""
    if _PLAIN.match(text):
        return text
    digest = hashlib.sha256(text.encode()).digest()
    return "~" + base64.b32encode(digest).decode()[:26]


def account(creditor: str, customer: str) -> str:
    """Partition of an account."""
    return f"{creditor}#{id_key(customer)}"


def creditor_of(account_key: str) -> str:
    """The creditor of an account's key: the part before the first "#"."""
    return account_key.partition("#")[0]


def customer_key_of(account_key: str) -> str:
    """The customer's part of an account's key."""
    return account_key.partition("#")[2]


def open_item(currency: str, due: date, ref: ItemRef) -> str:
    """Sort key of an open item: by currency, then oldest due."""
    return f"{OPEN}{currency}#{due.isoformat()}#{id_key(ref.invoice)}#{ref.item:04}"


def invoice(number: str) -> str:
    """Sort key of a document."""
    return INVOICE + id_key(number)


def posting(key: PostingKey) -> str:
    """Sort key of a posting."""
    return f"{POSTING}{key.source}#{id_key(key.id)}"


def history(seq: int) -> str:
    """Sort key of a history record."""
    return f"{HISTORY}{seq:010}"


def lookup(creditor: str, number: str) -> str:
    """Partition that says whose an invoice number is."""
    return f"{creditor}#N#{id_key(number)}"


def seen(creditor: str, key: PostingKey) -> str:
    """Partition that says that an id was taken, and by whom."""
    return f"{creditor}#X#{key.source}#{id_key(key.id)}"


def tasks(creditor: str) -> str:
    """Partition of a creditor's lines for people."""
    return f"{creditor}#T"


def suppressed(channel: str, address_hash: str) -> str:
    """Partition of a suppressed address."""
    return f"SUPPRESSED#{channel}#{address_hash}"


def shard(account_key: str, shards: int) -> int:
    """The agenda shard of a new account."""
    return zlib.crc32(account_key.encode()) % shards


def agenda(creditor: str, channel: str, shard_number: int) -> str:
    """Partition of the agenda index."""
    return f"AGENDA#{creditor}#{channel}#{shard_number}"


def agenda_entry(at: int, account_key: str) -> str:
    """Sort key of the agenda index: by instant, then account."""
    return f"{iso_instant(at)}#{account_key}"


def agenda_until(at: int) -> str:
    """Greater than every entry due at or before that instant: `< now + 1 s`."""
    return iso_instant(at + 1)


def book(creditor: str, account_key: str) -> tuple[str, str]:
    """Partition and sort key of the book index."""
    number = zlib.crc32(account_key.encode()) % BOOK_SHARDS
    return f"{creditor}#BOOK#{number}", customer_key_of(account_key)
