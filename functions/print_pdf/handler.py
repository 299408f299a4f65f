"""One document of a layout and what it shows, as a PDF. Asked by other functions alone.
Only translation lives here. It has no right to anything: what it is told is all that it knows.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.printing)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with the PDF (Base64), and the signs that no font has."""
    return bootstrap.printing()(event)
