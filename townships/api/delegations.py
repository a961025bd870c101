"""Delegations: one's own offices and who may act in them, giving one away for a time, taking it back."""

from datetime import date

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from townships.actions.delegate import delegate, withdraw_delegation
from townships.api.answers import REFUSALS
from townships.api.fields import Day, text
from townships.api.lists import one_of
from townships.api.units import UnitRef
from townships.delegations import candidates, ending, given_by, post_of, posts_of, received_by
from townships.errors import OutOfReach
from townships.models import Appointment
from townships.periods import today

router = Router(tags=["委托代理"])


class PersonOut(Schema):
    id: int
    name: str


class CandidateOut(PersonOut):
    role_label: str


class PostOut(Schema):
    """One office that the caller holds himself and may give away."""

    appointment: int = Field(description="办理委托时填它")
    label: str
    candidates: list[CandidateOut]


class DelegationOut(Schema):
    id: int
    role: str
    role_label: str
    unit: UnitRef
    principal: PersonOut
    delegate: PersonOut
    begins: date
    ends: date = Field(description="从这一天起不再代理")
    reason: str
    withdrawn_on: date | None


class DelegationsOut(Schema):
    posts: list[PostOut]
    given: list[DelegationOut]
    received: list[DelegationOut]


class DelegationAsk(Schema):
    appointment: int = Field(description="任职编号；分管几个村的，一次全部委托")
    delegate: int = Field(description="代理人的账号编号")
    begins: Day
    ends: Day = Field(description="从这一天起不再代理")
    reason: text(200, 1)


def _person(user) -> dict:
    return {"id": user.pk, "name": str(user)}


def _out(row: Appointment) -> dict:
    return {
        "id": row.pk,
        "role": row.role,
        "role_label": row.title,
        "unit": row.unit,
        "principal": _person(row.delegated_from.user),
        "delegate": _person(row.user),
        "begins": row.begins,
        "ends": row.ends,
        "reason": row.delegation_reason,
        "withdrawn_on": row.withdrawn_on,
    }


def _post(post) -> dict:
    people = [{**_person(one.user), "role_label": one.title} for one in candidates(post, today())]
    return {"appointment": post.first.pk, "label": post.label, "candidates": people}


@router.get("", response={200: DelegationsOut, **REFUSALS}, summary="委托代理")
def delegations(request: HttpRequest):
    """本人可以委托的职务和代理人选，委托出去的，受托的。"""
    user = request.user
    return {
        "posts": [_post(post) for post in posts_of(user, today())],
        "given": [_out(row) for one in given_by(user) for row in one.rows],
        "received": [_out(row) for one in received_by(user) for row in one.rows],
    }


@router.post("", response={201: list[DelegationOut], **REFUSALS}, summary="委托他人代理")
def give(request: HttpRequest, asked: DelegationAsk):
    """本人委托；本人不能办理时，由管理任职的人代为办理。每个单位一条。"""
    day, user = today(), request.user
    posts = posts_of(user, day)
    post = next((one for one in posts if asked.appointment in {row.pk for row in one.appointments}), None)
    if post is None:
        managed = Appointment.objects.reachable_by(user, "manage_appointments").own()
        post = post_of(one_of(managed.select_related("user"), asked.appointment), day)
    if post is None:
        raise OutOfReach
    person = next((one.user for one in candidates(post, day) if one.user.pk == asked.delegate), None)
    if person is None:
        raise OutOfReach
    given = asked.dict(include={"begins", "ends", "reason"})
    rows = delegate(appointments=post.appointments, user=person, actor=user, today=day, **given)
    return Status(201, [_out(row) for row in rows])


@router.post("{int:delegation_id}/withdraw", response={200: list[DelegationOut], **REFUSALS}, summary="收回或退出")
def withdraw(request: HttpRequest, delegation_id: int):
    """委托人收回，代理人退出，或管理任职的人收回，即刻生效。"""
    rows = ending(request.user, [delegation_id])
    if not rows:
        raise OutOfReach
    return [_out(row) for row in withdraw_delegation(delegations=rows, actor=request.user, today=today())]
