"""Moving people to other villages: one posting ends, the next begins the day after.

It lives here and not beside the posting, because only here is it known what was recorded about which day.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count

from attendance.models import CheckIn, LeaveRequest, MeetingAbsence, OfficialTrip, SheetMark, SpotCheckResult
from cadres.lifecycle import State, may_move
from cadres.models import Cadre, Posting, Talk
from townships import audit, wall
from townships.access import require
from townships.acting import require_deciding
from townships.carrying import copy_of
from townships.errors import Refused
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, AuditEntry, User
from townships.periods import chinese_date

_LEFT_BEHIND = {"lodging": "", "portfolio": "", "extra": {}, "state": State.POSTED.value}
"""What belongs to the village left; institution, duties and the planned end go along."""

#: What a posting may have on record for days to come and may yet be moved, because it is kept by person and day.
ABOUT_THE_PERSON = frozenset({"请假", "公差"})


class TransferRefused(Refused):
    code = "transfer.refused"
    message = "不能办理调整，请核对日期和驻村。"


@dataclass(frozen=True)
class Move:
    """A person to be moved. `same_place`: his village itself becomes another unit, he stays where he is."""

    posting: Posting
    village: AdministrativeUnit
    same_place: bool = False


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
    require_deciding(actor, "manage_roster", posting, about=posting.cadre.user)
    require(actor, "manage_roster", village)
    move = Move(posting, village)
    if blocked := what_blocks([move], begins):
        raise blocked[posting.pk]
    return transfer_all(moves=[move], begins=begins, actor=actor)[0]


def transfer_all(
    *, moves: Sequence[Move], begins: date, actor: User | None, reason: str = "", told: bool = True
) -> list[Posting]:
    """Carry out moves that `what_blocks` lets pass, a constant number of queries for any number; answers the new postings.

    Rights are the caller's to ask. `told`: whether each goes to the trail by itself.
    """
    following = []
    for move in moves:
        left = {} if move.same_place else _LEFT_BEHIND
        following.append(copy_of(move.posting, village=move.village, begins=begins, **left))
    for move in moves:
        move.posting.ends, move.posting.state = begins, State.TRANSFERRED.value
    Posting.objects.bulk_update([move.posting for move in moves], ["ends", "state"], batch_size=2_000)
    Posting.objects.bulk_create(following, batch_size=2_000)
    _keep_history(moves, following, actor, reason)
    if told:
        audit.record_all(
            AuditEntry(actor=actor, act="posting.transferred", unit=move.village, subject=move.posting.cadre.name,
                       details=_told(move, begins))
            for move in moves
        )  # fmt: skip
    return following


def _told(move: Move, begins: date) -> dict:
    return {
        "from": move.posting.village.name,
        "to": move.village.name,
        "begins": begins.isoformat(),
        "posting": move.posting.pk,
    }


def _keep_history(moves: Sequence[Move], following: Sequence[Posting], actor: User | None, reason: str) -> None:
    """Both rows of each, with their line in the history; one note for all who go the same way."""
    by_reason: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for move, new in zip(moves, following, strict=True):
        words = reason or f"由{move.posting.village.name}调整到{move.village.name}"
        by_reason[words[:100]].append((move.posting.pk, new.pk))
    for words, keys in by_reason.items():
        note = HistoryNote(actor=actor, reason=words)
        keep_history(Posting, [old for old, _ in keys], change="~", note=note)
        keep_history(Posting, [new for _, new in keys], change="+", note=note)


def what_blocks(moves: Sequence[Move], begins: date, *, apart_from: Collection[str] = ()) -> dict[int, TransferRefused]:
    """Why people cannot be moved on a day, by posting; a constant number of queries.

    `apart_from` names what may be on record for that day or later (see `ABOUT_THE_PERSON`).
    """
    recorded = recorded_of([move.posting for move in moves], begins, apart_from=apart_from)
    elsewhere = defaultdict(list)
    others = Posting.objects.filter(cadre__in={move.posting.cadre_id for move in moves})
    with wall.beyond("one person is at one place, also where it is another county's"):
        for other in others.only("cadre_id", "begins", "ends"):
            elsewhere[other.cadre_id].append(other)
    found = {}
    for move in moves:
        words, details = _why_not(move, begins, recorded.get(move.posting.pk, []), elsewhere[move.posting.cadre_id])
        if words:
            found[move.posting.pk] = TransferRefused(words, **details)
    return found


def _why_not(move: Move, begins: date, recorded: list[str], postings: Sequence[Posting]) -> tuple[str, dict]:
    """(sentence, details); "" when nothing stands in the way."""
    posting, village = move.posting, move.village
    name, day = posting.village.name, chinese_date(begins)
    if not village.is_village and not move.same_place:
        return f"{village.name}不是村(社区)，请选择要去的村。", {}
    if village.pk == posting.village_id:
        return f"现在就在{village.name}驻村，不用调整。", {}
    if not (posting.begins < begins and posting.is_active_on(begins - timedelta(days=1))):
        return f"{day}的前一天不在{name}驻村期内，请核对日期。", {}
    if posting.ends == begins:
        return f"{name}的派驻到前一天已经结束，请直接登记新的派驻。", {}
    if village.ends is not None and village.ends <= begins:
        return f"到那一天{village.name}已经撤销，请选择当时在用的村。", {}
    if not may_move(State(posting.state), State.TRANSFERRED):
        return f"这个派驻的状态是“{posting.get_state_display()}”，不能办理调整。", {}
    if recorded:
        words = f"{day}起{name}还有{'、'.join(recorded)}：请改用更晚的日期，或先处理这些记录。"
        return words, {"recorded": recorded}
    if any(_overlaps(other, begins, posting.ends) for other in postings if other.pk != posting.pk):
        return "这个人在那段时间另有派驻，请先核对他的派驻记录。", {}
    return "", {}


def _overlaps(other: Posting, begins: date, ends: date | None) -> bool:
    return (other.ends is None or other.ends > begins) and (ends is None or other.begins < ends)


def recorded_of(postings: Sequence[Posting], day: date, *, apart_from: Collection[str] = ()) -> dict[int, list[str]]:
    """What is on record about postings for `day` or later, as 打卡 3 条, by posting; nothing voided or replaced."""
    leave = LeaveRequest.State
    asked = {
        "打卡": CheckIn.objects.filter(day__gte=day, voided_at=None),
        "考勤表签到": SheetMark.objects.filter(day__gte=day, superseded_at=None),
        "请假": LeaveRequest.objects.filter(ends_on__gte=day, state__in=(leave.PENDING, leave.APPROVED)),
        "公差": OfficialTrip.objects.filter(ends_on__gte=day, state=OfficialTrip.State.APPROVED),
        "抽查": SpotCheckResult.objects.filter(day__gte=day, superseded_at=None),
        "会议缺席": MeetingAbsence.objects.filter(meeting__day__gte=day),
        "谈话": Talk.objects.filter(held_on__gte=day),
    }
    found: dict[int, list[str]] = defaultdict(list)
    for label, rows in asked.items():
        if label not in apart_from:
            counted = rows.filter(posting__in=postings).order_by().values_list("posting").annotate(n=Count("pk"))
            for posting, count in counted:
                found[posting].append(f"{label} {count} 条")
    return found
