"""How often: caps counted over the log of contacts, and the quiet days after a conversation.
Counting only; reserving a place under a cap is the fence's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from dunning.domain.calendar import instant, later, local_day
from dunning.domain.gates import DEFER, DENY

from .attempt import VOICE, Attempt, Contact
from .rule import Answer, Case, first_free

WEEK = 7


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` contacts on those channels within `days` consecutive local days, or within
    `hours`; per debt, or per person over all debts. What did not connect (busy, not in service)
    is not counted, nor what the person began; what is not known to be otherwise is."""

    most: int
    channels: frozenset[str]
    days: int = 0
    hours: int = 0
    per_debt: bool = True
    lifted: bool = False
    """Whether a consent to more calls lifts it, for the week that the law gives."""
    unless_consent: bool = False
    """Whether it holds only where there is no consent to the channel."""

    def answer(self, case: Case, at: int) -> Answer | None:
        """DEFER to the first instant at which one more is within the cap in every zone."""
        if self.most < 1:
            return Answer(DENY)
        counted = [one for one in of_debt(case.attempt, self.per_debt) if self._counts(case, one)]

        def free(when: int) -> bool:
            return self._lifted(case, when) or all(
                sum(self._within(one, when, zone) for one in counted) < self.most
                for zone in case.day_zones
            )

        if free(at):
            return None
        ends = [self._leaves(one, zone) for one in counted for zone in case.day_zones]
        until = first_free([*ends, *_given(case.attempt)], at, free)
        return Answer(DENY) if until is None else Answer(DEFER, until)

    def _counts(self, case: Case, one: Contact) -> bool:
        if one.channel not in self.channels or one.inbound or one.connected is False:
            return False
        return not (self.lifted and more_calls_agreed(case, one.at))

    def _within(self, one: Contact, at: int, zone: str) -> bool:
        return one.at <= at < self._leaves(one, zone)

    def _leaves(self, one: Contact, zone: str) -> int:
        """When a contact is out of the window in that zone."""
        if self.hours:
            return one.at + self.hours * 3_600
        return instant(later(local_day(one.at, zone), self.days), time(0), zone)

    def _lifted(self, case: Case, at: int) -> bool:
        if self.unless_consent and consented(case.attempt, case.attempt.channel, at):
            return True
        return self.lifted and more_calls_agreed(case, at)


@dataclass(frozen=True, slots=True)
class AfterConversation:
    """No call within `days` consecutive local days of a conversation, whose day is the first,
    whoever called. A call of which it is not known whether they spoke counts as one."""

    days: int = WEEK
    per_debt: bool = True
    lifted: bool = True

    def answer(self, case: Case, at: int) -> Answer | None:
        """DEFER to the first of the days after."""
        talks = [one for one in of_debt(case.attempt, self.per_debt) if is_conversation(one)]

        def over(one: Contact, zone: str) -> int:
            return instant(later(local_day(one.at, zone), self.days), time(0), zone)

        def free(when: int) -> bool:
            if self.lifted and more_calls_agreed(case, when):
                return True
            return not any(
                one.at <= when < over(one, zone) for one in talks for zone in case.day_zones
            )

        if free(at):
            return None
        ends = [over(one, zone) for one in talks for zone in case.day_zones]
        until = first_free([*ends, *_given(case.attempt)], at, free)
        return Answer(DENY) if until is None else Answer(DEFER, until)


def of_debt(attempt: Attempt, per_debt: bool) -> Iterator[Contact]:
    """The contacts that concern the attempt's debt; one whose debt is not known may."""
    for one in attempt.history or ():
        if not per_debt or None in (attempt.debt, one.debt) or one.debt == attempt.debt:
            yield one


def is_conversation(one: Contact) -> bool:
    """Whether it was a talk on the telephone, or may have been."""
    return one.channel == VOICE and one.connected is not False and one.conversation is not False


def more_calls_agreed(case: Case, at: int) -> bool:
    """Whether a consent to more calls holds: for seven days, the day of it the first, and until
    the next conversation (12 CFR 1006.14(b)(3)(i))."""
    for consent in case.attempt.consents or ():
        if not consent.more_calls or consent.at is None or consent.at > at:
            continue
        if consent.revoked_at is not None and consent.revoked_at <= at:
            continue
        given = consent.at
        spoken = any(
            given < one.at < at for one in case.attempt.history or () if is_conversation(one)
        )
        last: list[date] = [later(local_day(given, zone), WEEK - 1) for zone in case.day_zones]
        within = all(
            local_day(at, zone) <= end for zone, end in zip(case.day_zones, last, strict=True)
        )
        if within and not spoken:
            return True
    return False


def consented(attempt: Attempt, channel: str, at: int) -> bool:
    """Whether a consent to that channel, in known words and from a known time, holds."""
    return any(
        one.channel == channel
        and one.text != ""
        and one.at is not None
        and one.at <= at
        and (one.revoked_at is None or one.revoked_at > at)
        for one in attempt.consents or ()
    )


def _given(attempt: Attempt) -> list[int]:
    """The instants from which a consent may lift something."""
    return [one.at for one in attempt.consents or () if one.at is not None]
