"""What the deployed stacks do for a creditor: from files to mails, and all that keeps a mail back.

Each test has a creditor of its own; the cell's clock is moved by hand.
"""

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dunning.adapters.clock import TableClock
from dunning.domain import history, reasons
from dunning.domain.account import Head
from dunning.domain.calendar import parse_instant

from infra.constructs.buffer import MAX_RECEIVE_COUNT
from infra.local.cloud import LocalCloud
from infra.local.faults import Rule
from infra.templates import built
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import customer, gapless, invoice, payment, wait_for

DUE = "2026-10-01"
DAY = "2026-10-12"
MORNING, LATER = f"{DAY}T09:00:00Z", f"{DAY}T10:00:00Z"
BEFORE = "2026-09-01T06:00:00Z"


@contextlib.contextmanager
def sender_waits(cloud: LocalCloud) -> Iterator[None]:
    """Meanwhile messages stay in the queue, as in a backlog."""
    client = cloud.client("lambda")
    found = client.list_event_source_mappings(FunctionName=cloud.outputs["SendEmailFunctionName"])
    (mapping,) = found["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def waiting(cloud: LocalCloud) -> int:
    return cloud.depths()["EmailQueueUrl"]


def plan_reason(head: Head) -> str:
    return head.plan.reason


def test_a_file_becomes_a_mail_with_the_right_figures(on_stage: MakeStage) -> None:
    stage = on_stage("figures")
    body = {
        **invoice("Kunde #7 & Söhne", "F-1", DUE),
        "items": [
            {"due": "2026-09-01", "amount": "1000.00"},
            {"due": DUE, "amount": "234.50"},
            {"due": "2026-12-01", "amount": "77.77"},
        ],
    }
    report = stage.open(
        "2026-08-01T06:00:00Z",
        {**customer("Kunde #7 & Söhne", "anna@figures.example"), "name": "Söhne <Ltd>"},
        body,
        invoice("Kunde #7 & Söhne", "F-2", "2026-09-20", "15.00"),
        name="Fjord & Co",
        bank={"iban": "DE02120300000000202051"},
        reply_to="desk@example.com",
    )
    assert (report["accepted"], report["rejected"]) == (3, 0)
    stage.at("2026-10-11T09:00:00Z")
    assert stage.sweep_and_send() == 1
    (row,) = stage.sent("anna@figures.example")
    # Two items have reached their step; the third is not even due, and is not spoken of.
    assert row["items"] == "F-1/1/1/0, F-2/1/1/0, F-1/2/1/0"
    assert row["subject"] == "Reminder: 2 invoices from Fjord & Co"
    request = stage.cloud.gate.message(row["n"])["request"]
    assert request["Destination"] == {"ToAddresses": ["anna@figures.example"]}
    assert request["FromEmailAddress"].endswith("<billing@example.com>")
    assert request["ReplyToAddresses"] == ["desk@example.com"]
    content = request["Content"]["Simple"]["Body"]
    text, html = content["Text"]["Data"], content["Html"]["Data"]
    for part in (text, html):
        for figure in ("€1,249.50", "€1,000.00", "€234.50", "€15.00", "September 1, 2026"):
            assert figure in part
        assert "77.77" not in part
        assert "DE02" in part
    assert "Söhne <Ltd>" in text
    assert "Söhne &lt;Ltd&gt;" in html


def test_a_payment_between_sweep_and_send_stops_the_reminder(on_stage: MakeStage) -> None:
    stage = on_stage("pays")
    stage.open(
        BEFORE,
        *(customer(name, f"{name}@pays.example") for name in ("payer", "other")),
        *(invoice(name, f"P-{name}", DUE) for name in ("payer", "other")),
    )
    stage.at(MORNING)
    with sender_waits(stage.cloud):
        assert stage.sweep() == 2
        assert stage.loader.bodies("paid", [payment("payer", "P-payer", "99.00", DAY)])
        assert waiting(stage.cloud) == 2
        assert stage.cloud.gate.log() == []
    stage.quiet()
    assert stage.sent("payer@pays.example") == []
    assert stage.outcomes("other@pays.example") == ["accepted"]
    assert plan_reason(stage.head("payer")) == reasons.NOTHING_OPEN


def test_a_second_sweep_of_a_day_sends_nothing(on_stage: MakeStage) -> None:
    stage = on_stage("again")
    stage.open(BEFORE, customer("one", "one@again.example"), invoice("one", "A-1", DUE))
    stage.at(MORNING)
    assert stage.sweep_and_send() == 1
    for instant in (MORNING, LATER, f"{DAY}T23:59:59Z"):
        stage.at(instant)
        assert stage.sweep_and_send() == 0
    assert stage.outcomes("one@again.example") == ["accepted"]


def test_two_missed_days_are_made_up_for_once(on_stage: MakeStage) -> None:
    stage = on_stage("missed")
    days = {"first": "2026-10-01", "second": "2026-10-02", "third": "2026-10-03"}
    stage.open(
        BEFORE,
        *(customer(name, f"{name}@missed.example") for name in days),
        *(invoice(name, f"M-{name}", due) for name, due in days.items()),
    )
    # No sweep on the 11th and 12th.
    stage.at("2026-10-13T09:00:00Z")
    assert stage.sweep_and_send() == 3
    assert stage.sweep_and_send() == 0
    assert [stage.outcomes(f"{name}@missed.example") for name in days] == [["accepted"]] * 3


def test_a_bounce_sends_the_same_notice_to_the_second_address(on_stage: MakeStage) -> None:
    stage = on_stage("bounces")
    stage.open(
        BEFORE,
        customer("two", "bounce@bounces.example", "desk@bounces.example"),
        customer("none", "bounce-2@bounces.example"),
        invoice("two", "B-1", DUE),
        invoice("none", "B-2", DUE),
    )
    stage.at(MORNING)
    assert stage.sweep_and_send() == 2
    assert stage.sweep_and_send() == 1
    (first,) = stage.sent("bounce@bounces.example")
    (second,) = stage.sent("desk@bounces.example")
    assert (first["attempt"], second["attempt"]) == ("1", "2")
    assert first["notice"] == second["notice"]
    assert first["items"] == second["items"]
    assert stage.attempts("two") == [(1, 1, history.SENT), (1, 2, history.SENT)]
    assert len(stage.sent("bounce-2@bounces.example")) == 1
    assert gapless(stage.history("two"), stage.head("two"))


def test_a_complaint_bars_the_address_for_every_creditor(on_stage: MakeStage) -> None:
    stage, other = on_stage("complains"), on_stage("complains-too")
    ladder = """policies:
  - id: two
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 12}, channels: [email], tone: formal}
"""
    stage.open(
        BEFORE,
        customer("angry", "complaint@complains.example"),
        invoice("angry", "C-1", DUE),
        policies=ladder,
    )
    # The same mailbox, written otherwise, at another creditor, due later.
    other.open(
        BEFORE,
        customer("same", "Complaint@COMPLAINS.example"),
        invoice("same", "C-2", "2026-10-05"),
    )
    stage.at("2026-10-11T12:00:00Z")
    assert stage.sweep_and_send() == 1
    stage.at("2026-10-16T12:00:00Z")
    stage.sweep_and_send()
    assert [row["to"] for row in stage.cloud.gate.log()] == ["complaint@complains.example"]
    for one, name in ((stage, "angry"), (other, "same")):
        assert plan_reason(one.head(name)) == reasons.NO_USABLE_ADDRESS


def test_what_the_provider_throttled_goes_out_after_a_backoff(on_stage: MakeStage) -> None:
    stage = on_stage("throttled")
    to = "throttle-2@throttled.example"
    stage.open(BEFORE, customer("slow", to), invoice("slow", "T-1", DUE))
    stage.at(MORNING)
    stage.sweep_and_send()
    assert plan_reason(stage.head("slow")) == reasons.BACKOFF
    for instant in ("09:00:59", "09:01:00", "09:02:59", "09:03:00", "09:30:00"):
        stage.at(f"{DAY}T{instant}Z")
        stage.sweep_and_send()
    # A minute, then two; what never left uses up no attempt.
    assert stage.outcomes(to) == ["throttled", "throttled", "accepted"]
    released, sent = (1, 1, history.RELEASED), (1, 1, history.SENT)
    assert stage.attempts("slow") == [released, released, sent]


@pytest.mark.parametrize("answer", ["quota", "paused"])
def test_a_quota_or_a_pause_rests_the_channel_and_then_it_goes_on(
    on_stage: MakeStage, answer: str
) -> None:
    stage = on_stage(f"rests-{answer}")
    to = f"{answer}-1@rests.example"
    stage.open(BEFORE, customer("first", to), invoice("first", "Q-1", DUE))
    stage.loader.bodies(
        "more",
        [customer("next", "next@rests.example"), invoice("next", "Q-2", "2026-10-02")],
    )
    stage.at("2026-10-11T09:00:00Z")
    paused = stage.metric("ChannelPaused")
    assert stage.sweep_and_send() == 1
    assert stage.metric("ChannelPaused") == paused + 1
    # Ten minutes later nobody is even enqueued, though the backoff is over.
    stage.at("2026-10-11T09:10:00Z")
    assert stage.sweep_and_send() == 0
    stage.at("2026-10-12T09:00:00Z")
    assert stage.sweep_and_send() == 2
    # One mail tries whether the channel is open; what meets it meanwhile comes with the next sweep.
    tried = stage.outcomes(to)[1:] + stage.outcomes("next@rests.example")
    assert tried in (["accepted"], ["accepted"] * 2)
    stage.at("2026-10-12T09:15:00Z")
    stage.sweep_and_send()
    assert stage.outcomes(to) == [answer, "accepted"]
    assert stage.outcomes("next@rests.example") == ["accepted"]


def test_of_a_batch_only_what_nobody_can_read_becomes_a_dead_letter(on_stage: MakeStage) -> None:
    stage = on_stage("unread")
    cloud = stage.cloud
    sqs, dead = cloud.client("sqs"), cloud.outputs["EmailDeadLetterQueueUrl"]
    stage.open(BEFORE, customer("good", "good@unread.example"), invoice("good", "U-1", DUE))
    stage.at(MORNING)
    with cloud.visibility("EmailQueueUrl", 1), sender_waits(cloud):
        sqs.send_message(QueueUrl=cloud.outputs["EmailQueueUrl"], MessageBody="no message of ours")
        assert stage.sweep() == 1
    with cloud.visibility("EmailQueueUrl", 1):
        wait_for(lambda: cloud.dead_letters()["EmailDeadLetterQueueUrl"])
    (letter,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])
    assert letter["Body"] == "no message of ours"
    assert stage.outcomes("good@unread.example") == ["accepted"]


@contextlib.contextmanager
def templates_of(cloud: LocalCloud, folder: Path) -> Iterator[None]:
    """Meanwhile the sender has other templates, as after a deployment."""
    client, name = cloud.client("lambda"), cloud.outputs["SendEmailFunctionName"]
    before = client.get_function_configuration(FunctionName=name)["Environment"]
    after = {"Variables": {**before["Variables"], "TEMPLATES_PATH": str(folder)}}
    client.update_function_configuration(FunctionName=name, Environment=after)
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, Environment=before)


def test_an_account_whose_mail_cannot_be_rendered_waits_for_a_person_and_comes_back(
    on_stage: MakeStage, tmp_path: Path
) -> None:
    stage = on_stage("raises")
    cloud = stage.cloud
    broken = tmp_path / "templates"
    shutil.copytree(built(), broken)
    (broken / "email/wording/de.toml").write_text("version = 2\n", encoding="utf-8")
    stage.open(
        BEFORE,
        {**customer("bad", "bad@raises.example"), "language": "de"},
        customer("good", "good@raises.example"),
        *(invoice(name, f"R-{name}", DUE) for name in ("bad", "good")),
    )
    stage.at(MORNING)
    parked = stage.metric("AccountParked")
    with templates_of(cloud, broken), cloud.visibility("EmailQueueUrl", 1):
        assert stage.sweep_and_send() == 2
        assert stage.sweep_and_send() == 0
    assert stage.outcomes("good@raises.example") == ["accepted"]
    assert stage.sent("bad@raises.example") == []
    assert plan_reason(stage.head("bad")) == reasons.PARKED
    assert stage.metric("AccountParked") == parked + 1
    (task,) = stage.by_hand("tasks")
    assert (task["creditor"], task["kind"], task["customer"]) == ("raises", "parked", "bad")
    assert cloud.dead_letters()["EmailDeadLetterQueueUrl"] == 0

    assert stage.by_hand("redrive") == [{"account": stage.account("bad"), "redriven": True}]
    assert stage.sweep_and_send() == 1
    assert stage.outcomes("bad@raises.example") == ["accepted"]
    assert gapless(stage.history("bad"), stage.head("bad"))


def test_a_message_that_fails_for_other_reasons_is_given_up_and_the_agenda_tries_again(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("unread-ledger")
    stage.open(BEFORE, customer("one", "one@fails.example"), invoice("one", "X-1", DUE))
    stage.at(MORNING)
    given_up = stage.metric("MessageGivenUp")
    stage.cloud.front.add(
        Rule(
            operation="dynamodb:Query",
            contains=f'":p": {{"S": "{stage.account("one")}"}}',
            action="error",
            code="ValidationException",
            # Each of the queue's tries asks twice: the short way, and then botocore's own.
            times=2 * MAX_RECEIVE_COUNT,
        )
    )
    with stage.cloud.visibility("EmailQueueUrl", 1):
        assert stage.sweep_and_send() == 1
    assert stage.sent("one@fails.example") == []
    assert stage.metric("MessageGivenUp") == given_up + 1
    assert stage.cloud.dead_letters()["EmailDeadLetterQueueUrl"] == 0
    assert stage.sweep_and_send() == 1
    assert stage.outcomes("one@fails.example") == ["accepted"]


def test_a_file_that_comes_twice_changes_nothing(on_stage: MakeStage) -> None:
    stage = on_stage("twice")
    bodies = [
        customer("one", "one@twice.example"),
        invoice("one", "W-1", DUE),
        payment("one", "W-1", "9.00", "2026-09-01"),
    ]
    stage.open(BEFORE, *bodies)
    before = (stage.head("one"), stage.history("one"))
    report = stage.loader.bodies("first", bodies)
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (0, 3, 0)
    # Under another name, and in another order, as well.
    report = stage.loader.bodies("copy", bodies[::-1])
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (0, 3, 0)
    assert (stage.head("one"), stage.history("one")) == before
    stage.at(MORNING)
    stage.sweep_and_send()
    (row,) = stage.sent("one@twice.example")
    mail = stage.cloud.gate.message(row["n"])["request"]["Content"]["Simple"]["Body"]
    assert "€90.00" in mail["Text"]["Data"]


def test_a_bad_file_gives_a_report_and_its_good_rows_count(on_stage: MakeStage) -> None:
    stage = on_stage("bad-rows")
    stage.open(BEFORE)
    stage.loader.bodies("customers", [customer("one", "one@bad-rows.example")])
    rejected = stage.metric("ImportRejectedRows")
    report = stage.loader.invoices(
        "mixed",
        [{**invoice("one", "G-1", DUE), "issued": "2026-09-01"}],
        ["one,G-2,EUR,invoice,2026-09-01,2026-10-01,12.345", ",G-3,EUR,invoice,2026-09-01,,1.00"],
    )
    assert (report["accepted"], report["rejected"]) == (1, 2)
    assert [error["row"] for error in report["errors"]] == [3, 4]
    # Counts are written when the function ends; the report stands before.
    stage.quiet()
    assert stage.metric("ImportRejectedRows") == rejected + 2
    s3, bucket = stage.cloud.client("s3"), stage.cloud.outputs["BucketName"]
    found = s3.list_objects_v2(Bucket=bucket, Prefix="results/bad-rows/mixed.csv/")["Contents"]
    (errors,) = [one["Key"] for one in found if one["Key"].endswith(".errors.csv")]
    text = s3.get_object(Bucket=bucket, Key=errors)["Body"].read().decode()
    assert "G-2" in text
    assert "G-1" not in text
    unread = stage.loader.bodies("noise", [])
    assert unread["accepted"] == 0
    assert stage.cloud.dead_letters()["ImportsDeadLetterQueueUrl"] == 0


@pytest.mark.parametrize(
    ("function", "every", "failed", "nothing"),
    [
        ("Sweep", "rate(15 minutes)", "Sweep", {"email": 0}),
        (
            *("GuardExperiments", "cron(17 3 * * ? *)", "Guard"),
            {"looked": 0, "stopped": 0, "unread": 0},
        ),
        ("CollectPlans", "rate(15 minutes)", "Collection", {"done": 0, "undone": 0}),
    ],
)
def test_a_schedule_wakes_its_function_and_nothing_else(
    function: str, every: str, failed: str, nothing: dict[str, int], cloud: LocalCloud
) -> None:
    scheduler, outputs = cloud.client("scheduler"), cloud.outputs
    names = [one["Name"] for one in scheduler.list_schedules()["Schedules"]]
    assert len(names) == 3
    schedules = [scheduler.get_schedule(Name=name) for name in names]
    woken = cloud.client("lambda").get_function(FunctionName=outputs[f"{function}FunctionName"])
    arn = woken["Configuration"]["FunctionArn"]
    (found,) = [one for one in schedules if one["Target"]["Arn"] == arn]
    assert (found["State"], found["ScheduleExpression"]) == ("ENABLED", every)
    assert (
        found["Target"]["DeadLetterConfig"]["Arn"].rpartition(":")[2]
        in (outputs[f"{failed}DeadLetterQueueUrl"])
    )
    # What it sends, under the role that it has.
    TableClock(cloud.client("dynamodb"), outputs["TableName"]).set(parse_instant(BEFORE))
    answer = cloud.invoke(f"{function}FunctionName", json.loads(found["Target"]["Input"]))
    assert answer.items() >= nothing.items()
    role = found["Target"]["RoleArn"].rpartition("/")[2]
    iam = cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    assert [one["Action"] for one in policy["Statement"]] == [
        "lambda:InvokeFunction",
        "sqs:SendMessage",
    ]
