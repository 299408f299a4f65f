"""The public API: its routes, what its log says and does not, what a flood can cost."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from infra.bundling import Layers
from infra.config import AWS_CELLS, PortalDomain, local_cell
from infra.stateless.stack import StatelessStack
from tests.infra.conftest import GATE
from tests.infra.reading import Reading

REGION = re.compile(r"[a-z]{2}-[a-z]+-[0-9]")
ROUTES = {
    "GET /portal/{token}": "Portal",
    "GET /plans/{token}": "Portal",
    "GET /unsubscribe/{token}": "Portal",
    "GET /portal/{token}/{name}": "Portal",
    "POST /plans/{token}": "PortalActions",
    "POST /plans/{token}/{answer}": "PortalActions",
    "POST /portal/{token}": "PortalActions",
    "POST /portal/{token}/{name}": "PortalActions",
    "POST /unsubscribe/{token}": "OptOut",
    "POST /callbacks/{provider}": "ReceiveCallback",
    "POST /callbacks/{provider}/{creditor}": "ReceiveCallback",
}


def test_these_are_the_routes_and_every_get_goes_to_the_function_that_only_reads(
    stateless: Reading,
) -> None:
    integrations = stateless.properties("AWS::ApiGatewayV2::Integration")
    found = {}
    for route in stateless.properties("AWS::ApiGatewayV2::Route").values():
        if route["ApiId"] != "{Public/Api}":
            continue
        assert route["AuthorizationType"] == "NONE"
        path = route["Target"].removeprefix("integrations/").strip("{}")
        integration = integrations[path]
        assert integration["PayloadFormatVersion"] == "2.0"
        assert integration["IntegrationType"] == "AWS_PROXY"
        found[route["RouteKey"]] = integration["IntegrationUri"].strip("{}").split("/")[0]
    assert found == ROUTES


def test_only_this_api_and_only_its_routes_may_call_the_functions(stateless: Reading) -> None:
    allowed = {
        path: one
        for path, one in stateless.properties("AWS::Lambda::Permission").items()
        if path.startswith("Public/")
    }
    assert len(allowed) == len(ROUTES)
    for one in allowed.values():
        assert one["Action"] == "lambda:InvokeFunction"
        assert one["Principal"] == "apigateway.amazonaws.com"
    arn = "arn:aws:execute-api:REGION:{AWS::AccountId}:{Public/Api}/*/*"
    assert sorted(
        {REGION.sub("REGION", one["SourceArn"], count=1) for one in allowed.values()}
    ) == [
        f"{arn}/callbacks/{{provider}}",
        f"{arn}/callbacks/{{provider}}/{{creditor}}",
        f"{arn}/plans/{{token}}",
        f"{arn}/plans/{{token}}/{{answer}}",
        f"{arn}/portal/{{token}}",
        f"{arn}/portal/{{token}}/{{name}}",
        f"{arn}/unsubscribe/{{token}}",
    ]


def test_the_access_log_knows_the_route_and_neither_a_token_nor_who_asked(
    stateless: Reading, cell_name: str
) -> None:
    settings = _stage(stateless)["AccessLogSettings"]
    assert settings["DestinationArn"] == "{Public/AccessLogs.Arn}"
    asked = set(json.loads(settings["Format"]).values())
    assert "$context.routeKey" in asked
    for told in ("path", "identity", "domainName", "authorizer", "querystring", "requestOverride"):
        assert not [one for one in asked if told in one], told


def test_requests_are_bounded(stateless: Reading) -> None:
    settings = stateless.properties("AWS::ApiGatewayV2::Stage")["Public/Stage"][
        "DefaultRouteSettings"
    ]
    assert settings == {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}


def test_links_are_below_the_name_that_the_gateway_gives(stateless: Reading) -> None:
    functions = stateless.properties("AWS::Lambda::Function")
    variables = functions["SendEmail/Function"]["Environment"]["Variables"]
    assert variables["PORTAL_URL"] == "{Public/Api.ApiEndpoint}"
    assert stateless.template["Outputs"]["PortalUrl"]


def test_pages_that_fail_and_many_that_are_refused_are_told(stateless: Reading) -> None:
    alarms = stateless.properties("AWS::CloudWatch::Alarm")
    failed, refused = alarms["Alarms/PagesFailed"], alarms["Alarms/PagesRefused"]
    assert (failed["MetricName"], failed["Threshold"]) == ("5xx", 1)
    assert (refused["MetricName"], refused["Threshold"]) == ("4xx", 300)
    for alarm in (failed, refused):
        assert alarm["Namespace"] == "AWS/ApiGateway"
        assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": "{Public/Api}"}]


def _stage(reading: Reading) -> dict[str, Any]:
    stage: dict[str, Any] = reading.properties("AWS::ApiGatewayV2::Stage")["Public/Stage"]
    return stage


def _template(cell: object, tmp_path: Path) -> assertions.Template:
    app = cdk.App(outdir=str(tmp_path))
    stack = StatelessStack(
        app,
        "stack",
        cell=cell,  # type: ignore[arg-type]
        layers=Layers(third_party=False),
        env=cdk.Environment(region="eu-west-1"),
        synthesizer=cdk.CliCredentialsStackSynthesizer(),
    )
    return assertions.Template.from_stack(stack)


def test_a_cell_with_a_name_of_its_own_has_its_links_below_it_and_no_second_door(
    tmp_path: Path,
) -> None:
    certificate = "arn:aws:acm:eu-west-1:111122223333:certificate/7f3c1a52"
    own = PortalDomain(name="pay.example.com", certificate_arn=certificate)
    cell = replace(AWS_CELLS[0], portal_domain=own)
    template = _template(cell, tmp_path)
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Api", {"DisableExecuteApiEndpoint": True, "ProtocolType": "HTTP"}
    )
    template.has_resource_properties(
        "AWS::ApiGatewayV2::DomainName",
        {
            "DomainName": "pay.example.com",
            "DomainNameConfigurations": [
                assertions.Match.object_like(
                    {"CertificateArn": certificate, "SecurityPolicy": "TLS_1_2"}
                )
            ],
        },
    )
    stage = {"Stage": {"Ref": assertions.Match.any_value()}}
    template.has_resource_properties("AWS::ApiGatewayV2::ApiMapping", stage)
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "FunctionName": "duecourse-eu-west-1-send-email",
            "Environment": {
                "Variables": assertions.Match.object_like({"PORTAL_URL": "https://pay.example.com"})
            },
        },
    )


def test_only_the_local_cell_has_its_pages_at_a_port_of_this_machine() -> None:
    assert local_cell(GATE, "http://127.0.0.1:4566").endpoint == "http://127.0.0.1:4566"
    with pytest.raises(ValueError, match="only the local cell"):
        replace(AWS_CELLS[0], endpoint="http://127.0.0.1:4566")
