"""Give an upload up: its job is taken away, its file deleted; the history keeps that it was there."""

from django.db import transaction

from cadres import imports
from cadres.models import ImportRun
from cadres.roster.uploads import RosterUploads
from townships import jobs
from townships.access import require
from townships.models import User

DROPPABLE = (ImportRun.State.JUDGING, ImportRun.State.READY, ImportRun.State.UNUSABLE)


@transaction.atomic
def drop_import(*, run: ImportRun, actor: User, capability: str) -> ImportRun:
    """Give up an import that is not written; one whose writing has not begun, or broke off, waits for the button again."""
    require(actor, capability, run.unit)
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("unit", "job").get(pk=run.pk)
    if run.state == ImportRun.State.WRITING and run.job and (jobs.cancel(run.job) or run.job.state in jobs.ENDED):
        run.state = ImportRun.State.READY
        run.save(update_fields=["state"])
        return run
    if run.state not in DROPPABLE:
        raise imports.NotReady("已经写入或正在写入，不能放弃：写完后可以撤回这次导入。")
    if run.job:
        jobs.cancel(run.job)
    RosterUploads(name=run.upload).remove()
    run.rows.all().delete()
    run.state, run.upload = ImportRun.State.DROPPED, ""
    run.save(update_fields=["state", "upload"])
    return run
