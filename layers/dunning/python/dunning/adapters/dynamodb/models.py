"""PynamoDB models of the one table: what each kind of item keeps, under which name.
No keys are built here, and nothing is decided: from and to the domain is `rows`.
"""

from botocore import __version__ as botocore_version
from botocore.config import Config
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from .short_way import take_short_way

CONNECT_TIMEOUT = 2
READ_TIMEOUT = 5
RETRIES = 2
"""Every write is conditional or idempotent, so botocore may repeat any of them. It does so after a
first try the short way: four tries in all."""
CLIENT = Config(
    # Built anew for each request otherwise, twice, at a tenth of the request's CPU.
    user_agent=f"duecourse botocore/{botocore_version}",
    # One host for all requests, so that connections are kept.
    account_id_endpoint_mode="disabled",
)


class Texts(ListAttribute[str]):
    """A list of texts; an empty one is not stored."""

    def __init__(self, attr_name: str | None = None) -> None:
        super().__init__(null=True, attr_name=attr_name, of=UnicodeAttribute)  # type: ignore[arg-type]


class Row(Model):
    """Any item of the table."""

    class Meta:
        table_name = ""
        connect_timeout_seconds = CONNECT_TIMEOUT
        read_timeout_seconds = READ_TIMEOUT
        max_retry_attempts = RETRIES

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class AgendaIndex(GlobalSecondaryIndex["HeadRow"]):
    """Accounts that are due, by channel and shard, oldest first. Sparse."""

    class Meta:
        index_name = "agenda"
        projection = KeysOnlyProjection()

    apk = UnicodeAttribute(hash_key=True)
    ask = UnicodeAttribute(range_key=True)


class BookIndex(GlobalSecondaryIndex["HeadRow"]):
    """A creditor's accounts."""

    class Meta:
        index_name = "book"
        projection = KeysOnlyProjection()

    bpk = UnicodeAttribute(hash_key=True)
    bsk = UnicodeAttribute(range_key=True)


class HeadRow(Row):
    """HEAD. Names of one letter: with a claim it must stay under 1,024 bytes, or every write of
    it costs twice."""

    agenda = AgendaIndex()
    book = BookIndex()
    apk = UnicodeAttribute(null=True)
    ask = UnicodeAttribute(null=True)
    bpk = UnicodeAttribute()
    bsk = UnicodeAttribute()

    customer = UnicodeAttribute(null=True, attr_name="n")
    """Only where the key does not say it."""
    rev = NumberAttribute(attr_name="v")
    seq = NumberAttribute(attr_name="q")
    serial = NumberAttribute(attr_name="s")
    shard = NumberAttribute(attr_name="h")
    plan = UnicodeAttribute(attr_name="p")
    edition = NumberAttribute(null=True, attr_name="e")
    token = BinaryAttribute(null=True, attr_name="k", legacy_encoding=False)
    claim = UnicodeAttribute(null=True, attr_name="c")
    said = Texts(attr_name="i")
    charges = Texts(attr_name="g")
    """What the claim charges."""
    reached = Texts(attr_name="r")
    credit = Texts(attr_name="m")
    last = Texts(attr_name="l")
    recent = Texts(attr_name="o")
    unusable = Texts(attr_name="u")
    full = Texts(attr_name="f")
    """Addresses whose person has no place left under a cap, and until when."""
    tries = UnicodeAttribute(null=True, attr_name="t")
    applying = UnicodeAttribute(null=True, attr_name="a")
    parked = UnicodeAttribute(null=True, attr_name="x")
    newest = UnicodeAttribute(null=True, attr_name="d")
    """Newest day of a posting, and of a statement."""
    behaviour = BinaryAttribute(null=True, attr_name="b", legacy_encoding=False)
    """Settled invoices by month, and how many of them late."""
    epoch = NumberAttribute(null=True, attr_name="y")


class CustomerRow(Row):
    """A customer, with the only personal data of an account besides what facts quote."""

    customer = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    customer_class = UnicodeAttribute(null=True)
    segment = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    region = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    time_zone = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    policy = UnicodeAttribute(null=True)
    addresses = Texts()
    postal = Texts()
    autopay = BooleanAttribute(null=True)
    inconvenient = Texts()
    postcode = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)


class OpenRow(Row):
    """A due item with something left to pay: small, for a decision reads all of them."""

    invoice = UnicodeAttribute()
    item = NumberAttribute()
    currency = UnicodeAttribute()
    due = UnicodeAttribute()
    amount = NumberAttribute()
    open = NumberAttribute()
    kind = UnicodeAttribute()
    policy = UnicodeAttribute(null=True)
    issued = UnicodeAttribute(null=True)
    reopened = UnicodeAttribute(null=True)
    spilled = UnicodeAttribute(null=True)
    total = NumberAttribute(null=True)
    pin = UnicodeAttribute(null=True)
    autopay = BooleanAttribute(null=True)
    borne = UnicodeAttribute(null=True)
    charge = UnicodeAttribute(null=True)


class FactRow(Row):
    """A dispute, hold, promise, plan, mandate, proposal, refusal, hand-over or consent, or what was
    told or asked for beside them; `ended_*` once it is over. A mandate is in the agenda while
    something is to be done at its provider."""

    apk = UnicodeAttribute(null=True)
    ask = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    id = UnicodeAttribute()
    on = UnicodeAttribute()
    invoice = UnicodeAttribute(null=True)
    item = NumberAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    hold_kind = UnicodeAttribute(null=True)
    scope = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    amount = NumberAttribute(null=True)
    items = Texts()
    currency = UnicodeAttribute(null=True)
    received = NumberAttribute(null=True)
    kept = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    down = BooleanAttribute(null=True)
    instalments = Texts()
    receipts = Texts()
    coming = Texts()
    """Debits of a plan that may still come."""
    reopened = UnicodeAttribute(null=True)
    awaited = UnicodeAttribute(null=True)
    said = Texts()
    """Lines or steps, of what is proposed or refused."""
    of = UnicodeAttribute(null=True)
    """What else a proposal, a refusal or a hand-over keeps, as one text."""
    answer = UnicodeAttribute(null=True)
    ended_by = UnicodeAttribute(null=True)
    ended_on = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    address_hash = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    at = NumberAttribute(null=True)
    revoked_at = NumberAttribute(null=True)


class AwaitingRow(Row):
    """Money on account that waits for an invoice."""

    invoice = UnicodeAttribute()
    item = NumberAttribute(null=True)
    source = UnicodeAttribute()
    id = UnicodeAttribute()
    amount = NumberAttribute()


class InvoiceRow(Row):
    """A document; `settled` is a map so that one item is marked without reading the rest."""

    number = UnicodeAttribute()
    currency = UnicodeAttribute()
    kind = UnicodeAttribute()
    issued = UnicodeAttribute()
    items = Texts()
    policy = UnicodeAttribute(null=True)
    settled: MapAttribute = MapAttribute()
    reference = UnicodeAttribute(null=True)
    seller = UnicodeAttribute(null=True)
    autopay = BooleanAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    said_at = NumberAttribute(null=True)
    charges = Texts()


class PostingRow(Row):
    """A posting as it was applied."""

    source = UnicodeAttribute()
    id = UnicodeAttribute()
    type = UnicodeAttribute()
    on = UnicodeAttribute()
    value_date = UnicodeAttribute()
    currency = UnicodeAttribute()
    amount = NumberAttribute()
    allocations = Texts()
    on_account = NumberAttribute()
    undoes = UnicodeAttribute(null=True)
    returned = Texts()
    returned_on_account = NumberAttribute()
    applied = BooleanAttribute()
    in_plan = BooleanAttribute(null=True)
    reference = UnicodeAttribute(null=True)


class HistoryRow(Row):
    """One line of an account's history."""

    at = NumberAttribute()
    kind = UnicodeAttribute()
    code = UnicodeAttribute()
    ended = UnicodeAttribute()
    id = UnicodeAttribute(null=True)
    attempt = UnicodeAttribute(null=True)
    said = Texts()
    charges = Texts()
    detail = UnicodeAttribute(null=True)


class OwnerRow(Row):
    """Whose an invoice number (LOOKUP) or the id of a fact (SEEN) is, and what kind of fact."""

    account = UnicodeAttribute()
    kind = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    """What brought the fact: an import that was cut knows its own work by it."""
    answer = UnicodeAttribute(null=True)
    """Of a request that told the ledger nothing: its answer; the account is empty."""


class TaskRow(Row):
    """A line for a person."""

    id = UnicodeAttribute()
    at = NumberAttribute()
    kind = UnicodeAttribute()
    customer = UnicodeAttribute()
    detail = UnicodeAttribute(null=True)


class CreditorRow(Row):
    """A creditor's settings as JSON, and which versions of its policies and own contact rules hold;
    by which versions of what ships with the code its edition was counted, and how often these have
    changed."""

    settings = UnicodeAttribute(null=True)
    policy_version = NumberAttribute(null=True)
    contact_version = NumberAttribute(null=True)
    rules = UnicodeAttribute(null=True)
    rules_version = NumberAttribute(null=True)
    wordings = UnicodeAttribute(null=True)
    """As JSON: which version holds of each file of its own wording."""


class WordingRow(Row):
    """One version of a file of a creditor's own wording, as it was written. Never changed."""

    source = UnicodeAttribute()
    at = NumberAttribute()
    upload = UnicodeAttribute(null=True)


class PolicyRow(Row):
    """One version of a creditor's policy file, or contact rules, as it was written. Never
    changed."""

    source = UnicodeAttribute()


class RegistryRow(Row):
    """The creditors of the cell."""

    names = UnicodeSetAttribute(null=True)


class SuppressedRow(Row):
    """An address that nobody in the cell may use (`reason`), or some of its creditors may not."""

    reason = UnicodeAttribute(null=True)
    at = NumberAttribute(null=True)
    of = UnicodeSetAttribute(null=True)
    """By creditor: which, since when, why."""


class SweepRow(Row):
    """Where a channel's sweep stands."""

    state = BinaryAttribute(legacy_encoding=False)


class PauseRow(Row):
    """Until when a channel rests, and why; and by creditor, whose messages alone do."""

    until = NumberAttribute(null=True)
    why = UnicodeAttribute(null=True)
    of = MapAttribute[str, int](null=True)


class RateRow(Row):
    """How fast a channel's provider lets us send, beside the lease that `adapters.rate` keeps."""

    rate = NumberAttribute(null=True)
    until = NumberAttribute(null=True)


def connect(table: str, *, region: str | None = None, endpoint: str | None = None) -> Connection:
    """Point the models at a cell's table, over one client that all of them share.

    A process belongs to one cell and so to one table; the latest call holds for all models.
    """
    Row.Meta.table_name = table
    Row.Meta.region = region  # type: ignore[attr-defined]
    Row.Meta.host = endpoint  # type: ignore[attr-defined]
    Row._connection = None
    # Made on the base class, it is found by all models: else each would open a client of its own.
    connection = Row._get_connection().connection
    session = connection.session
    session.set_default_client_config(CLIENT)
    take_short_way(
        connection.client,  # type: ignore[arg-type]
        session,
        connect=Row.Meta.connect_timeout_seconds,
        read=Row.Meta.read_timeout_seconds,
    )
    return connection
