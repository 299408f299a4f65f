"""A simulation takes approvals as given that day, and shows what would be handed over."""

from datetime import date

from tests.offline import customer, invoice, play, run, why_not
from tests.unit.approving import HANDS_OVER, LADDER


def test_an_approval_is_taken_as_given_on_the_day_of_its_step() -> None:
    bodies = [customer(), invoice("A", "2026-01-15")]
    asked = play(LADDER, bodies)
    plain = play(LADDER.replace(", approval: yes", ""), bodies)
    days = [f"2026-0{month}-{day:02}" for month in (1, 2) for day in range(1, 29)]
    found = [line for day in days for line in run(asked, day)]
    assert [(line["run"], line["level"]) for line in found] == [
        ("2026-01-25", 1),
        ("2026-02-14", 2),
    ]
    assert found == [line for day in days for line in run(plain, day)]


def test_an_answer_in_a_ledger_file_is_of_a_proposal_that_only_its_own_cell_knows() -> None:
    answer = {
        "on": "2026-01-02",
        "type": "approval",
        "id": "a1",
        "proposal": "p7-ELSEWHERE",
        "outcome": "rejected",
        "by": "lead",
        "reason": "no",
    }
    simulation = play(LADDER, [customer(), invoice("A", "2026-01-15"), answer])
    assert len(run(simulation, "2026-01-25")) == 1
    assert simulation.refused == []


def test_what_is_handed_over_is_a_line_and_explained_from_then_on() -> None:
    simulation = play(HANDS_OVER, [customer(), invoice("A", "2026-01-15")])
    for day in ("2026-01-25", "2026-02-04", "2026-02-17"):
        run(simulation, day)
        assert list(simulation.handed_over()) == []
    assert why_not(simulation, "2026-02-17") == {"A/1": "HAND_OVER_DUE"}
    assert run(simulation, "2026-02-18") == []
    (line,) = simulation.handed_over()
    assert (line["invoice"], line["level"], line["handed_over"]) == ("A", 2, "person")
    assert why_not(simulation, "2026-02-18") == {"A/1": "HANDED_OVER"}
    assert run(simulation, "2026-03-18") == []
    assert list(simulation.handed_over()) == []
    assert date.fromisoformat(str(line["run"])) == date(2026, 2, 18)
