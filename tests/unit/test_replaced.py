"""`replace` of the domain's values does what dataclasses' own does."""

import dataclasses
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import dunning.domain
import pytest
from dunning.domain.account import Head, Plan
from dunning.domain.replaced import replace

HEAD = Head("acme", "C1", rev=1, seq=1, plan=Plan(None, None, "NEW"))


@dataclass(frozen=True, slots=True)
class Counted:
    """A value that is made whole by its initialiser."""

    name: str
    number: int
    double: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.number)


@dataclass
class Open:
    """A value without slots."""

    name: str
    number: int = 0


def classes() -> Iterator[type]:
    """Every dataclass of the domain that can be made of nothing but stand-ins."""
    for found in pkgutil.walk_packages(dunning.domain.__path__, "dunning.domain."):
        for one in vars(import_module(found.name)).values():
            own = isinstance(one, type) and one.__module__ == found.name
            if own and dataclasses.is_dataclass(one) and not hasattr(one, "__post_init__"):
                yield one


def test_every_class_of_the_domain_is_copied_field_by_field() -> None:
    seen = 0
    for kind in classes():
        fields = [one.name for one in dataclasses.fields(kind) if one.init]
        first: Any = kind(**{name: (name, 1) for name in fields})
        for name in fields:
            changed = replace(first, **{name: (name, 2)})
            assert type(changed) is kind
            assert changed == dataclasses.replace(first, **{name: (name, 2)})
            assert getattr(first, name) == (name, 1)
            seen += 1
    assert seen > 300


def test_what_was_made_is_frozen_like_its_model() -> None:
    made = replace(HEAD, rev=2)
    assert (made.rev, made.seq, HEAD.rev) == (2, 1, 1)
    assert hash(replace(made.plan, detail="x")) == hash(Plan(None, None, "NEW", "x"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.rev = 3  # type: ignore[misc]


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="no field revision"):
        replace(HEAD, revision=2)  # type: ignore[call-arg]


def test_a_class_with_an_initialiser_of_its_own_or_without_slots_is_made_by_it() -> None:
    assert replace(Counted("a", 2), number=4).double == 8
    assert replace(Open("a"), number=4) == Open("a", 4)
