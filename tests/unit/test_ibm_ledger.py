"""A real ledger, offline: 2,466 invoices of 100 customers, of which payments stop at some day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.aging import aging
from dunning.domain.gates import OpenGates
from dunning.domain.invoice import OpenItem
from dunning.domain.money import format_amount
from dunning.domain.policy_file import read_policies
from dunning.entry.offline import stage
from dunning.service.ledger_file import LedgerFile, read_ledger
from dunning.service.simulate import Simulation

from tests import ibm_ledger as ibm

pytestmark = pytest.mark.skipif(
    not ibm.SOURCE.exists(), reason=f"the IBM ledger is not at hand ({ibm.SOURCE.name})"
)


def simulation(files: dict[str, bytes]) -> Simulation:
    whole = LedgerFile()
    for name, body in files.items():
        # Customers are known from the first day on; the other files say their days themselves.
        file = read_ledger(FilesByName().rows(name, BytesSource(body)).rows, on=date(2012, 1, 1))
        assert not file.problems
        whole.bodies += file.bodies
    whole.bodies.sort(key=lambda one: one.body.on)
    return Simulation(stage(OpenGates()), whole, read_policies(ibm.POLICIES), ibm.POLICIES)


def total(lines: Iterable[dict[str, object]]) -> Decimal:
    return sum((Decimal(str(line["open"])) for line in lines), Decimal())


def test_with_payments_stopped_87_customers_are_reminded_once_of_231_due_items() -> None:
    played = simulation(ibm.files(ibm.rows()))

    lines = list(played.run(ibm.AS_OF))

    assert played.refused == []
    assert len(lines) == 231
    assert total(lines) == Decimal("13489.55")
    assert len({line["notice"] for line in lines}) == 87
    assert len({line["customer"] for line in lines}) == 87
    for _ in range(3):
        assert list(played.run(ibm.AS_OF)) == []


def open_items(played: Simulation) -> list[OpenItem]:
    played.record(ibm.AS_OF)
    ledger = played.stage.ledger
    states = [ledger.read("default", account) for account in ledger.book("default")]
    return [item for state in states if state for item in state.open]


@pytest.mark.parametrize(
    ("payments_until", "expected"),
    [
        (
            ibm.AS_OF,
            {"not_due": (72, "4284.29"), "1-30": (12, "835.56")},
        ),
        (
            ibm.PAYMENTS_STOP,
            {
                "not_due": (104, "6193.15"),
                "1-30": (120, "7421.12"),
                "31-60": (112, "6484.60"),
                "61-90": (81, "4990.30"),
                "90+": (13, "913.44"),
            },
        ),
        (
            date(2012, 1, 1),
            {
                "not_due": (104, "6193.15"),
                "1-30": (120, "7421.12"),
                "31-60": (112, "6484.60"),
                "61-90": (100, "6084.55"),
                "90+": (1494, "89261.17"),
            },
        ),
    ],
    ids=["payments known", "payments stopped", "no payments"],
)
def test_aging_is_that_of_the_published_figures(
    payments_until: date, expected: dict[str, tuple[int, str]]
) -> None:
    source = ibm.rows()
    files = {
        "invoices.csv": ibm.invoices_csv(source),
        "payments.csv": ibm.payments_csv(source, payments_until),
    }
    if not any(row.settled <= payments_until for row in source):
        del files["payments.csv"]

    aged = aging(open_items(simulation(files)), ibm.AS_OF)

    found = {
        one.bucket: (one.items, format_amount(one.open, one.currency)) for one in aged if one.items
    }
    assert found == expected
