"""Giving one's office to somebody of the same unit for a time, and taking it back.

Rule source: handbook, Actors ("whoever is away delegates for a period to someone of the same unit"); which capabilities
go along and who may be asked is said by `townships.delegation`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from townships import audit, wall
from townships.appointing import Appointing
from townships.delegation import LONGEST_DAYS, Term, fault_of
from townships.delegations import candidates, post_of
from townships.errors import OwnMatter, Refused
from townships.models import Appointment, User
from townships.permission_rows import write_permissions
from townships.role_book import book_of
from townships.role_lock import while_appointing


class DelegationRefused(Refused):
    code = "delegation.refused"
    message = "不能办理委托，请核对代理人和起止日期。"


FAULTS = {
    "chain": "代理来的职务不能再委托他人，请由本人另行委托。",
    "dates": "请填写开始和结束日期，结束日期不能早于开始日期。",
    "past": "开始日期已经过去，请从今天或以后的日期开始。",
    "long": f"一次最多委托 {LONGEST_DAYS} 天。离开更久的，请由组织部门另行任命。",
    "outside": "委托时间超出了本人的任职期或单位的存续期，请改短。",
    "taken": "这段时间已经委托他人代理，请先收回，或改用别的日期。",
}


@transaction.atomic
def delegate(
    *,
    appointments: Sequence[Appointment],
    user: User,
    begins: date,
    ends: date,
    reason: str,
    actor: User | None,
    today: date,
) -> list[Appointment]:
    """Let `user` act for [begins, ends) in the place of whoever holds these appointments (one person, one role).

    By the holder himself, or by who manages appointments there when he cannot. Nobody becomes his own delegate, a
    delegate does not delegate, and an appointment has one delegate at a time.
    """
    wanted = [one.pk for one in appointments]
    while_appointing([user])
    # The principal's rows under lock: two delegations at once must see each other.
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("unit__parent", "user")
    held = list(rows.filter(pk__in=wanted).order_by("pk"))
    for one in held:
        _require_giving(one, user, actor)
    if not reason.strip():
        raise DelegationRefused("请写明委托原因，例如外出开会、请假。")
    if not held or len({(one.user_id, one.role) for one in held}) != 1:
        raise DelegationRefused
    _refuse_unfit(held, begins, ends, today)
    _refuse_stranger(held, user, today)
    given = [_keep(one, user, begins, ends, reason, actor) for one in held]
    write_permissions(given, book_of(*(one.unit.path for one in given)))
    return given


def _require_giving(appointment: Appointment, user: User, actor: User | None) -> None:
    if user.pk == appointment.user_id:
        raise OwnMatter("不能委托给本人，请选择其他代理人。")
    if actor is not None and actor.pk == appointment.user_id:
        return
    rights = Appointing(actor, users=[appointment.user, user], units=[appointment.unit])
    rights.require_handling(user=appointment.user, unit=appointment.unit)
    rights.require_giving(user=user, role=appointment.role, unit=appointment.unit)


def _refuse_unfit(held: list[Appointment], begins: date, ends: date, today: date) -> None:
    others = Appointment.objects.delegations().filter(delegated_from__in=held, withdrawn_on__isnull=True)
    taken = [(one, Term(b, e)) for one, b, e in others.values_list("delegated_from_id", "begins", "ends")]
    for one in held:
        unit = Term(one.unit.begins or date.min, one.unit.ends)
        fault = fault_of(
            Term(begins, ends),
            today=today,
            within=[Term(one.begins, one.ends), unit],
            taken=[term for pk, term in taken if pk == one.pk],
            is_delegate=one.is_delegation,
        )
        if fault:
            raise DelegationRefused(FAULTS[fault])


def _refuse_stranger(held: list[Appointment], user: User, today: date) -> None:
    """The same list that the page offers."""
    post = post_of(held[0], today)
    if post is None or not set(held) <= set(post.appointments):
        raise DelegationRefused("这项职务没有可以委托的事项，或已经不再任职。")
    if user.pk not in {candidate.user.pk for candidate in candidates(post, today)}:
        raise DelegationRefused("代理人要在本单位任职，并且本来就办理同类事项，请重新选择。")


def _keep(principal: Appointment, user: User, begins: date, ends: date, reason: str, actor: User | None) -> Appointment:
    row = Appointment(
        user=user,
        role=principal.role,
        title=principal.title,
        acts_as=principal.acts_as,
        unit=principal.unit,
        begins=begins,
        ends=ends,
        delegated_from=principal,
        delegation_reason=reason.strip()[:200],
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise DelegationRefused(" ".join(error.messages)) from error
    row.save()
    _record("delegation.given", row, actor)
    return row


@transaction.atomic
def withdraw_delegation(*, delegations: Sequence[Appointment], actor: User | None, today: date) -> list[Appointment]:
    """End delegations at once: the principal is back, the delegate declines, or who manages appointments there
    and is above whoever holds such an office.

    What was decided until now stays decided.
    """
    rows = Appointment.objects.delegations().select_for_update(of=("self",))
    rows = rows.select_related("unit", "user", "delegated_from__user").filter(pk__in=[one.pk for one in delegations])
    with wall.beyond("a delegation is ended by either, also where one of them does not reach yet"):
        held = list(rows.order_by("pk"))
    for one in held:
        _require_withdrawing(one, actor)
        if one.withdrawn_on is not None or one.ends <= today:
            raise DelegationRefused("这项委托已经结束，不用再收回。")
        one.withdrawn_on = today
        # The dates stay in order; of one that never began only the first day is kept.
        one.ends = min(one.ends, max(today, one.begins + timedelta(days=1)))
        one.save(update_fields=["withdrawn_on", "ends"])
        _record("delegation.withdrawn", one, actor)
    return held


def _require_withdrawing(delegation: Appointment, actor: User | None) -> None:
    if actor is None or actor.pk in (delegation.user_id, delegation.delegated_from.user_id):
        return
    rights = Appointing(actor, users=[delegation.user], units=[delegation.unit])
    rights.require_handling(user=delegation.user, unit=delegation.unit)


def _record(act: str, row: Appointment, actor: User | None) -> None:
    principal = row.delegated_from.user
    audit.record(
        actor=actor,
        act=act,
        unit=row.unit,
        subject=f"{row.user}代{principal}"[:200],
        details={
            "role": row.role,
            "unit": row.unit.division_code,
            "principal": principal.username,
            "delegate": row.user.username,
            "begins": row.begins.isoformat(),
            "ends": row.ends.isoformat(),
            "reason": row.delegation_reason,
        },
    )
