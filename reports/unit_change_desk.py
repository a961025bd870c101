"""The wizard's work: from what was sent to an order, and from a forecast to what the preview shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from cadres.models import Posting
from reports.unit_change_forms import END_WORDS, ChangeForm
from reports.unit_orders import CARRIED, ENDS, Forecast, Order, Person
from townships.divisions import ABOLISH, MERGE, MOVE, SPLIT
from townships.models import AdministrativeUnit
from townships.periods import chinese_date
from townships.posted import row_key

#: The most rows of one kind on a page; the numbers above them are of all.
MOST_ROWS = 300
#: The most units offered to choose from.
MOST_OFFERED = 300


def order_from(kind: str, form: ChangeForm, sent: Mapping[str, str], chosen: set[str] | None) -> Order:
    """The order behind a valid form and the choices of the preview.

    `chosen` are the boxes that were ticked; None before there was a preview: everything goes along.
    """
    data, unit = form.cleaned_data, form.unit
    people = {int(name[7:]): _where(text) for name, text in sent.items() if _is_number(name, "person_")}
    common = {
        "kind": kind,
        "unit": unit,
        "day": data["day"],
        "document_number": data["document_number"],
        "reason": data["reason"],
        "names": _names(sent),
    }
    if chosen is not None:
        boxes = {name[5:] for name in sent if name.startswith("seen_")}
        common["left"] = frozenset(key for key in CARRIED if key in boxes and f"keep_{key}" not in chosen)
        left = {int(key[5:]) for key in boxes if _is_number(key, "role_") and f"keep_{key}" not in chosen}
        common["appointments_left"] = frozenset(left)
    if kind == MOVE:
        return Order(**common, target=data["target_unit"])
    if kind == MERGE:
        target = data.get("into_unit")
        others = tuple(one for one in data["other_units"] if target is None or one.pk != target.pk)
        return Order(**common, target=target, others=others, name=data["name"].strip(), code=data["code"].strip())
    if kind == SPLIT:
        shares = {name[6:]: int(text) for name, text in sent.items() if name.startswith("share_") and text.isdecimal()}
        return Order(**common, parts=tuple(data["part_list"]), shares=shares, people=people)
    return Order(**common, people=_filled(unit, people, data["rest_to"], data["day"]))


def _is_number(name: str, head: str) -> bool:
    return name.startswith(head) and row_key(name.removeprefix(head)) is not None


def _where(text: str) -> str:
    text = "".join(text.split())
    return ENDS if text in END_WORDS else text[:12]


def _names(sent: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """New codes and names by old code: a table of lines (旧代码 新代码 新名称), then what the boxes say."""
    found: dict[str, tuple[str, str]] = {}
    for line in sent.get("mapping", "").splitlines():
        words = line.replace("，", " ").replace(",", " ").split()
        if len(words) >= 2:
            found[words[0][:12]] = words[1][:20], words[2][:60] if len(words) > 2 else ""
    for name, text in sent.items():
        head, _, code = name.partition("_")
        if head in {"code", "name"} and code.isdecimal() and text.strip():
            old = found.get(code, ("", ""))
            found[code] = (text.strip()[:20], old[1]) if head == "code" else (old[0], text.strip()[:60])
    return found


def _filled(unit: AdministrativeUnit, people: dict[int, str], rest: str, day) -> dict[int, str]:
    """Everybody whose going is not said goes where the rest goes."""
    if not rest:
        return people
    running = Posting.objects.within(unit).active_on(day).values_list("pk", flat=True)
    return dict.fromkeys(running, rest) | {pk: to for pk, to in people.items() if to}


@dataclass(frozen=True)
class UnitLine:
    """A unit that ends or begins, and what it becomes; `code` and `name` may be written over."""

    old: AdministrativeUnit | None
    new_name: str = ""
    new_code: str = ""
    editable: bool = False
    share: int | None = None


@dataclass(frozen=True)
class PersonLine:
    person: Person
    to: str
    value: str


@dataclass(frozen=True)
class RoleLine:
    appointment: object
    role: str
    to: str
    kept: bool


class Preview:
    """What the preview shows: numbers first, then rows of everything that moves, ends or stands in the way."""

    def __init__(self, found: Forecast) -> None:
        self.found, self.plan, self.order = found, found.plan, found.order
        self.blocks, self.warnings = found.blocks, found.warnings
        self.counts = found.counts
        self.sharing = self.plan.kind == SPLIT and bool(self.plan.parts)
        self.placing = self.plan.kind == ABOLISH

    @property
    def digest(self) -> str:
        """Says whether the numbers are still those that were shown."""
        return "-".join(str(number) for number in self.counts.values())

    @property
    def stats(self) -> list[dict]:
        counts = self.counts
        ending = f"另有 {counts['people_ending']} 人结束派驻" if counts["people_ending"] else ""
        leaves = f"另有 {counts['leaves_kept']} 条留在原派驻" if counts["leaves_kept"] else ""
        return [
            {"label": "停用单位", "value": counts["units_ended"], "before": f"新设 {counts['units_new']} 个"},
            {"label": "随迁人员", "value": counts["people_moving"], "before": ending},
            {"label": "任职", "value": counts["appointments"], "before": f"不随迁 {self._left} 项"},
            {"label": "随迁请假", "value": counts["leaves"], "before": leaves},
        ]

    @property
    def _left(self) -> int:
        return sum(1 for line in self.roles if not line.kept)

    @property
    def sentence(self) -> str:
        counts = self.counts
        words = [
            f"停用 {counts['units_ended']} 个单位",
            f"新设 {counts['units_new']} 个",
            f"{counts['people_moving']} 人随迁",
        ]
        if counts["people_ending"]:
            words.append(f"{counts['people_ending']} 人结束派驻")
        words.append(f"{counts['appointments'] - self._left} 项任职随迁")
        return f"从{chinese_date(self.plan.day)}起：{'，'.join(words)}。以前的记录不动。"

    @property
    def units(self) -> list[UnitLine]:
        lines = []
        for born in self.plan.born:
            old = self.found.units[born.of[0]] if len(born.of) == 1 else None
            follows = old is not None and self.plan.heirs.get(old.pk) == born.key and self.plan.kind != SPLIT
            follows = follows or (old is not None and old.pk != self.order.unit.pk)
            lines.append(UnitLine(old if follows else None, born.name, born.code, editable=follows))
        shown = {line.old.pk for line in lines if line.old is not None}
        for key in self.plan.ended:
            if key not in shown:
                heir = self.plan.heirs.get(key)
                into = self.plan.parts or ([heir] if heir is not None else [])
                lines.append(UnitLine(self.found.units[key], "、".join(map(self.found.name_of, into))))
        return lines

    @property
    def editable(self) -> bool:
        return any(line.editable for line in self.units)

    @property
    def children(self) -> list[dict]:
        """Units directly below one that is split, each with the part it goes to."""
        if not self.sharing:
            return []
        below = [one for one in self.found.units.values() if one.parent_id == self.order.unit.pk and one.ends is None]
        main = self.plan.parts.index(self.plan.heirs[self.order.unit.pk])
        return [{"unit": one, "part": self.order.shares.get(one.division_code, main)} for one in below]

    @property
    def parts(self) -> list[tuple[int, str]]:
        return [(number, self.found.name_of(key)) for number, key in enumerate(self.plan.parts)]

    @property
    def people(self) -> list[PersonLine]:
        lines = []
        for person in self.found.people[:MOST_ROWS]:
            to, value = "结束派驻", self.order.people.get(person.posting.pk, "")
            if person.to is not None:
                to = self.found.name_of(person.to)
            elif value != ENDS:
                to = ""
            if self.sharing and person.posting.village_id == self.order.unit.pk:
                value = str(self.plan.parts.index(person.to))
            lines.append(PersonLine(person, to, "结束" if value == ENDS else value))
        # Whoever stands in the way comes first.
        return sorted(lines, key=lambda line: not line.person.why)

    @property
    def roles(self) -> list[RoleLine]:
        left = self.order.appointments_left
        lines = []
        for one in self.found.appointments:
            heir = self.found.goes(one)
            kept = heir is not None and one.pk not in left and "appointments" not in self.order.left
            lines.append(RoleLine(one, one.title, self.found.name_of(heir) if heir is not None else "", kept))
        return lines

    @property
    def categories(self) -> list[dict]:
        if self.placing:
            return []
        return [{"key": key, "words": words, "on": key not in self.order.left} for key, words in CARRIED.items()]
