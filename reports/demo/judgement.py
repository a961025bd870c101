"""Scores the demo's weeks and brings out its bulletins through the very actions the offices use."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.decide_tie import decide_tie, room_for
from reports.actions.do_job import HANDLERS
from reports.actions.publish_bulletin import publish_bulletin
from reports.actions.schedule_runs import schedule_scoring
from reports.actions.score_week import score_week
from reports.demo.facts import moment
from reports.demo.span import Span
from reports.models import Bulletin
from townships import jobs
from townships.models import AdministrativeUnit, Job, User
from townships.periods import Month, Week

SCORING_MINUTE, DRAFTING_MINUTE, PUBLISHING_MINUTE = 90, 180, 10 * 60
REASON = "并列人数超过榜单名额，党委会按入户走访和重点工作完成情况研究确定。"


def judge_published(unit: AdministrativeUnit, span: Span, *, secretary: User) -> None:
    """The two months that are out: every week scored on the Monday after, the bulletin on the first workday it could."""
    for month in span.published:
        for week in month.weeks:
            score_week(unit=unit, week=week, now=_monday_after(week))
        out = max(month.shifted(1).first, month.weeks[-1].sunday + timedelta(days=1))
        compile_bulletin(unit=unit, month=month, now=moment(out, DRAFTING_MINUTE))
        bulletin = Bulletin.objects.get(unit=unit, month=str(month))
        decide_ties(bulletin, secretary=secretary, now=moment(out, PUBLISHING_MINUTE - 30))
        publish_bulletin(unit=unit, month=month, now=moment(out, PUBLISHING_MINUTE), actor=secretary)


def decide_ties(bulletin: Bulletin, *, secretary: User, now: datetime) -> None:
    """Of the equals, as many as the list has room for at its usual length."""
    size = bulletin.content["scheme"]["list_size"]
    for board in list(bulletin.content["needs_decision"]):
        chosen = bulletin.content["tied"][board][: min(size, room_for(bulletin, board))]
        bulletin = decide_tie(bulletin=bulletin, board=board, chosen=chosen, reason=REASON, actor=secretary, now=now)


def judge_draft(units: Iterable[AdministrativeUnit], span: Span, *, now: datetime) -> None:
    """The month under way: earlier weeks, last week by a run as the scheduler makes it, and a draft."""
    units = list(units)
    for week in span.draft.weeks:
        if week < span.last_week:
            for unit in units:
                score_week(unit=unit, week=week, now=_monday_after(week))
    runs = schedule_scoring(week=span.last_week)
    for pk in Job.objects.filter(parent__in=runs).order_by("pk").values_list("pk", flat=True):
        jobs.run(pk, HANDLERS)
    for unit in units:
        compile_bulletin(unit=unit, month=span.draft, now=_drafted(span.draft, now))


def _monday_after(week: Week) -> datetime:
    return moment(week.sunday + timedelta(days=1), SCORING_MINUTE)


def _drafted(month: Month, now: datetime) -> datetime:
    """The first of the next month early, or now while the month is not over."""
    return min(now, moment(month.shifted(1).first, DRAFTING_MINUTE))
