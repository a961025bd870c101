"""What an upload's unknown names may mean: near misses among the names of the unit it is brought into."""

from collections.abc import Mapping, Sequence

from cadres import roster_store
from cadres.roster.suggest import HELPED, NearMiss, near_misses
from townships.models import AdministrativeUnit


def suggestions_for(*, unit: AdministrativeUnit, stumbles: Sequence[Mapping[str, object]]) -> list[NearMiss]:
    """Near misses of a run's stumbles (ImportRun.stumbles), at most five names each.

    Villages are those of the unit's subtree, institutions those its importer may choose from. Two queries, none where
    every name is known.
    """
    if not any(stumble["code"] in HELPED for stumble in stumbles):
        return []
    institutions = roster_store.institutions_for(unit).order_by("name").values_list("name", flat=True).distinct()
    names = {
        "village": roster_store.village_index(unit).spellings(),
        "dispatching_institution": ((name, name) for name in institutions),
    }
    return near_misses(stumbles, names)
