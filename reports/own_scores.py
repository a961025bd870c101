"""One's own data: scores with every deduction, what changed them, and one's own line of published bulletins."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F

from reports.dossier import score_lines
from reports.models import Bulletin, ManualItem, ScoreChange, WeeklyScore
from reports.own_data import WHY, Owner, Part, part
from townships import wall
from townships.paths import ancestors
from townships.periods import Month


def score_rows(owner: Owner) -> list[WeeklyScore]:
    rows = WeeklyScore.objects.reachable_by(owner.user, "view_scores").filter(cadre=owner.cadre)
    return list(rows.select_related("village", "scheme").order_by("-week", "-pk"))


def scores(rows: list[WeeklyScore]) -> tuple[Part, Part]:
    """The weeks, and their deductions."""
    lines = score_lines(rows)
    weeks = part(
        "scores",
        "周得分",
        [("week", "周"), ("label", "日期"), ("village", "村"), ("total", "得分"), ("dimensions", "各项得分"), ("final", "已满周")],
        (
            (
                line["score"].week, line["week"].label, line["score"].village, line["score"].total,
                "，".join(f"{one['label']} {one['score']}" for one in line["dimensions"]), line["score"].final,
            )
            for line in lines
        ),
    )  # fmt: skip
    cuts = part(
        "deductions",
        "扣分明细",
        [("week", "周"), ("dimension", "项目"), ("rule", "扣分事由"), ("points", "扣分"), ("count", "次数"),
         ("dates", "日期"), ("note", "说明")],
        (
            (
                line["score"].week, cut["dimension"], cut["label"], Decimal(cut["points"]), cut["count"],
                "、".join(cut["dates"]), cut.get("note", ""),
            )
            for line in lines
            for cut in line["deductions"]
        ),
    )  # fmt: skip
    return weeks, cuts


def score_changes(owner: Owner) -> Part:
    rows = ScoreChange.objects.reachable_by(owner.user, "view_scores").filter(score__cadre=owner.cadre)
    columns = [
        ("week", "周"),
        ("at", "时间"),
        ("by", "操作人"),
        ("reason", "原因"),
        ("before", "原得分"),
        ("after", "新得分"),
    ]
    lines = (
        (one.score.week, one.at, one.by, one.reason, one.before.get("total", ""), one.after.get("total", ""))
        for one in rows.select_related("score", "by").order_by("-at", "-pk")
    )
    return part("score_changes", "得分改动", columns, lines)


def manual_items(owner: Owner) -> Part:
    rows = ManualItem.objects.reachable_by(owner.user, "view_scores").filter(posting__cadre=owner.cadre)
    columns = [
        ("day", "日期"), ("points", "扣分"), ("reason", "事由"), ("by", "录入人"), ("at", "录入时间"),
        ("voided", "作废时间"), ("why", "作废原因"),
    ]  # fmt: skip
    lines = (
        (one.day, one.points, one.reason, one.entered_by, one.at, one.voided_at, one.void_reason)
        for one in rows.select_related("entered_by").order_by("-day", "-pk")
    )
    return part("manual_items", "手工扣分", columns, lines)


@wall.beyond(WHY)
def bulletins(owner: Owner) -> Part:
    """His own line of each bulletin that was published, replaced ones too; nobody else's."""
    columns = [
        ("month", "月份"), ("unit", "单位"), ("revision", "版次"), ("state", "状态"), ("place", "名次"),
        ("total", "得分"), ("board", "榜"), ("reason", "未排名的原因"),
    ]  # fmt: skip
    return part("bulletins", "通报中的本人", columns, _bulletin_lines(owner))


def _bulletin_lines(owner: Owner) -> Iterator[tuple]:
    if not owner.postings:
        return
    paths = {path for one in owner.postings for path in ancestors(one.village.path)}
    first = str(Month.of(min(one.begins for one in owner.postings)).shifted(-1))
    rows = Bulletin.objects.filter(unit__path__in=paths, month__gte=first).exclude(status=Bulletin.Status.DRAFT)
    # One at a time: a county's content is large, and all but a line of it is let go at once.
    told = rows.order_by("-month", "unit__path", "-revision").annotate(unit_name=F("unit__name"))
    for row in told.iterator(chunk_size=20):
        line = next((one for one in row.content["people"] if one["cadre"] == owner.cadre.pk), None)
        if line is not None:
            yield (
                row.month, row.unit_name, row.revision, row.get_status_display(), line.get("place"),
                Decimal(line["total"]), _board(row.content, owner.cadre.pk), line.get("reason", ""),
            )  # fmt: skip


def _board(content: dict, key: int) -> str:
    return next((words for name, words in (("red", "红榜"), ("black", "黑榜")) if key in content[name]), "")
