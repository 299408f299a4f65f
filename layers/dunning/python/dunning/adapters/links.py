"""The links of one message: absolute addresses below the cell's base, each with a token of its own.
What they open is the portal's; when they are made, the renderer's.
"""

from collections.abc import Callable

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.links import Purpose, link
from dunning.service.ports import NO_LINKS, Links

from .link_tokens import LinkTokens

STATEMENT_PATH = "/portal/"
UNSUBSCRIBE_PATH = "/unsubscribe/"


class SignedLinks:
    """Makes links without asking anybody: the keys are read once a process."""

    def __init__(self, base: str, tokens: Callable[[], LinkTokens]) -> None:
        """`base`: where the cell's pages are, as https://pay.example.com; "": nowhere, no links."""
        self._base = base.rstrip("/")
        self._tokens = tokens

    def links(self, creditor: str, account: str, state: Account, send: Send) -> Links:
        """The links of a message to the address that it goes to, dated by its run."""
        if not self._base:
            return NO_LINKS
        tokens = self._tokens()

        def to(path: str, purpose: Purpose) -> str:
            one = link(account, purpose, send.address.hash, send.run, state.head.epoch)
            return f"{self._base}{path}{tokens.sealed(one)}"

        return Links(
            pay=to(STATEMENT_PATH, Purpose.PAY),
            plan=to(STATEMENT_PATH, Purpose.PLAN),
            paid=to(STATEMENT_PATH, Purpose.PAID),
            dispute=to(STATEMENT_PATH, Purpose.DISPUTE),
            wrong_person=to(STATEMENT_PATH, Purpose.WRONG_PERSON),
            statement=to(STATEMENT_PATH, Purpose.VIEW),
            unsubscribe=to(UNSUBSCRIBE_PATH, Purpose.UNSUBSCRIBE),
        )
