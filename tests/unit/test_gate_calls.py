"""The gate as the telephone network: what a sender hears by number, and what its topic tells."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.voice_events import feedback_of
from dunning.domain.identity import account_tag, notice_id

from infra.local.gate import calls
from infra.local.gate.contract import VOICE, problems, service_model
from tests.unit.test_gate import Stage
from tests.unit.test_gate import stage as stage

ACCOUNT = "acme#c4"
CONTEXT = {"notice": notice_id(ACCOUNT, 3), "attempt": "1", "account": account_tag(ACCOUNT)}
FICTION = "+120655501"


def call(stage: Stage, to: str, **changes: Any) -> str:
    request = {
        "DestinationPhoneNumber": to,
        "OriginationIdentity": "arn:aws:sms-voice:us-east-1:000000000000:pool/pool-us",
        "MessageBody": "<speak>Guten Tag.</speak>",
        "MessageBodyTextType": "SSML",
        "VoiceId": "VICKI",
        "ConfigurationSetName": "cs-phone",
        "TimeToLive": 300,
        "MaxPricePerMinute": "0.20",
        "Context": CONTEXT,
        **changes,
    }
    client = stage.client("pinpoint-sms-voice-v2")
    message_id: str = client.send_voice_message(**request)["MessageId"]
    return message_id


def told(stage: Stage) -> list[str]:
    stage.settled()
    return [one["eventType"] for one in stage.bus.told]


@pytest.mark.parametrize(
    ("digits", "events", "failed_by"),
    [
        ("00", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"], None),
        ("13", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"], None),
        ("10", ["VOICE_INITIATED", "VOICE_BUSY"], "busy"),
        ("11", ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_NO_ANSWER"], "no_answer"),
        ("12", ["VOICE_INITIATED", "VOICE_FAILED"], "unreached"),
        ("14", ["VOICE_TTL_EXPIRED"], "unreached"),
        ("29", [], None),
    ],
)
def test_what_becomes_of_a_call_is_told_to_the_topic_of_its_set(
    stage: Stage, digits: str, events: list[str], failed_by: str | None
) -> None:
    message_id = call(stage, FICTION + digits)
    assert told(stage) == events
    assert stage.bus.topics == {"cs-phone"} or not events
    row = stage.only_row()
    assert (row["accepted"], row["failed_by"], row["channel"]) == (True, failed_by, "voice")
    for one in stage.bus.told:
        assert one["messageId"] == message_id
        found = feedback_of(one, plain_hash)
        assert found is not None
        assert (found.account, found.serial, found.attempt) == (ACCOUNT, 3, 1)


def test_an_event_has_the_names_of_the_documented_sample() -> None:
    at = calls.Placed(1, datetime(2026, 3, 2, tzinfo=UTC), "m", {"Context": CONTEXT})
    sample = {
        "eventType", "eventVersion", "eventTimestamp", "isFinal", "originationPhoneNumber",
        "destinationPhoneNumber", "messageId", "messageRequestTimestamp", "messageStatus",
        "context",
    }  # fmt: skip
    assert set(calls.event(calls.BUSY, at, at.at)) == sample
    kinds = {kind for one in calls.CALLS.values() for kind in one.events} | calls.FINAL
    assert kinds <= set(service_model(VOICE).shape_for("EventType").enum)


@pytest.mark.parametrize(
    ("digits", "code", "reason", "outcome"),
    [
        ("15", "ThrottlingException", None, "throttled"),
        ("17", "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", "opted_out"),
        (
            "18",
            "ConflictException",
            "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
            "blocked",
        ),
        (
            "24",
            "ServiceQuotaExceededException",
            "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE",
            "spend_limit",
        ),
        ("25", "ServiceQuotaExceededException", "DAILY_DESTINATION_CALL_LIMIT", "daily_limit"),
        ("26", "ValidationException", "PRICE_OVER_THRESHOLD", "too_dear"),
        ("27", "AccessDeniedException", "ACCOUNT_DISABLED", "disabled"),
    ],
)
def test_a_refusal_is_the_documented_error_with_its_reason(
    stage: Stage, digits: str, code: str, reason: str | None, outcome: str
) -> None:
    with pytest.raises(ClientError) as caught:
        call(stage, FICTION + digits)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response.get("Reason") == reason
    assert (stage.only_row()["outcome"], stage.only_row()["accepted"]) == (outcome, False)
    assert told(stage) == []


@pytest.mark.parametrize(
    ("digits", "error", "accepted"),
    [
        ("19", ReadTimeoutError, True),
        ("20", ReadTimeoutError, False),
        ("21", ConnectionClosedError, True),
        ("22", ConnectionClosedError, False),
    ],
)
def test_a_lost_answer_says_nothing_of_the_call(
    stage: Stage, digits: str, error: type[Exception], accepted: bool
) -> None:
    with pytest.raises(error):
        call(stage, FICTION + digits)
    assert stage.only_row()["accepted"] is accepted
    assert bool(told(stage)) is accepted


def test_a_number_may_be_busy_once_and_then_answer(stage: Stage) -> None:
    call(stage, FICTION + "30")
    call(stage, FICTION + "30")
    assert [row["failed_by"] for row in stage.gate.log()] == ["busy", None]


def test_an_order_for_a_number_comes_first(stage: Stage) -> None:
    stage.gate.order("no-answer", to=FICTION + "00", times=1)
    call(stage, FICTION + "00")
    call(stage, FICTION + "00")
    assert [row["failed_by"] for row in stage.gate.log()] == ["no_answer", None]


def test_a_number_that_was_put_on_the_opt_out_list_is_refused_from_then_on(stage: Stage) -> None:
    client = stage.client("pinpoint-sms-voice-v2")
    client.put_opted_out_number(OptOutListName="duecourse-local", OptedOutNumber=FICTION + "00")
    with pytest.raises(ClientError) as caught:
        call(stage, FICTION + "00")
    assert caught.value.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    client.delete_opted_out_number(OptOutListName="duecourse-local", OptedOutNumber=FICTION + "00")
    assert call(stage, FICTION + "00")


def test_events_of_calls_can_be_held_repeated_and_reversed(stage: Stage) -> None:
    stage.gate.hold()
    call(stage, FICTION + "11")
    assert told(stage) == []
    assert stage.gate.release(times=2, newest_first=True) == 3
    one = ["VOICE_NO_ANSWER", "VOICE_RINGING", "VOICE_INITIATED"]
    assert told(stage) == one * 2


def test_a_text_has_the_events_of_texts(stage: Stage) -> None:
    client = stage.client("pinpoint-sms-voice-v2")
    for digits in ("00", "11"):
        client.send_text_message(
            DestinationPhoneNumber=FICTION + digits,
            OriginationIdentity="pool-us",
            MessageBody="Guten Tag.",
            MessageType="TRANSACTIONAL",
            ConfigurationSetName="cs-phone",
            Context=CONTEXT,
        )
    assert told(stage) == ["TEXT_SENT", "TEXT_DELIVERED", "TEXT_SENT", "TEXT_UNREACHABLE"]
    assert [row["channel"] for row in stage.gate.log()] == ["sms", "sms"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"MessageBody": "<speak>Guten Tag"}, "well-formed"),
        ({"MessageBody": "<p>Guten Tag</p>"}, "speak element"),
        ({"MessageBody": f"<speak>{'a' * 3001}</speak>"}, "more than 3000"),
        ({"MessageBody": "a" * 3001, "MessageBodyTextType": "TEXT"}, "more than 3000"),
        ({"MaxPricePerMinute": "cheap"}, "does not match"),
        ({"VoiceId": "NOBODY"}, "none of"),
        ({"Context": {str(n): "x" for n in range(6)}}, "more than 5"),
        ({"Context": {"items": "x" * 801}}, "more than 800"),
    ],
)
def test_a_request_that_aws_would_not_take_is_invalid(
    stage: Stage, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError) as caught:
        call(stage, FICTION + "00", **changes)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert said in str(caught.value)
    assert stage.only_row()["outcome"] == "invalid"


def test_a_call_needs_a_body() -> None:
    bare = {"DestinationPhoneNumber": FICTION + "00", "OriginationIdentity": "pool-us"}
    assert problems(VOICE, "SendVoiceMessage", bare) == ["MessageBody: nothing is said"]
