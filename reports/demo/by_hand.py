"""PURE: what is not left to chance: requests that wait today, an overdue return, a long leave."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from reports.demo.facts import LeaveFact
from reports.demo.habits import MATERNITY
from reports.demo.span import Span

Required = Callable[[date], bool]
MATERNITY_DAYS = 158


def leaves(span: Span, required: Required) -> Iterator[LeaveFact]:
    """Of the reference town only; the numbers are those of its people."""
    ahead = _days(span.today + timedelta(days=1), 1, required)
    past = _days(span.today - timedelta(days=3), -1, required)
    one, two, three = next(ahead), next(ahead), next(ahead)
    yield _leave(2, "personal", one, one, "女儿家长会", "县城", state="pending")
    yield _leave(5, "sick", two, two + timedelta(days=1), "到市医院复查腰椎", "样例市", state="pending")
    yield _leave(14, "home_visit", three, three + timedelta(days=4), "探望父母", "邻县", state="pending")
    ended = next(past)
    yield _leave(20, "personal", ended - timedelta(days=1), ended, "办理房产手续", "县城")
    yield _leave(
        33, "sick", span.today - timedelta(days=1), span.today + timedelta(days=1), "急性肠胃炎住院", "县人民医院"
    )
    first = span.published[1].weeks[0].monday
    yield _leave(MATERNITY, "maternity", first, first + timedelta(days=MATERNITY_DAYS - 1), "产假", "样例县")
    third = span.weeks[-4].monday
    yield _leave(
        11,
        "personal",
        third,
        third + timedelta(days=3),
        "外出旅游",
        "外省",
        state="rejected",
        note="换届期间人手不足，改到下月。",
    )
    yield _leave(7, "personal", third, third, "家中有事", "县城", state="cancelled", note="事情已改期。")


def _days(start: date, step: int, required: Required) -> Iterator[date]:
    """Required days from `start` on, or back."""
    day = start
    while True:
        if required(day):
            yield day
        day += timedelta(days=step)


def _leave(
    person: int, kind: str, first: date, last: date, reason: str, place: str, *, state: str = "approved", note: str = ""
) -> LeaveFact:
    return LeaveFact(person, kind, first, "am", last, "pm", reason, place, state=state, note=note)
