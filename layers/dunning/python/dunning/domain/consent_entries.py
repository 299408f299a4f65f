"""What a body says of consent: from consent, opt_out, wrong_person, a complaint or a customer's
record to facts of the account. What a word does to what stands is `consents`'.
"""

import hashlib
from dataclasses import replace
from datetime import date

from . import consents
from .account import Account, Head, Unusable
from .bodies import Agreed, ContactBody, CustomerBody, FeedbackBody, WrongPersonBody
from .card_numbers import without_card_numbers
from .consents import ALL, Consent, Kept, known_by
from .customer import HashOf
from .facts import Ended
from .history import Task
from .ledger import Entry, LedgerError
from .posting import LEDGER, PostingKey

FIND_ADDRESS = "find_address"
"""Kind of the line that asks a person for the right address."""
_SOMEBODY_ELSES = "find the right address: the one on record is another person's"
_FOR_EVER = 1 << 40
_A_DAY = 86_400


def entered(account: Account, body: ContactBody | WrongPersonBody, hash_of: HashOf) -> Entry:
    """The entry of one of these bodies. Raises LedgerError for a consent of days to come."""
    if isinstance(body, WrongPersonBody):
        return wrong_person(account, body, hash_of)
    return said(account, body, hash_of)


def said(account: Account, body: ContactBody, hash_of: HashOf) -> Entry:
    """A consent, or a withdrawal, as a body of its own."""
    entry = _begin(account, body.type, body.id)
    hashed = body.address_hash or ALL
    if body.address:
        hashed = hash_of(body.channel, body.address, account.customer.country)
    kept = Kept.of(account.consents)
    known = _heard(body)
    at = known_by(body.on, known) if body.at is None else body.at
    fact = Consent(body.id, body.on, body.channel, hashed, body.text, body.source or consents.API)
    if body.type == "opt_out":
        at = min(at, known)
        if body.at is None and at == known:
            at = max((at, *_agreed_at(account, body.channel, hashed)))
        kept.take(replace(fact, text=without_card_numbers(body.text), revoked_at=at))
    else:
        if at > known + _A_DAY:
            raise LedgerError("not_yet", "at", "this consent is not given yet; send it then")
        # Said without a time, it is newer than what was known when it came.
        if body.at is None and kept.taken_back_at(body.channel, hashed) == at:
            at += 1
        if kept.give(replace(fact, at=at, more_calls=body.more_calls)):
            entry.head = replace(entry.head, unusable=_without_opt_outs(account, fact))
    entry.detail = _told(fact)
    keep(entry, kept, body.id, body.on)
    return entry


def wrong_person(account: Account, body: WrongPersonBody, hash_of: HashOf) -> Entry:
    """The address is somebody else's: it is not used for this customer again, and a person is
    asked for the right one."""
    entry = _begin(account, "wrong_person", body.id)
    country = account.customer.country
    hashed = body.address_hash or hash_of(body.channel, body.address, country)
    at = known_by(body.on, _heard(body))
    kept = Kept.of(account.consents)
    fact = Consent(body.id, body.on, body.channel, hashed, source=consents.WRONG_PERSON)
    kept.take(replace(fact, revoked_at=at))
    entry.detail = f"{body.channel} {hashed}"
    entry.asks.append((FIND_ADDRESS, _line(body.customer, body.channel, hashed), _SOMEBODY_ELSES))
    keep(entry, kept, body.id, body.on)
    return entry


def find_address(head: Head, bar: Unusable, now: int) -> Task:
    """The line for a person where another account of the creditor has learned it."""
    id_ = _line(head.customer, bar.channel, bar.address_hash)
    return Task(id_, now, FIND_ADDRESS, head.customer, _SOMEBODY_ELSES)


def _line(customer: str, channel: str, address_hash: str) -> str:
    return f"{FIND_ADDRESS}-{customer}-{channel}-{address_hash}"


def complained(entry: Entry, body: FeedbackBody, hashed: str) -> None:
    """A complaint is a withdrawal of that address, beside the bar that the provider's word is."""
    if not hashed:
        return
    kept = Kept.of(entry.account.consents)
    fact = Consent(body.id, body.on, body.channel, hashed, source=consents.COMPLAINT)
    kept.take(replace(fact, revoked_at=known_by(body.on, _heard(body))))
    keep(entry, kept, body.id, body.on)


def recorded(account: Account, body: CustomerBody) -> Kept | None:
    """What a customer's record says of consents, put to what stands; None where that is nothing
    new. What it leaves out stays; what it says without a time never speaks against a withdrawal."""
    on, known = body.on, _heard(body)
    kept = Kept.of(account.consents)
    changed = False
    for one in body.consents:
        at = known_by(on, known) if one.at is None else one.at
        fact = Consent(
            _id(one, at), on, one.channel, ALL, one.text, one.source or consents.CUSTOMER
        )
        given = replace(fact, at=at, more_calls=one.more_calls)
        taken = kept.taken_back_at(one.channel, ALL)
        if one.revoked_at is not None:
            gone = min(one.revoked_at, known)
            if taken is None or taken < gone:
                # The consent itself is kept as proof, unless it stands and ends by this.
                if not any(_alike(one, fact) for fact in kept.standing.values()):
                    ended = replace(given, revoked_at=gone, revoked_by=fact.source)
                    kept.past.append((ended, consents.WITHDRAWN))
                word = replace(fact, id=f"{fact.id}-", text="", revoked_at=gone)
                changed |= kept.take(word)
            continue
        if any(_alike(one, fact) for fact in kept.standing.values()):
            continue
        overtaken = taken is not None and (one.at is None or taken >= one.at)
        if not overtaken:
            changed |= kept.give(given)
    return kept if changed else None


def _heard(body: ContactBody | WrongPersonBody | CustomerBody | FeedbackBody) -> int:
    """When a body was heard; where nobody says, times in it alone count."""
    return _FOR_EVER if body.known is None else body.known


def _begin(account: Account, type_: str, id_: str) -> Entry:
    entry = Entry.begin(account, type_, id_)
    entry.seen.append(PostingKey(LEDGER, id_))
    return entry


def keep(entry: Entry, kept: Kept, by: str, on: date) -> None:
    """Write what stands now, and what is over; `by`: the id of the body that ended it."""
    before = {fact.id: fact for fact in entry.account.consents}
    entry.delete += [fact for id_, fact in before.items() if id_ not in kept.standing]
    entry.put += [fact for id_, fact in kept.standing.items() if before.get(id_) != fact]
    entry.put += [Ended(fact, by, on, how) for fact, how in kept.past]


def _agreed_at(account: Account, channel: str, address_hash: str) -> list[int]:
    """When what a withdrawal speaks of was agreed to."""
    word = Consent("", date.min, channel, address_hash)
    return [
        fact.at
        for fact in account.consents
        if fact.gives and fact.at is not None and word.covers(fact.channel, fact.address_hash)
    ]


def _without_opt_outs(account: Account, given: Consent) -> tuple[Unusable, ...]:
    """The bars of HEAD without what the creditor's list told of an address that is agreed to."""
    return tuple(
        bar
        for bar in account.head.unusable
        if not (
            given.covers(bar.channel, bar.address_hash)
            and (
                bar.reason == consents.OPT_OUT
                or (bar.reason == consents.WRONG_PERSON and given.address_hash == bar.address_hash)
            )
        )
    )


def _alike(one: Agreed, fact: Consent) -> bool:
    """Whether a consent that stands is what a record tells of."""
    same = (fact.channel, fact.address_hash, fact.text, fact.more_calls) == (
        one.channel,
        ALL,
        one.text,
        one.more_calls,
    )
    return same and fact.gives and (one.at is None or (fact.at or 0) >= one.at)


def _id(one: Agreed, at: int) -> str:
    words = "\n".join((one.channel, str(at), str(one.more_calls), one.text))
    begins = consents.UNDATED if one.at is None else ""
    return f"{begins}record-{hashlib.sha256(words.encode()).hexdigest()[:24]}"


def _told(fact: Consent) -> str:
    """For the record: the channel, the hash of the address and of the words, and who told."""
    where = "all addresses" if fact.address_hash == ALL else fact.address_hash
    channel = "every channel" if fact.channel == ALL else fact.channel
    words = f", words {hashlib.sha256(fact.text.encode()).hexdigest()[:16]}" if fact.text else ""
    return f"{channel}, {where}, told by {fact.source}{words}"
