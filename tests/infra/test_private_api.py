"""The private API: who is let in, where methods go, what a flood can cost, what its log says."""

from __future__ import annotations

import json
import re

from tests.infra.reading import Reading

REGION = re.compile(r"[a-z]{2}-[a-z]+-[0-9]")
ROUTES = {
    "GET /{proxy+}": ("ApiRead", "JWT"),
    "POST /{proxy+}": ("Api", "JWT"),
    "PUT /{proxy+}": ("Api", "JWT"),
    "DELETE /{proxy+}": ("Api", "JWT"),
    "GET /openapi.json": ("ApiRead", "NONE"),
}


def test_every_get_goes_to_the_function_that_only_reads_and_all_but_one_ask_for_a_token(
    stateless: Reading,
) -> None:
    integrations = stateless.properties("AWS::ApiGatewayV2::Integration")
    found = {}
    for route in stateless.properties("AWS::ApiGatewayV2::Route").values():
        if route["ApiId"] != "{Private/Api}":
            continue
        integration = integrations[route["Target"].removeprefix("integrations/").strip("{}")]
        assert integration["PayloadFormatVersion"] == "2.0"
        function = integration["IntegrationUri"].strip("{}").split("/")[0]
        found[route["RouteKey"]] = (function, route["AuthorizationType"])
        assert ("AuthorizerId" in route) == (route["AuthorizationType"] == "JWT")
    assert found == ROUTES


def test_only_clients_of_this_cell_s_pool_that_people_made_are_let_in(
    stateless: Reading, cell_name: str
) -> None:
    authorizer = stateless.only("AWS::ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    configuration = authorizer["JwtConfiguration"]
    issuer = REGION.sub("REGION", configuration["Issuer"])
    before, _, pool = issuer.rpartition("/")
    assert before == "https://cognito-idp.REGION.amazonaws.com"
    parameters = stateless.template["Parameters"]
    assert parameters[pool.strip("{}")] == {
        "Type": "AWS::SSM::Parameter::Value<String>",
        "Default": f"/duecourse/{cell_name}/api-user-pool-id",
    }
    # As it stands when it is deployed: the clients that were made since the last time too.
    assert parameters[configuration["Audience"].strip("{}")] == {
        "Type": "AWS::SSM::Parameter::Value<List<String>>",
        "Default": f"/duecourse/{cell_name}/api-clients",
    }


def test_no_browser_of_another_site_may_ask(stateless: Reading) -> None:
    for api in stateless.properties("AWS::ApiGatewayV2::Api").values():
        assert "CorsConfiguration" not in api


def test_requests_are_bounded_and_the_one_route_without_a_token_more_tightly(
    stateless: Reading,
) -> None:
    stage = stateless.properties("AWS::ApiGatewayV2::Stage")["Private/Stage"]
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 50,
        "ThrottlingBurstLimit": 100,
    }
    assert stage["RouteSettings"] == {
        "GET /openapi.json": {"ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 5}
    }
    resource = stateless.resources("AWS::ApiGatewayV2::Stage")["Private/Stage"]
    routes = stateless.template["Resources"]
    # A stage with settings for a route that is not there yet cannot be made.
    assert "GET /openapi.json" in {
        routes[name]["Properties"].get("RouteKey") for name in resource["DependsOn"]
    }


def test_the_access_log_knows_the_client_and_neither_a_token_nor_a_path(
    stateless: Reading,
) -> None:
    stage = stateless.properties("AWS::ApiGatewayV2::Stage")["Private/Stage"]
    settings = stage["AccessLogSettings"]
    assert settings["DestinationArn"] == "{Private/AccessLogs.Arn}"
    asked = set(json.loads(settings["Format"]).values())
    assert {"$context.routeKey", "$context.authorizer.claims.client_id"} <= asked
    for told in ("path", "identity", "domainName", "claims.scope", "querystring"):
        assert not [one for one in asked if told in one], told


def test_what_fails_and_many_that_are_refused_are_told(stateless: Reading) -> None:
    alarms = stateless.properties("AWS::CloudWatch::Alarm")
    failed, refused = alarms["Alarms/ApiFailed"], alarms["Alarms/ApiRefused"]
    assert (failed["MetricName"], failed["Threshold"]) == ("5xx", 1)
    assert (refused["MetricName"], refused["Threshold"]) == ("4xx", 300)
    for alarm in (failed, refused):
        assert alarm["Namespace"] == "AWS/ApiGateway"
        assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": "{Private/Api}"}]


def test_only_this_api_may_call_its_functions(stateless: Reading) -> None:
    allowed = {
        path: one
        for path, one in stateless.properties("AWS::Lambda::Permission").items()
        if path.startswith("Private/")
    }
    assert len(allowed) == len(ROUTES)
    for one in allowed.values():
        assert one["Principal"] == "apigateway.amazonaws.com"
        assert ":{Private/Api}/*/*" in one["SourceArn"]


def test_people_find_where_it_is_and_where_tokens_are_asked_for(
    stateless: Reading, local_stateless: Reading, cell_name: str
) -> None:
    outputs = {
        name: stateless.plain(one["Value"]) for name, one in stateless.template["Outputs"].items()
    }
    assert outputs["ApiUrl"] == "{Private/Api.ApiEndpoint}"
    host = f"duecourse-{cell_name}-{{AWS::AccountId}}.auth.REGION.amazoncognito.com"
    token = re.sub(r"auth\.[a-z0-9-]+\.", "auth.REGION.", outputs["ApiTokenUrl"])
    assert token == f"https://{host}/oauth2/token"
    assert {"ApiId", "ApiAuthorizerId", "ApiUserPoolId"} <= set(outputs)
    assert set(outputs) <= set(local_stateless.template["Outputs"])
