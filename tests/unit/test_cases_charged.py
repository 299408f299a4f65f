"""Worked cases C2-C4, C10, F3 and F5 as notices over a ledger: what is charged, posted and owed."""

from typing import Any

from tests.offline import invoice, payment, play, policy, run

Lines = list[dict[str, Any]]
FIGURES = ("open", "charges", "fee", "interest", "announced", "total")


def figures(lines: Lines) -> list[tuple[str, ...]]:
    return [tuple(line.get(figure, "0.00") for figure in FIGURES) for line in lines]


def charging(*steps: tuple[int, str], more: str = "") -> str:
    """A ladder by days after the due day, each step with what it charges."""
    return policy(
        "\n".join(
            f"{{level: {level}, after_due: {{days: {days}}}, channels: [email], {what}}}"
            for level, (days, what) in enumerate(steps, 1)
        ),
        more=more,
    )


C2 = 'fee: {EUR: "10.00"}, interest: {contract: 10}'


def test_c2_fifteen_days_late_at_ten_percent_and_a_fee_of_ten_ask_for_110_41() -> None:
    simulation = play(charging((15, C2)), [invoice("A", "2026-01-15")])

    assert figures(run(simulation, "2026-01-30")) == [
        ("100.00", "0.00", "10.00", "0.41", "0.00", "110.41")
    ]


def test_c3_a_fee_of_twenty_with_eight_percent_and_with_none() -> None:
    for rate, interest, total in (("8", "0.44", "120.44"), ("0", "0.00", "120.00")):
        step = f"fee: {{EUR: 20}}, interest: {{contract: {rate}}}"
        simulation = play(charging((20, step)), [invoice("A", "2026-01-15")])

        assert figures(run(simulation, "2026-02-04")) == [
            ("100.00", "0.00", "20.00", interest, "0.00", total)
        ]


def test_c4_what_the_notice_asked_for_is_paid_and_nothing_is_left() -> None:
    simulation = play(
        charging((15, C2), (30, C2)),
        [invoice("A", "2026-01-15"), payment("p", "2026-02-01", "110.41")],
    )

    assert len(run(simulation, "2026-01-30")) == 1
    assert run(simulation, "2026-02-20") == []
    (account,) = simulation.stage.ledger.book("default")
    state = simulation.stage.ledger.read("default", account)
    assert state is not None
    assert state.open == ()
    assert state.head.credit == {}


def test_c10_the_principal_is_paid_and_its_charges_stay_claimable_without_new_ones() -> None:
    simulation = play(
        charging((15, C2), (30, C2), (45, C2)),
        [
            invoice("A", "2026-01-15"),
            payment("p", "2026-02-01", "100.00"),
            payment("q", "2026-02-20", "10.41"),
        ],
    )

    assert [line["total"] for line in run(simulation, "2026-01-30")] == ["110.41"]
    alone = run(simulation, "2026-02-14")
    assert [(line["level"], line["parent"]) for line in alone] == [(2, "A/1")] * 2
    assert figures(alone) == [
        ("10.00", "0.00", "0.00", "0.00", "0.00", "10.00"),
        ("0.41", "0.00", "0.00", "0.00", "0.00", "0.41"),
    ]
    assert run(simulation, "2026-03-01") == [], "the charges are paid"


def bands(fixed: str, percent: str) -> str:
    two = f"{{from: 100, fee: {fixed}}}, {{from: 1000, percent: {percent}}}"
    return f"charges: [{{bands: {{EUR: [{two}]}}}}]"


F3 = charging(
    (10, bands("2", "0.3")),
    (20, bands("3", "0.4")),
    (30, bands("4", "0.5")),
    (40, bands("5", "0.6")),
)


def test_f3_charges_by_band_and_level_on_what_is_owed_apart_from_charges() -> None:
    for amount, fees in (
        ("99.99", ["0.00"] * 4),
        ("100.00", ["2.00", "3.00", "4.00", "5.00"]),
        ("2500.00", ["7.50", "10.00", "12.50", "15.00"]),
    ):
        simulation = play(F3, [invoice("A", "2026-01-01", amount)])
        days = ("2026-01-11", "2026-01-21", "2026-01-31", "2026-02-10")

        assert [run(simulation, day)[0]["fee"] for day in days] == fees


def test_f5_a_fee_and_then_a_percentage_of_the_principal_alone() -> None:
    simulation = play(
        charging((5, "fee: {EUR: 10}"), (10, "charges: [{percent: 15}]")),
        [invoice("A", "2026-01-01")],
    )

    assert figures(run(simulation, "2026-01-06")) == [
        ("100.00", "0.00", "10.00", "0.00", "0.00", "110.00")
    ]
    assert figures(run(simulation, "2026-01-11")) == [
        ("100.00", "10.00", "15.00", "0.00", "0.00", "125.00")
    ]
