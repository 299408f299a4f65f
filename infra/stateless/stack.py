"""The stateless stack of a cell: functions, both HTTP APIs, queues, what wakes them, what warns.
It composes; every choice about one piece stands with that piece."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.bundling import Layers
from infra.config import Cell
from infra.constructs.buffer import MAX_RECEIVE_COUNT, Buffer
from infra.constructs.function import DunningFunction, Grant
from infra.constructs.layers import FunctionLayers
from infra.names import Names
from infra.phone import Phone
from infra.stateless import phone as telephony
from infra.stateless.alarms import NAMESPACE, Alarms
from infra.stateless.api import PublicApi
from infra.stateless.collection import PlanCollection
from infra.stateless.events import FileEvents, MailEvents
from infra.stateless.guard import ExperimentGuard
from infra.stateless.imports import import_invoices, record_import
from infra.stateless.outbound import Outbound
from infra.stateless.pages import page_functions
from infra.stateless.payments import Payments
from infra.stateless.permissions import Permissions
from infra.stateless.printing import print_pdf
from infra.stateless.private_api import PrivateApi
from infra.stateless.queues import MESSAGE_TIMEOUT, Queues
from infra.stateless.renewing import Renewing
from infra.stateless.schedule import QUARTER_HOURLY, Schedule, missed_runs

_SWEEP_TIMEOUT = cdk.Duration.minutes(5)


class StatelessStack(cdk.Stack):
    """Everything of a cell that a deploy may replace."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        layers: Layers,
        env: cdk.Environment,
        synthesizer: cdk.IReusableStackSynthesizer,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            synthesizer=synthesizer,
            description=f"Duecourse, cell {cell.name}: functions, queues, schedule and alarms",
        )
        self._cell = cell
        stopped = {"OPT_OUT_LIST": cell.opt_out_list} if cell.opt_out_list else {}
        # One name for all functions: metrics carry the dimension `service` and nothing else, so
        # an alarm needs no arithmetic over functions.
        self._service = f"duecourse-{cell.name}"
        names = Names(cell)
        self._table_name = self._from_stateful("LedgerTable", names.table_name)
        self._bucket_name = self._from_stateful("FilesBucket", names.bucket_name)
        self._address_key_arn = self._from_stateful("AddressKey", names.address_key)
        self._link_keys_arn = self._from_stateful("LinkKeys", names.link_keys)
        self._permissions = Permissions(
            self,
            cell=cell,
            table_name=self._table_name,
            bucket_name=self._bucket_name,
            address_key_arn=self._address_key_arn,
            link_keys_arn=self._link_keys_arn,
            configuration_set=self._service,
        )
        self._layers = FunctionLayers(self, "Layers", cell=cell, layers=layers)

        queues = Queues.made(self, cell)
        FileEvents(self, "Files", bucket_name=self._bucket_name, imports=queues.imports)
        MailEvents(self, "Mail", name=self._service, feedback=queues.feedback, sent=queues.sent)
        sweep_dead_letters = missed_runs(self, "SweepDeadLetters")
        may = self._permissions
        prints = print_pdf(self._function, self._layers)
        renewing = Renewing(self, "LinkRequests")
        pages = page_functions(
            cell=cell,
            function=self._function,
            permissions=may,
            layers=self._layers,
            link_keys_arn=self._link_keys_arn,
            prints=prints,
            link_requests=renewing.requests,
        )
        payments = Payments(
            self,
            "Payments",
            cell=cell,
            function=self._function,
            permissions=may,
            layers=self._layers,
        )
        outbound = Outbound(
            self,
            "Outbound",
            cell=cell,
            function=self._function,
            permissions=may,
            stream_arn=self._from_stateful("LedgerStream", names.table_stream),
        )
        public = PublicApi(
            self,
            "Public",
            cell=cell,
            service=self._service,
            pages=pages["Portal"],
            forms=pages["PortalActions"],
            opt_outs=pages["OptOut"],
            callbacks=payments.receive,
        )
        private = PrivateApi(
            self,
            "Private",
            cell=cell,
            service=self._service,
            function=self._function,
            permissions=may,
            layers=self._layers,
            stopped=stopped,
            webhooks=outbound.queue,
        )
        # Providers send a customer back to the pages: their address follows from the API.
        pages["PortalActions"].add_environment("PORTAL_URL", public.url)
        guard = ExperimentGuard(
            self,
            name=f"{self._service}-guard-experiments",
            function=self._function,
            permissions=may,
        )
        collection = PlanCollection(
            self,
            cell=cell,
            name=f"{self._service}-collect-plans",
            function=self._function,
            permissions=may,
            layers=self._layers,
        )
        functions = {
            "ImportInvoices": import_invoices(
                self._function, may, self._layers, queues.imports, queues.parts
            ),
            "RecordImport": record_import(self._function, may, stopped, queues.parts),
            "Sweep": self._sweep(queues, sweep_dead_letters),
            "SendEmail": self._send_email(queues.email, public.url, prints),
            "RecordFeedback": self._record_feedback(queues.feedback, queues.sent),
            "ReceiveCallback": payments.receive,
            "RecordPayments": payments.record,
            "PrintPdf": prints,
            "RenewLinks": renewing.function(
                self._function, may, link_keys_arn=self._link_keys_arn, email=queues.email
            ),
            **private.functions,
            **outbound.functions,
            **guard.functions,
            **collection.functions,
            **pages,
        }
        waiting = {
            "Email": queues.email.queue,
            "Feedback": queues.feedback.queue,
            "LinkRequests": renewing.requests.queue,
        }
        if queues.voice is not None and cell.phone is not None:
            functions["SendVoice"] = self._send_voice(cell.phone, queues.voice, queues.feedback)
            waiting["Voice"] = queues.voice.queue
        Schedule(
            self,
            "Schedule",
            name=f"{self._service}-sweep",
            every=QUARTER_HOURLY,
            wakes=functions["Sweep"],
            dead_letters=sweep_dead_letters,
        )
        buffers = {
            **queues.named(),
            "Callbacks": payments.callbacks,
            "LinkRequests": renewing.requests,
        }
        dead = {name: buffer.dead_letters for name, buffer in buffers.items()}
        dead |= {"Sweep": sweep_dead_letters, **outbound.dead, **guard.dead, **collection.dead}
        alarms = Alarms(self, "Alarms", cell=cell, service=self._service)
        alarms.on_dead_letters(dead)
        alarms.on_waiting(waiting)
        alarms.on_functions(functions)
        alarms.on_unread_quota()
        alarms.on_silence("Sweep", functions["Sweep"])
        alarms.on_pages(public.metric)
        alarms.on_api(private.metric)

        told = {
            "TableName": self._table_name,
            "BucketName": self._bucket_name,
            "ConfigurationSetName": self._service,
            "AlarmTopicArn": alarms.topic.topic_arn,
            "PortalUrl": public.url,
            **private.told(),
            "WebhooksQueueUrl": outbound.queue.queue_url,
            **{f"{name}QueueUrl": one.queue.queue_url for name, one in buffers.items()},
            **{f"{name}DeadLetterQueueUrl": queue.queue_url for name, queue in dead.items()},
            **{f"{name}FunctionName": one.function_name for name, one in functions.items()},
        }
        for name, value in told.items():
            cdk.CfnOutput(self, name, value=value)

    def _sweep(self, queues: Queues, failed: sqs.IQueue) -> lambda_.Function:
        email, parts, voice, phone = queues.email, queues.parts, queues.voice, self._cell.phone
        more: dict[str, str] = {}
        if voice is not None and phone is not None:
            more = {"VOICE_QUEUE_URL": voice.queue.queue_url, **telephony.rates(phone)}
        return self._function(
            "Sweep",
            verb="sweep",
            timeout=_SWEEP_TIMEOUT,
            memory_mib=512,
            environment={
                "EMAIL_QUEUE_URL": email.queue.queue_url,
                "EMAIL_RATE": str(self._cell.email_rate),
                # Books that stand on old rules, or whose replan stands still, go on by message.
                "PARTS_QUEUE_URL": parts.queue.queue_url,
                **more,
            },
            grants=[
                *self._permissions.agenda(),
                *self._permissions.mail_account(),
                *self._permissions.to_queue(email.queue),
                *(self._permissions.to_queue(voice.queue) if voice else ()),
                *self._permissions.into_queue(parts.queue),
                *self._permissions.give_up_to(failed),
            ],
            # Two at once would count the same queue and enqueue the same accounts.
            reserved_concurrency=1,
        )

    def _send_email(
        self, email: Buffer, portal_url: str, prints: lambda_.IFunction
    ) -> lambda_.Function:
        function = self._function(
            "SendEmail",
            verb="send_email",
            timeout=MESSAGE_TIMEOUT,
            # CPU comes with memory, and two senders that wait for their turn are billed for it: as
            # much as 14 mails a second take, and 15 % more (make bench). It fills 70 MiB.
            memory_mib=256,
            environment={
                "CONFIGURATION_SET": self._service,
                "EMAIL_RATE": str(self._cell.email_rate),
                "EMAIL_MAX_RECEIVE_COUNT": str(MAX_RECEIVE_COUNT),
                "LINK_KEYS_SECRET": self._link_keys_arn,
                "PORTAL_URL": portal_url,
                "PDF_FUNCTION": prints.function_name,
            },
            grants=[
                *self._permissions.ledger(),
                *self._permissions.mail(),
                *self._permissions.printer(prints),
                *self._permissions.link_keys(),
                *self._permissions.letters(),
                *self._permissions.hand_over_files(),
                *self._permissions.from_queues([email.queue]),
            ],
        )
        email.feed(function, "ToSend", batch_size=10, max_concurrency=self._cell.sender_concurrency)
        return function

    def _send_voice(self, phone: Phone, voice: Buffer, feedback: Buffer) -> lambda_.Function:
        here = telephony.Telephones(
            self,
            "Phone",
            cell=self._cell,
            phone=phone,
            name=f"{self._service}-phone",
            feedback=feedback,
            from_stateful=self._from_stateful,
        )
        function = self._function(
            "SendVoice",
            verb="send_voice",
            timeout=MESSAGE_TIMEOUT,
            memory_mib=256,
            environment={
                "PHONE": here.settings,
                "VOICE_MAX_RECEIVE_COUNT": str(MAX_RECEIVE_COUNT),
                **telephony.rates(phone),
            },
            grants=[
                *self._permissions.ledger(),
                *self._permissions.telephone(here.lines, here.texts, *here.own),
                *self._permissions.hand_over_files(),
                *self._permissions.from_queues([voice.queue]),
            ],
        )
        voice.feed(function, "ToCall", batch_size=10, max_concurrency=2)
        return function

    def _record_feedback(self, feedback: Buffer, sent: Buffer) -> lambda_.Function:
        function = self._function(
            "RecordFeedback",
            verb="record_feedback",
            timeout=MESSAGE_TIMEOUT,
            memory_mib=512,
            grants=[
                *self._permissions.ledger(),
                *self._permissions.address_key(),
                *self._permissions.from_queues([feedback.queue, sent.queue]),
            ],
        )
        feedback.feed(function, "ToRecord", batch_size=10, max_concurrency=2)
        sent.feed(function, "ToRecord", batch_size=1000, max_concurrency=2)
        return function

    def _function(
        self,
        construct_id: str,
        *,
        verb: str,
        timeout: cdk.Duration,
        memory_mib: int,
        grants: Sequence[Grant],
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | None = None,
        layers: Sequence[lambda_.ILayerVersion] | None = None,
        disk_mib: int | None = None,
        sends_itself_on: bool = False,
    ) -> lambda_.Function:
        return DunningFunction(
            self,
            construct_id,
            cell=self._cell,
            verb=verb,
            layers=layers or self._layers.all,
            timeout=timeout,
            memory_mib=memory_mib,
            environment={
                "TABLE_NAME": self._table_name,
                "BUCKET_NAME": self._bucket_name,
                "ADDRESS_KEY_SECRET": self._address_key_arn,
                "CELL": self._cell.name,
                "CHANNELS": ",".join(self._cell.channels),
                "LOG_LEVEL": "INFO",
                "POWERTOOLS_SERVICE_NAME": self._service,
                "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
                # The zones of the layer's pinned tzdata, never those of the machine.
                "PYTHONTZPATH": "",
                **(environment or {}),
            },
            grants=grants,
            reserved_concurrency=reserved_concurrency,
            disk_mib=disk_mib,
            sends_itself_on=sends_itself_on,
        ).function

    def _from_stateful(self, construct_id: str, parameter: str) -> str:
        return cdk.CfnParameter(
            self, construct_id, type="AWS::SSM::Parameter::Value<String>", default=parameter
        ).value_as_string
