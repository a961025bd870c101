"""Corrections by the person importing: what a column is, what a value means. The file is judged again with them."""

from collections.abc import Mapping

from django.db import transaction

from cadres.imports import NotReady
from cadres.models import ColumnChoice, ImportRun
from cadres.roster.choices_made import Choices
from reports.actions.judge_import import content_of
from reports.actions.start_import import look_again
from reports.imports import BY_KEY
from townships.access import require
from townships.models import User

CORRECTABLE = (ImportRun.State.READY, ImportRun.State.UNUSABLE)


def correct_columns(*, run: ImportRun, columns: Mapping[str, str], actor: User) -> ImportRun:
    """Set what columns are (header id → key, "" for none of ours); the unit's next file is read so at once."""
    kind = BY_KEY[run.kind]
    require(actor, kind.capability, run.unit)
    wanted = {header: key for header, key in columns.items() if not key or key in kind.columns.by_key}
    content = content_of(run)
    with transaction.atomic():
        run = _locked(run)
        run.choices = Choices.from_json(run.choices).with_columns(wanted).to_json()
        run.save(update_fields=["choices"])
        ColumnChoice.objects.bulk_create(
            [ColumnChoice(unit=run.unit, kind=run.kind, header=h[:200], key=k) for h, k in wanted.items()],
            update_conflicts=True,
            unique_fields=["unit", "kind", "header"],
            update_fields=["key"],
        )
    return look_again(run=run, actor=actor, content=content)


def replace_value(*, run: ImportRun, key: str, raw: str, replacement: str, actor: User) -> ImportRun:
    """In all rows of this file the cell `raw` of a column means `replacement`."""
    require(actor, BY_KEY[run.kind].capability, run.unit)
    content = content_of(run)
    with transaction.atomic():
        run = _locked(run)
        run.choices = Choices.from_json(run.choices).with_value(key, raw, replacement).to_json()
        run.save(update_fields=["choices"])
    return look_again(run=run, actor=actor, content=content)


def keep_value(*, run: ImportRun, key: str, raw: str, actor: User) -> ImportRun:
    """Take a replacement back."""
    require(actor, BY_KEY[run.kind].capability, run.unit)
    content = content_of(run)
    with transaction.atomic():
        run = _locked(run)
        run.choices = Choices.from_json(run.choices).without_value(key, raw).to_json()
        run.save(update_fields=["choices"])
    return look_again(run=run, actor=actor, content=content)


def _locked(run: ImportRun) -> ImportRun:
    locked = ImportRun.objects.select_for_update(of=("self",)).select_related("unit").get(pk=run.pk)
    if locked.state not in CORRECTABLE:
        raise NotReady
    return locked
