"""Corrections by the person importing: what a column is, what a value means. The file is judged again with them."""

from collections.abc import Callable, Mapping

from django.db import transaction

from cadres.imports import NotReady
from cadres.models import ColumnChoice, ImportRun
from cadres.roster.choices_made import Choices
from reports.actions.judge_import import content_of
from reports.actions.start_import import look_again
from reports.imports import BY_KEY, kinds_for
from townships.access import require
from townships.errors import NotAllowed
from townships.models import User

CORRECTABLE = (ImportRun.State.READY, ImportRun.State.UNUSABLE)


def correct_columns(
    *, run: ImportRun, actor: User, columns: Mapping[str, str], kind: str, options: Mapping[str, str]
) -> ImportRun:
    """Say which table it is and what its columns are (header id → key, "" for none of ours).

    The columns are remembered: the unit's next file with such a header is read so at once.
    """
    if kind not in {one.key for one in kinds_for(actor, run.unit)}:
        raise NotAllowed("您没有导入这种表的权限，请联系上级管理员。")
    known = BY_KEY[kind].columns.by_key if kind == run.kind else {}
    wanted = {header: key for header, key in columns.items() if kind == run.kind and (not key or key in known)}

    def correct(run: ImportRun) -> None:
        if kind != run.kind:
            run.choices = {}
        run.kind, run.options = kind, {**run.options, **options}
        run.choices = Choices.from_json(run.choices).with_columns(wanted).to_json()
        ColumnChoice.objects.bulk_create(
            [ColumnChoice(unit=run.unit, kind=kind, header=h[:200], key=k) for h, k in wanted.items()],
            update_conflicts=True,
            unique_fields=["unit", "kind", "header"],
            update_fields=["key"],
        )

    return _corrected(run, actor, correct)


def replace_value(*, run: ImportRun, actor: User, key: str, raw: str, replacement: str) -> ImportRun:
    """In all rows of this file the cell `raw` of a column means `replacement`."""
    require(actor, BY_KEY[run.kind].capability, run.unit)

    def correct(run: ImportRun) -> None:
        run.choices = Choices.from_json(run.choices).with_value(key, raw, replacement).to_json()

    return _corrected(run, actor, correct)


def keep_value(*, run: ImportRun, actor: User, key: str, raw: str) -> ImportRun:
    """Take a replacement back."""
    require(actor, BY_KEY[run.kind].capability, run.unit)

    def correct(run: ImportRun) -> None:
        run.choices = Choices.from_json(run.choices).without_value(key, raw).to_json()

    return _corrected(run, actor, correct)


def _corrected(run: ImportRun, actor: User, correct: Callable[[ImportRun], None]) -> ImportRun:
    content = content_of(run)
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
        if run.state not in CORRECTABLE:
            raise NotReady("这次导入已经写入、正在处理或已放弃，不能再改：请刷新页面。")
        correct(run)
        run.save(update_fields=["kind", "options", "choices"])
    return look_again(run=run, actor=actor, content=content)
