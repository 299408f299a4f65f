"""A payment provider on this machine: begins payments as Stripe and GoCardless do, shows a page to
pay on, and calls back signed. For the demo and the tests; no money, no card, no bank.
"""

import hashlib
import hmac
import html
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from dunning.domain.money import format_amount

from infra.local.debits import CREDITOR, Debits, Event, Refused
from infra.local.wire import Answer, Request, Server

CUSTOMER, ITEMS = "duecourse_customer", "duecourse_items"
PAID, REFUSED = "paid", "refused"
STRIPE_SECRET, GOCARDLESS_SECRET = "whsec_local", "local-webhook-secret"
JSON = (("Content-Type", "application/json"),)
PAGE = (("Content-Type", "text/html; charset=utf-8"),)

Row = dict[str, Any]


Callback = Callable[[str, str], str]
"""Where the webhooks of a provider for a creditor go: both by name."""


class PaymentProvider:
    """An account of every creditor with each provider. Without `callback` webhooks are kept in
    `sent` alone."""

    def __init__(
        self, callback: Callback | None = None, now: Callable[[], int] = lambda: int(time.time())
    ) -> None:
        self.callback, self.now = callback, now
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._begun: dict[str, Row] = {}
        """Sessions and billing requests by id, each with what is paid for."""
        self._by_key: dict[str, Row] = {}
        self.debits = Debits(self._numbers)
        """Mandates and what is collected by them."""
        self.payments: dict[str, Row] = self.debits.payments
        self.sent: list[tuple[str, bytes, dict[str, str]]] = []
        """Webhooks as they were sent: provider, bytes, headers."""
        self.answers: list[tuple[str, int]] = []
        """What each was answered: provider, status."""
        self._server = Server(self._answer)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._server.url

    def start(self) -> None:
        """Serve, on a free port of the loopback."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def pay(self, id_: str, *, succeeds: bool = True) -> str:
        """Somebody pays what was begun (or their bank refuses); webhooks go out. The page that they
        come back to."""
        begun = self._begun[id_]
        with self._lock:
            again = begun.get("outcome") == PAID
            begun["outcome"] = PAID if succeeds else REFUSED
        if again:
            return str(begun["back"])
        if begun["provider"] == "stripe":
            self._stripe_outcome(begun, succeeds)
        else:
            self._gocardless_outcome(begun, succeeds)
        return str(begun["back"])

    def debit(self, day: str, *, fails: bool = False) -> None:
        """The bank makes (or refuses) the debits that are due by a day; webhooks go out."""
        self._tell(self.debits.debit(day, fails=fails))

    @property
    def begun(self) -> tuple[str, ...]:
        """Ids of all that was begun, in that order."""
        return tuple(self._begun)

    def what(self, id_: str) -> Row:
        """What was begun under an id: creditor, customer, items, amount (minor units), currency,
        title, and its outcome: paid, refused or none yet."""
        one = self._begun[id_]
        return {
            "provider": one["provider"],
            "creditor": one["metadata"].get(CREDITOR, ""),
            "customer": one["metadata"].get(CUSTOMER, ""),
            "items": one["metadata"].get(ITEMS, ""),
            "outcome": one.get("outcome", ""),
            **{name: one[name] for name in ("amount", "currency", "title")},
        }

    def refund(self, id_: str, amount: int | None = None) -> None:
        """The creditor gives a payment back, in part or whole; a webhook goes out."""
        begun = self._begun[id_]
        given = begun["amount"] if amount is None else amount
        begun["returned"] = begun.get("returned", 0) + given
        number, creditor = begun["number"], begun["metadata"].get(CREDITOR, "")
        charge = {
            "id": f"ch_{number}",
            "object": "charge",
            "payment_intent": f"pi_{number}",
            "amount_refunded": begun["returned"],
            "currency": begun["currency"],
            "metadata": begun["metadata"],
        }
        before = {"amount_refunded": begun["returned"] - given}
        self.stripe_event("charge.refunded", charge, creditor, before)

    # --- requests -----------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        parts = [part for part in request.path.split("/") if part]
        match request.method, parts:
            case "POST", ["v1", "checkout", "sessions"]:
                return self._once(request, self._session)
            case "POST", ["billing_requests"]:
                return self._once(request, self._billing_request)
            case "POST", ["billing_request_flows"]:
                return self._flow(request)
            case "POST", ["instalment_schedules", "create_with_dates"]:
                return self._once(request, self._schedule)
            case "GET", ["instalment_schedules"]:
                found = self.debits.listed(request.query)
                return _json(200, {"instalment_schedules": found, "meta": {"cursors": {}}})
            case "GET", ["instalment_schedules", id_] if id_ in self.debits.schedules:
                return _json(200, {"instalment_schedules": self.debits.schedules[id_]})
            case "POST", ["instalment_schedules", id_, "actions", "cancel"]:
                return self._cancel("instalment_schedules", id_)
            case "GET", ["mandates", id_] if id_ in self.debits.mandates:
                return _json(200, {"mandates": self.debits.mandates[id_]})
            case "POST", ["mandates", id_, "actions", "cancel"]:
                return self._cancel("mandates", id_)
            case "GET", ["payments", id_] if id_ in self.payments:
                return _json(200, {"payments": self.payments[id_]})
            case "GET", ["pay", id_] if id_ in self._begun:
                return Answer(200, PAGE, _page(self._begun[id_]).encode())
            case "POST", ["pay", id_] if id_ in self._begun:
                said = dict(parse_qsl(request.body.decode()))
                back = self.pay(id_, succeeds=said.get("outcome") != "refused")
                return Answer(303, (("Location", back),))
        return _json(404, {"error": {"type": "invalid_request_error", "message": "not here"}})

    def _once(self, request: Request, make: Callable[[Request], Row]) -> Answer:
        """The same key is answered with the same thing."""
        given = request.header("Idempotency-Key")
        key = f"{request.path} {given}" if given else ""
        with self._lock:
            found = self._by_key.get(key) if key else None
            if found is None:
                try:
                    found = make(request)
                except Refused as refused:
                    return _refused(refused)
                if key:
                    self._by_key[key] = found
        return _json(200 if "object" in found else 201, found)

    def _session(self, request: Request) -> Row:
        asked = _nested(request.body.decode())
        line = asked["line_items"]["0"]
        amount = int(line["price_data"]["unit_amount"]) * int(line["quantity"])
        number = next(self._numbers)
        session = {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"{self.url}/pay/cs_test_{number}",
            "amount_total": amount,
            "currency": line["price_data"]["currency"],
            "metadata": asked.get("metadata", {}),
            "payment_status": "unpaid",
        }
        self._begun[str(session["id"])] = {
            "provider": "stripe",
            "number": number,
            "session": session,
            "intent": asked.get("payment_intent_data", {}),
            "title": line["price_data"]["product_data"]["name"],
            "amount": amount,
            "currency": session["currency"],
            "metadata": session["metadata"],
            "back": asked["success_url"],
            "left": asked.get("cancel_url", ""),
        }
        return session

    def _billing_request(self, request: Request) -> Row:
        wanted = json.loads(request.body)["billing_requests"]
        asked = wanted.get("payment_request") or wanted["mandate_request"]
        number = next(self._numbers)
        self._begun[f"BRQ{number}"] = {
            "provider": "gocardless",
            "number": number,
            "title": asked["description"],
            "amount": int(asked.get("amount") or 0),
            "currency": asked["currency"],
            "metadata": asked.get("metadata", {}),
            "mandate": wanted.get("mandate_request"),
            "back": "",
            "left": "",
        }
        return {"billing_requests": {"id": f"BRQ{number}", "status": "pending"}}

    def _flow(self, request: Request) -> Answer:
        asked = json.loads(request.body)["billing_request_flows"]
        id_ = asked["links"]["billing_request"]
        self._begun[id_]["back"] = asked["redirect_uri"]
        self._begun[id_]["left"] = asked.get("exit_uri", "")
        flow = {"id": f"BRF-{id_}", "authorisation_url": f"{self.url}/pay/{id_}"}
        return _json(201, {"billing_request_flows": flow})

    def _schedule(self, request: Request) -> Row:
        asked = json.loads(request.body)["instalment_schedules"]
        return {"instalment_schedules": self.debits.schedule(asked)}

    def _cancel(self, what: str, id_: str) -> Answer:
        cancel = self.debits.cancel_mandate
        if what == "instalment_schedules":
            cancel = self.debits.cancel_schedule
        try:
            found, told = cancel(id_)
        except KeyError:
            return _json(404, {"error": {"type": "invalid_api_usage", "message": "not here"}})
        except Refused as refused:
            return _refused(refused)
        self._tell(told)
        return _json(200, {what: found})

    # --- webhooks -----------------------------------------------------------------------------

    def _stripe_outcome(self, begun: Row, succeeds: bool) -> None:
        intent = {
            "id": f"pi_{begun['number']}",
            "object": "payment_intent",
            "amount": begun["amount"],
            "amount_received": begun["amount"] if succeeds else 0,
            "currency": begun["currency"],
            "metadata": begun["intent"].get("metadata", {}),
            "description": begun["intent"].get("description"),
        }
        creditor = begun["metadata"].get(CREDITOR, "")
        if not succeeds:
            self.stripe_event("payment_intent.payment_failed", intent, creditor)
            return
        paid = {**begun["session"], "payment_status": "paid", "payment_intent": intent["id"]}
        # Two events of one payment, as they come, and in the order that nobody promises.
        self.stripe_event("checkout.session.completed", paid, creditor)
        self.stripe_event("payment_intent.succeeded", intent, creditor)

    def stripe_event(
        self, type_: str, thing: Row, creditor: str = "", before: Row | None = None
    ) -> None:
        """Send an event of Stripe's; `before`: what of the thing was otherwise."""
        at = self.now()
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "type": type_,
            "created": at,
            "data": {"object": thing, **({"previous_attributes": before} if before else {})},
        }
        raw = json.dumps(event).encode()
        self._send("stripe", creditor, raw, stripe_signed(raw, at))

    def _tell(self, events: list[Event]) -> None:
        for resource, action, links, creditor in events:
            self.gocardless_event(resource, action, links, creditor)

    def _gocardless_outcome(self, begun: Row, succeeds: bool) -> None:
        if begun.get("mandate") is not None:
            if succeeds:
                self._tell(self.debits.set_up(f"BRQ{begun['number']}", begun["mandate"])[1])
            return
        id_ = f"PM{begun['number']}"
        self.payments[id_] = {
            "id": id_,
            "amount": begun["amount"],
            "currency": begun["currency"],
            "metadata": begun["metadata"],
            "reference": begun["title"],
            "links": {},
            "status": "confirmed" if succeeds else "failed",
        }
        action = "confirmed" if succeeds else "failed"
        creditor = begun["metadata"].get(CREDITOR, "")
        self.gocardless_event("payments", action, {"payment": id_}, creditor)

    def gocardless_event(
        self, resource: str, action: str, links: dict[str, str], creditor: str = ""
    ) -> None:
        """Send an event of GoCardless'."""
        event = {
            "id": f"EV{next(self._numbers)}",
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.now())),
            "resource_type": resource,
            "action": action,
            "links": links,
            "details": {"origin": "gocardless", "cause": f"{resource}_{action}"},
        }
        raw = json.dumps({"events": [event]}).encode()
        digest = hmac.new(GOCARDLESS_SECRET.encode(), raw, hashlib.sha256)
        self._send("gocardless", creditor, raw, {"Webhook-Signature": digest.hexdigest()})

    def _send(self, provider: str, creditor: str, raw: bytes, headers: dict[str, str]) -> None:
        self.sent.append((provider, raw, headers))
        if self.callback is not None:
            status = posted(self.callback(provider, creditor), raw, headers)
            self.answers.append((provider, status))


def stripe_signed(raw: bytes, at: int, secret: str = STRIPE_SECRET) -> dict[str, str]:
    """The header with Stripe's signature of a webhook, made at an instant."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256)
    return {"Stripe-Signature": f"t={at},v1={digest.hexdigest()}"}


def posted(url: str, raw: bytes, headers: dict[str, str]) -> int:
    """Send a webhook; the status of its answer."""
    asked = urllib.request.Request(
        url, data=raw, headers={**headers, "Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)


def _nested(form: str) -> Row:
    """Stripe's bracketed form fields as an object: a[b][0]=c."""
    found: Row = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        head, _, rest = name.partition("[")
        path = [head, *(rest.rstrip("]").split("][") if rest else ())]
        place = found
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return found


def _page(begun: Row) -> str:
    currency = begun["currency"].upper()
    # Stripe's amounts of some currencies are not ISO 4217's; here nobody pays in one.
    amount = f"{format_amount(begun['amount'], currency)} {currency}"
    if begun.get("mandate") is not None:
        amount = f"Direct debits in {currency}"
    done = begun.get("outcome") == PAID
    buttons = (
        '<p>This has been paid already.</p><button name="outcome" value="paid">Go back</button>'
        if done
        else '<button name="outcome" value="paid">Pay</button>'
        '<button name="outcome" value="refused">Let the bank refuse</button>'
    )
    left = f'<p><a href="{html.escape(begun["left"])}">Back without paying</a></p>'
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Test payment</title>"
        "<style>body{font:18px system-ui;max-width:24rem;margin:3rem auto;padding:0 1rem}"
        "button{font:inherit;width:100%;padding:.8rem;margin:.3rem 0}</style>"
        f"<h1>Test payment</h1><p>{html.escape(str(begun['title']))}</p><p>{amount}</p>"
        f'<form method="post">{buttons}</form>{left if begun["left"] and not done else ""}</html>'
    )


def _refused(refused: Refused) -> Answer:
    error = {"reason": refused.reason, "message": refused.reason, "field": "x"}
    error["request_pointer"] = "/x"
    told = {"type": refused.kind, "message": refused.reason, "code": 422, "errors": [error]}
    return _json(422, {"error": told})


def _json(status: int, body: Row) -> Answer:
    return Answer(status, JSON, json.dumps(body).encode())
