"""End User Messaging over a real socket: how many requests leave, what stands in them, and what
each of the service's answers proves.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import botocore.session
import pytest
from dunning.adapters import once
from dunning.adapters.phone_setup import Line, PhoneSetup, PhoneSetupError, read_setup
from dunning.adapters.voice import CODES, KINDS, PhoneSender, voice_client
from dunning.service.ports import (
    ChannelPaused,
    Message,
    Misconfigured,
    NotSent,
    OptedOut,
    Refused,
    Unclear,
)

from infra.local.gate.contract import VOICE, problems, service_model
from tests.unit.sockets import Act, Wire, answer, reset, silence

SESSION = botocore.session.Session()
SETUP = PhoneSetup(
    configuration_set="duecourse-test-phone",
    protect="protect-1",
    lines={
        "DE": Line("pool-de", "pool-de", "0.20", "0.12"),
        "US": Line("+12065550100", "", "0.05", ""),
    },
)
CALL = Message(
    channel="voice",
    sender="",
    to="+49 30 23125 001",
    subject="",
    text="<speak>Guten Tag.</speak>",
    html="",
    template="call-1-de-friendly",
    tags=(("notice", "1-bng"), ("attempt", "2"), ("account", "bng"), ("items", "ABC")),
    language="de",
)
TEXT = replace(CALL, channel="sms", text="Guten Tag.")
TAKEN = answer(200, {"MessageId": "call-1"})


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.stop()


@pytest.fixture
def sender(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> PhoneSender:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", wire.url)
    # What an operator may have set for everything else must not make a second call.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setattr(once, "READ_TIMEOUT", 0.3)
    return PhoneSender(voice_client(SESSION, "eu-west-1"), SETUP)


def test_a_call_is_one_request_with_everything_that_bounds_it(
    wire: Wire, sender: PhoneSender
) -> None:
    wire.act = TAKEN
    assert sender.send("northwind", CALL) == "call-1"
    assert len(wire.requests) == 1
    assert wire.body == {
        "DestinationPhoneNumber": "+493023125001",
        "OriginationIdentity": "pool-de",
        "MessageBody": "<speak>Guten Tag.</speak>",
        "MessageBodyTextType": "SSML",
        "VoiceId": "VICKI",
        "ConfigurationSetName": "duecourse-test-phone",
        "MaxPricePerMinute": "0.20",
        "TimeToLive": 300,
        "Context": {"notice": "1-bng", "attempt": "2", "account": "bng", "items": "ABC"},
        "ProtectConfigurationId": "protect-1",
    }
    assert problems(VOICE, "SendVoiceMessage", wire.body) == []


def test_a_text_is_transactional_and_has_a_price_of_its_own(
    wire: Wire, sender: PhoneSender
) -> None:
    wire.act = TAKEN
    assert sender.send("northwind", TEXT) == "call-1"
    assert wire.body == {
        "DestinationPhoneNumber": "+493023125001",
        "OriginationIdentity": "pool-de",
        "MessageBody": "Guten Tag.",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "duecourse-test-phone",
        "MaxPrice": "0.12",
        "TimeToLive": 3600,
        "Context": {"notice": "1-bng", "attempt": "2", "account": "bng", "items": "ABC"},
        "ProtectConfigurationId": "protect-1",
    }
    assert problems(VOICE, "SendTextMessage", wire.body) == []


@pytest.mark.parametrize(
    ("to", "language", "voice"),
    [
        ("+12065550123", "en", "JOANNA"),
        ("+12065550123", "es-US", "LUPE"),
        ("+493023125001", "en", "AMY"),
        ("+493023125001", "de-AT", "VICKI"),
    ],
)
def test_the_voice_is_of_the_language_and_of_the_place_that_is_called(
    wire: Wire, sender: PhoneSender, to: str, language: str, voice: str
) -> None:
    wire.act = TAKEN
    sender.send("northwind", replace(CALL, to=to, language=language))
    assert wire.body["VoiceId"] == voice


def test_a_voice_that_the_wording_asks_for_speaks_unless_the_cell_has_its_own(
    wire: Wire, sender: PhoneSender
) -> None:
    wire.act = TAKEN
    sender.send("northwind", replace(CALL, voice="MARLENE"))
    assert wire.body["VoiceId"] == "MARLENE"
    own = replace(SETUP, voices={"de": "HANS"})
    assert own.voice("de-DE", "DE", "MARLENE") == "HANS"


def test_every_voice_is_one_that_the_service_has() -> None:
    from dunning.adapters.phone_setup import VOICES

    assert set(VOICES.values()) <= set(service_model(VOICE).shape_for("VoiceId").enum)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"to": "12"}, Refused, "bad_number"),
        ({"to": "no number"}, Refused, "bad_number"),
        ({"to": "+33123456789"}, Refused, "no_line"),
        # A toll-free number lies in no country.
        ({"to": "+80012345678"}, Refused, "no_line"),
        ({"to": "+12065550123", "channel": "sms"}, Refused, "no_line"),
        ({"language": "fi"}, Misconfigured, "no_voice"),
        ({"language": ""}, Misconfigured, "no_voice"),
    ],
)
def test_what_cannot_be_called_never_leaves(
    wire: Wire,
    sender: PhoneSender,
    changes: dict[str, str],
    kind: type[NotSent],
    code: str,
) -> None:
    with pytest.raises(kind, match=code) as caught:
        sender.send("northwind", replace(CALL, **changes))  # type: ignore[arg-type]
    assert type(caught.value) is kind
    assert wire.requests == []


def said(code: str, reason: str = "", status: int = 400, **more: object) -> Act:
    body = {"__type": code, "Message": "no", **({"Reason": reason} if reason else {}), **more}
    return answer(status, body, code)


TABLE = [
    ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE", ChannelPaused),
    ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", ChannelPaused),
    ("ServiceQuotaExceededException", "DAILY_DESTINATION_CALL_LIMIT", NotSent),
    ("ServiceQuotaExceededException", "", ChannelPaused),
    ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", OptedOut),
    ("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", Refused),
    ("ConflictException", "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE", Refused),
    ("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", Misconfigured),
    ("ConflictException", "NUMBER_CAPABILITIES_MISMATCH", Misconfigured),
    ("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND", Misconfigured),
    ("ConflictException", "RESOURCE_NOT_ACTIVE", Misconfigured),
    ("ValidationException", "PRICE_OVER_THRESHOLD", Refused),
    ("ValidationException", "VOICE_CAPABILITY_NOT_AVAILABLE", Misconfigured),
    ("ValidationException", "DESTINATION_COUNTRY_BLOCKED", Refused),
    ("ValidationException", "COUNTRY_NOT_ENABLED", Refused),
    ("ValidationException", "MAXIMUM_SIZE_EXCEEDED", Refused),
    ("ValidationException", "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", Misconfigured),
    ("ValidationException", "OTHER", Misconfigured),
    ("AccessDeniedException", "INSUFFICIENT_ACCOUNT_REPUTATION", ChannelPaused),
    ("AccessDeniedException", "ACCOUNT_DISABLED", ChannelPaused),
    ("AccessDeniedException", "", Misconfigured),
    ("ResourceNotFoundException", "", Misconfigured),
    ("ThrottlingException", "", NotSent),
    ("SomethingNewException", "", Misconfigured),
]


@pytest.mark.parametrize(("code", "reason", "kind"), TABLE)
def test_every_reason_says_who_must_do_something_and_is_one_request(
    wire: Wire, sender: PhoneSender, code: str, reason: str, kind: type[NotSent]
) -> None:
    wire.act = said(code, reason)
    with pytest.raises(kind) as caught:
        sender.send("northwind", CALL)
    assert type(caught.value) is kind
    assert caught.value.code == (reason or code)
    assert len(wire.requests) == 1


def test_the_table_speaks_of_reasons_that_the_service_has() -> None:
    model = service_model(VOICE)
    for code, reason in KINDS:
        assert reason in model.shape_for(f"{code}Reason").enum, reason
    faults = {one.name for one in model.operation_model("SendVoiceMessage").error_shapes}
    assert faults - {"InternalServerException"} <= set(CODES)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (["DestinationPhoneNumber"], Refused),
        (["MessageBody"], Refused),
        (["MessageBody", "VoiceId"], Misconfigured),
        (["OriginationIdentity"], Misconfigured),
        ([], Misconfigured),
    ],
)
def test_a_validation_that_names_this_message_alone_is_held_against_it_and_not_the_settings(
    wire: Wire, sender: PhoneSender, fields: list[str], kind: type[NotSent]
) -> None:
    named = [{"Name": one, "Message": "no"} for one in fields]
    wire.act = said("ValidationException", "FIELD_VALIDATION_FAILED", Fields=named)
    with pytest.raises(kind) as caught:
        sender.send("northwind", CALL)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("act", "code"),
    [
        pytest.param(said("InternalServerException", status=500), "http_500"),
        pytest.param(answer(502, b"<html>bad gateway</html>"), "http_502"),
        pytest.param(answer(200, {}), "KeyError"),
        pytest.param(answer(200, b"{not json"), ""),
        pytest.param(silence, "ReadTimeoutError", id="no answer in time"),
        pytest.param(reset, "", id="reset"),
        pytest.param(lambda c: c.close(), "", id="closed without an answer"),
    ],
)
def test_whatever_may_have_rung_is_unclear_and_never_asked_again(
    wire: Wire, sender: PhoneSender, act: Act, code: str
) -> None:
    wire.act = act
    with pytest.raises(Unclear) as caught:
        sender.send("northwind", CALL)
    assert code in str(caught.value)
    assert len(wire.requests) == 1


def test_nobody_listening_is_provably_not_sent(wire: Wire, sender: PhoneSender) -> None:
    wire.stop()
    with pytest.raises(NotSent, match="EndpointConnectionError"):
        sender.send("northwind", CALL)


def test_a_setup_is_read_whole_from_one_text() -> None:
    text = json.dumps(
        {
            "set": "duecourse-eu-west-1-phone",
            "protect": "protect-9",
            "call_seconds": 120,
            "voices": {"en": "EMMA"},
            "lines": {"GB": {"call": "pool-gb", "minute": "0.04"}},
        }
    )
    setup = read_setup(text)
    assert setup.lines == {"GB": Line("pool-gb", "", "0.04", "")}
    assert (setup.configuration_set, setup.protect) == ("duecourse-eu-west-1-phone", "protect-9")
    assert (setup.call_seconds, setup.text_seconds) == (120, 3600)
    assert (setup.voice("en", "GB"), setup.voice("de", "GB")) == ("EMMA", "VICKI")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("nothing", "not JSON"),
        ("[]", "lines"),
        ('{"lines": {}}', "set is missing"),
        ('{"set": "s", "lines": {"Germany": {}}}', "country as DE"),
        ('{"set": "s", "lines": {"DE": {"call": "pool-1"}}}', "the most it may cost"),
        ('{"set": "s", "lines": {"DE": {"call": "pool-1", "minute": "cheap"}}}', "0.20"),
        ('{"set": "s", "lines": {}, "call_seconds": 1}', "from 5 to 259200"),
    ],
)
def test_a_setup_that_could_cost_or_ring_without_bound_is_not_started_with(
    raw: str, said: str
) -> None:
    with pytest.raises(PhoneSetupError, match=said):
        read_setup(raw)
