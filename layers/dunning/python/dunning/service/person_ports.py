"""What reserving needs of the outside: where the places of persons are kept."""

from typing import Protocol

from dunning.domain.places import Person


class Persons(Protocol):
    """The places of persons, by `places.person_of`; over all creditors of the cell."""

    def read(self, person: str) -> Person:
        """A person's places, consistently; whoever is not known has none, at revision 0."""

    def put(self, person: str, after: Person) -> bool:
        """Store them in place of those of the revision before; False where that one no longer
        stands. A write that was stored already, whose answer was lost, is True."""
