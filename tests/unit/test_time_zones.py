"""Time-zone law: the pinned copy is read, whatever the machine has; an old one stops us."""

import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dunning.entry import time_zones
from dunning.entry.bootstrap import Wiring
from dunning.entry.settings import Settings
from dunning.entry.time_zones import TimeZonesError, check_time_zones, pin_time_zones

OLD = """
import sys, zoneinfo
zoneinfo.reset_tzpath(to=[sys.argv[1]])
from dunning.entry.time_zones import check_time_zones, pin_time_zones, TimeZonesError
try:
    check_time_zones()
except TimeZonesError as error:
    print("refused")
print(pin_time_zones())
from dunning.domain.calendar import instant
from datetime import date, time
print(instant(date(2026, 12, 1), time(9), "America/Vancouver"))
"""


def test_row_8_vancouver_is_seven_hours_behind_on_2026_12_01() -> None:
    version = pin_time_zones()
    there = datetime(2026, 12, 1, 9, tzinfo=zoneinfo.ZoneInfo("America/Vancouver"))

    assert version >= "2026f"
    assert there.astimezone(UTC).hour == 16


def test_row_8_a_machine_with_an_old_copy_is_refused_and_then_not_read(tmp_path: Path) -> None:
    old = tmp_path / "America"
    old.mkdir()
    # A zone that keeps eight hours all year stands for the old law.
    fixed = Path(str(zoneinfo._common.load_tzdata("Etc/GMT+8").name))  # type: ignore[attr-defined]
    (old / "Vancouver").write_bytes(fixed.read_bytes())

    done = subprocess.run(
        [sys.executable, "-c", OLD, str(tmp_path)], capture_output=True, text=True, check=False
    )

    refused, version, nine = done.stdout.split()
    assert refused == "refused"
    assert version >= "2026f"
    assert datetime.fromtimestamp(int(nine), UTC).hour == 16


def test_row_8_nothing_starts_with_an_old_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_zones, "WITNESS", "Etc/GMT+8")

    with pytest.raises(TimeZonesError, match="out of date"):
        check_time_zones()
    with pytest.raises(TimeZonesError, match="tzdata"):
        Wiring(Settings("cell", "table", "bucket"), "eu-west-1")
