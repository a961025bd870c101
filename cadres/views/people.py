"""The people of a unit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from cadres import directory
from cadres.actions.export_roster import roster_file
from cadres.directory import FACTS, PINYIN_LEVELS, WHEN, Search
from townships.access import can
from townships.periods import chinese_date, today
from townships.templatetags.office import moment
from townships.views.scope import unit_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _fact_chips(postings, search: Search) -> list[dict]:
    """The dispatch levels as chips with their counts, then the other facts chosen, each removable."""
    chosen = dict(search.facts)
    counts = directory.fact_counts(postings, "dispatch_level")
    chips = [
        {
            "text": f"{value} {count}",
            "on": chosen.get("level") == value,
            "removable": True,
            "url": search.with_fact("level", "" if chosen.get("level") == value else value).address(),
        }
        for value, count in counts
    ]
    others = [(name, value) for name, value in search.facts if name != "level"]
    return chips + [
        {
            "text": f"{FACTS[name][1]}：{value}",
            "on": True,
            "removable": True,
            "url": search.with_fact(name, "").address(),
        }
        for name, value in others
    ]


@unit_view("view_members")
def people(request, unit):
    search = Search.read(request.GET)
    by_pinyin = unit.level in PINYIN_LEVELS
    reachable = directory.people_of(request.user, unit)
    day = today()
    postings = directory.found(reachable, search, day=day, by_pinyin=by_pinyin)
    page = directory.one_page(postings, search, request.GET.get("after", ""))
    count = postings.count()
    head = search.address()
    may_import = can(request.user, "manage_roster", unit)
    return render(
        request,
        "cadres/people.html",
        {
            "unit": unit,
            "import_url": reverse("reports:imports", args=[unit.division_code]) if may_import else "",
            "corrections_url": reverse("cadres:corrections", args=[unit.division_code]),
            "search": search,
            "page": page,
            "count": count,
            "by_pinyin": by_pinyin,
            "day": day,
            "chips": _fact_chips(
                directory.found(reachable, search.with_fact("level", ""), day=day, by_pinyin=by_pinyin), search
            ),
            "times": [{"value": value, "text": text, "on": value == search.when} for value, text in WHEN.items()],
            "orders": [
                ("village", "按村"),
                *([("name", "按姓名")] if by_pinyin else []),
                ("since", "到村早的在前"),
                ("-since", "到村晚的在前"),
            ],
            "next_url": f"{head}&after={page.next}" if page.next else "",
            "first_url": head if request.GET.get("after") else "",
            "summary": f"共 {count} 人" + (f"，每页 {directory.PAGE_SIZE} 人" if count > directory.PAGE_SIZE else ""),
            "clear_url": "?",
        },
    )


@unit_view("view_members")
def export(request, unit):
    """The unit's roster of today as a workbook; who took it and when stands in it and in the trail."""
    title = f"{unit.name}驻村工作队员花名册({chinese_date(today())}在驻)"
    footer = f"{request.user} {moment(timezone.now())}导出"
    content = roster_file(unit=unit, day=today(), title=title, footer=footer, actor=request.user)
    disposition = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})
