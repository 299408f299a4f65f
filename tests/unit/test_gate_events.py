"""The events of the gate against the documented samples, and the rules that choose who gets them.

The samples lie outside this project; where they are missing, their tests skip and say so.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.gate import behaviour as b
from infra.local.gate.events import Accepted, envelope
from infra.local.gate.patterns import UnknownTestError, fits

SAMPLES = Path(__file__).parents[3] / "shared/data/events/ses"
NOW = datetime(2026, 3, 2, 9, 0, 1, 500_000, tzinfo=UTC)

MESSAGE = Accepted(
    n=7,
    at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    message_id="m-7",
    request={
        "FromEmailAddress": "Acme <billing@acme.example>",
        "Destination": {"ToAddresses": ["anna@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "Invoice"}, "Body": {}}},
        "EmailTags": [{"Name": "notice", "Value": "n-1"}],
        "ConfigurationSetName": "duecourse-local",
    },
    account="000000000000",
    region="us-east-1",
    caller="sender",
)


def shape(value: Any) -> Any:
    """Names and kinds without values; what a sender names itself is left out."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items() if not k.startswith("myCustomTag")}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize(
    ("kind", "sample"),
    [
        (b.SEND, "send"),
        (b.DELIVERY, "delivery"),
        (b.BOUNCE, "bounce"),
        (b.SOFT_BOUNCE, "bounce"),
        (b.COMPLAINT, "complaint"),
        (b.REJECT, "reject"),
        (b.DELAY, "deliverydelay"),
        (b.RENDERING, "rendering-failure"),
    ],
)
def test_the_detail_has_the_shape_of_the_documented_sample(kind: str, sample: str) -> None:
    path = SAMPLES / f"event-publishing.{sample}-record.json"
    if not path.is_file():
        pytest.skip(f"the documented samples are not beside this project: {path.name}")
    expected = shape(json.loads(path.read_text(encoding="utf-8")))
    got = shape(envelope(kind, MESSAGE, NOW)["detail"])
    assert got["mail"]["tags"].pop("notice") == ["str"]
    if "headers" not in expected["mail"]:
        # These two samples show the first tag only.
        got["mail"]["tags"] = {"ses:configuration-set": ["str"]}
    assert got == expected


def test_the_envelope_is_that_of_the_default_bus() -> None:
    event = envelope(b.BOUNCE, MESSAGE, NOW)
    assert set(event) == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources",
        "detail",
    }  # fmt: skip
    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Bounced")
    assert event["time"] == "2026-03-02T09:00:01Z"
    assert event["detail"]["mail"]["tags"]["ses:configuration-set"] == ["duecourse-local"]


def test_a_hard_and_a_soft_bounce_differ_as_ses_says_it() -> None:
    hard, soft = (
        envelope(kind, MESSAGE, NOW)["detail"]["bounce"] for kind in (b.BOUNCE, b.SOFT_BOUNCE)
    )
    assert (hard["bounceType"], soft["bounceType"]) == ("Permanent", "Transient")


EVENT = {
    "source": "aws.ses",
    "detail-type": "Email Sent",
    "detail": {"mail": {"tags": {"ses:configuration-set": ["cs"], "notice": ["n-1"]}}},
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({"source": ["aws.ses"]}, True),
        ({"source": ["aws.s3"]}, False),
        ({"source": ["aws.ses"], "detail-type": ["Email Bounced", "Email Sent"]}, True),
        ({"source": ["aws.ses"], "detail-type": ["Email Bounced"]}, False),
        ({"detail": {"mail": {"tags": {"ses:configuration-set": ["cs"]}}}}, True),
        ({"detail": {"mail": {"tags": {"ses:configuration-set": ["other"]}}}}, False),
        ({"detail": {"mail": {"tags": {"missing": [{"exists": False}]}}}}, True),
        ({"detail": {"mail": {"tags": {"notice": [{"exists": True}]}}}}, True),
        ({"detail-type": [{"prefix": "Email "}]}, True),
        ({"detail-type": [{"anything-but": ["Email Sent"]}]}, False),
        ({"detail": {"nothing": {"here": ["x"]}}}, False),
    ],
)
def test_a_rule_matches_as_eventbridge_does(pattern: dict[str, Any], matches: bool) -> None:
    assert fits(pattern, EVENT) is matches


def test_a_test_that_the_gate_does_not_know_is_an_error_and_no_match() -> None:
    with pytest.raises(UnknownTestError, match="cidr"):
        fits({"source": [{"cidr": "10.0.0.0/8"}]}, EVENT)
