"""The functions, their queues, and what hands work to them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra.bundling import CACHE
from infra.config import AWS_CELLS, ROOT
from tests.bench import price
from tests.bench.cell import AWS_RATE
from tests.infra.conftest import GATE
from tests.infra.reading import Reading

CELLS = {cell.name: cell for cell in AWS_CELLS}
FUNCTIONS = {
    # path of the construct: folder, timeout, MiB, variables beyond the common ones
    "ImportInvoices": ("import_invoices", 900, 1769, {"PARTS_QUEUE_URL"}),
    "RecordImport": (
        "record_import",
        120,
        1024,
        {"PARTS_QUEUE_URL", "PARTS_MAX_RECEIVE_COUNT"},
    ),
    "Sweep": ("sweep", 300, 512, {"EMAIL_QUEUE_URL", "EMAIL_RATE", "PARTS_QUEUE_URL"}),
    "SendEmail": (
        "send_email",
        60,
        256,
        {
            "CONFIGURATION_SET",
            "EMAIL_RATE",
            "EMAIL_MAX_RECEIVE_COUNT",
            "LINK_KEYS_SECRET",
            "PORTAL_URL",
            "PDF_FUNCTION",
        },
    ),
    "RecordFeedback": ("record_feedback", 60, 512, set()),
    "Portal": ("portal", 10, 512, {"LINK_KEYS_SECRET", "PDF_FUNCTION"}),
    "PrintPdf": ("print_pdf", 8, 1024, set()),
    "OptOut": ("opt_out", 10, 512, {"LINK_KEYS_SECRET"}),
    "PortalActions": (
        "portal_actions",
        25,
        512,
        {"LINK_KEYS_SECRET", "PROVIDER_SECRETS", "PORTAL_URL", "LINK_REQUESTS_URL"},
    ),
    "RenewLinks": ("renew_links", 30, 256, {"LINK_KEYS_SECRET", "EMAIL_QUEUE_URL"}),
    "ReceiveCallback": ("receive_callback", 10, 512, {"PROVIDER_SECRETS", "CALLBACK_QUEUE_URL"}),
    "RecordPayments": (
        "record_payments",
        60,
        512,
        {"PROVIDER_SECRETS", "CALLBACK_MAX_RECEIVE_COUNT"},
    ),
    # Both end before API Gateway, which waits for 30 seconds, tells the caller that they did not.
    "Api": ("api", 29, 1769, {"WEBHOOK_QUEUE_URL"}),
    "ApiRead": ("api_read", 29, 1769, set()),
    "CollectPlans": ("collect_plans", 600, 512, {"PROVIDER_SECRETS"}),
    "GuardExperiments": ("guard_experiments", 900, 512, set()),
    "PublishEvents": ("publish_events", 60, 256, {"WEBHOOK_QUEUE_URL"}),
    "DeliverWebhooks": (
        "deliver_webhooks",
        60,
        256,
        {"WEBHOOK_QUEUE_URL", "WEBHOOK_DEAD_LETTERS_URL", "WEBHOOK_SECRETS"},
    ),
}
# Of a cell that telephones, as the local one does; tests/infra/test_phone.py has the rest.
CALLING = {
    "SendVoice": ("send_voice", 60, 256, {"PHONE", "VOICE_RATE", "VOICE_MAX_RECEIVE_COUNT"}),
}
LAYERS = ("Runtime", "Dunning", "Templates")
COMMON = {
    "TABLE_NAME",
    "BUCKET_NAME",
    "ADDRESS_KEY_SECRET",
    "CELL",
    "CHANNELS",
    "LOG_LEVEL",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "PYTHONTZPATH",
}
LOCAL_ONLY = {
    "CLOCK_SOURCE",
    "WEBHOOKS_TO_LOOPBACK",
    "AWS_ENDPOINT_URL_SESV2",
    "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2",
    "TEMPLATES_PATH",
}
# queue: function, batch, window, visibility
FED = {
    "Imports": ("ImportInvoices", 1, 0, 960),
    "Parts": ("RecordImport", 1, 0, 240),
    "Email": ("SendEmail", 10, 0, 360),
    "Feedback": ("RecordFeedback", 10, 0, 360),
    "LinkRequests/Requests": ("RenewLinks", 10, 0, 180),
    "Payments/Callbacks": ("RecordPayments", 10, 0, 360),
    "Sent": ("RecordFeedback", 1000, 60, 420),
}


def test_the_functions_are_these_with_these_sizes(stateless: Reading, cell_name: str) -> None:
    functions = _functions(stateless)
    assert set(functions) == set(FUNCTIONS)
    for name, (folder, timeout, memory, _) in FUNCTIONS.items():
        function = functions[name]
        assert function["FunctionName"] == f"duecourse-{cell_name}-{folder.replace('_', '-')}"
        assert (function["Timeout"], function["MemorySize"]) == (timeout, memory), name
        assert function["Handler"] == "handler.handler"


def test_aws_cells_run_python_on_arm(stateless: Reading) -> None:
    for function in _functions(stateless).values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
    for layer in stateless.properties("AWS::Lambda::LayerVersion").values():
        assert layer["CompatibleRuntimes"] == ["python3.13"]
        assert layer["CompatibleArchitectures"] == ["arm64"]


READERS = {
    "ImportInvoices": "Documents",
    "PrintPdf": "Pdf",
    "PortalActions": "Payments",
    "ReceiveCallback": "Payments",
    "RecordPayments": "Payments",
    "CollectPlans": "Payments",
    "Api": "Api",
    "ApiRead": "Api",
}


def test_every_function_has_the_three_layers_and_only_who_needs_them_the_others(
    stateless: Reading,
) -> None:
    for path, function in _functions(stateless).items():
        names = (*LAYERS, READERS[path]) if path in READERS else LAYERS
        assert set(function["Layers"]) == {f"{{Layers/{name}}}" for name in names}


def test_only_who_sorts_rows_on_the_disk_has_more_of_it(stateless: Reading) -> None:
    disks = {
        path: function["EphemeralStorage"]["Size"]
        for path, function in _functions(stateless).items()
        if "EphemeralStorage" in function
    }
    assert disks == {"ImportInvoices": 4096, "RecordImport": 2048}


def test_every_function_gets_the_common_variables_and_its_own(stateless: Reading) -> None:
    for name, (*_, own) in FUNCTIONS.items():
        assert set(_environment(stateless, name)) == COMMON | own, name


def test_the_variables_say_what_they_are_named_after(stateless: Reading, cell_name: str) -> None:
    cell = CELLS[cell_name]
    sender = _environment(stateless, "SendEmail")
    assert sender["TABLE_NAME"] == "{LedgerTable}"
    assert sender["BUCKET_NAME"] == "{FilesBucket}"
    assert sender["ADDRESS_KEY_SECRET"] == "{AddressKey}"
    assert sender["CELL"] == cell_name
    assert sender["POWERTOOLS_METRICS_NAMESPACE"] == "Duecourse"
    assert sender["PYTHONTZPATH"] == ""
    assert sender["CONFIGURATION_SET"] == f"duecourse-{cell_name}"
    assert sender["EMAIL_RATE"] == str(cell.email_rate)
    assert sender["EMAIL_MAX_RECEIVE_COUNT"] == "5"
    assert _environment(stateless, "Sweep")["EMAIL_QUEUE_URL"] == "{Email/Queue}"
    for name in ("ImportInvoices", "RecordImport", "Sweep"):
        assert _environment(stateless, name)["PARTS_QUEUE_URL"] == "{Parts/Queue}"
    assert _environment(stateless, "RecordImport")["PARTS_MAX_RECEIVE_COUNT"] == "5"


def test_an_aws_cell_reads_the_wall_clock_and_calls_aws(
    stateless: Reading, stateful: Reading
) -> None:
    for reading in (stateless, stateful):
        text = str(reading.template)
        assert "CLOCK_SOURCE" not in text
        assert "LOOPBACK" not in text
        assert "AWS_ENDPOINT_URL" not in text
        assert "TEMPLATES_PATH" not in text
        assert not re.search(r"localhost|127\.0\.0\.1|https?://(?!.*amazon(aws|cognito))", text)


def test_the_local_cell_alone_has_a_clock_and_a_gate_of_its_own(local_stateless: Reading) -> None:
    for name, (*_, own) in {**FUNCTIONS, **CALLING}.items():
        environment = _environment(local_stateless, name)
        calls = {
            "Sweep": {"VOICE_QUEUE_URL", "VOICE_RATE", "SMS_RATE"},
            "SendVoice": {"SMS_RATE"},
            # Who hears that somebody is not to be called any more.
            "RecordImport": {"OPT_OUT_LIST"},
            "PortalActions": {"OPT_OUT_LIST"},
            "Api": {"OPT_OUT_LIST"},
        }.get(name, set())
        assert set(environment) == COMMON | own | calls | LOCAL_ONLY
        assert environment["CLOCK_SOURCE"] == "table"
        assert environment["AWS_ENDPOINT_URL_SESV2"] == GATE
        assert environment["AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"] == GATE
        assert environment["TEMPLATES_PATH"] == str(ROOT / "build" / "templates")


def test_whose_messages_follow_from_its_own_is_not_stopped_as_a_loop(stateless: Reading) -> None:
    # Lambda drops the seventeenth message of a chain; a book of 200,000 accounts takes more.
    allowed = {
        path.removesuffix("/Function")
        for path, function in stateless.properties("AWS::Lambda::Function").items()
        if function.get("RecursiveLoop") == "Allow"
    }
    assert allowed == {"RecordImport"}


def test_only_the_sweep_runs_alone(stateless: Reading) -> None:
    reserved = {
        name: function["ReservedConcurrentExecutions"]
        for name, function in _functions(stateless).items()
        if "ReservedConcurrentExecutions" in function
    }
    assert reserved == {"Sweep": 1}


def test_logs_are_kept_for_a_time_and_no_longer(
    stateless: Reading, local_stateless: Reading
) -> None:
    for reading, days, more in ((stateless, 90, {}), (local_stateless, 1, CALLING)):
        groups = reading.properties("AWS::Logs::LogGroup")
        expected = {f"{name}/Logs" for name in (*FUNCTIONS, *more)}
        assert set(groups) == {*expected, "Public/AccessLogs", "Private/AccessLogs"}
        assert {group["RetentionInDays"] for group in groups.values()} == {days}
        for name, function in _functions(reading).items():
            assert function["LoggingConfig"] == {"LogGroup": f"{{{name}/Logs}}"}


def test_every_queue_gives_up_after_five_receives_into_its_own_dead_letters(
    stateless: Reading,
) -> None:
    queues = {
        path: queue
        for path, queue in stateless.properties("AWS::SQS::Queue").items()
        # What is told to others is given up by its age: tests/infra/test_outbound.py.
        if not path.startswith("Outbound/")
    }
    fed = {path: queue for path, queue in queues.items() if "RedrivePolicy" in queue}
    assert set(fed) == {f"{name}/Queue" for name in FED}
    for name in FED:
        assert queues[f"{name}/Queue"]["RedrivePolicy"] == {
            "deadLetterTargetArn": f"{{{name}/DeadLetters.Arn}}",
            "maxReceiveCount": 5,
        }
    dead = set(queues) - set(fed)
    assert dead == {
        *(f"{name}/DeadLetters" for name in FED),
        "SweepDeadLetters",
        "GuardDeadLetters",
        "CollectionDeadLetters",
    }
    assert {queues[path]["MessageRetentionPeriod"] for path in dead} == {14 * 86400}


def test_every_queue_is_encrypted_and_refuses_plain_http(
    stateless: Reading, local_stateless: Reading
) -> None:
    for reading in (stateless, local_stateless):
        policies = _queue_policies(reading)
        for path, queue in reading.properties("AWS::SQS::Queue").items():
            assert queue["SqsManagedSseEnabled"] is True
            assert {
                "Action": "sqs:*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Resource": f"{{{path}.Arn}}",
            } in policies[path]


@pytest.mark.parametrize("name", list(FED))
def test_every_queue_feeds_its_function_and_one_bad_message_spoils_no_batch(
    name: str, stateless: Reading, cell_name: str
) -> None:
    function, batch, window, visibility = FED[name]
    (mapping,) = (
        mapping
        for path, mapping in stateless.properties("AWS::Lambda::EventSourceMapping").items()
        if path.startswith(f"{name}/")
    )
    assert mapping["EventSourceArn"] == f"{{{name}/Queue.Arn}}"
    assert mapping["FunctionName"] == f"{{{function}/Function}}"
    assert mapping["BatchSize"] == batch
    assert mapping.get("MaximumBatchingWindowInSeconds", 0) == window
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    senders = CELLS[cell_name].sender_concurrency if name == "Email" else 2
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": senders}
    queue = stateless.properties("AWS::SQS::Queue")[f"{name}/Queue"]
    assert queue["VisibilityTimeout"] == visibility
    # Lambda takes no less than the timeout. Six of them, but for imports: a file or a part whose
    # worker died is to come back while somebody still waits for its report.
    least = 1 if name in ("Imports", "Parts") else 6
    assert visibility >= least * FUNCTIONS[function][1] + window
    assert FED["Parts"][3] <= 300


def test_sent_events_are_not_gathered_for_a_minute_on_a_laptop(local_stateless: Reading) -> None:
    mappings = local_stateless.properties("AWS::Lambda::EventSourceMapping")
    assert mappings["Sent/ToRecord"]["MaximumBatchingWindowInSeconds"] == 1


def test_a_template_test_packs_no_wheel() -> None:
    assert list(CACHE.glob("runtime-stand-in-*.zip"))


def _functions(reading: Reading) -> dict[str, dict[str, Any]]:
    return {
        path.removesuffix("/Function"): properties
        for path, properties in reading.properties("AWS::Lambda::Function").items()
    }


def _environment(reading: Reading, name: str) -> dict[str, str]:
    variables: dict[str, str] = _functions(reading)[name]["Environment"]["Variables"]
    return variables


def _queue_policies(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    return {
        queue.strip("{}"): policy["PolicyDocument"]["Statement"]
        for policy in reading.properties("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
    }


def test_the_price_is_told_of_the_machines_rates_and_windows_that_are_deployed(
    stateless: Reading,
) -> None:
    functions = _functions(stateless)
    assert functions["SendEmail"]["MemorySize"] == price.SENDER_MIB
    assert functions["RecordFeedback"]["MemorySize"] == price.FEEDBACK_MIB
    assert functions["SendEmail"]["Environment"]["Variables"]["EMAIL_RATE"] == str(int(AWS_RATE))
    fed = {name: (batch, window) for name, (_, batch, window, _) in FED.items()}
    assert fed["Email"][0] == price.BATCH
    assert fed["Sent"] == (price.MOST_SENT, price.SENT_WINDOW)
    assert {cell.sender_concurrency for cell in AWS_CELLS} == {price.SENDERS}
