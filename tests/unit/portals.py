"""The customers' pages behind the real handlers, over a cell in memory: what their tests share."""

import json
from typing import Any
from urllib.parse import parse_qsl, urljoin

import botocore.session
import pytest
from dunning.adapters.dynamodb.keys import creditor_of
from dunning.adapters.form_pages import FormPages
from dunning.adapters.form_seals import FormSeals
from dunning.adapters.link_tokens import LinkKeys, LinkTokens
from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.memory.tries import MemoryTries
from dunning.adapters.pdf_agreement import AgreementPdf
from dunning.adapters.pdf_statement import StatementPdf
from dunning.adapters.sqs import token_of
from dunning.adapters.upload_forms import UploadForms
from dunning.domain.calendar import local_day
from dunning.domain.links import Link, Purpose, link
from dunning.domain.payment_requests import Begun, DebitsRequest, MandateRequest, PaymentRequest
from dunning.entry import bootstrap
from dunning.service.authorising import Authorising
from dunning.service.collecting import Collecting
from dunning.service.opting_out import OptOuts, RevokeLinks
from dunning.service.paying import Paying
from dunning.service.portal import LinkDoor, Portal
from dunning.service.portal_forms import Forms
from dunning.service.printing_ports import Printer
from dunning.service.provider_ports import Keys
from dunning.service.renewing import Renewals
from dunning.service.withdrawing import Withdrawing

from tests.unit.handling import ADDRESS, FUNCTIONS, NOON, Cell, Context, load, sample
from tests.unit.printed import printer

KEYS = LinkKeys(lambda: json.dumps({"1": "a key of the tests, long enough for one"}))
TOKENS, FORMS = LinkTokens(KEYS), Forms(FormSeals(KEYS))
TEMPLATES = FUNCTIONS.parent / "templates"
PAGES = FormPages(TEMPLATES)
UPLOADS = UploadForms(
    botocore.session.Session().create_client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="a secret of the tests",
    ),
    "duecourse-files",
)
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


class Provider:
    """Payment providers in memory: the keys of everybody's account, and what was begun there."""

    def __init__(self) -> None:
        self.begun: dict[str, PaymentRequest] = {}
        self.asked: list[PaymentRequest] = []
        self.fails: Exception | None = None
        self.mandates: list[MandateRequest] = []
        self.debits: list[DebitsRequest] = []
        self.stopped: list[tuple[str, str, bool]] = []

    def of(self, creditor: str, provider: str) -> Keys:
        return Keys(("secret",), f"key of {creditor}")

    def account(self, provider: str, keys: Keys) -> "Provider":
        assert provider in ("stripe", "gocardless")
        return self

    def collecting(self, provider: str, keys: Keys) -> "Provider":
        assert provider == "gocardless"
        return self

    def set_up(self, asked: MandateRequest) -> Begun:
        if self.fails:
            raise self.fails
        self.mandates.append(asked)
        return Begun("BRQ1", f"https://pay.gocardless.com/flow?mandate={asked.mandate}")

    def collect(self, asked: DebitsRequest) -> str:
        self.debits.append(asked)
        return "IS1"

    def stop(self, reference: str, mandate: str, *, whole: bool) -> None:
        if self.fails:
            raise self.fails
        self.stopped.append((reference, mandate, whole))

    def begin(self, asked: PaymentRequest) -> Begun:
        if self.fails:
            raise self.fails
        self.asked.append(asked)
        number = list(self.begun | {asked.key: asked}).index(asked.key) + 1
        self.begun[asked.key] = asked
        return Begun(f"cs_{number}", f"https://checkout.stripe.com/c/pay/cs_{number}")


class Site:
    """The functions of the pages, and hands to ask them for something."""

    def __init__(
        self, cell: Cell, patch: pytest.MonkeyPatch, prints: Printer | None = None
    ) -> None:
        """`prints`: another printer than Typst."""
        prints = prints or printer()
        self.cell = cell
        self.door = door = LinkDoor(cell.ledger, cell.settings, TOKENS.opened, creditor_of)
        shown = bootstrap.ShowPages(
            lambda: None,
            cell.clock,
            Portal(door),
            PAGES,
            FORMS,
            pdfs=lambda: self,
        )
        self.withdrawing = Withdrawing(cell.bodies, cell.settings)
        self.bodies, self.metrics, self.pages = cell.bodies, cell.metrics, PAGES
        self.portal_url, self.provider = "https://pay.example.com", Provider()
        self.paying = Paying(cell.accounts, self.provider, self.provider.account, cell.metrics)
        self.authorising = Authorising(self.provider, self.provider.collecting, cell.metrics)
        self.collecting = Collecting(
            cell.accounts,
            cell.settings,
            self.provider,
            self.provider.collecting,
            cell.metrics,
            lambda rulebook, state, plan: plan.id,
        )
        self.opt_outs = OptOuts(door, self.withdrawing, cell.metrics)
        taken = bootstrap.TakeOptOuts(lambda: None, cell.clock, self.opt_outs, PAGES)
        patch.setattr(bootstrap, "portal", lambda: shown)
        forms = bootstrap.TakeForms(lambda: None, cell.clock, door, FORMS, self, PAGES)
        patch.setattr(bootstrap, "opt_outs", lambda: taken)
        patch.setattr(bootstrap, "portal_actions", lambda: forms)
        self.statements = StatementPdf(TEMPLATES, prints)
        self.agreements = AgreementPdf(TEMPLATES, prints)
        self.revoking = RevokeLinks(cell.accounts)
        self.uploads, self.portal_url = UPLOADS, "https://pay.example.com"
        self.tries, self.sealed = MemoryTries(), TOKENS.sealed
        self.asked: list[str] = []
        self.link_requests = self
        self.renewals = Renewals(door, cell.accounts, cell.outbox, cell.metrics)
        renews = bootstrap.RenewLinks(lambda: None, cell.clock, self.renewals, token_of)
        patch.setattr(bootstrap, "renewals", lambda: renews)

    def put(self, token: str) -> None:
        """The queue of who asks for a new link."""
        self.asked.append(token)

    def renew(self) -> list[str]:
        """The function is handed all that waits there; the messages that it could not take."""
        event = sample("renew_links")
        (usual,) = event["Records"]
        event["Records"] = [
            {**usual, "messageId": str(n), "body": json.dumps({"v": 1, "token": token})}
            for n, token in enumerate(self.asked)
        ]
        self.asked.clear()
        answer = load("renew_links").handler(event, Context())
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def link(self, purpose: Purpose, **other: Any) -> Link:
        """A link as a mail of this noon carries it."""
        hashed = plain_hash("email", ADDRESS)
        one = link(self.cell.account, purpose, hashed, local_day(NOON, "UTC"), 0)
        return one._replace(**other)

    def token(self, purpose: Purpose, **other: Any) -> str:
        """Its token."""
        return TOKENS.sealed(self.link(purpose, **other))

    def get(self, path: str, language: str = "en") -> dict[str, Any]:
        """What a browser gets."""
        return self._ask("portal", "GET", path, language, "", "")

    def go(self, answer: dict[str, Any], token: str) -> dict[str, Any]:
        """What a browser gets that follows an answer's redirect from a form below a token."""
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        assert (answer["statusCode"], answer["body"]) == (303, "")
        return self.get(urljoin(f"/portal/{token}/form", headers["location"]))

    def post(self, path: str, body: str = ONE_CLICK, kind: str = FORM) -> dict[str, Any]:
        """What a browser, or a mail client, gets for a form."""
        function = "opt_out" if path.startswith("/unsubscribe") else "portal_actions"
        return self._ask(function, "POST", path, "en", body, kind)

    def _ask(
        self, function: str, method: str, path: str, language: str, body: str, kind: str
    ) -> dict[str, Any]:
        event = sample(function)
        path, _, query = path.partition("?")
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event |= {"rawQueryString": query, "queryStringParameters": dict(parse_qsl(query))}
        event["requestContext"]["http"]["method"] = method
        event["headers"] |= {"accept-language": language, "content-type": kind}
        event |= {"body": body, "isBase64Encoded": False}
        answer: dict[str, Any] = load(function).handler(event, Context())
        return answer
