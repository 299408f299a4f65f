"""Who collects by mandate: one suite over the bank in memory and over GoCardless' package, which
speaks HTTP with the stand-in of this machine.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import pytest
from dunning.adapters.providers.gocardless_pages import GoCardlessPages
from dunning.domain.payment_requests import DebitsRequest, NotBegun
from dunning.service.collecting import Collects

from infra.local.debits import Debits
from infra.local.provider import PaymentProvider
from tests.banks import Bank

DAYS = (date(2026, 12, 7), date(2027, 1, 7))


class Made(NamedTuple):
    """A provider, what stands in its books, and a mandate there."""

    collects: Collects
    books: Debits
    mandate: str

    def asked(self, mandate: str = "m/1", **more: object) -> DebitsRequest:
        one = DebitsRequest(
            creditor="acme", customer="c 1", plan="pl;1", mandate=mandate, reference=self.mandate,
            currency="EUR", debits=((DAYS[0], 333), (DAYS[1], 334)), title="Acme: SI1",
        )  # fmt: skip
        return replace(one, **more)  # type: ignore[arg-type]

    def status(self, schedule: str) -> str:
        return str(self.books.schedules[schedule]["status"])


@pytest.fixture(params=["memory", "gocardless"])
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    if request.param == "memory":
        books = Debits()
        yield Made(Bank(books), books, books.set_up("BRQ", {})[0])
        return
    server = PaymentProvider()
    server.start()
    mandate, _ = server.debits.set_up("BRQ", {})
    yield Made(GoCardlessPages("token", api=server.url), server.debits, mandate)
    server.stop()


def test_what_is_asked_for_stands_by_its_days_and_amounts(made: Made) -> None:
    schedule = made.books.schedules[made.collects.collect(made.asked())]
    payments = [made.books.payments[one] for one in schedule["links"]["payments"]]
    assert [(one["charge_date"], one["amount"]) for one in payments] == [
        ("2026-12-07", 333),
        ("2027-01-07", 334),
    ]
    assert (schedule["total_amount"], schedule["currency"]) == (667, "EUR")


def test_the_same_mandate_is_the_same_schedule_and_another_one_another(made: Made) -> None:
    first = made.collects.collect(made.asked())
    assert made.collects.collect(made.asked()) == first
    assert made.collects.collect(made.asked("m/2")) != first
    assert len(made.books.schedules) == 2


def test_a_mandate_that_has_ended_takes_no_debits(made: Made) -> None:
    made.books.cancel_mandate(made.mandate)
    with pytest.raises(NotBegun) as refused:
        made.collects.collect(made.asked())
    assert refused.value.code == "refused"


def test_a_day_too_soon_for_the_bank_is_refused(made: Made) -> None:
    made.books.mandates[made.mandate]["next_possible_charge_date"] = "2026-12-08"
    with pytest.raises(NotBegun) as refused:
        made.collects.collect(made.asked())
    assert refused.value.code == "refused"


def test_what_is_stopped_is_stopped_alone_and_for_good(made: Made) -> None:
    mine, other = (made.collects.collect(made.asked(one)) for one in ("m/1", "m/2"))
    for _ in range(2):
        made.collects.stop(made.mandate, "m/1", whole=False)
    assert (made.status(mine), made.status(other)) == ("cancelled", "active")
    assert made.books.mandates[made.mandate]["status"] != "cancelled"


def test_a_whole_mandate_ends_with_all_that_is_still_to_come_of_it(made: Made) -> None:
    mine = made.collects.collect(made.asked())
    made.books.debit("2026-12-07")
    for _ in range(2):
        made.collects.stop(made.mandate, "m/1", whole=True)
    assert (made.status(mine), made.books.mandates[made.mandate]["status"]) == (
        "cancelled",
        "cancelled",
    )
    assert [one["status"] for one in made.books.payments.values()] == ["confirmed", "cancelled"]
    with pytest.raises(NotBegun):
        made.collects.collect(made.asked("m/3"))


def test_nothing_that_was_asked_for_is_stopped_without_a_word(made: Made) -> None:
    made.collects.stop(made.mandate, "m/9", whole=False)
    assert made.books.schedules == {}
