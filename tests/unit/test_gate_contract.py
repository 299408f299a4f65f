"""What the gate refuses because AWS would: by the service's model, and by its documentation.

Requests as plain dictionaries; no server runs.
"""

from typing import Any

import pytest

from infra.local.gate.contract import SES, VOICE, problems


def mail(**changes: Any) -> dict[str, Any]:
    return {
        "FromEmailAddress": "billing@example.com",
        "Destination": {"ToAddresses": ["anna@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        **changes,
    }


def with_headers(*headers: dict[str, str]) -> dict[str, Any]:
    request = mail()
    request["Content"]["Simple"]["Headers"] = list(headers)
    return request


def test_a_plain_mail_is_taken() -> None:
    assert problems(SES, "SendEmail", mail()) == []


@pytest.mark.parametrize(
    ("request_", "complaint"),
    [
        (None, "not a JSON object"),
        ({}, "Content"),
        (mail(Foo="x"), "Foo"),
        (mail(FromEmailAddress=None), "FromEmailAddress"),
        (mail(Destination={}), "no recipient"),
        (mail(Destination={"ToAddresses": ["nobody"]}), "not an address"),
        (mail(Destination={"ToAddresses": [f"a{i}@x.example" for i in range(51)]}), "50"),
        (mail(Content={}), "exactly one"),
        (mail(EmailTags=[{"Name": "a#c", "Value": "x"}]), "A-Z"),
        (mail(EmailTags=[{"Name": "a", "Value": "Zoë"}]), "A-Z"),
        (mail(EmailTags=[{"Name": "a", "Value": "1"}, {"Name": "a", "Value": "2"}]), "twice"),
        (with_headers({"Name": "X-A", "Value": "ä"}), "Value"),
        (with_headers({"Name": "X A", "Value": "a"}), "Name"),
        (with_headers(*[{"Name": f"X-{i}", "Value": "a"} for i in range(16)]), "15"),
    ],
)
def test_a_mail_that_aws_refuses_is_refused_here(request_: Any, complaint: str) -> None:
    assert complaint in "; ".join(problems(SES, "SendEmail", request_))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, ""),
        ({"DestinationPhoneNumber": "030 123"}, "DestinationPhoneNumber"),
        ({"VoiceId": "HAL"}, "VoiceId"),
        ({"TimeToLive": 1}, "TimeToLive"),
        ({"TimeToLive": 259_201}, "TimeToLive"),
        ({"MessageBody": "x" * 6001}, "6000"),
        ({"MaxPricePerMinute": "cheap"}, "MaxPricePerMinute"),
        ({"Context": {f"k{i}": "v" for i in range(6)}}, "Context"),
    ],
)
def test_a_call_is_held_to_the_model(change: dict[str, Any], complaint: str) -> None:
    call = {
        "DestinationPhoneNumber": "+49301234567",
        "OriginationIdentity": "+49307654321",
        "MessageBody": "Guten Tag",
        **change,
    }
    found = "; ".join(problems(VOICE, "SendVoiceMessage", call))
    assert complaint in found
    assert bool(found) is bool(complaint)
