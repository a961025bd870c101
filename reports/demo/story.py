"""PURE: the whole story of a township over a span: the same for the same day, whoever asks."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from reports.demo import by_hand
from reports.demo.facts import PRESENT, LeaveFact, ManualFact, Mark, MeetingFact, Story, TripFact
from reports.demo.habits import CHANCES, NEWCOMER, RESERVED, SILENT_TODAY, Slips, habit, slips
from reports.demo.oversight import caught, caught_in, caught_on, rounds, talks
from reports.demo.people import Person
from reports.demo.span import Span
from reports.demo.town import DATONG
from reports.demo.weeks import PersonWeek, marks, punches, some_leave
from townships.periods import Week

Required = Callable[[date], bool]
TRIPS = (
    ("参加镇村级集体经济推进会", "镇政府"),
    ("参加县驻村工作队业务培训", "县委党校"),
    ("到县局对接项目资金", "县城"),
)
TASKS = ("监测对象走访记录未按时上交", "产业台账未按时更新", "村级周报未按时报送")
TRIP_CHANCE = 0.12


def tell(people: Sequence[Person], span: Span, required: Required) -> Story:
    """`required` says whether a day is a workday."""
    teller = _Teller(people, span, required)
    for week in (*span.weeks, span.this_week):
        teller.week(week)
    if teller.is_reference:
        teller.story.talks += talks(people, span, required, teller.story.rounds)
    return teller.story


class _Teller:
    """Keeps the story while it is told, week by week; every person and week has a source of chance of its own."""

    def __init__(self, people: Sequence[Person], span: Span, required: Required) -> None:
        self.people = people
        self.span = span
        self.required = required
        self.code = people[0].village.code[:9]
        self.is_reference = DATONG.code.startswith(self.code)
        self.story = Story()
        self.last_checked: dict[str, date] = {}
        if self.is_reference:
            self.story.leaves += by_hand.leaves(span, required)

    def rng(self, *parts: object) -> Random:
        return Random(":".join(str(part) for part in (self.code, *parts)))  # noqa: S311 - a story, not a secret

    def week(self, week: Week) -> None:
        days = [day for day in week.days if self.required(day)]
        if not days or days[0] > self.span.today:
            return
        trips = self._team_trips(week, days)
        caught_people = self._caught(week)
        told, slips_of = {}, {}
        for person in self.people:
            owed = [day for day in days if day >= begins(person, self.span)]
            if owed:
                one = told[person.number] = PersonWeek(person, owed)
                is_caught = person in caught_people
                trip = None if is_caught else trips.get(person.village.code)
                slips_of[person.number] = self._live(one, week, trip, is_caught=is_caught)
        self._checks(week, days, told, caught_people)
        self._meeting(days, told, slips_of)

    def _team_trips(self, week: Week, days: list[date]) -> dict[str, TripFact]:
        """By chance a village's whole team is away for one day."""
        trips = {}
        for code in dict.fromkeys(person.village.code for person in self.people):
            rng = self.rng(week, code)
            if rng.random() < TRIP_CHANCE:
                reason, place = rng.choice(TRIPS)
                trips[code] = TripFact(0, rng.choice(days[1:] or days), reason, place)
        return trips

    def _caught(self, week: Week) -> list[Person]:
        return caught_in((self.span.this_week.monday - week.monday).days // 7, self.people)

    def _live(self, told: PersonWeek, week: Week, trip: TripFact | None, *, is_caught: bool) -> Slips:
        """One person's week: what keeps him away, his line of the sheet, his phone."""
        person, today = told.person, self.span.today
        rng = self.rng(week, person.number)
        month = week.month
        slip = slips(person, rng, first_of_month=week == month.weeks[0], older_month=month == self.span.published[0])
        own = [one for one in self.story.leaves if one.person == person.number and one.state == "approved"]
        told.leaves += own
        leave = some_leave(told, rng, overdue=CHANCES[habit(person)].overdue)
        if leave and not is_caught and self._may_leave(leave, week, own):
            told.leaves.append(leave)
            self.story.leaves.append(leave)
        if trip and trip.day in told.days and trip.day <= today and told.is_free(trip.day):
            told.trips.append(TripFact(person.number, trip.day, trip.reason, trip.destination))
            self.story.trips += told.trips
        lines = marks(told, slip, rng)
        if is_caught:
            day = caught_on(told.days)
            lines = [line for line in lines if line.day != day] + [Mark(person.number, day, PRESENT, PRESENT)]
        self.story.marks += [line for line in lines if line.day < today]
        heard_until = today - timedelta(days=person.number in SILENT_TODAY)
        self.story.punches += [punch for punch in punches(told, slip, rng) if punch.day <= heard_until]
        if slip.task and told.days[0] < today:
            self.story.manual.append(ManualFact(person.number, told.days[0], rng.choice(TASKS)))
        return slip

    def _may_leave(self, leave: LeaveFact, week: Week, own: list[LeaveFact]) -> bool:
        """Not beside another leave of his (they would count together), nor in weeks told by hand, nor ahead of today."""
        near = any(
            one.begins_on <= leave.ends_on + timedelta(days=7) and leave.begins_on <= one.ends_on + timedelta(days=7)
            for one in own
        )
        by_hand_now = leave.person in RESERVED and week >= self.span.last_week
        return not near and not by_hand_now and leave.begins_on <= self.span.today

    def _checks(self, week: Week, days: list[date], told: dict[int, PersonWeek], caught_people: list[Person]) -> None:
        rng = self.rng(week, "checks")
        signed = {(line.person, line.day): line for line in self.story.marks if line.day >= week.monday}
        day = rng.choice(days)
        present = {number: one for number, one in told.items() if day in one.days}
        if day < self.span.today and present:
            self.story.rounds += rounds(present, signed, day, self.last_checked, rng)
        for person in caught_people:
            visit = caught(person, caught_on(told[person.number].days))
            self.story.rounds.append(visit)
            self.last_checked[person.village.code] = max(
                visit.day, self.last_checked.get(person.village.code, visit.day)
            )

    def _meeting(self, days: list[date], told: dict[int, PersonWeek], slips_of: dict[int, Slips]) -> None:
        """The weekly briefing on the last workday."""
        if days[-1] > self.span.today:
            return
        missed = [
            (number, self.rng(days[-1], number).random() < 0.2)
            for number, one in told.items()
            if slips_of[number].meeting and one.sign(days[-1], "pm") == PRESENT
        ]
        self.story.meetings.append(MeetingFact(days[-1], "周汇报会", tuple(missed)))


def begins(person: Person, span: Span) -> date:
    """First day of the posting."""
    return span.late_arrival if person.number == NEWCOMER else span.arrival
