"""Score a week: load, judge, store.

Source: contracts.md "Scoring"; house.md decisions 7, 9 and 13. Running twice changes nothing; new evidence changes a
stored score and says so; what a published bulletin froze is left alone, and the result tells what would differ. A
week that is not over is stored as not final, so that its running state can be seen but is never taken for a score.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from attendance import evidence, ledger
from attendance.policies import PolicyBook
from attendance.service import Member, Span, members_of
from attendance.setting import Setting
from cadres.models import Posting
from reports import scoring
from reports.models import ScoringScheme
from reports.registers import registers_of
from reports.scheme_document import Scheme
from reports.schemes import reference_scheme_row, scheme_book
from reports.score_store import ScoredMember, Tally, drop_stale, store
from reports.week_guard import FrozenWeek, hold_townships
from townships.access import require
from townships.errors import Refused
from townships.memory import unhurried_memory
from townships.models import AdministrativeUnit, User
from townships.paths import covers
from townships.periods import SHANGHAI, Week


class WeekNotBegun(Refused):
    """A week in the future has nothing to judge."""

    code = "week.not_begun"
    message = "这一周还没有开始，等到周一以后再计算。"


@dataclass(slots=True)
class WeekResult:
    """What a scoring did. ``members`` are as stored afterwards, by identity number."""

    unit: AdministrativeUnit
    week: Week
    scheme: Scheme
    final: bool
    members: list[ScoredMember] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    notices: tuple[str, ...] = ()

    def as_document(self) -> dict:
        """The JSON of the contract, with what is frozen beside it: a second run over the same evidence says the same."""
        return {
            "week": str(self.week),
            "unit": self.unit.division_code,
            "scheme": {"name": self.scheme.name, "version": self.scheme.version},
            "final": self.final,
            "members": [member.as_json() for member in self.members],
            "locked": self.tally.locked,
            "differs": self.tally.differs,
        }


def score_week(*, unit: AdministrativeUnit, week: Week, actor: User | None = None, now: datetime) -> WeekResult:
    """Compute and store the scores of everyone with a posting day of ``week`` in the unit's subtree."""
    require(actor, "score_week", unit)
    today = now.astimezone(SHANGHAI).date()
    if week.monday > today:
        raise WeekNotBegun(week=str(week))
    run = _Run(unit, week, actor, now)
    with unhurried_memory():
        for batch in evidence.in_batches(run.chosen):
            run.score(batch)
    run.finish()
    return run.result


class _Run:
    """One scoring of one unit: what all its batches share."""

    def __init__(self, unit: AdministrativeUnit, week: Week, actor: User | None, now: datetime):
        self.week, self.actor, self.now = week, actor, now
        self.today = now.astimezone(SHANGHAI).date()
        self.span = Span(week.monday, week.sunday)
        self.scope = scope_of(unit)
        self.setting = Setting(self.scope, self.span)
        self.schemes = scheme_book(self.scope)
        people = Posting.objects.within(self.scope)
        self.members = members_of(evidence.serving(people, self.span.first, self.span.last))
        self.chosen = [m for m in self.members if any(covers(unit.path, service.path) for service in m.services)]
        self.over = self.span.over(self.today)[0]
        self.final = week.is_over(self.today)
        scheme = self.schemes.at(unit.path, week.monday).rules
        self.result = WeekResult(unit, week, scheme, self.final, notices=self.setting.notices)

    @transaction.atomic
    def score(self, members: list[Member]) -> None:
        """One batch: hold its townships, then read, so that a second worker sees what the first has stored."""
        hold_townships(member.latest.township_id for member in members)
        evidence.fill(members, self.span, self.setting, self.today)
        judge = Judge(self.schemes, self.week, self.over, self.final)
        registers = registers_of(members, self.week)
        scored = [judge.member(member, registers.get(member.key)) for member in members]
        frozen = FrozenWeek(self.scope, str(self.week))
        self.result.members += store(scored, frozen=frozen, actor=self.actor, now=self.now, tally=self.result.tally)
        for member in members:
            member.weeks = []

    @transaction.atomic
    def finish(self) -> None:
        """Scores of people who turned out not to be posted there in this week are taken away."""
        keys = {member.key for member in self.members}
        unit, week, tally = self.result.unit, str(self.week), self.result.tally
        drop_stale(unit=unit, week=week, keep=keys, frozen=FrozenWeek(self.scope, week), actor=self.actor, tally=tally)


class Judge:
    """Scores members of one week, each by the scheme in force at his village on its Monday."""

    def __init__(self, schemes: PolicyBook[Scheme], week: Week, over: int, final: bool):  # noqa: FBT001
        self._schemes, self._week, self._over, self._final = schemes, week, over, final
        self._rows: dict[str, tuple[Scheme, ScoringScheme]] = {}
        self._clean: dict[int, scoring.Score] = {}

    def member(self, member: Member, registers: scoring.Registers | None) -> ScoredMember:
        """Judge one loaded member."""
        scheme, row = self._scheme(member.latest.path)
        judged = ledger.judge(member.weeks[0], self._over)
        found = scoring.happenings(judged, self._week.monday, registers)
        if found or registers is not None:
            score = scoring.score(scheme, found, registers.manual if registers else ())
        else:
            score = self._untouched(scheme, row)
        facts = scoring.to_text(scoring.facts(judged))
        return ScoredMember(member.latest, str(self._week), score.total, score.text, facts, row.pk, self._final)

    def _scheme(self, path: str) -> tuple[Scheme, ScoringScheme]:
        if path not in self._rows:
            in_force = self._schemes.at(path, self._week.monday)
            self._rows[path] = in_force.rules, in_force.row or reference_scheme_row()
        return self._rows[path]

    def _untouched(self, scheme: Scheme, row: ScoringScheme) -> scoring.Score:
        """The full marks of a member without any deduction, who is most members."""
        if row.pk not in self._clean:
            self._clean[row.pk] = scoring.score(scheme, {})
        return self._clean[row.pk]


def scope_of(unit: AdministrativeUnit) -> str:
    """The path whose members must be seen to score a unit: a village's members may have days in the next village."""
    if unit.level == AdministrativeUnit.Level.VILLAGE and unit.parent is not None:
        return unit.parent.path
    return unit.path
