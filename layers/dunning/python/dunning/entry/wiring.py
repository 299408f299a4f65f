"""The one place that wires: from settings to use cases with their real adapters, each made when it
is first asked for. What a function needs of them is `bootstrap`'s; no rule lives here.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.entry import on_demand
from dunning.entry.cell_ground import CellGround
from dunning.entry.observability import metrics
from dunning.entry.threads import PART_THREADS
from dunning.service.accounts import Accounts
from dunning.service.ports import Renderer, Sender
from dunning.service.record_body import RecordBody
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

    from dunning.adapters.dynamodb.imports import DynamoImports
    from dunning.adapters.dynamodb.replans import DynamoReplannings
    from dunning.adapters.link_tokens import LinkTokens
    from dunning.adapters.links import SignedLinks
    from dunning.adapters.portal_pages import PortalPages
    from dunning.adapters.s3 import S3Blobs
    from dunning.adapters.sqs import SqsSteps
    from dunning.domain.contact.ruleset_gates import RulesetGates
    from dunning.service.import_invoices import ImportInvoices
    from dunning.service.intake_finish import Onward
    from dunning.service.keep_current import KeepCurrent
    from dunning.service.opting_out import OptOuts
    from dunning.service.portal import LinkDoor, Portal
    from dunning.service.record_feedback import RecordFeedback
    from dunning.service.record_import import RecordImport
    from dunning.service.remind import Reminders
    from dunning.service.replan_book import ReplanBook
    from dunning.service.sweep import Sweep
    from dunning.service.withdrawing import Withdrawing


class Wiring(CellGround):
    """One cell's parts, each made when it is first asked for."""

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.ledger, self.gates, on_demand.jitter, self.rulebooks)

    @cached_property
    def gates(self) -> "RulesetGates":
        from dunning.domain.contact.ruleset_gates import RulesetGates

        channels = frozenset(self.settings.channels)
        return RulesetGates(
            on_demand.contact_rules, on_demand.phone_number, self._time_zones, channels
        )

    @cached_property
    def reservations(self) -> Reservations:
        from dunning.adapters.dynamodb.persons import DynamoPersons

        _ = self.connection
        return Reservations(DynamoPersons(), self.accounts.gates, on_demand.jitter)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self.accounts, metrics(), self.reservations)

    @cached_property
    def bodies(self) -> RecordBody:
        from dunning.adapters.dynamodb.unmatched import DynamoUnmatched

        _ = self.connection
        return RecordBody(
            accounts=self.accounts,
            suppressions=self.suppressions,
            hash_of=self.hash_of,
            unmatched=DynamoUnmatched(),
            reservations=self.reservations,
            dialled=on_demand.dialled,
        )

    @cached_property
    def withdrawing(self) -> "Withdrawing":
        from dunning.service.withdrawing import Withdrawing

        return Withdrawing(self.bodies, self.rulebooks)

    @cached_property
    def reminders(self) -> "Reminders":
        """The sender of mails."""
        from dunning.adapters.render import TemplateRenderer
        from dunning.adapters.ses import SesSender, ses_client

        here = self.settings
        sender = SesSender(ses_client(self._session, self._region), here.configuration_set)
        renderer = TemplateRenderer(here.templates_path, self.links)
        return self._reminders(EMAIL, renderer, sender, here.email_rate)

    @cached_property
    def calls(self) -> "tuple[Reminders, ...]":
        """The senders of calls and, where the cell has a rate for them, of texts."""
        from dunning.adapters.phone_setup import read_setup
        from dunning.adapters.render_call import CallRenderer
        from dunning.adapters.voice import PhoneSender, voice_client

        here = self.settings
        sender = PhoneSender(voice_client(self._session, self._region), read_setup(here.phone))
        renderer = CallRenderer(here.templates_path)
        rates = {VOICE: here.voice_rate, SMS: here.sms_rate}
        return tuple(
            self._reminders(channel, renderer, sender, rate)
            for channel, rate in rates.items()
            if rate > 0
        )

    def _reminders(
        self, channel: str, renderer: Renderer, sender: Sender, rate: float
    ) -> "Reminders":
        from dunning.adapters.rate import LeasedRate
        from dunning.adapters.tokens import random_token
        from dunning.service.hand_over import HandOverFiles
        from dunning.service.remind import Reminders

        return Reminders(
            channel=channel,
            accounts=self.accounts,
            settlement=self.settlement,
            settings=self.rulebooks,
            suppressions=self.suppressions,
            renderer=renderer,
            senders={channel: sender},
            rate=LeasedRate(self._dynamodb(), self.settings.table_name, channel, rate),
            channels=self.channels,
            tokens=random_token,
            metrics=metrics(),
            exports=HandOverFiles(self.ledger, lambda: self.blobs),
            reservations=self.reservations,
        )

    @cached_property
    def sweeps(self) -> "tuple[Sweep, ...]":
        """One for each channel that has a rate; calls and texts wait in one queue."""
        here = self.settings
        rates = (
            (EMAIL, here.email_rate, here.email_queue_url),
            (VOICE, here.voice_rate, here.voice_queue_url),
            (SMS, here.sms_rate, here.voice_queue_url),
        )
        return tuple(self._sweep(channel, rate, url) for channel, rate, url in rates if rate > 0)

    def _sweep(self, channel: str, rate: float, queue_url: str) -> "Sweep":
        from dunning.adapters.sqs import SqsOutbox
        from dunning.service.sweep import Sweep

        return Sweep(
            channel=channel,
            rate=rate,
            ledger=self.ledger,
            settings=self.rulebooks,
            channels=self.channels,
            outbox=SqsOutbox(cast("SQSClient", self._client("sqs")), queue_url),
            metrics=metrics(),
        )

    @cached_property
    def feedback(self) -> "RecordFeedback":
        from dunning.service.record_feedback import RecordFeedback

        return RecordFeedback(
            self.ledger, self.rulebooks, self.bodies, self.settlement, self.reservations
        )

    @cached_property
    def blobs(self) -> "S3Blobs":
        from dunning.adapters.s3 import S3Blobs

        return S3Blobs(cast("S3Client", self._client("s3")), self.settings.bucket_name)

    @cached_property
    def runs(self) -> "DynamoImports":
        from dunning.adapters.dynamodb.imports import DynamoImports

        _ = self.connection
        return DynamoImports()

    @cached_property
    def steps(self) -> "SqsSteps":
        from dunning.adapters.sqs import SqsSteps

        queue = self.settings.parts_queue_url
        return SqsSteps(cast("SQSClient", self._client("sqs")), queue)

    @cached_property
    def replannings(self) -> "DynamoReplannings":
        from dunning.adapters.dynamodb.replans import DynamoReplannings

        _ = self.connection
        return DynamoReplannings()

    @cached_property
    def replans(self) -> "ReplanBook":
        from dunning.service.replan_book import ReplanBook

        return ReplanBook(
            accounts=self.accounts,
            settings=self.rulebooks,
            replannings=self.replannings,
            steps=self.steps,
            metrics=metrics(),
            threads=PART_THREADS,
        )

    @cached_property
    def current(self) -> "KeepCurrent":
        from dunning.adapters.rulesets import interest_ruleset
        from dunning.service.keep_current import KeepCurrent
        from dunning.service.sweep import INTERVAL

        return KeepCurrent(
            settings=self.rulebooks,
            replannings=self.replannings,
            steps=self.steps,
            ruleset=interest_ruleset,
            metrics=metrics(),
            interval=INTERVAL,
        )

    @cached_property
    def onward(self) -> "Onward":
        from dunning.adapters.report_page import ReportPages
        from dunning.service.intake_finish import Onward

        here = self.settings
        return Onward(
            blobs=self.blobs,
            settings=self.rulebooks,
            imports=self.runs,
            steps=self.steps,
            pages=ReportPages(here.templates_path),
            metrics=metrics(),
        )

    @cached_property
    def imports(self) -> "ImportInvoices":
        from dunning.adapters import contact_rulesets
        from dunning.adapters.formats.files import FilesByName
        from dunning.adapters.gather import sqlite_gather
        from dunning.adapters.tokens import random_token
        from dunning.service.import_invoices import ImportInvoices
        from dunning.service.import_settings import ImportSettings
        from dunning.service.intake_cut import Cut

        return ImportInvoices(
            blobs=self.blobs,
            imports=self.runs,
            config=ImportSettings(self.blobs, self.rulebooks, self.replans, contact_rulesets),
            cut=Cut(
                blobs=self.blobs,
                settings=self.rulebooks,
                accounts=self.accounts,
                replans=self.replans,
                formats=FilesByName(),
                gathers=sqlite_gather,
                imports=self.runs,
                tokens=random_token,
            ),
            onward=self.onward,
            metrics=metrics(),
        )

    @cached_property
    def records(self) -> "RecordImport":
        from dunning.service.intake_missing import Missing
        from dunning.service.record_import import RecordImport

        return RecordImport(
            blobs=self.blobs,
            settings=self.rulebooks,
            imports=self.runs,
            bodies=self.bodies,
            onward=self.onward,
            missing=Missing(self.blobs, self.rulebooks, self.bodies, self.onward),
            threads=PART_THREADS,
        )

    @cached_property
    def link_tokens(self) -> "LinkTokens":
        from dunning.adapters.link_tokens import LinkKeys, LinkTokens, secret_text

        client = cast("SecretsManagerClient", self._client("secretsmanager"))
        return LinkTokens(LinkKeys(secret_text(client, self.settings.link_keys_secret)))

    @cached_property
    def links(self) -> "SignedLinks":
        from dunning.adapters.links import SignedLinks

        return SignedLinks(self.settings.portal_url, lambda: self.link_tokens)

    @cached_property
    def door(self) -> "LinkDoor":
        from dunning.adapters.dynamodb.keys import creditor_of
        from dunning.service.portal import LinkDoor

        return LinkDoor(self.ledger, self.rulebooks, self.link_tokens.opened, creditor_of)

    @cached_property
    def portal(self) -> "Portal":
        from dunning.service.portal import Portal

        return Portal(self.door)

    @cached_property
    def opt_outs(self) -> "OptOuts":
        from dunning.service.opting_out import OptOuts
        from dunning.service.withdrawing import Withdrawing

        return OptOuts(self.door, Withdrawing(self.bodies, self.rulebooks), metrics())

    @cached_property
    def pages(self) -> "PortalPages":
        from dunning.adapters.portal_pages import PortalPages

        return PortalPages(self.settings.templates_path)
