"""What a bulletin's page says beside the paper: where it stands, what is in the way, what publishing will do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from reports.actions.decide_tie import room_for
from reports.actions.publish_bulletin import LISTS, weeks_missing
from reports.bulletin_content import content_of, people_by_key
from reports.documents.bulletin_text import Block, body, ranking_cells, ranking_heads, unranked_note
from reports.documents.paper import BulletinPaper
from reports.models import Bulletin
from reports.month_scores import MonthScores, load_month
from reports.papers import changes_between
from reports.ranking import weeks_in_words
from townships.periods import SHANGHAI, Month, Week, chinese_date

#: How far back a unit's list of bulletins looks for months to draft.
MONTHS_SHOWN = 12
#: Letterhead: up to so many characters → class of static/css/paper.css.
MARK_SIZES = ((10, 48), (12, 36), (16, 28))
SMALLEST_MARK = 22


@dataclass(frozen=True)
class Tie:
    """The equals at the edge of a list, and what was decided about them."""

    board: str
    label: str
    people: list[tuple[int, str]]
    chosen: list[int]
    room: int
    waiting: bool


@dataclass(frozen=True)
class Desk:
    """The right-hand side of a draft's page.

    in_the_way: why it cannot be published yet, in words. outdated: scores changed since it was compiled.
    """

    in_the_way: str
    outdated: bool
    moved: int
    ties: list[Tie]
    will_do: str

    @property
    def ready(self) -> bool:
        return not (self.in_the_way or self.outdated or any(tie.waiting for tie in self.ties))


def desk_of(draft: Bulletin, now: datetime) -> Desk:
    """Where a draft stands now."""
    month = Month.parse(draft.month)
    scores = load_month(unit=draft.unit, month=month, today=now.astimezone(SHANGHAI).date())
    content = content_of(scores, draft.decisions) if scores.has_scores else None
    outdated = content != draft.content
    return Desk(
        in_the_way=_in_the_way(scores),
        outdated=outdated,
        moved=len(changes_between(draft.content, content)) if outdated and content else 0,
        ties=ties_of(draft),
        will_do=will_do(draft),
    )


def _in_the_way(scores: MonthScores) -> str:
    return weeks_missing(scores).message if scores.missing else ""


def ties_of(bulletin: Bulletin) -> list[Tie]:
    """The ties of a bulletin, decided or not."""
    content = bulletin.content
    people = people_by_key(content)
    return [
        Tie(
            board=board,
            label=LISTS[board],
            people=[(key, f"{people[key]['name']}（{people[key]['village']}）") for key in tied],
            chosen=[key for key in tied if key in content[board] and board not in content["needs_decision"]],
            room=room_for(bulletin, board),
            waiting=board in content["needs_decision"],
        )
        for board, tied in content["tied"].items()
    ]


def will_do(draft: Bulletin) -> str:
    """What publishing does, in numbers."""
    content = draft.content
    month = Month.parse(draft.month)
    ranked = sum(1 for person in content["people"] if person["place"] is not None)
    locked = weeks_in_words([str(week) for week in month.weeks])
    text = (
        f"发布后，{ranked} 人的排名、红榜 {len(content['red'])} 人和黑榜 {len(content['black'])} 人对外公布，"
        f"{locked}的得分锁定，只能用更正另出一版来改。"
    )
    if draft.revises_id:
        text += f"原通报（{draft.revises.number}）同时标为已被更正，仍可查看。"
    return text


@dataclass(frozen=True)
class MonthLine:
    """One month in a unit's list: the bulletin in force, the draft, older revisions."""

    month: Month
    weeks: str
    has_scores: bool
    draft: Bulletin | None
    published: Bulletin | None
    superseded: tuple[Bulletin, ...]

    @property
    def shown(self) -> Bulletin | None:
        return self.draft or self.published


def month_lines(bulletins: Iterable[Bulletin], scored_weeks: Iterable[str], today: date) -> list[MonthLine]:
    """The current month, the one before, and of a year every month with scores or a bulletin; latest first."""
    by_month: dict[str, list[Bulletin]] = {}
    for bulletin in bulletins:
        by_month.setdefault(bulletin.month, []).append(bulletin)
    scored = {str(Week.parse(week).month) for week in scored_weeks}
    current = Month.of(today)
    year = {str(current.shifted(-n)) for n in range(MONTHS_SHOWN)}
    shown = {str(current), str(current.shifted(-1))} | (scored & year) | set(by_month)
    return [
        _month_line(Month.parse(text), by_month.get(text, ()), has_scores=text in scored)
        for text in sorted(shown, reverse=True)
    ]


def _month_line(month: Month, bulletins: Iterable[Bulletin], *, has_scores: bool) -> MonthLine:
    by_status = {bulletin.status: bulletin for bulletin in bulletins}
    return MonthLine(
        month=month,
        weeks=weeks_span([str(week) for week in month.weeks]),
        has_scores=has_scores,
        draft=by_status.get(Bulletin.Status.DRAFT),
        published=by_status.get(Bulletin.Status.PUBLISHED),
        superseded=tuple(each for each in bulletins if each.status == Bulletin.Status.SUPERSEDED),
    )


@dataclass(frozen=True)
class PaperPage:
    """A bulletin's paper as the page shows it."""

    paper: BulletinPaper

    @property
    def blocks(self) -> list[Block]:
        return body(self.paper)

    @property
    def heads(self) -> list[str]:
        return ranking_heads(self.paper)

    @property
    def table(self) -> list[list[str]]:
        return [ranking_cells(self.paper, person) for person in self.paper.people]

    @property
    def note(self) -> str:
        return unranked_note(self.paper)

    @property
    def issued_on(self) -> str:
        return chinese_date(self.paper.issued_on)

    @property
    def mark_size(self) -> int:
        """The class of the letterhead's type that lets the name fill the 28 characters of a line."""
        length = len(self.paper.agency.name) + 2
        return next((size for most, size in MARK_SIZES if length <= most), SMALLEST_MARK)


def weeks_span(weeks: list[str]) -> str:
    """第40周至第44周(9.28–11.1)."""
    if not weeks:
        return "无"
    first, last = Week.parse(weeks[0]), Week.parse(weeks[-1])
    dates = f"({first.monday.month}.{first.monday.day}–{last.sunday.month}.{last.sunday.day})"
    return f"第{first.number}周至第{last.number}周{dates}" if first != last else first.label
