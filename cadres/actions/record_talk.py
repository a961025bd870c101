"""Recording a talk held with a member, often about a contradiction in his attendance."""

from datetime import date

from django.db import transaction

from cadres.models import Posting, Talk
from townships import audit
from townships.acting import require_deciding
from townships.errors import Refused
from townships.models import User


class TalkRefused(Refused):
    code = "talk.refused"
    message = "谈话记录不完整，请补充后再保存。"


@transaction.atomic
def record_talk(
    *,
    posting: Posting,
    held_on: date,
    talker: str,
    reason: str,
    actor: User | None,
    today: date,
    kind: str = Talk.Kind.REMINDER,
    place: str = "",
    recorder: str = "",
    content: str = "",
    statement: str = "",
    about_day: date | None = None,
) -> Talk:
    """Record a talk (谈话提醒记录表). `about_day` is the day of the contradiction it comes from. Nobody talks to himself."""
    principal = require_deciding(actor, "record_talk", posting, about=posting.cadre.user)
    if not talker.strip() or not reason.strip():
        raise TalkRefused("请填写谈话人和事由。")
    if held_on > today:
        raise TalkRefused("谈话日期还没有到，请改为实际谈话的日期。")
    if not posting.is_active_on(held_on):
        raise TalkRefused("谈话那天不在驻村期内，请核对日期。")
    written = {
        "posting": posting,
        "kind": kind,
        "held_on": held_on,
        "place": place.strip()[:100],
        "talker": talker.strip()[:60],
        "recorder": recorder.strip()[:60],
        "reason": reason.strip()[:200],
        "content": content,
        "statement": statement,
        "about_day": about_day,
        "recorded_by": actor,
        "on_behalf_of": principal,
    }
    # Sent twice, word for word, it is the same talk.
    if found := Talk.objects.filter(**written).first():
        return found
    talk = Talk.objects.create(**written)
    audit.record(
        actor=actor,
        act="talk.recorded",
        unit=posting.village,
        subject=posting.cadre.name,
        details={"talk": talk.pk, "held_on": held_on.isoformat(), "kind": kind},
        on_behalf_of=principal,
    )
    return talk
