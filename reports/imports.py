"""Every kind of table that can be brought in through the import page: one line each.

A kind's function lives in its own app and obeys one signature:

    run(*, unit, content, filename, actor, dry_run, choices, only_good, expected, watch, options) -> ImportReport

`choices` (cadres.roster.choices_made) go to `read_tables`. `only_good` writes the rows without problems and leaves the
others. `expected` is the `fingerprint` of the report that was shown ("" without a preview): judged again under lock, a
report that differs raises `cadres.imports.PreviewOutdated` and nothing is written. `watch(done, total)` is told how far
it is. `options` are the answers to the kind's `asks`. The report's `outcomes` (cadres.roster.report.RowOutcome, in the
order of the file) fill the preview; each outcome's `receipts` (townships.receipts) say what the row wrote and make the
import one that can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cadres.actions.import_roster import import_roster
from cadres.roster.columns import ROSTER, ColumnTable
from cadres.roster.report import ImportReport
from townships.access import can
from townships.models import AdministrativeUnit, User

ASKS: dict[str, tuple[str, str]] = {"week": ("哪一周的考勤表", "week"), "month": ("哪一个月的表", "month")}
"""What a kind may ask besides the file: label and type of the input; the answer arrives as text in `options`."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of table. `noun` counts its rows (写入 23 人). `asks`: what the page asks besides the file (week, month).

    `opens` is the route of the list where the result is seen; it takes the unit's code.
    """

    key: str
    label: str
    capability: str
    columns: ColumnTable
    run: Callable[..., ImportReport]
    noun: str = "行"
    asks: tuple[str, ...] = ()
    opens: str = ""
    note: str = ""


def _roster(*, options: Mapping[str, str], **order) -> ImportReport:
    return import_roster(**order)  # it asks nothing besides the file


KINDS: tuple[ImportKind, ...] = (
    ImportKind("roster", "花名册", "manage_roster", ROSTER, _roster, noun="人", opens="cadres:people"),
)
BY_KEY = {kind.key: kind for kind in KINDS}


def kinds_for(user: User, unit: AdministrativeUnit) -> list[ImportKind]:
    """The kinds of table that a user may bring in at a unit."""
    return [kind for kind in KINDS if can(user, kind.capability, unit)]
