"""Charges under an approval: pinned with the proposal, and left out where a person says so."""

from dunning.domain.history import Record

from tests.unit.approving import CREDITOR, CUSTOMER, Cell, told

STEPS = """
policies:
  - id: std
    ladder:
      - {{level: 1, after_due: {{days: 10}}, channels: [email], tone: friendly}}
      - {{level: 2, after_due: {{days: 30}}, channels: [email], tone: formal, approval: yes,
         {more}}}
"""
FEE = STEPS.format(more='fee: {EUR: "5.00"}')
INTEREST = STEPS.format(more="interest: {contract: 12}")
ASKED = "2026-02-14"


def waiting(policies: str) -> Cell:
    cell = Cell(policies)
    cell.say(
        "2026-01-01", "customer", customer=CUSTOMER, email="a@example.com", **{"class": "business"}
    )
    cell.invoice("A", "2026-01-15", "1000.00")
    cell.days("2026-01-15", ASKED)
    return cell


def charged(cell: Cell) -> dict[str, tuple[str, int]]:
    """What the last notice charged: mode and minor units, by what it is."""
    return {one.what: (one.mode, one.amount) for one in cell.recorder.sends[-1].charges}


def last_record(cell: Cell) -> Record:
    return [one for one in cell.ledger.history(CREDITOR, cell.key) if one.attempt][-1]


def test_a_proposal_says_what_would_be_charged_and_it_is_charged_once_it_is_sent() -> None:
    cell = waiting(FEE)
    assert (cell.proposal.total, [one.fee for one in cell.proposal.lines]) == (100_500, [500])
    assert [item.open for item in cell.account.open] == [100_000]
    cell.answer(ASKED, hour=13)
    assert [told(send) for send in cell.run(ASKED, 13)] == [["A:2"]]
    assert charged(cell) == {"fee": ("post", 500)}
    assert sorted(item.open for item in cell.account.open) == [500, 100_000]


def test_a_fee_that_grew_or_came_since_is_another_question() -> None:
    for policies, changed in ((FEE, FEE.replace("5.00", "6.00")), (STEPS.format(more=""), FEE)):
        cell = waiting(policies)
        cell.publish(changed)
        cell.answer(ASKED, hour=13)
        assert cell.run(ASKED, 13) == []
        assert cell.outcomes() == ["stale: charges"]
        assert cell.proposal.answer == ""


def test_interest_that_runs_on_is_the_same_question() -> None:
    cell = waiting(INTEREST)
    # 12 % a year on 1000.00: days 1 to 30 are 9.86, days 1 to 34 are 11.18.
    assert [one.interest for one in cell.proposal.lines] == [986]
    assert cell.proposal.total == 100_000
    cell.answer("2026-02-18", hour=13)
    assert [told(send) for send in cell.run("2026-02-18", 13)] == [["A:2"]]
    assert charged(cell) == {"interest": ("post", 1_118)}


def test_without_charges_means_that_they_are_only_recorded() -> None:
    cell = waiting(FEE)
    cell.answer(ASKED, "changed", charges=False, hour=13)
    (send,) = cell.run(ASKED, 13)
    assert (send.total, charged(cell)) == (100_000, {"fee": ("waive", 500)})
    assert [item.open for item in cell.account.open] == [100_000]


def test_the_next_attempt_lists_what_the_approved_notice_charged_and_nothing_that_came_since() -> (
    None
):
    cell = waiting(FEE.replace("[email], tone: formal", "[email, voice], tone: formal"))
    cell.say(
        "2026-01-02", "customer", customer=CUSTOMER, email="a@example.com", phone="+4930123456"
    )
    cell.answer(ASKED, hour=13)
    cell.run(ASKED, 13)
    cell.invoice("B", "2026-02-10", on=ASKED)
    cell.say(
        "2026-02-15", "feedback", customer=CUSTOMER, channel="email", address="a@example.com",
        outcome="bounced",
    )  # fmt: skip
    (send,) = cell.run("2026-02-15")
    assert (send.attempt, send.channel, send.charges) == (2, "voice", ())
    assert [(line.ref.invoice == "A", line.open) for line in send.lines] == [
        (True, 100_000),
        (False, 500),
    ]
    assert send.total == 100_500
