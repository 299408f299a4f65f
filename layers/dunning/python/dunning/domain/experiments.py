"""Experiments of a step: which variant a customer gets, and for how long. A pure function of
creditor, customer and the experiment's name; what came of it is `reports.experiments`'.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from .calendar import Duration

WHOLE = 10_000
"""Basis points of all customers."""
STOPPED = "stopped"
_BYTES = 8
_DIGITS = 24
_SEPARATOR = "/"


class Variant(NamedTuple):
    """One way in which a step is made; what is empty is as the step itself says."""

    name: str
    share: int
    """Basis points of the customers."""
    tone: str = ""
    wording: str = ""


class Guard(NamedTuple):
    """When a variant that loses is stopped."""

    false_stops: Decimal = Decimal(5)
    """Percent: at most so likely is any variant that is as good as the control ever stopped."""
    customers: int = 100
    """Whose days have passed, of the variant and of the control each, before it may be."""


USUAL_GUARD = Guard()


class Stopped(NamedTuple):
    """A variant that was stopped, with the figures that led to it: its customers get the control
    from then on, for good. A further try is another experiment, with another name."""

    experiment: str
    variant: str
    control: str
    on: str
    """ISO day."""
    customers: int
    paid: int
    control_customers: int
    control_paid: int
    evidence: str
    """How many times likelier the outcomes are if it is worse (`reports.evidence`)."""
    needed: str
    """How much of that the guard asked for."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What a step tries out. `variants` in the order of the file."""

    name: str
    variants: tuple[Variant, ...]
    control: str
    paid_within: Duration
    guard: Guard | None = USUAL_GUARD
    """None: nothing is stopped but by a person."""

    def variant(self, name: str) -> Variant | None:
        """The variant of that name."""
        return next((one for one in self.variants if one.name == name), None)


class Assigned(NamedTuple):
    """The experiment and variant of one customer, as records keep them."""

    experiment: str
    variant: str
    stopped: bool = False
    """Whether the variant was stopped by then: the control was said."""

    def __str__(self) -> str:
        """One text: `summer/firm`, and `summer/firm/stopped` once it is."""
        return _SEPARATOR.join((*self[:2], STOPPED) if self.stopped else self[:2])

    @classmethod
    def of(cls, text: str) -> "Assigned | None":
        """What a record keeps; None where the notice was in no experiment."""
        name, _, rest = text.partition(_SEPARATOR)
        variant, _, stopped = rest.partition(_SEPARATOR)
        return cls(name, variant, bool(stopped)) if text else None

    @property
    def sentence(self) -> str:
        """In words, behind what was sent."""
        told = f"variant {self.variant} of the experiment {self.experiment}"
        return f"{told}, stopped by then: as the control" if self.stopped else told


def assigned(
    experiment: Experiment | None, creditor: str, customer: str, stopped: Iterable[Stopped]
) -> tuple[Variant | None, str]:
    """What a customer is told in a step, and the record of it; None and nothing without one."""
    if experiment is None:
        return None, ""
    mine = variant_of(experiment, creditor, customer)
    over = any((one.experiment, one.variant) == (experiment.name, mine.name) for one in stopped)
    told = experiment.variant(experiment.control) if over else mine
    return told, str(Assigned(experiment.name, mine.name, over))


def variant_of(experiment: Experiment, creditor: str, customer: str) -> Variant:
    """The variant of a customer, by weighted rendezvous hashing (Efraimidis and Spirakis 2006,
    the largest u^(1/share) of one uniform number a variant, here as ln u / share).

    Each variant draws its number from SHA-256 of creditor, experiment, variant and customer alone.
    So customers fall to each in proportion to its share; the order of the file does not matter; of
    two files with other shares only those customers differ who had to move, from a variant that
    lost share to one that won; and other experiments draw other numbers. Decimal logarithms are
    rounded correctly, so that every processor finds the same."""
    with localcontext() as context:
        context.prec = _DIGITS
        return max(
            experiment.variants,
            key=lambda one: (
                _uniform(creditor, experiment.name, one.name, customer).ln() / one.share,
                one.name,
            ),
        )


def _uniform(*parts: str) -> Decimal:
    """A number above 0 and below 1."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return Decimal(int.from_bytes(digest[:_BYTES]) + 1) / Decimal(2 ** (8 * _BYTES) + 1)
