"""The wiring of the offline commands: the same use cases over ports in memory, and files on disk.
No cloud and no environment; a cell's wiring is `bootstrap`'s.
"""

from datetime import date
from pathlib import Path

from dunning.adapters.contact_rulesets import hold_effects, rules_of, ruleset_of
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.adapters.memory.cell import (
    Counters,
    MemoryChannels,
    MemorySender,
    MemorySettings,
    MemorySuppressions,
    NoLimit,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.persons import MemoryPersons
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.adapters.phone_numbers import phone_number
from dunning.adapters.rulesets import interest_ruleset
from dunning.adapters.shipped import CHANNELS
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.gates import Gates, OpenGates
from dunning.domain.intake.mapping import MappingFile, read_mapping
from dunning.domain.reach import LETTER, TASK
from dunning.entry.time_zones import pin_time_zones
from dunning.service.accounts import Accounts
from dunning.service.hand_over import NoExports
from dunning.service.ports import FileRows, Mappings, Message
from dunning.service.record_body import RecordBody
from dunning.service.remind import Reminders
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement
from dunning.service.simulate import SendRecorder, Stage

OF_THE_CELL = "default"
"""In place of a ruleset: what a cell of this version does, by the channels that it sends by."""
SIMULATED = frozenset({EMAIL, VOICE, SMS, LETTER, TASK})
"""The channels that a simulation sends by."""
CALENDARS = HolidayCalendars()


class UnknownRuleset(ValueError):
    """A name that no ruleset has."""


class Forgetful(MemorySender):
    """Takes every message, unless the ledger says that it was refused, and keeps none: a
    simulation sends millions."""

    def __init__(self, recorder: SendRecorder) -> None:
        super().__init__()
        self._recorder = recorder

    def send(self, creditor: str, message: Message) -> str:
        return self._recorder.take()


def gates_of(ruleset: str | None) -> Gates:
    """The gates of a ruleset's name, or of a tenant's file (.toml); none: every channel at every
    hour. Raises UnknownRuleset."""
    if ruleset is None:
        return OpenGates()
    zones = pin_time_zones()
    if ruleset == OF_THE_CELL:
        return RulesetGates(rules_of, phone_number, zones, frozenset(CHANNELS))
    try:
        forced = ruleset_of(ruleset)
    except ContactRulesetError as error:
        raise UnknownRuleset(str(error)) from None
    return RulesetGates(rules_of, phone_number, zones, SIMULATED, forced)


def stage(gates: Gates, ledger: MemoryLedger | None = None) -> Stage:
    """A cell in memory with nothing in it, or over the ledger that is given."""
    ledger, settings, metrics = (
        MemoryLedger() if ledger is None else ledger,
        MemorySettings(CALENDARS, interest=interest_ruleset, effects=hold_effects),
        Counters(),
    )
    suppressions, recorder = MemorySuppressions(), SendRecorder()
    accounts = Accounts(ledger, gates, settings=settings)
    reservations = Reservations(MemoryPersons(), gates)
    settlement = Settlement(accounts, metrics, reservations)
    channels, tokens, rate = MemoryChannels(), Serial(), NoLimit()
    return Stage(
        ledger=ledger,
        settings=settings,
        bodies=RecordBody(
            accounts, suppressions, plain_hash, MemoryUnmatched(), reservations, dialled
        ),
        reminders={
            channel: Reminders(
                channel=channel,
                accounts=accounts,
                settlement=settlement,
                settings=settings,
                suppressions=suppressions,
                renderer=recorder,
                senders={channel: Forgetful(recorder)},
                rate=rate,
                channels=channels,
                tokens=tokens,
                metrics=metrics,
                exports=NoExports(),
                reservations=reservations,
            )
            for channel in sorted(SIMULATED)
        },
        recorder=recorder,
        any_day=isinstance(gates, OpenGates),
    )


def dialled(number: str, country: str | None) -> str | None:
    """A telephone number in its one form; as the wiring of a cell has it."""
    found = phone_number(number, country)
    return found.e164 if found else None


def rows_of(path: Path, on: date | None = None, mapping: Path | None = None) -> FileRows:
    """The rows of a file on disk, whatever its format. `on` is the day of what states none; the
    answers of a mapping file hold for its layout, or for any where it names none. Raises
    MappingFileError."""
    # Here, so that who simulates in a cell needs no reader of files.
    from dunning.adapters.formats.files import FilesByName
    from dunning.adapters.formats.source import PathSource

    mappings: Mappings | None = None
    if mapping is not None:
        answers = read_mapping(mapping.read_text(encoding="utf-8-sig"))

        def mappings(layout: str) -> tuple[str, MappingFile] | None:
            fits = answers.layout in ("", layout)
            return (mapping.name, answers) if fits else None

    return FilesByName().rows(path.name, PathSource(path), on, mappings)
