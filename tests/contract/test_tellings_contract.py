"""What is told beside the ladder, sent, bounced, told again and forgotten: the same over both."""

from typing import Any

from dunning.service.ports import Ledger

from tests.unit.approving import CUSTOMER, Cell

POLICIES = """
policies:
  - id: std
    tell: {thanks: yes, instalment_due: no, instalment_missed: {channels: [email, voice]}}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""
PLAN = "Rate 1/2 | Müller"


def played(ledger: Ledger | None = None) -> list[Any]:
    """What can be seen at each turn of the story."""
    cell = Cell(POLICIES, ledger)
    seen: list[Any] = []

    def look(day: str, hour: int = 12) -> None:
        sent = [(send.tells, send.channel, send.attempt) for send in cell.run(day, hour)]
        state = cell.account
        history = list(cell.ledger.history("acme", cell.key))
        made = [one.attempt.tells for one in history if one.attempt]
        seen.append((sent, state.told, state.received, state.head.plan, made, cell.records()))

    cell.invoice("RE 1/7", "2026-01-15", "300.00")
    look("2026-01-25")
    terms = [{"due": "2026-02-15", "amount": "100.00"}, {"due": "2026-03-15", "amount": "200.00"}]
    items = [{"invoice": "RE 1/7"}]
    cell.say("2026-02-01", "plan", id=PLAN, customer=CUSTOMER, state="active", items=items,
             instalments=terms)  # fmt: skip
    look("2026-02-01")
    look("2026-02-16")
    cell.say("2026-02-16", "feedback", 13, customer=CUSTOMER, channel="email", outcome="bounced",
             address="a@example.com")  # fmt: skip
    look("2026-02-16", 14)
    cell.say("2026-02-16", "customer", 15, customer=CUSTOMER, email="b@example.com",
             phone="+4930123456")  # fmt: skip
    cell.pay("2026-02-17", "RE 1/7", id="P|1")
    look("2026-02-17")
    cell.pay("2026-03-14", "RE 1/7", "200.00", id="P|2")
    look("2026-03-14")
    cell.invoice("RE 2", "2026-04-01", on="2026-03-30")
    look("2026-03-30")
    return seen


def test_the_story_of_what_is_told_is_the_same_over_both(ledger: Ledger) -> None:
    found = played(ledger)
    assert found == played()
    sent = [one for turn in found for one in turn[0]]
    assert [(tells.partition("/")[0], *how) for tells, *how in sent] == [
        ("", "email", 1),
        ("plan_agreed", "email", 1),
        ("instalment_missed", "email", 1),
        ("instalment_missed", "voice", 2),
        ("thanks", "email", 1),
        ("thanks", "email", 1),
    ]
    assert found[-1][1:3] == ((), ()), "nothing is kept of what is over"
