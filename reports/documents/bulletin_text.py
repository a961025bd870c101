"""The words of the monthly bulletin, drawn from its figures. Pure.

Order of the sections: handbook, Forms, 月通报. The same blocks go to Word and to the page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from reports.documents.paper import BulletinPaper, PaperChange, PaperDeduction, PaperList, PaperRow
from reports.documents.requirements import requirements
from townships.periods import chinese_date

DIGITS = "一二三四五六七八九"


@dataclass(frozen=True)
class Heading:
    """A heading of the first level: 一、总体情况."""

    text: str
    is_heading: ClassVar[bool] = True


@dataclass(frozen=True)
class Paragraph:
    """Body text; `lead` is its heading of the second level, run in."""

    text: str
    lead: str = ""
    is_heading: ClassVar[bool] = False


Block = Heading | Paragraph


@dataclass(frozen=True)
class Problem:
    """One rule's deductions over all people."""

    label: str
    dimension: str
    trigger: str
    count: int
    points: Decimal
    people: int


def body(paper: BulletinPaper) -> list[Block]:
    """The text between the addressee and the attachment note."""
    blocks: list[Block] = [Paragraph(_opening(paper))]
    sections = [
        ("总体情况", _overview(paper)),
        ("红榜", _red(paper.red)),
        ("黑榜", _black(paper)),
        ("存在问题", _problems(paper)),
        ("工作要求", _numbered(requirements([problem.trigger for problem in problems(paper)], paper))),
    ]
    if paper.revision:
        sections.insert(0, ("更正内容", [Paragraph(text) for text in _corrections(paper.revision.changes)]))
    for number, (title, paragraphs) in enumerate(sections, 1):
        blocks.append(Heading(f"{numeral(number)}、{title}"))
        blocks.extend(paragraphs)
    blocks.append(Paragraph("特此通报。"))
    return blocks


def problems(paper: BulletinPaper) -> list[Problem]:
    """Deductions of everyone on the paper by rule, most frequent first."""
    by_rule: dict[tuple[str, str, str], list[PaperDeduction]] = defaultdict(list)
    for row in paper.people:
        for deduction in row.deductions:
            by_rule[deduction.dimension, deduction.label, deduction.trigger].append(deduction)
    found = [
        Problem(
            label=label,
            dimension=dimension,
            trigger=trigger,
            count=sum(deduction.count for deduction in deductions),
            points=sum((deduction.points for deduction in deductions), Decimal(0)),
            people=len(deductions),
        )
        for (dimension, label, trigger), deductions in by_rule.items()
    ]
    return sorted(found, key=lambda problem: (-problem.count, -problem.points, problem.label))


def numeral(number: int) -> str:
    """1 to 99 as headings count them: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    return (DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones - 1] if ones else "")


def points_text(points: Decimal) -> str:
    """Points as the office writes them: 499.50 is 499.5, 500.00 is 500."""
    return format(points.normalize(), "f") if points else "0"


def place_text(row: PaperRow) -> str:
    """第3名, or 并列第3名."""
    return f"{'并列' if row.shared else ''}第{row.place}名"


def deductions_text(deductions: Iterable[PaperDeduction]) -> str:
    """缺勤半天9次，扣22.5分；未打卡4次，扣2分."""
    heaviest_first = sorted(deductions, key=lambda deduction: (-deduction.points, deduction.label))
    return "；".join(
        f"“{deduction.label}”{deduction.count}次，扣{points_text(deduction.points)}分" for deduction in heaviest_first
    )


def ranking_heads(paper: BulletinPaper) -> list[str]:
    """The head of the ranking table."""
    return ["名次", "姓名", "村（社区）", *(week.label for week in paper.weeks), "合计"]


def ranking_cells(paper: BulletinPaper, person: PaperRow) -> list[str]:
    """One person's line of the ranking table; weeks without a score, and places not given, are a dash."""
    weeks = [points_text(person.totals[week.week]) if week.week in person.totals else "—" for week in paper.weeks]
    if person.place is None:
        return ["—", person.name, person.village, *weeks, "—"]
    return [str(person.place), person.name, person.village, *weeks, points_text(person.total)]


def unranked_note(paper: BulletinPaper) -> str:
    """The note below the ranking table; empty when everyone has a place."""
    if not paper.unranked:
        return ""
    clauses = "；".join(f"{row.name}（{row.village}）{row.reason}" for row in paper.unranked)
    return f"注：以下人员不参加本月排名：{clauses}。"


def _opening(paper: BulletinPaper) -> str:
    scheme = f"根据《{paper.scheme}》，" if paper.scheme else ""
    if paper.revision:
        former = f"{chinese_date(paper.revision.former_date)}印发的{paper.month}月份驻村工作队员考评情况通报"
        reason = paper.revision.reason.strip().rstrip("。；，,.;")
        return (
            f"现对{former}（{paper.revision.former_number}）予以更正，原通报同时废止。"
            f"更正原因：{reason}。{scheme}更正后的考评情况通报如下。"
        )
    span = f"（{_span(paper)}）" if paper.weeks else ""
    return f"{scheme}现将{paper.year}年{paper.month}月份{span}驻村工作队员考评情况通报如下。"


def _span(paper: BulletinPaper) -> str:
    first, last = paper.weeks[0], paper.weeks[-1]
    dates = f"{first.first.month}月{first.first.day}日至{last.last.month}月{last.last.day}日"
    if first == last:
        return f"{first.label}，{dates}"
    return f"{first.label}至{last.label}，{dates}"


def _overview(paper: BulletinPaper) -> list[Paragraph]:
    people = paper.people
    if not people:
        return [Paragraph("本月没有参加考评的驻村工作队员。")]
    villages = len({row.village for row in people})
    text = f"本月共考评驻村工作队员{len(people)}人，分布在{villages}个村（社区）。"
    if not paper.ranking:
        return [Paragraph(text + "没有符合排名条件的人员，本月不作排名。")]
    text += f"参加排名{len(paper.ranking)}人"
    if paper.unranked:
        text += f"；另有{len(paper.unranked)}人因派驻时间不满考评周期或请假等原因，不参加排名"
    totals = [row.total for row in paper.ranking]
    average = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"))
    full = f"满分{points_text(paper.full_marks)}分，" if paper.full_marks is not None else ""
    text += f"。{full}平均得分{points_text(average)}分，最高{points_text(totals[0])}分，最低{points_text(totals[-1])}分"
    return [Paragraph(text + _unblemished(paper)), *_by_week(paper), Paragraph(_deductions_overall(paper))]


def _unblemished(paper: BulletinPaper) -> str:
    clean = sum(1 for row in paper.ranking if not row.deducted)
    if not clean:
        return "；没有全月未扣分的队员。"
    share = (Decimal(100 * clean) / len(paper.ranking)).quantize(Decimal("0.1"))
    return f"；全月未扣分的有{clean}人，占参加排名人数的{points_text(share)}%。"


def _by_week(paper: BulletinPaper) -> Iterator[Paragraph]:
    averages = []
    for week in paper.weeks:
        totals = [row.totals[week.week] for row in paper.ranking if week.week in row.totals]
        if totals:
            average = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"))
            averages.append(f"{week.label}{points_text(average)}分")
    if len(averages) > 1:
        yield Paragraph(f"各周平均得分为：{'，'.join(averages)}。")


def _deductions_overall(paper: BulletinPaper) -> str:
    found = problems(paper)
    if not found:
        return "全月没有扣分。"
    points = sum((problem.points for problem in found), Decimal(0))
    people = sum(1 for row in paper.people if row.deducted)
    text = f"全月累计扣分{sum(problem.count for problem in found)}人次、{points_text(points)}分，涉及{people}人。"
    parts, untouched = [], []
    for key, label in paper.dimensions.items():
        lost = sum((problem.points for problem in found if problem.dimension == key), Decimal(0))
        if lost:
            parts.append(f"{label}扣{points_text(lost)}分")
        else:
            untouched.append(label)
    if untouched:
        parts.append(f"{'、'.join(untouched)}未扣分")
    return text + f"按考评项目分，{'，'.join(parts)}。"


def _red(board: PaperList) -> list[Paragraph]:
    if board.undecided:
        return [Paragraph(f"得分居前且并列的人员较多，红榜人选待研究确定：{_names(board.rows)}。")]
    if not board.rows:
        return [Paragraph("本月红榜空缺。")]
    intro = f"考评得分居前的{len(board.rows)}名同志列入红榜，予以通报表扬："
    return [Paragraph(intro), *(Paragraph(f"{n}.{_line(row)}。") for n, row in enumerate(board.rows, 1))]


def _black(paper: BulletinPaper) -> list[Paragraph]:
    board = paper.black
    if board.undecided:
        return [Paragraph(f"得分靠后且并列的人员较多，黑榜人选待研究确定：{_names(board.rows)}。")]
    if not board.rows:
        return [Paragraph("本月没有应当列入黑榜的人员，黑榜空缺。")]
    intro = f"考评得分靠后且有扣分的{len(board.rows)}名同志列入黑榜，予以通报批评："
    lines = (
        Paragraph(f"{n}.{_line(row)}。扣分事由：{deductions_text(row.deductions)}。")
        for n, row in enumerate(board.rows, 1)
    )
    return [Paragraph(intro), *lines]


def _line(row: PaperRow) -> str:
    return f"{row.name}（{row.village}），{points_text(row.total)}分，{place_text(row)}"


def _names(rows: Sequence[PaperRow]) -> str:
    return "、".join(f"{row.name}（{row.village}）" for row in rows)


def _problems(paper: BulletinPaper) -> list[Paragraph]:
    found = problems(paper)
    if not found:
        return [Paragraph("本月考评未发现扣分情形，各驻村工作队要继续保持。")]
    total = sum((problem.points for problem in found), Decimal(0))
    most = found[0]
    share = (100 * most.points / total).quantize(Decimal("0.1"))
    first = Paragraph(
        f"从考评情况看，发生最多的是“{most.label}”，共{most.count}人次，"
        f"扣{points_text(most.points)}分，占全部扣分的{points_text(share)}%。"
    )
    groups = []
    for key, label in paper.dimensions.items():
        mine = [problem for problem in found if problem.dimension == key]
        if mine:
            groups.append((f"{label}方面。", "；".join(_problem(problem) for problem in mine) + "。"))
    return [first, *_numbered(groups)]


def _problem(problem: Problem) -> str:
    return f"“{problem.label}”{problem.count}人次，扣{points_text(problem.points)}分，涉及{problem.people}人"


def _numbered(items: Iterable[tuple[str, str]]) -> list[Paragraph]:
    """Paragraphs with run-in headings （一）, （二）; a single one carries no number."""
    items = list(items)
    if len(items) == 1:
        return [Paragraph(items[0][1], lead=items[0][0])]
    return [Paragraph(text, lead=f"（{numeral(number)}）{lead}") for number, (lead, text) in enumerate(items, 1)]


def _corrections(changes: Sequence[PaperChange]) -> list[str]:
    if not changes:
        return ["更正后，各队员的得分和名次没有变化。"]
    return [f"{n}.{change.name}（{change.village}）：{_correction(change)}。" for n, change in enumerate(changes, 1)]


def _correction(change: PaperChange) -> str:
    parts = []
    before, after = change.total_before, change.total_after
    if before is not None and after is not None and before != after:
        parts.append(f"得分由{points_text(before)}分更正为{points_text(after)}分")
    if change.place_before != change.place_after:
        parts.append(f"名次由{_place(change.place_before)}更正为{_place(change.place_after)}")
    return "，".join(parts)


def _place(place: int | None) -> str:
    return "不参加排名" if place is None else f"第{place}名"
