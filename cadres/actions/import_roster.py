"""Bring a roster (花名册) in: read, judge, write; all or nothing."""

from collections.abc import Callable, Iterable, Iterator

from django.db import IntegrityError, transaction

from cadres import roster_store
from cadres.models import Posting
from cadres.roster.columns import ROSTER, TOWNSHIP_HINTS
from cadres.roster.errors import Invalid
from cadres.roster.judging import Verdict, judge
from cadres.roster.people import Entry, read_entries
from cadres.roster.reader import read_tables
from cadres.roster.report import ImportReport, outcome_of
from cadres.roster.villages import VillageIndex
from cadres.roster_store import BATCH, InstitutionDesk
from townships import audit
from townships.access import require
from townships.models import AdministrativeUnit, User
from townships.paths import covered


def import_roster(
    *, unit: AdministrativeUnit, content: bytes, filename: str, actor: User | None = None, dry_run: bool = False
) -> ImportReport:
    """Import a roster file into the subtree of `unit`; the contract's "Roster" is the rule.

    The right is manage_roster at the unit (`actor` None: the command line). All or nothing: with any error nothing is
    written. Importing the same file again changes nothing and leaves no history. A column that is absent and a cell
    that is blank both leave what is stored; an end date is therefore taken back in the admin, not by a blank.
    With `dry_run` the report says what would happen, row by row in `outcomes`.
    """
    require(actor, "manage_roster", unit)
    reading = read_tables(content, columns=ROSTER, filename=filename)
    report = ImportReport(errors=list(reading.problems), warnings=list(reading.warnings))
    if not reading.tables:
        return report
    try:
        _import(unit, list(read_entries(reading)), report, filename=filename, actor=actor, dry_run=dry_run)
    except IntegrityError:
        # Somebody brought in the same person meanwhile; he is known now.
        report = ImportReport(errors=list(reading.problems), warnings=list(reading.warnings))
        _import(unit, list(read_entries(reading)), report, filename=filename, actor=actor, dry_run=dry_run)
    return report


@transaction.atomic
def _import(
    unit: AdministrativeUnit,
    entries: list[Entry],
    report: ImportReport,
    *,
    filename: str,
    actor: User | None,
    dry_run: bool,
) -> None:
    desk = InstitutionDesk(unit)
    verdicts = list(_judged(entries, unit, desk, sees=_sight(unit, actor)))
    _fill(report, verdicts)
    if report.errors:
        return
    _count(report, verdicts)
    if dry_run:
        return
    roster_store.write(verdicts, desk, actor=actor, reason=f"导入花名册 {filename}")
    report.committed = True
    details = {"rows": report.rows, "created": report.created, "updated": report.updated}
    audit.record(actor=actor, act="roster.imported", unit=unit, subject=filename, details=details)


def _sight(unit: AdministrativeUnit, actor: User | None) -> Callable[[Posting], bool]:
    """Whether the person importing may be told about a posting."""
    if actor is None or actor.is_superuser:
        return lambda posting: True
    paths = (unit.path, *actor.paths("view_members"))
    return lambda posting: covered(posting.village.path, paths)


def _judged(
    entries: list[Entry], unit: AdministrativeUnit, desk: InstitutionDesk, *, sees: Callable[[Posting], bool]
) -> Iterator[Verdict]:
    villages = roster_store.village_index(unit)
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        numbers = [entry.values["id_number"] for entry in batch if "id_number" in entry.values]
        people, postings = roster_store.load_people(numbers)
        for entry in batch:
            cadre = people.get(entry.values.get("id_number"))
            stored = postings[cadre.pk] if cadre is not None else ()
            yield _verdict(entry, villages, desk, cadre=cadre, postings=stored, sees=sees)


def _verdict(entry: Entry, villages: VillageIndex, desk: InstitutionDesk, **stored) -> Verdict:
    village = _village(entry, villages)
    if entry.errors or not entry.is_complete:
        return Verdict(entry, village=village)
    institution, drafted = desk.find_or_draft(entry.values["dispatching_institution"])
    if drafted:
        advice = f"的{institution.name}还没有登记，将登记在{desk.home.name}名下：名称写错时请改正后重新上传"
        entry.warn("institution.created", advice, "dispatching_institution")
    return judge(entry, village=village, institution=institution, **stored)


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
        report.outcomes.append(outcome_of(verdict.entry, verdict.kind, verdict.changes))


def _count(report: ImportReport, verdicts: list[Verdict]) -> None:
    kinds = [verdict.kind for verdict in verdicts]
    report.created, report.updated, report.unchanged = map(kinds.count, ("new", "changed", "same"))
