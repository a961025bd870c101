"""Who signs a unit's bulletin and how the office addresses it (GB/T 9704-2012, 7.2 and 7.3)."""

from reports.documents.paper import Agency

SUFFIXES = (
    "自治县",
    "自治州",
    "自治区",
    "街道",
    "地区",
    "社区",
    "省",
    "市",
    "县",
    "区",
    "旗",
    "盟",
    "州",
    "镇",
    "乡",
    "村",
)


def agency_of(level: str, name: str, parent_name: str = "") -> Agency:
    """The issuing office of a unit of this level, with its usual addressees and copies.

    `parent_name` is the unit above: the county of a township, the township of a village.
    """
    return _BY_LEVEL[level](name, parent_name)


def short_name(name: str) -> str:
    """The place name that stands in a document number: 大同镇 gives 大同."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return name


def committee_of(name: str) -> str:
    """The party committee of a county, city or province in the words of its letterhead."""
    if name.endswith("自治区"):
        return f"{name}委员会"
    if name.endswith("地区"):
        return f"{name.removesuffix('地区')}地委"
    return f"{name}委"


def _village(name: str, parent_name: str) -> Agency:
    team = f"{parent_name}{name}驻村工作队"
    return Agency(
        name=team,
        office=team,
        number_prefix=f"{short_name(name)}驻通",
        addressee="全体驻村工作队员",
        copies=f"{parent_name}党政办公室" if parent_name else "",
        reminder="由驻村工作队长",
    )


def _township(name: str, parent_name: str) -> Agency:
    committee = "工作委员会" if name.endswith("街道") else "委员会"
    return Agency(
        name=f"中共{name}{committee}",
        office=f"{name}党政办公室",
        number_prefix=f"{short_name(name)}驻通",
        addressee="各村（社区）、各驻村工作队",
        copies=f"{committee_of(parent_name)}组织部，各派出单位" if parent_name else "各派出单位",
        reminder="由所在分队分队长",
    )


def _county(name: str, _parent_name: str) -> Agency:
    return _organization_department(name, "各乡镇党委、各驻村工作队", "各派出单位", "由所在乡镇党委")


def _city(name: str, _parent_name: str) -> Agency:
    return _organization_department(name, "各县（市、区）党委组织部", "各派出单位", "由所在县（市、区）党委组织部")


def _province(name: str, _parent_name: str) -> Agency:
    return _organization_department(name, "各市党委组织部", "各派出单位", "由所在市党委组织部")


def _organization_department(name: str, addressee: str, copies: str, reminder: str) -> Agency:
    department = f"中共{committee_of(name)}组织部"
    return Agency(department, f"{department}办公室", f"{short_name(name)}驻通", addressee, copies, reminder)


_BY_LEVEL = {"village": _village, "township": _township, "county": _county, "city": _city, "province": _province}
