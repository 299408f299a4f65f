"""The API for billing systems as it is deployed: credentials as people make them, tokens as systems
ask for them, and what is said and asked with them over HTTP.
"""

import base64
import json
import logging
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import requests
import schemathesis
from dunning.adapters.dynamodb.cell import DynamoSuppressions
from dunning.domain import reasons
from hypothesis import given
from schemathesis import GenerationMode

from infra.local import sample
from infra.local.cloud import ROOT, LocalCloud
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, wait_for
from tests.cloud.test_permissions import DENIED, without
from tests.cloud.test_reminders import BEFORE, DUE, MORNING, sender_waits, waiting
from tests.openapi import FILE
from tests.unit.gateway import CHECKS, few

DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
ANSWERED_WITHIN_SECONDS = 60


class Answer(NamedTuple):
    """What a system got."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The code of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["code"])


def request(
    url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] = {}
) -> Answer:
    """One request."""
    asked = urllib.request.Request(url, body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(asked, timeout=ANSWERED_WITHIN_SECONDS) as answer:
            return Answer(answer.status, answer.headers, json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, json.loads(error.read()))


@dataclass
class System:
    """A billing system with credentials."""

    credentials: Mapping[str, Any]
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = str(self.ask_for_a_token().body["access_token"])

    def ask_for_a_token(self, **more: str) -> Answer:
        """The answer of the token endpoint."""
        pair = f"{self.credentials['client_id']}:{self.credentials['client_secret']}"
        form = urllib.parse.urlencode({"grant_type": "client_credentials", **more}).encode()
        basic = "Basic " + base64.b64encode(pair.encode()).decode()
        return request(self.credentials["token_url"], "POST", form, {"Authorization": basic})

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request with the token; a body is sent as JSON, bytes as they are."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(
            self.credentials["api"] + path,
            method,
            sent,
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **named,
            },
        )


def system(stage: Stage, *options: str) -> System:
    """A system of a creditor, with credentials of its own."""
    (made,) = stage.by_hand("api-client", stage.creditor, *options)
    assert made["creditors"] == [stage.creditor]
    return System(made)


def opened(on_stage: MakeStage, creditor: str) -> Stage:
    stage = on_stage(creditor)
    stage.open(BEFORE)
    stage.at(MORNING)
    return stage


def bill(customer: str, amount: str = "119.00", due: str = DUE) -> dict[str, Any]:
    return {"customer": customer, "currency": "EUR", "items": [{"due": due, "amount": amount}]}


def test_what_a_billing_system_tells_is_in_the_ledger_and_sent_again_changes_nothing(
    on_stage: MakeStage,
) -> None:
    stage = opened(on_stage, "telling")
    us = system(stage)
    person = {"name": "Harbour Café", "email": "ap@telling.example", "country": "IE"}
    assert us.ask("PUT", "/customers/c-1", person).body == {"outcome": "accepted"}
    assert us.ask("PUT", "/invoices/T-1", bill("c-1")).body == {"outcome": "accepted"}
    batch = [{**bill("c-1"), "number": "T-2"}, {**bill("nobody"), "number": "T/3"}]
    told = us.ask("PUT", "/invoices", {"invoices": batch}).body["results"]
    assert [one["outcome"] for one in told] == ["accepted", "accepted"]

    money = {"type": "payment", "customer": "c-1", "currency": "EUR", "amount": "100.00"}
    for outcome in ("accepted", "unchanged"):
        answer = us.ask("POST", "/postings", money, Idempotency_Key="bank-1")
        assert (answer.status, answer.body) == (200, {"outcome": outcome})
    other = us.ask("POST", "/postings", {**money, "amount": "1.00"}, Idempotency_Key="bank-1")
    assert (other.status, other.code) == (409, "id_differs")

    case = us.ask("GET", "/cases/c-1").body
    assert {one["invoice"]: one["open"] for one in case["currencies"][0]["items"]} == {
        "T-1": "19.00",
        "T-2": "119.00",
    }
    story = us.ask("GET", "/cases/c-1/why?invoice=T-1").body["records"]
    assert {"payment"} <= {one.get("code") for one in story}


def test_an_opt_out_over_http_stops_a_reminder_that_is_queued_and_stands_on_the_list(
    on_stage: MakeStage,
) -> None:
    stage = opened(on_stage, "withdrawing")
    us = system(stage)
    to, alike = "tired@withdrawing.example", "other@withdrawing.example"
    for name, address in (("tired", to), ("same-person", to), ("other", alike)):
        us.ask("PUT", f"/customers/{name}", {"email": address, "country": "DE"})
    for name in ("tired", "other"):
        us.ask("PUT", f"/invoices/W-{name}", bill(name))
    ask = {name: {"customer": name} for name in ("tired", "same-person", "other", "nobody")}
    with sender_waits(stage.cloud):
        assert stage.sweep() == 2
        assert us.ask("POST", "/contact-checks", ask["tired"]).body["decision"] == "ALLOW"

        word = {"customer": "tired", "channel": "email", "text": "Please stop."}
        answer = us.ask("POST", "/opt-outs", word, Idempotency_Key="call-7")
        assert (answer.status, answer.body) == (200, {"outcome": "accepted"})

        # At once: before the sender has looked at anything, every question is answered by it.
        assert us.ask("POST", "/contact-checks", ask["tired"]).body["decision"] == "DENY"
        # The list is the creditor's: whoever else has that address is not written to either.
        assert us.ask("POST", "/contact-checks", ask["same-person"]).body["decision"] == "DENY"
        assert us.ask("POST", "/contact-checks", ask["other"]).body["decision"] == "ALLOW"
        assert us.ask("POST", "/contact-checks", ask["nobody"]).code == "not_found"
        assert waiting(stage.cloud) == 2
        assert stage.cloud.gate.log() == []
    stage.quiet()
    assert stage.sent(to) == []
    assert stage.outcomes(alike) == ["accepted"]
    assert stage.head("tired").plan.reason == reasons.NO_USABLE_ADDRESS
    state = stage.reader.ledger.read(stage.creditor, stage.account("tired"))
    assert state is not None
    (withdrawn,) = state.consents
    assert (withdrawn.channel, withdrawn.source) == ("email", "api")
    (address,) = state.customer.on("email")
    assert DynamoSuppressions().reason(stage.creditor, "email", address.hash)
    again = us.ask("POST", "/opt-outs", word, Idempotency_Key="call-7")
    assert again.body == {"outcome": "unchanged"}


MAIL = {"channel": "email", "purpose": "reminder", "email": "a@asking.example"}
ATTEMPTS: dict[str, dict[str, Any]] = {
    "ALLOW": {**MAIL, "now": "2026-06-03T09:00:00Z", "country": "DE", "customer_class": "business"},
    "DEFER": {**MAIL, "now": "2026-06-03T02:00:00Z", "country": "US", "region": "NJ"},
    "DENY": {"channel": "voice", "phone": "+390612345678", "now": "2026-11-23T10:00:00Z"},
}


def test_whether_somebody_may_be_contacted_is_answered_over_http_and_so_is_what_is_too_large(
    on_stage: MakeStage,
) -> None:
    us = system(opened(on_stage, "asking"))
    for decision, attempt in ATTEMPTS.items():
        answer = us.ask("POST", "/contact-checks", attempt)
        assert (answer.status, answer.body["decision"]) == (200, decision)
        assert (answer.body["until"] is not None) == (decision == "DEFER")
    large = us.ask("PUT", "/invoices", b" " * 1_048_577)
    assert (large.status, large.code) == (413, "too_large")


def test_nobody_comes_in_without_a_token_that_holds_now(on_stage: MakeStage) -> None:
    stage = opened(on_stage, "entering")
    us = system(stage)
    api = us.credentials["api"]
    assert us.ask("GET", "/cases/nobody").code == "not_found"
    for header in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": us.token[:-4]}):
        answer = request(f"{api}/cases/nobody", headers=header)
        assert (answer.status, answer.body) == (401, {"message": "Unauthorized"})
    document = request(f"{api}/openapi.json")
    assert (document.status, document.body) == (200, DOCUMENT)

    # Rotated: both hold. Revoked: its secret gets no token, and the token that it has is nothing.
    (made,) = stage.by_hand("api-client", "entering", "--rotate")
    new = System(made)
    assert us.ask("GET", "/cases/nobody").status == new.ask("GET", "/cases/nobody").status == 404
    stage.by_hand("api-client", "--revoke", us.credentials["client_id"])
    assert us.ask("GET", "/cases/nobody").status == 401
    assert us.ask_for_a_token().status == 400
    assert new.ask("GET", "/cases/nobody").status == 404


def test_who_may_read_cannot_write(on_stage: MakeStage) -> None:
    stage = opened(on_stage, "reading")
    us, they = system(stage), system(stage, "--read-only")
    us.ask("PUT", "/invoices/R-1", bill("c-1"))
    assert they.ask("GET", "/cases/c-1").body["customer"] == "c-1"
    before = stage.head("c-1")
    assert they.ask("PUT", "/invoices/R-1", bill("c-1", "1.00")).code == "not_found"
    word = {"customer": "c-1", "channel": "email"}
    assert they.ask("POST", "/opt-outs", word, Idempotency_Key="x").code == "not_found"
    assert they.ask_for_a_token(scope="reading/write").status == 400
    narrowed = us.ask_for_a_token(scope="reading/read").body["access_token"]
    us.token = str(narrowed)
    assert us.ask("PUT", "/invoices/R-1", bill("c-1", "1.00")).code == "not_found"
    assert stage.head("c-1") == before


def test_a_creditor_s_token_neither_sees_nor_moves_another_s_data(on_stage: MakeStage) -> None:
    theirs = opened(on_stage, "theirs")
    them = system(theirs)
    them.ask("PUT", "/invoices/B-1", bill("c-1"))
    us = system(opened(on_stage, "ours"))
    before = theirs.head("c-1")
    asked = (
        ("GET", "/cases/c-1", None),
        ("GET", "/cases/c-1/why", None),
        ("PUT", "/customers/c-1", {"email": "mine@ours.example"}),
        ("PUT", "/invoices/B-1", bill("c-1", "1.00")),
        ("POST", "/opt-outs", {"customer": "c-1", "channel": "all"}),
        ("POST", "/contact-checks", {"customer": "c-1"}),
    )
    for method, path, body in asked:
        told = us.ask(method, path, body, Duecourse_Creditor="theirs", Idempotency_Key="k")
        assert (told.status, told.code) == (404, "not_found"), path
    assert us.ask("GET", "/cases/c-1").code == "not_found"
    assert theirs.head("c-1") == before

    (made,) = theirs.by_hand("api-client", "ours", "theirs", "--read-only")
    both = System(made)
    assert both.ask("GET", "/cases/c-1").code == "not_found", "which of the two?"
    assert both.ask("GET", "/cases/c-1", Duecourse_Creditor="theirs").status == 200
    assert both.ask("GET", "/cases/c-1", Duecourse_Creditor="ours").code == "not_found"


PUBLISHED = """policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 9}, channels: [email], tone: friendly}
"""


class DeniedTo:
    """Actions that were denied to a function since this was made, from its own log: what it says
    when API Gateway calls it stands in no other."""

    def __init__(self, cloud: LocalCloud, function: str) -> None:
        self._logs = cloud.client("logs")
        found = cloud.client("lambda").get_function_configuration(
            FunctionName=cloud.outputs[f"{function}FunctionName"]
        )
        self._group = found["LoggingConfig"]["LogGroup"]
        self._seen = len(self._all())

    def __call__(self) -> set[str]:
        return set(DENIED.findall("\n".join(self._all()[self._seen :])))

    def _all(self) -> list[str]:
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=self._group)
        return [one["message"] for page in pages for one in page["events"]]


def test_a_writer_without_a_right_fails_by_its_name_and_the_same_request_later_is_taken(
    on_stage: MakeStage,
) -> None:
    stage = opened(on_stage, "writing")
    us = system(stage)
    person = {"email": "a@writing.example", "country": "IE"}
    assert us.ask("PUT", "/customers/c-1", person).status == 200
    source = {"source": PUBLISHED}
    asked: tuple[tuple[str, str, str, object], ...] = (
        ("dynamodb:GetItem", "PUT", "/invoices/W-1", bill("c-1")),
        ("dynamodb:Query", "PUT", "/invoices/W-2", bill("c-1")),
        ("dynamodb:PutItem", "PUT", "/invoices/W-3", bill("c-1")),
        ("dynamodb:UpdateItem", "POST", "/opt-outs", {"customer": "c-1", "channel": "email"}),
        ("s3:PutObject", "PUT", "/policies", source),
    )
    for action, method, path, body in asked:
        before = stage.head("c-1")
        denials = DeniedTo(stage.cloud, "Api")
        with without(stage.cloud, "Api", action):
            refused = us.ask(method, path, body, Idempotency_Key=action)
            assert refused.status >= 500, (action, refused.body)
            wait_for(denials)
        assert denials() == {action}
        assert stage.head("c-1") == before
        assert us.ask(method, path, body, Idempotency_Key=action).status == 200
    stage.quiet()
    assert us.ask("GET", "/policies").body["versions"][0]["holds"]


def test_the_reader_has_each_right_for_something_and_none_to_write(on_stage: MakeStage) -> None:
    stage = opened(on_stage, "looking-up")
    us = system(stage)
    us.ask("PUT", "/invoices/L-1", bill("c-1"))
    table = stage.cloud.outputs["TableName"]
    for action, path, on in (
        ("dynamodb:GetItem", "/cases/c-1", ""),
        ("dynamodb:Query", "/cases/c-1", f"table/{table}"),
        ("dynamodb:Query", "/customers", "index/book"),
    ):
        denials = DeniedTo(stage.cloud, "ApiRead")
        with without(stage.cloud, "ApiRead", action, on=on):
            assert us.ask("GET", path).status >= 500
            wait_for(denials)
        assert denials() == {action}
        assert us.ask("GET", path).status == 200
    assert actions_of(stage.cloud, "ApiRead") == {
        "dynamodb:GetItem",
        "dynamodb:Query",
        "secretsmanager:GetSecretValue",
    }


def actions_of(cloud: LocalCloud, function: str) -> set[str]:
    """What a function's role allows beside its log, by the emulator's own answer."""
    client = cloud.client("iam")
    name = cloud.outputs[f"{function}FunctionName"]
    found = cloud.client("lambda").get_function_configuration(FunctionName=name)
    role = found["Role"].rpartition("/")[2]
    (policy,) = client.list_role_policies(RoleName=role)["PolicyNames"]
    document = client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    named: set[str] = set()
    for statement in document["Statement"]:
        listed = statement["Action"]
        named |= {listed} if isinstance(listed, str) else set(listed)
    return {one for one in named if not one.startswith("logs:")}


def test_what_the_readme_says_to_type_works(on_stage: MakeStage) -> None:
    stage = on_stage(sample.CREDITOR)  # for its leaving
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = (one for one in readme.split("```") if "source build/up/api.env" in one)
    typed = block.replace("make up\n", "").replace(
        "build/up/api.env", str(sample.begin(stage.cloud))
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", typed],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    customer, invoice, case = (
        json.loads(one) for one in done.stdout.replace("}{", "}\n{").splitlines()
    )
    assert customer == invoice == {"outcome": "accepted"}
    assert case["currencies"][0]["items"][0]["open"] == "300.00"


EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
"""Of each route and mode, as in tests/unit/test_api_schema.py."""
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()]


def test_no_request_that_the_document_allows_or_forbids_breaks_the_deployed_api(
    on_stage: MakeStage,
) -> None:
    """A few of each route; API_EXAMPLES=30 is more than two thousand requests
    (--log-cli-level=INFO says how many they were)."""
    us = system(opened(on_stage, "schemed"), "--settings")
    answered: Counter[int] = Counter()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {us.token}"

        def send(case: schemathesis.Case) -> None:
            if "%0A" in case.formatted_path:
                return  # no route of the emulator's matches a line feed: its answer, not ours
            for name in ("Duecourse-Creditor", "Transfer-Encoding"):  # the latter ends at a server
                case.headers.pop(name, None)
            answer = case.call(base_url=us.credentials["api"], session=session)
            answered[answer.status_code] += 1
            case.validate_response(answer, checks=list(CHECKS))

        for operation in OPERATIONS:
            for mode in GenerationMode:
                strategy = operation.as_strategy(generation_mode=mode)
                few(EXAMPLES)(given(strategy)(send))()
            logging.getLogger(__name__).debug("%s: %s so far", operation.label, answered.total())
    told = f"{answered.total()} requests, by status: {dict(sorted(answered.items()))}"
    logging.getLogger(__name__).info(told)
    assert answered.total() >= len(OPERATIONS)
    assert not [status for status in answered if status >= 500]
    assert answered[401] == 0, "a token that is let in is asked about"
