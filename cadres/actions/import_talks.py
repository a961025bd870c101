"""Bring a ledger of talks (谈话提醒台账) in."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from cadres.actions.table_import import (
    BATCH,
    CHANGED,
    NEW,
    SAME,
    Order,
    PeopleImport,
    field_changes,
    run_import,
)
from cadres.models import Posting, Talk
from cadres.people_named import Person
from cadres.roster import dates
from cadres.roster.errors import Invalid
from cadres.roster.reader import Row
from cadres.roster.report import ImportReport
from cadres.roster.talk_columns import LONGEST, TALKS, kind, words
from townships.history import keep_history
from townships.receipts import Receipt, change_of

#: What a later version of the ledger may add to a talk.
_FILLED = ("place", "talker", "recorder", "content", "statement")
_Place = tuple[int, date, str, str]
"""What a talk is known by: the person, the day, the kind, the reason."""


def import_talks(**order) -> ImportReport:
    """Record the talks of a ledger (arguments: `Order`).

    A talk of the same person, day, kind and reason is there once; a later version of the ledger adds what it has
    learnt. A blank cell leaves what is stored. Nobody brings in a talk with himself. The right is record_talk.
    """
    return run_import(
        Order(**order),
        columns=TALKS,
        capability="record_talk",
        act="talks.imported",
        take=_take,
        make=PeopleImport,
    )


@dataclass
class _Cells:
    """What one row says, judged by itself."""

    held_on: date
    kind: str
    reason: str
    said: dict[str, str]

    @property
    def days(self) -> tuple[date, date]:
        return self.held_on, self.held_on


def _take(run: PeopleImport) -> None:
    lines: dict[_Place, tuple[Row, Posting, _Cells]] = {}
    for row, person, cells in run.rows(lambda row: _cells(run, row)):
        posting = _posting(run, row, person, cells)
        if posting is None:
            continue
        place = person.pk, cells.held_on, cells.kind, cells.reason
        if place in lines:
            advice = f"与第 {lines[place][0].number} 行是同一次谈话：请只保留一行"
            run.refuse(row, "held_on", "duplicate.row", advice)
        else:
            lines[place] = row, posting, cells
    _write(run, lines)


def _posting(run: PeopleImport, row: Row, person: Person, cells: _Cells) -> Posting | None:
    posting = person.posting_on(cells.held_on)
    if posting is None:
        advice = f"{person.name}谈话那天不在驻村期内：请核对日期和派驻起止时间"
        run.refuse(row, "held_on", "posting.not_active", advice)
    return posting


def _cells(run: PeopleImport, row: Row) -> _Cells | None:
    found: dict[str, str] = {}
    forms = {"held_on": lambda cell: _day(run, row, cell), "kind": kind}
    forms |= {key: lambda cell, key=key: words(key, cell) for key in LONGEST}
    for key, form in forms.items():
        try:
            found[key] = form(row[key])
        except Invalid as invalid:
            run.refuse(row, key, invalid.code, invalid.advice)
            continue
        if key in ("held_on", "talker", "reason") and not found[key]:
            run.refuse(row, key, "required", "没有填写：请补上后重新上传")
    if run.is_refused(row):
        return None
    said = {key: found[key] for key in _FILLED if found[key]}
    return _Cells(date.fromisoformat(found["held_on"]), found["kind"], found["reason"], said)


def _day(run: PeopleImport, row: Row, cell: object) -> str:
    written = dates.date(cell, epoch_1904=row.table.epoch_1904)
    if written and date.fromisoformat(written) > localdate(run.at):
        raise Invalid("date.future", "谈话日期还没有到：请改为实际谈话的日期")
    return written


def _write(run: PeopleImport, lines: dict[_Place, tuple[Row, Posting, _Cells]]) -> None:
    stored = _stored(lines)
    fresh, changed = [], []
    for place, (row, posting, cells) in lines.items():
        kept = stored.get(place)
        if kept is None:
            talk = Talk(
                posting=posting,
                held_on=cells.held_on,
                kind=cells.kind,
                reason=cells.reason,
                recorded_by=run.actor,
                on_behalf_of=run.principal,
                **cells.said,
            )
            fresh.append((row, talk))
            continue
        before = {name: getattr(kept, name) for name in cells.said}
        after = {name: value for name, value in cells.said.items() if value != before[name]}
        if not after:
            run.judged(row, SAME)
            continue
        run.judged(row, CHANGED, field_changes(Talk, before, after), [change_of(kept, after)])
        for name, value in after.items():
            setattr(kept, name, value)
        changed.append(kept)
    note = run.note("导入谈话台账")
    Talk.objects.bulk_create([talk for _, talk in fresh], batch_size=BATCH)
    keep_history(Talk, [talk.pk for _, talk in fresh], change="+", note=note)
    for row, talk in fresh:
        run.judged(row, NEW, (), [Receipt(Talk._meta.label_lower, talk.pk, made=True)])
    Talk.objects.bulk_update(changed, list(_FILLED), batch_size=BATCH)
    keep_history(Talk, [talk.pk for talk in changed], change="~", note=note)


def _stored(lines: dict[_Place, tuple[Row, Posting, _Cells]]) -> dict[_Place, Talk]:
    if not lines:
        return {}
    people = {place[0] for place in lines}
    days = [place[1] for place in lines]
    rows = Talk.objects.select_for_update(of=("self",)).filter(
        posting__cadre_id__in=people, held_on__gte=min(days), held_on__lte=max(days)
    )
    kept = rows.select_related("posting").order_by("-pk")
    return {(talk.posting.cadre_id, talk.held_on, talk.kind, talk.reason): talk for talk in kept}
