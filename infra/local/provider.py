"""A payment provider on this machine: begins payments as Stripe and GoCardless do, shows a page to
pay on, and calls back signed. For the demo and the tests; no money, no card, no bank.
"""

import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from infra.local.debit_routes import DebitRoutes, refusal
from infra.local.debits import CREDITOR, Debits, Event, Refused
from infra.local.provider_page import page_of
from infra.local.wire import Answer, Request, Server

CUSTOMER, ITEMS = "duecourse_customer", "duecourse_items"
PAID, REFUSED, EXPIRED = "paid", "refused", "expired"
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
        self._by_key: dict[str, tuple[bytes, Row]] = {}
        """What was asked under a key of the caller's, and what was made of it."""
        self.debits = Debits(self._numbers)
        """Mandates and what is collected by them."""
        self._direct_debit = DebitRoutes(self.debits, self._once, self._tell)
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
        debit = self._direct_debit.answer(request, parts)
        if debit is not None:
            return debit
        match request.method, parts:
            case "POST", ["v1", "checkout", "sessions"]:
                return self._once(request, self._session)
            case "GET", ["v1", "checkout", "sessions", id_] if id_ in self._begun:
                return _json(200, self._begun[id_]["session"] | self._now(id_))
            case "POST", ["billing_requests"]:
                return self._once(request, self._billing_request)
            case "GET", ["billing_requests", id_] if id_ in self._begun:
                return _json(200, {"billing_requests": self._request_now(id_)})
            case "POST", ["billing_request_flows"]:
                return self._flow(request)
            case "GET", ["payments", id_] if id_ in self.payments:
                return _json(200, {"payments": self.payments[id_]})
            case "GET", ["pay", id_] if id_ in self._begun:
                return Answer(200, PAGE, page_of(self._begun[id_]).encode())
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
            asked, found = self._by_key.get(key, (request.body, None))
            if found is not None and "object" in found and asked != request.body:
                return _json(
                    400, {"error": {"type": "idempotency_error", "message": "not the same"}}
                )
            again = found is not None
            if found is not None and "billing_requests" in found:
                return _json(409, _begun_before(str(found["billing_requests"]["id"])))
            if found is not None and "instalment_schedules" in found:
                return _json(409, _begun_before(str(found["instalment_schedules"]["id"])))
            if found is None:
                try:
                    found = make(request)
                except Refused as refused:
                    return refusal(refused)
                if key:
                    self._by_key[key] = (request.body, found)
        status = 200 if "object" in found else 201
        headers = (*JSON, ("Idempotent-Replayed", "true")) if again else JSON
        return Answer(status, headers, json.dumps(found).encode())

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
            "status": "open",
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

    def _now(self, id_: str) -> Row:
        """What of a session has changed since it was begun."""
        outcome = self._begun[id_].get("outcome")
        if outcome == PAID:
            return {"status": "complete", "payment_status": "paid", "url": None}
        return {"status": "expired", "url": None} if outcome == EXPIRED else {}

    def _request_now(self, id_: str) -> Row:
        """A billing request as it stands."""
        begun = self._begun[id_]
        paid = {"payment_request_payment": f"PM{begun['number']}"} if "outcome" in begun else {}
        if begun.get("mandate") is not None:
            paid = {"mandate_request_mandate": begun["set_up"]} if "set_up" in begun else {}
        status = "fulfilled" if paid else "pending"
        return {"id": id_, "status": status, "links": paid}

    def expire(self, id_: str) -> None:
        """A session's day is over."""
        self._begun[id_]["outcome"] = EXPIRED

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
        if "outcome" in self._begun[id_]:
            return _json(422, {"error": {"type": "invalid_state", "errors": [], "code": 422}})
        self._begun[id_]["back"] = asked["redirect_uri"]
        self._begun[id_]["left"] = asked.get("exit_uri", "")
        flow = {"id": f"BRF-{id_}", "authorisation_url": f"{self.url}/pay/{id_}"}
        return _json(201, {"billing_request_flows": flow})

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
                begun["set_up"], told = self.debits.set_up(
                    f"BRQ{begun['number']}", begun["mandate"]
                )
                self._tell(told)
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


def _json(status: int, body: Row) -> Answer:
    return Answer(status, JSON, json.dumps(body).encode())


def _begun_before(id_: str) -> Row:
    """GoCardless' answer to a key that was used: what was made with it then."""
    reason = {
        "reason": "idempotent_creation_conflict",
        "message": "A resource has already been created with this idempotency key",
        "links": {"conflicting_resource_id": id_},
    }
    return {"error": {"type": "invalid_state", "code": 409, "message": "", "errors": [reason]}}
