"""What does not agree: the list of a unit, and one case to look into."""

from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from attendance.actions.review_day import review_day
from attendance.case_forms import ReviewForm, TalkForm
from attendance.contradictions import cases
from attendance.day_evidence import DayEvidence
from attendance.own import ledger_of
from attendance.signs import FLAG_WORDS, words_of
from cadres.actions.record_talk import record_talk
from cadres.models import Posting, Talk
from townships.access import can
from townships.errors import OutOfReach
from townships.periods import chinese_date, today, week_of
from townships.views.answer import attempt
from townships.views.scope import day_or_404, unit_view

#: How far back the list goes, in weeks, the current one included.
SPANS = {"2": "近两周", "5": "近五周", "9": "近九周"}
TOO_WIDE = ("province", "city")


@unit_view("view_attendance")
def contradictions(request, unit):
    weeks = request.GET.get("weeks", "5")
    weeks = weeks if weeks in SPANS else "5"
    last = today()
    first = week_of(last).monday - timedelta(weeks=int(weeks) - 1)
    found = [] if unit.level in TOO_WIDE else cases(request.user, unit, first, last, last)
    return render(
        request,
        "attendance/contradictions.html",
        {
            "unit": unit,
            "too_wide": unit.level in TOO_WIDE,
            "cases": found,
            "open_count": sum(1 for case in found if case.is_open),
            "first": first,
            "last": last,
            "may_act": can(request.user, "record_talk", unit),
            "chips": [
                {"text": words, "on": key == weeks, "url": f"?weeks={key}", "removable": False}
                for key, words in SPANS.items()
            ],
        },
    )


def _posting_and_day(user, pk: int, day: str) -> tuple[Posting, date]:
    posting = Posting.objects.reachable_by(user, "view_attendance").filter(pk=pk)
    posting = posting.select_related("cadre", "village__parent").first()
    if posting is None:
        raise OutOfReach
    return posting, day_or_404(day)


def case(request, pk: int, day: str):
    """One person's day: what each source says, the conclusion, and a reminder talk."""
    posting, on = _posting_and_day(request.user, pk, day)
    if can(request.user, "view_attendance", posting):
        request.place = posting.village
    review_form, talk_form = _forms(request, posting, on)
    if request.method == "POST" and _acted(request, posting, on, review_form, talk_form):
        return redirect("attendance:contradictions", code=posting.village.parent.division_code)
    ledger = ledger_of(posting, week_of(on), today())
    line = next((one for one in ledger.days() if one.day == on), None) if ledger else None
    if line is None:
        raise Http404
    return render(
        request,
        "attendance/case.html",
        {
            "posting": posting,
            "day": on,
            "status": words_of(line.am, line.pm),
            "flags": [FLAG_WORDS[flag] for flag in line.flags],
            "proofs": DayEvidence(request.user, [posting.pk], on, on).of(posting.pk, on),
            "reviews": posting.day_reviews.filter(day=on).select_related("reviewed_by", "on_behalf_of"),
            "talks": Talk.objects.reachable_by(request.user, "view_attendance")
            .filter(posting=posting, about_day=on)
            .select_related("on_behalf_of"),
            "may_act": can(request.user, "record_talk", posting),
            "review_form": review_form,
            "talk_form": talk_form,
        },
    )


def _forms(request, posting: Posting, day: date) -> tuple[ReviewForm, TalkForm]:
    act = request.POST.get("act") if request.method == "POST" else ""
    reason = f"{chinese_date(day)}考勤情况与核查不符"
    initial = {"held_on": today(), "talker": str(request.user), "reason": reason, "place": posting.village.name}
    review = ReviewForm(request.POST) if act == "review" else ReviewForm()
    return review, TalkForm(request.POST) if act == "talk" else TalkForm(initial=initial)


def _acted(request, posting: Posting, day: date, review: ReviewForm, talk: TalkForm) -> bool:
    if review.is_bound and review.is_valid():
        return attempt(
            request,
            lambda: review_day(posting=posting, day=day, actor=request.user, at=timezone.now(), **review.cleaned_data),
            f"{posting.cadre.name} {chinese_date(day)}的核查结论已记下。",
        )
    if talk.is_bound and talk.is_valid():
        return attempt(
            request,
            lambda: record_talk(posting=posting, actor=request.user, today=today(), about_day=day, **talk.cleaned_data),
            f"与{posting.cadre.name}的谈话提醒已记下。",
        )
    return False
