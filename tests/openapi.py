"""docs/openapi.json anew: `python -m tests.openapi`. A test compares it with the routes."""

import json
from pathlib import Path
from typing import NoReturn

from dunning.entry.api.document import openapi
from dunning.entry.api.routes import application

FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def text() -> str:
    """The document of the routes, as it is kept."""

    def nobody() -> NoReturn:
        raise AssertionError("no request is made")

    document = json.loads(openapi(application(nobody)))
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
