"""Pages over HTTP: their headers, what a browser asks for and what a form brings, size limits.
What a page shows or does is not known here; API Gateway's event is Powertools' to read.
"""

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from dunning.service.printing_ports import NotPrinted as NotPrinted

if TYPE_CHECKING:
    from dunning.adapters.portal_pages import HtmlPage, PortalPages
    from dunning.service.printing_ports import Printed

LONGEST_BODY = 4_096
"""Bytes of a form with one field, as the one that ends mails."""
LONGEST_FORM = 32_768
"""Bytes of any other form: some lines of text in any script, and a few hundred items chosen."""
_CODE = re.compile(r"[a-z][a-z-]{0,31}\Z")
_TAG = re.compile(r"\s*([A-Za-z]{2,3})")
_BOUNDARY = re.compile(r";\s*boundary\s*=\s*(?:\"([^\"]{1,70})\"|([^\s\";,]{1,70}))", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD_NAME = re.compile(
    rb"^content-disposition:[^\r\n]*?;[ \t]*name=(?:\"([^\"\r\n]*)\"|([^\s;\"]+))",
    re.IGNORECASE | re.MULTILINE,
)

# A page of what somebody owes: kept by nobody on the way, told to nobody, framed by nobody.
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class BodyTooLarge(ValueError):
    """More than a form of ours can be."""


def answer(page: "HtmlPage", status: int = 200) -> "Response[str]":
    """A page as its answer."""
    return Response(
        status_code=status,
        content_type="text/html; charset=utf-8",
        body=page.html,
        headers={**HEADERS, "Content-Security-Policy": page.policy},
    )


def file(name: str, made: "Printed") -> "Response[bytes]":
    """A PDF as a file that is kept, not shown in a page of ours."""
    return Response(
        status_code=200,
        content_type="application/pdf",
        body=made.pdf,
        headers={
            **HEADERS,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def missing(pages: "PortalPages", event: APIGatewayProxyEventV2) -> "Response[str]":
    """The one answer to every link that opens nothing. Who wanted to end mails is not offered one
    more."""
    renewed = not event.path.startswith("/unsubscribe")
    return answer(pages.missing(wanted_language(event), renewed=renewed), 404)


def asks_new_link(fields: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a form is that of the page for links that open nothing."""
    from dunning.adapters.portal_pages import NEW_LINK

    name, value = NEW_LINK
    return value in fields.get(name, ())


def wanted_language(event: APIGatewayProxyEventV2) -> str:
    """The language that the browser asks for first; "": it asks for none."""
    found = _TAG.match(event.headers.get("accept-language", ""))
    return found.group(1).lower() if found else ""


def raw(event: APIGatewayProxyEventV2) -> bytes:
    """The very bytes that were sent: a signature is of them, so nothing may be parsed before."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def headers(event: APIGatewayProxyEventV2) -> Mapping[str, str]:
    """Headers by their names in lower case."""
    return {name.lower(): value for name, value in event.headers.items()}


def see_other(location: str) -> "Response[str]":
    """The answer to a form that was taken: look there. To load that page again sends nothing."""
    return Response(status_code=303, body="", headers={**HEADERS, "Location": location})


def said(event: APIGatewayProxyEventV2) -> str:
    """The code of what is told on a page after a form; whatever else stands there is nothing."""
    found = (event.query_string_parameters or {}).get("said", "")
    return found if _CODE.match(found) else ""


def query(event: APIGatewayProxyEventV2) -> Mapping[str, tuple[str, ...]]:
    """What an address asks besides, each name with all that was chosen; a long one asks nothing."""
    text = event.raw_query_string or ""
    if len(text) > LONGEST_BODY:
        return {}
    found = parse_qs(text, keep_blank_values=True)
    return {name: tuple(values) for name, values in found.items()}


def form(event: APIGatewayProxyEventV2) -> Mapping[str, tuple[str, ...]]:
    """What a form of our pages brings, each name with all that was chosen. Raises BodyTooLarge."""
    body = _bounded(event, LONGEST_FORM)
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: tuple(values) for name, values in found.items()}


def fields(event: APIGatewayProxyEventV2) -> Mapping[str, str]:
    """What a form brings, urlencoded or multipart (RFC 8058 allows both). Raises BodyTooLarge."""
    body = _bounded(event, LONGEST_BODY)
    kind = event.headers.get("content-type", "")
    if kind.lower().startswith("multipart/form-data"):
        return _parts(kind, body)
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in found.items()}


def _bounded(event: APIGatewayProxyEventV2, most: int) -> bytes:
    if len(event.body or "") > 2 * most:
        raise BodyTooLarge
    body = raw(event)
    if len(body) > most:
        raise BodyTooLarge
    return body


def _parts(kind: str, body: bytes) -> Mapping[str, str]:
    """The fields of a multipart form (RFC 7578), and no more of MIME than forms use: who sends it
    is not known yet, and a reader of mail can be made to fail by what nobody's browser writes."""
    named = _BOUNDARY.search(kind)
    if named is None:
        return {}
    mark = b"--" + (named[1] or named[2]).encode("utf-8", "replace")
    found: dict[str, str] = {}
    for part in body.split(mark)[1:]:
        head, *value = _BLANK_LINE.split(part, maxsplit=1)
        name = _FIELD_NAME.search(head)
        if name is not None and value:
            text = (name[1] or name[2] or b"").decode("utf-8", "replace")
            found.setdefault(text, value[0].decode("utf-8", "replace").strip())
    return found
