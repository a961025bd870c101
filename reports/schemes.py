"""Which scoring scheme applies at a unit on a day; a week goes by the scheme in force on its Monday."""

from datetime import date

from django.db import transaction

from attendance.policies import InForce, PolicyBook, reference_policy
from reports.models import ScoringScheme
from reports.scheme_document import Scheme, parse_scheme
from townships import wall
from townships.models import AdministrativeUnit


def scheme_book(path: str) -> PolicyBook[Scheme]:
    """The schemes of every unit in the subtree of ``path``."""
    return PolicyBook(ScoringScheme, parse_scheme, reference_policy()["scoring"], path)


def scheme_at(unit: AdministrativeUnit, day: date) -> InForce[Scheme]:
    """The scheme of a unit on a day, and its row (None: the packaged reference scheme)."""
    return scheme_book(unit.path).at(unit.path, day)


def reference_scheme_row() -> ScoringScheme:
    """The row that stands for the packaged scheme, so that scores can name what made them; made at first need."""
    document = reference_policy()["scoring"]
    with transaction.atomic(), wall.beyond("the packaged scheme is the nation's"):
        row, _ = ScoringScheme.objects.get_or_create(
            unit=None,
            effective_from=date(2000, 1, 1),
            revision=1,
            defaults={"document": document, "name": document["name"], "version": document["version"]},
        )
    return row
