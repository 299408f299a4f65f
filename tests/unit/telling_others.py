"""Events of a ledger that is played offline: every record of an account, and what others are told.

Nothing is asserted here.
"""

from datetime import date

from dunning.domain.outbound import OutboundEvent
from dunning.service.outbound_events import MakeEvent
from dunning.service.simulate import Simulation

from tests.offline import run


def events(simulation: Simulation, customer: str = "c1") -> list[OutboundEvent]:
    """What the history of a customer's account is told as, in its order."""
    ledger = simulation.stage.ledger
    key = ledger.account_key("default", customer)
    make = MakeEvent(simulation.stage.bodies.accounts)
    made = (make.make("default", key, record.seq) for record in ledger.history("default", key))
    return [one for one in made if one is not None]


def told(simulation: Simulation) -> list[str]:
    """The types of these events."""
    return [one.type for one in events(simulation)]


def only(simulation: Simulation, type_: str) -> OutboundEvent:
    """The one event of a type."""
    (found,) = (one for one in events(simulation) if one.type == type_)
    return found


def until(simulation: Simulation, *days: str) -> Simulation:
    """The same, after runs on these days."""
    for day in days:
        run(simulation, day)
    return simulation


def recorded(simulation: Simulation, day: str) -> Simulation:
    """The same, with all bodies up to a day and without a run."""
    simulation.record(date.fromisoformat(day))
    return simulation
