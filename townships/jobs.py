"""Long work: put it in a row, claim it, keep it alive, end it, take it up again.

The row is the truth and the queue only wakes a worker: a message lost, doubled or late changes nothing.
An attempt's number is its fence: a worker that was thought dead and comes back cannot end somebody else's attempt.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.utils import OperationalError as DatabaseBusy
from django.utils import timezone
from kombu.exceptions import OperationalError

from townships.errors import Refused
from townships.models import AdministrativeUnit, Job, User

logger = logging.getLogger(__name__)

#: The Celery task that runs one job; its handlers live in the highest app, which knows all kinds.
RUN_TASK = "jobs.run"
MAX_ATTEMPTS = 3
HEARTBEAT = timedelta(seconds=30)
#: A running job that has been silent for this long has lost its worker.
QUIET_AFTER = timedelta(minutes=3)
#: A queued job nobody has claimed for this long gets another message.
WAKE_AGAIN_AFTER = timedelta(minutes=1)
FIRST_RETRY_AFTER = timedelta(minutes=1)
ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)
OPEN = (Job.State.QUEUED, Job.State.RUNNING)
#: A run of a province must stay readable: its record names so many of its failed units, and counts them all.
SHOWN_PROBLEMS = 200
#: Messages one sweep sends at most, so that a long queue is not told about itself again and again.
WOKEN_AT_ONCE = 500


@dataclass(frozen=True)
class Outcome:
    """What a handler did: people concerned, figures worth keeping, sentences about what it could not do."""

    people: int = 0
    result: dict = field(default_factory=dict)
    problems: tuple[str, ...] = ()


Handler = Callable[[Job], Outcome]


class NotFailed(Refused):
    code = "job.not_failed"
    message = "只有失败或取消的任务才能重试，请先等它结束。"


# ---- in ----------------------------------------------------------------------------------------------


@transaction.atomic
def enqueue(
    *,
    kind: str,
    key: str,
    unit: AdministrativeUnit | None = None,
    payload: dict | None = None,
    requested_by: User | None = None,
) -> Job:
    """The job of this key: made and queued the first time, afterwards simply found."""
    job, made = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "unit": unit, "payload": payload or {}, "requested_by": requested_by}
    )
    if made:
        wake([job.pk])
    return job


@transaction.atomic
def enqueue_runs(
    *, kind: str, child_kind: str, key: str, payload: dict, units: Iterable[AdministrativeUnit]
) -> list[Job]:
    """One run for each parent of the units (a county sees its own), with a child job for each unit.

    Every row is known by its key, so that asking twice, or two schedulers asking at once, makes nothing twice; and
    a run and its children are one transaction, so that it is never half there. The queries do not grow with the units.
    """
    below: dict[int | None, list[AdministrativeUnit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    keys = {f"{key}:{parent_id or 'top'}": parent_id for parent_id in below}
    known = set(Job.objects.filter(key__in=keys).values_list("key", flat=True))
    now = timezone.now()
    Job.objects.bulk_create(
        [
            Job(
                kind=kind, key=run_key, unit_id=parent_id, payload=payload, total=len(below[parent_id]),
                state=Job.State.RUNNING, attempts=1, started_at=now,
            )
            for run_key, parent_id in keys.items()
            if run_key not in known
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )  # fmt: skip
    runs = list(Job.objects.filter(key__in=keys).order_by("pk"))
    new = [run for run in runs if run.key not in known]
    Job.objects.bulk_create(
        [
            Job(kind=child_kind, key=f"{run.key}:{unit.pk}", unit=unit, payload=payload, parent=run)
            for run in new
            for unit in below[keys[run.key]]
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    wake(list(Job.objects.filter(parent__in=new).order_by("pk").values_list("pk", flat=True)))
    return runs


def wake(pks: list[int]) -> None:
    """Tell a worker once the rows are committed. A broker that is away loses nothing: the sweep tells again."""
    transaction.on_commit(partial(_send, pks))


def _send(pks: list[int]) -> None:
    try:
        for pk in pks:
            current_app.send_task(RUN_TASK, args=[pk], ignore_result=True)
    except OperationalError as problem:
        logger.warning("队列没有应答，任务 %s 等待定时检查时再排队：%s", pks, problem)


# ---- run ---------------------------------------------------------------------------------------------


def run(pk: int, handlers: Mapping[str, Handler]) -> bool:
    """Claim the job and do it. False: somebody else has it, it is over, or its time has not come."""
    job = claim(pk)
    if job is None:
        return False
    try:
        with beating(job):
            outcome = handlers[job.kind](job)
    except Refused as refusal:
        # The rules will say the same next time: trying again is a person's decision.
        fail(job, refusal.message, again=False)
        return True
    except Exception as problem:
        fail(job, f"{type(problem).__name__}: {problem}", again=True)
        raise
    finish(job, outcome)
    return True


def claim(pk: int) -> Job | None:
    """Take a queued job whose time has come. One conditional update, so of two workers one gets it."""
    now = timezone.now()
    taken = Job.objects.filter(_due(now), pk=pk, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, heartbeat_at=now, started_at=now, ended_at=None
    )
    return Job.objects.select_related("unit", "parent").get(pk=pk) if taken else None


@contextmanager
def beating(job: Job) -> Iterator[None]:
    """Keep the job's heartbeat going from a thread of its own while the work is done."""
    over = Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT.total_seconds()):
            try:
                heartbeat(job)
            except DatabaseBusy:
                # SQLite has one writer, and it may be this very job: the next beat will do.
                logger.info("任务 %s 的心跳这一次没有记上，数据库正忙", job.pk)
        connection.close()

    thread = Thread(target=beat, name=f"job-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def heartbeat(job: Job, *, progress: int | None = None, total: int | None = None) -> bool:
    """Say that the attempt lives, and how far it is. False: it was taken away meanwhile, stop."""
    changes = {"heartbeat_at": timezone.now()}
    if progress is not None:
        changes["progress"] = progress
    if total is not None:
        changes["total"] = total
    return bool(_attempt(job).update(**changes))


@transaction.atomic
def finish(job: Job, outcome: Outcome) -> bool:
    now = timezone.now()
    ended = _attempt(job).update(
        state=Job.State.DONE,
        progress=F("total"),
        people=outcome.people,
        result=outcome.result,
        problems=list(outcome.problems),
        heartbeat_at=now,
        ended_at=now,
    )
    if ended and job.parent_id:
        _child_ended(job.parent_id, people=outcome.people)
    return bool(ended)


@transaction.atomic
def fail(job: Job, problem: str, *, again: bool) -> bool:
    """End the attempt; while attempts are left the job waits for the next one, each time four times as long."""
    now = timezone.now()
    problems = [*job.problems, problem]
    if again and job.attempts < MAX_ATTEMPTS:
        wait = FIRST_RETRY_AFTER * 4 ** (job.attempts - 1)
        return bool(_attempt(job).update(state=Job.State.QUEUED, not_before=now + wait, problems=problems))
    ended = _attempt(job).update(state=Job.State.FAILED, ended_at=now, problems=problems)
    if ended and job.parent_id:
        _child_ended(job.parent_id)
    return bool(ended)


@transaction.atomic
def cancel(job: Job) -> bool:
    """Take a job away from the queue, or from its worker, who finds out at his next heartbeat. False: it was over."""
    taken = Job.objects.filter(pk=job.pk, state__in=OPEN)
    return bool(taken.update(state=Job.State.CANCELLED, ended_at=timezone.now()))


def _attempt(job: Job) -> QuerySet:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def _due(now: datetime) -> Q:
    return Q(not_before__isnull=True) | Q(not_before__lte=now)


def _child_ended(parent_id: int, *, people: int = 0) -> None:
    """Count a child as ended on its run; the last one ends the run."""
    run = Job.objects.select_for_update().get(pk=parent_id)
    run.progress += 1
    run.people += people
    if not run.children.filter(state__in=OPEN).exists():
        _end_run(run)
    run.save(update_fields=["progress", "people", "state", "ended_at", "problems", "result"])


def _end_run(run: Job) -> None:
    failed = run.children.exclude(state=Job.State.DONE)
    run.problems = [
        f"{child.unit}：{'；'.join(child.problems[-1:]) or child.get_state_display()}"
        for child in failed.select_related("unit")[:SHOWN_PROBLEMS]
    ]
    run.result = {"units": run.total, "failed": failed.count()}
    run.state = Job.State.FAILED if run.problems else Job.State.DONE
    run.ended_at = timezone.now()


# ---- again -------------------------------------------------------------------------------------------


@transaction.atomic
def retry(*, job: Job) -> int:
    """Queue a failed or cancelled job anew with all its attempts; of a run, all of its failed units. Counts them."""
    run = Job.objects.select_for_update().get(pk=job.parent_id or job.pk)
    ended = Job.objects.filter(state__in=(Job.State.FAILED, Job.State.CANCELLED))
    failed = ended.filter(parent=job) if job.children.exists() else ended.filter(pk=job.pk)
    pks = list(failed.values_list("pk", flat=True))
    if not pks:
        raise NotFailed
    Job.objects.filter(pk__in=pks).update(
        state=Job.State.QUEUED, attempts=0, not_before=None, ended_at=None, heartbeat_at=None
    )
    if run.pk not in pks:
        run.state, run.ended_at, run.progress = Job.State.RUNNING, None, run.progress - len(pks)
        run.save(update_fields=["state", "ended_at", "progress"])
    wake(pks)
    return len(pks)


@transaction.atomic
def sweep() -> dict[str, int]:
    """Take up what has gone quiet: a dead worker's jobs are queued again, jobs nobody claimed get a new message.

    A run over many units has no heartbeat of its own: its units have.
    """
    now = timezone.now()
    quiet = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - QUIET_AFTER)
    given_up = list(quiet.filter(attempts__gte=MAX_ATTEMPTS))
    for job in given_up:
        fail(job, "后台进程多次中断，请检查内存和日志后重试。", again=False)
    requeued = quiet.update(state=Job.State.QUEUED, not_before=None)
    waiting = Job.objects.filter(_due(now), state=Job.State.QUEUED, created_at__lt=now - WAKE_AGAIN_AFTER)
    pks = list(waiting.order_by("pk").values_list("pk", flat=True)[:WOKEN_AT_ONCE])
    wake(pks)
    return {"requeued": requeued, "given_up": len(given_up), "woken": len(pks)}
