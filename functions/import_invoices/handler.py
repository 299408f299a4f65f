"""A file that was uploaded: settings into the table, rows into parts for record_import.
Only translation lives here: what a file says and does is decided by the use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.arrivals import arrivals
from dunning.entry.batch import Batch, Record, each_message
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.imports)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages whose file could not be taken; bad rows are in its report."""
    here = bootstrap.imports()
    now = here.begin()

    def one(record: Record) -> str:
        return ", ".join(
            here.imports.run(
                file.creditor, file.key, file.version, here.day(now), now, uploaded_at=file.at
            )
            for file in arrivals(record.body)
        )

    return each_message(event, one)
