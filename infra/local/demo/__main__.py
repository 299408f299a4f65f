"""`make demo`: deploy, load, sixty days, count, write, stop. Exit 0 only if nothing was sent twice,
nothing was lost, and a simulation over the same ledger and days tells the same, line by line.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dunning.adapters.dynamodb import keys
from dunning.domain import history
from dunning.domain.calendar import parse_instant
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.creditor import Creditor
from dunning.domain.gates import DEFER, DENY
from dunning.domain.identity import account_tag
from dunning.domain.policy import Rulebook
from dunning.domain.reading_parties import read_creditor
from dunning.domain.reasons import NO_USABLE_ADDRESS, PARKED, sentence
from dunning.entry.offline import OF_THE_CELL, gates_of

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.demo import artefacts, contacts, letters, planners, sample_ledger
from infra.local.demo.audit import Advanced, advanced_by, find_duplicates, find_lost, with_items
from infra.local.demo.comparing import deployed_lines, differing, feedback_bodies, told_items
from infra.local.demo.driver import Driver
from infra.local.demo.loading import Loader
from infra.local.demo.payers import COLUMNS, PROVIDERS, Payers
from infra.local.demo.planners import Planners
from infra.local.demo.reading import Reader
from infra.local.demo.ruled import add_ruled

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "build/demo"
LOADED_AT = "T06:00:00Z"
"""A day's files come before anybody's send_at of that day, in every zone of the sample."""
SOON_SECONDS = 30


def main() -> int:
    started = time.monotonic()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    say = artefacts.CONSOLE.print
    say("Starting the local cloud and deploying the stacks ...")
    with local_cloud(ROOT / "build/cloud-demo") as cloud, _soon_again(cloud):
        say(f"  deployed in {cloud.seconds['deploy']:.0f} s; playing {sample_ledger.DAYS} days")
        cloud.verify_sender(sample_ledger.CREDITOR_SETTINGS["from"].partition("@")[2])
        sample = sample_ledger.make()
        add_ruled(sample)
        planners.add_planners(sample)
        reader = Reader(cloud)
        loader = Loader(cloud, sample_ledger.CREDITOR)
        payers = Payers(cloud, sample_ledger.CREDITOR, sample, reader)
        agreeing = Planners(cloud, sample_ledger.CREDITOR, sample, reader)
        cloud.takes_payments(sample_ledger.CREDITOR, *PROVIDERS)
        day_of: dict[int, str] = {}

        def note_days(now: int) -> None:
            for row in cloud.gate.log(after=max(day_of, default=0)):
                zone_free = datetime.fromtimestamp(now, UTC)
                day_of[row["n"]] = zone_free.date().isoformat()

        driver = Driver(
            cloud,
            reader.head,
            (sample_ledger.CREDITOR,),
            channels=("email", "voice", "letter"),
            paused_until=reader.paused_until,
            after_step=note_days,
        )
        facts = {}
        for day in sample.days():
            at = parse_instant(day.isoformat() + LOADED_AT)
            facts[at] = _loads(loader, sample, day, payers, agreeing)
        driver.play(facts, parse_instant(f"{max(sample.days()).isoformat()}T23:00:00Z"))
        summary = _conclude(cloud, reader, loader, sample, day_of, payers, agreeing)
    summary["seconds"] = round(time.monotonic() - started, 1)
    summary["clock_steps"], summary["sweeps"] = driver.steps, driver.sweeps
    (BUILD / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    artefacts.show("Summary", ("figure", "count"), summary.items())
    say(f"Mails, ledger, tables and summary: {BUILD.relative_to(ROOT)}")
    return 1 if summary["duplicates"] or summary["lost"] or summary["differs"] else 0


def _soon_again(cloud: LocalCloud) -> contextlib.ExitStack:
    """A batch whose worker the emulator lost comes back in half a minute, not in six or sixteen."""
    stack = contextlib.ExitStack()
    for name in ("Imports", "Parts", "Email", "Voice", "Feedback", "Sent", "Callbacks"):
        queue = f"{name}QueueUrl"
        stack.enter_context(cloud.visibility(queue, SOON_SECONDS))
    return stack


def _loads(
    loader: Loader, sample: sample_ledger.Sample, day: date, payers: Payers, agreeing: Planners
) -> Any:
    def load() -> None:
        files()
        payers.on(day)
        agreeing.on(day)

    def files() -> None:
        bodies = sample.bodies.get(day, [])
        if day != sample_ledger.FIRST_DAY:
            if bodies:
                loader.bodies(f"day-{day}", bodies)
            return
        loader.settings(sample_ledger.CREDITOR_SETTINGS, sample_ledger.POLICIES)
        invoices = [body for body in bodies if body["type"] == "invoice"]
        loader.bodies("customers", [b for b in bodies if b["type"] == "customer"])
        loader.invoices("open-invoices", invoices, sample.bad_rows)
        loader.bodies("rest", [b for b in bodies if b["type"] not in ("customer", "invoice")])

    return load


def _conclude(
    cloud: LocalCloud,
    reader: Reader,
    loader: Loader,
    sample: sample_ledger.Sample,
    day_of: dict[int, str],
    payers: Payers,
    agreeing: Planners,
) -> dict[str, Any]:
    histories = reader.histories(sample_ledger.CREDITOR)
    folder = letters.folder(cloud, sample_ledger.CREDITOR)
    printed = list(letters.rows(folder))
    day_of = day_of | {row["n"]: row["at"] for row in printed}
    log = with_items([*cloud.gate.log(), *printed], told_items(histories))
    accepted = [row for row in log if row["accepted"]]
    mails, calls = ([r["n"] for r in accepted if r["channel"] == c] for c in ("email", "voice"))
    artefacts.write_mails(BUILD / "mails", ((n, cloud.gate.message(n)) for n in mails))
    artefacts.write_calls(BUILD / "calls", (cloud.gate.message(n) for n in calls))
    written = letters.write(BUILD / "letters", folder)
    artefacts.write_lines(BUILD / "gate.jsonl", log)
    ledger = [body for day in sample.days() for body in sample.bodies.get(day, [])]
    customers = {tag: one for one, tag in reader.tags(sample_ledger.CREDITOR).items()}
    feedback = feedback_bodies(log, day_of, customers)
    _write_ledger(ledger, feedback)
    records = [record for rows in histories.values() for record in rows]
    duplicates = find_duplicates(log)
    simulated = _simulated(sample)
    lost = find_lost(
        simulated,
        log,
        reader.tags(sample_ledger.CREDITOR),
        _explained(histories),
        _held_back(reader, histories),
    )
    _print_aging(max(sample.days()))
    creditor = read_creditor(sample_ledger.CREDITOR_SETTINGS, sample_ledger.CREDITOR)
    deployed = list(deployed_lines(reader.ledger, creditor))
    artefacts.write_lines(BUILD / "deployed.jsonl", deployed)
    differs = differing(simulated, deployed)
    ruled = _contacts(reader, histories, creditor, ledger)
    _payments(payers, records)
    agreements = _agreements(agreeing, records)
    _print(log, loader, histories, day_of, duplicates, lost, differs)
    facts = Counter(record.code for record in records if record.kind == history.FACT)
    unknown = sum(
        record.kind == history.ATTEMPT and record.code == history.UNKNOWN for record in records
    )
    return {
        "invoices_imported": facts["invoice"],
        "rows_rejected": sum(report["rejected"] for report in loader.reports),
        "notices_sent": len({(row["account"], row["notice"]) for row in accepted}),
        "calls_placed": len(calls),
        "letters_written": written,
        "payments_recorded": facts["payment"],
        "payments_by_portal": len(payers.paid),
        "plans_agreed": agreements["plans agreed"],
        "plans_kept": agreements["plans kept"],
        "plans_broken": agreements["plans broken"],
        "promises_kept": agreements["promises kept"],
        "promises_broken": agreements["promises broken"],
        "told_beside": sum(n for what, n in agreements.items() if what.startswith("told: ")),
        "duplicates": len(duplicates),
        "lost": len(lost),
        "differs": len(differs),
        "unknown": unknown,
        "contacts_deferred": sum(row[1] == DEFER for row in ruled),
        "contacts_denied": sum(row[1] == DENY for row in ruled),
    }


def _contacts(
    reader: Reader,
    histories: dict[str, list[history.Record]],
    creditor: Creditor,
    ledger: list[dict[str, Any]],
) -> list[contacts.Row]:
    """Whom the contact rules kept a message from, and why: shown, and as CSV."""
    gates = gates_of(OF_THE_CELL)
    assert isinstance(gates, RulesetGates)
    rows = contacts.rows(
        reader, sample_ledger.CREDITOR, Rulebook(creditor), gates, histories, ledger
    )
    artefacts.write_csv(BUILD / "contacts.csv", contacts.COLUMNS, rows)
    shown = [row[:-1] for row in rows]
    artefacts.show("Contacts that the rules put off or denied", contacts.COLUMNS[:-1], shown)
    return rows


def _payments(payers: Payers, records: list[history.Record]) -> None:
    """What was paid from the pages behind links, and whether the ledger knows all of it."""
    told = [r.id for r in records if r.kind == history.FACT and r.code == "payment"]
    begins = (id_.partition(":")[0] for id_ in told)
    recorded = Counter(one for one in begins if one in PROVIDERS)
    rows = payers.rows(recorded)
    artefacts.write_csv(BUILD / "providers.csv", COLUMNS, rows)
    artefacts.show("Payments by provider", COLUMNS, rows)
    if sum(recorded.values()) != len(payers.paid):
        raise RuntimeError(f"{len(payers.paid)} were paid, and the ledger has {dict(recorded)}")


def _agreements(agreeing: Planners, records: list[history.Record]) -> dict[str, int]:
    """What became of payment plans and promises, and what customers were told of them."""
    rows = planners.rows(records)
    artefacts.write_csv(BUILD / "plans.csv", planners.COLUMNS, rows)
    artefacts.show("Payment plans and promises", planners.COLUMNS, rows)
    planners.checked(dict(rows), agreeing.agreed)
    return dict(rows)


def _write_ledger(ledger: list[dict[str, Any]], feedback: list[dict[str, Any]]) -> None:
    first = {
        "on": sample_ledger.FIRST_DAY.isoformat(),
        "type": "creditor",
        **sample_ledger.CREDITOR_SETTINGS,
    }
    rows = sorted([*ledger, *feedback], key=lambda body: str(body["on"]))
    artefacts.write_lines(BUILD / "ledger.jsonl", [first, *rows])
    (BUILD / "policies.yaml").write_text(sample_ledger.POLICIES, encoding="utf-8")


def _simulated(sample: sample_ledger.Sample) -> list[dict[str, Any]]:
    """What the same policies over the same ledger and days should have sent."""
    runs = ",".join(day.isoformat() for day in sample.days())
    policies = str(BUILD / "policies.yaml")
    words = ("--policies", policies, "--runs", runs, "--gates", "default", "--tellings")
    lines = _offline("simulate", *words)
    artefacts.write_lines(BUILD / "simulated.jsonl", lines)
    return lines


def _offline(*words: str) -> list[dict[str, Any]]:
    """An offline command over the demo's ledger."""
    argv = [str(ROOT / ".venv/bin/dunning"), *words, "--ledger", str(BUILD / "ledger.jsonl")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def _print_aging(last: date) -> None:
    lines = _offline("report", "aging", "--as-of", last.isoformat())
    columns = ("currency", "bucket", "count", "open")
    rows = [[line[column] for column in columns] for line in lines]
    artefacts.write_csv(BUILD / "aging.csv", columns, rows)
    artefacts.show(f"Open on {last}, by age", columns, rows)


def _explained(histories: dict[str, list[history.Record]]) -> dict[Advanced, str]:
    """Items and levels of attempts that left no message, with what the ledger says of them."""
    told = {history.UNKNOWN, history.REJECTED}
    return {
        Advanced(account_tag(account), said.ref.invoice, said.ref.item, said.level): record.code
        for account, rows in histories.items()
        for record in rows
        if record.attempt and record.code in told
        for said in record.attempt.said
    }


def _held_back(
    reader: Reader, histories: dict[str, list[history.Record]]
) -> Callable[[Mapping[str, Any]], str | None]:
    """Why an account got nothing on a day, from the first record after it, else from HEAD; only
    reasons that stop every message count, and each of them waits for a person or an address."""

    def of(line: Mapping[str, Any]) -> str | None:
        account = keys.account(sample_ledger.CREDITOR, line["customer"])
        end = parse_instant(f"{line['run']}T23:59:59Z")
        after = next((r.ended.reason for r in histories[account] if r.at > end), None)
        head = reader.head(sample_ledger.CREDITOR, account)
        reason = after or (head.plan.reason if head else "")
        return reason if reason in (NO_USABLE_ADDRESS, PARKED) else None

    return of


def _unknown(histories: dict[str, list[history.Record]]) -> list[tuple[str, str]]:
    """Each unknown send, and the record that settled it."""
    return [
        (
            f"{keys.customer_key_of(account)}, notice {record.id}",
            ", ".join(r.code for r in rows if r.kind == history.SETTLED and r.id == record.id),
        )
        for account, rows in histories.items()
        for record in rows
        if record.kind == history.ATTEMPT and record.code == history.UNKNOWN
    ]


def _print(
    log: list[dict[str, Any]],
    loader: Loader,
    histories: dict[str, list[history.Record]],
    day_of: dict[int, str],
    duplicates: list[str],
    lost: list[str],
    differs: list[str],
) -> None:
    files = [(r["file"], r["accepted"], r["unchanged"], r["rejected"]) for r in loader.reports]
    shown = files[:6] + ([("...", "", "", "")] if len(files) > 6 else [])
    columns = ("file", "accepted", "unchanged", "rejected")
    artefacts.show("Files", columns, shown)
    artefacts.write_csv(BUILD / "files.csv", columns, files)
    rejected = [{"file": r["file"], **error} for r in loader.reports for error in r["errors"]]
    artefacts.write_lines(BUILD / "rejected.jsonl", rejected)
    artefacts.show(
        "What the providers of mails and calls did", ("outcome", "count"), artefacts.outcomes(log)
    )
    artefacts.show("Messages by fortnight", ("days", "mails"), artefacts.by_week(log, day_of))
    levels = Counter(one.level for row in log if row["accepted"] for one in advanced_by(row))
    rows = [(f"level {level}", count) for level, count in sorted(levels.items())]
    artefacts.show("Due items reminded", ("level", "count"), rows)
    artefacts.write_csv(BUILD / "levels.csv", ("level", "count"), rows)
    ended = Counter(record.ended.reason for rows in histories.values() for record in rows)
    artefacts.show(
        "Why accounts waited",
        ("reason", "count", "in words"),
        [(code, count, sentence(code, "an item")) for code, count in ended.most_common(12)],
    )
    artefacts.show("Sends whose result was unknown", ("notice", "settled"), _unknown(histories))
    problems = {"duplicate": duplicates, "lost": lost, "differs": differs}
    for problem in (f"{what}: {one}" for what, found in problems.items() for one in found):
        artefacts.CONSOLE.print(problem, style="red")


if __name__ == "__main__":
    sys.exit(main())
