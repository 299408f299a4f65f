"""The places of persons in memory."""

from threading import Lock

from dunning.domain.places import Person

_WRITING = Lock()


class MemoryPersons:
    """Persons by key."""

    def __init__(self) -> None:
        self._persons: dict[str, Person] = {}

    def read(self, person: str) -> Person:
        return self._persons.get(person, Person())

    def put(self, person: str, after: Person) -> bool:
        with _WRITING:
            known = self.read(person)
            if known.rev == after.rev - 1:
                self._persons[person] = after
                return True
            return known == after
