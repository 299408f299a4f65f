"""What experiments have shown, from a creditor's book, and the stop of what loses: a task for a
person and a fact of the creditor's settings. What counts, and what it shows, is the domain's.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dunning.domain.calendar import Duration
from dunning.domain.experiments import Experiment, Stopped
from dunning.domain.history import Record, Task
from dunning.domain.policy import Rulebook
from dunning.domain.reports.experiments import (
    BETTER,
    WORSE,
    Arm,
    Compared,
    Outcome,
    changes,
    compared,
    outcomes,
    stopping,
)
from dunning.domain.reports.proportions import Interval, newcombe, wilson
from dunning.service.ports import Ledger, Settings
from dunning.service.report_book import Book, Output, sent_notices

TASK = "variant_stopped"
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One experiment as of a day."""

    experiment: Experiment
    arms: dict[str, Arm]
    """Every variant of the policy, and those that it no longer has."""
    others: list[Compared]


def experiments_of(rulebook: Rulebook) -> list[Experiment]:
    """The experiments of a creditor's policies, in their order."""
    return [
        step.experiment
        for policy in rulebook.policies
        for step in policy.ladder
        if step.experiment is not None
    ]


def find(book: Book) -> list[Found]:
    """What the experiments of the creditor's policies have shown by the book's day. Of an account
    without a notice HEAD alone is read, of one without an experiment HEAD and history."""
    wanted = {one.name: one for one in experiments_of(book.rulebook)}
    within = {name: book.days or one.paid_within for name, one in wanted.items()}
    arms = {
        name: {variant.name: Arm(variant.name) for variant in one.variants}
        for name, one in wanted.items()
    }
    for key in book.ledger.book(book.creditor) if wanted else ():
        if not _sampled(key, book.sample):
            continue
        book.before_each()
        for one in _outcomes(book, key, within):
            mine = arms[one.experiment]
            mine.setdefault(one.variant, Arm(one.variant)).add(one)
    return [Found(one, arms[name], compared(one, arms[name])) for name, one in wanted.items()]


def _outcomes(book: Book, key: str, within: Mapping[str, Duration]) -> list[Outcome]:
    creditor, ledger = book.creditor, book.ledger
    head = ledger.glance(creditor, key)
    if head is None or not head.serial:
        return []
    records = list(ledger.history(creditor, key))
    if not any(map(_in_experiment, records)):
        return []
    state = ledger.read(creditor, key)
    if state is None:
        return []
    sent = sent_notices(records, state.zone(book.rulebook.creditor))
    return outcomes(sent, changes(ledger.postings(creditor, key)), book.as_of, within)


def _in_experiment(record: Record) -> bool:
    return record.attempt is not None and bool(record.attempt.variant)


def _sampled(key: str, percent: int) -> bool:
    """Whether an account is among so many percent, by its key: the same ones every day, and all of
    a smaller sample among those of a larger."""
    if percent >= _WHOLE:
        return True
    digest = hashlib.sha256(b"sample\0" + key.encode()).digest()
    return int.from_bytes(digest[:4]) * _WHOLE < percent * 2**32


def experiment_rows(book: Book) -> Iterator[Output]:
    """One per experiment and variant, the control first."""
    return rows_of(book, find(book))


def rows_of(book: Book, everything: list[Found]) -> Iterator[Output]:
    """The rows of what was found in a book."""
    stopped = {(one.experiment, one.variant): one for one in book.rulebook.creditor.stopped}
    for found in everything:
        beside = {one.arm.variant: one for one in found.others}
        control = found.experiment.control
        names = [control, *(name for name in found.arms if name != control)]
        for name in names:
            over = stopped.get((found.experiment.name, name))
            yield {
                "creditor": book.creditor,
                "experiment": found.experiment.name,
                "variant": name,
                "control": name == control,
                **_figures(found.arms[name]),
                **_comparison(found, beside.get(name)),
                "stopped": over.on if over else None,
            }


def _figures(arm: Arm) -> Output:
    low, high = wilson(arm.paid, arm.customers)
    return {
        "customers": arm.customers,
        "paid": arm.paid,
        "share": _percent(arm.paid / arm.customers) if arm.customers else None,
        "share_95": [_percent(low), _percent(high)],
        "too_young": arm.too_young,
        "after_stop": arm.after_stop,
    }


def _comparison(found: Found, one: Compared | None) -> Output:
    if one is None:
        return {"difference": None, "difference_95": None, "verdict": None, "sentence": None}
    mine, its = one.arm, one.control
    known = bool(mine.customers and its.customers)
    between = newcombe(mine.paid, mine.customers, its.paid, its.customers)
    apart = mine.paid / mine.customers - its.paid / its.customers if known else 0.0
    return {
        "difference": _percent(apart) if known else None,
        "difference_95": [_percent(between.low), _percent(between.high)],
        "evidence_worse": f"{one.worse:.1f}",
        "evidence_better": f"{one.better:.1f}",
        "evidence_needed": f"{one.needed:.1f}",
        "verdict": one.verdict,
        "guard_stops": one.loses(found.experiment.guard),
        "sentence": _sentence(one, between),
    }


def _sentence(one: Compared, between: Interval) -> str:
    name, control = one.arm.variant, one.control.variant
    if one.verdict == WORSE:
        return f"{name} is paid less often than {control}, however often one has looked"
    if one.verdict == BETTER:
        return f"{name} is paid more often than {control}, however often one has looked"
    if between.low > 0 or between.high < 0:
        return (
            f"no difference shown: the interval leaves out 0, which chance does as well for whoever"
            f" looks often; of {one.needed:.1f} times likelier,"
            f" {max(one.worse, one.better):.1f} are reached"
        )
    return f"no difference shown between {name} and {control}"


def _percent(share: float) -> str:
    return f"{share * 100 + 0.0:.1f}"


@dataclass(frozen=True, slots=True)
class Guarding:
    """The guard: what loses is stopped, and a person is told."""

    ledger: Ledger
    settings: Settings

    def stop(self, book: Book, everything: list[Found], now: int) -> list[Stopped]:
        """Stop what the guard stops of what was found in a book, unless it is stopped. The task
        is written first: whoever comes to an end in between, leaves a word too much, and the next
        run stops what it speaks of."""
        done = []
        known = {one[:2] for one in book.rulebook.creditor.stopped}
        for found in everything:
            for one in stopping(found.experiment, found.others, book.as_of):
                if one[:2] in known:
                    continue
                self.ledger.put_task(book.creditor, _task(one, now))
                if self.settings.stop_variant(book.creditor, one):
                    done.append(one)
        return done


def _task(one: Stopped, now: int) -> Task:
    return Task(
        f"variant-{one.experiment}-{one.variant}",
        now,
        TASK,
        "",
        f"{one.experiment}: {one.variant} is stopped, {one.paid} of {one.customers} paid in time"
        f" against {one.control_paid} of {one.control_customers} with {one.control}, which all get"
        f" from now on; evidence {one.evidence}, needed {one.needed}",
    )
