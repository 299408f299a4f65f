"""What the deployed API answers: lists and reports of the sample ledger, conditions, policies that
are published and planned by, own words, and what other policies would do.
"""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from dunning.service.reports import REPORTS

from infra.local.demo import sample_ledger
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import wait_for
from tests.cloud.test_api import System, bill, opened, system
from tests.cloud.test_reminders import MORNING

TODAY = MORNING[:10]
INVOICES = 364
"""Among the bodies of the sample ledger."""
LATER = """policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 40}, channels: [email], tone: friendly}
"""
WORDS = '[tones.friendly]\nclosing = "With best wishes from Galway"\n'


def sample() -> list[dict[str, Any]]:
    """The sample's invoices as the API takes them."""
    bodies = [body for day in sample_ledger.make().bodies.values() for body in day]
    found = [body for body in bodies if body["type"] == "invoice"]
    return [{name: one for name, one in body.items() if name != "type"} for body in found]


def pages(us: System, path: str, what: str) -> Iterator[list[dict[str, Any]]]:
    after = ""
    while True:
        answer = us.ask("GET", f"{path}&cursor={after}" if after else path)
        assert answer.status == 200, answer.body
        yield answer.body[what]
        after = answer.body["next"]
        if after is None:
            return


def test_every_list_and_every_report_of_the_sample_ledger_is_answered(
    on_stage: MakeStage,
) -> None:
    us = system(opened(on_stage, "sampling"))
    invoices = sample()
    assert len(invoices) == INVOICES
    told = us.ask("PUT", "/invoices", {"invoices": invoices}).body["results"]
    assert {one["outcome"] for one in told} == {"accepted"}

    listed = [row for page in pages(us, "/invoices?limit=100", "invoices") for row in page]
    assert sorted(row["number"] for row in listed) == sorted(one["number"] for one in invoices)
    customers = {one["customer"] for one in invoices}
    known = [row for page in pages(us, "/customers?limit=40", "customers") for row in page]
    assert {row["customer"] for row in known} == customers
    owing = [row for page in pages(us, "/cases?limit=100", "cases") for row in page]
    assert {row["customer"] for row in owing} == customers
    for empty in ("postings", "disputes", "holds", "promises", "plans"):
        assert us.ask("GET", f"/{empty}").body[empty] == []

    for name in REPORTS:
        answer = us.ask("GET", f"/reports/{name}")
        assert (answer.status, answer.body["as_of"]) == (200, TODAY), answer.body
        if name == "aging":
            items = sum(len(one["items"]) for one in invoices)
            assert sum(row["count"] for row in answer.body["rows"]) == items
        if name == "delinquents":
            assert answer.body["rows"][0]["place"] == 1
    asked = urllib.request.Request(
        f"{us.credentials['api']}/reports/aging?format=csv",
        headers={"Authorization": f"Bearer {us.token}"},
    )
    with urllib.request.urlopen(asked, timeout=60) as found:
        assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert found.read().startswith(b"currency,bucket,count,open")


def test_what_was_read_is_not_overwritten_unseen_and_not_sent_again(on_stage: MakeStage) -> None:
    us = system(opened(on_stage, "tagging"))
    us.ask("PUT", "/invoices/G-1", bill("c-1"))
    read = us.ask("GET", "/invoices/G-1").headers["ETag"]
    assert us.ask("PUT", "/invoices/G-1", bill("c-1", "90.00"), If_Match=read).status == 200
    late = us.ask("PUT", "/invoices/G-1", bill("c-1", "80.00"), If_Match=read)
    assert (late.status, late.code) == (412, "changed_since")
    assert us.ask("PUT", "/invoices/G-1", bill("c-1"), If_None_Match="*").code == "changed_since"
    now = us.ask("GET", "/invoices/G-1")
    assert now.body["total"] == "90.00"
    same = urllib.request.Request(
        f"{us.credentials['api']}/invoices/G-1",
        headers={"Authorization": f"Bearer {us.token}", "If-None-Match": now.headers["ETag"]},
    )
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(same, timeout=60)
    assert (unchanged.value.code, unchanged.value.read()) == (304, b"")
    assert us.ask("GET", "/invoices?number=G-1").body["invoices"] == [now.body]


def test_policies_that_are_published_are_planned_by_and_what_they_would_do_is_known_before(
    on_stage: MakeStage,
) -> None:
    stage = opened(on_stage, "publishing")
    us = system(stage, "--settings")
    us.ask("PUT", "/customers/c-1", {"email": "ap@publishing.example", "country": "IE"})
    us.ask("PUT", "/invoices/P-1", bill("c-1"))
    days = "2026-10-12..2026-11-30"
    sets = [{"name": "now"}, {"name": "later", "source": LATER}]
    played = us.ask("POST", "/simulations", {"runs": [days], "policies": sets}).body["lines"]
    first = {line["policies"]: line["run"] for line in played if line.get("level") == 1}
    assert first == {"now": "2026-10-12", "later": "2026-11-10"}

    bad = us.ask("PUT", "/policies", {"source": LATER.replace("ladder", "lader")})
    lines = [(one["field"], one["line"]) for one in bad.body["errors"]]
    assert (bad.status, bad.code, lines) == (422, "bad_policies", [("ladder", 2), ("lader", 3)])
    tag = us.ask("GET", "/policies/current").headers["ETag"]
    before = stage.head("c-1").edition
    taken = us.ask("PUT", "/policies", {"source": LATER}, If_Match=tag)
    assert (taken.status, taken.body["outcome"], taken.body["version"]) == (200, "accepted", 2)
    assert us.ask("PUT", "/policies", {"source": LATER}, If_Match=tag).status == 412
    # The event of the file that the function put into the bucket plans the book.
    wait_for(lambda: stage.head("c-1").edition > before)
    planned = stage.head("c-1").plan.at
    assert planned is not None
    assert us.ask("GET", "/cases/c-1").body["plan"]["at"][:10] == "2026-11-10"
    again = us.ask("POST", "/policies/rollback", {"to": 1})
    assert again.body["version"] == 3
    versions = us.ask("GET", "/policies").body["versions"]
    assert [(one["version"], one["holds"]) for one in versions] == [
        (3, True),
        (2, False),
        (1, False),
    ]

    path = "/templates/email/en"
    assert us.ask("PUT", path, {"source": WORDS}).body["version"] == 1
    assert us.ask("GET", path).body["source"] == WORDS
    said = us.ask("POST", f"{path}/preview", {"template": "first", "tone": "friendly"}).body
    assert "With best wishes from Galway" in said["text"]
    assert us.ask("PUT", path, {"source": "[nobody]\nx = 1\n"}).code == "bad_wording"


def test_settings_are_changed_by_whom_they_were_given_to_alone_and_the_book_is_planned_by_them(
    on_stage: MakeStage,
) -> None:
    stage = opened(on_stage, "settling")
    us, they = system(stage), system(stage, "--settings")
    path = "/creditors/settling"
    us.ask("PUT", "/customers/c-1", {"email": "ap@settling.example", "country": "IE"})
    us.ask("PUT", "/invoices/S-1", bill("c-1"))
    read = they.ask("GET", path)
    before = stage.head("c-1").edition
    moved = {**read.body["settings"], "bank": {"iban": "IE29AIBK93115212345678"}, "terms": 21}
    assert us.ask("PUT", path, moved).code == "not_found"
    assert they.ask("PUT", path, {**moved, "calendar": "XX"}).code == "bad_calendar"
    taken = they.ask("PUT", path, moved, If_Match=read.headers["ETag"])
    assert (taken.status, taken.body["outcome"]) == (200, "accepted"), taken.body
    assert they.ask("PUT", path, moved, If_Match=read.headers["ETag"]).code == "changed_since"
    now = us.ask("GET", path).body
    assert (now["version"], now["settings"]) == (read.body["version"] + 1, moved)
    # The event of the file that the function put into the bucket plans the book.
    wait_for(lambda: stage.head("c-1").edition > before)


def test_a_payment_that_names_nobody_is_matched_once_by_whoever_read_it(
    on_stage: MakeStage,
) -> None:
    us = system(opened(on_stage, "matching"))
    us.ask("PUT", "/invoices/M-1001", bill("c-1"))
    money = {"type": "payment", "id": "bank-1", "currency": "EUR", "amount": "100.00"}
    told = us.ask("POST", "/postings", {**money, "reference": "for M-1001"})
    assert (told.status, told.body) == (200, {"outcome": "accepted"})
    (row,) = us.ask("GET", "/unmatched?by_amount=true").body["unmatched"]
    assert [one["customer"] for one in row["perhaps"]] == ["c-1"]
    tag = us.ask("GET", "/unmatched/bank-1").headers["ETag"]
    word = {"customer": "c-1", "by": "u-7"}
    for outcome in ("accepted", "unchanged"):
        answer = us.ask("POST", "/unmatched/bank-1/matches", word, If_Match=tag)
        assert (answer.status, answer.body) == (200, {"outcome": outcome})
    late = us.ask("POST", "/unmatched/bank-1/matches", {**word, "customer": "c-2"}, If_Match=tag)
    assert late.code == "changed_since"
    assert us.ask("GET", "/invoices/M-1001").body["open"] == "19.00"
    assert us.ask("GET", "/unmatched").body["unmatched"] == []
