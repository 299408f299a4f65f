"""The private HTTP API of a cell, for billing systems: a token of the cell's user pool lets them
in. What each token may see is the functions' to judge; which routes there are is theirs too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_apigatewayv2_authorizers import HttpJwtAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.constructs.http_api import LOGGED, LoggedApi
from infra.constructs.layers import FunctionLayers
from infra.names import Names
from infra.stateless.permissions import Permissions

RATE, BURST = 50, 100
"""Requests a second over all clients of the cell. A month's end is one batch of 500 after another,
and what senders need of the account's Lambda concurrency stays with them."""
DOCUMENT = "GET /openapi.json"
DOCUMENT_LIMITS = {"ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 5}
"""Of the one route that asks for no token: whoever floods it takes nothing from the others."""
EVERYTHING = "/{proxy+}"
CHANGING = (
    apigateway.HttpMethod.POST,
    apigateway.HttpMethod.PUT,
    apigateway.HttpMethod.DELETE,
)
_PARAMETER = "AWS::SSM::Parameter::Value"
# API Gateway answers after 30 seconds, whatever the function does.
_TIMEOUT = cdk.Duration.seconds(29)

# As of the pages; and which client, whose id is neither a secret nor a person's. Never a path, in
# which customers are named; the template of the route stands in the function's log.
TOLD = {
    **LOGGED,
    "client": "$context.authorizer.claims.client_id",
    "refused": "$context.authorizer.error",
    "invocation": "$context.integration.requestId",
}


class PrivateApi(LoggedApi):
    """Every GET to a function that can only read, everything else to one that writes the ledger."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        service: str,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
        layers: FunctionLayers,
        stopped: Mapping[str, str],
        webhooks: sqs.IQueue,
    ) -> None:
        """`stopped`: of a cell that telephones, the list of numbers that are not called;
        `webhooks`: where events are put that are told again."""
        super().__init__(
            scope,
            construct_id,
            cell=cell,
            api_name=f"{service}-private",
            description=f"For billing systems, cell {cell.name}",
        )
        names, stack = Names(cell), cdk.Stack.of(self)
        self._pool = cdk.CfnParameter(
            self, "UserPool", type=f"{_PARAMETER}<String>", default=names.user_pool
        ).value_as_string
        clients = cdk.CfnParameter(
            self, "Clients", type=f"{_PARAMETER}<List<String>>", default=names.api_clients
        ).value_as_list
        self.read = function(
            "ApiRead",
            verb="api_read",
            timeout=_TIMEOUT,
            # A whole CPU: a report reads a book while somebody waits.
            memory_mib=1769,
            layers=layers.with_api,
            # The address key seals the cursors of lists as well; with it nothing can be changed.
            grants=[*permissions.reading(), *permissions.book(), *permissions.address_key()],
        )
        self.write = function(
            "Api",
            verb="api",
            timeout=_TIMEOUT,
            # A whole CPU: a batch of 500 has to be done before API Gateway stops waiting.
            memory_mib=1769,
            layers=layers.with_api,
            environment={"WEBHOOK_QUEUE_URL": webhooks.queue_url, **stopped},
            grants=[
                *permissions.ledger(),
                *permissions.address_key(),
                *permissions.opted_out_numbers(),
                # A simulation lists accounts; what is published lies where an upload would.
                *permissions.book(),
                *permissions.published_files(),
                *permissions.into_queue(webhooks),
            ],
        )
        self.functions = {"Api": self.write, "ApiRead": self.read}
        self.authorizer = HttpJwtAuthorizer(
            "Clients",
            f"https://cognito-idp.{stack.region}.amazonaws.com/{self._pool}",
            # Cognito's access tokens for machines carry no `aud`; then it is their `client_id` that
            # must be listed here.
            jwt_audience=clients,
        )
        reads, writes = (
            HttpLambdaIntegration(name, to)
            for name, to in (("Reads", self.read), ("Writes", self.write))
        )
        self.api.add_routes(
            path=EVERYTHING,
            methods=[apigateway.HttpMethod.GET],
            integration=reads,
            authorizer=self.authorizer,
        )
        self.api.add_routes(
            path=EVERYTHING,
            methods=list(CHANGING),
            integration=writes,
            authorizer=self.authorizer,
        )
        method, _, path = DOCUMENT.partition(" ")
        (document,) = self.api.add_routes(
            path=path, methods=[apigateway.HttpMethod(method)], integration=reads
        )
        acknowledge(
            document,
            "AwsSolutions-APIG4",
            "What the API takes and answers is no secret: it is published with the project, and "
            "who writes a client reads it before anybody has given them credentials. The function "
            "behind it reads nothing for it, and the route has a rate of its own.",
        )
        stage = self._stage(RATE, BURST, TOLD, {DOCUMENT: DOCUMENT_LIMITS})
        # A stage refuses settings for a route that is not there yet.
        stage.node.add_dependency(document)
        self.url = self._own_address()
        domain = names.token_domain(stack.account)
        self.token_url = (
            f"{cell.endpoint}/oauth2/token"
            if cell.endpoint
            else f"https://{domain}.auth.{stack.region}.amazoncognito.com/oauth2/token"
        )

    def told(self) -> dict[str, str]:
        """Where it is, and what `dunning api-client` needs, as outputs of the stack."""
        return {
            "ApiUrl": self.url,
            "ApiTokenUrl": self.token_url,
            "ApiId": self.api.api_id,
            "ApiAuthorizerId": self.authorizer.authorizer_id,
            "ApiUserPoolId": self._pool,
        }
