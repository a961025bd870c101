"""PURE: what may be done with which unit of the tree, and what becomes of it.

A change of the tree is a dated succession: units end on a day and others begin on it. Nothing of the past is rewritten,
and nothing has to happen on the day itself. Each kind (move, merge, split, abolish) becomes one `Plan`; what the rules
forbid stands in its problems. Rule sources: house.md decisions 1 and 4, handbook edge cases 36 and 37.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from townships.division_codes import CodeBook, head_of, is_code, level_of
from townships.periods import chinese_date

MOVE, MERGE, SPLIT, ABOLISH, RENAME = "move", "merge", "split", "abolish", "rename"
#: Which level a unit of each level may lie below; a unit may also go to the level its parent has now.
ABOVE = {"village": {"township"}, "township": {"county"}, "county": {"city", "province"}, "city": {"province"}}
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as the rules see it; `key` is positive for a unit that is there."""

    key: int
    code: str
    name: str
    level: str
    parent: int | None
    begins: date | None = None
    ends: date | None = None

    def is_active_on(self, day: date) -> bool:
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why not, in a sentence that says what to do; `code` is for machines."""

    code: str
    message: str


class Tree:
    """The places a change may touch, by key, with the units below each."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.key: place for place in places}
        self._below: dict[int | None, list[Place]] = defaultdict(list)
        for place in self.places.values():
            self._below[place.parent].append(place)

    def __getitem__(self, key: int) -> Place:
        return self.places[key]

    def children(self, key: int) -> list[Place]:
        return self._below[key]

    def subtree(self, key: int) -> list[Place]:
        """The place and everything below it, parents first."""
        found = [self.places[key]]
        for place in found:
            found.extend(self._below[place.key])
        return found


@dataclass(frozen=True, slots=True)
class Born:
    """A unit that begins on the day. `key` is negative; `parent` is a unit that is there or another one born."""

    key: int
    code: str
    name: str
    level: str
    parent: int
    of: tuple[int, ...] = ()


@dataclass
class Plan:
    """What a change does: which units end on `day`, which begin, and which goes on as which (`heirs`, old → new key)."""

    kind: str
    day: date
    born: list[Born] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    heirs: dict[int, int] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message))

    def of(self, key: int) -> Born:
        return next(one for one in self.born if one.key == key)


@dataclass(frozen=True)
class Names:
    """What the office wrote down about new codes and names: old code → (new code, new name), "" keeps what is proposed."""

    wanted: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def code_for(self, place: Place) -> str:
        return self.wanted.get(place.code, ("", ""))[0]

    def name_for(self, place: Place) -> str:
        return self.wanted.get(place.code, ("", ""))[1] or place.name


class Planner:
    """Makes the plans; `codes` knows which codes are taken anywhere near."""

    def __init__(self, tree: Tree, day: date, codes: CodeBook, names: Names | None = None) -> None:
        self.tree, self.day, self.codes, self.names = tree, day, codes, names or Names()
        self._taken = frozenset(codes.taken)

    # ---- the kinds

    def move(self, key: int, target: int) -> Plan:
        """A unit goes below another parent, with everything below it."""
        plan = Plan(MOVE, self.day)
        unit, parent = self.tree[key], self.tree[target]
        if unit.parent == target:
            plan.refuse("unit.same_parent", f"{unit.name}现在就归{parent.name}管，请选择别的上级。")
        elif any(one.key == target for one in self.tree.subtree(key)):
            plan.refuse("unit.cycle", f"{parent.name}在{unit.name}下面，不能作它的上级。")
        elif not self._may_lie_below(unit, parent):
            plan.refuse("unit.level", f"{unit.name}不能归{parent.name}管：请选择与现在的上级同一层级的单位。")
        else:
            self._succeed(plan, unit, target)
        return self._judged(plan, [unit], [parent])

    def merge(self, sources: Sequence[int], *, into: int | None, name: str = "", code: str = "") -> Plan:
        """Units of one level become one: one of them or another that goes on (`into`), or a new one beside the first."""
        plan = Plan(MERGE, self.day)
        units = [self.tree[key] for key in dict.fromkeys(sources) if key != into]
        first = units[0] if units else None
        target = self.tree[into] if into is not None else None
        everyone = [*units, target] if target else units
        if len(everyone) < 2:
            plan.refuse("merge.too_few", "合并至少要两个单位，请再选一个。")
        elif len({one.level for one in everyone}) > 1:
            plan.refuse("merge.level", "只有同一层级的单位才能合并，请核对所选的单位。")
        elif target is None and first.parent is None:
            plan.refuse("unit.top", "省级单位请由系统管理员办理。")
        else:
            heir = into if target else self._new(plan, name, code, first, tuple(one.key for one in units))
            for unit in units:
                self._give_way(plan, unit, heir)
        anchor = [target] if target else [self.tree[first.parent]] if first and first.parent else []
        return self._judged(plan, units, anchor)

    def split(self, key: int, parts: Sequence[tuple[str, str]], shares: Mapping[str, int] | None = None) -> Plan:
        """A unit becomes several, written (code, name); the one that keeps its code goes on as it is.

        `shares` says by code which part a unit below goes to; what it does not name goes to the main part: the one that
        goes on, else the first.
        """
        plan = Plan(SPLIT, self.day)
        unit, shares = self.tree[key], shares or {}
        staying = next((number for number, (code, _) in enumerate(parts) if code == unit.code), None)
        if len(parts) < 2:
            plan.refuse("split.too_few", "拆分至少要分成两个单位，请再写一行。")
        elif unit.parent is None:
            plan.refuse("unit.top", "省级单位请由系统管理员办理。")
        elif staying is not None and parts[staying][1] not in ("", unit.name):
            plan.refuse("split.renamed", f"保留原代码的部分仍叫{unit.name}：要改名，请另办更名。")
        elif any(not 0 <= number < len(parts) for number in shares.values()):
            plan.refuse("split.share", "所选的去向不在拆分后的单位里，请重新选择。")
        else:
            for number, (code, name) in enumerate(parts):
                plan.parts.append(unit.key if number == staying else self._new(plan, name, code, unit, (unit.key,)))
            plan.heirs[unit.key] = plan.parts[staying or 0]
            if staying is None:
                plan.ended.append(unit.key)
            self._share_out(plan, unit, shares, staying or 0)
        return self._judged(plan, [unit], [self.tree[unit.parent]] if unit.parent else [])

    def abolish(self, key: int) -> Plan:
        """A unit ends with everything below it; nothing follows."""
        plan = Plan(ABOLISH, self.day)
        plan.ended = [one.key for one in self._running(plan, self.tree[key])]
        return self._judged(plan, [self.tree[key]], [])

    # ---- putting a plan together

    def _may_lie_below(self, unit: Place, parent: Place) -> bool:
        now = self.tree.places.get(unit.parent)
        allowed = ABOVE.get(unit.level, set()) | ({now.level} if now else set())
        return parent.level in allowed

    def _running(self, plan: Plan, unit: Place) -> list[Place]:
        """The unit and what is below it, less what has ended by then; what has a change to come refuses."""
        found = []
        for place in self.tree.subtree(unit.key):
            if place.ends is not None and place.ends <= self.day:
                continue
            if place.begins is not None and place.begins >= self.day:
                when = chinese_date(place.begins)
                plan.refuse("unit.begins_later", f"{place.name}从{when}起才启用：请改用更晚的日期，或先撤回那次变更。")
            elif place.ends is not None:
                when = chinese_date(place.ends)
                plan.refuse("unit.changes_later", f"{place.name}已登记从{when}起停用：请先撤回那次变更。")
            found.append(place)
        return found

    def _new(self, plan: Plan, name: str, code: str, beside: Place, of: tuple[int, ...]) -> int:
        parent = self.tree[beside.parent]
        code = code or self.codes.propose(beside.code, beside.level, parent.code, parent.level)
        return self._bear(plan, Born(self._next(plan), code, name, beside.level, parent.key, of))

    @staticmethod
    def _next(plan: Plan) -> int:
        return -1 - len(plan.born)

    @staticmethod
    def _bear(plan: Plan, born: Born) -> int:
        plan.born.append(born)
        return born.key

    def _place(self, plan: Plan, key: int) -> Place | Born:
        return self.tree[key] if key > 0 else plan.of(key)

    def _succeed(self, plan: Plan, unit: Place, parent: int) -> None:
        """The unit and everything below it, once more below `parent`."""
        now = {unit.parent: parent}
        for place in self._running(plan, unit):
            above = self._place(plan, now[place.parent])
            code = self.names.code_for(place) or self.codes.propose(place.code, place.level, above.code, above.level)
            born = Born(self._next(plan), code, self.names.name_for(place), place.level, above.key, (place.key,))
            now[place.key] = plan.heirs[place.key] = self._bear(plan, born)
            plan.ended.append(place.key)

    def _give_way(self, plan: Plan, unit: Place, heir: int) -> None:
        """The unit ends; what is below it goes below its heir."""
        self._running(plan, unit)
        plan.ended.append(unit.key)
        plan.heirs[unit.key] = heir
        for child in self.tree.children(unit.key):
            if child.ends is None or child.ends > self.day:
                self._succeed(plan, child, heir)

    def _share_out(self, plan: Plan, unit: Place, shares: Mapping[str, int], main: int) -> None:
        self._running(plan, unit)
        for child in self.tree.children(unit.key):
            part = plan.parts[shares.get(child.code, main)]
            if part != unit.key and (child.ends is None or child.ends > self.day):
                self._succeed(plan, child, part)

    # ---- judging

    def _judged(self, plan: Plan, changed: Sequence[Place], anchors: Sequence[Place]) -> Plan:
        for place in changed:
            if place.begins is not None and place.begins >= self.day:
                plan.refuse("unit.not_begun", f"{place.name}{chinese_date(place.begins)}才启用，变更日期要在那以后。")
            elif place.ends is not None and place.ends <= self.day:
                plan.refuse("unit.ended", f"{place.name}{chinese_date(place.ends)}已经停用，不能再办变更。")
        for place in anchors:
            if not place.is_active_on(self.day) or place.ends is not None:
                plan.refuse(
                    "target.not_active", f"到{chinese_date(self.day)}，{place.name}没有启用或已定停用，请另选单位。"
                )
        self._judge_codes(plan)
        self._judge_names(plan)
        plan.problems = list(dict.fromkeys(plan.problems))
        return plan

    def _judge_codes(self, plan: Plan) -> None:
        used = Counter(born.code for born in plan.born)
        for born in plan.born:
            taken = born.code in self._taken or used[born.code] > 1
            if wrong := _new_code(born.code, born.level, born.name, taken=taken):
                plan.problems.extend(wrong)
            else:
                above = self._place(plan, born.parent)
                if not born.code.startswith(head_of(above.code, above.level)):
                    message = f"{born.name}的区划代码 {born.code} 与上级{above.name}的代码对不上，请核对。"
                    plan.warnings.append(Problem("code.other_parent", message))

    def _judge_names(self, plan: Plan) -> None:
        ended = set(plan.ended)
        for born in plan.born:
            if not born.name.strip():
                plan.refuse("name.required", "请填写新单位的名称。")
            elif len(born.name) > LONGEST_NAME:
                plan.refuse("name.too_long", f"名称最多 {LONGEST_NAME} 个字，请缩短。")
            siblings = [other.name for other in plan.born if other.parent == born.parent and other.key != born.key]
            siblings += [
                place.name
                for place in self.tree.children(born.parent)
                if place.key not in ended and (place.ends is None or place.ends > self.day)
            ]
            if born.name in siblings:
                above = self._place(plan, born.parent).name
                plan.refuse("name.taken", f"{above}下面已有{born.name}：请给其中一个换名称。")


def _new_code(code: str, level: str, name: str, *, taken: bool) -> list[Problem]:
    """Why a unit may not get this code."""
    if not code:
        return [Problem("code.none_left", f"{name}的上级下面没有空着的区划代码，请先填写代码。")]
    if not is_code(code):
        return [Problem("code.invalid", f"{name}的区划代码“{code}”不是 12 位数字，请照统计用区划代码填写。")]
    if level_of(code) != level:
        return [Problem("code.level", f"区划代码 {code} 的位数与{name}的层级不符，请核对。")]
    if taken:
        return [Problem("code.taken", f"区划代码 {code} 已经有单位在用，请给{name}换一个。")]
    return []


def judge_rename(
    unit: Place, siblings: Iterable[Place], *, name: str, code: str, day: date, last: date | None, taken: bool
) -> list[Problem]:
    """Why a unit may not be called `name` and numbered `code` from `day` on; `last` is the day of its latest renaming."""
    found = []
    if not name.strip() or len(name) > LONGEST_NAME:
        found.append(Problem("name.required", f"请填写名称，最多 {LONGEST_NAME} 个字。"))
    if (name, code) == (unit.name, unit.code):
        found.append(Problem("rename.same", "名称和代码都没有变，请填写新的名称或代码。"))
    if any(name == one.name and one.key != unit.key and (one.ends is None or one.ends > day) for one in siblings):
        found.append(Problem("name.taken", f"同一上级下面已有{name}，请换一个名称。"))
    if code != unit.code:
        found.extend(_new_code(code, unit.level, unit.name, taken=taken))
    if unit.begins is not None and day < unit.begins:
        found.append(Problem("unit.not_begun", f"{unit.name}{chinese_date(unit.begins)}才启用，日期不能早于那一天。"))
    if unit.ends is not None and day >= unit.ends:
        found.append(Problem("unit.ended", f"{unit.name}{chinese_date(unit.ends)}起停用，不能再更名。"))
    if last is not None and day <= last:
        found.append(Problem("rename.earlier", f"{chinese_date(last)}已经更名，日期要在那以后。"))
    return found
