"""An HTTP API as both of a cell's are: an access log without paths, a stage with a rate, counts.
Which routes there are, to what, and who may ask, is each API's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import Cell

# The route, never the path: tokens and customers are in paths. No address and no browser of whoever
# asked.
LOGGED = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "error": "$context.error.responseType",
    "integrationStatus": "$context.integration.status",
}


class LoggedApi(Construct):
    """The API without routes; `stage` opens it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        api_name: str,
        description: str,
        disable_execute_api_endpoint: bool | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._cell = cell
        self._logs = logs.LogGroup(
            self, "AccessLogs", retention=cell.log_retention, removal_policy=cell.removal_policy
        )
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=api_name,
            description=description,
            create_default_stage=False,
            disable_execute_api_endpoint=disable_execute_api_endpoint,
        )

    def metric(self, name: str, period: cdk.Duration) -> cloudwatch.Metric:
        """A count of the API: 5xx or 4xx."""
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={"ApiId": self.api.api_id},
            statistic=cloudwatch.Stats.SUM,
            period=period,
        )

    def _stage(
        self,
        rate: int,
        burst: int,
        logged: Mapping[str, str],
        routes: Mapping[str, Mapping[str, int]] | None = None,
    ) -> apigateway.CfnStage:
        """Requests a second over all routes and how many at once, what the log says of each, and
        settings of single routes."""
        return apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=rate, throttling_burst_limit=burst
            ),
            route_settings=routes,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self._logs.log_group_arn, format=json.dumps(logged)
            ),
        )

    def _own_address(self) -> str:
        """Where API Gateway itself has it."""
        if self._cell.endpoint:
            # The local cloud has one port and no names below localhost.
            return f"{self._cell.endpoint}/_aws/execute-api/{self.api.api_id}/$default"
        return self.api.api_endpoint
