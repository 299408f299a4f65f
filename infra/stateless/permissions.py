"""Who may do what: the statements from which each function's one role is composed.
Resources are named exactly; where a pattern is unavoidable, its reason stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.config import Cell
from infra.constructs.function import Grant, allow

_KEYS = "dynamodb:LeadingKeys"


class Permissions:
    """The statements over one cell's ledger, files, key and mail."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        cell: Cell,
        table_name: str,
        bucket_name: str,
        address_key_arn: str,
        link_keys_arn: str,
        configuration_set: str,
    ) -> None:
        self._stack = stack
        self._table = stack.format_arn(
            service="dynamodb", resource="table", resource_name=table_name
        )
        self._bucket = stack.format_arn(service="s3", region="", account="", resource=bucket_name)
        self._address_key = address_key_arn
        self._link_keys = link_keys_arn
        self._opt_outs = stack.format_arn(
            service="sms-voice", resource="opt-out-list", resource_name=cell.opt_out_list
        )
        self._telephones = cell.phone is not None
        self._local = cell.local
        self._configuration_set = stack.format_arn(
            service="ses", resource="configuration-set", resource_name=configuration_set
        )
        self._tenants = stack.format_arn(service="ses", resource="tenant", resource_name="*")
        self._identities = stack.format_arn(service="ses", resource="identity", resource_name="*")

    def ledger(self) -> list[Grant]:
        """Read and write accounts; a transaction is allowed by the actions it is made of, and ours
        put their conditions on the items that they write: none checks another."""
        return [
            Grant(
                allow(
                    [
                        "dynamodb:GetItem",
                        "dynamodb:Query",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem",
                    ],
                    self._table,
                )
            )
        ]

    def reading(self) -> list[Grant]:
        """Read accounts and settings, and write nothing: a page cannot change what it shows."""
        return [Grant(allow(["dynamodb:GetItem", "dynamodb:Query"], self._table))]

    def agenda(self) -> list[Grant]:
        """Read what is due, keep the sweep's own place; nothing of an account can be written. A
        channel's rest and its rate are changed in items that senders write as well."""
        shared = allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], self._table)
        if not self._local:
            # The local cloud knows no keys of items.
            own = {_KEYS: ["SWEEP#*", "RATE#*"]}
            shared.add_conditions({"ForAllValues:StringLike": own, "Null": {_KEYS: "false"}})
        return [
            Grant(allow(["dynamodb:GetItem"], self._table)),
            Grant(shared),
            Grant(allow(["dynamodb:Query"], f"{self._table}/index/agenda")),
        ]

    def errands(self) -> list[Grant]:
        """Read where something is to be done at a payment provider."""
        return [Grant(allow(["dynamodb:Query"], f"{self._table}/index/agenda"))]

    def mail_account(self) -> list[Grant]:
        """Read what SES lets the account send: rate, quota and standing."""
        account_wide = "GetAccount is about the whole account and takes no resource."
        return [Grant(allow(["ses:GetAccount"], "*"), {"*": account_wide})]

    def book(self) -> list[Grant]:
        """List a creditor's accounts: new policies plan all of them anew."""
        return [Grant(allow(["dynamodb:Query"], f"{self._table}/index/book"))]

    def settings_and_plans(self) -> list[Grant]:
        """Settings, runs of imports, and the plans on HEAD that follow from new settings. What an
        account owes is read for a plan; none of it can be removed."""
        actions = ["GetItem", "Query", "PutItem", "UpdateItem"]
        return [Grant(allow([f"dynamodb:{action}" for action in actions], self._table))]

    def guarding(self) -> list[Grant]:
        """Read books and settings; stop a variant in a creditor's settings, and leave a line for a
        person. Nothing is removed."""
        actions = ["GetItem", "Query", "PutItem", "UpdateItem"]
        return [Grant(allow([f"dynamodb:{action}" for action in actions], self._table))]

    def incoming_files(self) -> list[Grant]:
        """Read what people upload."""
        incoming, config = (f"{self._bucket}/{prefix}/*" for prefix in ("incoming", "config"))
        # Without s3:ListBucket a file that is not there is AccessDenied, not NoSuchKey, and the
        # reader's error says so: the right to list all names is too much for one word in a log.
        named_by_people = "People name the files that they upload; only this prefix may be read."
        return [
            Grant(
                # A version that an event names is another action than the newest one.
                allow(["s3:GetObject", "s3:GetObjectVersion"], incoming, config),
                {incoming: named_by_people, config: named_by_people},
            )
        ]

    def published_files(self) -> list[Grant]:
        """Put settings, policies and own words where an upload of them would lie; no other files
        of a creditor's."""
        names = ("creditor.json", "policies.yaml", "wording/*")
        files = [f"{self._bucket}/config/*/{name}" for name in names]
        named = "A file carries its creditor, channel and language; these files alone are meant."
        return [Grant(allow(["s3:PutObject"], *files), dict.fromkeys(files, named))]

    def import_files(self) -> list[Grant]:
        """Keep what an import needs while it runs, and write its results."""
        work, results = (f"{self._bucket}/{prefix}/*" for prefix in ("work", "results"))
        of_a_run = "What an import keeps carries the id of its run; only this prefix may be used."
        return [
            Grant(allow(["s3:GetObject"], work), {work: of_a_run}),
            Grant(
                allow(["s3:PutObject"], work, results),
                {
                    work: of_a_run,
                    results: "A result carries the name of the file that it is about.",
                },
            ),
        ]

    def hand_over_files(self) -> list[Grant]:
        """Write the files about what was handed over, and nothing beside them."""
        files = f"{self._bucket}/results/*/handover/*"
        named = "A file carries its creditor and its hand-over; only these folders may be written."
        return [Grant(allow(["s3:PutObject"], files), {files: named})]

    def uploaded_files(self) -> list[Grant]:
        """Sign forms with which a browser puts a file to an objection: put, and never read."""
        files = f"{self._bucket}/uploads/*"
        named = "A file carries its creditor and its objection; only this prefix may be written."
        return [Grant(allow(["s3:PutObject"], files), {files: named})]

    def letters(self) -> list[Grant]:
        """Put letters into the folder of the print service; neither read nor replace any."""
        files = f"{self._bucket}/letters/*"
        named = "A letter carries its creditor, day and notice; only this folder may be written."
        return [Grant(allow(["s3:PutObject"], files), {files: named})]

    def address_key(self) -> list[Grant]:
        return [Grant(allow(["secretsmanager:GetSecretValue"], self._address_key))]

    def link_keys(self) -> list[Grant]:
        return [Grant(allow(["secretsmanager:GetSecretValue"], self._link_keys))]

    def printer(self, function: lambda_.IFunction) -> list[Grant]:
        """Have documents printed."""
        return [Grant(allow(["lambda:InvokeFunction"], function.function_arn))]

    def provider_keys(self, names: str) -> list[Grant]:
        """Read the keys of creditors' payment providers."""
        secrets = self._secrets_below(names)
        made_later = (
            "A creditor's account with a provider is set up after the cell is, as a secret of its "
            "own; only names below this cell's folder may be read."
        )
        return [Grant(allow(["secretsmanager:GetSecretValue"], secrets), {secrets: made_later})]

    def mail(self) -> list[Grant]:
        """SES asks for the identity and for the configuration set; only ours may be used."""
        if self._local:
            # The local cloud checks the action, but knows no resource of it.
            return [Grant(allow(["ses:SendEmail"], "*"))]
        return [
            Grant(
                allow(["ses:SendEmail"], self._identities, self._configuration_set, self._tenants),
                {
                    self._tenants: "A creditor's tenant is made in SES when the creditor is set "
                    "up, and may only send from what is associated with it.",
                    self._identities: "Each creditor sends from a domain or address of its own, "
                    "which is verified in SES when the creditor is set up, not when the cell is "
                    "deployed; the configuration set is exact.",
                },
            )
        ]

    def telephone(self, lines: Mapping[str, str], texts: Sequence[str], *more: str) -> list[Grant]:
        """Call by the cell's own lines, and write by those of them that may; under its own
        configuration set and protect configuration (`more`)."""
        found = [Grant(allow(["sms-voice:SendVoiceMessage"], *lines.values(), *more))]
        if texts:
            found.append(Grant(allow(["sms-voice:SendTextMessage"], *texts, *more)))
        return found

    def opted_out_numbers(self) -> list[Grant]:
        """Put numbers on the service's list of those that are not called, and take them off."""
        actions = ["sms-voice:PutOptedOutNumber", "sms-voice:DeleteOptedOutNumber"]
        return [Grant(allow(actions, self._opt_outs))] if self._telephones else []

    def endpoints(self) -> list[Grant]:
        """Read which endpoints a creditor has; nothing else of the table is asked for."""
        return [Grant(allow(["dynamodb:GetItem"], self._table))]

    def endpoint_healths(self) -> list[Grant]:
        """Keep how endpoints have been doing, in items of their own."""
        kept = allow(["dynamodb:UpdateItem"], self._table)
        if not self._local:
            # The local cloud knows no keys of items.
            own = {_KEYS: ["*#W"]}
            kept.add_conditions({"ForAllValues:StringLike": own, "Null": {_KEYS: "false"}})
        return [Grant(kept)]

    def webhook_secrets(self, names: str) -> list[Grant]:
        """Read the secrets that sign for creditors' endpoints."""
        secrets = self._secrets_below(names)
        made_later = (
            "An endpoint's secret is made when the endpoint is set up, after the cell is; only"
            " names below this cell's folder may be read."
        )
        return [Grant(allow(["secretsmanager:GetSecretValue"], secrets), {secrets: made_later})]

    def from_stream(self, stream_arn: str) -> list[Grant]:
        """Read the table's stream, as its mapping does."""
        listed = "The streams of an account are listed, all or none: the action takes no resource."
        return [
            Grant(
                allow(
                    [
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                    ],
                    stream_arn,
                )
            ),
            Grant(allow(["dynamodb:ListStreams"], "*"), {"*": listed}),
        ]

    def from_queues(self, queues: Sequence[sqs.IQueue], *, put_off: bool = False) -> list[Grant]:
        """Take work out; `put_off`: and say when a message comes again."""
        later = ["sqs:ChangeMessageVisibility"] if put_off else []
        return [
            Grant(
                allow(
                    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *later],
                    *(queue.queue_arn for queue in queues),
                )
            )
        ]

    def to_queue(self, queue: sqs.IQueue) -> list[Grant]:
        """Put work in, and count what is still there."""
        return [Grant(allow([*self._send(), "sqs:GetQueueAttributes"], queue.queue_arn))]

    def into_queue(self, queue: sqs.IQueue) -> list[Grant]:
        """Put work in."""
        return [Grant(allow(self._send(), queue.queue_arn))]

    def _secrets_below(self, names: str) -> str:
        return self._stack.format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{names}/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def _send(self) -> list[str]:
        # On AWS the right to send covers batches; the local cloud asks for an action AWS lacks.
        return ["sqs:SendMessage", *(["sqs:SendMessageBatch"] if self._local else [])]

    def give_up_to(self, queue: sqs.IQueue) -> list[Grant]:
        return [Grant(allow(["sqs:SendMessage"], queue.queue_arn))]
