"""Finding people: by name, initials, village; narrowed, ordered, page by page."""

from datetime import date

import pytest

from cadres import directory
from cadres.directory import Search
from cadres.models import Posting
from cadres.pinyin import initials, matches, sort_key
from tests.factories import CadreFactory, PostingFactory

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("覃志强", "qzq"), ("单雄信", "sxx"), ("曾国藩", "zgf"), ("仇英", "qy"), ("迪丽娜尔·艾山", "dlneas"), ("", "")],
)
def test_initials_read_surnames_as_surnames(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [("志强", True), ("qzq", True), ("QZ", True), ("qinzhi", True), ("zhiqiang", False), ("wzq", False)],
)
def test_a_name_is_found_by_part_initials_or_beginning(text, found):
    assert matches("覃志强", text) is found


def test_names_sort_by_pinyin():
    assert sorted(["张三", "阿依古丽", "曾国藩"], key=sort_key) == ["阿依古丽", "曾国藩", "张三"]


@pytest.fixture
def people(tree):
    names = ["覃志强", "韦秀英", "单雄信", "张三"]
    return [
        PostingFactory(
            cadre=CadreFactory(name=name),
            village=tree.village if n < 2 else tree.other_village,
            dispatch_level="县级" if n % 2 else "镇级",
            begins=date(2026, 3, 1 + n),
            ends=date(2026, 9, 1) if name == "张三" else None,
        )
        for n, name in enumerate(names)
    ]


def names_of(query: dict, **options) -> list[str]:
    search = Search.read(query)
    found = directory.found(Posting.objects.all(), search, day=DAY, by_pinyin=options.get("by_pinyin", True))
    return [one.cadre.name for one in directory.one_page(found, search, "").rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["覃志强", "韦秀英", "单雄信"]),
        ({"q": "sx"}, ["单雄信"]),
        ({"q": "龙塘"}, ["单雄信"]),
        ({"when": "past"}, ["张三"]),
        ({"level": "县级", "when": "all"}, ["韦秀英", "张三"]),
        ({"order": "-since"}, ["单雄信", "韦秀英", "覃志强"]),
        ({"order": "name"}, ["覃志强", "单雄信", "韦秀英"]),
        ({"order": "身份证", "when": "明天"}, ["覃志强", "韦秀英", "单雄信"]),
    ],
)
def test_a_search_narrows_and_orders(people, query, expected):
    assert names_of(query) == expected


@pytest.mark.parametrize("order", ["village", "name", "since", "-since"])
def test_pages_by_cursor_show_everybody_once(people, monkeypatch, order):
    monkeypatch.setattr(directory, "PAGE_SIZE", 2)
    search = Search.read({"order": order, "when": "all"})
    seen, cursor = [], ""
    for _ in range(3):
        page = directory.one_page(Posting.objects.all(), search, cursor)
        seen += [one.cadre.name for one in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert sorted(seen) == sorted(one.cadre.name for one in people)


def test_an_address_keeps_what_was_asked():
    search = Search.read({"q": "覃", "level": "县级", "order": "since"})
    assert Search.read(dict(pair.split("=") for pair in ("q=覃", "level=县级", "order=since"))) == search
    assert search.with_fact("level", "").address() == "?q=%E8%A6%83&order=since"
