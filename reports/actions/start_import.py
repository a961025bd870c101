"""A file arrives: it is kept, looked at, and nothing is written."""

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cadres.models import ImportRun
from cadres.roster.errors import UnusableFile
from cadres.roster.uploads import RosterUploads
from cadres.roster.workbook import rough_rows
from reports.actions.judge_import import judge_import
from reports.imports import kinds_for
from townships import jobs
from townships.errors import NotAllowed
from townships.models import AdministrativeUnit, User

JUDGE = "judge_import"
#: A file with more rows is read in the background.
AT_ONCE = 2_000


def start_import(
    *,
    unit: AdministrativeUnit,
    kind: str,
    content: bytes,
    file_name: str,
    actor: User,
    options: Mapping[str, str] | None = None,
) -> ImportRun:
    """Keep an uploaded file and judge it: at once when small, else by a job. `kind` "": the headers tell."""
    if kind not in {"", *(one.key for one in kinds_for(actor, unit))} or not kinds_for(actor, unit):
        raise NotAllowed("您没有导入这种表的权限，请联系上级管理员。")
    upload = RosterUploads()
    upload.save(content)
    run = ImportRun.objects.create(
        unit=unit,
        kind=kind,
        file_name=file_name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        upload=upload.name,
        options=dict(options or {}),
        uploaded_by=actor,
        at=timezone.now(),
    )
    return look_again(run=run, actor=actor, content=content)


def look_again(*, run: ImportRun, actor: User, content: bytes) -> ImportRun:
    """Judge the run's file with the choices it has now, here or in the background."""
    if not _is_big(content):
        return judge_import(run=run, actor=actor, content=content)
    with transaction.atomic():
        # A new look is a new job: the key counts them.
        looks = run.counts.get("looks", 0) + 1
        run.state, run.failure = ImportRun.State.JUDGING, ""
        run.counts = {**run.counts, "looks": looks}
        run.job = jobs.enqueue(
            kind=JUDGE,
            key=f"import:{run.pk}:judge:{looks}",
            unit=run.unit,
            payload={"run": run.pk, "actor": actor.pk},
            requested_by=actor,
        )
        run.save()
    return run


def _is_big(content: bytes) -> bool:
    try:
        return rough_rows(content) > AT_ONCE
    except UnusableFile:
        return False
