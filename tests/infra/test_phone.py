"""A cell that telephones: its numbers outlive deployments, its sender calls by its lines alone, and
what becomes of calls comes in by a topic. A cell without telephones deploys none of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import cx_api
from cdk_nag import AwsSolutionsChecks

from infra.app import add_cell
from infra.bundling import Layers
from infra.config import AWS_CELLS, ROOT
from infra.phone import Phone, PhoneError, PhoneLine
from tests.infra.linting import findings
from tests.infra.reading import Reading

EXISTING = "arn:aws:sms-voice:eu-west-1:111122223333:phone-number/phone-1"
PHONE = Phone(
    lines=(
        PhoneLine(country="GB", per_minute="0.10"),
        PhoneLine(country="US", per_minute="0.05", per_text="0.02", number_type="TOLL_FREE"),
        PhoneLine(country="DE", per_minute="0.20", existing=EXISTING),
    )
)
CELL = replace(AWS_CELLS[0], phone=PHONE)
PARTS = {"stateful", "stateless"}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> cx_api.CloudAssembly:
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    out = tmp_path_factory.mktemp("phone")
    app = cdk.App(context={**settings, "aws:cdk:enable-path-metadata": True}, outdir=str(out))
    # A finding that nobody acknowledged ends the synth.
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    add_cell(app, CELL, Layers(third_party=False))
    return app.synth()


@pytest.fixture(scope="module")
def kept(assembly: cx_api.CloudAssembly) -> Reading:
    return Reading.of(assembly, f"duecourse-{CELL.name}-stateful")


@pytest.fixture(scope="module")
def calling(assembly: cx_api.CloudAssembly) -> Reading:
    return Reading.of(assembly, f"duecourse-{CELL.name}-stateless")


def test_each_country_without_a_line_of_its_own_gets_a_number_in_a_pool(kept: Reading) -> None:
    numbers = kept.properties("AWS::SMSVOICE::PhoneNumber")
    assert {path: (one["IsoCountryCode"], one["NumberType"]) for path, one in numbers.items()} == {
        "Phone/NumberGB": ("GB", "LONG_CODE"),
        "Phone/NumberUS": ("US", "TOLL_FREE"),
    }
    assert numbers["Phone/NumberGB"]["NumberCapabilities"] == ["VOICE"]
    assert numbers["Phone/NumberUS"]["NumberCapabilities"] == ["VOICE", "SMS"]
    pools = kept.properties("AWS::SMSVOICE::Pool")
    for country in ("GB", "US"):
        pool = pools[f"Phone/Pool{country}"]
        assert pool["OriginationIdentities"] == [f"{{Phone/Number{country}.Arn}}"]
        for one in (pool, numbers[f"Phone/Number{country}"]):
            assert one["DeletionProtectionEnabled"] is True
            assert one["OptOutListName"] == "{Phone/OptOuts}"
            assert set(one["MandatoryKeywords"]) == {"HELP", "STOP"}


def test_only_the_countries_of_the_cell_may_be_called_at_all(kept: Reading) -> None:
    rules = kept.only("AWS::SMSVOICE::ProtectConfiguration")["CountryRuleSet"]
    allowed = {kind: {r["CountryCode"]: r["ProtectStatus"] for r in rules[kind]} for kind in rules}
    assert allowed == {
        "VOICE": {"GB": "ALLOW", "US": "ALLOW", "DE": "ALLOW"},
        "SMS": {"US": "ALLOW"},
    }


def test_numbers_and_who_opted_out_stay_when_the_stack_goes(kept: Reading) -> None:
    kinds = ("PhoneNumber", "Pool", "OptOutList", "ProtectConfiguration")
    found = [one for kind in kinds for one in kept.resources(f"AWS::SMSVOICE::{kind}").values()]
    assert len(found) == 6
    for one in found:
        assert one["DeletionPolicy"] == one["UpdateReplacePolicy"] == "Retain"


def test_every_event_of_a_call_goes_to_the_feedback_queue_by_an_encrypted_topic(
    calling: Reading,
) -> None:
    configuration = calling.only("AWS::SMSVOICE::ConfigurationSet")
    assert configuration["ConfigurationSetName"] == f"duecourse-{CELL.name}-phone"
    assert configuration["ProtectConfigurationId"] == "{PhoneProtect}"
    (destination,) = configuration["EventDestinations"]
    assert destination["MatchingEventTypes"] == ["VOICE_ALL", "TEXT_ALL"]
    assert destination["SnsDestination"] == {"TopicArn": "{Phone/Topic}"}
    assert destination["Enabled"] is True
    topic = calling.properties("AWS::SNS::Topic")["Phone/Topic"]
    assert topic["KmsMasterKeyId"] == "{Phone/Key.Arn}"
    assert topic["TopicName"] == f"duecourse-{CELL.name}-phone"
    (subscription,) = calling.properties("AWS::SNS::Subscription").values()
    assert subscription["RawMessageDelivery"] is True
    assert subscription["Endpoint"] == "{Feedback/Queue.Arn}"
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": "{Feedback/DeadLetters.Arn}"}


@pytest.mark.parametrize("path", ["Phone/Topic/Policy", "Phone/Key"])
def test_only_the_service_of_this_account_publishes(calling: Reading, path: str) -> None:
    kind = "AWS::SNS::TopicPolicy" if path.endswith("Policy") else "AWS::KMS::Key"
    properties = calling.properties(kind)[path]
    policy = properties.get("PolicyDocument") or properties["KeyPolicy"]
    service = [
        one
        for one in policy["Statement"]
        if one["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    ]
    (statement,) = service
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "{AWS::AccountId}"}}


def test_the_sender_may_call_by_the_cells_lines_and_nothing_else(calling: Reading) -> None:
    (policy,) = calling.properties("AWS::IAM::Role")["SendVoice/Role"]["Policies"]
    by_action = {
        str(one["Action"]): sorted(one["Resource"])
        for one in policy["PolicyDocument"]["Statement"]
        if "sms-voice" in str(one["Action"])
    }
    arn = f"arn:aws:sms-voice:{CELL.region}:{{AWS::AccountId}}"
    own = [
        f"{arn}:configuration-set/duecourse-{CELL.name}-phone",
        f"{arn}:protect-configuration/{{PhoneProtect}}",
    ]
    assert by_action == {
        "sms-voice:SendVoiceMessage": [
            *own, "{PhoneLineDE}", "{PhoneLineGB}", "{PhoneLineUS}",
        ],
        "sms-voice:SendTextMessage": [*own, "{PhoneLineUS}"],
    }  # fmt: skip


def test_no_other_function_may_telephone_and_none_reads_the_address_key_to_do_it(
    calling: Reading,
) -> None:
    for path, role in calling.properties("AWS::IAM::Role").items():
        text = str(role.get("Policies"))
        assert ("sms-voice:Send" in text) == (path == "SendVoice/Role"), path
        if path == "SendVoice/Role":
            assert "secretsmanager" not in text
            assert "ses:" not in text


def test_the_sender_is_told_how_to_telephone_and_the_sweep_how_fast(calling: Reading) -> None:
    functions = calling.properties("AWS::Lambda::Function")
    sender = functions["SendVoice/Function"]["Environment"]["Variables"]
    told = json.loads(sender["PHONE"])
    assert told == {
        "set": f"duecourse-{CELL.name}-phone",
        "protect": "{PhoneProtect}",
        "lines": {
            "GB": {"call": "{PhoneLineGB}", "minute": "0.10"},
            "US": {
                "call": "{PhoneLineUS}",
                "minute": "0.05",
                "text": "{PhoneLineUS}",
                "part": "0.02",
            },
            "DE": {"call": "{PhoneLineDE}", "minute": "0.20"},
        },
    }
    sweep = functions["Sweep/Function"]["Environment"]["Variables"]
    assert sweep["VOICE_QUEUE_URL"] == "{Voice/Queue}"
    for one in (sender, sweep):
        assert (one["VOICE_RATE"], one["SMS_RATE"]) == ("1.0", "1.0")
    assert {one["Environment"]["Variables"]["CHANNELS"] for one in functions.values()} == {
        "email,voice,sms,letter,task"
    }


def test_the_setup_that_is_told_is_one_that_the_sender_reads(calling: Reading) -> None:
    from dunning.adapters.phone_setup import read_setup

    functions = calling.properties("AWS::Lambda::Function")
    setup = read_setup(functions["SendVoice/Function"]["Environment"]["Variables"]["PHONE"])
    assert set(setup.lines) == {"GB", "US", "DE"}
    assert setup.lines["US"].text_from == "{PhoneLineUS}"


def test_what_the_stateless_stack_reads_the_stateful_one_writes(
    kept: Reading, calling: Reading
) -> None:
    written = {one["Name"]: one["Value"] for one in kept.properties("AWS::SSM::Parameter").values()}
    read = {
        one["Default"]
        for one in calling.template["Parameters"].values()
        if str(one.get("Default", "")).startswith("/duecourse/")
    }
    assert read <= set(written)
    assert written[f"/duecourse/{CELL.name}/phone-line-DE"] == EXISTING
    assert written[f"/duecourse/{CELL.name}/phone-line-US"] == "{Phone/PoolUS.Arn}"
    assert written[f"/duecourse/{CELL.name}/phone-opt-outs"] == "{Phone/OptOuts}"


def test_the_queue_of_calls_is_as_safe_as_that_of_mails_and_watched(calling: Reading) -> None:
    queues = calling.properties("AWS::SQS::Queue")
    redrive = queues["Voice/Queue"]["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": "{Voice/DeadLetters.Arn}", "maxReceiveCount": 5}
    assert queues["Voice/Queue"]["VisibilityTimeout"] == 360
    names = {path.removeprefix("Alarms/") for path in calling.properties("AWS::CloudWatch::Alarm")}
    assert {"VoiceDeadLetters", "VoiceWaiting", "SendVoiceErrors"} <= names
    mapping = calling.properties("AWS::Lambda::EventSourceMapping")["Voice/ToCall"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_cfn_lint_has_nothing_to_say(kept: Reading, calling: Reading) -> None:
    for one in (kept, calling):
        assert findings(one) == []


def test_a_cell_without_telephones_deploys_none_of_it(
    stateful: Reading, stateless: Reading
) -> None:
    for reading in (stateful, stateless):
        assert "SMSVOICE" not in str(reading.template)
        assert "sms-voice" not in str(reading.template)
    assert "SendVoice/Function" not in stateless.resources("AWS::Lambda::Function")


def test_the_local_cell_telephones_by_the_gate_and_asks_the_emulator_for_nothing_it_lacks(
    local_stateful: Reading, local_stateless: Reading
) -> None:
    assert "AWS::SMSVOICE" not in str(local_stateful.template)
    assert "AWS::SMSVOICE" not in str(local_stateless.template)
    topic = local_stateless.properties("AWS::SNS::Topic")["Phone/Topic"]
    assert topic["TopicName"] == "duecourse-local-phone"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"country": "Germany", "per_minute": "0.20"}, "write it as DE"),
        ({"country": "DE", "per_minute": "cheap"}, "write it as 0.20"),
        ({"country": "DE", "per_minute": "0.20", "per_text": "1"}, "write it as 0.20"),
        ({"country": "DE", "per_minute": "0.20", "existing": "pool-1"}, "by its ARN"),
    ],
)
def test_a_line_that_could_not_be_used_is_refused_when_it_is_written(
    values: dict[str, Any], said: str
) -> None:
    with pytest.raises(PhoneError, match=said):
        PhoneLine(**values)


def test_a_country_has_one_line() -> None:
    line = PhoneLine(country="DE", per_minute="0.20")
    with pytest.raises(PhoneError, match="one for each country"):
        Phone(lines=(line, line))
    with pytest.raises(PhoneError, match="one for each country"):
        Phone(lines=())


@pytest.mark.parametrize("owner", ["RecordImport", "PortalActions", "Api"])
def test_who_hears_that_somebody_is_not_to_be_called_may_tell_the_service(
    calling: Reading, kept: Reading, owner: str
) -> None:
    (policy,) = calling.properties("AWS::IAM::Role")[f"{owner}/Role"]["Policies"]
    (statement,) = (
        one for one in policy["PolicyDocument"]["Statement"] if "sms-voice" in str(one["Action"])
    )
    assert sorted(statement["Action"]) == [
        "sms-voice:DeleteOptedOutNumber",
        "sms-voice:PutOptedOutNumber",
    ]
    name = kept.only("AWS::SMSVOICE::OptOutList")["OptOutListName"]
    list_ = f"arn:aws:sms-voice:{CELL.region}:{{AWS::AccountId}}:opt-out-list/{name}"
    assert statement["Resource"] == list_
    function = calling.properties("AWS::Lambda::Function")[f"{owner}/Function"]
    assert function["Environment"]["Variables"]["OPT_OUT_LIST"] == name
