"""The rest of a cell in its table: creditors and policies, suppressed addresses.
Parsing a policy file is the domain's; reading settings costs once an invocation.
"""

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, UpdateError

from dunning.domain.business_days import WEEKENDS, Calendars
from dunning.domain.charges.regime import Ruleset
from dunning.domain.creditor import Creditor, OwnRules
from dunning.domain.experiments import Stopped
from dunning.domain.intake.mapping import MappingFile, read_mapping
from dunning.domain.legal_holds import Effects
from dunning.domain.own_wording import WordingVersion
from dunning.domain.policy import Policy, Rulebook, no_effects, no_ruleset
from dunning.service.ports import Moved

from . import codec, keys, wordings
from .creditor_change import Change, CreditorChanges, of_settings
from .creditor_codec import settings_of
from .models import CreditorRow, PolicyRow, RegistryRow, Row, SuppressedRow
from .reading import get_row
from .writes import CONDITION

ReadPolicies = Callable[[str], tuple[Policy, ...]]


class MappingRow(Row):
    """Answers about one layout's files, as they were written."""

    file = UnicodeAttribute()
    source = UnicodeAttribute()


class DynamoSettings:
    """Creditors and their policies. A version of a policy file is never changed: it is stored as
    it was written, and parsed again by whoever reads it."""

    def __init__(
        self,
        connection: Connection,
        read_policies: ReadPolicies,
        calendars: Calendars = WEEKENDS,
        rules: Callable[[], str] = lambda: "",
        interest: Callable[[], Ruleset] = no_ruleset,
        effects: Callable[[], Effects] = no_effects,
    ) -> None:
        """`rules`: the versions of what ships with the code, as one text."""
        self.calendars = calendars
        self._rules = rules
        self._interest = interest
        self._effects = effects
        self._changes = CreditorChanges(connection, rules)
        self._read_policies = read_policies
        self._books: dict[str, Rulebook] = {}
        self._parsed: dict[tuple[str, int], tuple[Policy, ...]] = {}
        self._own_rules: dict[tuple[str, int], str] = {}
        self._reading = Lock()

    def refresh(self) -> None:
        """Forget which versions hold: an invocation begins. Versions themselves never change."""
        self._books.clear()

    def rulebook(self, creditor: str) -> Rulebook | None:
        # The threads of a batch all want it first; one of them reads it.
        with self._reading:
            book = self._books.get(creditor)
            if book is None:
                row = get_row(CreditorRow, creditor, keys.CREDITOR)
                if row is None:
                    return None
                version = int(row.policy_version or 0)
                policies = self._policies(creditor, version)
                rules = int(row.rules_version or 0)
                book = Rulebook(
                    settings_of(creditor, row.settings),
                    policies,
                    version,
                    self.calendars,
                    rules,
                    self._interest,
                    self._own(creditor, int(row.contact_version or 0)),
                    self._effects,
                    wordings.own_wording(creditor, row.wordings),
                )
                self._books[creditor] = book
            return book

    def creditor(self, creditor: str) -> Creditor | None:
        row = get_row(CreditorRow, creditor, keys.CREDITOR)
        return settings_of(creditor, row.settings) if row is not None else None

    def creditors(self) -> tuple[str, ...]:
        row = get_row(RegistryRow, *keys.REGISTRY)
        return tuple(sorted(row.names or ())) if row else ()

    def put_creditor(self, creditor: str, settings: Creditor, after: int | None = None) -> bool:
        def following(row: CreditorRow | None) -> Change | None:
            known = settings_of(creditor, row.settings) if row else None
            if after not in (None, known.version if known else 0):
                raise Moved(creditor)
            wanted = settings.following(known)
            if known is not None and replace(known, version=wanted.version) == wanted:
                return None
            return of_settings(row, wanted)

        return self._change(creditor, following) is not None

    def stop_variant(self, creditor: str, stopped: Stopped) -> bool:
        def following(row: CreditorRow | None) -> Change | None:
            wanted = settings_of(creditor, row.settings).stopping(stopped) if row else None
            return of_settings(row, wanted) if wanted else None

        return self._change(creditor, following) is not None

    def put_policies(
        self,
        creditor: str,
        policies: tuple[Policy, ...],
        source: str,
        after: int | None = None,
    ) -> int | None:
        return self._put_version(
            creditor, "policy_version", self.policy_source, keys.policy_set, source, after
        )

    def put_contact_rules(self, creditor: str, source: str) -> int | None:
        return self._put_version(
            creditor, "contact_version", self.contact_rules_source, keys.contact_rules, source
        )

    def put_wording(
        self,
        creditor: str,
        file: str,
        source: str,
        at: int,
        upload: str,
        after: int | None = None,
    ) -> int | None:
        def following(row: CreditorRow | None) -> Change | None:
            return wordings.following(creditor, row, file, source, at, upload, after)

        done = self._change(creditor, following)
        return done.version if done else None

    def wording(self, creditor: str, file: str, version: int) -> WordingVersion | None:
        return wordings.version_of(creditor, file, version)

    def outdated(self, creditor: str) -> bool:
        row = get_row(CreditorRow, creditor, keys.CREDITOR)
        return row is not None and row.rules != self._rules()

    def renew(self, creditor: str) -> bool:
        def following(row: CreditorRow | None) -> Change | None:
            if row is None or row.rules == self._rules():
                return None
            known = int(row.rules_version or 0)
            stands = (
                CreditorRow.rules_version == known
                if known
                else CreditorRow.rules_version.does_not_exist()
            )
            return Change(
                [CreditorRow.rules.set(self._rules()), CreditorRow.rules_version.set(known + 1)],
                stands,
            )

        return self._change(creditor, following) is not None

    def _put_version(
        self,
        creditor: str,
        attribute: str,
        source_of: Callable[[str, int], str | None],
        key: Callable[[int], str],
        source: str,
        after: int | None = None,
    ) -> int | None:
        """Keep a text as the next version of its kind, which that attribute then names; None where
        it is the one that holds. Raises Moved where another one than `after` does."""
        held = getattr(CreditorRow, attribute)

        def following(row: CreditorRow | None) -> Change | None:
            known = int(getattr(row, attribute) or 0) if row else 0
            if after not in (None, known):
                raise Moved(creditor)
            if known and source_of(creditor, known) == source:
                return None
            version = known + 1
            stands = held == known if known else held.does_not_exist()
            beside = PolicyRow(creditor, key(version), source=source)
            return Change([held.set(version)], stands, beside, version)

        done = self._change(creditor, following)
        return done.version if done else None

    def policy_source(self, creditor: str, version: int) -> str | None:
        row = get_row(PolicyRow, creditor, keys.policy_set(version))
        return row.source if row else None

    def contact_rules_source(self, creditor: str, version: int) -> str | None:
        row = get_row(PolicyRow, creditor, keys.contact_rules(version))
        return row.source if row else None

    def mapping(self, creditor: str, layout: str) -> tuple[str, MappingFile] | None:
        row = get_row(MappingRow, creditor, keys.mapping(layout))
        return (row.file, read_mapping(row.source)) if row else None

    def put_mapping(self, creditor: str, layout: str, name: str, source: str) -> bool:
        row = MappingRow(creditor, keys.mapping(layout), file=name, source=source)
        try:
            row.save(MappingRow.source.does_not_exist() | (MappingRow.source != source))
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return False
        return True

    def _own(self, creditor: str, version: int) -> OwnRules:
        """A version of a creditor's own contact rules: most have none, which costs no read."""
        if not version:
            return OwnRules()
        if (creditor, version) not in self._own_rules:
            source = self.contact_rules_source(creditor, version)
            if source is None:
                raise LookupError(f"{creditor}: version {version} of its contact rules is gone")
            self._own_rules[creditor, version] = source
        return OwnRules(version, self._own_rules[creditor, version])

    def _policies(self, creditor: str, version: int) -> tuple[Policy, ...]:
        if not version:
            return ()
        if (creditor, version) not in self._parsed:
            source = self.policy_source(creditor, version)
            if source is None:
                raise LookupError(f"{creditor}: version {version} of its policies is not there")
            self._parsed[creditor, version] = self._read_policies(source)
        return self._parsed[creditor, version]

    def _change(
        self, creditor: str, following: Callable[[CreditorRow | None], Change | None]
    ) -> Change | None:
        done = self._changes.make(creditor, following)
        if done is not None:
            self._books.pop(creditor, None)
        return done


class DynamoSuppressions:
    """Addresses that nobody in the cell may use, or some of its creditors may not: one item for
    both, so that a sender asks once. The first reason stays.

    Looked up without consistency: what bars an address was told by a provider seconds to days after
    it happened, and is in order with no sender. What the account itself has learned of an address
    stands on its HEAD, and that is read consistently."""

    def reason(self, creditor: str, channel: str, address_hash: str) -> str | None:
        partition = keys.suppressed(channel, address_hash)
        row = get_row(SuppressedRow, partition, keys.ONLY, consistent=False)
        if row is None:
            return None
        mine = sorted(_of_creditor(row, creditor))
        return row.reason or (mine[0][1] if mine else None)

    def add(self, creditor: str, channel: str, address_hash: str, reason: str, now: int) -> None:
        try:
            SuppressedRow(keys.suppressed(channel, address_hash), keys.ONLY).update(
                [SuppressedRow.reason.set(reason), SuppressedRow.at.set(now)],
                SuppressedRow.reason.does_not_exist(),
            )
        except UpdateError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise

    def add_for(self, creditor: str, channel: str, address_hash: str, reason: str, at: int) -> None:
        one = codec.join(creditor, at, reason)
        SuppressedRow(keys.suppressed(channel, address_hash), keys.ONLY).update(
            [SuppressedRow.of.add({one})]
        )

    def lift_for(
        self, creditor: str, channel: str, address_hash: str, reasons: frozenset[str], at: int
    ) -> None:
        row = get_row(SuppressedRow, keys.suppressed(channel, address_hash), keys.ONLY)
        if row is None:
            return
        over = {
            codec.join(creditor, since, reason)
            for since, reason in _of_creditor(row, creditor)
            if since < at and reason in reasons
        }
        if over:
            row.update([SuppressedRow.of.delete(over)])


def _of_creditor(row: SuppressedRow, creditor: str) -> list[tuple[int, str]]:
    """Since when and why a creditor may not use an address."""
    parts = (codec.split(one) for one in row.of or ())
    return [(int(since), reason) for owner, since, reason in parts if owner == creditor]
