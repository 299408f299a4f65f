"""What the model has seen, said once at the end of the run; each search adds its line."""

from collections.abc import Callable

import pytest

from tests.model.search import Found

SEEN: list[tuple[str, Found, float]] = []


@pytest.fixture
def seen() -> Callable[[str, Found, float], None]:
    """Notes a search that was made, for the closing lines."""
    return lambda name, found, seconds: SEEN.append((name, found, seconds))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each scenario that was searched to its end, and their sum."""
    whole = [one for one in SEEN if not one[1].broken]
    if not whole:
        return
    terminalreporter.section("fence model")
    for name, found, seconds in whole:
        terminalreporter.line(
            f"{name:24} {found.states:9,} states {found.steps:10,} steps {seconds:6.1f} s"
        )
    states = sum(found.states for _, found, _ in whole)
    seconds = sum(took for _, _, took in SEEN)
    refuted = len(SEEN) - len(whole)
    terminalreporter.line(
        f"{states:,} states, no law broken; {refuted} weaker fences refuted; {seconds:.0f} s"
    )
