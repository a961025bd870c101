"""PURE: what the township looked into: unannounced checks, reminder talks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random

from attendance import spot_check
from reports.demo.facts import ABSENT, LEAVE, TRIP, Finding, Mark, Round, TalkFact
from reports.demo.habits import CAUGHT, COMMUTERS, LAX
from reports.demo.people import Person
from reports.demo.span import Span
from reports.demo.town import REFERENCE
from reports.demo.weeks import PersonWeek

ONSITE_VILLAGES, PHONE_VILLAGES = 3, 2
FOUND = {LEAVE: "leave", TRIP: "official_trip", ABSENT: "absent"}
TALK_REASONS = ("多日未在村住宿", "周汇报会无故缺席", "考勤表漏签、打卡不及时", "抽查时不在岗")
CAUGHT_MINUTE = 10 * 60 + 20


def caught_on(days: Sequence[date]) -> date:
    """The day of a week on which somebody was found away although the sheet said present."""
    return days[min(1, len(days) - 1)]


def caught_in(weeks_before: int, people: Sequence[Person]) -> list[Person]:
    numbers = {number for back, number in CAUGHT if back == weeks_before}
    return [person for person in people if person.number in numbers]


def rounds(
    weeks: Mapping[int, PersonWeek],
    signed: Mapping[tuple[int, date], Mark],
    day: date,
    last: dict[str, date],
    rng: Random,
) -> list[Round]:
    """A week's draw: villages that waited longest come first, some visited and some telephoned.

    `last` is when each village was last checked; it is brought up to date.
    """
    made = []
    for method, count, minute in (("onsite", ONSITE_VILLAGES, 9 * 60 + 30), ("phone", PHONE_VILLAGES, 15 * 60)):
        state = _state(weeks, day, count, last)
        drawn = spot_check.draw(f"{rng.getrandbits(128):032x}", state)
        codes = tuple(village.code for village in drawn.villages)
        findings = tuple(
            Finding(number, minute + 3 * index, _found(week, signed, day, minute))
            for index, (number, week) in enumerate(sorted(weeks.items()))
            if week.person.village.code in codes
        )
        made.append(Round(day, method, drawn.seed, drawn.commitment, codes, findings))
    for one in made:
        last.update(dict.fromkeys(one.villages, day))
    return made


def caught(person: Person, day: date) -> Round:
    """A visit because of a hint, without a draw: the sheet is signed and nobody is there."""
    finding = Finding(person.number, CAUGHT_MINUTE, "absent", "考勤表已签到，现场无人，电话称在县城。")
    return Round(day, "onsite", "", "", (person.village.code,), (finding,))


def _state(weeks: Mapping[int, PersonWeek], day: date, count: int, last: Mapping[str, date]) -> spot_check.State:
    people: dict[str, list[Person]] = {}
    for week in weeks.values():
        people.setdefault(week.person.village.code, []).append(week.person)
    villages = tuple(
        spot_check.Village(
            code,
            posted[0].village.name,
            tuple(spot_check.Person(one.id_number, one.name) for one in posted),
            last.get(code),
        )
        for code, posted in sorted(people.items())
    )
    return spot_check.State(day, count, villages)


def _found(week: PersonWeek, signed: Mapping[tuple[int, date], Mark], day: date, minute: int) -> str:
    half = "am" if minute < 12 * 60 else "pm"
    mark = signed.get((week.person.number, day))
    if mark and getattr(mark, half) == ABSENT:
        return "absent"
    return FOUND.get(week.sign(day, half), "present")


def talks(
    people: Sequence[Person], span: Span, required: Callable[[date], bool], found: Sequence[Round]
) -> list[TalkFact]:
    """The year's reminder talks: first with those caught, then with those who keep the rules worst."""
    wanted = REFERENCE["reminder_talks_this_year"]
    first = max(span.arrival, date(span.today.year, 1, 1))
    every = [date.fromordinal(n) for n in range(first.toordinal(), span.today.toordinal() + 1)]
    days = [day for day in every if required(day)] or every
    lax = [person.number for person in people if person.number in LAX | COMMUTERS]
    made = []
    for finding, visit in [(finding, one) for one in found for finding in one.findings if finding.note]:
        later = [day for day in days if day > visit.day]
        if later and visit.day >= first and (span.today - visit.day).days > 14:
            made.append(TalkFact(finding.person, later[0], "考勤表签到而实地抽查不在岗", visit.day))
    for number in range(wanted - len(made)):
        day = days[(2 * number + 1) * len(days) // (2 * wanted)]
        made.append(TalkFact(lax[number % len(lax)], day, TALK_REASONS[number % len(TALK_REASONS)]))
    return made
