"""Laws of consent over random words: times decide, no order of arrival does, and what is taken back
stays so until somebody agrees to it later.
"""

from dataclasses import replace
from datetime import date

from dunning.domain.consents import ALL, WRONG_PERSON, Consent, Kept, taken_back
from dunning.domain.contact.agreed import consents_about
from dunning.domain.contact.attempt import Attempt
from dunning.domain.contact.frequency import consented
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 1, 1)
CHANNELS, HASHES = ("email", "voice"), ("a", "b")
FAR = 10_000


@st.composite
def words(draw: st.DrawFn) -> list[Consent]:
    """Consents, withdrawals and wrong persons, each at its own second, in the order of time."""
    found = []
    for number in range(draw(st.integers(0, 7))):
        at, address = 10 * number + 10, draw(st.sampled_from((*HASHES, ALL)))
        kind = draw(st.sampled_from(("gives", "takes", "wrong")))
        channel = draw(st.sampled_from(CHANNELS if kind != "takes" else (*CHANNELS, ALL)))
        fact = Consent(f"w{number}", DAY, channel, address, f"words {number % 2}", "api")
        if kind == "gives":
            found.append(replace(fact, at=at))
        elif kind == "takes":
            found.append(replace(fact, revoked_at=at))
        else:
            hashed = draw(st.sampled_from(HASHES))
            found.append(replace(fact, address_hash=hashed, source=WRONG_PERSON, revoked_at=at))
    return found


def kept(said: list[Consent]) -> Kept:
    found = Kept.of(())
    for fact in said:
        if fact.gives:
            found.give(fact)
        else:
            found.take(fact)
    return found


def barred(facts: Kept) -> dict[tuple[str, str], bool]:
    standing = list(facts.standing.values())
    return {
        (channel, hashed): taken_back(standing, channel, hashed) is not None
        for channel in CHANNELS
        for hashed in HASHES
    }


def expected(said: list[Consent], channel: str, hashed: str) -> bool:
    """By the words in the order of time, one after another, and nothing else: `named` while a
    consent to that very address stands."""
    out, wrong, named = False, False, False
    for fact in said:
        if not fact.covers(channel, hashed):
            continue
        if fact.gives:
            out = False
            named = named or fact.address_hash == hashed
        else:
            named = False
            wrong, out = wrong or fact.wrong, out or not fact.wrong
    return out or (wrong and not named)


@given(words(), st.randoms(use_true_random=False))
def test_the_order_in_which_words_arrive_means_nothing(said: list[Consent], chance: object) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    for order in (said, shuffled, [*shuffled, *said]):
        for (channel, hashed), is_barred in barred(kept(order)).items():
            assert is_barred == expected(said, channel, hashed), (channel, hashed)


@given(words(), st.randoms(use_true_random=False))
def test_no_word_is_lost(said: list[Consent], chance: object) -> None:
    chance.shuffle(said)  # type: ignore[attr-defined]
    found = kept(said)

    assert {fact.id for fact in said} == set(found.standing) | {fact.id for fact, _ in found.past}
    for fact, _ in found.past:
        (first,) = [one for one in said if one.id == fact.id]
        assert (fact.text, fact.at) == (first.text, first.at)


@given(words())
def test_the_rules_hear_of_no_consent_that_was_taken_back(said: list[Consent]) -> None:
    standing = list(kept(said).standing.values())
    for channel in CHANNELS:
        for hashed in HASHES:
            told = Attempt(channel, consents=consents_about(standing, channel, hashed))
            agreed = [f for f in said if f.gives and f.covers(channel, hashed)]
            taken = [f for f in said if f.takes and f.covers(channel, hashed)]
            newest = max((f.at or 0 for f in agreed), default=0)
            after = max((f.revoked_at or 0 for f in taken), default=0)
            assert consented(told, channel, FAR) == (newest > after)
