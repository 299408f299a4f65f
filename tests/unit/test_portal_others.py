"""A link opens its own account: nothing that is written into its forms sees, names or changes what
is another customer's, whichever form it is and whatever it said before.
"""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from dunning.domain.account import Account
from dunning.domain.bodies import HoldBody, PlanBody, PromiseBody
from dunning.domain.links import Purpose
from dunning.domain.payment_plans import PROPOSED
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step
from dunning.domain.shown_forms import about
from dunning.entry.actions import ACTIONS

from tests.unit.handling import CREDITOR, NOON, Cell
from tests.unit.portals import FORMS, Site
from tests.unit.test_portal_said import forms, record, send_shown, state

THEIRS = "c-2"
ON = date(2026, 11, 23)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """A cell with a second customer, of whom there is one of everything."""
    found = Site(Cell(), monkeypatch)
    settings = replace(found.cell.rulebook.creditor, country="IE", pay_with=("stripe",))
    found.cell.settings.put_creditor(CREDITOR, settings)
    policy = Policy("std", (Step(1, after_due=10),), plan_offer=PlanOffer(fewest=2, most=6))
    found.cell.settings.put_policies(CREDITOR, (policy,), "with an offer")
    for number in ("NW-7", "NW-8"):
        found.cell._owes(THEIRS, "other@b.example", number)
    send_shown(found, (token := theirs(found)), page(found, token, "dispute"), "dispute",
               items=["NW-8/1"], reason="faulty")  # fmt: skip
    half = ((date(2026, 12, 1), "600.00"), (date(2027, 1, 1), "590.00"))
    for body in (
        PlanBody(on=ON, id="pl-2", customer=THEIRS, state=PROPOSED, items=(("NW-7", 1),),
                 instalments=half, by="finance"),
        HoldBody(on=ON, id="h-2", customer=THEIRS, kind="other", scope="invoice",
                 invoice="NW-7", item=None, until=date(2026, 12, 24)),
        PromiseBody(on=ON, id="pr-2", customer=THEIRS, by=date(2026, 12, 1), amount="10.00",
                    items=()),
    ):  # fmt: skip
        record(found, body)
    return found


def theirs(site: Site) -> str:
    """A token of the second customer."""
    account = site.cell.ledger.account_key(CREDITOR, THEIRS)
    return site.token(Purpose.VIEW, account=account, recipient="")


def page(site: Site, token: str, name: str) -> str:
    return str(site.get(f"/portal/{token}/{name}")["body"])


def other(site: Site) -> tuple[Account, str]:
    """What is known of the second customer, with their whole history."""
    account = site.cell.ledger.account_key(CREDITOR, THEIRS)
    found = site.cell.ledger.read(CREDITOR, account)
    assert found is not None
    return found, repr(list(site.cell.ledger.history(CREDITOR, account)))


def of_theirs(site: Site) -> dict[str, list[str]]:
    """Every field of every form, naming what is theirs."""
    dispute = other(site)[0].disputes[0].id
    items = ["NW-7/1", "NW-8/1"]
    return {
        "items": items, "item": items, "plan": ["pl-2"], "dispute": [dispute], "kind": ["pdf"],
        "reason": ["faulty"], "text": ["x"], "date": ["2026-11-23"], "amount": ["10.00"],
        "currency": ["EUR"], "count": ["2"], "choice": ["EUR-2"], "by": ["stripe"],
        "answer": ["accept"], "channel": ["email"], "language": ["fr"], "from": [""],
        "until": [""], "id": ["pl-2", "h-2", "pr-2"], "hold": ["h-2"], "customer": [THEIRS],
        "account": [site.cell.ledger.account_key(CREDITOR, THEIRS)],
    }  # fmt: skip


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_no_form_of_one_customer_touches_what_is_another_s(action: str, site: Site) -> None:
    token = site.token(Purpose.VIEW)
    before, fields = other(site), of_theirs(site)
    shown = forms(page(site, token, ACTIONS[action].page or "statement"), action)
    sealed = [dict(one["fields"]).get("form", "") for one in shown]
    opened = site.door.open(token, NOON)
    assert opened is not None
    digests = ("", about((fields["dispute"][0],)), about(("EUR",)))
    sealed += [FORMS.nonce(opened, action, digest, NOON) for digest in digests]
    answers = ("accept", "decline", "counter") if action == "plan-answer" else ("",)
    for nonce, answer in product(dict.fromkeys(sealed), answers):
        said = {**fields, "answer": [answer], "form": [nonce]}
        path = (
            f"/plans/{token}/{answer}" if action == "plan-answer" else f"/portal/{token}/{action}"
        )
        told = site.post(path, urlencode(said, doseq=True))
        assert told["statusCode"] in (200, 303, 404, 422)
        assert "NW-7" not in told["body"].replace('value="NW-7', "")
        assert "uploads/" not in told["body"]
    assert other(site) == before


@pytest.mark.parametrize("action", sorted(name for name, one in ACTIONS.items() if one.sealed))
def test_a_form_of_one_account_does_nothing_below_the_link_of_another(
    action: str, site: Site
) -> None:
    ours, token = site.token(Purpose.VIEW), theirs(site)
    before, mine = other(site), state(site)
    name = ACTIONS[action].page or "statement"
    shown: list[Any] = forms(page(site, ours, name), action)
    opened = site.door.open(ours, NOON)
    assert opened is not None
    nonces = {dict(one["fields"]).get("form", "") for one in shown}
    for nonce in {*nonces, FORMS.nonce(opened, action, "", NOON)}:
        said = {**of_theirs(site), "form": [nonce]}
        told = site.post(f"/portal/{token}/{action}", urlencode(said, doseq=True))
        assert told["statusCode"] == 303
        assert "said=again" in str(told["headers"])
    assert other(site) == before
    assert state(site) == mine
