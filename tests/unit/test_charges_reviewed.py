"""Charges beside early items, in notices of one level, and where interest was given up.

Each figure is worked out by hand: 1,000.00 at 10 % a year is 0.273973 a day.
"""

from tests.offline import Body, invoice, play, policy, run

EARLY = """{level: 1, after_due: {days: -3}, channels: [email]}
{level: 2, after_due: {days: 10}, channels: [email], charges: [{percent: 10}]}"""
FEES = """{level: 1, after_due: {days: 5}, channels: [email], fee: {EUR: 10}}
{level: 2, after_due: {days: 15}, channels: [email], fee: {EUR: 15}}
{level: 3, after_due: {days: 30}, channels: [email]}"""
INTEREST = """{level: 1, after_due: {days: 10}, channels: [email], interest: {contract: 10}}
{level: 2, after_due: {days: 20}, channels: [email]}"""
WAIVED = "\n".join(
    f"{{level: {level}, after_due: {{days: {days}}}, channels: [email], interest: {rule}}}"
    for level, days, rule in (
        (1, 15, "{contract: 10, mode: waive}"),
        (2, 25, "{contract: 10}"),
    )
)


def asked(lines: list[Body]) -> list[tuple[str, str, str]]:
    return [(line["invoice"], line["fee"], line["total"]) for line in lines]


def test_a_percentage_is_of_what_is_overdue_and_not_of_what_is_not_yet_due() -> None:
    # B is due on the 14th: its step of the 11th joins the notice of A's.
    simulation = play(
        policy(EARLY), [invoice("A", "2026-01-01"), invoice("B", "2026-01-14", "1000.00")]
    )
    lines = run(simulation, "2026-01-11")
    assert [(line["invoice"], line["fee"]) for line in lines] == [("A", "10.00"), ("B", "0.00")]


def test_a_notice_of_one_level_lists_the_charges_of_its_own_items() -> None:
    simulation = play(policy(FEES, more="notice_per: level"), [invoice("A", "2026-01-01")])
    assert asked(run(simulation, "2026-01-06")) == [("A", "10.00", "110.00")]
    assert asked(run(simulation, "2026-01-16")) == [("A", "15.00", "125.00")]
    assert asked(run(simulation, "2026-01-31")) == [("A", "0.00", "125.00")]


def test_a_notice_of_one_level_lists_no_charges_of_the_items_of_another() -> None:
    simulation = play(
        policy(FEES, more="notice_per: level"),
        [invoice("A", "2026-01-01"), invoice("B", "2026-01-11", "50.00")],
    )
    run(simulation, "2026-01-06")
    # A takes level 2 and B level 1, whose fee the case has had: two notices, A's charges with A.
    assert asked(run(simulation, "2026-01-16")) == [
        ("A", "15.00", "125.00"),
        ("B", "0.00", "50.00"),
    ]


def test_where_one_item_carries_the_account_all_are_listed_in_notices_of_a_level_too() -> None:
    simulation = play(
        policy(INTEREST, more="notice_per: level\ntrack: account"),
        [invoice("A", "2026-01-01", "1000.00"), invoice("B", "2026-01-03", "2000.00")],
    )
    lines = run(simulation, "2026-01-11")
    assert [(line["invoice"], line["listed"]) for line in lines] == [("A", False), ("B", True)]
    # Ten days of 1,000.00 are 2.74, eight of 2,000.00 are 4.38.
    assert [line["interest"] for line in lines] == ["7.12", "0.00"]


def test_interest_that_was_given_up_does_not_come_back() -> None:
    simulation = play(policy(WAIVED), [invoice("A", "2026-01-01", "1000.00")])
    (first,) = run(simulation, "2026-01-16")
    assert (first["interest"], first["total"]) == ("0.00", "1000.00")
    # The ten days since, not the twenty-five.
    (second,) = run(simulation, "2026-01-26")
    assert (second["interest"], second["total"]) == ("2.74", "1002.74")
