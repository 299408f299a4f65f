"""After a plan was agreed whose down payment is due at once, its page pays that with one click."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from dunning.domain.links import Purpose
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step

from tests.unit.handling import CREDITOR, Cell
from tests.unit.portals import Site
from tests.unit.test_portal_said import forms, send_shown


def agreed(patch: pytest.MonkeyPatch, down: int, *ways: str) -> tuple[Site, str, str]:
    """A site whose customer has just agreed to a plan of two instalments: with her token and the
    page that follows."""
    site = Site(Cell(), patch)
    settings = replace(site.cell.rulebook.creditor, pay_with=ways)
    site.cell.settings.put_creditor(CREDITOR, settings)
    offer = PlanOffer(most=4, down=Decimal(down))
    policy = Policy("std", (Step(1, after_due=10),), plan_offer=offer)
    site.cell.settings.put_policies(CREDITOR, (policy,), "with an offer")
    token = site.token(Purpose.VIEW)
    review = site.get(f"/portal/{token}/plan?choice=EUR-2")["body"]
    done = send_shown(site, token, review, "plan")
    return site, token, site.go(done, token)["body"]


def keys(answer: dict[str, Any]) -> list[str]:
    return [value for name, value in answer["fields"] if name == "item"]


@pytest.mark.parametrize("ways", [("stripe",), ("gocardless", "stripe")])
def test_the_down_payment_is_paid_with_one_click(
    ways: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, token, page = agreed(monkeypatch, 10, *ways)
    assert "The plan is agreed" in page
    assert [dict(one["fields"])["by"] for one in forms(page, "pay")] == list(ways)
    (plan,) = site.cell.ledger.read(CREDITOR, site.cell.account).plans  # type: ignore[union-attr]
    done = send_shown(site, token, page, "pay")
    assert done["statusCode"] == 303
    (asked,) = site.provider.asked
    assert sum(part for _, part in asked.items) == plan.instalments[0].amount
    # A payment that was begun is not asked for again.
    again = site.get(f"/portal/{token}/plan")["body"]
    assert forms(again, "pay") == []


def test_the_browser_may_go_to_the_provider_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, token, _ = agreed(monkeypatch, 10, "stripe")
    headers = site.get(f"/portal/{token}/plan")["headers"]
    policy = {name.lower(): value for name, value in headers.items()}["content-security-policy"]
    assert "form-action 'self' https://checkout.stripe.com;" in f"{policy};"


@pytest.mark.parametrize(("down", "ways"), [(0, ("stripe",)), (10, ())])
def test_where_nothing_is_due_or_nobody_takes_it_there_is_no_button(
    down: int, ways: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, token, page = agreed(monkeypatch, down, *ways)
    assert "The plan is agreed" in page
    assert forms(page, "pay") == []
    headers = site.get(f"/portal/{token}/plan")["headers"]
    policy = {name.lower(): value for name, value in headers.items()}["content-security-policy"]
    assert "form-action 'self';" in f"{policy};"
