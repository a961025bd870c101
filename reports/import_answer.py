"""The workbooks an import hands back: the upload with comments at the wrong cells, or the refused rows alone."""

from django.utils import timezone

from cadres.models import ImportRow, ImportRun
from cadres.roster.annotate import AnswerFile, annotate
from cadres.roster.errors import Problem
from cadres.roster.reader import Row, Table, read_tables
from cadres.roster.rest_workbook import rest_workbook
from reports.actions.judge_import import choices_of, content_of
from reports.imports import BY_KEY
from townships import audit
from townships.access import can
from townships.errors import NotAllowed
from townships.models import User
from townships.templatetags.office import moment

OTHERS_FILE = "这份表是别人上传的，里面有完整的身份证号：请由上传的人，或能看完整号码的人下载。"
ANNOTATED, REST = "annotated", "rest"
ANSWERS = (ANNOTATED, REST)


def answer_file(*, run: ImportRun, actor: User, what: str) -> AnswerFile:
    """Made from the upload as it was read for the preview. Raises UploadGone when it is no longer kept.

    The file holds the numbers of everybody in it: it goes back to whoever sent it, and to whoever may see numbers there.
    """
    if run.uploaded_by_id != actor.pk and not can(actor, "view_identity", run.unit):
        raise NotAllowed(OTHERS_FILE)
    content = content_of(run)
    columns = BY_KEY[run.kind].columns
    tables = read_tables(content, columns=columns, filename=run.file_name, choices=choices_of(run)).tables
    errors = [*_of_the_file(run, "error"), *_of_rows(run, "problems")]
    refused = _refused(run, tables) if what == REST else []
    rows = len(refused) if what == REST else sum(len(table.rows) for table in tables)
    audit.record(actor=actor, act=f"import.{what}", unit=run.unit, subject=run.file_name, details={"rows": rows})
    watermark = f"{actor} {moment(timezone.now())}导出，仅供工作使用"
    if what == REST:
        name = run.file_name.rpartition(".")[0] or run.file_name
        made = rest_workbook(content, tables=tables, errors=errors, rows=refused, watermark=watermark)
        return AnswerFile(made, f"{name}(待改正).xlsx")
    warnings = [*_of_the_file(run, "warning"), *_of_rows(run, "warnings")]
    return annotate(
        content, tables=tables, errors=errors, warnings=warnings, filename=run.file_name, watermark=watermark
    )


def _of_the_file(run: ImportRun, level: str) -> list[Problem]:
    return [_problem(note) for note in run.notes if note["level"] == level]


def _problem(said: dict) -> Problem:
    return Problem(**{name: said[name] for name in ("sheet", "row", "column", "value", "code", "message")})


def _of_rows(run: ImportRun, name: str) -> list[Problem]:
    rows = run.rows.exclude(kind=ImportRow.Kind.LEFT_OUT).exclude(**{name: []}).only("sheet", "row", name)
    return [
        _problem({**said, "sheet": row.sheet or None, "row": row.row, "message": _with_place(row.row, said)})
        for row in rows
        for said in getattr(row, name)
    ]


def _with_place(row: int, said: dict) -> str:
    column = f"“{said['column']}”" if said["column"] else ""
    return f"第 {row} 行{column}{'' if column else '：'}{said['message']}"


def _refused(run: ImportRun, tables: list[Table]) -> list[Row]:
    places = set(run.rows.filter(kind=ImportRow.Kind.REFUSED).values_list("sheet", "row"))
    return [row for table in tables for row in table.rows if (table.sheet or "", row.number) in places]
