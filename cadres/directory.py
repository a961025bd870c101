"""Finding people of a unit: by name, pinyin or village, narrowed by a few facts, in a chosen order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.utils.http import urlencode

from cadres.models import Posting
from cadres.models.posting import PostingQuerySet
from cadres.pinyin import matches, sort_key
from townships.cursor import Page, page_of
from townships.models import UnitName
from townships.querysets import in_any, ways_to_text

PAGE_SIZE = 50
#: Names are compared by pinyin in memory, so only where one county's people are the most there can be.
PINYIN_LEVELS = ("county", "township", "village")
ORDERS = {"village": ("village__path", "pk"), "since": ("begins", "pk"), "-since": ("-begins", "-pk")}
WHEN = {"now": "在派", "past": "已离村", "all": "全部"}
#: Facts to narrow by: parameter → (column, heading)
FACTS = {
    "level": ("dispatch_level", "选派层级"),
    "role": ("team_role", "队内职务"),
    "lodging": ("lodging", "住村地点"),
}


@dataclass(frozen=True)
class Search:
    """What the reader asked for; `facts` are (parameter, value) pairs."""

    text: str = ""
    when: str = "now"
    order: str = "village"
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Search":
        when, order = query.get("when", "now"), query.get("order", "village")
        return cls(
            text=query.get("q", "").strip(),
            when=when if when in WHEN else "now",
            order=order if order in {*ORDERS, "name"} else "village",
            facts=tuple((name, query[name]) for name in FACTS if query.get(name)),
        )

    def address(self, **changes) -> str:
        """The query string of this search with changes."""
        asked = replace(self, **changes)
        words = {"q": asked.text, "when": asked.when, "order": asked.order, **dict(asked.facts)}
        plain = {"when": "now", "order": "village"}
        return "?" + urlencode({name: value for name, value in words.items() if value and value != plain.get(name)})

    def with_fact(self, name: str, value: str) -> "Search":
        return replace(self, facts=tuple(f for f in self.facts if f[0] != name) + (((name, value),) if value else ()))

    @property
    def narrowed(self) -> bool:
        return bool(self.text or self.facts or self.when != "now")


def _at_time(postings: PostingQuerySet, when: str, day) -> PostingQuerySet:
    if when == "now":
        return postings.active_on(day)
    return postings.filter(ends__lte=day) if when == "past" else postings


def _with_text(postings: PostingQuerySet, text: str, *, by_pinyin: bool) -> PostingQuerySet:
    former = UnitName.objects.filter(name__icontains=text).values("unit")
    ways = [*ways_to_text(("cadre__name", "village__name"), text), Q(village__in=former)]
    if by_pinyin:
        ways.append(Q(pk__in={pk for pk, name in postings.values_list("pk", "cadre__name") if matches(name, text)}))
    return in_any(postings, ways)


def found(postings: PostingQuerySet, search: Search, *, day, by_pinyin: bool) -> PostingQuerySet:
    """The postings a search finds, unordered."""
    postings = _at_time(postings, search.when, day)
    postings = postings.filter(**{FACTS[name][0]: value for name, value in search.facts})
    return _with_text(postings, search.text, by_pinyin=by_pinyin) if search.text else postings


def one_page(postings: PostingQuerySet, search: Search, cursor: str) -> Page:
    """A page of the found postings with all that a line shows."""
    lines = postings.select_related("cadre", "village", "village__parent", "dispatching_institution")
    if search.order in ORDERS:
        return page_of(lines, ORDERS[search.order], cursor, PAGE_SIZE)
    return _page_by_name(postings, lines, cursor)


def _page_by_name(postings: PostingQuerySet, lines: PostingQuerySet, cursor: str) -> Page:
    names = sorted(((sort_key(name), pk) for pk, name in postings.values_list("pk", "cadre__name")))
    order = [pk for _, pk in names]
    start = order.index(int(cursor)) + 1 if cursor.isdigit() and int(cursor) in order else 0
    chosen = order[start : start + PAGE_SIZE]
    by_pk = {line.pk: line for line in lines.filter(pk__in=chosen)}
    rest = start + PAGE_SIZE < len(order)
    return Page([by_pk[pk] for pk in chosen], str(chosen[-1]) if rest else "")


def fact_counts(postings: PostingQuerySet, column: str) -> list[tuple[str, int]]:
    """How many postings have each value of a column, most first."""
    rows = postings.exclude(**{column: ""}).order_by().values_list(column).annotate(n=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def people_of(user, unit) -> PostingQuerySet:
    return Posting.objects.reachable_by(user, "view_members").within(unit)
