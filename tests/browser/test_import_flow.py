"""A clerk brings a strange file in: upload, correct a column, look, put a village right, write, take back."""

import pytest

from cadres.models import Cadre, Posting
from tests.browser.conftest import DESK, PHONE
from tests.cadres.roster_files import HEADER, person, table, xlsx
from townships.models import AdministrativeUnit

pytestmark = pytest.mark.browser

TOWNSHIP = "459901101000"
STRANGE = tuple("所在地" if name == "驻村名称" else name for name in HEADER)


@pytest.fixture
def upload(tmp_path, settings, town):
    """Three people in one village whose name is misspelt; the column of the village is called 所在地."""
    settings.DATA_DIR = tmp_path
    village = AdministrativeUnit.objects.filter(parent__division_code=TOWNSHIP, name="龙江村").get()
    people = [{**person(n), "所在地": "龙姜村"} for n in range(901, 904)]
    people.append({**person(904), "所在地": village.name})
    path = tmp_path / "县里发的花名册.xlsx"
    path.write_bytes(xlsx(("名单", table(people, STRANGE))))
    return path


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_strange_file_gets_in_and_out_again(visit, upload, town, size):
    before = Cadre.objects.count()
    page = visit("clerk", size)
    page.goto(f"{town.url}/units/{TOWNSHIP}/people/")
    page.get_by_role("link", name="导入花名册").click()
    page.get_by_label("文件", exact=True).set_input_files(upload)
    page.get_by_role("button", name="上传并核对").click()

    page.get_by_text("还缺 驻村名称").wait_for()
    assert fits(page)
    page.get_by_label("所在地").select_option(label="驻村名称")
    page.get_by_role("button", name="按选定的列重新核对").click()

    page.get_by_text("3 行要改正，现在什么都没有写入").wait_for()
    assert page.locator("td.is-refused").count() == 3
    assert fits(page)
    page.get_by_role("button", name="都改为“龙江村”").click()

    page.get_by_role("button", name="写入 4 人：新增 4，更新 0").wait_for()
    assert Cadre.objects.count() == before
    assert fits(page)
    page.get_by_role("button", name="写入 4 人：新增 4，更新 0").click()
    page.get_by_role("heading", name="已写入").wait_for()
    assert Posting.objects.filter(cadre__name=person(901)["姓名"], village__name="龙江村").exists()

    page.get_by_role("link", name="撤回这次导入").click()
    page.get_by_role("heading", name="撤回这次导入").wait_for()
    assert fits(page)
    page.get_by_role("button", name="撤回：删除 4，恢复 0").click()
    page.get_by_role("heading", name="这次导入已撤回").wait_for()
    assert Cadre.objects.count() == before
    page.get_by_role("link", name="导入别的文件").click()
    page.get_by_role("heading", name="导入记录").wait_for()
    assert page.get_by_text("已撤回").first.is_visible()
    assert fits(page)
    assert page.complaints == []


def test_without_scripts_the_file_gets_in_as_well(visit, upload, town):
    page = visit("clerk", DESK, java_script_enabled=False)
    page.goto(f"{town.url}/units/{TOWNSHIP}/import/")
    page.get_by_label("文件", exact=True).set_input_files(upload)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_label("所在地").select_option(label="驻村名称")
    page.get_by_role("button", name="按选定的列重新核对").click()
    assert page.get_by_text("3 行要改正，现在什么都没有写入").is_visible()
