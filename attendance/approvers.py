"""Who holds which role over a village on a day, and so who may decide a leave.

Rule source: house.md decision 3 and handbook, Actors: nobody decides about himself; whoever is away is
stood in for, or the request goes one level up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from attendance.leave import Route, may_decide
from attendance.leave_lists import away_on
from attendance.models import LeaveRequest
from townships import wall
from townships.models import AdministrativeUnit, Appointment, User
from townships.paths import ancestors
from townships.querysets import in_ranges

#: From the village up; a request nobody can decide at its level goes to the next that has somebody.
LADDER = (
    "team_leader",
    "squad_leader",
    "township_secretary",
    "county_organization",
    "city_organization",
    "province_organization",
)
#: The deputy in charge decides in the secretary's place (handbook, Actors).
STANDS_IN = {"township_deputy": "township_secretary"}
#: How somebody holds a role: whether in the place of whoever is the secretary, and as whose delegate (nobody's: 0).
#: A deputy's delegate is both: he may do nothing that the deputy may not.
Place = tuple[bool, int]
OWN, DEPUTY = (False, 0), (True, 0)
Parties = Collection[int | None]


def parties_of(leave: LeaveRequest) -> frozenset[int | None]:
    """Who asks: the applicant, and who filed the request for him (the same person cannot ask and approve)."""
    return frozenset({leave.posting.cadre.user_id, leave.applied_by_id})


def _away(users: set[int], day: date) -> frozenset[int]:
    """Who of these is on leave himself."""
    if not users:
        return frozenset()
    leaves = away_on(LeaveRequest.objects.filter(posting__cadre__user__in=users), day)
    with wall.beyond("whether an approver is away is asked wherever he is posted"):
        return frozenset(leaves.order_by().values_list("posting__cadre__user_id", flat=True))


class Holders:
    """The holders of every role over some villages on a day, and who of them is away: two queries for any number.

    A delegate holds his principal's role, in his place: what is the principal's own matter is not his to decide.
    """

    def __init__(self, villages: Iterable[AdministrativeUnit], day: date) -> None:
        paths = {path for village in villages for path in ancestors(village.path)}
        rows = Appointment.objects.in_force(day).filter(
            unit__path__in=paths, institution__isnull=True, user__is_active=True
        )
        rows = rows.still_with("approve_leave")
        self._at: dict[tuple[str, str], dict[int, set[Place]]] = defaultdict(lambda: defaultdict(set))
        columns = ("unit__path", "acts_as", "user_id", "delegated_from__user_id")
        with wall.beyond("a delegate's own office may be a village beside that of whoever asks"):
            held = list(rows.order_by().values_list(*columns))
        for path, role, user, principal in held:
            self._at[path, STANDS_IN.get(role, role)][user].add((role in STANDS_IN, principal or 0))
        self._away = _away({user for places in self._at.values() for user in places}, day)

    def _places(self, role: str, path: str) -> dict[int, set[Place]]:
        """Who holds a role at a village or above it, and in whose place."""
        role = STANDS_IN.get(role, role)
        found: dict[int, set[Place]] = defaultdict(set)
        for each in ancestors(path):
            for user, places in self._at.get((each, role), {}).items():
                found[user] |= places
        return found

    def of(self, role: str, path: str) -> frozenset[int]:
        """Users holding a role at a village or above it, in whosever place."""
        return frozenset(self._places(role, path))

    def deciders(self, role: str, path: str, parties: Parties) -> frozenset[int]:
        """Of the holders those who may decide what `parties` ask: not they, nor whoever acts in their place alone."""
        held = self._places(role, path)
        principals = {user for user, places in held.items() if OWN in places}
        #: A deputy acts in the place of any secretary there is; of none, in his own right.
        deputised = bool(principals - set(parties)) or not principals

        def is_sound(place: Place) -> bool:
            is_deputy, principal = place
            return principal not in parties and (deputised or not is_deputy)

        return frozenset(user for user, places in held.items() if user not in parties and any(map(is_sound, places)))

    def stood_in_for(self, user: int, role: str, path: str, parties: Parties = ()) -> int | None:
        """In whose place a delegate or deputy decides; None for a holder of his own right."""
        held = self._places(role, path)
        places = held.get(user, set())
        if OWN in places:
            return None
        lent = sorted({principal for _, principal in places} - {0} - set(parties))
        principals = [one for one, each in held.items() if OWN in each and one not in parties]
        if not lent and DEPUTY in places and len(principals) == 1:
            return principals[0]
        return lent[0] if lent else None

    def roles_of(self, user: int | None, path: str) -> frozenset[str]:
        """Roles a user holds over a village himself; those he was lent for a time are not his."""
        above = set(ancestors(path))
        return frozenset(
            role
            for (each, role), users in self._at.items()
            if each in above and users.keys() & {user} and {OWN, DEPUTY} & users[user]
        )

    def above(self, role: str, path: str, parties: Parties) -> tuple[str, frozenset[int]]:
        """The next role up the ladder that somebody else holds who is not away, or else somebody at all; ("", nobody)."""
        role = STANDS_IN.get(role, role)
        start = LADDER.index(role) + 1 if role in LADDER else len(LADDER)
        able = [(higher, self.deciders(higher, path, parties)) for higher in LADDER[start:]]
        held = [(higher, others) for higher, others in able if others]
        return next(
            ((higher, others) for higher, others in held if others - self._away), (held or [("", frozenset())])[0]
        )

    def awaited(self, route: Route, path: str, parties: Parties, *, after: str = "") -> str:
        """The role whose turn it is: the first reviewer there is, else who decides, raised where nobody can.

        `after` is the role that has just agreed. Empty when the deciding role has agreed.
        """
        steps = route.steps[route.steps.index(after) + 1 :] if after in route.steps else route.steps
        if after and (after == route.role or after not in route.steps):
            return ""
        for role in steps[:-1]:
            if self.deciders(role, path, parties):
                return role
        if self.deciders(route.role, path, parties):
            return route.role
        return self.above(route.role, path, parties)[0] or route.role

    def overruling(self, user: int, role: str, path: str, parties: Parties) -> str:
        """As which role a user may take back what `role` decided: that one, or one above it; "" when he may not."""
        role = STANDS_IN.get(role, role)
        rank = LADDER.index(role) if role in LADDER else 0
        roles = (role, *LADDER[rank:])
        return next((one for one in roles if user in self.deciders(one, path, parties)), "")

    def deciding(self, user: int, leave: LeaveRequest) -> str:
        """As which role a user may decide now; "" when it is not his turn.

        He holds the awaited role, or nobody else who does is there today and he is next up.
        """
        path, role, parties = leave.posting.village.path, leave.awaiting_role, parties_of(leave)
        holders = self.deciders(role, path, parties)
        higher_role, higher = self.above(role, path, parties)
        if not may_decide(actor=user, parties=parties, holders=holders, higher=higher, away=self._away):
            return ""
        return role if user in holders else higher_role


def waiting_for(user: User, day: date) -> list[LeaveRequest]:
    """Pending requests within reach whose turn it is for this user to decide, oldest first.

    Only requests that wait for a role of his are read, for one below whose holder is away today, or at a village that is
    no more, whose roles went elsewhere; those left behind by a vacancy show in the list of the unit.
    """
    turn = Q(awaiting_role__in={STANDS_IN.get(role, role) for role in user.roles_today()})
    turn |= Q(posting__village__ends__lte=day) & in_ranges("posting__village__path", user.paths("approve_leave"))
    for role, path in _left_alone(user, day):
        turn |= Q(awaiting_role=role) & in_ranges("posting__village__path", [path])
    pending = LeaveRequest.objects.reachable_by(user, "view_attendance").filter(turn, state=LeaveRequest.State.PENDING)
    leaves = list(pending.select_related("posting__cadre", "posting__village").order_by("applied_at", "pk"))
    holders = Holders({leave.posting.village for leave in leaves}, day)
    return [leave for leave in leaves if holders.deciding(user.pk, leave)]


def _left_alone(user: User, day: date) -> list[tuple[str, str]]:
    """Roles below this user whose holder is on leave today, and where. One query; none for who decides no leave."""
    paths = user.paths("approve_leave")
    if not paths:
        return []
    away = away_on(LeaveRequest.objects.reachable_by(user, "view_attendance"), day)
    rows = Appointment.objects.in_force(day).filter(
        in_ranges("unit__path", paths),
        user__in=away.order_by().values("posting__cadre__user"),
        acts_as__in=[*LADDER, *STANDS_IN],
    )
    found = rows.order_by().values_list("acts_as", "unit__path").distinct()
    return [(STANDS_IN.get(role, role), path) for role, path in found]
