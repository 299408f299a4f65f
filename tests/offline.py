"""Short ways for tests to play a ledger offline: bodies as dictionaries, a policy as text.
Nothing is asserted here.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.gates import Gates, OpenGates
from dunning.domain.policy_file import read_policies
from dunning.entry.offline import stage
from dunning.service.ledger_file import LedgerFile, read_ledger
from dunning.service.simulate import Simulation

Body = dict[str, Any]


def policy(steps: str, *, more: str = "") -> str:
    """A policy file of one policy; `steps` are the entries of its ladder."""
    ladder = "\n".join(f"      - {step.strip()}" for step in steps.strip().splitlines())
    extra = "".join(f"    {line.strip()}\n" for line in more.strip().splitlines())
    return f"policies:\n  - id: standard\n{extra}    ladder:\n{ladder}\n"


def ladder(*days: int, more: str = "") -> str:
    """A policy whose levels come so many days after the due day, by e-mail."""
    steps = "\n".join(
        f"{{level: {level}, after_due: {{days: {day}}}, channels: [email]}}"
        for level, day in enumerate(days, 1)
    )
    return policy(steps, more=more)


def as_file(bodies: Iterable[Body]) -> LedgerFile:
    """Bodies as the ledger file that they would be read from."""
    text = "\n".join(json.dumps(body) for body in bodies)
    file = read_ledger(FilesByName().rows("ledger.jsonl", BytesSource(text.encode())).rows)
    assert not file.problems, [str(error) for _, error in file.problems]
    return file


def play(policies: str, bodies: Iterable[Body], gates: Gates | None = None) -> Simulation:
    """A simulation over bodies, ready to run."""
    return Simulation(
        stage(gates or OpenGates()), as_file(bodies), read_policies(policies), policies
    )


def run(simulation: Simulation, day: str) -> list[Body]:
    """The lines of one run."""
    return list(simulation.run(date.fromisoformat(day)))


def why_not(simulation: Simulation, day: str) -> dict[str, str]:
    """The reason of each item that the run of that day did not advance."""
    lines: list[Body] = list(simulation.not_reminded(date.fromisoformat(day)))
    return {f"{line['invoice']}/{line['item']}": line["reasons"][0] for line in lines}


def invoice(
    number: str, due: str, amount: str = "100.00", *, on: str = "2026-01-01", **more: object
) -> Body:
    """An invoice of one item, of customer c1 unless said otherwise."""
    return {
        "on": on,
        "type": "invoice",
        "customer": "c1",
        "number": number,
        "currency": "EUR",
        "items": [{"due": due, "amount": amount}],
        **more,
    }


def payment(id_: str, on: str, amount: str, **more: object) -> Body:
    """A payment of customer c1."""
    return {
        "on": on,
        "type": "payment",
        "id": id_,
        "customer": "c1",
        "currency": "EUR",
        "amount": amount,
        **more,
    }


def customer(id_: str = "c1", *, on: str = "2026-01-01", **more: object) -> Body:
    """A customer with one e-mail address."""
    return {
        "on": on,
        "type": "customer",
        "customer": id_,
        "email": f"{id_}@example.com",
        **more,
    }
