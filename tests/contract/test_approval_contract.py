"""A case that is asked about, answered, sent and handed over: the same over both ledgers."""

from typing import Any

from dunning.service.ports import Ledger

from tests.unit.approving import CUSTOMER, Cell, told

POLICIES = """
policies:
  - id: std
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 30}, channels: [email], tone: formal, approval: yes,
         fee: {EUR: "5.00"}, then: {hand_over: {after: {days: 14}, to: agency}}}
"""


def played(ledger: Ledger | None = None) -> list[Any]:
    """What can be seen at each turn of the story."""
    cell = Cell(POLICIES, ledger)
    seen: list[Any] = []

    def look(*more: Any) -> None:
        state = cell.account
        facts = (state.proposals, state.refusals, state.handed_over)
        levels = sorted((str(item.ref), item.open) for item in state.open)
        plan = state.head.plan
        seen.append((facts, levels, plan, cell.outcomes(), cell.tasks(), cell.records(), more))

    cell.invoice("RE 1/7", "2026-01-15")
    cell.invoice("B", "2026-01-15")
    cell.run("2026-01-25")
    cell.run("2026-02-14")
    look()
    cell.pay("2026-02-15", "B")
    cell.run("2026-02-15")
    look()
    cell.answer("2026-02-16", "changed", charges=False, id="a1", hour=13, reason="talks | first")
    look(cell.answer("2026-02-16", "changed", charges=False, id="a1", hour=13,
                     proposal=cell.proposal.id, reason="talks | first"))  # fmt: skip
    look([told(send) for send in cell.run("2026-02-16", 13)])
    cell.run("2026-03-02")
    look([fact.id for fact in cell.exports.facts])
    cell.say("2026-03-03", "hand_back", customer=CUSTOMER, id="b1")
    look()
    return seen


def test_the_story_of_a_case_is_the_same_over_both(ledger: Ledger) -> None:
    found = played(ledger)
    assert found == played()
    assert found[3][-1] == ([["RE 1/7:2"]],)
    assert len(found[4][0][2]) == 1
