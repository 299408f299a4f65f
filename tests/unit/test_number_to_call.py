"""Settings in which steps ring, and nobody could call back: the report says so at once."""

from datetime import date

import pytest
from dunning.domain.brand import Brand
from dunning.domain.creditor import Creditor
from dunning.domain.policy import Policy, Rulebook, Step
from dunning.service.results import Report


def warnings(channels: tuple[str, ...], phone: str = "") -> list[str]:
    """What a report says of a creditor whose only step goes by these channels."""
    creditor = Creditor("acme", sender="office@acme.example", brand=Brand(phone=phone))
    book = Rulebook(creditor, (Policy("std", (Step(1, channels=channels, after_due=5),)),), 1)
    report = Report(
        creditor="acme", file="policies.yaml", version="1", uploaded_on=date(2026, 11, 11)
    )
    report.warn_of(book)
    return report.warnings


@pytest.mark.parametrize("channels", [("voice", "email"), ("email", "sms"), ("sms", "voice")])
def test_steps_that_ring_without_a_number_to_call_are_warned_of_once(
    channels: tuple[str, ...],
) -> None:
    (said,) = warnings(channels)
    assert "config/acme/creditor.json" in said
    assert "brand.phone" in said
    for channel in ("voice", "sms"):
        assert (channel in said) == (channel in channels)
    assert warnings(channels, "+35315551234") == []


def test_steps_that_do_not_ring_need_no_number() -> None:
    assert warnings(("email", "task")) == []
