"""HEAD packed and unpacked: nothing is lost, whatever the ids are, and it stays under one unit.

The item is built and read without a table; the contract suites do the same through DynamoDB.
"""

import sys
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.dynamodb import codec, keys
from dunning.adapters.dynamodb.cost import UNIT, Item, item_size
from dunning.adapters.dynamodb.head import head_of, head_row
from dunning.adapters.dynamodb.models import HeadRow
from dunning.domain.account import (
    CLAIMED,
    UNKNOWN,
    Applying,
    Claim,
    Contact,
    Full,
    Head,
    LastNotice,
    Plan,
    Said,
    Tries,
    Unusable,
)
from dunning.domain.behaviour import MANNERS, Count, Standing, month_of
from dunning.domain.charges.borne import NOTHING_BORNE, Borne
from dunning.domain.charges.interest import Payment
from dunning.domain.charges.notice import Charge
from dunning.domain.contacted import OF_CALLS
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Pin, Reached, Settled
from hypothesis import given, settings
from hypothesis import strategies as st

ITEMS, CONTACTS = 10, 8


def stored(head: Head) -> Item:
    item: Item = head_row(keys.account(head.creditor, head.customer), head).serialize()
    return item


def read(item: Item) -> Head:
    return head_of(HeadRow.from_raw_data(dict(item)))


def _is_id(text: str) -> bool:
    return text == unicodedata.normalize("NFC", text).strip() != ""


odd = st.sampled_from(["#", "|", "\\", "\\p", "a b", "Müller & Söhne", "~", "x" * 100, "ß|#", "0"])
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
ids = odd | st.text(
    st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100
).filter(_is_id)
hashes = st.sampled_from(["", "*", "~abc"]) | st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
counts = st.integers(0, 10**6)
instants = st.integers(0, 4 * 10**9)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
channels = st.sampled_from(["email", "voice"])
money = st.integers(0, 10**17)
refs = st.builds(ItemRef, ids, st.integers(1, 9999))
rarely = st.just(0) | st.integers(-9, 99)
reached = st.builds(Reached, st.integers(1, 99), days, counts, st.just(0) | counts, rarely)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
tones = st.sampled_from(["", "friendly", "persuasive", "formal", "of its own"])
standings = st.none() | st.builds(
    Standing, st.sampled_from(MANNERS), counts, counts, st.integers(1, 12)
)
charges = st.builds(
    Charge,
    st.sampled_from(["fee", "interest", "compensation"]),
    st.sampled_from(["post", "announce", "waive", "missing"]),
    money,
    refs,
    st.integers(1, 99),
    texts,
)
bornes = st.just(NOTHING_BORNE) | st.builds(
    Borne,
    st.lists(st.builds(Payment, days, st.integers(-(10**17), 10**17)), max_size=3).map(tuple),
    st.none() | days,
    st.booleans(),
)
claims = st.builds(
    Claim,
    serial=counts,
    attempt=counts,
    seq=counts,
    token=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    at=instants,
    lease_until=instants,
    channel=channels,
    currency=currencies,
    address_hash=hashes,
    said=st.lists(
        st.builds(Said, refs, st.integers(1, 99), money, money, money, st.just(0) | counts),
        max_size=4,
    ).map(tuple),
    policy=texts,
    version=counts,
    ruleset=texts,
    state=st.sampled_from([CLAIMED, UNKNOWN]),
    charges=st.lists(charges, max_size=3).map(tuple),
    tone=tones,
    standing=standings,
)
tellings = st.builds(
    replace, claims, said=st.just(()), tells=st.builds("thanks/{}/{}".format, counts, ids)
)
notices = st.builds(
    LastNotice,
    currencies,
    texts,
    counts,
    counts,
    channels,
    counts,
    texts,
    days,
    hashes,
    level=st.integers(0, 99),
    early=st.booleans(),
    counted=st.none() | days,
    notices=st.just(0) | counts,
    charged=st.lists(st.tuples(st.integers(1, 99), counts), max_size=3).map(tuple),
)
behaviours = st.dictionaries(
    st.integers(24_300, 24_324),
    st.tuples(st.integers(1, 15) | st.integers(1, 10**6), st.integers(0, 15) | counts).map(
        lambda both: Count(both[0], min(both))
    ),
    max_size=24,
)
contacts = st.builds(
    Contact,
    instants,
    channels,
    counts,
    rarely.map(abs),
    st.sampled_from(["", *sorted(OF_CALLS)]),
    st.just("") | currencies,
    st.booleans(),
)
heads = st.builds(
    Head,
    creditor=st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True),
    customer=ids,
    rev=counts,
    seq=counts,
    serial=counts,
    shard=st.integers(0, 63),
    plan=st.builds(
        Plan,
        st.none() | instants,
        st.none() | channels,
        texts,
        texts,
        st.just(0) | instants,
        st.just("") | st.builds("thanks/{}/{}".format, counts, ids),
    ),
    claim=st.none() | claims | tellings,
    reached=st.dictionaries(refs, reached, max_size=6),
    credit=st.dictionaries(currencies, money, max_size=3),
    last=st.lists(notices, max_size=3).map(tuple),
    recent=st.lists(contacts, max_size=4).map(tuple),
    unusable=st.lists(st.builds(Unusable, channels, hashes, texts), max_size=3).map(tuple),
    full=st.lists(st.builds(Full, channels, hashes, instants, texts), max_size=2).map(tuple),
    tries=st.none() | st.builds(Tries, counts, counts, counts, instants, texts),
    applying=st.none() | st.builds(Applying, texts, texts, ids, counts, counts),
    parked=st.none() | texts,
    posted=st.none() | days,
    stated=st.none() | days,
    behaviour=behaviours,
)


@settings(max_examples=60)
@given(heads)
def test_a_head_that_is_packed_and_read_again_is_the_same(head: Head) -> None:
    assert read(stored(head)) == head


@settings(max_examples=60)
@given(heads, st.data())
def test_what_a_claim_says_of_reached_items_is_found_by_their_place(
    head: Head, data: st.DataObject
) -> None:
    if not head.reached:
        return
    chosen = data.draw(st.lists(st.sampled_from(sorted(head.reached)), min_size=1))
    said = tuple(Said(ref, 2, 12_345) for ref in chosen)
    packed = codec.pack_said(said, head.reached)
    order = codec.in_order(head.reached)
    assert [int(codec.split(text)[0]) for text in packed] == [order.index(ref) for ref in chosen]
    assert codec.unpack_said(packed, head.reached) == said


@given(
    st.builds(
        Settled,
        days,
        st.none() | reached,
        st.none() | st.builds(Pin, texts, st.none() | texts, st.none() | texts),
        bornes,
        st.none() | days,
    )
)
def test_what_a_settled_item_keeps_is_read_again_as_it_was(settled: Settled) -> None:
    assert codec.unpack_settled(codec.pack_settled(settled)) == settled


@given(st.lists(texts, min_size=1, max_size=5))
def test_no_text_can_be_taken_for_a_separator(fields: list[str]) -> None:
    assert codec.split(codec.join(*fields)) == fields


@given(hashes)
def test_a_hash_keeps_its_value_and_takes_twelve_characters(text: str) -> None:
    packed = codec.pack_hash(text)
    assert codec.unpack_hash(packed) == text
    assert len(packed) <= max(12, len(text) + 2)


def full(creditor: str, customer: str, invoice: str, *, claimed: bool) -> Head:
    """A head as it is after months: 10 reached items, 8 contacts, two cases, a bounced address, and
    a year of paid invoices."""
    refs = [ItemRef(invoice.format(4711 + number), 1) for number in range(ITEMS)]
    day = date(2026, 11, 12)
    claim = Claim(
        serial=27,
        attempt=1,
        seq=143,
        token="0123456789abcdef",
        at=1_795_334_400,
        lease_until=1_795_335_300,
        channel="email",
        currency="EUR",
        address_hash="fedcba9876543210",
        said=tuple(Said(ref, 3, 123_456) for ref in refs),
        policy="standard-b2b",
        version=4,
        ruleset="default-1",
        tone="persuasive",
        standing=Standing("neutral", 17, 5, 12),
    )
    return Head(
        creditor=creditor,
        customer=customer,
        rev=211,
        seq=143,
        serial=26,
        shard=3,
        plan=Plan(1_795_334_400, "email", "STEP_NOT_DUE", str(refs[0]), 1_794_470_400),
        claim=claim if claimed else None,
        reached={ref: Reached(2, day, 20 + number % 7) for number, ref in enumerate(refs)},
        credit={"EUR": 1_250},
        last=(
            LastNotice(
                "EUR",
                "standard-b2b",
                26,
                139,
                "email",
                1,
                "sent",
                day,
                "fedcba9876543210",
                level=2,
                notices=3,
            ),
        ),
        recent=tuple(Contact(1_793_000_000 + n * 90_000, "email", 19 + n) for n in range(CONTACTS)),
        unusable=(Unusable("email", "0011223344556677", "bounced"),),
        posted=day,
        stated=day,
        behaviour={month_of(day) - n: Count(3, 1) for n in range(12)},
    )


@pytest.mark.parametrize(
    ("creditor", "customer", "invoice"),
    [
        ("acme", "C-10023", "INV-{:05}"),
        ("nordwind-energie", "KD-0001002345", "RE-2026-{:06}"),
        ("ibm-uk", "0187-ERLBM", "9{:09}"),
    ],
)
def test_a_head_with_a_claim_ten_items_and_eight_contacts_is_one_write_unit(
    creditor: str, customer: str, invoice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    size = item_size(stored(full(creditor, customer, invoice, claimed=True)))
    without = item_size(stored(full(creditor, customer, invoice, claimed=False)))
    with capsys.disabled():
        sys.stdout.write(f"\n  HEAD of {creditor}: {size} bytes with a claim, {without} without")
    assert size < UNIT


def test_a_telling_leaves_head_no_larger_than_the_notice_that_it_stands_beside() -> None:
    notice = full("nordwind-energie", "KD-0001002345", "RE-2026-{:06}", claimed=True)
    assert notice.claim is not None
    tells = f"instalment_missed/120-2026-03-10/{'x' * 64}"
    claim = replace(notice.claim, said=(), standing=None, tells=tells)
    telling = replace(notice, claim=claim)
    assert item_size(stored(telling)) <= item_size(stored(notice)) <= UNIT
    assert read(stored(telling)) == telling
