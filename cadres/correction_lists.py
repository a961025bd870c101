"""Lists of wishes: the member's own and their news, and those an office answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cadres.corrections import NEEDS_IDENTITY, NEEDS_PROOF
from cadres.models import CorrectionRequest
from cadres.models.correction_request import CorrectionQuerySet
from townships.models import User

State = CorrectionRequest.State
#: filter → words
SHOWN = {"pending": "待办理", "accepted": "已采纳", "rejected": "未采纳", "withdrawn": "已撤回", "all": "全部"}
TONES = {State.PENDING: "warning", State.ACCEPTED: "good", State.REJECTED: "danger", State.WITHDRAWN: ""}
#: An answer is news for so many days.
NEWS_DAYS = 7
LATEST = 100


@dataclass(frozen=True)
class Line:
    """A wish as one reader sees it."""

    wish: CorrectionRequest
    then: str
    wanted: str
    may_decide: bool = False
    may_open_proof: bool = False
    may_unmask: bool = False
    hint: str = ""

    @property
    def tone(self) -> str:
        return TONES[self.wish.state]


def own(user: User) -> CorrectionQuerySet:
    return CorrectionRequest.objects.reachable_by(user, "view_members").filter(cadre__user=user.pk)


def own_lines(user: User) -> list[Line]:
    """The member's wishes, the latest first; what he wrote himself he may read, but for the identity number."""
    rows = own(user).select_related("posting__village", "decided_by").order_by("-requested_at", "-pk")[:LATEST]
    return [Line(one, one.masked_then, _written(one), may_open_proof=bool(one.proof)) for one in rows]


def news_for(user: User, at: datetime) -> list[Line]:
    """What was answered lately, the latest first."""
    answered = own(user).filter(
        state__in=(State.ACCEPTED, State.REJECTED), decided_at__gt=at - timedelta(days=NEWS_DAYS)
    )
    return [Line(one, one.masked_then, _written(one)) for one in answered.order_by("-decided_at", "-pk")[:3]]


def office_lines(user: User, rows: list[CorrectionRequest], *, unmasked: int | None = None) -> list[Line]:
    """Wishes as the office sees them; `unmasked` is the key of the one whose numbers were asked for.

    Stored numbers are masked; what the member writes to the office stands as written while it must be answered,
    but for an identity number.
    """
    keys = [one.pk for one in rows]
    decidable = set(CorrectionRequest.objects.to_decide(user).filter(pk__in=keys).values_list("pk", flat=True))
    managed = CorrectionRequest.objects.reachable_by(user, "manage_roster").filter(pk__in=keys)
    manages = set(managed.values_list("pk", flat=True))
    sees = set(
        CorrectionRequest.objects.reachable_by(user, "view_identity").filter(pk__in=keys).values_list("pk", flat=True)
    )
    return [
        _office_line(one, user, decidable=one.pk in decidable, manages=one.pk in manages, sees=one.pk in sees,
                     whole=one.pk == unmasked)
        for one in rows
    ]  # fmt: skip


def _office_line(
    one: CorrectionRequest, user: User, *, decidable: bool, manages: bool, sees: bool, whole: bool
) -> Line:
    whole = whole and sees and manages
    is_number = one.field in NEEDS_IDENTITY
    return Line(
        one,
        then=one.value_then if whole else one.masked_then,
        wanted=one.value_wanted if whole else (_written(one) if decidable else one.masked_wanted),
        may_decide=decidable,
        may_open_proof=bool(one.proof) and manages and (sees or not is_number),
        may_unmask=is_number and decidable and not whole,
        hint=_hint(one, user, decidable=decidable, manages=manages),
    )


def _hint(one: CorrectionRequest, user: User, *, decidable: bool, manages: bool) -> str:
    """Why an open wish is not this reader's to answer, or what he has to do first."""
    if one.state != State.PENDING or not manages:
        return ""
    if one.cadre.user_id == user.pk:
        return "本人的申请由上一级或其他负责人办理"
    if not decidable:
        return "身份证号由能看完整号码的人办理（书记、分管副书记、组织部）"
    if one.field in NEEDS_PROOF and one.proof_seen_by_id != user.pk:
        return "先打开证明核对，再采纳"
    return ""


def _written(one: CorrectionRequest) -> str:
    return one.masked_wanted if one.field in NEEDS_IDENTITY else one.value_wanted
