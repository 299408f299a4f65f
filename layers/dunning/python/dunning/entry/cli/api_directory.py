"""Clients of the API in Cognito, and the list of those that API Gateway admits; for people's hands
alone: no function may do any of this.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from dunning.entry.cli.cell import outputs_of
from dunning.service.api_clients import READ, SETTINGS, WRITE, Client, Directory, of_name

NOBODY = "none"
"""Stands for an empty list: neither a parameter nor an authoriser may be without an entry."""
TOKEN_MINUTES = 60
SAYS = {
    READ: "Ask what is known",
    WRITE: "Tell what is new, and ask",
    SETTINGS: "Change the creditor's settings, its bank account among them",
}


class Refused(Exception):
    """AWS did not do it; the message is its own."""


class Where(NamedTuple):
    """A cell's directory, and where its clients ask."""

    directory: Directory
    token_url: str
    api_url: str


def of(cell: str) -> Where:
    """The directory of a deployed cell, under the caller's own AWS credentials."""
    from botocore.session import get_session

    outputs, region = outputs_of(cell)
    session = get_session()
    made = {
        name: session.create_client(name, region_name=region)
        for name in ("cognito-idp", "apigatewayv2", "ssm")
    }
    directory = CognitoDirectory(
        cognito=made["cognito-idp"],
        gateway=made["apigatewayv2"],
        parameters=made["ssm"],
        pool=outputs["ApiUserPoolId"],
        api=outputs["ApiId"],
        authorizer=outputs["ApiAuthorizerId"],
        admitted=f"/duecourse/{cell}/api-clients",
    )
    return Where(directory, outputs["ApiTokenUrl"], outputs["ApiUrl"])


@dataclass(frozen=True)
class CognitoDirectory:
    """The port `Directory` over a user pool."""

    cognito: Any
    gateway: Any
    parameters: Any
    pool: str
    api: str
    authorizer: str
    admitted: str
    """The parameter that says whom the authoriser admits; a deployment reads it again."""

    def clients(self) -> list[Client]:
        with _told():
            pages = self.cognito.get_paginator("list_user_pool_clients").paginate(
                UserPoolId=self.pool, PaginationConfig={"PageSize": 60}
            )
            found = [one for page in pages for one in page["UserPoolClients"]]
        named = (of_name(one["ClientId"], one["ClientName"]) for one in found)
        return [one for one in named if one is not None]

    def offer(self, creditor: str) -> None:
        server = {
            "UserPoolId": self.pool,
            "Identifier": creditor,
            "Name": creditor,
            "Scopes": [
                {"ScopeName": right, "ScopeDescription": says} for right, says in SAYS.items()
            ],
        }
        with _told():
            try:
                self.cognito.describe_resource_server(UserPoolId=self.pool, Identifier=creditor)
            except self.cognito.exceptions.ResourceNotFoundException:
                self.cognito.create_resource_server(**server)
            else:
                self.cognito.update_resource_server(**server)

    def make(self, name: str, creditors: Sequence[str], scopes: Sequence[str]) -> tuple[str, str]:
        with _told():
            made = self.cognito.create_user_pool_client(
                UserPoolId=self.pool,
                ClientName=name,
                GenerateSecret=True,
                AllowedOAuthFlowsUserPoolClient=True,
                AllowedOAuthFlows=["client_credentials"],
                AllowedOAuthScopes=list(scopes),
                # Left out, it would be every way in which a user may sign in.
                ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH"],
                AccessTokenValidity=TOKEN_MINUTES,
                TokenValidityUnits={"AccessToken": "minutes"},
            )["UserPoolClient"]
        return made["ClientId"], made["ClientSecret"]

    def end(self, client: str) -> None:
        with _told():
            try:
                self.cognito.delete_user_pool_client(UserPoolId=self.pool, ClientId=client)
            except self.cognito.exceptions.ResourceNotFoundException:
                return

    def admit(self, clients: Sequence[str]) -> None:
        audience = sorted(clients) or [NOBODY]
        with _told():
            # The parameter first: a deployment in between brings what it says.
            self.parameters.put_parameter(
                Name=self.admitted, Value=",".join(audience), Type="StringList", Overwrite=True
            )
            there = self.gateway.get_authorizer(ApiId=self.api, AuthorizerId=self.authorizer)
            self.gateway.update_authorizer(
                ApiId=self.api,
                AuthorizerId=self.authorizer,
                JwtConfiguration={
                    "Issuer": there["JwtConfiguration"]["Issuer"],
                    "Audience": audience,
                },
            )


@contextmanager
def _told() -> Iterator[None]:
    """What AWS refuses is told in one line."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Refused(str(error)) from error
