"""Who pays from a page in the demo: customers of whom nothing else is said, and enough of them.

That each payment is recorded once is the demo's own count.
"""

from infra.local.demo import sample_ledger
from infra.local.demo.payers import BANK, CARD, PLAN, REFUND_DAY, plain, posting


def test_who_pays_is_somebody_of_whom_nothing_else_is_known() -> None:
    sample = sample_ledger.make()
    found = set(plain(sample))
    bodies = [body for day in sample.bodies.values() for body in day]
    mine = [body for body in bodies if body.get("customer") in found]
    theirs = {body["number"] for body in mine if body["type"] == "invoice"}
    assert {body["type"] for body in mine} == {"customer", "invoice"}
    assert not [body for body in bodies if body.get("invoice") in theirs]
    assert len(found) > 2 * sum(one.how_many for one in PLAN)


def test_what_is_paid_is_named_as_the_ledger_will_name_it() -> None:
    assert posting("cs_test_12", CARD) == "stripe:pi_12"
    assert posting("BRQ13", BANK) == "gocardless:PM13"


def test_the_plan_is_within_the_days_that_are_played() -> None:
    assert max(*(one.day for one in PLAN), REFUND_DAY) < sample_ledger.DAYS
    assert min(one.day for one in PLAN if one.succeeds) < REFUND_DAY
