"""The gates of planning and sending, by rulesets: each creditor's own, else the one it names, else
`standard`. Total: whatever cannot be read is unknown, and no input raises.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dunning.domain.creditor import Creditor, OwnRules
from dunning.domain.gates import ALLOW, DEFER, DENY, REVIEW, ContactAttempt, Verdict

from .asking import attempt_of, country_of, numbers_beside_mail
from .attempt import SPOKEN
from .evaluate import Verdict as Whole
from .evaluate import evaluate
from .person_wide import person_wide
from .reading import ReadNumber
from .rule import Rule
from .ruleset import Ruleset
from .selecting import Selection
from .under import OWN, Under

Rulesets = Callable[[str, OwnRules], Ruleset]
"""A ruleset by its name, or the creditor's own; raises where it cannot be used."""
MOST_CODES = 4
"""Codes that a plan keeps: they stand on HEAD. All that spoke are told by a contact check."""

NOT_ENABLED = "channel_not_enabled"
NUMBER_UNKNOWN = "number_unknown"
UNUSABLE = "ruleset_unusable"
SAYS = {
    NOT_ENABLED: "Nothing in this cell sends by this channel yet.",
    NUMBER_UNKNOWN: "The number is no telephone number that could be dialled.",
    UNUSABLE: "The creditor's contact rules cannot be used by this version; nothing is sent until"
    " they are mended.",
}
"""What the gates say themselves, beside the rules."""


_PlaceAlone = tuple[str, str, str, OwnRules, str | None, str | None]


@dataclass(slots=True)
class RulesetGates:
    """Gates by rules. `channels`: those that something sends by; `forced`: a ruleset for every
    creditor, in place of its own."""

    rulesets: Rulesets
    numbers: ReadNumber
    time_zones: str
    channels: frozenset[str]
    forced: Ruleset | None = None
    ruleset: str = ""
    _selections: dict[tuple[str, OwnRules], Selection | None] = field(default_factory=dict)
    _quiet: dict[_PlaceAlone, Ruleset] = field(default_factory=dict)
    """Where no rule could speak of a mail: most go there."""
    _labels: dict[tuple[str, OwnRules, int], Verdict] = field(default_factory=dict)

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        """Whether the attempt may be made at an instant, by whose rules."""
        if attempt.channel not in self.channels:
            return Verdict(DENY, rules=(NOT_ENABLED,))
        creditor = attempt.creditor
        place = _place_alone(attempt)
        if place is not None and (ruleset := self._quiet.get(place)) is not None:
            return self._allowed(creditor, attempt.own, ruleset, now)
        selection = self._selection(creditor, attempt.own)
        if selection is None:
            return Verdict(DENY, rules=(UNUSABLE,))
        asked = attempt_of(attempt, self.numbers, now)
        if asked.channel in SPOKEN and asked.number is None:
            return Verdict(DENY, rules=(NUMBER_UNKNOWN,))
        chosen = selection.of(asked)
        allowed = self._allowed(creditor, attempt.own, selection.ruleset, now)
        whole = evaluate(asked, chosen, now) if chosen.rules else None
        if whole is not None and whole.decision in (DEFER, DENY):
            return Verdict(
                whole.decision, whole.until, decisive(whole), allowed.ruleset, allowed.overrides
            )
        counting = selection.counting(asked)
        if place is not None and not chosen.rules and not counting.rules:
            self._quiet[place] = selection.ruleset
        shared = bool(counting.rules) and person_wide(asked, counting, now)
        if whole is None or whole.decision == ALLOW:
            return replace(allowed, person_wide=True) if shared else allowed
        return replace(
            allowed,
            decision=REVIEW,
            until=whole.waits,
            rules=decisive(whole),
            person_wide=shared,
        )

    def whole(self, attempt: ContactAttempt, now: int) -> Whole | Verdict:
        """The same with every rule that speaks, what it says and why; a bare verdict where it was
        not rules that decided."""
        bare = self.evaluate(attempt, now)
        if bare.rules and bare.rules[0] in SAYS:
            return bare
        selection = self._selection(attempt.creditor, attempt.own)
        assert selection is not None  # or the bare verdict had said so
        return evaluate(attempt_of(attempt, self.numbers, now), selection.ruleset, now)

    def rule(self, creditor: Creditor, own: OwnRules, code: str) -> Rule | None:
        """The rule of that code that holds for a creditor; None: there is none now."""
        selection = self._selection(creditor, own)
        rules = selection.ruleset.rules if selection else ()
        return next((rule for rule in rules if rule.id == code), None)

    def of(self, creditor: Creditor, own: OwnRules) -> Ruleset | None:
        """The ruleset that holds for a creditor; None: its own cannot be used."""
        selection = self._selection(creditor, own)
        return selection.ruleset if selection else None

    def _selection(self, creditor: Creditor, own: OwnRules) -> Selection | None:
        key = ("", OwnRules()) if self.forced else (creditor.ruleset, own)
        if key not in self._selections:
            self._selections[key] = self._read(creditor.ruleset, own)
        return self._selections[key]

    def _read(self, name: str, own: OwnRules) -> Selection | None:
        try:
            return Selection(self.forced or self.rulesets(name, own))
        except Exception:  # noqa: BLE001
            # Checked when it was uploaded; a later deployment may have taken a rule away that it
            # names. What it forbids is not known any more, so nothing is allowed.
            return None

    def _allowed(self, creditor: Creditor, own: OwnRules, ruleset: Ruleset, now: int) -> Verdict:
        day = now // 86_400 if ruleset.overrides else 0
        key = (creditor.ruleset, own, day)
        known = self._labels.get(key)
        if known is None:
            version = ruleset.version.rpartition("@")[2]
            name = f"{OWN}{own.version}" if own.version and not self.forced else ruleset.name
            gone = ruleset.out_of_force(datetime.fromtimestamp(now, UTC).date())
            text = Under(name, version, self.time_zones).text
            known = Verdict(ALLOW, ruleset=text, overrides=tuple(sorted(gone)))
            self._labels[key] = known
        return known


def _place_alone(attempt: ContactAttempt) -> _PlaceAlone | None:
    """What tells which rules could speak of an attempt that does not ring, where nothing is known
    of the person but where they are; None: more is known."""
    account, creditor = attempt.account, attempt.creditor
    if attempt.channel in SPOKEN or account.consents or account.holds or account.disputes:
        return None
    if account.head.unusable:
        return None
    customer = account.customer
    if customer.inconvenient or numbers_beside_mail(attempt.channel, customer):
        return None
    rules = (creditor.ruleset, creditor.party, attempt.own)
    return (attempt.channel, *rules, country_of(attempt), customer.region)


def decisive(verdict: Whole) -> tuple[str, ...]:
    """The codes that a plan keeps: of the rules that say what the verdict says, and first of those
    that miss something, for the others may speak only because of that."""
    codes = [one.code for one in verdict.rules if one.decision == verdict.decision]
    codes = codes or list(verdict.codes)
    return tuple(sorted(codes, key=lambda code: not code.endswith("_unknown"))[:MOST_CODES])
