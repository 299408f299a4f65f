"""What the demo keeps and counts of calls: scripts that can be read, and items behind a digest."""

from pathlib import Path
from typing import Any

from dunning.domain.decision import decide
from dunning.domain.due import Send
from dunning.domain.gates import OpenGates
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.notice import ITEMS_HEADER, items_digest, items_headers

from infra.local.demo.artefacts import write_calls
from infra.local.demo.audit import digest, find_duplicates, find_lost, with_items
from infra.local.demo.comparing import told_items
from infra.local.demo.sample_ledger import make
from tests.unit.deciding import account, at, item, rules

NOTICE, ITEMS = "1-acc", "I%231/1/1/0, I2/1/1/0"


def call(**more: Any) -> dict[str, Any]:
    row = {
        "account": "acc",
        "notice": NOTICE,
        "channel": "voice",
        "attempt": "1",
        "items": digest(ITEMS),
        "accepted": True,
        "failed_by": None,
    }
    return {**row, **more}


def test_a_call_advances_what_the_ledger_says_if_its_digest_is_of_that() -> None:
    told = {("acc", NOTICE): ITEMS}
    (row,) = with_items([call()], told)
    assert row["items"] == ITEMS
    for other in ({"items": digest("I2/1/1/0")}, {"items": None}, {"notice": "2-acc"}):
        (row,) = with_items([call(**other)], told)
        assert row["items"] == ""


def test_mails_keep_their_own_words() -> None:
    mail = call(channel="email", items="I2/1/1/0")
    assert with_items([mail], {("acc", NOTICE): ITEMS}) == [mail]


def test_a_call_that_says_something_else_than_the_ledger_is_a_loss() -> None:
    line = {"run": "2026-03-10", "customer": "c", "invoice": "I2", "item": 1, "level": 1}

    def lost(told: dict[tuple[str, str], str]) -> list[str]:
        log = with_items([call()], told)
        return find_lost([line], log, {"c": "acc"}, {}, lambda _: None)

    assert lost({("acc", NOTICE): ITEMS}) == []
    assert lost({("acc", NOTICE): "I3/1/1/0"}) == ["2026-03-10: c, I2/1, level 1"]


def test_a_call_may_follow_one_that_nobody_took_and_no_other() -> None:
    for failed in ("busy", "no_answer", "unreached"):
        assert (
            find_duplicates([call(failed_by=failed, items=""), call(attempt="2", items="")]) == []
        )
    assert find_duplicates([call(items=""), call(attempt="2", items="")]) != []


def test_the_audits_digest_is_the_one_that_calls_carry() -> None:
    found = decide(account(item("I#1"), item("I2")), rules(), at(12), OpenGates())
    assert isinstance(found, Send)
    ((name, text),) = items_headers(found)
    assert name == ITEMS_HEADER
    assert items_digest(found) == digest(text)


def test_the_script_of_a_call_is_kept_as_sent_and_as_heard(tmp_path: Path) -> None:
    whole = {
        "n": 7,
        "failed_by": "busy",
        "request": {
            "MessageBody": "<speak>Hello,\n <emphasis>this</emphasis> is Acme.</speak>",
            "DestinationPhoneNumber": "+12065550110",
            "OriginationIdentity": "pool-us",
            "VoiceId": "JOANNA",
        },
    }
    assert write_calls(tmp_path, [whole]) == 1
    assert (tmp_path / "00007.ssml").read_text("utf-8") == whole["request"]["MessageBody"]  # type: ignore[index]
    heard = (tmp_path / "00007.txt").read_text("utf-8")
    assert heard.endswith("\n\nHello, this is Acme.\n")
    assert "Outcome: busy\n" in heard


def test_some_customers_of_the_sample_may_be_called_and_some_left_a_number_alone() -> None:
    bodies = [one for day in make().bodies.values() for one in day if one["type"] == "customer"]
    called = [one for one in bodies if one.get("consents")]
    silent = [one for one in bodies if one.get("phone") and not one.get("consents")]
    assert len(called) > 20
    assert len(silent) > 5


def test_what_a_history_tells_is_keyed_as_messages_are() -> None:
    assert told_items({"acme#c4": []}) == {}
    assert account_tag("acme#c4") in notice_id("acme#c4", 1)
