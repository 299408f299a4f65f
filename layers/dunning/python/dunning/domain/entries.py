"""From body to entry: for each kind of ledger body, what it writes and when it is refused.
The arithmetic of items and credit is `ledger`'s; plan, history and storage come after.
"""

from . import answers, bars, consent_entries, contacted, hold_entries, said_lines
from .account import Account, Head, LastNotice
from .approval import Refusal
from .bodies import (
    AccountBody,
    ApprovalBody,
    ContactBody,
    ContactMadeBody,
    CustomerBody,
    DisputeBody,
    FeedbackBody,
    HandBackBody,
    HandOverBody,
    HoldBody,
    InvoiceBody,
    MandateBody,
    MatchBody,
    MoneyBody,
    PlanBody,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    StatementBody,
    WaiveBody,
    WriteOffBody,
    WrongPersonBody,
)
from .customer import HashOf
from .documents import document, introduced, known_item
from .facts import Dispute, Ended, Promise
from .history import ASKED
from .late_money import interest_told
from .ledger import Entry, Find, LedgerError, minor_units
from .mandate_entries import enter_mandate
from .outcomes import COMPLAINED, HARD, REJECTED
from .plan_entries import enter_plan, reinstated
from .posting import LEDGER, PostingKey
from .replaced import replace
from .returns import give_back, reverse
from .told import Told
from .waiving import given_up


def enter(account: Account, body: AccountBody, find: Find, hash_of: HashOf) -> Entry | None:
    """The entry of a body on an account, or None where it would change nothing.

    An invoice is entered as a new one; what a later word does to it is `enter_again`. Raises
    LedgerError where the ledger refuses it. Nothing is written here.
    """
    match body:
        case InvoiceBody() | MoneyBody() | StatementBody():
            entry = introduced(account, document(account, body, find), body.about, hash_of)
            return interest_told(reinstated(entry, find), find)
        case CustomerBody():
            return _customer(account, body, hash_of)
        case WaiveBody() | WriteOffBody():
            return interest_told(given_up(account, body, find), find)
        case ReturnBody() | ReversalBody():
            return interest_told(reinstated(_undone(account, body, find), find), find)
        case DisputeBody():
            entry = _fact(account, "dispute", body.id)
            known_item(body.invoice, body.item, find.invoice)
            entry.put.append(Dispute(body.id, body.invoice, body.on, body.item, body.reason))
            return entry
        case ResolveBody() | ReleaseBody():
            return _ended(account, body)
        case HoldBody():
            return hold_entries.begun(account, body, find)
        case PromiseBody():
            return _promise(account, body)
        case PlanBody() | MandateBody():
            return _plan(account, body, find)
        case MatchBody():
            raise TypeError("a match is entered as the payment that it speaks of")
        case ContactBody() | WrongPersonBody():
            return consent_entries.entered(account, body, hash_of)
        case ContactMadeBody() | FeedbackBody():
            return _made_or_heard(account, body, hash_of)
        case ApprovalBody() | HandOverBody() | HandBackBody():
            return answers.entered(account, body)


def _plan(account: Account, body: PlanBody | MandateBody, find: Find) -> Entry | None:
    if isinstance(body, PlanBody):
        return enter_plan(account, body, find)
    return enter_mandate(account, body, find)


def _undone(account: Account, body: ReturnBody | ReversalBody, find: Find) -> Entry:
    if isinstance(body, ReturnBody):
        return give_back(account, body, find)
    return reverse(account, body, find)


def _fact(account: Account, type_: str, id_: str) -> Entry:
    entry = Entry.begin(account, type_, id_)
    entry.seen.append(PostingKey(LEDGER, id_))
    return entry


def _customer(account: Account, body: CustomerBody, hash_of: HashOf) -> Entry | None:
    known, country = account.customer, body.customer.country
    addresses = tuple(
        replace(a, hash=hash_of(a.channel, a.value, country)) for a in body.customer.addresses
    )
    # An older word, that came late or again, changes nothing but what it proves of consents.
    late = bool(known.as_of and body.on < known.as_of)
    customer = replace(body.customer, addresses=addresses, as_of=body.on)
    if not body.hours:
        customer = replace(customer, inconvenient=known.inconvenient)
    same = late or replace(known, as_of=body.on) == customer
    # The record that comes again, even unchanged, is somebody's word to try again what was refused.
    head = account.head if late else bars.without_refusals(account.head)
    agreed = consent_entries.recorded(account, body)
    if account.head.rev and same and head == account.head and agreed is None:
        return None
    entry = Entry.begin(account, "customer", customer.customer)
    entry.head = replace(entry.head, unusable=head.unusable)
    if not late:
        entry.put.append(customer)
    if agreed is not None:
        consent_entries.keep(entry, agreed, customer.customer, body.on)
    return entry


def _ended(account: Account, body: ResolveBody | ReleaseBody) -> Entry:
    if isinstance(body, ResolveBody):
        dispute = next((d for d in account.disputes if d.id == body.dispute), None)
        return _end(account, "resolve", body.id, dispute, "dispute", body, body.outcome)
    refusal = next((one for one in account.refusals if one.id == body.hold), None)
    if refusal is None:
        return hold_entries.released(account, body)
    return _end(account, "release", body.id, refusal, "hold", body, "released")


def _end(
    account: Account,
    type_: str,
    id_: str,
    fact: Dispute | Refusal | None,
    field: str,
    body: ResolveBody | ReleaseBody,
    outcome: str,
) -> Entry:
    if fact is None:
        raise LedgerError(f"unknown_{field}", field, f"no such {field} stands on this customer")
    entry = _fact(account, type_, id_)
    entry.delete.append(fact)
    entry.put.append(Ended(fact, id_, body.on, outcome))
    if isinstance(fact, Dispute):
        said_lines.settled(entry, account, fact)
    return entry


def _promise(account: Account, body: PromiseBody) -> Entry:
    entry = _fact(account, "promise", body.id)
    items = body.items or tuple(i.ref for i in account.open if i.due < body.on)
    if not items:
        raise LedgerError("nothing_promised", "items", "nothing is overdue; name the items")
    promised = [account.item(ref) for ref in items]
    unknown = next((ref for ref, item in zip(items, promised, strict=True) if item is None), None)
    if unknown:
        raise LedgerError("unknown_item", "items", f"{unknown} is not open on this customer")
    currencies = sorted({item.currency for item in promised if item})
    if len(currencies) > 1:
        raise LedgerError(
            "several_currencies",
            "items",
            f"one amount, but items in {' and '.join(currencies)}; send one each",
        )
    amount = minor_units(body.amount, currencies[0])
    entry.put.append(Promise(body.id, body.on, body.by, amount, items, currencies[0]))
    return entry


def _made_or_heard(
    account: Account, body: ContactMadeBody | FeedbackBody, hash_of: HashOf
) -> Entry:
    if isinstance(body, FeedbackBody):
        return _feedback(account, body, hash_of)
    entry = _fact(account, "contact", body.id)
    entry.head = replace(
        entry.head, recent=contacted.told(entry.head.recent, contacted.contact_of(body), body.on)
    )
    return entry


def _feedback(account: Account, body: FeedbackBody, hash_of: HashOf) -> Entry:
    entry = _fact(account, "feedback", body.id)
    hashed = body.address_hash or (
        hash_of(body.channel, body.address, account.customer.country) if body.address else ""
    )
    head = entry.head
    if body.outcome in HARD:
        head = bars.barred(head, body.channel, hashed, body.outcome)
        if body.outcome == COMPLAINED:
            consent_entries.complained(entry, body, hashed)
    elif body.outcome == REJECTED:
        for serial, refused_at in _refusals(head, body, hashed):
            head = bars.refused(head, body.channel, refused_at, serial)
    tries = head.tries
    if (
        tries
        and tries.why == ASKED
        and (body.serial, body.attempt) == (tries.serial, tries.attempt)
    ):
        tries = tries._replace(why=body.outcome)
    spoken_of = {(n.serial, n.attempt) for n in head.last if _speaks_of(body, hashed, n)}
    for told in account.told:
        if _speaks_of(body, hashed, told):
            spoken_of.add((told.serial, told.attempt))
            entry.put.append(replace(told, outcome=body.outcome))
    if body.serial is not None and body.attempt is not None:
        spoken_of.add((body.serial, body.attempt))
    entry.head = replace(
        head,
        tries=tries,
        recent=contacted.heard(head.recent, spoken_of, body.outcome),
        last=tuple(
            notice._replace(outcome=body.outcome) if _speaks_of(body, hashed, notice) else notice
            for notice in head.last
        ),
    )
    return entry


def _refusals(head: Head, body: FeedbackBody, hashed: str) -> list[tuple[int, str]]:
    """The notices whose content was refused, each with the address at which it was. An event that
    names no address is about the one that the attempt went to."""
    found = [(n.serial, hashed or n.address_hash) for n in head.last if _speaks_of(body, hashed, n)]
    if not found and body.serial is not None:
        found = [(body.serial, hashed)]
    return found


def _speaks_of(body: FeedbackBody, hashed: str, notice: LastNotice | Told) -> bool:
    """Whether feedback is about the last attempt of a case, or of a telling: by notice and attempt
    where the provider tells them, else by channel and address. An earlier attempt's never touches
    a later one."""
    if body.serial is not None:
        return (body.serial, body.attempt) == (notice.serial, notice.attempt)
    return body.channel == notice.channel and hashed == notice.address_hash
