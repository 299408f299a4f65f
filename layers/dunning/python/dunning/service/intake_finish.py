"""What is told of an import: how far it is, and in the end the report, the bad rows and the page.
Told twice it says the same: whoever was cut off is taken up by the next.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dunning.domain.calendar import iso_instant
from dunning.domain.creditor import Creditor
from dunning.domain.intake.mapping import skeleton
from dunning.domain.intake.understood import NO_ROWS, Understood
from dunning.domain.policy import Rulebook
from dunning.service.intake_absent import Absent, statements_of, tell_of_absent
from dunning.service.intake_ports import DONE, MISSING, Imports, Pages, Run, Step, Steps
from dunning.service.intake_work import Header, Places, asked, described, of_gzip
from dunning.service.ports import Blobs, Metrics, Settings
from dunning.service.results import SEVERAL, BadRows, Report, Tally

JSON, CSV, HTML = "application/json", "text/csv; charset=utf-8", "text/html; charset=utf-8"
MOST_BYTES = 2 << 30
"""Of a file of our own making; nobody else's comes this way."""
CONFIG, MAPPINGS = "config", "mappings/"
IN_ORDER = 50_000
"""Bad rows that are put in the order of the file; of more, those of each part stay together."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Takes a run on: its next parts, what is missing in a statement, and the report."""

    blobs: Blobs
    settings: Settings
    imports: Imports
    steps: Steps
    pages: Pages
    metrics: Metrics

    def header(self, creditor: str, run: Run) -> Header:
        """What the parts of a run have in common."""
        return Header.read(self.blobs.read(creditor, Places(creditor, run).header(), None).body)

    def begin(self, creditor: str, run: Run, now: int) -> Run:
        """Everything that waits for nothing else, once a file is cut; also after a cut event."""
        if run.state == DONE:
            self.tell(creditor, run)
            return run
        if run.recorded:
            return self._conclude(creditor, run, now)
        header = self.header(creditor, run)
        free = [n for n in header.heads(run.parts) if n not in run.done] + header.freed(run.done)
        self.tell(creditor, run)
        self.steps.put(Step(creditor, run.id, n) for n in free)
        return run

    def after(self, creditor: str, run: Run, part: int, header: Header, now: int) -> Run:
        """What waited for a part that is in the ledger now."""
        if run.state == DONE:
            self.tell(creditor, run)
            return run
        if run.recorded:
            return self._conclude(creditor, run, now)
        self.steps.put(Step(creditor, run.id, n) for n in header.freed(run.done, part))
        self.tell(creditor, run)
        return run

    def _conclude(self, creditor: str, run: Run, now: int) -> Run:
        header = self.header(creditor, run)
        if statements_of(header.understood) and run.parts:
            run = self.imports.turn(creditor, run.id, MISSING, now)
            if run.state == MISSING:
                self.tell(creditor, run)
                self.steps.put([Step(creditor, run.id)])
            return run
        return self.publish(creditor, run, header, Absent(), now)

    def publish(self, creditor: str, run: Run, header: Header, absent: Absent, now: int) -> Run:
        """The results, then the run's end. Killed in between, both are done again, the same."""
        places = Places(creditor, run)
        report, bad = self._report(creditor, run, header)
        tell_of_absent(report, header.understood, absent)
        self._bad_rows(creditor, run, header, report, bad)
        self.store(places.result, report)
        if report.rejected:
            self.metrics.count("ImportRejectedRows", report.rejected)
        run = self.imports.turn(creditor, run.id, DONE, now)
        self.tell(creditor, run)
        return run

    def store(self, at: str, report: Report) -> None:
        """The page for people, and the report for machines: last, for it is what is waited for."""
        page = self.pages.page(report.creditor, report.said())
        self.blobs.write(report.creditor, f"{at}.report.html", page, HTML)
        self.blobs.write(report.creditor, f"{at}.report.json", report.as_json(), JSON)

    def tell(self, creditor: str, run: Run) -> None:
        """How far a run is, for whoever waits. Written again if another moved it on meanwhile, so
        that the last word is never an old one."""
        while True:
            said = {
                "creditor": creditor,
                "file": run.file,
                "version": run.version,
                "state": run.state,
                "started": iso_instant(run.started),
                "rows": run.rows,
                "parts": run.parts,
                "parts_done": len(run.done),
                "accepted": run.accepted,
                "unchanged": run.unchanged,
                "rejected": run.rejected,
                **({"ended": iso_instant(run.ended)} if run.ended else {}),
                **({"why": run.why} if run.why else {}),
            }
            body = json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace")
            self.blobs.write(creditor, Places(creditor, run).progress, body, JSON)
            stands = self.imports.find(creditor, run.id)
            if stands is None or (stands.state, stands.done) == (run.state, run.done):
                return
            run = stands

    def _report(self, creditor: str, run: Run, header: Header) -> tuple[Report, list[int]]:
        """The report, and which parts have bad rows."""
        report = Report(
            creditor=creditor,
            file=run.file,
            version=run.version,
            uploaded_on=run.uploaded_on,
            replanned=header.replanned,
            understood=described(header.understood),
            questions=_questions(creditor, header.understood),
        )
        places, bad = Places(creditor, run), []
        for number in range(run.parts + 1):
            piece = Tally.of(of_gzip(self.blobs.read(creditor, places.piece(number), None).body))
            report.add(piece)
            if piece.rejected:
                bad.append(number)
        if header.understood.is_without_rows(run.rows):
            report.warnings.append(NO_ROWS)
        report.warn_of(self.settings.rulebook(creditor) or Rulebook(Creditor(creditor)))
        return report, bad

    def _bad_rows(
        self, creditor: str, run: Run, header: Header, report: Report, parts: list[int]
    ) -> None:
        places = Places(creditor, run)
        at = f"{places.result}.errors.csv"
        with self.blobs.writing(creditor, at, CSV) as out:
            bad = BadRows(out, header.columns, header.understood, run.file)
            if report.rejected <= IN_ORDER:
                lines = [line for n in parts for line in self._lines(creditor, places, n)]
                bad.add(sorted(lines, key=_place_in(header.columns)))
            else:
                for number in parts:
                    bad.add(self._lines(creditor, places, number))
            bad.close()

    def _lines(self, creditor: str, places: Places, number: int) -> Iterable[bytes]:
        with (
            self.blobs.fetch(creditor, places.bad(number), None, MOST_BYTES) as file,
            file.source.open() as stream,
        ):
            yield from stream


def _questions(creditor: str, understood: Understood) -> list[dict[str, object]]:
    """What is asked, each with the file that would answer it."""
    found: list[dict[str, object]] = []
    for one in (understood, *understood.members.values()):
        layout = one.layout or "any"
        file = {
            "upload_as": f"{CONFIG}/{creditor}/{MAPPINGS}{one.mapping or f'{layout}.yaml'}",
            "text": skeleton(one.layout, one.questions, one.answered),
        }
        found += [{**asked(question), "mapping_file": file} for question in one.questions]
    return found


def _place_in(columns: tuple[str, ...]) -> Callable[[bytes], tuple[str, int]]:
    """By what bad rows are put in order: their row and, of several files, first the file."""

    def place(line: bytes) -> tuple[str, int]:
        number, rows, _ = json.loads(line.decode("utf-8", "surrogatepass"))
        return rows[0][0] if columns == SEVERAL and rows[0] else "", number

    return place
