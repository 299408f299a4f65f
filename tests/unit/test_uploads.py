"""A file to an objection: the form that the bucket takes, and what it would refuse."""

import base64
import json
import re
from typing import Any

import pytest
from dunning.domain.links import Purpose
from dunning.domain.uploads import MOST_BYTES, MOST_FILES

from tests.unit.handling import CREDITOR, Cell
from tests.unit.portals import Site
from tests.unit.test_portal_said import Form, forms, send, send_shown, state, tasks

PLACES = {"pdf": 0, "jpeg": 1, "png": 2}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    send(
        found,
        found.token(Purpose.DISPUTE),
        "dispute",
        "dispute",
        items="NW-1042/1",
        reason="faulty",
    )
    return found


def asked(site: Site, button: str = "pdf", **other: str) -> dict[str, Any]:
    """Press the button for a kind of file."""
    token = site.token(Purpose.DISPUTE)
    return send(site, token, "dispute", "attach", PLACES[button], **other)


def policy(answer: dict[str, Any]) -> tuple[dict[str, str], list[Any]]:
    (form,) = Form(answer["body"]).found
    fields = dict(form["fields"])
    return fields, json.loads(base64.b64decode(fields["policy"]))["conditions"]


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("pdf", "application/pdf"), ("jpeg", "image/jpeg"), ("png", "image/png")],
)
def test_the_form_is_signed_for_one_key_one_type_and_a_size(
    kind: str, content_type: str, site: Site
) -> None:
    answer = asked(site, kind)
    assert answer["statusCode"] == 200
    fields, conditions = policy(answer)
    form = state(site).disputes[0].id.rpartition("-")[0]
    assert re.fullmatch(rf"uploads/{CREDITOR}/{form}/[0-9a-f]{{16}}\.{kind}", fields["key"])
    for exact in ("key", "Content-Type", "Content-Disposition", "success_action_redirect"):
        assert {exact: fields[exact]} in conditions
    assert fields["Content-Type"] == content_type
    assert fields["Content-Disposition"] == "attachment"
    assert ["content-length-range", 1, MOST_BYTES] in conditions
    assert {"bucket": "duecourse-files"} in conditions
    assert not [one for one in conditions if isinstance(one, list) and one[0] == "starts-with"]


def test_the_browser_may_send_it_to_the_bucket_and_nowhere_else(site: Site) -> None:
    answer = asked(site)
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    (form,) = Form(answer["body"]).found
    bucket = re.match(r"https://[^/]+", form["action"])
    assert bucket is not None
    assert f"form-action 'self' {bucket.group(0)};" in headers["content-security-policy"] + ";"
    assert 'enctype="multipart/form-data"' in answer["body"]
    last = re.findall(r"<input [^>]*>", answer["body"])[-1]
    assert 'type="file"' in last
    assert 'accept="application/pdf"' in last


def test_what_follows_is_the_page_of_the_link_and_says_so(site: Site) -> None:
    fields, _ = policy(asked(site))
    there = fields["success_action_redirect"].removeprefix("https://pay.example.com")
    page = site.get(f"{there}&bucket=b&key=k&etag=e")
    assert "We have your file" in page["body"]


def test_a_person_is_told_where_it_may_lie_and_what_to_mind(site: Site) -> None:
    fields, _ = policy(asked(site))
    assert tasks(site)["objection_file"].startswith(f"a file may lie at {fields['key']};")


def test_five_files_and_no_sixth(site: Site) -> None:
    for _ in range(MOST_FILES):
        assert asked(site)["statusCode"] == 200
    assert asked(site)["statusCode"] == 303


@pytest.mark.parametrize(
    "said", [{"kind": "html"}, {"kind": "../pdf"}, {"dispute": "somebody-else-s"}]
)
def test_another_kind_of_file_or_objection_has_no_form(said: dict[str, str], site: Site) -> None:
    answer = asked(site, **said)
    assert answer["statusCode"] == 303
    assert "objection_file" not in tasks(site)


def test_where_nobody_objected_no_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(Cell(), monkeypatch)
    token = site.token(Purpose.DISPUTE)
    html = site.get(f"/portal/{token}/dispute")["body"]
    assert not forms(html, "attach")
    with pytest.raises(IndexError):
        send_shown(site, token, html, "attach")
