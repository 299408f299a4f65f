"""Intervals of a share and of the difference of two shares, from counts.
Formulas alone, by `statistics.NormalDist`; what is counted is the reports'.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95


class Interval(NamedTuple):
    """Bounds of a share (0 to 1) or of a difference (-1 to 1)."""

    low: float
    high: float


def wilson(successes: int, trials: int, level: float = LEVEL) -> Interval:
    """Wilson's score interval of a share (E. B. Wilson, JASA 22 (1927) 209-212), without
    correction for continuity. Nothing tried: anything is possible."""
    if trials <= 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    denominator = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / denominator
    half = z / denominator * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == trials else middle + half
    return Interval(max(low, 0.0), min(high, 1.0))


def newcombe(
    successes: int, trials: int, other: int, other_trials: int, level: float = LEVEL
) -> Interval:
    """Interval of the first share less the other, of independent samples: Newcombe's hybrid score
    method (R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10)."""
    if trials <= 0 or other_trials <= 0:
        return Interval(-1.0, 1.0)
    one, two = successes / trials, other / other_trials
    mine, its = wilson(successes, trials, level), wilson(other, other_trials, level)
    difference = one - two
    down = sqrt((one - mine.low) ** 2 + (its.high - two) ** 2)
    up = sqrt((mine.high - one) ** 2 + (two - its.low) ** 2)
    return Interval(max(difference - down, -1.0), min(difference + up, 1.0))
