"""The units of a subtree by name and by code, those of today and former ones: which one a cell means."""

from collections import defaultdict

from cadres.roster.errors import Invalid
from cadres.roster.text import bare_cell
from townships.models import AdministrativeUnit, UnitName


class UnitNames:
    """Two queries for the subtree. A name may have the names of units above in front (大同镇大同村), a code 12 digits.

    A unit in use comes before one of the same name that has ended, a name of today before a former one.
    """

    def __init__(self, unit: AdministrativeUnit) -> None:
        self.unit = unit
        self._by_code: dict[str, AdministrativeUnit] = {}
        self._by_name: dict[str, list[AdministrativeUnit]] = defaultdict(list)
        names: dict[str, str] = {}
        inside = AdministrativeUnit.objects.within(unit)
        for one in inside.order_by("path"):
            names[one.path] = one.name
            self._by_code[one.division_code] = one
            spelling = ""
            for path in reversed(one.ancestor_paths):
                if path not in names:
                    break
                spelling = names[path] + spelling
                self._by_name[spelling].append(one)
        self._former: dict[str, list[AdministrativeUnit]] = defaultdict(list)
        for name in UnitName.objects.filter(unit__in=inside, taken_up_at__isnull=False).select_related("unit"):
            for word in {name.name, name.division_code}:
                self._former[word].append(name.unit)

    def find(self, cell: object) -> AdministrativeUnit:
        """The unit meant; a blank means the unit itself. Raises Invalid: unit.unknown, unit.ambiguous."""
        text = bare_cell(cell)
        if not text:
            return self.unit
        if text.isdigit():
            found = [self._by_code[text]] if text in self._by_code else []
        else:
            found = self._by_name.get(text, [])
        found = found or self._former.get(text, [])
        if len(found) > 1:
            found = [one for one in found if one.ends is None] or found
        if len(found) == 1:
            return found[0]
        if found:
            above = "、".join(f"{one.name}({one.division_code})" for one in found[:3])
            raise Invalid(
                "unit.ambiguous", f"有 {len(found)} 个单位都叫这个名称（{above}）：请在前面加上级名称，或写区划代码"
            )
        raise Invalid("unit.unknown", f"在{self.unit.name}范围内找不到这个单位：请核对名称，或写 12 位区划代码")
