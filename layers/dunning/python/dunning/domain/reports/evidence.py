"""How strongly outcomes speak for one variant paying less often than another, however often one
looks. Arithmetic on counts by day; what is counted is `experiments`'.
"""

from collections.abc import Iterable
from math import exp, log
from typing import NamedTuple

ODDS = (0.9, 0.8, 0.65, 0.5)
"""Odds of the lesser to be paid, as a multiple of the other's: what is bet on, equally."""
_HIGHEST = 700.0
"""Beyond this an exponential has no float."""


class Block(NamedTuple):
    """Customers who were reminded on one day, and how many of them paid in time."""

    better: int
    better_paid: int
    lesser: int
    lesser_paid: int


def evidence(blocks: Iterable[Block]) -> float:
    """The most evidence that there was after any block that the lesser's share is below the
    better's; blocks in the order of their days. 1: none.

    An e-process of safe testing (R. J. Turner, A. Ly and
    P. D. Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional
    stopping", 2021; here its two-sample Bernoulli case, theorem 1). Within a block of n and m
    customers two shares t, s are bet on with t > s, and the block's factor is the likelihood of its
    outcomes under them over that under w = (n t + m s) / (n + m) for both. If both have one share
    p, whatever it is, that factor's mean is x^n y^m with
    x = p t/w + (1-p)(1-t)/(1-w), y = p s/w + (1-p)(1-s)/(1-w) and (n x + m y) / (n + m) = 1, so at
    most 1 by the inequality of the means; if the lesser has more than the better, it is less still.
    t and s come from earlier blocks alone, so the products are supermartingales, and so is their
    mean over the odds of `ODDS`. By Ville's inequality it ever reaches 1/a with probability a at
    most: however many days pass, however often it is looked at, exactly and not asymptotically,
    also where the share that pays changes from day to day for both alike."""
    sums = [0.0] * len(ODDS)
    highest = 1.0
    customers = paid = 0
    for block in blocks:
        usual = (paid + 1) / (customers + 2)
        sums = [one + _factor(block, usual, odds) for one, odds in zip(sums, ODDS, strict=True)]
        mean = sum(exp(min(one, _HIGHEST)) for one in sums) / len(sums)
        highest = max(highest, mean)
        customers += block.better + block.lesser
        paid += block.better_paid + block.lesser_paid
    return highest


def _factor(block: Block, usual: float, odds: float) -> float:
    """The logarithm of one block's factor for one odds; 0 where there is nothing to compare."""
    n, m = block.better, block.lesser
    if not n or not m:
        return 0.0
    part = m / (n + m)
    middle = log(usual / (1 - usual))
    high = _share(middle - part * log(odds))
    low = _share(middle + (1 - part) * log(odds))
    both = (n * high + m * low) / (n + m)
    return (
        block.better_paid * log(high / both)
        + (n - block.better_paid) * log((1 - high) / (1 - both))
        + block.lesser_paid * log(low / both)
        + (m - block.lesser_paid) * log((1 - low) / (1 - both))
    )


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit))
