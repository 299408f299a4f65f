"""What each function may do, statement by statement: a wider grant fails here first."""

from __future__ import annotations

import pytest

from infra.config import AWS_CELLS
from tests.infra.reading import Reading

Statements = list[tuple[list[str], list[str]]]

READ_AND_WRITE = [
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
]
CONSUME = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
REGIONS = {cell.name: cell.region for cell in AWS_CELLS}


def _granted(cell: str) -> dict[str, Statements]:
    """The whole truth about an AWS cell; `{X}` is a reference, the rest stands as it is."""
    region = REGIONS[cell]
    table = f"arn:aws:dynamodb:{region}:{{AWS::AccountId}}:table/{{LedgerTable}}"
    files = "arn:aws:s3:::{FilesBucket}"
    secret: tuple[list[str], list[str]] = (["secretsmanager:GetSecretValue"], ["{AddressKey}"])
    links: tuple[list[str], list[str]] = (["secretsmanager:GetSecretValue"], ["{LinkKeys}"])
    keys = f"secret:duecourse/{cell}/providers/*"
    providers: tuple[list[str], list[str]] = (
        ["secretsmanager:GetSecretValue"],
        [f"arn:aws:secretsmanager:{region}:{{AWS::AccountId}}:{keys}"],
    )
    printer: tuple[list[str], list[str]] = (["lambda:InvokeFunction"], ["{PrintPdf/Function.Arn}"])
    ses = f"arn:aws:ses:{region}:{{AWS::AccountId}}"
    return {
        "ImportInvoices": [
            _logs("ImportInvoices"),
            ([action for action in READ_AND_WRITE if "Delete" not in action], [table]),
            (["dynamodb:Query"], [f"{table}/index/book"]),
            (["s3:GetObject", "s3:GetObjectVersion"], [f"{files}/config/*", f"{files}/incoming/*"]),
            (["s3:GetObject"], [f"{files}/work/*"]),
            (["s3:PutObject"], [f"{files}/results/*", f"{files}/work/*"]),
            (["sqs:SendMessage"], ["{Parts/Queue.Arn}"]),
            (CONSUME, ["{Imports/Queue.Arn}"]),
        ],
        "RecordImport": [
            _logs("RecordImport"),
            (READ_AND_WRITE, [table]),
            (["dynamodb:Query"], [f"{table}/index/book"]),
            (["s3:GetObject"], [f"{files}/work/*"]),
            (["s3:PutObject"], [f"{files}/results/*", f"{files}/work/*"]),
            secret,
            # What follows a part goes into the queue that it came from.
            ([*CONSUME, "sqs:SendMessage"], ["{Parts/Queue.Arn}"]),
        ],
        "Sweep": [
            _logs("Sweep"),
            (["dynamodb:GetItem"], [table]),
            (["dynamodb:PutItem", "dynamodb:UpdateItem"], [table]),
            (["dynamodb:Query"], [f"{table}/index/agenda"]),
            (["ses:GetAccount"], ["*"]),
            (["sqs:GetQueueAttributes", "sqs:SendMessage"], ["{Email/Queue.Arn}"]),
            # A book that stands on old rules is sent to be planned anew; a failed run is kept.
            (["sqs:SendMessage"], ["{Parts/Queue.Arn}", "{SweepDeadLetters.Arn}"]),
        ],
        "SendEmail": [
            _logs("SendEmail"),
            (READ_AND_WRITE, [table]),
            (
                ["ses:SendEmail"],
                [
                    f"{ses}:configuration-set/duecourse-{cell}",
                    f"{ses}:identity/*",
                    f"{ses}:tenant/*",
                ],
            ),
            printer,
            links,
            # Letters are put there, and neither read nor replaced.
            (["s3:PutObject"], [f"{files}/letters/*", f"{files}/results/*/handover/*"]),
            (CONSUME, ["{Email/Queue.Arn}"]),
        ],
        "RecordFeedback": [
            _logs("RecordFeedback"),
            (READ_AND_WRITE, [table]),
            secret,
            (CONSUME, ["{Feedback/Queue.Arn}", "{Sent/Queue.Arn}"]),
        ],
        # What answers a GET can change nothing, whatever is asked of it.
        "Portal": [
            _logs("Portal"),
            (["dynamodb:GetItem", "dynamodb:Query"], [table]),
            printer,
            links,
        ],
        # It is told all that it knows.
        "PrintPdf": [_logs("PrintPdf")],
        "OptOut": [
            _logs("OptOut"),
            (READ_AND_WRITE, [table]),
            (["secretsmanager:GetSecretValue"], ["{AddressKey}", "{LinkKeys}"]),
        ],
        # Whatever a form of the pages decides; payments are begun, with the creditor's own key; and
        # a browser is let put a file to an objection, which nobody here reads.
        "PortalActions": [
            _logs("PortalActions"),
            (READ_AND_WRITE, [table]),
            (
                ["secretsmanager:GetSecretValue"],
                sorted(["{AddressKey}", "{LinkKeys}", *providers[1]]),
            ),
            (["s3:PutObject"], [f"{files}/uploads/*"]),
            # Who asks for a new link is judged where nobody waits for it.
            (["sqs:SendMessage"], ["{LinkRequests/Requests/Queue.Arn}"]),
        ],
        # It may send nothing: it hands accounts to those who send mails.
        "RenewLinks": [
            _logs("RenewLinks"),
            (READ_AND_WRITE, [table]),
            links,
            (["sqs:SendMessage"], ["{Email/Queue.Arn}"]),
            (CONSUME, ["{LinkRequests/Requests/Queue.Arn}"]),
        ],
        "ReceiveCallback": [
            _logs("ReceiveCallback"),
            (["dynamodb:GetItem", "dynamodb:Query"], [table]),
            providers,
            (["sqs:SendMessage"], ["{Payments/Callbacks/Queue.Arn}"]),
        ],
        "RecordPayments": [
            _logs("RecordPayments"),
            (READ_AND_WRITE, [table]),
            (
                ["secretsmanager:GetSecretValue"],
                sorted(["{AddressKey}", *providers[1]]),
            ),
            (CONSUME, ["{Payments/Callbacks/Queue.Arn}"]),
        ],
        # It reads where something is to be done, keeps what came of it, and asks providers.
        "CollectPlans": [
            _logs("CollectPlans"),
            (READ_AND_WRITE, [table]),
            (["dynamodb:Query"], [f"{table}/index/agenda"]),
            providers,
            (["sqs:SendMessage"], ["{CollectionDeadLetters.Arn}"]),
        ],
        "CollectionSchedule": [
            (["lambda:InvokeFunction"], ["{CollectPlans/Function.Arn}"]),
            (["sqs:SendMessage"], ["{CollectionDeadLetters.Arn}"]),
        ],
        "Api": [
            _logs("Api"),
            (READ_AND_WRITE, [table]),
            secret,
            (["dynamodb:Query"], [f"{table}/index/book"]),
            # What is published lies where an upload of it would; contact rules, webhooks and
            # answers on layouts are uploaded alone.
            (
                ["s3:PutObject"],
                [
                    f"{files}/config/*/creditor.json",
                    f"{files}/config/*/policies.yaml",
                    f"{files}/config/*/wording/*",
                ],
            ),
            # Events that are told again.
            (["sqs:SendMessage"], ["{Outbound/Queue.Arn}"]),
        ],
        # What answers a GET of a billing system can change nothing either.
        "ApiRead": [
            _logs("ApiRead"),
            (["dynamodb:GetItem", "dynamodb:Query"], [table]),
            (["dynamodb:Query"], [f"{table}/index/book"]),
            # Cursors of lists are sealed with it.
            secret,
        ],
        "PublishEvents": [
            _logs("PublishEvents"),
            (["dynamodb:GetItem"], [table]),
            (
                ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                ["{LedgerStream}"],
            ),
            STREAMS,
            (["sqs:SendMessage"], ["{Outbound/Queue.Arn}", "{Outbound/Unpublished.Arn}"]),
        ],
        # It can change nothing of an account, and write to nobody's queue but its dead letters.
        "DeliverWebhooks": [
            _logs("DeliverWebhooks"),
            (["dynamodb:GetItem", "dynamodb:Query"], [table]),
            (["dynamodb:UpdateItem"], [table]),
            (
                ["secretsmanager:GetSecretValue"],
                [providers[1][0].replace("/providers/", "/webhooks/")],
            ),
            (sorted([*CONSUME, "sqs:ChangeMessageVisibility"]), ["{Outbound/Queue.Arn}"]),
            (["sqs:SendMessage"], ["{Outbound/DeadLetters.Arn}"]),
        ],
        # It reads books, and writes a stop and a line for a person: nothing is ever removed.
        "GuardExperiments": [
            _logs("GuardExperiments"),
            ([action for action in READ_AND_WRITE if "Delete" not in action], [table]),
            (["dynamodb:Query"], [f"{table}/index/book"]),
            (["sqs:SendMessage"], ["{GuardDeadLetters.Arn}"]),
        ],
        "GuardSchedule": [
            (["lambda:InvokeFunction"], ["{GuardExperiments/Function.Arn}"]),
            (["sqs:SendMessage"], ["{GuardDeadLetters.Arn}"]),
        ],
        "Schedule": [
            (["lambda:InvokeFunction"], ["{Sweep/Function.Arn}"]),
            (["sqs:SendMessage"], ["{SweepDeadLetters.Arn}"]),
        ],
    }


# The only resources that are patterns; each has its reason beside its grant.
PATTERNS = (
    "/config/*",
    "/config/*/creditor.json",
    "/config/*/policies.yaml",
    "/config/*/wording/*",
    "/incoming/*",
    "/letters/*",
    "/results/*",
    "/work/*",
    ":identity/*",
    ":tenant/*",
    "/providers/*",
    "/uploads/*",
    "/webhooks/*",
)
WHOLE_ACCOUNT = (["ses:GetAccount"], ["*"])
"""SES knows no resource of it."""
STREAMS = (["dynamodb:ListStreams"], ["*"])
"""Nor has the list of streams any."""
HAND_OVERS = "/results/*/handover/*"
"""A folder for each creditor, in which nothing but hand-overs lies."""


def _logs(function: str) -> tuple[list[str], list[str]]:
    return ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{{{function}/Logs.Arn}}"]


def test_every_role_holds_exactly_what_the_table_says(stateless: Reading, cell_name: str) -> None:
    assert _statements(stateless) == {
        f"{owner}/Role": statements for owner, statements in _granted(cell_name).items()
    }


def test_nothing_grants_beside_the_roles(stateless: Reading) -> None:
    assert not stateless.resources("AWS::IAM::Policy")
    assert not stateless.resources("AWS::IAM::ManagedPolicy")
    for role in stateless.properties("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role


def test_every_function_has_a_role_of_its_own(stateless: Reading) -> None:
    roles = [
        function["Role"] for function in stateless.properties("AWS::Lambda::Function").values()
    ]
    assert sorted(roles) == sorted(
        f"{{{name}/Role.Arn}}"
        for name in (
            "ImportInvoices",
            "RecordImport",
            "Sweep",
            "SendEmail",
            "RecordFeedback",
            "Portal",
            "PrintPdf",
            "OptOut",
            "PortalActions",
            "RenewLinks",
            "ReceiveCallback",
            "RecordPayments",
            "Api",
            "ApiRead",
            "PublishEvents",
            "DeliverWebhooks",
            "GuardExperiments",
            "CollectPlans",
        )
    )


def test_the_sweep_changes_rests_and_rates_and_nothing_of_an_account(stateless: Reading) -> None:
    role = stateless.properties("AWS::IAM::Role")["Sweep/Role"]
    statements = [s for p in role["Policies"] for s in p["PolicyDocument"]["Statement"]]
    writing = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    (conditioned,) = [s for s in statements if any(one in str(s["Action"]) for one in writing)]
    assert conditioned["Action"] == ["dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert conditioned["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["SWEEP#*", "RATE#*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_who_tells_others_keeps_how_endpoints_do_and_writes_nothing_of_an_account(
    stateless: Reading,
) -> None:
    role = stateless.properties("AWS::IAM::Role")["DeliverWebhooks/Role"]
    statements = [s for p in role["Policies"] for s in p["PolicyDocument"]["Statement"]]
    (conditioned,) = [s for s in statements if s["Action"] == "dynamodb:UpdateItem"]
    assert conditioned["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*#W"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_no_action_is_a_pattern_and_no_resource_but_the_listed_ones(stateless: Reading) -> None:
    for owner, statements in _statements(stateless).items():
        for actions, resources in statements:
            assert not [action for action in actions if "*" in action], owner
            if (actions, resources) == WHOLE_ACCOUNT and owner == "Sweep/Role":
                continue
            if (actions, resources) == STREAMS and owner == "PublishEvents/Role":
                continue
            known = [r.replace(HAND_OVERS, "") for r in resources]
            loose = [r for r in known if "*" in r and not r.endswith(PATTERNS)]
            assert not loose, owner


def test_only_lambda_and_the_scheduler_of_this_account_take_the_roles(stateless: Reading) -> None:
    for path, role in stateless.properties("AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        if path in ("Schedule/Role", "GuardSchedule/Role", "CollectionSchedule/Role"):
            assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
            assert statement["Condition"] == {
                "StringEquals": {"aws:SourceAccount": "{AWS::AccountId}"}
            }
        else:
            assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize("owner", ["RecordFeedback", "Schedule", "Portal", "ApiRead"])
def test_the_local_cell_grants_the_same_as_an_aws_cell(
    owner: str, local_stateless: Reading, stateless: Reading, cell_name: str
) -> None:
    region = f":{REGIONS[cell_name]}:"
    expected = str(_statements(stateless)[f"{owner}/Role"]).replace(region, ":us-east-1:")
    assert str(_statements(local_stateless)[f"{owner}/Role"]) == expected


@pytest.mark.parametrize("owner", ["Sweep", "ImportInvoices", "RecordImport"])
def test_who_fills_a_local_queue_may_batch_by_a_name_that_aws_does_not_know(
    owner: str, local_stateless: Reading, stateless: Reading, cell_name: str
) -> None:
    region = f":{REGIONS[cell_name]}:"
    local, aws = (
        {
            (action, resource.replace(region, ":us-east-1:"))
            for actions, resources in _statements(reading)[f"{owner}/Role"]
            for action in actions
            for resource in resources
        }
        for reading in (local_stateless, stateless)
    )
    assert not any(action == "sqs:SendMessageBatch" for action, _ in aws)
    batches = {(action, to) for action, to in local if action == "sqs:SendMessageBatch"}
    assert batches
    # The local cell telephones; what that takes on AWS: tests/infra/test_phone.py.
    calls = {(action, to) for action, to in local if to == "{Voice/Queue.Arn}"}
    calls |= {(action, to) for action, to in local if action.startswith("sms-voice:")}
    assert bool(calls) == (owner in ("Sweep", "RecordImport"))
    assert local - batches - calls == aws
    assert local != aws


def test_only_ses_knows_no_resource_in_the_local_cloud(local_stateless: Reading) -> None:
    statements = _statements(local_stateless)["SendEmail/Role"]
    assert (["ses:SendEmail"], ["*"]) in statements
    assert [resources for _, resources in statements].count(["*"]) == 1


def _statements(reading: Reading) -> dict[str, Statements]:
    found: dict[str, Statements] = {}
    for path, role in reading.properties("AWS::IAM::Role").items():
        found[path] = []
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                conditions = {"Condition"} & set(statement)
                assert set(statement) - conditions == {"Action", "Effect", "Resource"}, path
                writes = {"dynamodb:PutItem", "dynamodb:UpdateItem"}
                assert not conditions or set(_listed(statement["Action"])) <= writes
                found[path].append((_listed(statement["Action"]), _listed(statement["Resource"])))
    return found


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else sorted(value)
