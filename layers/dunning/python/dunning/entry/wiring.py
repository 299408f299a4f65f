"""The one place that wires: from settings to use cases with their real adapters, each made when it
is first asked for. What a function needs of them is `bootstrap`'s; no rule lives here.
"""

import random
import time
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from dunning.adapters.person import NoLimit
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.creditor import DEFAULT_SHARDS
from dunning.domain.reach import LETTER, TASK
from dunning.entry.observability import logger, metrics
from dunning.entry.settings import TABLE, Settings
from dunning.entry.time_zones import pin_time_zones
from dunning.entry.wiring_files import FileWiring
from dunning.service.accounts import Accounts
from dunning.service.ports import Clock, Rate, Renderer, Sender
from dunning.service.record_body import RecordBody
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.session import Session
    from pynamodb.connection import Connection
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

    from dunning.adapters.address_hash import KeyedHash
    from dunning.adapters.dynamodb.cell import DynamoSettings, DynamoSuppressions
    from dunning.adapters.dynamodb.channels import DynamoChannels
    from dunning.adapters.dynamodb.ledger import DynamoLedger
    from dunning.adapters.opt_out_list import PhoneOptOuts
    from dunning.adapters.secrets import SecretKey
    from dunning.domain.charges.regime import Ruleset
    from dunning.domain.contact.attempt import Number
    from dunning.domain.contact.ruleset import Ruleset as ContactRuleset
    from dunning.domain.contact.ruleset_gates import RulesetGates
    from dunning.domain.creditor import OwnRules
    from dunning.domain.legal_holds import Effects
    from dunning.entry.wiring_links import LinkWiring
    from dunning.entry.wiring_pdf import PdfWiring
    from dunning.service.record_feedback import RecordFeedback
    from dunning.service.remind import Reminders
    from dunning.service.sending_quota import SendingQuota
    from dunning.service.sweep import Sweep
    from dunning.service.withdrawing import Withdrawing


class Wiring(FileWiring):
    """One cell's parts, each made when it is first asked for."""

    def __init__(self, settings: Settings, region: str | None = None) -> None:
        self._time_zones = pin_time_zones()
        self.settings = settings
        self._region = region

    @cached_property
    def connection(self) -> "Connection":
        from dunning.adapters.dynamodb.models import connect

        return connect(self.settings.table_name, region=self._region)

    @cached_property
    def clock(self) -> Clock:
        from dunning.adapters.clock import TableClock, WallClock

        if self.settings.clock_source == TABLE:
            return TableClock(self._dynamodb(), self.settings.table_name)
        return WallClock()

    @cached_property
    def rulebooks(self) -> "DynamoSettings":
        from dunning.adapters.dynamodb.cell import DynamoSettings
        from dunning.adapters.holiday_calendars import HolidayCalendars
        from dunning.domain.policy_file import read_policies

        return DynamoSettings(
            self.connection,
            read_policies,
            HolidayCalendars(),
            self._shipped_rules,
            _statutes,
            _effects,
        )

    @cached_property
    def ledger(self) -> "DynamoLedger":
        from dunning.adapters.dynamodb.ledger import DynamoLedger

        return DynamoLedger(self.connection, self._shards)

    @cached_property
    def suppressions(self) -> "DynamoSuppressions":
        from dunning.adapters.dynamodb.cell import DynamoSuppressions

        _ = self.connection
        return DynamoSuppressions()

    @cached_property
    def channels(self) -> "DynamoChannels":
        from dunning.adapters.dynamodb.channels import DynamoChannels

        _ = self.connection
        return DynamoChannels()

    @cached_property
    def address_key(self) -> "SecretKey":
        """The key of address hashes: what the cell keeps for good and tells nobody."""
        from dunning.adapters.secrets import SecretKey

        client = cast("SecretsManagerClient", self.client("secretsmanager"))
        return SecretKey(client, self.settings.address_key_secret)

    @cached_property
    def hash_of(self) -> "KeyedHash":
        from dunning.adapters.address_hash import KeyedHash

        return KeyedHash(self.address_key)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.ledger, self.gates, _jitter, self.rulebooks)

    @cached_property
    def gates(self) -> "RulesetGates":
        from dunning.domain.contact.ruleset_gates import RulesetGates

        channels = frozenset(self.settings.channels)
        return RulesetGates(_contact_rules, _phone_number, self._time_zones, channels)

    @cached_property
    def reservations(self) -> Reservations:
        from dunning.adapters.dynamodb.persons import DynamoPersons

        _ = self.connection
        return Reservations(DynamoPersons(), self.accounts.gates, _jitter)

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
            dialled=_dialled,
            numbers=self.stopped_numbers,
        )

    @cached_property
    def stopped_numbers(self) -> "PhoneOptOuts | None":
        """The provider's list of numbers that are not called, for functions that are told of it."""
        name = self.settings.opt_out_list
        if not name:
            return None
        from dunning.adapters.opt_out_list import ListClient, PhoneOptOuts

        def client() -> ListClient:
            return cast(ListClient, self.client("pinpoint-sms-voice-v2"))

        return PhoneOptOuts(cache(client), name, metrics().count)

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
        attached = self.pdfs.attached if here.pdf_function else None
        renderer = TemplateRenderer(
            here.templates_path, self.behind_links.links, _own_words_failed, attached
        )
        return self._reminders(EMAIL, renderer, sender, self._rate(EMAIL, here.email_rate))

    @cached_property
    def people(self) -> "Reminders":
        """The sender of lines for people: the channel `task`."""
        from dunning.adapters.person import TaskRenderer, TaskSender

        return self._reminders(TASK, TaskRenderer(), TaskSender(), NoLimit())

    @cached_property
    def letters(self) -> "Reminders":
        """The sender of letters."""
        return self._reminders(LETTER, self.pdfs.letters, self.pdfs.letter_folder, NoLimit())

    @cached_property
    def calls(self) -> "tuple[Reminders, ...]":
        """The senders of calls and, where the cell has a rate for them, of texts."""
        from dunning.adapters.phone_setup import read_setup
        from dunning.adapters.render_call import CallRenderer
        from dunning.adapters.voice import PhoneSender, voice_client

        here = self.settings
        sender = PhoneSender(voice_client(self._session, self._region), read_setup(here.phone))
        renderer = CallRenderer(here.templates_path, _own_words_failed)
        rates = {VOICE: here.voice_rate, SMS: here.sms_rate}
        return tuple(
            self._reminders(channel, renderer, sender, self._rate(channel, rate))
            for channel, rate in rates.items()
            if rate > 0
        )

    def _rate(self, channel: str, rate: float) -> Rate:
        from dunning.adapters.rate import LeasedRate

        return LeasedRate(self._dynamodb(), self.settings.table_name, channel, rate)

    def _reminders(
        self, channel: str, renderer: Renderer, sender: Sender, rate: Rate
    ) -> "Reminders":
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
            rate=rate,
            channels=self.channels,
            tokens=random_token,
            metrics=metrics(),
            exports=HandOverFiles(self.ledger, lambda: self.blobs),
            reservations=self.reservations,
        )

    @cached_property
    def sweeps(self) -> "tuple[Sweep, ...]":
        """One for each channel that has a rate; calls and texts wait in one queue, letters and
        lines for people in that of the mails."""
        here = self.settings
        rates = (
            (EMAIL, here.email_rate, here.email_queue_url),
            (TASK, here.email_rate if TASK in here.channels else 0.0, here.email_queue_url),
            (LETTER, here.email_rate if LETTER in here.channels else 0.0, here.email_queue_url),
            (VOICE, here.voice_rate, here.voice_queue_url),
            (SMS, here.sms_rate, here.voice_queue_url),
        )
        return tuple(self._sweep(channel, rate, url) for channel, rate, url in rates if rate > 0)

    def _mail_quota(self) -> "SendingQuota":
        from dunning.adapters.ses import ses_client
        from dunning.adapters.ses_quota import SesAccount
        from dunning.service.sending_quota import SendingQuota

        account = SesAccount(ses_client(self._session, self._region))
        return SendingQuota(EMAIL, account, self.channels, metrics())

    def _sweep(self, channel: str, rate: float, queue_url: str) -> "Sweep":
        from dunning.adapters.sqs import SqsOutbox
        from dunning.service.sweep import Sweep

        return Sweep(
            channel=channel,
            rate=rate,
            ledger=self.ledger,
            settings=self.rulebooks,
            channels=self.channels,
            outbox=SqsOutbox(cast("SQSClient", self.client("sqs")), queue_url),
            metrics=metrics(),
            quota=self._mail_quota() if channel == EMAIL else None,
        )

    @cached_property
    def feedback(self) -> "RecordFeedback":
        from dunning.service.record_feedback import RecordFeedback

        return RecordFeedback(
            self.ledger, self.rulebooks, self.bodies, self.settlement, self.reservations
        )

    def _shipped_rules(self) -> str:
        """Read when it is asked for: most functions never do."""
        from dunning.adapters.shipped import shipped_rules

        return shipped_rules(self.settings.channels)

    @cached_property
    def behind_links(self) -> "LinkWiring":
        from dunning.entry.wiring_links import LinkWiring

        return LinkWiring(self)

    @cached_property
    def pdfs(self) -> "PdfWiring":
        from dunning.entry.wiring_pdf import PdfWiring

        return PdfWiring(self)

    def refresh(self) -> None:
        """Forget what holds for one invocation alone: settings, and which channels rest."""
        self.rulebooks.refresh()
        self.channels.refresh()

    def _shards(self, creditor: str) -> int:
        book = self.rulebooks.rulebook(creditor)
        return book.creditor.shards if book else DEFAULT_SHARDS

    @property
    def _session(self) -> "Session":
        # The models' own: what botocore has read for one client (120 ms of CPU) serves the others.
        # Not boto3: its clients are botocore's, and the rest of it is import time.
        return self.connection.session

    def client(self, service: str) -> "BaseClient":
        """A client of AWS, for this cell's region."""
        return self._session.create_client(service, region_name=self._region)

    def _dynamodb(self) -> "DynamoDBClient":
        """The models' own client: one pool of connections for all that is asked of the table."""
        return cast("DynamoDBClient", self.connection.client)


def _contact_rules(name: str, own: "OwnRules") -> "ContactRuleset":
    """Read when something is first planned or sent."""
    from dunning.adapters.contact_rulesets import rules_of

    return rules_of(name, own)


def _phone_number(text: str, country: str | None) -> "Number | None":
    """Read when somebody is first to be called: whoever sends mails never loads the plans."""
    from dunning.adapters.phone_numbers import phone_number

    return phone_number(text, country)


def _statutes() -> "Ruleset":
    """Read when a notice first charges interest by statute: most never do."""
    from dunning.adapters.rulesets import interest_ruleset

    return interest_ruleset()


def _dialled(number: str, country: str | None) -> str | None:
    """Loads the numbering plans with the first number: most functions never do."""
    from dunning.adapters.phone_numbers import phone_number

    found = phone_number(number, country)
    return found.e164 if found else None


def _effects() -> "Effects":
    """Read when an account with a hold is charged: hardly ever."""
    from dunning.adapters.contact_rulesets import hold_effects

    return hold_effects()


def _own_words_failed(creditor: str, file: str, error: Exception) -> None:
    """A message went out in the shipped words: its creditor's own could not be said."""
    metrics().count("OwnWordingFailed")
    logger().error(
        "own wording failed",
        extra={"creditor": creditor, "wording": file, "error": type(error).__name__},
    )


def _jitter(attempt: int) -> None:
    """Wait before a write is planned anew, longer each time, never two workers the same."""
    time.sleep(random.uniform(0, 0.02 * 2 ** min(attempt, 5)))
