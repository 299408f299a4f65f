"""Which systems may use the API of a cell, and for which creditors: clients made, listed, ended.
Where they are kept, and how the API comes to know of them, is the directory's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

READ, WRITE, SETTINGS = "read", "write", "settings"
RIGHTS = (READ, WRITE, SETTINGS)
"""Each with those before it."""
MOST_CLIENTS = 50
"""Of a cell: the audiences of one authoriser of API Gateway, a quota that AWS does not raise."""
LONGEST_NAME = 128
"""Of a client, in Cognito."""


class Client(NamedTuple):
    """A system that may ask for tokens: for these creditors, to read, to write as well, or to
    change their settings as well."""

    id: str
    creditors: tuple[str, ...]
    right: str


class Credentials(NamedTuple):
    """A client, and its secret; empty: it was told when the client was made."""

    client: Client
    secret: str = ""


class Directory(Protocol):
    """Where clients are kept."""

    def clients(self) -> Sequence[Client]:
        """All of the cell."""

    def offer(self, creditor: str) -> None:
        """The scopes of a creditor are there, whether they were before or not."""

    def make(self, name: str, creditors: Sequence[str], scopes: Sequence[str]) -> tuple[str, str]:
        """A new client of that name: its id and its secret."""

    def end(self, client: str) -> None:
        """A client is no more, whether it was before or not."""

    def admit(self, clients: Sequence[str]) -> None:
        """The API lets in these clients, and no others, from now on."""


class ClientError(Exception):
    """What was asked cannot be; the message says what can."""


def name_of(creditors: Iterable[str], right: str) -> str:
    """What a client is called: what it may do, and so found again by it."""
    return f"{'+'.join(sorted(set(creditors)))} {right}"


def of_name(client: str, name: str) -> Client | None:
    """The client that is called so; None: it is none of ours."""
    creditors, _, right = name.rpartition(" ")
    if not creditors or right not in RIGHTS:
        return None
    return Client(client, tuple(creditors.split("+")), right)


@dataclass(frozen=True, slots=True)
class ApiClients:
    """The use case. Asked again, it makes nothing twice; whatever it is asked, the API admits
    afterwards exactly the clients that there are, also where an earlier run was cut."""

    directory: Directory

    def listed(self) -> list[Client]:
        """The clients of the cell, by what they may do."""
        return sorted(self.directory.clients(), key=lambda one: (one.creditors, one.right, one.id))

    def issue(
        self, creditors: Sequence[str], right: str, *, anew: bool = False
    ) -> list[Credentials]:
        """The clients with that right for exactly these creditors: those that there are, or a new
        one with its secret. `anew`: a new one beside them, so that a system may change over. Raises
        ClientError."""
        wanted = name_of(creditors, right)
        if len(wanted) > LONGEST_NAME:
            raise ClientError("one client can hold no more creditors; make several of them")
        known = self.listed()
        mine = [one for one in known if name_of(one.creditors, one.right) == wanted]
        if mine and not anew:
            self.directory.admit([one.id for one in known])
            return [Credentials(one) for one in mine]
        if len(known) >= MOST_CLIENTS:
            raise ClientError(
                f"this cell has {len(known)} clients, and API Gateway admits no more;"
                " revoke one, or let one client hold several creditors"
            )
        owners = sorted(set(creditors))
        for creditor in owners:
            self.directory.offer(creditor)
        rights = RIGHTS[: RIGHTS.index(right) + 1]
        scopes = [f"{creditor}/{one}" for creditor in owners for one in rights]
        made, secret = self.directory.make(wanted, owners, scopes)
        try:
            self.directory.admit([*(one.id for one in known), made])
        except Exception:
            # Nobody has seen its secret: left behind, it would look like one that is in use.
            self.directory.end(made)
            raise
        return [Credentials(Client(made, tuple(owners), right), secret)]

    def revoke(self, client: str) -> bool:
        """A client gets no token any more, and those that it has are not taken. Whether there was
        one of that id."""
        known = [one.id for one in self.directory.clients()]
        self.directory.end(client)
        self.directory.admit([one for one in known if one != client])
        return client in known
