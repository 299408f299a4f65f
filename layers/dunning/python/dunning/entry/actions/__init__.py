"""What forms on the customers' pages do: each action by its name, in a module of its own, which
asks one use case. The link is the permission: whoever has it may do what its page offers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from dunning.domain.ledger import LedgerError
from dunning.entry.observability import logger
from dunning.entry.senders import Entry
from dunning.service.accounts import Contended
from dunning.service.portal_forms import AGAIN, Asked, Forms, Next

if TYPE_CHECKING:
    from dunning.adapters.portal_pages import PortalPages
    from dunning.entry.wiring_actions import ActionParts
    from dunning.service.portal import LinkDoor

NONCE = "form"
"""The hidden field with what a form was shown with (`Forms.nonce`)."""


class Action(NamedTuple):
    """The module in this package whose function `act(here, asked)` carries it out, and whether its
    form must say what it was shown with."""

    module: str
    sealed: bool = True


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        # Heard from any page, however old: nobody has to look twice to be left alone.
        "no-calls": Action("no_calls", sealed=False),
    }
)
"""`/portal/{token}/NAME` (POST)."""

Act = Callable[["ActionParts", Asked], Next]


@dataclass(frozen=True)
class TakeForms(Entry):
    """Forms of customers, each to its action."""

    door: "LinkDoor"
    forms: Forms
    parts: "ActionParts"
    pages: "PortalPages"

    def take(
        self, token: str, name: str, fields: Mapping[str, tuple[str, ...]], now: int
    ) -> str | None:
        """Where the browser goes next, seen from the form's address; None for a link that opens
        nothing, and for no such action."""
        opened = self.door.open(token, now)
        action = ACTIONS.get(name)
        if opened is None or action is None:
            return None
        if action.sealed:
            sealed = next(iter(fields.get(NONCE, ())), "")
            shown = self.forms.read(opened, name, sealed, now)
        else:
            shown = self.forms.plain(opened, name, now)
        if shown is None:
            return location(token, Next(AGAIN))
        act = cast(Act, import_module(f"{__name__}.{action.module}").act)
        try:
            done = act(self.parts, Asked(token, opened, shown, fields, now))
        except (LedgerError, Contended) as error:
            # What the page offered is not possible any more, or others keep writing.
            code = error.code if isinstance(error, LedgerError) else "contended"
            logger().info("form not taken", extra={"action": name, "code": code})
            done = Next(AGAIN)
        return location(token, done)


def location(token: str, done: Next) -> str:
    """The address of what follows, relative to `/portal/{token}/NAME`: it names nobody."""
    if done.url:
        return done.url
    here = f"../{token}" + (f"/{done.page}" if done.page else "")
    return f"{here}?said={done.said}" if done.said else here
