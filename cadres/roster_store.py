"""The database side of a roster import: loads what a batch of rows speaks about, and writes it back, in bulk.

A constant number of queries a batch; every row written gets its history row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import Q

from cadres.models import Cadre, Posting
from cadres.roster.judging import Verdict
from cadres.roster.values import institution_key
from cadres.roster.villages import Village, VillageIndex
from townships import wall
from townships.history import HistoryNote, keep_history
from townships.models import AdministrativeUnit, Institution, User
from townships.querysets import in_ranges
from townships.receipts import Receipt, change_of
from townships.unit_names import former_names, predecessors

BATCH = 2_500
"""Rows whose stored persons are loaded at once, and rows written at once."""


def village_index(unit: AdministrativeUnit) -> VillageIndex:
    """The villages of the unit's subtree with the names of the units above them, and what they were; three queries."""
    nodes = list(
        AdministrativeUnit.objects.filter(Q(path__in=unit.ancestor_paths) | in_ranges("path", [unit.path]))
        .order_by("path")
        .only("pk", "name", "path", "level", "begins", "ends")
    )
    names = {node.path: node.name for node in nodes}
    inside = AdministrativeUnit.objects.within(unit).villages()
    former, was = former_names(inside), predecessors(inside)
    villages = [
        Village(
            node.pk, node.name, _names_above(node, names), node.ends, tuple(former[node.pk]), was[node.pk], node.begins
        )
        for node in nodes
        if node.is_village and node.path.startswith(unit.path)
    ]
    return VillageIndex(villages, unit_name=unit.name)


def _names_above(node: AdministrativeUnit, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names[path] for path in reversed(node.ancestor_paths[:-1]) if path in names)


def institutions_for(unit: AdministrativeUnit) -> models.QuerySet:
    """The institutions of the units above and of the unit's subtree: who may have sent people there."""
    return Institution.objects.filter(Q(unit__path__in=unit.ancestor_paths) | in_ranges("unit__path", [unit.path]))


class InstitutionDesk:
    """Dispatching institutions by normalised name; unknown ones are kept to be created.

    They are created at the county of the unit, or at the unit itself above the county. Known are those of the units
    above and of the unit's subtree; the home's own come first, then the nearest.
    """

    def __init__(self, unit: AdministrativeUnit) -> None:
        self.home = _home(unit)
        self.created: dict[str, Institution] = {}
        known = institutions_for(unit).select_related("unit").order_by("unit__path", "pk")
        home_path = self.home.path
        ranked = sorted(known, key=lambda i: (i.unit.path != home_path, -len(i.unit.path), i.pk))
        self._by_key: dict[str, Institution] = {}
        for institution in ranked:
            self._by_key.setdefault(institution_key(institution.name), institution)

    def find_or_draft(self, name: str) -> tuple[Institution, bool]:
        """(institution, whether this call drafted it)."""
        key = institution_key(name)
        found = self._by_key.get(key)
        if found is not None:
            return found, False
        drafted = Institution(name=name, normalised_name="".join(name.split()), unit=self.home)
        self._by_key[key] = self.created[key] = drafted
        return drafted, True


def _home(unit: AdministrativeUnit) -> AdministrativeUnit:
    county = AdministrativeUnit.objects.filter(path__in=unit.ancestor_paths, level=AdministrativeUnit.Level.COUNTY)
    # Locking the county keeps two clerks of one township from importing over each other.
    return county.select_for_update().first() or AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)


def load_people(numbers: Sequence[str]) -> tuple[dict[str, Cadre], dict[int, list[Posting]]]:
    """(identity number → person, person's key → all his postings); two queries."""
    # Locked, in one order: two counties must not post one person in the same days.
    known = Cadre.objects.select_for_update().filter(id_number__in=numbers).order_by("pk")
    postings: dict[int, list[Posting]] = defaultdict(list)
    with wall.beyond("a person is known by his number wherever he is posted"):
        people = {cadre.id_number: cadre for cadre in known}
        if people:
            stored = Posting.objects.filter(cadre__id_number__in=numbers).order_by("begins", "pk")
            for posting in stored.select_related("village", "dispatching_institution"):
                postings[posting.cadre_id].append(posting)
    return people, postings


def write(
    verdicts: Sequence[Verdict], desk: InstitutionDesk, *, actor: User | None, reason: str, with_receipts: bool = True
) -> list[Receipt]:
    """Stores what the verdicts say, each kind of change in bulk, with history. May be called batch by batch.

    Each verdict gets its receipts unless nobody wants them; the answer are those of the institutions made.
    """
    note = HistoryNote(actor=actor, reason=reason[:100])
    institutions = _wanted(desk, verdicts)
    with wall.beyond("a township's roster adds to the directory of its county"):
        _create(institutions, Institution, note)
    new_cadres, changed_cadres, new_postings, changed_postings = [], [], [], []
    for verdict in verdicts:
        if verdict.cadre is None:
            verdict.cadre = Cadre(id_number=verdict.entry.values["id_number"], **verdict.person)
            new_cadres.append(verdict)
        elif verdict.person:
            changed_cadres.append(_changed(verdict, verdict.cadre, verdict.person))
        if verdict.posting is None:
            new_postings.append((verdict, Posting(village_id=verdict.village.pk, **_plain(verdict.service))))
        elif verdict.service:
            changed_postings.append(_changed(verdict, verdict.posting, _plain(verdict.service)))
    with wall.beyond("a person is nobody's before his first posting"):
        _create([verdict.cadre for verdict in new_cadres], Cadre, note)
    for verdict, posting in new_postings:
        posting.cadre_id = verdict.cadre.pk
    _create([posting for _, posting in new_postings], Posting, note)
    _update(changed_cadres, Cadre, note)
    _update(changed_postings, Posting, note)
    made = [Receipt(Institution._meta.label_lower, institution.pk, made=True) for institution in institutions]
    if with_receipts:
        _keep_receipts(new_cadres, new_postings)
    return made


def _keep_receipts(new_cadres: Iterable[Verdict], new_postings: Iterable[tuple[Verdict, Posting]]) -> None:
    for verdict in new_cadres:
        verdict.receipts.append(Receipt(Cadre._meta.label_lower, verdict.cadre.pk, made=True))
    for verdict, posting in new_postings:
        verdict.receipts.append(Receipt(Posting._meta.label_lower, posting.pk, made=True))


def _wanted(desk: InstitutionDesk, verdicts: Sequence[Verdict]) -> list[Institution]:
    """The new institutions that a row to be written names, less those already made with an earlier batch."""
    drafts = [institution for institution in desk.created.values() if institution.pk is None]
    named = {id(verdict.service.get("dispatching_institution")) for verdict in verdicts} if drafts else set()
    return [institution for institution in drafts if id(institution) in named]


def _plain(service: dict) -> dict:
    """The institution by its key, which a drafted one has only now."""
    if "dispatching_institution" not in service:
        return service
    rest = {key: value for key, value in service.items() if key != "dispatching_institution"}
    return rest | {"dispatching_institution_id": service["dispatching_institution"].pk}


def _changed(verdict: Verdict, instance: models.Model, values: dict) -> models.Model:
    verdict.receipts.append(change_of(instance, values))
    for name, value in values.items():
        setattr(instance, name, value)
    return instance


def _create(instances: list, model: type[models.Model], note: HistoryNote) -> None:
    model._default_manager.bulk_create(instances, batch_size=BATCH)
    keep_history(model, [instance.pk for instance in instances], change="+", note=note)


def _update(instances: list, model: type[models.Model], note: HistoryNote) -> None:
    """All columns of existing rows in one statement a batch: bulk_update's CASE lists are far slower."""
    if not instances:
        return
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        instances, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
    keep_history(model, [instance.pk for instance in instances], change="~", note=note)
