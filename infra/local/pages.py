"""The customers' pages as somebody without JavaScript uses them: the links of a mail, the forms of
a page, and where a form leads. For the demo and for tests; nothing of the product is in here.
"""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode, urljoin

from infra.local.cloud import LocalCloud

ANSWER_WITHIN_SECONDS = 30
Fields = tuple[tuple[str, str], ...]


class Form(NamedTuple):
    """One form: its address, what a browser sends of it as it stands, and all names of it."""

    action: str
    method: str
    fields: Fields
    names: frozenset[str]
    values: Fields
    """What may be chosen or pressed besides: options that are not chosen, buttons."""


class Page(NamedTuple):
    """A page as a browser got it, or the redirect that a form was answered by."""

    url: str
    status: int
    html: str
    forms: tuple[Form, ...] = ()

    def form(self, ending: str, *, having: str = "") -> Form:
        """The first form whose address ends so, and that has a field of that name. Raises
        LookupError, which says what there is."""
        for form in self.forms:
            if form.action.endswith(ending) and (not having or having in form.names):
                return form
        there = [(one.action.rpartition("/")[2], sorted(one.names)) for one in self.forms]
        raise LookupError(f"no form {ending!r} with {having!r} among {there}")


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Where a form leads is looked at, not followed."""


class _Forms(HTMLParser):
    """The forms of a page: what `form.html.j2` and `pay.html.j2` are made of, and no more."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.found = url, list[Form]()
        self._fields: list[tuple[str, str]] = []
        self._values: list[tuple[str, str]] = []
        self._open: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = urljoin(self.url, here["action"]), here.get("method", "get")
            self._fields, self._values = [], []
        elif self._open and (name := here.get("name")):
            pair = name, here.get("value", "")
            if tag == "input" and here.get("type") in ("radio", "checkbox"):
                (self._fields if "checked" in here else self._values).append(pair)
            elif tag == "button":
                self._values.append(pair)
            elif tag == "input":
                self._fields.append(pair)

    def handle_endtag(self, tag: str) -> None:
        if tag != "form" or self._open is None:
            return
        action, method = self._open
        fields, values = tuple(self._fields), tuple(self._values)
        names = frozenset(name for name, _ in (*fields, *values))
        self.found.append(Form(action, method, fields, names, values))
        self._open = None


def forms_of(url: str, html: str) -> tuple[Form, ...]:
    """The forms of a page at an address."""
    forms = _Forms(url)
    forms.feed(html)
    return tuple(forms.found)


def read(url: str) -> Page:
    """A page; an error is a page as well."""
    return _answered(url, None)


def send(form: Form, **said: str | list[str]) -> Page:
    """Send a form with what is said in place of its own fields (a list: each of it): the page that
    answers it, of a redirect the address that it leads to."""
    fields = [(name, value) for name, value in form.fields if name not in said]
    body = urlencode([*fields, *said.items()], doseq=True)
    if form.method == "get":
        return _answered(f"{form.action}?{body}", None)
    return _answered(form.action, body.encode())


def links(cloud: LocalCloud, text: str) -> Iterator[str]:
    """The addresses of pages in a mail's text, in its order, once each."""
    base = re.escape(cloud.outputs["PortalUrl"])
    yield from dict.fromkeys(re.findall(rf"{base}/portal/[A-Za-z0-9_-]+", text))


def text_of(cloud: LocalCloud, n: int) -> str:
    """The text of a mail that the gate took."""
    content = cloud.gate.message(n)["request"]["Content"]["Simple"]
    return str(content["Body"]["Text"]["Data"])


def _answered(url: str, body: bytes | None) -> Page:
    request = urllib.request.Request(url, body)
    opener = urllib.request.build_opener(_Stays)
    try:
        with opener.open(request, timeout=ANSWER_WITHIN_SECONDS) as answer:
            status, html = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, html = error.code, error.read().decode()
            url = urljoin(url, error.headers["Location"]) if error.headers["Location"] else url
    return Page(url, status, html, forms_of(url, html))
