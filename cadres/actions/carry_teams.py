"""Work teams go on at the unit that follows theirs."""

from collections.abc import Sequence

from cadres.models import WorkTeam
from townships.carrying import Carrying, copy_of


def carry_teams(*, teams: Sequence[WorkTeam], left: bool, carrying: Carrying) -> None:
    """End the teams of units that end; begin each at the successor unless it has one already, or they are `left`."""
    heirs = {unit.pk for unit in carrying.heirs.values()}
    taken = set(WorkTeam.objects.filter(village__in=heirs, ends__isnull=True).values_list("village_id", flat=True))
    following = []
    for team in teams:
        heir = None if left else carrying.heir(team.village_id)
        if heir is None or (team.ends is None and heir.pk in taken):
            continue
        if team.ends is None:
            taken.add(heir.pk)
        following.append(copy_of(team, village=heir, begins=carrying.day))
    carrying.change((team, {"ends": carrying.day}) for team in teams)
    carrying.make(WorkTeam, following)
    carrying.counts["teams"] = len(following)
    carrying.counts["teams_ended"] = len(teams) - len(following)
