"""Moving a person to another village: one posting ends, the next begins the day after.

It lives here and not beside the posting, because only here is it known what was recorded about which day.
"""

from datetime import date, timedelta

from django.db import transaction

from attendance.models import CheckIn, LeaveRequest, MeetingAbsence, OfficialTrip, SheetMark, SpotCheckResult
from cadres.lifecycle import State, may_move
from cadres.models import Cadre, Posting, Talk
from townships import audit
from townships.access import require, require_other
from townships.errors import Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, User
from townships.periods import chinese_date

_KEPT = ("dispatching_institution_id", "position", "dispatch_level", "team_role", "batch_id", "ends")
"""What goes along; lodging and portfolio belong to the village left."""


class TransferRefused(Refused):
    code = "transfer.refused"
    message = "不能办理调整，请核对日期和驻村。"


@transaction.atomic
def transfer(*, posting: Posting, village: AdministrativeUnit, begins: date, actor: User | None) -> Posting:
    """End a posting the day before `begins` and begin one at `village`; answers the new one.

    The right is manage_roster at both villages, and nobody moves himself. Institution, duties and the planned end go
    along. Refused when something is on record at the old village for `begins` or later, when the person has a posting
    elsewhere in that time, or when the old posting does not run on the day before.
    """
    Cadre.objects.select_for_update().get(pk=posting.cadre_id)
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("cadre__user", "village").get(pk=posting.pk)
    )
    require(actor, "manage_roster", posting)
    require(actor, "manage_roster", village)
    require_other(actor, posting.cadre.user)
    _check(posting, village, begins)
    fields = {name: getattr(posting, name) for name in _KEPT}
    following = Posting(cadre_id=posting.cadre_id, village=village, begins=begins, **fields)
    posting.ends, posting.state = begins, State.TRANSFERRED.value
    _save(posting, following, actor)
    details = {"from": posting.village.name, "to": village.name, "begins": begins.isoformat(), "posting": posting.pk}
    audit.record(actor=actor, act="posting.transferred", unit=village, subject=posting.cadre.name, details=details)
    return following


def _check(posting: Posting, village: AdministrativeUnit, begins: date) -> None:
    if not village.is_village:
        raise TransferRefused(f"{village.name}不是村(社区)，请选择要去的村。")
    if village.pk == posting.village_id:
        raise TransferRefused(f"现在就在{village.name}驻村，不用调整。")
    if not (posting.begins < begins and posting.is_active_on(begins - timedelta(days=1))):
        raise TransferRefused(f"{chinese_date(begins)}的前一天不在{posting.village.name}驻村期内，请核对日期。")
    if posting.ends == begins:
        raise TransferRefused(f"{posting.village.name}的派驻到前一天已经结束，请直接登记新的派驻。")
    if village.ends is not None and village.ends <= begins:
        raise TransferRefused(f"到那一天{village.name}已经撤销，请选择当时在用的村。")
    if not may_move(State(posting.state), State.TRANSFERRED):
        raise TransferRefused(f"这个派驻的状态是“{posting.get_state_display()}”，不能办理调整。")
    recorded = recorded_from(posting, begins)
    if recorded:
        raise TransferRefused(
            f"{chinese_date(begins)}起{posting.village.name}还有{'、'.join(recorded)}：请改用更晚的日期，或先处理这些记录。",
            recorded=recorded,
        )
    others = Posting.objects.filter(cadre_id=posting.cadre_id).exclude(pk=posting.pk)
    end = {"begins__lt": posting.ends} if posting.ends else {}
    if others.filter(**end).exclude(ends__lte=begins).exists():
        raise TransferRefused("这个人在那段时间另有派驻，请先核对他的派驻记录。")


def recorded_from(posting: Posting, day: date) -> list[str]:
    """What is on record about a posting for `day` or later, as 打卡 3 条; nothing that was voided or replaced."""
    leave = LeaveRequest.State
    found = {
        "打卡": CheckIn.objects.filter(day__gte=day, voided_at=None),
        "考勤表签到": SheetMark.objects.filter(day__gte=day, superseded_at=None),
        "请假": LeaveRequest.objects.filter(ends_on__gte=day, state__in=(leave.PENDING, leave.APPROVED)),
        "公差": OfficialTrip.objects.filter(ends_on__gte=day, state=OfficialTrip.State.APPROVED),
        "抽查": SpotCheckResult.objects.filter(day__gte=day, superseded_at=None),
        "会议缺席": MeetingAbsence.objects.filter(meeting__day__gte=day),
        "谈话": Talk.objects.filter(held_on__gte=day),
    }
    counts = {label: rows.filter(posting=posting).count() for label, rows in found.items()}
    return [f"{label} {count} 条" for label, count in counts.items() if count]


def _save(posting: Posting, following: Posting, actor: User | None) -> None:
    """Both rows, each with its line in the history."""
    reason = f"由{posting.village.name}调整到{following.village.name}"[:100]
    note = HistoryNote(actor=actor, reason=reason)
    Posting.objects.bulk_update([posting], ["ends", "state"])
    Posting.objects.bulk_create([following])
    keep_history(Posting, [posting.pk], change="~", note=note)
    keep_history(Posting, [following.pk], change="+", note=note)
