"""Consents, and the words that took them back, as their items, and back.
Nothing is read or written here.
"""

from datetime import date

from dunning.domain.consents import ALL, Consent

from . import codec, keys
from .models import FactRow

KIND = "consent"


def consent_row(account: str, fact: Consent) -> FactRow:
    """The item of a consent."""
    return FactRow(
        account,
        keys.consent(fact.id),
        kind=KIND,
        id=fact.id,
        on=fact.on.isoformat(),
        channel=fact.channel,
        address_hash=None if fact.address_hash == ALL else fact.address_hash,
        text=fact.text or None,
        of=codec.join(fact.source, fact.revoked_by, "more" if fact.more_calls else ""),
        at=fact.at,
        revoked_at=fact.revoked_at,
    )


def consent_of(row: FactRow) -> Consent:
    """The consent behind an item."""
    source, revoked_by, more = codec.split(row.of or "||")
    return Consent(
        row.id,
        date.fromisoformat(row.on),
        row.channel or "",
        row.address_hash or ALL,
        row.text or "",
        source,
        None if row.at is None else int(row.at),
        None if row.revoked_at is None else int(row.revoked_at),
        revoked_by,
        bool(more),
    )
