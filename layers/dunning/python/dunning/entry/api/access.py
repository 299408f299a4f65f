"""Whose data a caller may see: the creditors that their access token grants.
Signature, audience and expiry of a token are checked by API Gateway before a function is called.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dunning.domain.identity import IdentityError, creditor_id

READ, WRITE, SETTINGS = "read", "write", "settings"
HEADER = "duecourse-creditor"
"""Which of several granted creditors a request is about."""


class NotGranted(Exception):
    """No such grant. Answered as what does not exist: a caller learns nothing of others."""


class Grant(NamedTuple):
    """What a token allows: a creditor, and to read, to write, or to change its settings."""

    creditor: str
    right: str


def grants(scopes: Iterable[str]) -> frozenset[Grant]:
    """The grants in OAuth scopes: `{creditor}/read`, `…/write` and `…/settings`, as Cognito writes
    the scopes of a resource server. Everything else grants nothing."""
    found = set()
    for scope in scopes:
        creditor, slash, right = scope.partition("/")
        try:
            creditor_id(creditor)
        except IdentityError:
            continue
        if slash and right in (READ, WRITE, SETTINGS):
            found.add(Grant(creditor, right))
    return frozenset(found)


def scopes_of(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The scopes of a request, as API Gateway's JWT authoriser hands them on."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    jwt = authorizer.get("jwt") or {}
    listed = jwt.get("scopes") or (jwt.get("claims") or {}).get("scope") or ""
    return tuple(listed.split() if isinstance(listed, str) else map(str, listed))


def creditor_of(allowed: frozenset[Grant], right: str, named: str = "") -> str:
    """The creditor that a request is about: the only one granted, else the one named in the header.
    Raises NotGranted. Who may change anything may read."""
    enough = {READ, WRITE, SETTINGS} if right == READ else {right}
    mine = sorted({grant.creditor for grant in allowed if grant.right in enough})
    if named:
        if named in mine:
            return named
        raise NotGranted
    if len(mine) != 1:
        raise NotGranted
    return mine[0]
