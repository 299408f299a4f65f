"""What a log line may not hold, and what it has to keep to be of use.

The handler's own log is tested with the handler.
"""

import io
import json
import traceback

import pytest
from dunning.domain.fields import ReadingError, printable
from dunning.entry import observability
from dunning.entry.masking import masked, masked_error, masked_text

from tests.unit.handling import Context


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("to a.b+c@harbour.example today", "to <email> today"),
        ("<büro@hafen-köln.example>", "<<email>>"),
        ("'a@b.example', \"c@d.example\"", "'<email>', \"<email>\""),
        ("call +49 (0)30 1234-5678 now", "call <phone> now"),
        ("call 0049 30 12345678", "call <phone>"),
        ("call (030) 1234567 or 0171/2345678", "call <phone> or <phone>"),
        ("call 1-800-555-0199 or (212) 555-0123", "call <phone> or <phone>"),
        ("to DE89370400440532013000 today", "to <iban> today"),
        ("to GB29 NWBK 6016 1331 9268 19.", "to <iban>."),
    ],
)
def test_addresses_and_numbers_are_masked(text: str, kept: str) -> None:
    assert masked_text(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00Z northwind#c-1042 rev 17 seq 12",
        "arn:aws:sqs:eu-west-1:111122223333:queue",
        "NW-2026-0001 1190.00 EUR 39 days",
        "7f3c1a52-0000-4000-8000-000000000001",
        "AGENDA#acme#email#3",
        "portal-076a38e99491897d6e9e535f-1",
        "paying-0123456789abcdef0123456789abcdef",
        "evt_YWNtZSNjMQ_12",
        "AccessDeniedException ThrottlingException 123-456-789",
    ],
)
def test_ids_instants_and_amounts_stay(text: str) -> None:
    assert masked_text(text) == text


def test_values_under_personal_names_are_erased_however_deep() -> None:
    line = {"outcome": "sent", "customer": {"name": "Harbour Café", "number": 7}, "to": ["x"]}
    assert masked(line) == {
        "outcome": "sent",
        "customer": {"name": "<erased>", "number": 7},
        "to": "<erased>",
    }


def test_an_error_keeps_its_kind_and_place_and_loses_what_it_quotes() -> None:
    def fail() -> None:
        raise LookupError("no \"Harbour Café\" for 'Anna' at a@b.example")

    try:
        try:
            fail()
        except LookupError as error:
            raise ValueError("bad row") from error
    except ValueError as error:
        told = masked_error(error)
    assert told.startswith("ValueError: bad row (")
    assert "| after LookupError: no … for … at <email> (" in told
    assert " fail < " in told


def test_a_name_with_an_apostrophe_is_quoted_whole() -> None:
    quoted = printable("O'Brien Smith")
    error = ReadingError("bad_text", "name", f"name {quoted} is none")
    assert masked_error(error) == "ReadingError: name … is none ()"


def test_the_logger_masks_message_extras_and_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    log = observability.logger()
    monkeypatch.setattr(log.registered_handler, "stream", out)
    try:
        {}["Anna Harbour"]
    except KeyError:
        log.exception("for a@b.example", extra={"email": "a@b.example", "code": "x"})
    line = json.loads(out.getvalue())
    assert line["message"] == "for <email>"
    assert (line["email"], line["code"]) == ("<erased>", "x")
    assert line["exception_name"] == "KeyError"
    assert "Anna" not in out.getvalue()


def test_what_a_handler_raises_leaves_the_function_masked() -> None:
    """Lambda itself writes the text of whatever leaves a handler into the function's log."""

    @observability.entry_point
    def handler(event: dict[str, object], context: object) -> None:
        raise LookupError("no 'Anna Harbour' at a@b.example")

    with pytest.raises(observability.FunctionFailed) as told:
        handler({}, Context())
    written = "".join(traceback.format_exception(told.value))
    assert "LookupError: no … at <email> (" in str(told.value)
    assert "Anna" not in written
    assert "a@b" not in written


def test_counters_are_one_line_with_the_service_as_only_dimension(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "duecourse-test")
    metrics = observability.CellMetrics()
    metrics.flush()
    assert capsys.readouterr().out == ""
    metrics.count("NoticeSent")
    metrics.count("NoticeSent", 2)
    metrics.count("SweepEnqueued", 0)
    metrics.flush()
    line = json.loads(capsys.readouterr().out)
    assert line["NoticeSent"] == [3.0]
    assert line["SweepEnqueued"] == [0.0]
    said = line["_aws"]["CloudWatchMetrics"][0]
    assert said["Namespace"] == "Duecourse"
    assert said["Dimensions"] == [["service"]]
    assert line["service"] == "duecourse-test"
