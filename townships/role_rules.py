"""PURE: who may give a role, and who may say what it holds.

Rule source: house.md decision 2: nobody grants what he lacks, nobody appoints above or beside himself. Somebody is
beside an officer who holds there all that the officer holds. What counts is therefore all that a person would hold
there together: two roles that lack one capability each make an equal of whoever holds both.
Each judgement is a sentence that says why not and what to do, "" when there is nothing against it.
"""

from dataclasses import dataclass

from townships.capability_words import words
from townships.roles import DESK_CAPABILITIES, DESK_ROLES, ROLES, WITHOUT_CAPABILITIES

LEVEL_NAMES = {"province": "省", "city": "市", "county": "县", "township": "乡镇", "village": "村"}
_UPWARD = "请由上一级组织部门办理。"


@dataclass(frozen=True)
class Standing:
    """What an officer is at one unit.

    `above`: he manages the appointments there from a unit higher up, so that nobody there is beside him.
    """

    held: frozenset[str]
    above: bool
    rank: int = 0


@dataclass(frozen=True)
class Terms:
    """A role as it is defined at a unit. `acts_as` is the standard role it counts as."""

    key: str
    name: str
    acts_as: str
    capabilities: frozenset[str]
    retired: bool = False

    @property
    def levels(self) -> frozenset[str]:
        return ROLES[self.acts_as].levels

    @property
    def rank(self) -> int:
        return ROLES[self.acts_as].rank


def unfit(role: Terms, level: str) -> str:
    """Why a role cannot begin at a unit of this level."""
    if role.retired:
        return f"“{role.name}”已停用，不再新任命，请选其他角色。"
    if level not in role.levels:
        where = "、".join(name for key, name in LEVEL_NAMES.items() if key in role.levels)
        return f"“{role.name}”只能在{where}一级任职，请改选单位或角色。"
    return ""


def against_giving(officer: Standing, role: Terms, already: frozenset[str]) -> str:
    """Why an officer may not give the role to somebody who holds `already` there by other appointments."""
    lacking = role.capabilities - officer.held
    if lacking:
        return f"您没有“{words(lacking)}”的权限，不能任命{role.name}。"
    if officer.above:
        return ""
    if role.rank > officer.rank:
        return f"{role.name}的级别比您高，不能由您任命，{_UPWARD}"
    if officer.held <= already | role.capabilities:
        return f"任{role.name}后，他在这里的权限不比您少，{_UPWARD}"
    return ""


def against_handling(officer: Standing, held: frozenset[str], rank: int = 0) -> str:
    """Why an officer may not touch the appointments and the account of somebody who holds `held` there."""
    if lacking := held - officer.held:
        return f"他在这里有您没有的权限“{words(lacking)}”，他的账号和任职不能由您办理，{_UPWARD}"
    if officer.above:
        return ""
    if officer.held <= held or rank > officer.rank:
        return f"他在这里的权限不比您少，他的账号和任职不能由您办理，{_UPWARD}"
    return ""


def against_defining(officer: Standing, before: Terms | None, after: Terms) -> str:
    """Why an officer may not make a role at this unit hold `after` in place of `before` (None: a new role).

    `officer.above` is also true where nobody at a unit of this level can hold the role.
    """
    was = before.capabilities if before else frozenset()
    if lacking := after.capabilities - officer.held:
        return f"您没有“{words(lacking)}”的权限，不能给这个角色。"
    if lacking := was - officer.held:
        return f"这个角色有您没有的权限“{words(lacking)}”，不能由您改，{_UPWARD}"
    if misfit := unsuited(after.acts_as, after.capabilities):
        return misfit
    if officer.above:
        return ""
    if max(after.rank, before.rank if before else 0) > officer.rank:
        return f"这个角色的级别比您高，不能由您设定，{_UPWARD}"
    if officer.held <= was:
        return f"这个角色的权限不比您少，不能由您改，{_UPWARD}"
    if officer.held <= after.capabilities:
        return "角色的权限要比您自己的少，请至少取消一项。"
    return ""


def makes_equal(officer: Standing, *, before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether somebody who held `before` at the officer's unit is beside him with `after`."""
    return not officer.above and officer.held <= after and not officer.held <= before


def unsuited(acts_as: str, capabilities: frozenset[str]) -> str:
    """Why a role that counts as this standard role cannot hold these capabilities."""
    if capabilities and acts_as in WITHOUT_CAPABILITIES:
        return f"按“{ROLES[acts_as].name}”对待的角色只办本人或本单位派出的人的事，不能勾选权限。"
    office = capabilities & DESK_CAPABILITIES
    if office and acts_as not in DESK_ROLES:
        return f"“{words(office)}”只能给坐班的角色，按“{ROLES[acts_as].name}”对待的角色不能有。"
    return ""
