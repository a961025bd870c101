"""Bring a roster (花名册) in: read, judge, write; all or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import IntegrityError, transaction

from cadres import roster_store
from cadres.imports import PreviewOutdated
from cadres.models import Posting
from cadres.roster.choices_made import NO_CHOICES, Choices
from cadres.roster.columns import ROSTER, TOWNSHIP_HINTS
from cadres.roster.errors import Invalid
from cadres.roster.judging import Verdict, judge
from cadres.roster.people import Entry, read_entries
from cadres.roster.reader import Reading, read_tables
from cadres.roster.report import ImportReport, Sink, Watch, outcome_of, unwatched
from cadres.roster.villages import VillageIndex
from cadres.roster_store import BATCH, InstitutionDesk
from townships import audit
from townships.access import require
from townships.memory import unhurried_memory
from townships.models import AdministrativeUnit, User
from townships.paths import covered


def import_roster(
    *,
    unit: AdministrativeUnit,
    content: bytes,
    filename: str,
    actor: User | None = None,
    dry_run: bool = False,
    choices: Choices = NO_CHOICES,
    only_good: bool = False,
    expected: str = "",
    watch: Watch = unwatched,
    keep_rows: bool = True,
    sink: Sink | None = None,
) -> ImportReport:
    """Import a roster file into the subtree of `unit`; the contract's "Roster" is the rule.

    The right is manage_roster at the unit (`actor` None: the command line). All or nothing: with any error nothing is
    written, unless a person chose `only_good`. Importing the same file again changes nothing and leaves no history. A
    column that is absent and a cell that is blank both leave what is stored; an end date is therefore taken back in
    the admin, not by a blank. With `dry_run` the report says what would happen, row by row in `outcomes`. `expected`
    is the fingerprint of the report somebody looked at: a different result raises PreviewOutdated.
    `watch(done, total)` is told how many rows are judged. Rows are judged and written in batches; without `keep_rows`
    the report has no `outcomes`, and a hundred thousand rows need little more memory than their cells; a `sink` takes
    them one by one instead.
    """
    require(actor, "manage_roster", unit)
    order = _Order(
        unit,
        filename,
        actor,
        only_good=only_good,
        expected=expected,
        watch=watch,
        keep_rows=keep_rows or bool(expected),
        sink=sink,
    )
    with unhurried_memory():
        report = _carried_out(order, content, choices, dry_run=dry_run)
    if not order.keep_rows and sink is None and report.reading is not None:
        # Rows and their table name each other: without the collector they would stay until it comes again.
        for table in report.reading.tables:
            table.rows.clear()
    return report


@dataclass(frozen=True)
class _Order:
    """What is asked of one import."""

    unit: AdministrativeUnit
    filename: str
    actor: User | None
    only_good: bool
    expected: str
    watch: Watch
    keep_rows: bool
    sink: Sink | None


def _carried_out(order: _Order, content: bytes, choices: Choices, *, dry_run: bool) -> ImportReport:
    reading = read_tables(content, columns=ROSTER, filename=order.filename, choices=choices)
    if not reading.tables:
        return _report_on(order, reading)
    if dry_run:
        return _look(order, reading)
    try:
        return _import(order, reading)
    except IntegrityError:
        # Somebody brought in the same person meanwhile; he is known now.
        return _import(order, reading)


def _report_on(order: _Order, reading: Reading) -> ImportReport:
    return ImportReport(
        errors=list(reading.problems),
        warnings=list(reading.warnings),
        left_out=reading.left_out,
        reading=reading,
        sink=order.sink,
    )


def _look(order: _Order, reading: Reading) -> ImportReport:
    """Judge without writing, and without holding a lock from the first batch to the last."""
    report, counts = _report_on(order, reading), Counter()
    with transaction.atomic():
        desk = InstitutionDesk(order.unit)
    for verdicts in _judged(order, reading, desk):
        _fill(report, verdicts)
        _tell(report, verdicts, order)
        counts.update(verdict.kind for verdict in verdicts)
    if not report.errors:
        _count(report, counts)
    return report


@transaction.atomic
def _import(order: _Order, reading: Reading) -> ImportReport:
    """Judge and write batch by batch; the first error stops the writing and takes back what was written."""
    report, counts = _report_on(order, reading), Counter()
    desk = InstitutionDesk(order.unit)
    for verdicts in _judged(order, reading, desk):
        _fill(report, verdicts)
        good = [verdict for verdict in verdicts if verdict.kind != "refused"]
        counts.update(verdict.kind for verdict in good)
        if order.only_good or not report.errors:
            report.receipts += roster_store.write(
                good, desk, actor=order.actor, reason=f"导入花名册 {order.filename}", with_receipts=order.keep_rows
            )
        _tell(report, verdicts, order)
    if order.expected and report.fingerprint != order.expected:
        raise PreviewOutdated
    if report.errors and not order.only_good:
        transaction.set_rollback(True)
        report.receipts = []
        return report
    _count(report, counts)
    report.committed = True
    details = {"rows": counts.total(), "created": report.created, "updated": report.updated}
    audit.record(actor=order.actor, act="roster.imported", unit=order.unit, subject=order.filename, details=details)
    return report


def _sight(unit: AdministrativeUnit, actor: User | None) -> Callable[[Posting], bool]:
    """Whether the person importing may be told about a posting."""
    if actor is None or actor.is_superuser:
        return lambda posting: True
    paths = (unit.path, *actor.paths("view_members"))
    return lambda posting: covered(posting.village.path, paths)


def _judged(order: _Order, reading: Reading, desk: InstitutionDesk) -> Iterator[list[Verdict]]:
    """The verdicts in the order of the file, a batch at a time: what is written of one is known to the next."""
    villages, sees = roster_store.village_index(order.unit), _sight(order.unit, order.actor)
    entries, done, total = read_entries(reading), 0, sum(len(table.rows) for table in reading.tables)
    while batch := list(islice(entries, BATCH)):
        numbers = [entry.values["id_number"] for entry in batch if "id_number" in entry.values]
        with transaction.atomic(savepoint=False):
            people, postings = roster_store.load_people(numbers)
        verdicts = []
        for entry in batch:
            cadre = people.get(entry.values.get("id_number"))
            stored = postings[cadre.pk] if cadre is not None else ()
            verdict = _verdict(entry, villages, desk, cadre=cadre, postings=stored, sees=sees)
            _refuse_own(verdict, order.actor)
            verdicts.append(verdict)
        yield verdicts
        done += len(batch)
        order.watch(done, total)


def _verdict(entry: Entry, villages: VillageIndex, desk: InstitutionDesk, **stored) -> Verdict:
    village = _village(entry, villages)
    if entry.errors or not entry.is_complete:
        return Verdict(entry, village=village)
    institution, drafted = desk.find_or_draft(entry.values["dispatching_institution"])
    if drafted:
        advice = f"写的“{institution.name}”还没有登记，将登记在{desk.home.name}名下：名称写错时请改正后重新上传"
        entry.warn("institution.created", advice, "dispatching_institution")
    return judge(entry, village=village, institution=institution, **stored)


def _refuse_own(verdict: Verdict, actor: User | None) -> None:
    """Nobody changes what the roster says of himself; a file that says what is stored changes nothing."""
    own = actor is not None and verdict.cadre is not None and verdict.cadre.user_id == actor.pk
    if own and verdict.kind in ("new", "changed"):
        advice = "这一行改的是您本人的资料：请由其他负责人或上一级导入这一行"
        verdict.entry.refuse("own_matter", advice, "name")
        verdict.kind = "refused"


def _village(entry: Entry, villages: VillageIndex):
    """The village of a row; the cell's normal form becomes the village's name."""
    text = entry.values.get("village")
    if text is None:
        return None
    township = next((cell for header, cell in entry.extra.items() if header in TOWNSHIP_HINTS), "")
    try:
        village = villages.find(text, township=township, day=entry.values.get("start_date"))
    except Invalid as invalid:
        entry.refuse(invalid.code, invalid.advice, "village")
        return None
    entry.values["village"] = village.name
    return village


def _fill(report: ImportReport, verdicts: Iterable[Verdict]) -> None:
    for verdict in verdicts:
        report.rows += 1
        report.errors.extend(verdict.entry.errors)
        report.warnings.extend(verdict.entry.warnings)


def _tell(report: ImportReport, verdicts: Iterable[Verdict], order: _Order) -> None:
    """The rows' outcomes, with the receipts of what was written of them."""
    for verdict in verdicts if order.keep_rows else ():
        report.tell(outcome_of(verdict.entry, verdict.kind, verdict.changes, verdict.receipts))


def _count(report: ImportReport, counts: Counter[str]) -> None:
    report.created, report.updated, report.unchanged = counts["new"], counts["changed"], counts["same"]
