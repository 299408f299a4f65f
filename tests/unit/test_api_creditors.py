"""A creditor's settings over the API: what is shown may be sent again, what is sent is checked as a
file is, stands where an upload would, plans the book, and is nobody's who may merely write.
"""

import json
from typing import Any

import pytest
from dunning.domain.creditor import Creditor
from dunning.domain.experiments import Stopped
from dunning.domain.reading_brand import BRAND_FIELDS
from dunning.domain.reading_parties import CONTACT_FIELDS, CREDITOR_FIELDS, read_creditor
from dunning.entry import bootstrap
from dunning.service.creditor_settings import as_file, creditor_shown
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR
from tests.unit.test_api_settings import uploaded

PATH = f"/creditors/{CREDITOR}"
MAY = (f"{CREDITOR}/read", f"{CREDITOR}/write", f"{CREDITOR}/settings")
FULL: dict[str, Any] = {
    "name": "Northwind Ltd",
    "country": "IE",
    "time_zone": "Europe/Dublin",
    "language": "en",
    "currency": "EUR",
    "from": "billing@northwind.example",
    "reply_to": "ar@northwind.example",
    "bank": {"iban": "IE29AIBK93115212345678", "holder": "Northwind"},
    "terms": 14,
    "unknown": "ask",
    "roll": "next_business_day",
    "calendar": "IE",
    "brand": {
        "logo": "https://northwind.example/logo.png",
        "logo_width": 200,
        "colour": "#7a1f1f",
        "signature": ["Accounts", "Northwind"],
        "imprint": "Registered in Dublin",
        "privacy": "https://northwind.example/privacy",
        "contact": "Ada",
        "phone": "+35315551234",
        "qr": False,
    },
    "contact": {"party": "third", "ruleset": "standard"},
    "ses_tenant": "northwind",
    "portal": {"second_factor": "postcode"},
    "pay_with": ["stripe", "gocardless"],
    "collect_plans": "gocardless",
    "statement": "attachment",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def put(desk: Desk, body: object, path: str = PATH, **more: Any) -> tuple[int, Any]:
    return desk.ask("PUT", path, body, **{"scopes": MAY, **more})


def test_whatever_a_file_may_say_is_shown_by_its_name_and_nothing_else_is() -> None:
    shown = creditor_shown(read_creditor(FULL, CREDITOR))["settings"]
    assert shown == FULL
    assert set(FULL) == CREDITOR_FIELDS - {"creditor"}
    assert set(FULL["brand"]) == BRAND_FIELDS
    assert set(FULL["contact"]) == CONTACT_FIELDS


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(sorted(FULL))), st.sets(st.sampled_from(sorted(FULL["brand"]))))
def test_what_is_shown_may_be_sent_again_and_says_the_same(said: set[str], of: set[str]) -> None:
    raw = {name: FULL[name] for name in said}
    if "brand" in raw:
        raw["brand"] = {name: FULL["brand"][name] for name in of}
    one = read_creditor(raw, CREDITOR)
    assert read_creditor(creditor_shown(one)["settings"], CREDITOR) == one  # type: ignore[arg-type]
    assert read_creditor(json.loads(as_file(one)), CREDITOR) == one


def test_settings_are_taken_whole_and_stand_where_an_upload_would(desk: Desk) -> None:
    before = desk.ask("GET", PATH)[1]
    assert before["settings"]["from"] == "billing@northwind.example"
    status, taken = put(desk, FULL)
    assert (status, taken) == (
        200,
        {"outcome": "accepted", "version": before["version"] + 1, "warnings": []},
    )
    now = desk.ask("GET", PATH)[1]
    assert (now["creditor"], now["settings"]) == (CREDITOR, FULL)
    file = json.loads(desk.cell.blobs.files[f"config/{CREDITOR}/creditor.json"])
    assert file == {"creditor": CREDITOR, **FULL}
    # Sent again as they are shown, they are the same; what is left out is as usual.
    assert put(desk, now["settings"])[1]["outcome"] == "unchanged"
    assert put(desk, {"name": "Northwind"})[1]["outcome"] == "accepted"
    left = desk.ask("GET", PATH)[1]["settings"]
    assert (left["name"], left["bank"], left["unknown"]) == ("Northwind", None, "presume_sent")


def test_the_event_of_the_file_finds_nothing_new_and_plans_the_book(desk: Desk) -> None:
    assert put(desk, {**FULL, "time_zone": "Pacific/Auckland"})[0] == 200
    edition = desk.cell.rulebook.edition
    report = uploaded(desk, "creditor.json")
    assert (report.accepted, report.unchanged, report.rejected) == (0, 1, 0)
    assert report.replanned == 1
    head = desk.cell.ledger.head(CREDITOR, desk.cell.account)
    assert head is not None
    assert head.edition == edition


def test_what_a_guard_stopped_stays_stopped(desk: Desk) -> None:
    over = Stopped("summer", "firm", "usual", "2026-03-01", 200, 60, 200, 100, "31.0", "20.0")
    desk.cell.settings.stop_variant(CREDITOR, over)
    assert put(desk, FULL)[0] == 200
    assert desk.cell.rulebook.creditor.stopped == (over,)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"time_zone": "Mars/Olympus"}, "bad_time_zone", "time_zone"),
        ({"calendar": "XX"}, "bad_calendar", "calendar"),
        ({"brand": {"colour": "#ffff00"}}, "low_contrast", "brand.colour"),
        ({"contact": {"ruleset": "nowhere"}}, "bad_ruleset", "contact.ruleset"),
        ({"portal": {"second_factor": "shoe_size"}}, None, "portal.second_factor"),
        ({"from": "nobody"}, None, "from"),
    ],
)
def test_what_a_file_could_not_say_is_refused_in_the_same_words(
    desk: Desk, wrong: dict[str, Any], code: str | None, field: str
) -> None:
    before = desk.ask("GET", PATH)
    status, problem = put(desk, {**FULL, **wrong})
    assert (status, problem["field"]) == (422, field)
    assert code in (None, problem["code"])
    key = f"config/{CREDITOR}/creditor.json"
    desk.cell.blobs.files[key] = json.dumps({**FULL, **wrong}).encode()
    report = uploaded(desk, "creditor.json")
    assert report.rejected == 1
    (reason,) = report.errors
    assert (problem["code"], problem["detail"]) == (reason["code"], reason["message"])
    assert desk.ask("GET", PATH) == before


@pytest.mark.parametrize("name", ["creditor", "shards", "stopped", "version", "api_key"])
def test_a_field_that_is_no_setting_is_refused_by_its_name(desk: Desk, name: str) -> None:
    status, problem = put(desk, {**FULL, name: "acme"})
    assert (status, problem["code"]) == (422, "malformed")
    assert [one["field"] for one in problem["errors"]] == [name]


def test_nothing_is_overwritten_that_somebody_has_changed_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = desk.tag(PATH)
    assert put(desk, {"name": "One"}, if_match=read)[0] == 200
    status, problem = put(desk, {"name": "Two"}, if_match=read)
    assert (status, problem["code"]) == (412, "changed_since")
    now = desk.tag(PATH)
    write = desk.cell.settings.put_creditor

    def first_theirs(creditor: str, wanted: Creditor, after: int | None = None) -> bool:
        monkeypatch.setattr(desk.cell.settings, "put_creditor", write)
        write(creditor, Creditor(creditor, name="Theirs"))
        return write(creditor, wanted, after)

    monkeypatch.setattr(desk.cell.settings, "put_creditor", first_theirs)
    status, problem = put(desk, {"name": "Three"}, if_match=now)
    assert (status, problem["code"]) == (412, "changed_since")
    assert desk.ask("GET", PATH)[1]["settings"]["name"] == "Theirs"


def test_a_dry_run_only_checks(desk: Desk) -> None:
    before = desk.ask("GET", PATH)
    assert put(desk, FULL, query={"dry_run": "true"})[1]["outcome"] == "valid"
    assert desk.ask("GET", PATH) == before
    assert not desk.cell.blobs.files


def test_who_may_write_may_not_change_where_money_is_paid(desk: Desk) -> None:
    before = desk.ask("GET", PATH)
    for scopes in (MAY[:1], MAY[:2], ("other/settings",), (MAY[1], "other/settings")):
        assert put(desk, FULL, scopes=scopes)[0] == 404
    for path in ("/creditors/other", "/creditors/nowhere"):
        assert put(desk, FULL, path=path)[0] == 404
        assert desk.ask("GET", path, scopes=MAY)[0] == 404
    assert put(desk, FULL, duecourse_creditor="other")[0] == 404
    assert desk.ask("GET", PATH) == before
    assert desk.ask("GET", "/creditors", scopes=MAY)[1]["creditors"][0]["rights"] == [
        "read",
        "write",
        "settings",
    ]
    # That right alone asks and changes settings, and tells nothing of what is owed.
    assert desk.ask("GET", PATH, scopes=MAY[2:])[0] == 200
    assert desk.ask("PUT", "/customers/x", {"name": "X"}, scopes=MAY[2:])[0] == 404
