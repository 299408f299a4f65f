"""The gate's conversation: judge a request, let the emulator judge its caller, act by recipient.

Order of a mail: the model, the caller's rights (the emulator's answer), the behaviour, the journal.
Of a call the same, but for the rights: the emulator knows no such service to ask.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from http import HTTPStatus
from typing import Any

from infra.local import victim
from infra.local.gate import calls, contract
from infra.local.gate.answers import json_answer
from infra.local.gate.behaviour import Behaviour, Choice
from infra.local.gate.calls import Placed
from infra.local.gate.control import Control
from infra.local.gate.courier import Courier, wall_clock
from infra.local.gate.events import Accepted
from infra.local.gate.journal import Journal, call_row, mail_row
from infra.local.gate.sending import Sending
from infra.local.identity import ENDED_TLS
from infra.local.wire import (
    HANGUP,
    Answer,
    Hangup,
    Request,
    Upstream,
    UpstreamLostError,
    wait_until_client_gone,
)

SEND_EMAIL = ("POST", "/v2/email/outbound-emails")
GET_ACCOUNT = ("GET", "/v2/email/account")
VOICE_TARGET = "PinpointSMSVoiceV2."
SENDS = {"SendVoiceMessage": "voice", "SendTextMessage": "sms"}
OPT_OUTS = frozenset({"PutOptedOutNumber", "DeleteOptedOutNumber"})
LONGEST_SILENCE_SECONDS = 120.0

Row = dict[str, Any]


class Gate:
    """One request in, one answer out, or none."""

    def __init__(
        self,
        *,
        upstream: Upstream,
        courier: Courier,
        journal: Journal,
        account: str,
        region: str,
        now: Callable[[], datetime] = wall_clock,
        longest_silence: float = LONGEST_SILENCE_SECONDS,
    ) -> None:
        self._upstream, self._courier, self._journal = upstream, courier, journal
        self._account, self._region, self._now = account, region, now
        self._longest_silence = longest_silence
        self._choice = Choice()
        self._calls = Choice(calls.CALLS, calls.by_number)
        self._opted_out: set[str] = set()
        self._sending = Sending()
        self._control = Control(
            journal=journal,
            courier=courier,
            choice=self._choice,
            calls=self._calls,
            opted_out=self._opted_out,
            sending=self._sending,
        )
        self.port = 0

    def handle(self, request: Request) -> Answer | Hangup:
        if self._control.takes(request):
            return self._control.handle(request)
        target = request.header("x-amz-target")
        if target.startswith(VOICE_TARGET):
            return self._call(request, target.removeprefix(VOICE_TARGET))
        if (request.method, request.path) == SEND_EMAIL:
            return self._mail(request)
        if (request.method, request.path) == GET_ACCOUNT:
            return self._account_of(request)
        return self._pass_on(request)

    def _account_of(self, request: Request) -> Answer | Hangup:
        """What SES says of the account; whether the caller may ask is the emulator's to say."""
        judged = self._pass_on(request)
        if isinstance(judged, Hangup) or judged.status == HTTPStatus.FORBIDDEN:
            return judged
        return self._sending.answer()

    def _mail(self, request: Request) -> Answer | Hangup:
        params = _json_of(request.body)
        row = mail_row(self._journal.number(), self._now(), _dict(params), _first_address(params))
        wrong = contract.problems(contract.SES, "SendEmail", params)
        if wrong:
            self._note(row, outcome="invalid", problems=wrong)
            return _error(HTTPStatus.BAD_REQUEST, "BadRequestException", "; ".join(wrong))
        judged = self._pass_on(request)
        if isinstance(judged, Hangup):
            self._note(row, outcome="upstream_lost")
            return judged
        if judged.status >= HTTPStatus.MULTIPLE_CHOICES:
            denied = judged.status == HTTPStatus.FORBIDDEN
            self._note(row, outcome="denied" if denied else "refused_upstream")
            return judged
        accepted = Accepted(
            n=row["n"],
            at=self._now(),
            message_id=str(json.loads(judged.body)["MessageId"]),
            request=params,
            account=self._account,
            region=self._region,
            caller=_caller(request),
        )
        whole = {
            "message_id": accepted.message_id,
            "operation": "SendEmail",
            "request": accepted.request,
        }
        behaviour = self._choice.meet(row["to"])
        return self._act(request, row, behaviour, whole, accepted, judged)

    def _call(self, request: Request, operation: str) -> Answer | Hangup:
        params = _json_of(request.body)
        if operation in OPT_OUTS:
            return self._opt_out(operation, params)
        channel = SENDS.get(operation, "voice")
        row = call_row(self._journal.number(), self._now(), _dict(params), channel)
        if operation not in SENDS:
            self._note(row, outcome="invalid", problems=[f"{operation} is not played here"])
            return _error(HTTPStatus.BAD_REQUEST, "UnknownOperationException", operation)
        wrong = contract.problems(contract.VOICE, operation, params)
        if wrong:
            self._note(row, outcome="invalid", problems=wrong)
            return _error(HTTPStatus.BAD_REQUEST, "ValidationException", "; ".join(wrong))
        message_id = str(uuid.uuid4())
        behaviour = self._calls.meet(row["to"])
        if row["to"] in self._opted_out:
            behaviour = calls.CALLS["opted-out"]
        placed = Placed(row["n"], self._now(), message_id, params, channel == "sms")
        whole = {"message_id": message_id, "operation": operation, "request": params}
        taken = json_answer(HTTPStatus.OK, {"MessageId": message_id})
        return self._act(request, row, behaviour, whole, placed, taken)

    def _opt_out(self, operation: str, params: object) -> Answer:
        wrong = contract.problems(contract.VOICE, operation, params)
        if wrong:
            return _error(HTTPStatus.BAD_REQUEST, "ValidationException", "; ".join(wrong))
        told = _dict(params)
        number = str(told["OptedOutNumber"])
        change = self._opted_out.add if operation[:3] == "Put" else self._opted_out.discard
        change(number)
        answer = {"OptOutListName": told["OptOutListName"], "OptedOutNumber": number}
        return json_answer(HTTPStatus.OK, answer)

    def _act(
        self,
        request: Request,
        row: Row,
        behaviour: Behaviour,
        whole: Row,
        accepted: Accepted | Placed,
        answer: Answer,
    ) -> Answer | Hangup:
        """Do as the behaviour says with a request that was judged and could be taken."""
        if behaviour.accepted:
            self._note(row, behaviour, message_id=accepted.message_id, whole=whole)
            kinds = behaviour.events
            if isinstance(accepted, Placed):
                kinds = calls.events_of(behaviour, accepted)
            self._courier.publish(kinds, accepted)
        else:
            self._note(row, behaviour)
        if behaviour.kill:
            victim.kill_function(request.client, self.port)
            return HANGUP
        if behaviour.silent:
            wait_until_client_gone(request, self._longest_silence)
            return HANGUP
        if behaviour.hangup:
            return HANGUP
        if behaviour.code:
            said = f"the gate plays {behaviour.outcome}"
            return _error(behaviour.status, behaviour.code, said, behaviour.reason)
        return answer

    def _note(
        self,
        row: Row,
        behaviour: Behaviour | None = None,
        *,
        outcome: str = "",
        message_id: str | None = None,
        problems: list[str] | None = None,
        whole: Row | None = None,
    ) -> None:
        row |= {
            "outcome": behaviour.outcome if behaviour else outcome,
            "accepted": behaviour is not None and behaviour.accepted,
            "failed_by": behaviour.failed_by if behaviour else None,
            "message_id": message_id,
        }
        if problems:
            row["problems"] = problems
        self._journal.write(row, {**row, **whole} if whole else None)

    def _pass_on(self, request: Request) -> Answer | Hangup:
        try:
            return self._upstream.pass_on(request, ENDED_TLS)
        except UpstreamLostError:
            return HANGUP


def _first_address(params: object) -> str:
    destination = _dict(_dict(params).get("Destination"))
    for kind in ("ToAddresses", "CcAddresses", "BccAddresses"):
        addresses = destination.get(kind)
        if isinstance(addresses, list) and addresses:
            return parseaddr(str(addresses[0]))[1]
    return ""


def _caller(request: Request) -> str:
    """A name for the caller that gives no credential away."""
    return hashlib.sha256(request.header("authorization").partition("/")[0].encode()).hexdigest()[
        :12
    ]


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _error(status: int, code: str, message: str, reason: str = "") -> Answer:
    body = {"__type": code, "message": message, **({"Reason": reason} if reason else {})}
    return json_answer(status, body, ("x-amzn-errortype", code))
