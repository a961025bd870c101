"""One person: head, and six parts of what is on file about him."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from cadres.models import Cadre
from reports import dossier
from townships.access import can
from townships.audit import record
from townships.errors import OutOfReach
from townships.periods import Month, today
from townships.views.scope import month_or_404

#: tab → (words, capability beside seeing the person, template of the part)
TABS = {
    "timeline": ("时间线", "view_members", "reports/partials/_person_timeline.html"),
    "attendance": ("考勤", "view_attendance", "reports/partials/_person_attendance.html"),
    "scores": ("得分", "view_scores", "reports/partials/_person_scores.html"),
    "leaves": ("请假", "view_attendance", "reports/partials/_person_leaves.html"),
    "talks": ("谈话与考核", "view_attendance", "reports/partials/_person_talks.html"),
    "facts": ("资料", "view_members", "reports/partials/_person_facts.html"),
}


def _reachable_cadre(user, pk: int, capability: str = "view_members") -> Cadre:
    cadre = Cadre.objects.reachable_by(user, capability).filter(pk=pk).first()
    if cadre is None:
        raise OutOfReach
    return cadre


def _is_kept_by(user, cadre) -> bool:
    """Whether what is the person's own (phone, education) is still the reader's to see: not where he only was."""
    rows = Cadre.objects.reachable_by(user, "view_members").kept_by(user, "view_members")
    return rows.filter(pk=cadre.pk).exists()


def _part(request, cadre, tab: str) -> dict:
    """What a tab shows."""
    user = request.user
    if tab == "attendance":
        month = month_or_404(request.GET["month"]) if "month" in request.GET else Month.of(today())
        later = month.shifted(1)
        return {
            "month": month,
            "days": dossier.month_days(user, cadre, month, today()) if month.first <= today() else [],
            "earlier": str(month.shifted(-1)),
            "later": str(later) if later.first <= today() else "",
        }
    if tab == "timeline":
        return {"items": dossier.timeline(user, cadre)}
    if tab == "scores":
        return {"lines": dossier.score_lines(dossier.scores(user, cadre))}
    if tab == "leaves":
        return {"leaves": dossier.leaves(user, cadre)}
    if tab == "talks":
        return {"talks": dossier.talks(user, cadre), "findings": dossier.findings(user, cadre)}
    return {}


def _may_see_identity(user, cadre) -> bool:
    """The person himself, or whoever holds view_identity where he is now; not where he only was."""
    return cadre.user_id == user.pk or can(user, "view_identity", cadre)


def person(request, pk: int, tab: str = "timeline"):
    if tab not in TABS:
        raise Http404
    user = request.user
    cadre = _reachable_cadre(user, pk, TABS[tab][1])
    postings = dossier.postings(user, cadre)
    if not postings:
        raise OutOfReach
    own = cadre.user_id == user.pk
    may_unmask = _may_see_identity(user, cadre)
    asked = request.method == "POST" and may_unmask
    if asked:
        details = {"cadre": cadre.pk, "own": own}
        record(actor=user, act="identity.viewed", unit=postings[0].village, subject=cadre.name, details=details)
    current = next((one for one in postings if one.is_active_on(today())), postings[0])
    if not own:
        request.place = current.village
    return render(
        request,
        "reports/person.html",
        {
            "cadre": cadre,
            "postings": postings,
            "current": current,
            "is_posted": current.is_active_on(today()),
            "own": own,
            "is_kept": own or _is_kept_by(user, cadre),
            "unmasked": asked,
            "may_unmask": may_unmask,
            "tab": tab,
            "tabs": _tabs(user, postings, cadre, tab),
            "part_template": TABS[tab][2],
            **_part(request, cadre, tab),
        },
    )


def _tabs(user, postings, cadre, current: str) -> list[dict]:
    """The parts the reader may open: own things, his institution's people, or by capability at a posting."""
    everything = cadre.user_id == user.pk or bool(user.institution_ids())
    return [
        {"text": words, "url": reverse("reports:person_tab", args=[cadre.pk, tab]), "on": tab == current}
        for tab, (words, capability, _) in TABS.items()
        if everything or any(can(user, capability, posting) for posting in postings)
    ]


def my_scores(request):
    cadre = Cadre.objects.reachable_by(request.user, "view_scores").filter(user=request.user).first()
    if cadre is None:
        return redirect("townships:home")
    return redirect("reports:person_tab", cadre.pk, "scores")
