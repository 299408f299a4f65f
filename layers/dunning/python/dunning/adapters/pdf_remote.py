"""PDF by the function that prints (functions/print_pdf): what it is asked, and what it answers.
Layouts and fonts are `pdf_printer`'s, in that function alone; it has no right to anything else.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dunning.service.printing_ports import NotPrinted, Printed, Printer

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

MOST_BYTES = 4_000_000
"""Of a PDF: an answer of Lambda holds six million, and Base64 takes four signs for three bytes."""


class RemotePrinter:
    """Asks the function of a name. To ask twice is to be answered the same twice."""

    def __init__(self, client: "Callable[[], LambdaClient]", function: str) -> None:
        self._client = client
        self._function = function

    def print(self, document: str, view: Mapping[str, Any]) -> Printed:
        asked = json.dumps({"document": document, "view": view}).encode()
        try:
            answer = self._client().invoke(FunctionName=self._function, Payload=asked)
            said = answer["Payload"].read()
        except (ClientError, BotoCoreError) as error:
            raise NotPrinted(type(error).__name__) from error
        if answer.get("FunctionError"):
            # What it raised may quote the view: its name is enough, and its own log has the rest.
            raise NotPrinted(f"{self._function}: {answer['FunctionError']}")
        return printed(json.loads(said))


def answered(printer: Printer, event: Mapping[str, Any]) -> dict[str, Any]:
    """What the function answers."""
    made = printer.print(str(event["document"]), event["view"])
    if len(made.pdf) > MOST_BYTES:
        raise NotPrinted(f"{len(made.pdf)} bytes are more than an answer holds")
    return {"pdf": base64.b64encode(made.pdf).decode(), "unshown": list(made.unshown)}


def printed(answer: Mapping[str, Any]) -> Printed:
    """The PDF in such an answer."""
    return Printed(base64.b64decode(answer["pdf"]), tuple(answer["unshown"]))
