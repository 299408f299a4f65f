"""The weights of the score as a YAML file: keys and values as `score.Weights` names them."""

from dataclasses import fields

from dunning.domain.money import MoneyError, parse_amount
from dunning.domain.policy_nodes import Block, Problems, compose

from .score import POINTS, Weights

MOST = 1_000_000
_KEYS = tuple(one.name for one in fields(Weights))


def read_weights(text: str) -> Weights:
    """The weights of a file; what it does not say is as usual. Raises PolicyFileError with every
    problem and its line."""
    problems = Problems()
    file = Block(compose(text), "the file", _KEYS, (), problems)
    found: dict[str, int] = {}
    for key in _KEYS:
        value = None if key == "full_amount" else file.text(key)
        if value is None:
            continue
        least = 0 if key in (*POINTS, "least_settled") else 1
        if value.isascii() and value.isdigit() and least <= int(value[:9]) <= MOST:
            found[key] = int(value)
        else:
            file.problem(key, f"{value[:20]!r} is not a whole number from {least} to {MOST}")
    amounts = _amounts(file)
    problems.stop()
    return Weights(**found, full_amount=amounts)


def _amounts(file: Block) -> dict[str, int]:
    found: dict[str, int] = {}
    given = file.child("full_amount", None, ())
    if given is None:
        return found
    for currency in tuple(given.keys()):
        try:
            found[currency] = parse_amount(given.text(currency) or "", currency)
        except MoneyError as error:
            given.problem(currency, str(error))
    return found
