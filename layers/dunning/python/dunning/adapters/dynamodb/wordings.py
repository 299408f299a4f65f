"""Versions of a creditor's own wording in the table: one row each; which hold stands on its row.
What the files say is not read here.
"""

import json
from functools import partial

from dunning.domain.own_wording import NO_OWN_WORDING, OwnWording, WordingVersion
from dunning.service.ports import Moved

from . import keys
from .creditor_change import Change
from .models import CreditorRow, WordingRow
from .reading import get_row


def own_wording(creditor: str, versions: str | None) -> OwnWording:
    """What a creditor's row says of its words: none for no text, and no read for none."""
    if not versions:
        return NO_OWN_WORDING
    return OwnWording(json.loads(versions), partial(version_of, creditor))


def version_of(creditor: str, file: str, version: int) -> WordingVersion | None:
    """One version. Read without consistency: it was there before the creditor's row named it, and
    never changes; what is not seen yet is asked for once more."""
    sort = keys.wording(file, version)
    row = get_row(WordingRow, creditor, sort, consistent=False)
    row = row or get_row(WordingRow, creditor, sort)
    if row is None:
        return None
    return WordingVersion(version, row.source, int(row.at), row.upload or "")


def following(
    creditor: str,
    row: CreditorRow | None,
    file: str,
    source: str,
    at: int,
    upload: str,
    after: int | None = None,
) -> Change | None:
    """The change that makes a text the version that holds; None where it holds already. Raises
    Moved where another one than `after` does."""
    known: dict[str, int] = json.loads(row.wordings) if row and row.wordings else {}
    before = known.get(file, 0)
    if after not in (None, before):
        raise Moved(creditor)
    held = version_of(creditor, file, before) if before else None
    if held is not None and held.source == source:
        return None
    stands = (
        CreditorRow.wordings == row.wordings
        if row is not None and row.wordings
        else CreditorRow.wordings.does_not_exist()
    )
    version = before + 1
    beside = WordingRow(
        creditor, keys.wording(file, version), source=source, at=at, upload=upload or None
    )
    text = json.dumps({**known, file: version}, sort_keys=True)
    return Change([CreditorRow.wordings.set(text)], stands, beside, version)
