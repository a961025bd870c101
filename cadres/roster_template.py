"""The roster template of a unit, with the names that stand in its registers today."""

from datetime import date

from cadres import roster_store
from cadres.roster.template import roster_template
from townships.models import AdministrativeUnit


def template_for(unit: AdministrativeUnit, day: date) -> bytes:
    """Drop-down lists of the villages of the unit's subtree on `day` and of the institutions known there.

    Villages of one name are listed with their township. The caller has checked the reach.
    """
    institutions = roster_store.institutions_for(unit).order_by("name").values_list("name", flat=True).distinct()
    villages = roster_store.village_index(unit).names_on(day)
    return roster_template(unit_name=unit.name, villages=villages, institutions=list(institutions))
