"""What `wiring` makes for files and for books that are planned anew, as a part of the one class.
Each is made when it is first asked for; no rule lives here.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.entry.observability import metrics
from dunning.entry.threads import PART_THREADS

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from pynamodb.connection import Connection
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

    from dunning.adapters.dynamodb.cell import DynamoSettings
    from dunning.adapters.dynamodb.imports import DynamoImports
    from dunning.adapters.dynamodb.replans import DynamoReplannings
    from dunning.adapters.s3 import S3Blobs
    from dunning.adapters.sqs import SqsSteps
    from dunning.entry.settings import Settings
    from dunning.service.accounts import Accounts
    from dunning.service.import_invoices import ImportInvoices
    from dunning.service.intake_finish import Onward
    from dunning.service.keep_current import KeepCurrent
    from dunning.service.record_body import RecordBody
    from dunning.service.record_import import RecordImport
    from dunning.service.replan_book import ReplanBook


class FileWiring(ABC):
    """Files in, reports out, and replans; over the parts that `Wiring` has besides."""

    settings: "Settings"

    @property
    @abstractmethod
    def connection(self) -> "Connection": ...

    @property
    @abstractmethod
    def accounts(self) -> "Accounts": ...

    @property
    @abstractmethod
    def rulebooks(self) -> "DynamoSettings": ...

    @property
    @abstractmethod
    def bodies(self) -> "RecordBody": ...

    @abstractmethod
    def client(self, service: str) -> "BaseClient":
        """A client of AWS, for this cell's region."""

    @cached_property
    def blobs(self) -> "S3Blobs":
        from dunning.adapters.s3 import S3Blobs

        return S3Blobs(cast("S3Client", self.client("s3")), self.settings.bucket_name)

    @cached_property
    def runs(self) -> "DynamoImports":
        from dunning.adapters.dynamodb.imports import DynamoImports

        _ = self.connection
        return DynamoImports()

    @cached_property
    def steps(self) -> "SqsSteps":
        from dunning.adapters.sqs import SqsSteps

        queue = self.settings.parts_queue_url
        return SqsSteps(cast("SQSClient", self.client("sqs")), queue)

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
        from dunning.adapters.dynamodb.outbound import DynamoSubscriptions
        from dunning.adapters.formats.files import FilesByName
        from dunning.adapters.gather import sqlite_gather
        from dunning.adapters.own_wording_trial import OwnWordingFiles
        from dunning.adapters.tokens import random_token
        from dunning.service.import_invoices import ImportInvoices
        from dunning.service.import_settings import ImportSettings
        from dunning.service.intake_cut import Cut

        _ = self.connection
        return ImportInvoices(
            blobs=self.blobs,
            imports=self.runs,
            config=ImportSettings(
                self.blobs,
                self.rulebooks,
                self.replans,
                contact_rulesets,
                OwnWordingFiles(self.settings.templates_path),
                DynamoSubscriptions(),
                self.settings.webhooks_to_loopback,
            ),
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
