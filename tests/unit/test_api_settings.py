"""Policies and own words over the API: versions, every mistake with its line, what an upload takes
as well, and nothing overwritten unseen.
"""

import json
from datetime import date
from typing import Any

import pytest
from dunning.adapters import contact_rulesets
from dunning.adapters.dynamodb.creditor_change import SettingsContendedError
from dunning.adapters.memory.cell import Counters
from dunning.adapters.memory.outbound import MemorySubscriptions
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.entry import bootstrap
from dunning.service.import_settings import ImportSettings
from dunning.service.replan_book import ReplanBook
from dunning.service.results import Report

from tests.unit.billing import Desk, own_words
from tests.unit.handling import CREDITOR

FIRST = """policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""
SECOND = FIRST.replace("days: 10", "days: 14")
BAD = """policies:
  - id: standard
    trakc: item
    ladder:
      - {level: 1, after_due: {days: ten}, channels: [email], tone: friendly}
"""
ODD = """policies:
  - id: standard
    applies_to: {kinds: [fee]}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""
WORDS = """[tones.friendly]
closing = "With best wishes from Galway"
"""
KEY = f"config/{CREDITOR}/policies.yaml"
TEMPLATE = "/templates/email/en"
MAY = (f"{CREDITOR}/write", f"{CREDITOR}/settings")
"""Of whoever may say something to customers in the creditor's name."""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def put(desk: Desk, source: str, path: str = "/policies", **more: Any) -> tuple[int, Any]:
    if path.startswith("/templates"):
        more.setdefault("scopes", MAY)
    return desk.ask("PUT", path, {"source": source}, **more)


def uploaded(desk: Desk, name: str) -> Report:
    """What the event of an upload comes to."""
    cell = desk.cell

    class Steps:
        def put(self, steps: object) -> None:
            raise AssertionError("a small book is planned at once")

    replans = ReplanBook(
        cell.accounts,
        cell.settings,
        MemoryReplannings(),
        Steps(),
        Counters(),  # type: ignore[arg-type]
    )
    words = desk.door.desk().files
    hooks = MemorySubscriptions()
    files = ImportSettings(cell.blobs, cell.settings, replans, contact_rulesets, words, hooks)
    key = f"config/{CREDITOR}/{name}"
    return files.run(CREDITOR, key, name, None, date(2026, 11, 23), cell.clock.now())


def test_a_policy_file_is_a_version_that_lies_where_an_upload_would(desk: Desk) -> None:
    assert put(desk, FIRST) == (200, {"outcome": "accepted", "version": 2, "warnings": []})
    assert put(desk, FIRST)[1]["outcome"] == "unchanged"
    assert desk.cell.blobs.files[KEY].decode() == FIRST
    status, shown = desk.ask("GET", "/policies/current")
    assert (status, shown["version"], shown["policies"]) == (200, 2, ["standard"])
    assert shown["source"] == FIRST
    report = uploaded(desk, "policies.yaml")
    assert (report.accepted, report.unchanged, report.replanned) == (0, 1, 1)
    assert desk.cell.rulebook.version == 2


def test_every_mistake_is_told_with_its_line_and_nothing_is_taken(desk: Desk) -> None:
    status, problem = put(desk, BAD)
    assert (status, problem["code"]) == (422, "bad_policies")
    assert [(one["line"], one["field"]) for one in problem["errors"]] == [(3, "trakc"), (5, "days")]
    assert desk.cell.rulebook.version == 1
    assert KEY not in desk.cell.blobs.files
    desk.cell.blobs.files[KEY] = BAD.encode()
    told = uploaded(desk, "policies.yaml").errors
    for one, other in zip(problem["errors"], told, strict=True):
        assert one["detail"] in str(other), "an upload says the same"


def test_what_is_allowed_and_probably_not_meant_is_a_warning(desk: Desk) -> None:
    status, told = put(desk, ODD, query={"dry_run": "true"})
    assert (status, told["outcome"], told["version"]) == (200, "valid", 1)
    assert told["warnings"]
    assert all(one["line"] for one in told["warnings"])
    assert desk.cell.rulebook.version == 1
    assert KEY not in desk.cell.blobs.files


def test_versions_are_listed_the_newest_first_and_an_older_one_holds_again(desk: Desk) -> None:
    put(desk, FIRST)
    put(desk, SECOND)
    status, told = desk.ask("GET", "/policies", query={"limit": "2"})
    assert status == 200
    assert [(one["version"], one["holds"]) for one in told["versions"]] == [(3, True), (2, False)]
    status, rest = desk.ask("GET", "/policies", query={"before": str(told["next"])})
    assert [one["version"] for one in rest["versions"]] == [1]
    assert rest["next"] is None
    status, taken = desk.ask("POST", "/policies/rollback", {"to": 2})
    assert (status, taken["version"]) == (200, 4)
    assert desk.cell.blobs.files[KEY].decode() == FIRST
    assert desk.ask("GET", "/policies/3")[1]["source"] == SECOND
    assert desk.ask("POST", "/policies/rollback", {"to": 9})[0] == 404
    assert desk.ask("GET", "/policies/9")[0] == 404


def test_two_who_read_one_version_do_not_both_replace_it(desk: Desk) -> None:
    tag = desk.tag("/policies/current")
    assert put(desk, FIRST, if_match=tag)[0] == 200
    status, problem = put(desk, SECOND, if_match=tag)
    assert (status, problem["code"]) == (412, "changed_since")
    assert put(desk, SECOND, if_none_match="*")[0] == 412
    assert put(desk, SECOND, if_match=desk.tag("/policies/current"))[0] == 200


def test_a_version_that_comes_between_the_look_and_the_write_is_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, tag = desk.cell, desk.tag("/policies/current")
    write = cell.settings.put_policies

    def theirs_first(*args: Any) -> Any:
        write(CREDITOR, (), "theirs")
        return write(*args)

    monkeypatch.setattr(cell.settings, "put_policies", theirs_first)
    assert put(desk, FIRST, if_match=tag)[0] == 412
    assert cell.settings.policy_source(CREDITOR, cell.rulebook.version) == "theirs"
    assert KEY not in cell.blobs.files


def test_settings_that_others_keep_changing_are_to_be_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contended(*_: Any) -> int:
        raise SettingsContendedError(CREDITOR)

    monkeypatch.setattr(desk.cell.settings, "put_policies", contended)
    status, problem = put(desk, FIRST)
    assert (status, problem["code"]) == (503, "busy")


def test_of_two_who_publish_at_once_the_bucket_has_who_came_last(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = desk.cell
    write = cell.blobs.write

    def slow(creditor: str, key: str, body: bytes, kind: str) -> None:
        monkeypatch.setattr(cell.blobs, "write", write)
        put(desk, SECOND)
        write(creditor, key, body, kind)

    monkeypatch.setattr(cell.blobs, "write", slow)
    put(desk, FIRST)
    assert cell.blobs.files[KEY].decode() == SECOND
    assert cell.settings.policy_source(CREDITOR, cell.rulebook.version) == SECOND


def test_what_was_cut_before_it_lay_in_the_bucket_is_mended_by_being_sent_again(
    desk: Desk,
) -> None:
    put(desk, FIRST)
    del desk.cell.blobs.files[KEY]
    assert put(desk, FIRST)[1]["outcome"] == "unchanged"
    assert desk.cell.blobs.files[KEY].decode() == FIRST


@pytest.mark.parametrize("body", [{}, {"source": ""}, {"source": "x", "other": 1}, {"source": 1}])
def test_a_text_of_another_shape_is_a_problem(desk: Desk, body: dict[str, Any]) -> None:
    status, problem = desk.ask("PUT", "/policies", body)
    assert (status, problem["code"]) == (422, "malformed")


def test_who_may_only_read_publishes_nothing(desk: Desk) -> None:
    scopes = (f"{CREDITOR}/read",)
    nothing = desk.answer("GET", "/cases/nobody")
    for path in ("/policies", TEMPLATE):
        assert desk.answer("PUT", path, {"source": FIRST}, scopes=scopes) == nothing
    for path in ("/policies/rollback", f"{TEMPLATE}/rollback"):
        assert desk.answer("POST", path, {"to": 1}, scopes=scopes) == nothing


def test_who_may_tell_of_money_says_nothing_to_customers(desk: Desk) -> None:
    """Words may name an account to pay to: a billing system's secret is not to be worth that."""
    words = WORDS + '[tones.formal]\nclosing = "Pay to DE89 3704 0044 0532 0130 00"\n'
    scopes, nothing = (f"{CREDITOR}/write",), desk.answer("GET", "/cases/nobody")
    assert desk.answer("PUT", TEMPLATE, {"source": words}, scopes=scopes) == nothing
    html = {"source": "{% block foot %}x{% endblock %}"}
    assert desk.answer("PUT", f"{TEMPLATE}.html", html, scopes=scopes) == nothing
    assert desk.answer("POST", f"{TEMPLATE}/rollback", {"to": 0}, scopes=scopes) == nothing
    assert desk.ask("GET", "/templates")[1] == {"templates": []}
    assert desk.cell.blobs.files == {}


# --- own words -----------------------------------------------------------------------------------


def test_own_words_are_published_listed_and_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What may be said is the next test's: each look at it makes some 250 messages.
    monkeypatch.setattr(own_words(), "check", lambda name, text: None)
    assert desk.ask("GET", "/templates") == (200, {"templates": []})
    assert desk.ask("GET", TEMPLATE)[0] == 404
    assert put(desk, WORDS, TEMPLATE, if_none_match="*")[1]["version"] == 1
    other = WORDS.replace("Galway", "Cork")
    assert put(desk, other, TEMPLATE, if_match=desk.tag(TEMPLATE))[1]["version"] == 2
    assert put(desk, other, TEMPLATE)[1]["outcome"] == "unchanged"
    (row,) = desk.ask("GET", "/templates")[1]["templates"]
    assert (row["file"], row["version"], row["holds"]) == ("email/en", 2, True)
    key = f"config/{CREDITOR}/wording/email/en.toml"
    assert desk.cell.blobs.files[key].decode() == other
    assert uploaded(desk, "wording/email/en.toml").unchanged == 1
    status, taken = desk.ask("POST", f"{TEMPLATE}/rollback", {"to": 1}, scopes=MAY)
    assert (status, taken["version"]) == (200, 3)
    assert desk.ask("GET", TEMPLATE)[1]["source"] == WORDS
    assert desk.ask("GET", TEMPLATE, query={"version": "2"})[1]["source"] == other
    assert desk.ask("POST", f"{TEMPLATE}/rollback", {"to": 0}, scopes=MAY)[1]["version"] == 4
    versions = desk.ask("GET", f"{TEMPLATE}/versions", query={"limit": "3"})[1]
    assert [one["version"] for one in versions["versions"]] == [4, 3, 2]
    assert versions["next"] == 2


def test_words_that_an_upload_would_refuse_are_refused_with_their_lines(desk: Desk) -> None:
    bad = WORDS + 'greting = "Hi"\n'
    status, problem = put(desk, bad, TEMPLATE)
    assert (status, problem["code"]) == (422, "bad_wording")
    assert problem["errors"][0]["line"] == 3
    assert "greeting" in problem["errors"][0]["detail"]
    assert desk.ask("GET", "/templates")[1] == {"templates": []}
    assert put(desk, WORDS, "/templates/email/xx")[1]["code"] == "unknown_file"
    assert put(desk, WORDS, TEMPLATE, query={"dry_run": "true"})[1]["outcome"] == "valid"
    assert desk.ask("GET", "/templates")[1] == {"templates": []}


def test_a_preview_says_the_words_to_somebody_and_keeps_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = own_words().check
    monkeypatch.setattr(own_words(), "check", lambda name, text: None)
    ask = {"template": "first", "tone": "friendly"}
    shipped = desk.ask("POST", f"{TEMPLATE}/preview", ask)[1]
    assert "Galway" not in shipped["text"]
    own = desk.ask("POST", f"{TEMPLATE}/preview", {**ask, "source": WORDS})[1]
    assert "With best wishes from Galway" in own["text"]
    assert "With best wishes from Galway" in own["html"]
    put(desk, WORDS, TEMPLATE)
    assert "Galway" in desk.ask("POST", f"{TEMPLATE}/preview", ask)[1]["text"]
    call = desk.ask("POST", "/templates/voice/en/preview", ask)[1]
    assert call["speech"].startswith("<speak>")
    monkeypatch.setattr(own_words(), "check", check)
    for body, code in (
        ({**ask, "source": "[nothing]\nx = 1\n"}, "bad_wording"),
        ({**ask, "template": "last one"}, "no_such_message"),
        ({**ask, "account": {"creditor": 1}}, None),
    ):
        status, problem = desk.ask("POST", f"{TEMPLATE}/preview", body)
        assert status == 422
        assert code in (None, problem["code"])
    assert desk.ask("POST", f"{TEMPLATE}/preview", {**ask, "version": 7})[0] == 404
    assert desk.ask("POST", "/templates/pigeon/en/preview", ask)[0] == 422
    assert len(json.loads(json.dumps(desk.cell.sender.sent))) == 0


def test_own_blocks_of_mails_are_published_previewed_and_taken_back_like_words(desk: Desk) -> None:
    path, key = "/templates/email/en.html", f"config/{CREDITOR}/wording/email/en.html"
    blocks = "{% block foot %}On the road since 1911{% endblock %}\n"
    status, problem = put(desk, blocks + "\n{% block intro %}<p>{% endblock %}", path)
    assert (status, problem["code"]) == (422, "bad_wording")
    assert (problem["errors"][0]["line"], problem["errors"][0]["field"]) == (3, "intro")
    assert put(desk, blocks, path)[1] == {"outcome": "accepted", "version": 1, "warnings": []}
    assert desk.cell.blobs.files[key] == blocks.encode()
    said = desk.ask("POST", f"{path}/preview", {"template": "first", "tone": "friendly"})[1]
    assert "On the road since 1911" in said["html"]
    assert "1911" not in said["text"]
    back = desk.ask("POST", f"{path}/rollback", {"to": 0}, scopes=MAY)
    assert back[1]["version"] == 2
    said = desk.ask("POST", f"{path}/preview", {"template": "first", "tone": "friendly"})[1]
    assert "1911" not in said["html"]
