"""Links in messages: what a token keeps, hides and refuses; keys that come and go.

What a link opens is tested with the portal.
"""

import base64
import json
from datetime import date

import pytest
from dunning.adapters.link_tokens import ASK_AGAIN, READ_AGAIN, BadKeys, LinkKeys, LinkTokens
from dunning.domain.links import (
    LIFETIME,
    MOST_REVOKED,
    OPT_OUT_LIFETIME,
    STATEMENT,
    Link,
    LinkError,
    Purpose,
    link,
    packed,
    unpacked,
)
from hypothesis import given
from hypothesis import strategies as st

ONE, TWO = "first-key-" * 6, "second-key" * 6
HASH = "0123456789abcdef"
SENT = date(2026, 11, 23)
ACCOUNT = "northwind#c-1042"
LONGEST = f"{'c' * 32}#{'x' * 64}"


def tokens(**keys: str) -> LinkTokens:
    stored = json.dumps({name.removeprefix("k"): text for name, text in keys.items()})
    return LinkTokens(LinkKeys(lambda: stored))


TOKENS = tokens(k1=ONE)

links = st.builds(
    Link,
    account=st.builds(
        "{}#{}".format,
        st.from_regex(r"[a-z0-9-]{2,32}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9._~-]{1,64}", fullmatch=True),
    ),
    purpose=st.sampled_from(Purpose),
    recipient=st.just("") | st.binary(min_size=8, max_size=8).map(bytes.hex),
    until=st.dates(),
    epoch=st.integers(0, MOST_REVOKED),
)


@given(links)
def test_what_is_sealed_is_opened_as_it_was(one: Link) -> None:
    # Eight zero bytes are nobody: the one hash that nobody has.
    wanted = one._replace(recipient="") if one.recipient == "0" * 16 else one
    assert unpacked(packed(one)) == wanted
    assert TOKENS.opened(TOKENS.sealed(one)) == wanted


@given(links)
def test_a_token_fits_a_url_a_header_and_a_person_s_patience(one: Link) -> None:
    token = TOKENS.sealed(one)
    assert token.isascii()
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) <= 180


@given(links, st.integers(min_value=0), st.integers(1, 255))
def test_a_token_that_was_changed_anywhere_opens_nothing(one: Link, at: int, by: int) -> None:
    data = bytearray(_raw(TOKENS.sealed(one)))
    data[at % len(data)] ^= by
    assert TOKENS.opened(_text(bytes(data))) is None


@given(links, st.data())
def test_no_other_text_is_taken_for_a_token(one: Link, data: st.DataObject) -> None:
    token = TOKENS.sealed(one)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(
        st.sampled_from("ABCDEFabcdef0123456789-_").filter(lambda c: c != token[place])
    )
    assert TOKENS.opened(token[:place] + other + token[place + 1 :]) is None
    assert TOKENS.opened(token[:place]) is None
    assert TOKENS.opened(token + other) is None


@given(st.text(max_size=400))
def test_any_text_is_answered_and_none_opens_anything(text: str) -> None:
    assert TOKENS.opened(text) is None


@given(links, links)
def test_two_links_never_have_the_same_token(one: Link, other: Link) -> None:
    assert (TOKENS.sealed(one) == TOKENS.sealed(other)) == (packed(one) == packed(other))


def test_nobody_reads_an_id_an_address_or_a_day_out_of_a_token() -> None:
    one = link(ACCOUNT, Purpose.PAY, HASH, SENT, 0)
    raw = _raw(TOKENS.sealed(one))
    for readable in (b"northwind", b"c-1042", bytes.fromhex(HASH), packed(one)[:4]):
        assert readable in packed(one)
        assert readable not in raw


def test_the_same_message_has_the_same_links_when_it_is_rendered_again() -> None:
    one = link(ACCOUNT, Purpose.VIEW, HASH, SENT, 3)
    assert TOKENS.sealed(one) == TOKENS.sealed(one)
    assert TOKENS.sealed(one) != TOKENS.sealed(one._replace(purpose=Purpose.PAY))


def test_a_token_is_short_and_even_the_longest_id_fits() -> None:
    assert len(TOKENS.sealed(link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0))) <= 64
    longest = link(LONGEST, Purpose.VIEW, HASH, SENT, 0)
    assert TOKENS.opened(TOKENS.sealed(longest)) == longest


def test_the_newest_key_seals_and_all_that_are_kept_open() -> None:
    one = link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0)
    old, both, new = tokens(k1=ONE), tokens(k1=ONE, k2=TWO), tokens(k2=TWO)
    assert both.opened(old.sealed(one)) == one
    assert new.opened(both.sealed(one)) == one
    assert old.opened(both.sealed(one)) is None
    assert new.opened(old.sealed(one)) is None
    assert _raw(both.sealed(one))[0] == 2


def test_the_same_number_with_another_key_opens_nothing() -> None:
    one = link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0)
    assert tokens(k1=TWO).opened(TOKENS.sealed(one)) is None


class Secret:
    """A secret that can be written anew, and a clock."""

    def __init__(self, **keys: str) -> None:
        self.keys, self.reads, self.now = keys, 0, 0.0

    def __call__(self) -> str:
        self.reads += 1
        return json.dumps(self.keys)

    def tokens(self) -> LinkTokens:
        return LinkTokens(LinkKeys(self, lambda: self.now))


def test_the_secret_is_read_once_and_not_for_every_message() -> None:
    secret = Secret(**{"1": ONE})
    sealing = secret.tokens()
    for number in range(100):
        sealing.sealed(link(ACCOUNT, Purpose.VIEW, HASH, SENT, number))
    assert secret.reads == 1


def test_a_key_that_was_added_opens_at_once_and_seals_within_a_quarter_of_an_hour() -> None:
    secret = Secret(**{"1": ONE})
    mine = secret.tokens()
    one = link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0)
    mine.sealed(one)
    secret.keys = {"1": ONE, "2": TWO}
    secret.now = ASK_AGAIN + 1
    assert mine.opened(tokens(k1=ONE, k2=TWO).sealed(one)) == one
    fresh = Secret(**{"1": ONE})
    waiting = fresh.tokens()
    waiting.sealed(one)
    fresh.keys = {"1": ONE, "2": TWO}
    fresh.now = READ_AGAIN
    assert _raw(waiting.sealed(one))[0] == 1
    fresh.now = READ_AGAIN + 1
    assert _raw(waiting.sealed(one))[0] == 2


def test_made_up_key_numbers_do_not_make_us_read_the_secret_each_time() -> None:
    secret = Secret(**{"1": ONE})
    mine = secret.tokens()
    forged = bytearray(_raw(mine.sealed(link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0))))
    for number in range(2, 200):
        forged[0] = number
        secret.now += 1
        assert mine.opened(_text(bytes(forged))) is None
    assert secret.reads <= 1 + 200 // ASK_AGAIN


@pytest.mark.parametrize(
    "stored", ["", "[]", "{}", '{"0": "%s"}', '{"256": "%s"}', '{"one": "%s"}', '{"1": "short"}']
)
def test_a_secret_that_holds_no_keys_is_refused_and_never_quoted(stored: str) -> None:
    text = stored.replace("%s", ONE)
    with pytest.raises(BadKeys) as refused:
        LinkTokens(LinkKeys(lambda: text)).sealed(link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0))
    assert ONE not in str(refused.value)


@pytest.mark.parametrize(
    "one",
    [
        Link(ACCOUNT, Purpose.VIEW, "12", SENT),
        Link(ACCOUNT, Purpose.VIEW, "no hash", SENT),
        Link("", Purpose.VIEW, HASH, SENT),
        Link(ACCOUNT, Purpose.VIEW, HASH, SENT, MOST_REVOKED + 1),
    ],
)
def test_what_does_not_fit_is_no_link_rather_than_a_shortened_one(one: Link) -> None:
    with pytest.raises(LinkError):
        packed(one)


@pytest.mark.parametrize(
    "data", [b"", b"\x01" * 14, bytes([99]) + b"\x0b" * 30, b"\x01" + bytes(30)]
)
def test_bytes_that_are_no_link_are_told(data: bytes) -> None:
    with pytest.raises(LinkError):
        unpacked(data)


def test_a_statement_s_link_ends_after_its_days_and_an_opt_out_s_much_later() -> None:
    view = link(ACCOUNT, Purpose.VIEW, HASH, SENT, 0)
    stop = link(ACCOUNT, Purpose.UNSUBSCRIBE, HASH, SENT, 0)
    last = date.fromordinal(SENT.toordinal() + LIFETIME)
    assert view.holds(last, 0)
    assert not view.holds(date.fromordinal(last.toordinal() + 1), 0)
    assert stop.holds(date.fromordinal(SENT.toordinal() + OPT_OUT_LIFETIME), 0)


def test_revoking_ends_what_shows_something_and_not_what_stops_mails() -> None:
    for purpose in STATEMENT:
        assert not link(ACCOUNT, purpose, HASH, SENT, 0).holds(SENT, 1)
        assert link(ACCOUNT, purpose, HASH, SENT, 1).holds(SENT, 1)
    assert link(ACCOUNT, Purpose.UNSUBSCRIBE, HASH, SENT, 0).holds(SENT, 1)


def _raw(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
