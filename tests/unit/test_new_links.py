"""A new link by mail for an old one: who gets one, where it goes, how often, and that the page that
offers it tells nobody anything. Through the real handlers, over a cell in memory.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from dunning.adapters.links import SignedLinks
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.render import TemplateRenderer
from dunning.adapters.sqs import LONGEST_TOKEN, BadMessage, SqsLinkRequests, token_of
from dunning.domain.account import Account, Plan
from dunning.domain.bodies import CustomerBody, HoldBody, WrongPersonBody
from dunning.domain.calendar import parse_instant
from dunning.domain.customer import Address, Customer
from dunning.domain.links import STATEMENT, Purpose
from dunning.domain.new_links import LIMITS, LinkAsked, counted, counts
from dunning.service import remind
from dunning.service.ports import Message, NotSent
from dunning.service.why import Why
from hypothesis import given
from hypothesis import strategies as st

from infra.templates import built
from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import TOKENS, Site

HOUR, DAY = 3_600, 86_400
ASK = urlencode({"new-link": "ask"})
EXPIRED = date(2026, 11, 22)
OTHER = "office@harbour.example"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    links = SignedLinks("https://pay.example.com", lambda: TOKENS)
    cell = Cell(renderer=TemplateRenderer(built(), links))
    # What is due by the ladder is sent: what comes now is what was asked for.
    assert cell.reminders.remind(CREDITOR, cell.account, NOON) == remind.SENT
    cell.sender.sent.clear()
    return Site(cell, monkeypatch)


def say(site: Site, body: Any, at: int = NOON) -> None:
    site.cell.bodies.record(CREDITOR, body, site.cell.rulebook, at)


def ask(site: Site, at: int = NOON, purpose: Purpose = Purpose.VIEW, **link: Any) -> None:
    """Somebody asks for a new link with an old one, and the function judges it."""
    site.cell.clock.at = at
    token = site.token(purpose, **{"until": EXPIRED, **link})
    assert site.post(f"/portal/{token}", ASK)["statusCode"] == 200
    assert site.renew() == []


def sent(site: Site, at: int = NOON) -> list[Message]:
    """The mails that leave, as the sender finds what was handed to it."""
    before = len(site.cell.sender.sent)
    while site.cell.outbox.waiting:
        creditor, account = site.cell.outbox.waiting.popleft()
        site.cell.reminders.remind(creditor, account, at)
    return [one.message for one in site.cell.sender.sent[before:]]


def state(site: Site) -> Account:
    found = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert found is not None
    return found


def codes(site: Site) -> list[str]:
    return [record.code for record in site.cell.ledger.history(CREDITOR, site.cell.account)]


def lines(site: Site) -> list[tuple[str, str]]:
    """Lines for people about what was asked for and may not be answered."""
    tasks = site.cell.ledger.tasks(CREDITOR)
    return [(one.kind, one.detail) for one in tasks if one.kind == "new_link_request"]


# --- the page -----------------------------------------------------------------------------------


def _tokens(site: Site) -> dict[str, str]:
    good = site.token(Purpose.VIEW)
    return {
        "expired": site.token(Purpose.VIEW, until=EXPIRED),
        "revoked": site.token(Purpose.VIEW, epoch=1),
        "of long ago": site.token(Purpose.VIEW, until=date(2020, 1, 1)),
        "tampered": f"{good[:-2]}{'A' if good[-2] != 'A' else 'B'}{good[-1]}",
        "made up": "AQzv0lGk3cN1bqH8r2sXw5yTtUe6fPj9",
        "no token": "-",
        "another customer's": site.token(Purpose.VIEW, account="northwind#c-9999"),
        "another creditor's": site.token(Purpose.VIEW, account="southwind#c-1042"),
        "sent to somebody else": site.token(Purpose.VIEW, recipient="f" * 16),
        "of another purpose": site.token(Purpose.UNSUBSCRIBE),
        "good": good,
    }


def test_the_page_of_every_dead_link_has_the_one_button_and_names_no_link(site: Site) -> None:
    for why, token in _tokens(site).items():
        if why == "good":
            continue
        for path in (f"/portal/{token}", f"/portal/{token}/plan", f"/plans/{token}"):
            body = site.get(path)["body"]
            assert body.count("<form") == 1, (why, path)
            assert '<form method="post"><button type="submit" name="new-link" value="ask">' in body
            assert "<input" not in body, "there is nothing to type"
            assert token not in body.replace("-", "") or token == "-"


def test_whoever_asks_hears_the_same_before_anybody_has_looked(site: Site) -> None:
    """The answer is made without the ledger, the settings, the keys and the clock: neither it nor
    its time can tell what a token is worth."""

    class Nobody:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was asked")

    object.__setattr__(site.door, "ledger", Nobody())
    object.__setattr__(site.door, "settings", Nobody())
    object.__setattr__(site.door, "opened", Nobody())
    site.cell.clock = Nobody()  # type: ignore[assignment]
    answers = []
    for token in _tokens(site).values():
        for path in (
            f"/portal/{token}",
            f"/portal/{token}/dispute",
            f"/plans/{token}",
            f"/plans/{token}/accept",
        ):
            answers.append(site.post(path, ASK))
            assert site.asked == [token]
            site.asked.clear()
    assert all(one == answers[0] for one in answers)
    assert answers[0]["statusCode"] == 200
    assert "Please look into your mailbox" in answers[0]["body"]


def test_another_form_at_the_address_of_a_page_asks_for_nothing(site: Site) -> None:
    token = site.token(Purpose.VIEW, until=EXPIRED)
    assert site.post(f"/portal/{token}", "choice=yes")["statusCode"] == 404
    assert site.post(f"/portal/{token}/dispute", "choice=yes")["statusCode"] == 404
    assert site.asked == []


def test_the_page_that_ends_mails_offers_none(site: Site) -> None:
    token = site.token(Purpose.UNSUBSCRIBE, until=date.min)
    assert "<form" not in site.get(f"/unsubscribe/{token}")["body"]


# --- who gets one -------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", sorted(STATEMENT))
def test_an_expired_link_of_any_page_brings_a_mail_whose_link_opens_the_statement(
    purpose: Purpose, site: Site
) -> None:
    old = site.token(purpose, until=EXPIRED)
    assert site.get(f"/portal/{old}")["statusCode"] == 404
    ask(site, purpose=purpose)
    (mail,) = sent(site)
    assert mail.to == ADDRESS
    assert mail.template.startswith("new_link-")
    found = re.findall(r"https://pay\.example\.com(/portal/\S+)", mail.text)
    assert site.get(found[0])["statusCode"] == 200
    assert "NW-1042" in site.get(found[0])["body"]
    assert old not in mail.text


def test_the_mail_says_who_asked_and_names_no_amount(site: Site) -> None:
    ask(site)
    (mail,) = sent(site)
    for text in (mail.text, mail.html):
        assert "most likely you" in text
        assert "there is nothing to do" in text
        assert "119" not in text
        assert "1,190" not in text
        assert "NW-1042" not in text
    assert ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") in mail.headers
    assert mail.subject == f"Your new link from {CREDITOR}"


def test_a_revoked_link_may_ask_for_it_goes_to_the_customer_alone(site: Site) -> None:
    assert site.revoking.revoke(CREDITOR, site.cell.account, NOON)
    ask(site, until=date(2027, 2, 1))
    (mail,) = sent(site)
    assert mail.to == ADDRESS
    (path, *_) = re.findall(r"https://pay\.example\.com(/portal/\S+)", mail.text)
    assert site.get(path)["statusCode"] == 200


def test_a_link_on_paper_is_answered_at_the_first_address(site: Site) -> None:
    ask(site, recipient="")
    (mail,) = sent(site)
    assert mail.to == ADDRESS


def nothing_comes_of_it(site: Site, at: int = NOON) -> bool:
    """Whether nothing is written, handed on or sent."""
    none = not site.cell.outbox.waiting and not state(site).asked
    return none and "new_link_request" not in codes(site) and not sent(site, at)


@pytest.mark.parametrize(
    "link",
    [
        {"until": date(2025, 11, 22)},
        {"recipient": "f" * 16},
        {"purpose": Purpose.UNSUBSCRIBE},
        {"purpose": Purpose.NO_CALLS},
        {"account": "northwind#c-9999"},
        {"account": "southwind#c-1042"},
    ],
    ids=lambda link: next(iter(link)) + str(next(iter(link.values()))),
)
def test_other_links_bring_nothing(link: dict[str, Any], site: Site) -> None:
    ask(site, **link)
    assert nothing_comes_of_it(site)
    assert site.cell.ledger.head(CREDITOR, "northwind#c-9999") is None


@pytest.mark.parametrize("token", ["", "-", "AQzv0lGk3cN1bqH8r2sXw5yTtUe6fPj9", "é" * 50])
def test_what_is_no_link_of_ours_brings_nothing(token: str, site: Site) -> None:
    site.put(token)
    assert site.renew() == []
    assert nothing_comes_of_it(site)


def test_a_tampered_link_brings_nothing(site: Site) -> None:
    good = site.token(Purpose.VIEW, until=EXPIRED)
    for n in range(len(good)):
        site.put(good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :])
    assert site.renew() == []
    assert nothing_comes_of_it(site)


def test_who_said_wrong_person_is_not_written_to(site: Site) -> None:
    wrong = WrongPersonBody(
        on=date(2026, 11, 23), id="w", customer=CUSTOMER, channel="email", address=ADDRESS
    )
    say(site, wrong)
    ask(site)
    assert nothing_comes_of_it(site)


def test_who_had_a_mail_meant_for_the_customer_is_not_told_where_they_are_now(site: Site) -> None:
    who = Customer(CUSTOMER, addresses=(Address("email", OTHER, ""),))
    say(site, CustomerBody(on=date(2026, 11, 23), customer=who))
    ask(site)
    assert nothing_comes_of_it(site)


def test_it_goes_where_the_old_link_went_and_not_to_another_address(site: Site) -> None:
    addresses = (Address("email", OTHER, ""), Address("email", ADDRESS, ""))
    who = Customer(CUSTOMER, addresses=addresses)
    say(site, CustomerBody(on=date(2026, 11, 23), customer=who))
    ask(site)
    assert [mail.to for mail in sent(site)] == [ADDRESS]


# --- what stops an answer -----------------------------------------------------------------------


def test_who_ended_mails_gets_none_and_a_person_is_told(site: Site) -> None:
    """An old mail may stop messages and never start them: whoever was forwarded one may ask."""
    site.post(f"/unsubscribe/{site.token(Purpose.UNSUBSCRIBE)}")
    ask(site)
    assert not site.cell.outbox.waiting
    assert lines(site) == [("new_link_request", "NO_USABLE_ADDRESS email")]
    site.cell.reminders.remind(CREDITOR, site.cell.account, NOON)
    assert site.cell.sender.sent == []


@pytest.mark.parametrize("kind", ["attorney", "cease", "bankruptcy", "breathing_space"])
@pytest.mark.parametrize("scope", ["account", "invoice"])
def test_a_hold_of_the_law_stops_it_and_a_person_is_told(kind: str, scope: str, site: Site) -> None:
    hold = HoldBody(
        on=date(2026, 11, 23), id="h", customer=CUSTOMER, kind=kind, scope=scope,
        invoice="NW-1042" if scope == "invoice" else None, item=None, until=None,
    )  # fmt: skip
    say(site, hold)
    ask(site)
    assert sent(site) == []
    ((_, why),) = lines(site)
    assert why.startswith("HELD new_link/")


def test_a_hold_of_the_creditor_does_not(site: Site) -> None:
    hold = HoldBody(on=date(2026, 11, 23), id="h", customer=CUSTOMER, kind="manual",
                    scope="account", invoice=None, item=None, until=None)  # fmt: skip
    say(site, hold)
    ask(site)
    assert len(sent(site)) == 1
    assert lines(site) == []


def test_an_address_that_bounced_for_anybody_of_the_cell_gets_none(site: Site) -> None:
    hashed = plain_hash("email", ADDRESS)
    site.cell.suppressions.add(CREDITOR, "email", hashed, "bounced", NOON)
    ask(site)
    assert sent(site) == []
    assert state(site).head.plan.tells == ""


def test_what_could_not_be_answered_for_a_day_is_not_answered_any_more(site: Site) -> None:
    ask(site)
    site.cell.outbox.waiting.clear()
    late = NOON + DAY + 1
    site.cell.reminders.remind(CREDITOR, site.cell.account, late)
    assert site.cell.sender.sent == []
    assert state(site).head.plan.tells == ""


# --- once, and how often ------------------------------------------------------------------------


def test_one_click_is_one_mail_however_often_it_is_told(site: Site) -> None:
    token = site.token(Purpose.VIEW, until=EXPIRED)
    for _ in range(5):
        site.put(token)
    assert site.renew() == []
    site.put(token)
    assert site.renew() == []
    assert len(sent(site)) == 1
    site.put(token)
    assert site.renew() == []
    assert sent(site) == []
    assert codes(site).count("new_link_request") == 1


def test_a_function_that_died_before_it_handed_on_is_made_up_for(site: Site) -> None:
    ask(site)
    site.cell.outbox.waiting.clear()  # never put
    due = site.cell.ledger.head(CREDITOR, site.cell.account)
    assert due is not None
    assert due.plan.at == NOON, "the agenda has it"
    ask(site, NOON + 60)  # the message comes again
    assert len(sent(site, NOON + 60)) == 1


def test_a_sending_that_provably_failed_is_tried_again_and_counts_once(site: Site) -> None:
    real = site.cell.sender.send

    def refuses(creditor: str, message: Message) -> str:
        raise NotSent("throttled")

    site.cell.sender.send = refuses  # type: ignore[method-assign]
    ask(site)
    assert sent(site) == []
    site.cell.sender.send = real  # type: ignore[method-assign]
    site.cell.reminders.remind(CREDITOR, site.cell.account, NOON + 61)
    assert len(site.cell.sender.sent) == 1
    assert [one.attempt for one in state(site).told] == [1]


def test_one_an_hour_three_a_day_ten_a_month(site: Site) -> None:
    def mails(at: int) -> int:
        ask(site, at, until=date(2026, 12, 31))
        return len(sent(site, at))

    assert [mails(NOON), mails(NOON + HOUR - 1), mails(NOON + HOUR)] == [1, 0, 1]
    assert [mails(NOON + 2 * HOUR), mails(NOON + 3 * HOUR)] == [1, 0]
    assert mails(NOON + DAY - 1) == 0
    later = [mails(NOON + day * DAY + HOUR * n) for day in range(1, 6) for n in (0, 1, 2, 3)]
    assert sum(later) == 7
    assert mails(NOON + 30 * DAY) == 1


@given(
    st.lists(st.integers(0, 40 * DAY), min_size=1, max_size=40),
    st.sampled_from([NOON, 0]),
)
def test_however_often_somebody_asks_no_span_has_more_than_it_may(
    offsets: list[int], begin: int
) -> None:
    fact: LinkAsked | None = None
    granted = []
    for at in sorted(begin + offset for offset in offsets):
        if counts(fact, at):
            fact = counted(fact, "a" * 16, at)
            granted.append(at)
    for span, most in LIMITS:
        for first in granted:
            assert sum(first <= at < first + span for at in granted) <= most
    assert granted, "the first always counts"
    assert fact is not None
    assert len(fact.at) <= LIMITS[-1][1]


def test_what_bounds_nothing_any_more_is_forgotten_with_the_next_write(site: Site) -> None:
    ask(site)
    assert len(sent(site)) == 1
    assert state(site).asked
    on = date(2026, 11, 23) + timedelta(33)
    paid = Customer(CUSTOMER, "Harbour", addresses=(Address("email", ADDRESS, ""),))
    say(site, CustomerBody(on=on, customer=paid), parse_instant(f"{on}T12:00:00Z"))
    assert state(site).asked == ()
    assert state(site).told == ()


# --- what is known of it ------------------------------------------------------------------------


def test_the_history_says_that_it_was_asked_for_with_which_link_and_sent(site: Site) -> None:
    before = state(site).head
    ask(site)
    assert state(site).head.plan.tells == f"new_link/{NOON}/statement"
    assert replace(state(site).head.plan, at=None, channel=None, tells="", since=0) == replace(
        before.plan, at=None, channel=None, since=0
    ), "the reason is the ladder's all the same"
    sent(site)
    said = [
        str(one.get("sentence", ""))
        for one in Why(site.cell.ledger, site.cell.accounts.gates, site.cell.settings).timeline(
            CREDITOR, CUSTOMER
        )
    ]
    hashed = plain_hash("email", ADDRESS)
    assert any("new link request was recorded" in one and hashed in one for one in said)
    assert any("the new link that was asked for with an old one" in one for one in said)
    assert not any(ADDRESS in one for one in said)


def test_an_answer_moves_neither_level_nor_interval_nor_the_day_of_the_next_step(
    site: Site,
) -> None:
    def ladder(plan: Plan) -> object:
        return plan.at, plan.reason, plan.detail

    before = state(site).head
    ask(site)
    assert len(sent(site)) == 1
    after = state(site).head
    assert (after.reached, after.last, ladder(after.plan)) == (
        before.reached,
        before.last,
        ladder(before.plan),
    )


# --- the queue ----------------------------------------------------------------------------------


class Queue:
    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, **said: str) -> None:
        self.bodies.append(said["MessageBody"])


def test_a_message_carries_the_token_as_it_came_and_bounded() -> None:
    queue = Queue()
    requests = SqsLinkRequests(queue, "https://queue.example")  # type: ignore[arg-type]
    for token in ("", "abc", 'é\n"' * 9, "x" * 100_000):
        requests.put(token)
        assert token_of(queue.bodies.pop()) == token[:LONGEST_TOKEN]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"v":1}', '{"v":2,"token":"a"}', '{"v":1,"token":1}']
)
def test_what_is_no_such_message_is_refused_and_never_quoted(body: str) -> None:
    with pytest.raises(BadMessage) as refused:
        token_of(body)
    assert '"token"' not in str(refused.value)
