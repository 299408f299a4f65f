"""SES's events as feedback: the documented samples where they lie, and ours for what they lack.

What follows from feedback is tested with the use case.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.ses_events import NotAnEvent, feedback_of
from dunning.domain.calendar import parse_instant
from dunning.domain.identity import account_tag, notice_id

from tests.unit.handling import sample

SAMPLES = Path(__file__).resolve().parents[3] / "shared/data/events/ses"
ACCOUNT = "northwind#c-1042"
TAGS = {
    "notice": [notice_id(ACCOUNT, 7)],
    "attempt": ["2"],
    "account": [account_tag(ACCOUNT)],
}


def event(kind: str, **parts: Any) -> dict[str, Any]:
    """An event of ours, in EventBridge's envelope."""
    mail = {"messageId": "m-1", "destination": ["office@harbour.example"], "tags": TAGS}
    return {"source": "aws.ses", "detail": {"eventType": kind, "mail": mail, **parts}}


@pytest.mark.parametrize(
    ("sent", "outcome", "id_"),
    [
        (event("Send", send={}), "sent", "ses-sent-m-1"),
        (event("Delivery", delivery={}), "delivered", "ses-delivered-m-1"),
        (event("DeliveryDelay", deliveryDelay={}), "delayed", "ses-delayed-m-1"),
        (event("Reject", reject={"reason": "Bad content"}), "rejected", "ses-rejected-m-1"),
        (event("Rendering Failure", failure={}), "rejected", "ses-rejected-m-1"),
        (
            event("Bounce", bounce={"bounceType": "Permanent", "feedbackId": "f-1"}),
            "bounced",
            "ses-bounced-f-1",
        ),
        (
            event("Bounce", bounce={"bounceType": "Transient", "feedbackId": "f-1"}),
            "soft_bounced",
            "ses-soft_bounced-f-1",
        ),
        (
            event("Bounce", bounce={"bounceType": "Undetermined"}),
            "soft_bounced",
            "ses-soft_bounced-m-1",
        ),
        (
            event("Complaint", complaint={"feedbackId": "f-2", "complaintFeedbackType": "abuse"}),
            "complained",
            "ses-complained-f-2",
        ),
        (event("Complaint"), "complained", "ses-complained-m-1"),
    ],
)
def test_every_kind_of_event_has_its_outcome_and_a_lasting_id(
    sent: dict[str, Any], outcome: str, id_: str
) -> None:
    found = feedback_of(sent, plain_hash)
    assert found is not None
    assert (found.outcome, found.id) == (outcome, id_)
    assert (found.account, found.serial, found.attempt) == (ACCOUNT, 7, 2)
    assert found.address_hash == plain_hash("email", "office@harbour.example")
    assert found.message_id == "m-1"


def test_a_repeat_in_another_envelope_has_the_same_id() -> None:
    first = event("Bounce", bounce={"bounceType": "Permanent", "feedbackId": "f-1"}) | {"id": "1"}
    again = copy.deepcopy(first) | {"id": "2", "time": "2026-11-24T00:00:00Z"}
    assert feedback_of(first, plain_hash) == feedback_of(again, plain_hash)


def test_the_recipient_that_the_event_names_is_the_one_that_counts() -> None:
    bounce = {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": "Office <OFFICE@harbour.example>"}],
    }
    found = feedback_of(event("Bounce", bounce=bounce), plain_hash)
    assert found is not None
    assert found.address_hash == plain_hash("email", "office@harbour.example")


@pytest.mark.parametrize(
    "unwanted",
    [
        event("Open", open={}),
        event("Click", click={}),
        event("Subscription", subscription={}),
        event("SomethingNew"),
        event("Complaint", complaint={"complaintFeedbackType": "not-spam"}),
        {"source": "aws.ses"},
        {"source": "aws.ses", "detail": None},
        {"source": "aws.ses", "detail": {"eventType": "Bounce", "mail": {"tags": {}}}},
    ],
)
def test_what_says_nothing_we_act_on_is_left_alone(unwanted: dict[str, Any]) -> None:
    assert feedback_of(unwanted, plain_hash) is None


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("account", ["!!"]),
        ("account", []),
        ("account", None),
        ("account", [account_tag("acme#other")]),
        ("notice", ["7"]),
        ("attempt", ["two"]),
    ],
)
def test_tags_that_do_not_fit_together_are_not_ours(tag: str, value: object) -> None:
    odd = event("Send", send={})
    odd["detail"]["mail"]["tags"] = {**TAGS, tag: value}
    assert feedback_of(odd, plain_hash) is None


@pytest.mark.parametrize("stranger", [None, [], "text", {}, {"source": "aws.s3", "detail": {}}])
def test_what_is_no_event_of_ses_is_an_error(stranger: object) -> None:
    with pytest.raises(NotAnEvent):
        feedback_of(stranger, plain_hash)


def test_the_samples_beside_the_handler_are_read() -> None:
    found = [
        feedback_of(json.loads(record["body"]), plain_hash)
        for record in sample("record_feedback")["Records"]
    ]
    assert [one.outcome if one else None for one in found] == ["bounced", "complained", "sent"]
    left = parse_instant("2026-11-23T08:00:01Z")
    assert [one.sent_at if one else None for one in found] == [left, left, left]


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2026-11-23T08:00:01.999Z", parse_instant("2026-11-23T08:00:01Z")),
        ("2026-11-23T08:00:01", None),
        ("soon", None),
        (None, None),
        (7, None),
    ],
)
def test_a_time_that_cannot_be_read_is_no_time(stamp: object, instant: int | None) -> None:
    odd = event("Send", send={})
    odd["detail"]["mail"]["timestamp"] = stamp
    found = feedback_of(odd, plain_hash)
    assert found is not None
    assert found.sent_at == instant


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the documented samples are not in {SAMPLES}")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("bounce", "bounced"),
        ("complaint", "complained"),
        ("delivery", "delivered"),
        ("deliverydelay", "delayed"),
        ("reject", "rejected"),
        ("rendering-failure", "rejected"),
        ("send", "sent"),
        ("open", None),
        ("click", None),
        ("subscription", None),
    ],
)
def test_the_documented_samples_are_understood(name: str, outcome: str | None) -> None:
    text = (SAMPLES / f"event-publishing.{name}-record.json").read_text(encoding="utf-8")
    detail = json.JSONDecoder().raw_decode(text.strip())[0]
    assert feedback_of({"source": "aws.ses", "detail": detail}, plain_hash) is None  # not ours
    detail["mail"]["tags"] = TAGS
    found = feedback_of({"source": "aws.ses", "detail": detail}, plain_hash)
    assert (found.outcome if found else None) == outcome
    if found:
        assert found.sent_at
        assert found.message_id
        assert found.address_hash
