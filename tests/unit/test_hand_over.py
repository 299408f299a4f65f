"""After the ladder: handed over to a person or an agency, and left alone until handed back."""

import pytest
from dunning.domain import reasons
from dunning.domain.ledger import LedgerError

from tests.unit.approving import HANDS_OVER, Cell, told

CARRIED = """
policies:
  - id: std
    tell: no
    track: account
    max_notices: 3
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly, fee: {EUR: "10.00"}}
      - {level: 2, after_due: {days: 20}, channels: [email], tone: formal,
         then: {hand_over: {after: {days: 14}, to: agency}}}
"""

DUE = "2026-01-15"
LEVELS = [("2026-01-25", ["A:1"]), ("2026-02-04", ["A:2"])]
HANDED = "2026-02-18"
"""Fourteen days after the last notice."""


def owing(policies: str = HANDS_OVER, *more: tuple[str, str]) -> Cell:
    cell = Cell(policies)
    cell.invoice("A", DUE)
    for number, due in more:
        cell.invoice(number, due)
    return cell


def test_so_long_after_the_last_notice_the_item_is_handed_over_with_a_line_for_a_person() -> None:
    cell = owing()
    assert cell.days(DUE, "2026-02-17") == LEVELS
    assert cell.reason == reasons.HAND_OVER_DUE
    assert cell.account.handed_over == ()
    assert cell.run(HANDED) == []
    (fact,) = cell.account.handed_over
    assert ([str(ref) for ref in fact.items], fact.to, fact.by) == (["A/1"], "person", "std")
    assert cell.tasks() == {"hand_over": ["1 items to person"]}
    assert cell.reason == reasons.HANDED_OVER
    assert cell.days(HANDED, "2026-12-31") == []


def test_what_is_paid_or_disputed_before_the_day_is_not_handed_over() -> None:
    cell = owing(HANDS_OVER, ("B", DUE))
    cell.days(DUE, "2026-02-10")
    cell.pay("2026-02-10", "A")
    cell.say("2026-02-11", "dispute", invoice="B", id="d")
    assert cell.days("2026-02-11", "2026-03-31") == []
    assert cell.account.handed_over == ()
    cell.say("2026-03-31", "resolve", dispute="d", outcome="rejected")
    cell.run("2026-03-31")
    (fact,) = cell.account.handed_over
    assert [str(ref) for ref in fact.items] == ["B/1"]


def test_a_promise_puts_the_hand_over_off_until_it_has_run_out() -> None:
    cell = owing()
    cell.days(DUE, "2026-02-10")
    cell.say("2026-02-10", "promise", customer="c4", date="2026-02-25", amount="100.00")
    cell.days("2026-02-10", "2026-02-27")
    assert cell.account.handed_over == ()
    cell.run("2026-02-28")
    assert len(cell.account.handed_over) == 1


def test_below_the_minimum_nothing_is_handed_over() -> None:
    minimum = HANDS_OVER.replace("id: std", 'id: std\n    minimum: {amount: {EUR: "50.00"}}')
    cell = owing(minimum)
    cell.days(DUE, "2026-02-10")
    cell.pay("2026-02-10", "A", "60.00")
    cell.days("2026-02-10", "2026-03-31")
    assert cell.account.handed_over == ()
    assert cell.reason == reasons.LADDER_DONE


def test_a_bounce_of_the_last_notice_is_not_tried_again_once_it_is_handed_over() -> None:
    cell = owing(HANDS_OVER.replace("channels: [email], tone: formal", "channels: [email, voice]"))
    cell.days(DUE, HANDED)
    assert len(cell.account.handed_over) == 1
    cell.say(
        HANDED, "feedback", customer="c4", channel="email", address="a@example.com",
        outcome="bounced",
    )  # fmt: skip
    assert cell.days(HANDED, "2026-12-31") == []


def test_payments_still_post_and_end_the_hand_over_with_its_last_item() -> None:
    cell = owing()
    cell.days(DUE, HANDED)
    cell.pay("2026-03-01", "A", "40.00")
    assert cell.account.open[0].open == 6_000
    assert len(cell.account.handed_over) == 1
    cell.pay("2026-03-02", "A", "60.00")
    assert (cell.account.open, cell.account.handed_over) == ((), ())
    assert cell.outcomes("handed_over") == ["settled"]
    assert cell.tasks() == {"hand_over_over": ["settled"]}


def test_a_new_invoice_goes_on_by_itself_unless_the_policy_says_the_account() -> None:
    cell = owing()
    cell.days(DUE, HANDED)
    cell.invoice("B", "2026-02-20", on="2026-02-20")
    assert cell.days("2026-02-20", "2026-03-02") == [("2026-03-02", ["B:1"])]
    assert [str(line.ref) for line in cell.recorder.sends[-1].lines] == ["B/1"]

    whole = owing(HANDS_OVER.replace("after: {days: 14}}", "after: {days: 14}, scope: account}"))
    whole.days(DUE, HANDED)
    whole.invoice("B", "2026-02-20", on="2026-02-20")
    assert whole.days("2026-02-20", "2026-12-31") == []
    assert whole.reason == reasons.HANDED_OVER


def test_money_on_account_is_not_set_against_what_is_handed_over() -> None:
    cell = owing()
    cell.days(DUE, HANDED)
    cell.invoice("B", "2026-02-20", on="2026-02-20")
    cell.say(
        "2026-02-21", "credit_note", number="CN", customer="c4", currency="EUR", amount="30.00"
    )
    cell.days("2026-02-21", "2026-03-02")
    (line,) = cell.recorder.sends[-1].lines
    assert (str(line.ref), line.open) == ("B/1", 7_000)


def test_handed_back_it_is_asked_for_again_and_handed_over_again_as_long_after() -> None:
    cell = owing()
    cell.days(DUE, HANDED)
    assert cell.say("2026-03-01", "hand_back", customer="c4", by="agency-7") == "accepted"
    assert cell.reason == reasons.HAND_OVER_DUE
    assert cell.tasks()["hand_over_over"] == ["handed back on 2026-03-01"]
    cell.days("2026-03-01", "2026-03-14")
    assert [fact.back is None for fact in cell.account.handed_over] == [False]
    cell.run("2026-03-15")
    assert [fact.back is None for fact in cell.account.handed_over] == [False, True]


def test_a_further_step_goes_on_from_the_level_that_a_handed_back_item_had() -> None:
    cell = owing()
    cell.days(DUE, HANDED)
    more = HANDS_OVER.replace(",\n         then: {hand_over: {after: {days: 14}}}}", "}") + (
        "      - {level: 3, after_previous: {days: 40}, channels: [email], tone: formal}\n"
    )
    cell.publish(more)
    cell.say("2026-03-01", "hand_back", customer="c4")
    assert cell.days("2026-03-01", "2026-04-30") == [("2026-03-16", ["A:3"])]


def test_a_person_hands_over_without_waiting() -> None:
    cell = owing(HANDS_OVER, ("B", "2026-06-01"))
    assert cell.say("2026-01-20", "hand_over", customer="c4", id="h9", by="lead") == "accepted"
    (fact,) = cell.account.handed_over
    assert (fact.id, [str(ref) for ref in fact.items]) == ("h9", ["A/1"])
    assert cell.days("2026-01-20", "2026-05-31") == []
    with pytest.raises(LedgerError) as refused:
        cell.say("2026-02-01", "hand_over", customer="c4", items=[{"invoice": "A"}])
    assert refused.value.code == "handed_over"
    cell.say("2026-02-01", "hand_back", customer="c4", hand_over="h9")
    assert [told(send) for send in cell.run("2026-02-01")] == [["A:1"]]


@pytest.mark.parametrize(
    ("type_", "fields", "code"),
    [
        ("hand_over", {"items": [{"invoice": "Z"}]}, "unknown_item"),
        ("hand_over", {}, "nothing_handed_over"),
        ("hand_back", {}, "not_handed_over"),
        ("hand_back", {"hand_over": "h1"}, "not_handed_over"),
        ("hand_over", {"to": "court"}, "unknown_word"),
    ],
)
def test_what_cannot_be_handed_over_or_back_is_refused_with_a_sentence(
    type_: str, fields: dict[str, object], code: str
) -> None:
    cell = owing()
    with pytest.raises(LedgerError) as refused:
        cell.say("2026-01-10", type_, customer="c4", **fields)
    assert refused.value.code == code


def test_a_refused_last_repeat_is_no_end_of_the_ladder() -> None:
    policies = HANDS_OVER.replace(
        "tone: formal,", "tone: formal, approval: yes, repeat_every: {days: 5}, repeat_max: 1,"
    )
    cell = owing(policies)
    cell.days(DUE, "2026-02-04")
    cell.answer("2026-02-04", hour=13)
    assert [told(send) for send in cell.run("2026-02-04", 13)] == [["A:2"]]
    cell.run("2026-02-09")
    cell.answer("2026-02-09", "rejected", reason="not this one")
    cell.days("2026-02-09", "2026-12-31")
    assert cell.account.handed_over == ()
    assert cell.reason == reasons.APPROVAL_REJECTED


def test_where_one_item_carries_the_account_all_that_is_asked_for_goes_with_it() -> None:
    cell = owing(HANDS_OVER.replace("id: std", "id: std\n    track: account"), ("B", "2026-01-20"))
    cell.days(DUE, HANDED)
    (fact,) = cell.account.handed_over
    assert [str(ref) for ref in fact.items] == ["A/1", "B/1"]


def test_after_a_hand_over_a_new_invoice_begins_an_episode_of_its_own() -> None:
    cell = owing(CARRIED)
    assert cell.days(DUE, HANDED) == LEVELS
    assert len(cell.account.handed_over) == 1
    cell.invoice("C", "2026-03-01", on="2026-02-20")
    # Of the three notices of an episode, A had two: C has its own two, and then goes as well.
    assert cell.days("2026-02-20", "2026-04-30") == [
        ("2026-03-11", ["C:1"]),
        ("2026-03-21", ["C:2"]),
    ]
    fees = [send.posted() for send in cell.recorder.sends]
    assert fees == [1_000, 0, 1_000, 0]
    gone = {(str(fact.items[0]), fact.on.isoformat()) for fact in cell.account.handed_over}
    assert gone == {("A/1", HANDED), ("C/1", "2026-04-04")}


def test_a_charge_that_a_person_did_not_name_does_not_keep_the_episode_alive_either() -> None:
    cell = owing(CARRIED)
    cell.days(DUE, "2026-01-26")
    cell.say(
        "2026-01-27", "hand_over", id="h", customer="c4", to="person",
        items=[{"invoice": "A", "item": 1}],
    )  # fmt: skip
    assert len(cell.account.open) == 2  # A, and the fee of its first notice
    cell.invoice("C", "2026-03-01", on="2026-02-20")
    cell.days("2026-02-20", "2026-03-11")
    assert [send.posted() for send in cell.recorder.sends] == [1_000, 1_000]


def test_what_is_disputed_keeps_the_episode_alive() -> None:
    cell = owing(CARRIED)
    cell.days(DUE, "2026-02-05")
    cell.say("2026-02-06", "dispute", invoice="A", id="d")
    cell.invoice("C", "2026-03-01", on="2026-02-20")
    # A had two notices; the third of the episode is the first of C, and the fee was taken with A.
    assert cell.days("2026-02-06", "2026-04-30") == [("2026-03-11", ["C:1"])]
    assert [send.posted() for send in cell.recorder.sends] == [1_000, 0, 0]
