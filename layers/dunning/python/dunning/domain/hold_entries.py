"""What a hold and its release write: the fact, a line for whoever has to decide, and what is told
of interest that was charged for its days before it was known.
"""

from . import legal_holds, said_lines
from .account import Account
from .bodies import HoldBody, ReleaseBody
from .documents import known_item
from .facts import Ended, Hold
from .late_money import CODE as INTEREST_WAS_POSTED
from .ledger import Entry, Find, LedgerError
from .posting import LEDGER, PostingKey

_ASKED = {
    legal_holds.OBJECTION: "the customer objects to the use of their data: decide, then release it",
    legal_holds.RESTRICTION: "the customer's data are restricted: store only, until it is released",
}


def begun(account: Account, body: HoldBody, find: Find) -> Entry:
    """A hold begins."""
    entry = _begin(account, "hold", body.id)
    if body.invoice is not None:
        known_item(body.invoice, body.item, find.invoice)
    since = body.since or body.on
    fact = legal_holds.begun(
        Hold(
            body.id,
            body.kind,
            since,
            body.scope,
            body.invoice,
            body.item,
            body.until,
            crisis=body.crisis,
        )
    )
    entry.put.append(fact)
    if fact.kind in legal_holds.LEGAL:
        entry.detail = f"{fact.kind} from {fact.on}" + (f" to {fact.until}" if fact.until else "")
    if fact.kind in legal_holds.FOR_REVIEW:
        entry.asks.append((legal_holds.REVIEW, _line(fact), _ASKED[fact.kind]))
    _tell(entry, fact)
    return entry


def released(account: Account, body: ReleaseBody) -> Entry:
    """A hold is released; some stay for what they have stopped, or last a while yet."""
    fact = next((h for h in account.holds if h.id == body.hold and h.released is None), None)
    if fact is None:
        raise LedgerError("unknown_hold", "hold", "no such hold stands on this customer")
    entry = _begin(account, "release", body.id)
    stays = legal_holds.released(fact, body.on)
    if stays is None:
        entry.delete.append(fact)
    else:
        entry.put.append(stays)
    if stays is None or (stays.until is not None and stays.until < body.on):
        entry.put.append(Ended(fact, body.id, body.on, "released"))
    elif stays.until is not None:
        entry.detail = f"{stays.kind} lasts to {stays.until}"
    said_lines.settled(entry, account, fact)
    if fact.kind in legal_holds.FOR_REVIEW:
        over = legal_holds.REVIEW + legal_holds.OVER
        entry.asks.append((over, _line(fact), "released"))
    return entry


def _tell(entry: Entry, fact: Hold) -> None:
    """Interest that was posted for days of the hold stays, and is told: a person may waive it."""
    if fact.kind not in legal_holds.PAUSING:
        return
    told = [
        f"{item.ref} to {item.borne.until}"
        for item in entry.account.open
        if item.borne.until is not None and item.borne.until >= fact.on and fact.covers(item.ref)
    ]
    if told:
        said = f"interest was posted for days of this hold ({', '.join(told[:3])}"
        said += f" and {len(told) - 3} items more)" if len(told) > 3 else ")"
        entry.notes.append((INTEREST_WAS_POSTED, f"{said}; it stays unless it is waived"))
        entry.detail = f"{entry.detail}; interest posted: {len(told)} items".removeprefix("; ")


def _line(fact: Hold) -> str:
    return f"{legal_holds.REVIEW}-{fact.id}"


def _begin(account: Account, type_: str, id_: str) -> Entry:
    entry = Entry.begin(account, type_, id_)
    entry.seen.append(PostingKey(LEDGER, id_))
    return entry
