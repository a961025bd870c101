"""What the import page shows of a run, as finished words: steps, columns, counts, rows, what the button will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cadres.models import ImportRow, ImportRun
from cadres.roster.choices_made import Choices
from reports.imports import BY_KEY, ImportKind
from townships.models import Job

PAGE_SIZE = 50
STATE_TONES = {"ready": "warning", "written": "good", "unusable": "danger", "judging": "info", "writing": "info"}
KIND_TONES = {"refused": "danger", "changed": "info", "new": "good"}
#: The filters in the order a clerk needs them.
FILTERS = (
    ("", "全部"),
    ("refused", "要改正"),
    ("changed", "有变动"),
    ("new", "新增"),
    ("same", "没有变化"),
    ("left_out", "没有读入"),
    ("hidden", "表里隐藏的行"),
)
STEPS = ("选择文件", "核对列名", "核对每一行", "写入")


def kind_of(run: ImportRun) -> ImportKind | None:
    return BY_KEY.get(run.kind)


def steps(at: int) -> list[dict]:
    """The four steps with the one the user stands at (from 0); 4: all done."""
    return [{"text": text, "number": n + 1, "done": n < at, "on": n == at} for n, text in enumerate(STEPS)]


def step_of(run: ImportRun) -> int:
    if run.state in (ImportRun.State.WRITTEN, ImportRun.State.UNDONE):
        return len(STEPS)
    lacks_a_column = run.state == ImportRun.State.READY and any(note["code"] == "required" for note in run.notes)
    return 1 if run.state == ImportRun.State.UNUSABLE or lacks_a_column else 2


# ---- columns -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ColumnLine:
    """One header of the file: what it was taken for, and what else it may be."""

    header: str
    samples: str
    key: str
    label: str
    by_hand: bool
    options: list[dict]


@dataclass
class Columns:
    """How the headers were understood. `missing`: required columns that no header was taken for."""

    tables: list[str] = field(default_factory=list)
    lines: list[ColumnLine] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def known(self) -> list[ColumnLine]:
        return [line for line in self.lines if line.key]

    @property
    def other(self) -> list[ColumnLine]:
        return [line for line in self.lines if not line.key]


def columns_of(run: ImportRun, remembered: Mapping[str, str]) -> Columns:
    """`remembered` are the headers this unit corrected, in this file or earlier."""
    kind = kind_of(run)
    if kind is None:
        return Columns()
    by_hand = {**remembered, **Choices.from_json(run.choices).columns}
    lines: dict[str, ColumnLine] = {}
    for table in run.tables:
        for column in table["columns"]:
            lines.setdefault(column["header"], _line(column, kind, by_hand))
    missing = [
        column.label
        for column in kind.columns.required
        if any(column.key not in {c["key"] for c in table["columns"]} for table in run.tables)
    ]
    return Columns([_table_words(table, kind) for table in run.tables], list(lines.values()), missing)


def _line(column: Mapping, kind: ImportKind, by_hand: Mapping[str, str]) -> ColumnLine:
    key = column["key"]
    options = [{"key": c.key, "label": c.label, "on": c.key == key} for c in kind.columns.columns]
    if key and key not in kind.columns.by_key:
        options.insert(0, {"key": key, "label": kind.columns.label(key), "on": True})
    label = kind.columns.label(key) if key else "其他栏，原样留着"
    return ColumnLine(column["header"], "、".join(column["samples"]), key, label, column["header"] in by_hand, options)


def _table_words(table: Mapping, kind: ImportKind) -> str:
    where = f"工作表“{table['sheet']}”" if table["sheet"] else "文件"
    words = f"{where}第 {table['row']} 行是表头，下面有 {table['rows']} {kind.noun}"
    return f"{words}，其中 {table['hidden']} 行在表里是隐藏的，也会导入" if table["hidden"] else words


# ---- rows --------------------------------------------------------------------------------------------


def chips(run: ImportRun, chosen: str) -> list[dict]:
    """The filters with their counts; a kind without rows is no choice."""
    counts = run.counts
    total = sum(counts.get(kind, 0) for kind in ImportRow.Kind.values)
    numbers = {**counts, "": total}
    return [
        {
            "text": f"{text} {numbers.get(key, 0)}",
            "url": f"?kind={key or 'all'}#rows",
            "on": key == chosen,
            "removable": False,
        }
        for key, text in FILTERS
        if not key or numbers.get(key)
    ]


def chosen_filter(run: ImportRun, wanted: str | None) -> str:
    """The filter of the address; without one the rows that need a hand come first."""
    if wanted is None:
        return next((kind for kind in ("refused", "changed") if run.counts.get(kind)), "")
    return wanted if wanted in dict(FILTERS) else ""


@dataclass(frozen=True)
class Cell:
    """One cell of the preview; `old` when it changes, `problem` when it is refused, `warning` when it is remarked on."""

    label: str
    text: str
    old: str | None = None
    problem: str = ""
    warning: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """One line of the preview table; `notes` belong to no cell of it."""

    place: str
    kind: str
    words: str
    tone: str
    hidden: bool
    cells: list[Cell]
    notes: list[str]


def labels_of(rows: Iterable[ImportRow]) -> list[str]:
    """The columns of the preview table: what its rows list, then columns that only a change or a problem names."""
    listed: dict[str, None] = {}
    further: dict[str, None] = {}
    for row in rows:
        if row.kind == ImportRow.Kind.LEFT_OUT:
            continue
        listed |= dict.fromkeys(label for label, _ in row.cells)
        further |= dict.fromkeys(change[0] for change in row.changes)
        further |= dict.fromkeys(said["label"] for said in (*row.problems, *row.warnings) if said["label"])
    return list(listed | further)


def preview(rows: list[ImportRow], labels: list[str], *, several_sheets: bool) -> list[PreviewRow]:
    return [_preview_row(row, labels, several_sheets=several_sheets) for row in rows]


def _preview_row(row: ImportRow, labels: list[str], *, several_sheets: bool) -> PreviewRow:
    place = f"第 {row.row} 行" if row.row else ""
    place = f"{row.sheet} {place}" if several_sheets and row.sheet else place
    said = [*row.problems, *row.warnings]
    notes = [one["message"] for one in said if not one.get("label")]
    if row.kind == ImportRow.Kind.LEFT_OUT:
        cells = [Cell(label, text) for label, text in row.cells]
    else:
        cells = _cells(row, labels)
    return PreviewRow(place, row.kind, row.get_kind_display(), KIND_TONES.get(row.kind, ""), row.hidden, cells, notes)


def _cells(row: ImportRow, labels: list[str]) -> list[Cell]:
    texts = dict(row.cells)
    changes = {label: (old, new) for label, old, new in row.changes}
    problems = _by_label(row.problems)
    warnings = _by_label(row.warnings)
    written = {said["label"]: said["value"] for said in (*row.problems, *row.warnings)}
    cells = []
    for label in labels:
        old, new = changes.get(label, (None, texts.get(label) or written.get(label, "")))
        cells.append(Cell(label, new, old, problems.get(label, ""), warnings.get(label, "")))
    return cells


def _by_label(said: list[dict]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in said:
        if one["label"]:
            found[one["label"]] = "；".join(filter(None, (found.get(one["label"], ""), one["message"])))
    return found


# ---- what will happen --------------------------------------------------------------------------------


def writing_words(run: ImportRun, kind: ImportKind) -> str:
    """写入 23 人：新增 20，更新 3"""
    new, changed = run.counts["new"], run.counts["changed"]
    return f"写入 {new + changed} {kind.noun}：新增 {new}，更新 {changed}"


def result_words(run: ImportRun) -> str:
    """The counts of a run in the history."""
    counts = run.counts
    if run.state in (ImportRun.State.WRITTEN, ImportRun.State.UNDONE):
        words = f"新增 {counts.get('created', 0)}，更新 {counts.get('updated', 0)}，没有变化 {counts.get('same', 0)}"
        return f"{words}，没有写入 {counts['refused']}" if counts.get("refused") else words
    if run.state == ImportRun.State.READY:
        words = f"新增 {counts['new']}，有变动 {counts['changed']}，没有变化 {counts['same']}"
        return f"{words}，要改正 {counts['refused']}" if counts["refused"] else words
    return ""


@dataclass(frozen=True)
class Progress:
    """How far a job is. `left` in words, "" while nobody can know."""

    done: int
    whole: int
    left: str
    queued: bool


def progress_of(job: Job, now: datetime) -> Progress:
    left = ""
    if job.progress and job.total and job.started_at:
        seconds = (now - job.started_at).total_seconds() * (job.total - job.progress) / job.progress
        left = (
            f"大约还要 {round(seconds / 60)} 分钟" if seconds >= 90 else f"大约还要 {max(5, round(seconds / 5) * 5)} 秒"
        )
    return Progress(job.progress, job.total, left, job.state == Job.State.QUEUED)
