"""Decide a tie that makes a list too long: a person says which of the equals go on it, and why."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from reports.actions.compile_bulletin import current_content, refresh
from reports.actions.publish_bulletin import accounts_of
from reports.bulletin_content import people_by_key
from reports.bulletin_refusals import AlreadyPublished, BadDecision, NothingToDecide, ReasonMissing
from reports.models import Bulletin
from townships import audit
from townships.access import require
from townships.acting import principal_of
from townships.delegation import in_place_of
from townships.errors import OwnMatter
from townships.models import User
from townships.periods import Month


@transaction.atomic
def decide_tie(
    *, bulletin: Bulletin, board: str, chosen: Iterable[int], reason: str, actor: User | None, now: datetime
) -> Bulletin:
    """Put the `chosen` (cadre keys) of the equals on the `board` ("red" or "black") of a draft.

    The others stay off it. The reason is kept with the bulletin and printed nowhere.
    """
    require(actor, "publish_bulletin", bulletin)
    draft = Bulletin.objects.select_for_update(of=("self",)).select_related("unit__parent").get(pk=bulletin.pk)
    if draft.status != Bulletin.Status.DRAFT:
        raise AlreadyPublished
    tied, chosen = draft.content["tied"].get(board, []), sorted(set(chosen))
    _refuse_unless_sound(draft, board, tied, chosen, reason)
    principal = principal_of(actor, "publish_bulletin", draft)
    if accounts_of(tied) & {one.pk for one in (actor, principal) if one}:
        raise OwnMatter
    draft.decisions = [*draft.decisions, _decision(board, tied, chosen, reason.strip(), actor, principal, now)]
    content = current_content(draft.unit, Month.parse(draft.month), now, draft.decisions)
    if board in content["needs_decision"]:
        raise NothingToDecide
    refresh(draft, content, actor=actor, now=now)
    subject = f"{draft.month} {board}"
    audit.record(
        actor=actor,
        act="bulletin.tie_decided",
        unit=draft.unit,
        subject=subject,
        details=draft.decisions[-1],
        on_behalf_of=principal,
    )
    return draft


def room_for(draft: Bulletin, board: str) -> int:
    """How many of the equals the list can hold at most: twice its size, less those before them."""
    content = draft.content
    tied = set(content["tied"].get(board, []))
    place = "place" if board == "red" else "from_bottom"
    people = people_by_key(content)
    edge = min((people[key][place] for key in tied), default=1)
    before = [key for key in content[board] if key not in tied and people[key][place] < edge]
    return 2 * content["scheme"]["list_size"] - len(before)


def _refuse_unless_sound(draft: Bulletin, board: str, tied: list[int], chosen: list[int], reason: str) -> None:
    if not tied:
        raise NothingToDecide
    if not reason.strip():
        raise ReasonMissing("请写明确定上榜人员的原因。原因只留存备查，不在通报中印出。")
    if not set(chosen) <= set(tied):
        raise BadDecision("所选人员不在并列名单之内，请在并列名单中选择。")
    room = room_for(draft, board)
    if len(chosen) > room:
        raise BadDecision(f"最多选 {room} 人，现选了 {len(chosen)} 人，请减少后再确定。")


def _decision(
    board: str,
    tied: list[int],
    chosen: list[int],
    reason: str,
    actor: User | None,
    principal: User | None,
    now: datetime,
) -> dict:
    return {
        "list": board,
        "tied": tied,
        "chosen": chosen,
        "reason": reason,
        "by": actor.pk if actor else None,
        "by_name": in_place_of(actor, principal),
        "at": now.isoformat(),
    }
