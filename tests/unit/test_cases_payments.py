"""Worked cases C of other systems: payments, credit notes and what is left to remind of."""

from tests.offline import invoice, ladder, payment, play, run, why_not


def test_c1_a_hundred_that_is_twenty_days_late_without_fee_is_a_hundred() -> None:
    simulation = play(ladder(10), [invoice("A", "2026-02-01")])

    (line,) = run(simulation, "2026-02-21")

    assert (line["open"], line["fee"], line["interest"], line["total"]) == (
        "100.00",
        "0.00",
        "0.00",
        "100.00",
    )


FEE = invoice("FEE-A", "2026-02-16", "10.41", on="2026-02-16", kind="fee")


def test_c4_what_is_paid_in_full_with_its_charges_is_resolved() -> None:
    simulation = play(
        ladder(1, 20),
        [invoice("A", "2026-02-01"), FEE, payment("p", "2026-02-17", "110.41")],
    )

    assert len(run(simulation, "2026-02-02")) == 1
    assert run(simulation, "2026-03-20") == []
    assert why_not(simulation, "2026-03-20") == {}


def test_c10_when_only_the_principal_is_paid_the_charges_stay_claimable() -> None:
    simulation = play(
        ladder(1, 20),
        [
            invoice("A", "2026-02-01"),
            FEE,
            payment("p", "2026-02-20", "100", allocations=[{"invoice": "A", "amount": "100"}]),
        ],
    )

    (line,) = run(simulation, "2026-02-21")
    assert (line["invoice"], line["total"]) == ("FEE-A", "10.41")


def test_c5_two_invoices_are_two_lines_each_with_its_own_open_amount() -> None:
    simulation = play(ladder(1), [invoice("A", "2026-02-01"), invoice("B", "2026-02-01", "300.00")])

    lines = run(simulation, "2026-02-10")

    assert [(line["invoice"], line["open"]) for line in lines] == [("A", "100.00"), ("B", "300.00")]
    assert len({line["notice"] for line in lines}) == 1


def test_c6_of_two_instalments_only_the_one_that_is_late_is_reminded() -> None:
    halves = [{"due": "2026-02-05", "amount": "50"}, {"due": "2026-02-10", "amount": "50"}]
    simulation = play(
        ladder(1),
        [
            invoice("A", "", items=halves),
            payment("p1", "2026-02-07", "50.00"),
            {"on": "2026-02-08", "type": "reversal", "id": "r1", "of": "p1"},
        ],
    )

    (line,) = run(simulation, "2026-02-06")
    assert (line["item"], line["open"]) == (1, "50.00")
    assert run(simulation, "2026-02-07") == []
    assert set(why_not(simulation, "2026-02-07")) == {"A/2"}
    simulation.record(simulation.file.bodies[-1].body.on)
    assert set(why_not(simulation, "2026-02-08")) == {"A/1", "A/2"}


def test_c7_a_full_credit_note_against_the_invoice_ends_its_reminders_until_it_is_cancelled() -> (
    None
):
    simulation = play(
        ladder(1, 10),
        [
            invoice("A", "2026-02-01"),
            {
                "on": "2026-02-05",
                "type": "credit_note",
                "number": "CN1",
                "customer": "c1",
                "currency": "EUR",
                "amount": "100.00",
                "invoice": "A",
            },
            {"on": "2026-02-20", "type": "reversal", "id": "r1", "of": "CN1"},
        ],
    )

    assert len(run(simulation, "2026-02-02")) == 1
    assert run(simulation, "2026-02-12") == []
    (line,) = run(simulation, "2026-02-21")
    assert (line["invoice"], line["level"]) == ("A", 2)


def test_c8_a_credit_note_without_a_reference_leaves_the_invoice_open() -> None:
    simulation = play(
        ladder(1),
        [
            invoice("A", "2026-02-01"),
            {
                "on": "2026-01-10",
                "type": "credit_note",
                "number": "CN1",
                "customer": "c1",
                "currency": "EUR",
                "amount": "100.00",
            },
        ],
    )

    assert run(simulation, "2026-02-10") == []
    assert why_not(simulation, "2026-02-10") == {"A/1": "ON_ACCOUNT_COVERS"}


def test_c9_when_the_second_of_two_invoices_is_paid_the_first_is_still_reminded() -> None:
    simulation = play(
        ladder(1, 10),
        [
            invoice("A", "2026-02-01"),
            invoice("B", "2026-02-01"),
            payment("p1", "2026-02-05", "100", allocations=[{"invoice": "B", "amount": "100.00"}]),
        ],
    )

    assert len(run(simulation, "2026-02-02")) == 2
    (line,) = run(simulation, "2026-02-11")
    assert (line["invoice"], line["level"]) == ("A", 2)
