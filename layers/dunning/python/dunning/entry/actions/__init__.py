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
from dunning.entry.pages import BY_PURPOSE, STATEMENT_PAGE, UNPROVEN, made
from dunning.entry.senders import Entry
from dunning.service.accounts import Contended
from dunning.service.portal_forms import AGAIN, Asked, Forms, Next
from dunning.service.refused import Refused

if TYPE_CHECKING:
    from dunning.adapters.form_pages import FormPages
    from dunning.adapters.portal_pages import HtmlPage
    from dunning.entry.wiring_actions import ActionParts
    from dunning.service.portal import LinkDoor, Opened
    from dunning.service.ports import Ledger

NONCE = "form"
"""The hidden field with what a form was shown with (`Forms.nonce`)."""


class Action(NamedTuple):
    """The module in this package whose function `act(here, asked)` carries it out, and whether its
    form must say what it was shown with."""

    module: str
    sealed: bool = True
    page: str = ""
    """The page that shows its form; empty: the statement."""


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        # Heard from any page, however old: nobody has to look twice to be left alone.
        "no-calls": Action("no_calls", sealed=False),
        "answer": Action("answer", page="answer"),
        "pay": Action("pay"),
        "attach": Action("attach", page="dispute"),
        "collect": Action("collect", page="plan"),
        "contact": Action("contact", page="contact"),
        "dispute": Action("dispute", page="dispute"),
        "paid": Action("paid", page="paid"),
        "plan": Action("plan", page="plan"),
        "plan-answer": Action("plan_answer", page="plan"),
        "promise": Action("promise", page="promise"),
        "stop": Action("stop", page="contact"),
        "stop-collecting": Action("stop_collecting", page="plan"),
        "wrong-person": Action("wrong_person", page="wrong-person"),
    }
)
"""`/portal/{token}/NAME` (POST)."""

Act = Callable[["ActionParts", Asked], "Next | HtmlPage"]
WRONG = 422
"""Status of a form that is shown again, with what is wrong in it."""


class Answered(NamedTuple):
    """A page in answer to a form, in place of a redirect: what was wrong, or a last word."""

    page: "HtmlPage"
    status: int = 200


Done = str | Answered | None
"""Where the browser goes next, a page, or nothing."""


@dataclass(frozen=True)
class TakeForms(Entry):
    """Forms of customers, each to its action."""

    door: "LinkDoor"
    forms: Forms
    parts: "ActionParts"
    pages: "FormPages"
    provider_api: str = ""
    """Where providers' pages are in the local cloud; empty: each at its own address."""

    @property
    def ledger(self) -> "Ledger":
        """Where accounts are read."""
        return self.door.ledger

    def new_link(self, token: str, wanted_language: str) -> Answered:
        """A new link was asked for with a token. Nothing is looked at: the answer is the same, and
        comes after the same work, whatever the token is."""
        self.parts.link_requests.put(token)
        return Answered(self.pages.link_asked(wanted_language))

    def answer_plan(
        self, token: str, answer: str, fields: Mapping[str, tuple[str, ...]], now: int
    ) -> Done:
        """The same of an answer to a plan that is proposed, `/plans/{token}/{answer}`."""
        said = {**fields, "answer": (answer,)}
        return self.take(token, "plan-answer", said, now, "../../portal/")

    def take(
        self,
        token: str,
        name: str,
        fields: Mapping[str, tuple[str, ...]],
        now: int,
        pages: str = "../",
    ) -> Done:
        """Where the browser goes next, seen from the form's address; or a page; None for a link
        that opens nothing, and for no such action. `pages`: where pages lie, seen from there."""
        opened = self.door.open(token, now, unproven=True)
        action = ACTIONS.get(name)
        if opened is None or action is None:
            return None
        if opened.asks and name not in (*UNPROVEN, "no-calls"):
            return location(opened, token, Next(AGAIN), pages)
        if action.sealed:
            sealed = next(iter(fields.get(NONCE, ())), "")
            shown = self.forms.read(opened, name, sealed, now)
        else:
            shown = self.forms.plain(opened, name, now)
        again = Next(AGAIN, action.page)
        if shown is None:
            return location(opened, token, again, pages)
        act = cast(Act, import_module(f"{__name__}.{action.module}").act)
        try:
            done = act(self.parts, Asked(token, opened, shown, fields, now))
        except Refused as refused:
            from dunning.entry.pages.asked import PageAsked

            base = f"{pages}{token}/" if pages != "../" else ""
            asked = PageAsked(opened, token, now, fields=fields, refused=refused, base=base)
            return Answered(made(self, action.page, asked), WRONG)
        except (LedgerError, Contended) as error:
            # What the page offered is not possible any more, or others keep writing.
            code = error.code if isinstance(error, LedgerError) else "contended"
            logger().info("form not taken", extra={"action": name, "code": code})
            done = again
        if isinstance(done, Next):
            return location(opened, token, done, pages)
        return Answered(done)


def location(opened: "Opened", token: str, done: Next, pages: str) -> str:
    """The address of what follows, relative to that of the form: it names nobody."""
    if done.url:
        return done.url
    here = f"{pages}{token}" + (f"/{done.page}" if done.page else statement_page(opened))
    return f"{here}?said={done.said}" if done.said else here


def statement_page(opened: "Opened") -> str:
    """Where the statement is below a token: a link may open another page first."""
    return f"/{STATEMENT_PAGE}" if opened.link.purpose in BY_PURPOSE else ""
