"""`dunning handover`: what would be, or was, handed over by a day, with all that is known of it.
From a ledger file, played day by day; in a cell the files are written below results/.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.gates import OpenGates
from dunning.entry.cli.output import MappingOption, day, fail, ledger_of, lines, policies_of
from dunning.entry.offline import stage
from dunning.service.hand_over import document_of, file_name, table
from dunning.service.simulate import Simulation, days_between

MOST_DAYS = 20_000


def handover(
    ledger: Annotated[Path, typer.Option(help="Ledger bodies (.jsonl), or any file of invoices.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The day that is looked from.")],
    policies: Annotated[Path | None, typer.Option(help="The policy file (YAML).")] = None,
    customer: Annotated[str | None, typer.Option(help="Only this customer's.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="A folder for a .json and a .csv of each.")
    ] = None,
    mapping: MappingOption = None,
) -> None:
    """One line per hand-over that stands: customer, items, notices, disputes, promises."""
    looked_from = day(as_of, "--as-of")
    file = ledger_of(ledger, mapping, looked_from)
    read, text = policies_of(policies) if policies else ((), "")
    span = file.days()
    if span is None or span[0] > looked_from:
        fail(f"--as-of: nothing of {ledger} is known by {looked_from}")
    if (looked_from - span[0]).days > MOST_DAYS:
        fail(f"--as-of: the ledger begins more than {MOST_DAYS} days before")
    here = stage(OpenGates())
    simulation = Simulation(here, file, read, text)
    for each in days_between(span[0], looked_from):
        for _ in simulation.run(each):
            pass
    found = []
    for creditor in simulation.file.creditors:
        for account in here.ledger.book(creditor):
            state = here.ledger.read(creditor, account)
            if state is None or customer not in (None, state.head.customer):
                continue
            for fact in state.handed_over:
                if fact.back is None:
                    rulebook = simulation.rulebook(creditor)
                    args = (here.ledger, creditor, account, state, rulebook, fact)
                    found.append((file_name(fact), document_of(*args)))
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, document in found:
                said = json.dumps(document, ensure_ascii=False, indent=1)
                (out / f"{name}.json").write_text(said, encoding="utf-8")
                (out / f"{name}.csv").write_bytes(table(document))
        except OSError as error:
            fail(f"--out: {out} cannot be written ({error.strerror})")
    lines(document for _, document in found)
