"""Forms of the customers' pages: what each was shown with, where it leads, what is not taken.

What the single forms do is tested with each of them.
"""

import subprocess
import sys
from datetime import date
from types import MappingProxyType, ModuleType
from typing import Any

import pytest
from dunning.domain.ledger import LedgerError
from dunning.domain.links import Purpose
from dunning.domain.shown_forms import FormError, Shown, about, packed, unpacked
from dunning.entry import actions
from dunning.service.accounts import Contended
from dunning.service.portal_forms import Asked, Next
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.handling import CREDITOR, NOON, Cell
from tests.unit.portals import FORMS, TOKENS, Site

SHOWN = Shown("northwind#c-1042", "try", date(2026, 11, 23), 3, about(["NW-1042", 119_000]))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(Cell(), monkeypatch)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """A form named `try`, and what came of it."""
    seen: list[Asked] = []

    def act(here: object, asked: Asked) -> Next:
        seen.append(asked)
        if asked.text("code") == "contended":
            raise Contended("others write")
        if asked.text("code"):
            raise LedgerError(asked.text("code"), "items", "not possible any more")
        return Next("again", "plan")

    module = ModuleType("dunning.entry.actions.tried")
    module.act = act  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, module.__name__, module)
    table = {**actions.ACTIONS, "try": actions.Action("tried")}
    monkeypatch.setattr(actions, "ACTIONS", MappingProxyType(table))
    return seen


def nonce(site: Site, token: str, action: str = "try", now: int = NOON) -> str:
    opened = site.door.open(token, now)
    assert opened is not None
    return FORMS.nonce(opened, action, about(["119000"]), now)


def header(answer: dict[str, Any], name: str) -> str:
    return {key.lower(): str(value) for key, value in answer["headers"].items()}[name]


@given(
    st.builds(
        Shown,
        st.text(min_size=1, max_size=100),
        st.from_regex(r"[a-z-]{1,20}", fullmatch=True),
        st.dates(),
        st.integers(0, 2**48 - 1),
        st.one_of(st.just(""), st.binary(min_size=8, max_size=8).filter(any).map(bytes.hex)),
    )
)
def test_what_a_form_was_shown_with_comes_back_as_it_was(shown: Shown) -> None:
    assert unpacked(packed(shown)) == shown


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_a_form_or_none(data: bytes) -> None:
    try:
        unpacked(data)
    except FormError:
        return


def test_a_form_sent_twice_is_one_and_another_amount_is_another() -> None:
    assert SHOWN.id == SHOWN._replace().id
    for other in (
        SHOWN._replace(rev=4),
        SHOWN._replace(action="pay"),
        SHOWN._replace(on=date(2026, 11, 24)),
        SHOWN._replace(account="northwind#c-1043"),
        SHOWN._replace(digest=about(["NW-1042", 118_000])),
    ):
        assert other.id != SHOWN.id


def test_a_form_holds_for_two_days_and_not_before_it_was_shown() -> None:
    days = [date(2026, 11, n) for n in range(22, 28)]
    assert [day for day in days if SHOWN.holds(day)] == [date(2026, 11, n) for n in (23, 24, 25)]


def test_a_form_of_this_page_is_taken_and_leads_on_without_a_word_about_anybody(
    site: Site, tried: list[Asked]
) -> None:
    token = site.token(Purpose.PLAN)
    body = f"form={nonce(site, token)}&item=1&item=2&text=%20caf%C3%A9%20"
    answer = site.post(f"/portal/{token}/try", body)
    assert (answer["statusCode"], answer["body"]) == (303, "")
    assert header(answer, "location") == f"../{token}/plan?said=again"
    assert header(answer, "cache-control") == "no-store"
    assert header(answer, "referrer-policy") == "no-referrer"
    (asked,) = tried
    assert asked.fields["item"] == ("1", "2")
    assert asked.text("text") == "café"
    assert (asked.creditor, asked.account) == (CREDITOR, site.cell.account)
    assert asked.shown.digest == about(["119000"])


@pytest.mark.parametrize(
    "why", ["none", "forged", "another action's", "another account's", "old", "a link's token"]
)
def test_a_form_that_was_not_shown_here_lately_is_shown_again_and_does_nothing(
    why: str, site: Site, tried: list[Asked]
) -> None:
    token = site.token(Purpose.VIEW)
    good = nonce(site, token)
    opened = site.door.open(token, NOON)
    assert opened is not None
    others = Shown("northwind#c-9", "try", date(2026, 11, 23), opened.state.head.rev, "")
    sent = {
        "none": "",
        "forged": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "another action's": nonce(site, token, "no-calls"),
        "another account's": FORMS.seals.sealed(others),
        "old": nonce(site, token, now=NOON - 3 * 86_400),
        "a link's token": TOKENS.sealed(site.link(Purpose.VIEW)),
    }[why]
    answer = site.post(f"/portal/{token}/try", f"form={sent}")
    assert header(answer, "location") == f"../{token}?said=again"
    assert "look again" in site.go(answer, token)["body"]
    assert tried == []


@pytest.mark.parametrize("code", ["unknown_item", "contended"])
def test_what_is_not_possible_any_more_shows_the_page_anew(
    code: str, site: Site, tried: list[Asked]
) -> None:
    token = site.token(Purpose.VIEW)
    answer = site.post(f"/portal/{token}/try", f"form={nonce(site, token)}&code={code}")
    assert header(answer, "location") == f"../{token}?said=again"


def _nothing(site: Site) -> dict[str, str]:
    good = site.token(Purpose.VIEW)
    return {
        "tampered": f"{good[:-2]}{'A' if good[-2] != 'A' else 'B'}{good[-1]}/try",
        "expired": f"{site.token(Purpose.VIEW, until=date(2026, 11, 22))}/try",
        "revoked": f"{site.token(Purpose.VIEW, epoch=1)}/try",
        "of another purpose": f"{site.token(Purpose.UNSUBSCRIBE)}/try",
        "another customer's": f"{site.token(Purpose.VIEW, account='northwind#c-9999')}/try",
        "another creditor's": f"{site.token(Purpose.VIEW, account='southwind#c-1042')}/try",
        "sent to somebody else": f"{site.token(Purpose.VIEW, recipient='f' * 16)}/try",
        "no such form": f"{good}/give-me-money",
        "a module's name": f"{good}/no_calls",
    }


def test_a_form_below_a_link_that_opens_nothing_is_the_same_404(
    site: Site, tried: list[Asked]
) -> None:
    sent = f"form={nonce(site, site.token(Purpose.VIEW))}"
    answers = [site.post(f"/portal/{path}", sent) for path in _nothing(site).values()]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert len({answer["body"] for answer in answers}) == 1
    assert answers[0]["body"] == site.get("/portal/nothing")["body"]
    assert tried == []


def test_a_page_that_is_not_there_is_the_same_404(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    answers = [site.get(f"/portal/{path}") for path in (f"{token}/secrets", "nothing/plan")]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert answers[0]["body"] == answers[1]["body"]


def test_a_form_that_no_page_of_ours_could_send_is_not_even_read(
    site: Site, tried: list[Asked]
) -> None:
    token = site.token(Purpose.VIEW)
    body = f"form={nonce(site, token)}&text={'y' * 33_000}"
    assert site.post(f"/portal/{token}/try", body)["statusCode"] == 413
    assert tried == []


@pytest.mark.parametrize("said", ["paid", "Again", "../x", "<script>", "x" * 40])
def test_nothing_is_told_that_no_form_says(said: str, site: Site) -> None:
    token = site.token(Purpose.VIEW)
    plain = site.get(f"/portal/{token}")["body"]
    assert site.get(f"/portal/{token}?said={said}")["body"] == plain


def test_no_other_function_loads_the_pages_when_it_starts() -> None:
    """Every function imports `bootstrap`; templates and locales are the pages' alone."""
    heavy = ("jinja2", "dunning.adapters.form_pages", "dunning.adapters.portal_pages")
    script = f"import sys, dunning.entry.bootstrap; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
