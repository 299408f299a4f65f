"""What two linters think of the templates, and every finding of theirs that we accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aws_cdk import cx_api

from infra.config import AWS_CELLS
from tests.infra.linting import findings
from tests.infra.reading import Reading

PACK = "AwsSolutions"
PROVIDER_KEYS = (
    "IAM5[Resource::arn:aws:secretsmanager:REGION:<AWS::AccountId>:"
    "secret:duecourse/REGION/providers/*]"
)
ACCEPTED = {
    # finding, without what differs by cell: the constructs that it is accepted for
    "SMG4": {"stateful/AddressKey", "stateful/LinkKeys"},
    "SQS3": {
        "stateless/SweepDeadLetters",
        "stateless/GuardDeadLetters",
        "stateless/CollectionDeadLetters",
        "stateless/Outbound/Unpublished",
    },
    "L1": {
        f"stateless/{name}/Function"
        for name in (
            *("ImportInvoices", "RecordImport", "Sweep", "SendEmail", "RecordFeedback"),
            *("Portal", "PrintPdf", "OptOut", "PortalActions", "ReceiveCallback", "RecordPayments"),
            *("Api", "ApiRead", "RenewLinks"),
            *("PublishEvents", "DeliverWebhooks", "GuardExperiments", "CollectPlans"),
        )
    },
    "APIG4": {
        f"stateless/Public/Api/{route}"
        for route in (
            "GET--portal--{token}",
            "GET--unsubscribe--{token}",
            "GET--portal--{token}--{name}",
            "POST--portal--{token}",
            "POST--portal--{token}--{name}",
            "GET--plans--{token}",
            "POST--plans--{token}",
            "POST--plans--{token}--{answer}",
            "POST--unsubscribe--{token}",
            "POST--callbacks--{provider}",
            "POST--callbacks--{provider}--{creditor}",
        )
    }
    # What the API of billing systems takes is no secret; all else of it asks for a token.
    | {"stateless/Private/Api/GET--openapi.json"},
    # A pool without users has no passwords, no second factors and no risky sign-ins.
    **{rule: {"stateful/ApiAccess/Pool"} for rule in ("COG1", "COG2", "COG8")},
    "IAM5[Resource::arn:aws:s3:::<FilesBucket>/config/*]": {"stateless/ImportInvoices/Role"},
    **{
        f"IAM5[Resource::arn:aws:s3:::<FilesBucket>/config/*/{name}]": {"stateless/Api/Role"}
        for name in ("creditor.json", "policies.yaml", "wording/*")
    },
    "IAM5[Resource::arn:aws:s3:::<FilesBucket>/incoming/*]": {"stateless/ImportInvoices/Role"},
    **{
        f"IAM5[Resource::arn:aws:s3:::<FilesBucket>/{prefix}/*]": {
            "stateless/ImportInvoices/Role",
            "stateless/RecordImport/Role",
        }
        for prefix in ("results", "work")
    },
    "IAM5[Resource::arn:aws:s3:::<FilesBucket>/results/*/handover/*]": {"stateless/SendEmail/Role"},
    "IAM5[Resource::arn:aws:s3:::<FilesBucket>/uploads/*]": {"stateless/PortalActions/Role"},
    "IAM5[Resource::arn:aws:s3:::<FilesBucket>/letters/*]": {"stateless/SendEmail/Role"},
    PROVIDER_KEYS.replace("providers", "webhooks"): {"stateless/DeliverWebhooks/Role"},
    PROVIDER_KEYS: {
        f"stateless/{name}/Role"
        for name in ("PortalActions", "ReceiveCallback", "RecordPayments", "CollectPlans")
    },
    "IAM5[Resource::arn:aws:ses:REGION:<AWS::AccountId>:identity/*]": {"stateless/SendEmail/Role"},
    "IAM5[Resource::arn:aws:ses:REGION:<AWS::AccountId>:tenant/*]": {"stateless/SendEmail/Role"},
    # ses:GetAccount is about the account itself and knows no resource.
    # Nor does dynamodb:ListStreams.
    "IAM5[Resource::*]": {"stateless/Sweep/Role", "stateless/PublishEvents/Role"},
}


def test_cfn_lint_has_nothing_to_say(stateful: Reading, stateless: Reading) -> None:
    assert findings(stateful) == []
    assert findings(stateless) == []


def test_cfn_lint_has_nothing_to_say_of_the_local_cell(
    local_stateful: Reading, local_stateless: Reading
) -> None:
    assert findings(local_stateful) == []
    # The one action that its emulator asks for and AWS does not know.
    unknown = findings(local_stateless)
    # Of the sweep, for mails and for books to plan, of the two functions of an import, of the one
    # that takes webhooks in, of the two that send them out, of the API, which has some sent anew,
    # of the forms that ask for a new link, and of what judges them.
    assert len(unknown) == 10
    for one in unknown:
        assert "W3037" in one
        assert "'sendmessagebatch' is not one of" in one


def test_cdk_nag_judged_every_aws_cell_and_found_nothing(
    aws_assembly: cx_api.CloudAssembly,
) -> None:
    report = _nag(aws_assembly)
    assert report["conclusion"] == "success"
    assert report["violations"] == []


def test_nothing_is_accepted_but_what_stands_here(aws_assembly: cx_api.CloudAssembly) -> None:
    accepted = {
        (finding["ruleName"], construct["constructPath"].removesuffix("/Resource"))
        for finding in _nag(aws_assembly)["suppressedViolations"]
        for construct in finding["violatingConstructs"]
    }
    assert accepted == {
        (f"{PACK}-{rule.replace('REGION', cell.region)}", f"duecourse-{cell.name}-{path}")
        for cell in AWS_CELLS
        for rule, paths in ACCEPTED.items()
        for path in paths
    }


def test_whatever_is_accepted_has_a_reason_and_is_accepted_where_it_occurs(
    aws_assembly: cx_api.CloudAssembly,
) -> None:
    for finding in _nag(aws_assembly)["suppressedViolations"]:
        (construct,) = finding["violatingConstructs"]
        assert construct["constructPath"] == f"{finding['acknowledgedAt']}/Resource"
        assert len(finding["reason"]) > 50, finding["ruleName"]


def _nag(assembly: cx_api.CloudAssembly) -> dict[str, Any]:
    text = (Path(assembly.directory) / "validation-report.json").read_text(encoding="utf-8")
    (report,) = (
        plugin for plugin in json.loads(text)["pluginReports"] if plugin["pluginName"] == PACK
    )
    return dict(report)
