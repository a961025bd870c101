"""The import page: what is read on it, filtered, paged, and what it costs at 100,000 rows."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cadres.models import Cadre, ImportRow, ImportRun
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.pages.visible import texts
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db
MANY = 100_000


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def page(client, clerk, tree):
    """Upload people and look at the page that follows."""
    client.force_login(clerk)

    def send(*people, header=HEADER, name="花名册.xlsx"):
        file = SimpleUploadedFile(name, xlsx(("名单", table(people, header))))
        address = reverse("reports:imports", args=[tree.township.division_code])
        return client.post(address, {"files": [file], "kind": ""}, follow=True)

    return send


def visible_text(response) -> str:
    return " ".join(texts(response.content.decode()))


def act(client, run, what: str, **data):
    address = reverse(f"reports:import_{what}", args=[run.unit.division_code, run.pk])
    return visible_text(client.post(address, data, follow=True))


def test_the_page_says_what_the_one_button_will_do(page, client):
    shown = visible_text(page(person(1), person(2)))
    assert "写入 2 人：新增 2，更新 0" in shown
    assert Cadre.objects.count() == 0
    run = ImportRun.objects.get()
    assert "已写入" in act(client, run, "confirm")
    assert Cadre.objects.count() == 2
    undo = client.get(reverse("reports:import_undo", args=[run.unit.division_code, run.pk]))
    assert "撤回：删除 2，恢复 0" in visible_text(undo)
    assert "这次导入已撤回" in act(client, run, "undo")
    assert Cadre.objects.count() == 0


def test_a_refused_file_shows_the_cell_and_the_way_out(page, client):
    shown = visible_text(page(person(1), person(2, village="大桐村")))
    assert "1 行要改正，现在什么都没有写入" in shown
    assert "都改为“大同村”" in shown
    run = ImportRun.objects.get()
    assert "写入 2 人" in act(client, run, "value", key="village", raw="大桐村", offered="大同村")


def test_a_missing_column_is_chosen_by_hand(page, client):
    strange = tuple("所在地" if name == "驻村名称" else name for name in HEADER)
    shown = visible_text(page({**person(1), "所在地": "大同村"}, header=strange))
    assert "还缺 驻村名称" in shown
    run = ImportRun.objects.get()
    assert "写入 1 人" in act(client, run, "columns", kind="roster", **{"column:所在地": "village"})


def test_several_files_wait_side_by_side(client, clerk, tree):
    client.force_login(clerk)
    files = [SimpleUploadedFile(f"{n}.xlsx", xlsx(("名单", table([person(n)])))) for n in (1, 2)]
    address = reverse("reports:imports", args=[tree.township.division_code])
    shown = visible_text(client.post(address, {"files": files, "kind": ""}, follow=True))
    assert "2 个文件已收到，还没有写入" in shown
    assert shown.count("待写入") == 2


def test_the_annotated_file_comes_back_and_is_in_the_trail(page, client):
    page(person(1, village="没有村"))
    run = ImportRun.objects.get()
    answer = client.get(reverse("reports:import_file", args=[run.unit.division_code, run.pk, "annotated"]))
    assert answer.content.startswith(b"PK")
    assert AuditEntry.objects.filter(act="import.annotated").exists()


def test_good_rows_alone_need_a_reason_on_the_page_too(page, client):
    page(person(1), person(2, village="没有村"))
    run = ImportRun.objects.get()
    assert "请写明为什么只写入一部分" in act(client, run, "confirm", only_good="1")
    shown = act(client, run, "confirm", only_good="1", reason="村名待核")
    assert "下载没有写入的 1 行" in shown
    assert "村名待核" in shown


def test_a_forged_column_or_kind_changes_nothing(page, client):
    page(person(1))
    run = ImportRun.objects.get()
    act(client, run, "columns", kind="roster", **{"column:联系电话": "__class__", "column:没有的表头": "village"})
    run.refresh_from_db()
    assert run.choices["columns"] == {}
    address = reverse("reports:import_columns", args=[run.unit.division_code, run.pk])
    assert client.post(address, {"kind": "nonsense"}).status_code == 403


def test_identity_and_telephone_numbers_are_masked_in_the_preview(page):
    content = page(person(1)).content.decode()
    assert person(1)["身份证号码"] not in content
    assert person(1)["联系电话"] not in content


@pytest.fixture
def huge(tree, clerk):
    """The stored preview of a file of 100,000 rows."""
    run = ImportRun.objects.create(
        unit=tree.township, kind="roster", file_name="大花名册.xlsx", digest="d", state="ready", at=timezone.now(),
        uploaded_by=clerk,
        counts={"new": MANY - 300, "changed": 200, "same": 0, "refused": 100, "left_out": 0, "rows": MANY, "hidden": 0},
        tables=[{"sheet": "名单", "row": 1, "rows": MANY, "hidden": 0, "columns": []}],
    )  # fmt: skip
    cells = [["姓名", "韦甲"], ["身份证号", "4599**********0017"], ["驻村名称", "大同村"], ["派出单位", "县财政局"]]
    wrong = [
        {"code": "x", "key": "village", "label": "驻村名称", "value": "x", "message": "找不到", "column": "驻村名称"}
    ]
    rows = (
        ImportRow(
            run=run, position=n, row=n + 1, sheet="名单", cells=cells,
            kind="refused" if n % 1000 == 0 else "changed" if n % 500 == 1 else "new",
            problems=wrong if n % 1000 == 0 else [],
        )
        for n in range(1, MANY + 1)
    )  # fmt: skip
    ImportRow.objects.bulk_create(rows, batch_size=5_000)
    return run


def test_the_first_screen_of_a_hundred_thousand_rows_is_there_at_once(
    huge, client, clerk, django_assert_max_num_queries
):
    client.force_login(clerk)
    address = reverse("reports:import_run", args=[huge.unit.division_code, huge.pk])
    client.get(address)
    for wanted in ("", "?kind=all", "?kind=new", "?kind=refused"):
        begun = time.process_time()
        with django_assert_max_num_queries(16):
            response = client.get(address + wanted)
        assert time.process_time() - begun < 1
        assert len(response.context["rows"]) == 50
    behind = client.get(address + client.get(address + "?kind=new").context["next_url"].removesuffix("#rows"))
    assert [row.place for row in behind.context["rows"]][:2] == ["第 53 行", "第 54 行"]
