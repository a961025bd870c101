"""What each source says about days of some people, in sentences: six queries, whatever their number."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from attendance.models import CheckIn, LeaveRequest, OfficialTrip, SheetMark, SpotCheckResult
from cadres.models import Posting
from townships.periods import days_between
from townships.templatetags.office import clock, number, span

NO_MARK = "没有签"


@dataclass(frozen=True)
class Proof:
    """One statement of one source."""

    source: str
    words: str
    tone: str = ""
    author: str = ""


class DayEvidence:
    """Proofs by (posting, day) of the postings given, from `first` to `last`."""

    def __init__(self, user, postings: Collection[int], first: date, last: date) -> None:
        self.user, self.postings, self.first, self.last = user, postings, first, last
        self._found: dict[tuple[int, date], list[Proof]] = defaultdict(list)
        self._terms: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        for pk, cadre, begins, ends in Posting.objects.filter(pk__in=postings).values_list(
            "pk", "cadre_id", "begins", "ends"
        ):
            self._terms[cadre].append((pk, begins, ends))
        self._leaves()
        self._trips()
        self._findings()
        self._marks()
        self._check_ins()

    def of(self, posting: int, day: date) -> list[Proof]:
        return self._found.get((posting, day), [])

    def _rows(self, model):
        return model.objects.reachable_by(self.user, "view_attendance").filter(posting__in=self.postings)

    def _in_span(self, model):
        return self._rows(model).filter(day__gte=self.first, day__lte=self.last)

    def _add_spans(self, model, states, source: str, words) -> None:
        """Leave and trips excuse the person wherever he is posted on a day, also where he had asked at another village."""
        rows = model.objects.reachable_by(self.user, "view_attendance").filter(posting__cadre__in=self._terms)
        rows = rows.filter(state__in=states, begins_on__lte=self.last, ends_on__gte=self.first)
        for one in rows.select_related("posting").order_by("begins_on", "pk"):
            for posting, begins, ends in self._terms[one.posting.cadre_id]:
                for day in days_between(max(one.begins_on, self.first), min(one.ends_on, self.last)):
                    if begins <= day and (ends is None or day < ends):
                        self._found[posting, day].append(Proof(source, words(one)))

    def _leaves(self) -> None:
        self._add_spans(
            LeaveRequest,
            (LeaveRequest.State.APPROVED, LeaveRequest.State.PENDING),
            "请假",
            lambda one: f"{one.get_kind_display()} {number(one.days)} 天（{span(one)}，{one.get_state_display()}）",
        )

    def _trips(self) -> None:
        approved = (OfficialTrip.State.APPROVED,)
        self._add_spans(OfficialTrip, approved, "公差", lambda one: f"{one.reason}（{span(one)}）")

    def _findings(self) -> None:
        rows = self._in_span(SpotCheckResult).filter(superseded_at__isnull=True).order_by("checked_at", "pk")
        for one in rows:
            words = f"{clock(one.checked_at)} {one.get_method_display()}抽查{one.get_finding_display()}"
            tone = {"absent": "danger", "present": "good"}.get(one.finding, "")
            note = f"{words}：{one.note}" if one.note else words
            self._found[one.posting_id, one.day].append(Proof("抽查", note, tone, one.checker))

    def _marks(self) -> None:
        rows = self._in_span(SheetMark).filter(superseded_at__isnull=True).select_related("made_by").order_by("pk")
        for one in rows:
            signs = one.am or NO_MARK if one.am == one.pm else f"上午{one.am or NO_MARK}，下午{one.pm or NO_MARK}"
            author = str(one.made_by) if one.made_by else ""
            self._found[one.posting_id, one.day].append(Proof("周考勤表", signs, "", author))

    def _check_ins(self) -> None:
        rows = self._in_span(CheckIn).filter(voided_at__isnull=True).order_by("made_at", "pk")
        for one in rows:
            late = "（补传）" if one.late_upload else ""
            where = f" {one.place}" if one.place else ("" if one.latitude is not None else " 没有位置")
            self._found[one.posting_id, one.day].append(Proof("打卡", f"{clock(one.made_at)}{where}{late}"))
