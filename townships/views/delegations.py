"""委托代理: who acts for whom, leaving one's office to somebody for a time, taking it back."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from townships.actions.delegate import delegate, withdraw_delegation
from townships.delegations import (
    Candidate,
    Delegation,
    Post,
    candidates,
    ending,
    given_by,
    post_of,
    posts_of,
    received_by,
)
from townships.errors import NotAllowed, OutOfReach, Refused
from townships.forms import DelegationForm
from townships.models import Appointment, User
from townships.periods import chinese_date, today
from townships.posted import row_key
from townships.views.answer import attempt, back

#: Delegations that are over are shown so far back.
PAST_SHOWN = 10
STANDING = {
    "current": ("代理中", "good"),
    "future": ("还没有开始", "info"),
    "withdrawn": ("已收回", ""),
    "over": ("已到期", ""),
}


def delegations(request: HttpRequest):
    """The page; with `for`, the number of an appointment, about that one: his own, or one that he manages."""
    user, day = request.user, today()
    posts = posts_of(user, day)
    post = _chosen(request, posts)
    form = None
    if post is not None:
        people = {one.user.pk: one for one in candidates(post, day)}
        words = [(pk, str(one)) for pk, one in people.items()]
        form = DelegationForm(request.POST or None, people=words, initial={"begins": day, "last_day": day})
        if request.method == "POST" and form.is_valid() and _given(request, post, people, form):
            return redirect(_address(user, post))
    own = post is None or post in posts
    principal = user if own else post.first.user
    given = given_by(principal) if own else [one for one in given_by(principal) if _is_of(one, post)]
    context = {
        "post": post,
        "own": own,
        "principal": principal,
        "form": form,
        "nobody": post is not None and not people,
        "choices": [
            {"text": one.label, "on": one == post, "url": _address(user, one), "removable": False} for one in posts
        ],
        "given": _lines(given, day),
        "received": _lines(received_by(user), day) if own else [],
        "here": request.get_full_path(),
    }
    return render(request, "townships/delegations.html", context)


def _chosen(request: HttpRequest, posts: list[Post]) -> Post | None:
    wanted = request.POST.get("for") or request.GET.get("for") or ""
    if not wanted:
        return posts[0] if posts else None
    key = row_key(wanted)
    for post in posts:
        if key in {one.pk for one in post.appointments}:
            return post
    managed = Appointment.objects.reachable_by(request.user, "manage_appointments")
    appointment = managed.own().filter(pk=key).select_related("user").first()
    post = post_of(appointment, today()) if appointment else None
    if post is None:
        raise OutOfReach
    return post


def _address(user: User, post: Post) -> str:
    return f"{reverse('townships:delegations')}?for={post.first.pk}"


def _is_of(delegation: Delegation, post: Post) -> bool:
    return delegation.first.delegated_from in post.appointments


def _given(request: HttpRequest, post: Post, people: dict[int, Candidate], form: DelegationForm) -> bool:
    asked = form.cleaned_data
    user = people[asked["delegate"]].user
    try:
        delegate(
            appointments=post.appointments,
            user=user,
            begins=asked["begins"],
            ends=asked["last_day"] + timedelta(days=1),
            reason=asked["reason"],
            actor=request.user,
            today=today(),
        )
    except (OutOfReach, NotAllowed):
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    last = chinese_date(asked["last_day"])
    messages.success(request, f"{chinese_date(asked['begins'])}至{last}由{user}代理{post.label}。")
    return True


def _lines(found: list[Delegation], day) -> list[dict]:
    """In force and to come first; of those that are over the latest."""
    lines = []
    for one in found:
        standing = one.standing(day)
        words, tone = STANDING[standing]
        lines.append({"delegation": one, "words": words, "tone": tone, "open": standing in ("current", "future")})
    still = [line for line in lines if line["open"]]
    return still + [line for line in lines if not line["open"]][:PAST_SHOWN]


@require_POST
def withdraw(request: HttpRequest):
    """End the delegations named (one a unit): the principal's own, those given to him, or those he manages."""
    keys = {row_key(text) for text in request.POST.getlist("delegation")} - {None}
    rows = ending(request.user, keys)
    if not keys or len(rows) != len(keys):
        raise OutOfReach
    attempt(
        request,
        lambda: withdraw_delegation(delegations=rows, actor=request.user, today=today()),
        "委托已收回，即刻生效；此前代理人办理的事项仍然有效。",
    )
    return back(request, reverse("townships:delegations"))
