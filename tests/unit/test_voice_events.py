"""What End User Messaging's events say: each documented sample, each envelope, and what is ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.voice_events import feedback_of, is_phone_event
from dunning.domain.identity import account_tag, notice_id
from dunning.service.ports import Feedback

from infra.local.gate.contract import VOICE, service_model

SAMPLES = Path(__file__).parents[3] / "shared/data/events/aws-voice"
ACCOUNT = "acme#c4"
CONTEXT = {
    "notice": notice_id(ACCOUNT, 7),
    "attempt": "2",
    "account": account_tag(ACCOUNT),
    "items": "ABC",
}


def event(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": 1_729_099_130_226,
        "isFinal": False,
        "originationPhoneNumber": "+18445550123",
        "destinationPhoneNumber": "+493023125001",
        "isoCountryCode": "DE",
        "messageId": "m-1",
        "messageRequestTimestamp": 1_729_099_129_845,
        "messageStatus": kind.partition("_")[2],
        "context": CONTEXT,
        **changes,
    }


def read(one: object) -> Feedback | None:
    return feedback_of(one, plain_hash)


@pytest.mark.parametrize(
    ("sample", "outcome", "channel", "sent_at", "hashed"),
    [
        ("eventbridge.voice-initiated", "sent", "voice", 1729099129, ""),
        ("eventbridge.text-successful.delivered", "delivered", "sms", 1759342840, ""),
        (
            "configuration-set.text-successful",
            "delivered",
            "sms",
            1686975103,
            plain_hash("sms", "+14255550156"),
        ),
    ],
)
def test_each_documented_sample_is_understood_once_it_has_our_context(
    sample: str, outcome: str, channel: str, sent_at: int, hashed: str
) -> None:
    path = SAMPLES / f"{sample}.json"
    if not path.is_file():
        pytest.skip(f"the documented samples are not beside this project: {path.name}")
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert is_phone_event(raw)
    # As it stands it is about somebody else's message.
    assert read(raw) is None
    detail = raw.get("detail", raw)
    detail["context"] = CONTEXT
    found = read(raw)
    assert found is not None
    assert (found.account, found.serial, found.attempt) == (ACCOUNT, 7, 2)
    assert (found.outcome, found.channel, found.sent_at) == (outcome, channel, sent_at)
    assert found.message_id == detail["messageId"]
    assert found.address_hash == hashed


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("VOICE_INITIATED", "sent"),
        ("VOICE_RINGING", "sent"),
        ("VOICE_ANSWERED", "answered"),
        ("VOICE_COMPLETED", "answered"),
        ("VOICE_BUSY", "busy"),
        ("VOICE_NO_ANSWER", "no_answer"),
        ("VOICE_FAILED", "unreached"),
        ("VOICE_TTL_EXPIRED", "unreached"),
        ("TEXT_QUEUED", "sent"),
        ("TEXT_PENDING", "sent"),
        ("TEXT_SENT", "sent"),
        ("TEXT_SUCCESSFUL", "delivered"),
        ("TEXT_DELIVERED", "delivered"),
        ("TEXT_INVALID", "bounced"),
        ("TEXT_INVALID_MESSAGE", "rejected"),
        ("TEXT_BLOCKED", "rejected"),
        ("TEXT_CARRIER_BLOCKED", "rejected"),
        ("TEXT_SPAM", "rejected"),
        ("TEXT_PROTECT_BLOCKED", "rejected"),
        ("TEXT_UNREACHABLE", "unreached"),
        ("TEXT_CARRIER_UNREACHABLE", "unreached"),
        ("TEXT_TTL_EXPIRED", "unreached"),
        ("TEXT_UNKNOWN", None),
    ],
)
def test_every_event_type_has_its_outcome(kind: str, outcome: str | None) -> None:
    found = read(event(kind))
    assert (found.outcome if found else None) == outcome


def test_no_event_type_of_calls_and_texts_is_forgotten() -> None:
    known = [
        name
        for name in service_model(VOICE).shape_for("EventType").enum
        if name.startswith(("VOICE_", "TEXT_")) and not name.endswith("_ALL")
    ]
    silent = [name for name in known if read(event(name)) is None]
    assert silent == ["TEXT_UNKNOWN"]


def test_the_three_envelopes_say_the_same() -> None:
    bare = event("VOICE_BUSY")
    topic = {"Type": "Notification", "MessageId": "t-1", "Message": json.dumps(bare)}
    bus = {"source": "aws.sms-voice", "detail-type": "Voice Message …", "detail": bare}
    assert read(bare) == read(topic) == read(bus) is not None
    assert all(is_phone_event(one) for one in (bare, topic, bus))


def test_answered_and_completed_are_one_word_of_one_call() -> None:
    first, second = read(event("VOICE_ANSWERED")), read(event("VOICE_COMPLETED", isFinal=True))
    assert first is not None
    assert second is not None
    assert first.id == second.id == "voice-answered-m-1"


@pytest.mark.parametrize(
    "context",
    [
        None,
        [],
        {},
        {"account": "bar"},
        {**CONTEXT, "account": "%%%"},
        {**CONTEXT, "notice": notice_id("acme#other", 7)},
        {**CONTEXT, "attempt": "second"},
    ],
)
def test_an_event_without_our_context_is_another_senders(context: object) -> None:
    assert read(event("VOICE_BUSY", context=context)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"messageRequestTimestamp": "soon"},
        {"messageRequestTimestamp": None},
        {"messageRequestTimestamp": True},
        {"destinationPhoneNumber": 7},
        {"messageStatus": None, "somethingNew": {"a": [1]}},
        {"callDurationInSeconds": 12.5, "price": None},
    ],
)
def test_fields_may_come_go_and_change(changes: dict[str, Any]) -> None:
    found = read(event("VOICE_NO_ANSWER", **changes))
    assert found is not None
    assert (found.outcome, found.serial) == ("no_answer", 7)


@pytest.mark.parametrize(
    "raw", [None, 7, "text", [], {}, {"source": "aws.ses"}, {"eventType": "Bounce"}, {"Type": "x"}]
)
def test_what_is_none_of_it_is_not_taken_for_one(raw: object) -> None:
    assert not is_phone_event(raw)
    assert read(raw) is None
