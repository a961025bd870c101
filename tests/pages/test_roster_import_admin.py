"""The import page of the admin: preview, confirmation, refusals, rights, template, export."""

import io
import os
import time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting
from cadres.roster.columns import ROSTER
from cadres.roster.reader import read_tables
from cadres.roster.uploads import RosterUploads
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.factories import PostingFactory

IMPORT = "admin:cadres_posting_import"


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads"


def upload(client, unit, *people, content=None, name="花名册.xlsx"):
    content = content if content is not None else xlsx(("花名册", table(people)))
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(IMPORT), {"unit": unit.pk, "format": "0", "resource": "0", "import_file": file})


def confirm(client, response):
    return client.post(
        reverse("admin:cadres_posting_process_import"), response.context["confirm_form"].initial, follow=True
    )


def test_preview_then_confirmation(client, tree, clerk, own_uploads):
    client.force_login(clerk)
    page = upload(client, tree.township, person(1), person(2, 驻村名称="龙塘"))
    text = page.content.decode()
    assert "可以导入" in text
    assert "导入 2 人" in text
    assert person(1)["身份证号码"] not in text
    assert not Cadre.objects.exists()
    done = confirm(client, page)
    assert "新增 2 人" in done.content.decode()
    assert Posting.history.first().history_user == clerk
    assert not list(own_uploads.iterdir())


def test_changes_are_shown_from_old_to_new_and_the_same_are_folded(client, tree, clerk):
    client.force_login(clerk)
    first = [person(1), person(2)]
    import_roster(unit=tree.township, content=xlsx(("a", table(first))), filename="a.xlsx")
    page = upload(client, tree.township, person(1, 联系电话="13900000009"), person(2), person(3))
    text = page.content.decode()
    assert "<del>138****0001</del> → <ins>13900000009</ins>" in text
    kinds = {section["kind"]: section["count"] for section in page.context["preview"]["sections"]}
    assert kinds == {"refused": 0, "changed": 1, "new": 1, "same": 1}
    assert "更新 1 人，1 人没有变化" in confirm(client, page).content.decode()


def test_refused_rows_are_listed_and_cannot_be_confirmed(client, tree, clerk, own_uploads):
    client.force_login(clerk)
    page = upload(client, tree.township, person(1, 身份证号码=459917198803170000), person(2))
    text = page.content.decode()
    assert "末尾几位已经丢失" in text
    assert "一行也没有写入" in text
    assert "confirm_form" not in page.context
    assert not list(own_uploads.iterdir())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04half", "文件打不开"),
        (xlsx(("a", [["x"]])), "没有找到表头"),
        (b"<html><table></table></html>", "文件其实是网页"),
    ],
    ids=["broken", "no header", "web page"],
)
def test_a_file_that_cannot_be_read_gets_its_sentence(client, tree, clerk, content, sentence):
    client.force_login(clerk)
    page = upload(client, tree.township, content=content)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_file_over_the_limit_is_refused_by_the_form(client, tree, clerk, monkeypatch):
    client.force_login(clerk)
    monkeypatch.setattr("cadres.roster.forms.MAX_BYTES", 1_048_576)
    page = upload(client, tree.township, content=b"PK" * 600_000)
    assert "文件超过 1 MB" in page.content.decode()
    assert "preview" not in page.context


def test_markup_in_a_cell_stays_text(client, tree, clerk):
    client.force_login(clerk)
    page = upload(client, tree.township, person(1, 姓名="<b>韦</b>", 派出单位="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in page.content.decode()


def test_what_changed_since_the_preview_is_checked_again(client, tree, clerk):
    client.force_login(clerk)
    page = upload(client, tree.township, person(1))
    cadre = Cadre.objects.create(name="韦乙", id_number=person(1)["身份证号码"])
    PostingFactory(cadre=cadre, village=tree.other_village)
    again = confirm(client, page)
    assert "重叠" in again.content.decode()
    assert Posting.objects.count() == 1


def test_an_upload_that_is_gone_says_so(client, tree, clerk, own_uploads):
    client.force_login(clerk)
    page = upload(client, tree.township, person(1))
    for path in own_uploads.iterdir():
        path.unlink()
    assert "已经过期" in confirm(client, page).content.decode()
    stolen = page.context["confirm_form"].initial | {"import_file_name": "../secret_key"}
    assert client.post(reverse("admin:cadres_posting_process_import"), stolen).status_code == 302


def test_forgotten_uploads_go_after_a_day(own_uploads):
    old, new = RosterUploads(), RosterUploads()
    old.save(b"old")
    os.utime(own_uploads / old.name, (time.time() - 90_000,) * 2)
    new.save(b"new")
    assert [path.name for path in own_uploads.iterdir()] == [new.name]
    assert (own_uploads / new.name).stat().st_mode & 0o077 == 0


def test_only_own_units_can_be_chosen(client, tree, clerk):
    client.force_login(clerk)
    assert list(client.get(reverse(IMPORT)).context["form"].fields["unit"].queryset) == [tree.township]
    page = upload(client, tree.township2, person(1))
    assert "preview" not in page.context
    page = upload(client, tree.township, person(1))
    forged = page.context["confirm_form"].initial | {"unit": tree.county.pk}
    client.post(reverse("admin:cadres_posting_process_import"), forged)
    assert not Cadre.objects.exists()


@pytest.mark.parametrize(
    "page", ["cadres_posting_import", "cadres_posting_import_template", "cadres_posting_process_import"]
)
def test_an_auditor_may_not_import(client, auditor, page):
    client.force_login(auditor)
    method = client.post if page.endswith("process_import") else client.get
    assert method(reverse(f"admin:{page}")).status_code == 403


def test_the_list_offers_what_the_user_may(client, clerk, auditor):
    for user, offers in ((clerk, True), (auditor, False)):
        client.force_login(user)
        text = client.get(reverse("admin:cadres_posting_changelist")).content.decode()
        assert ("导入花名册" in text) is offers
        assert "导出花名册" in text


def test_the_template_has_the_units_lists_and_is_readable(client, tree, clerk, institution):
    client.force_login(clerk)
    content = client.get(reverse("admin:cadres_posting_import_template"), {"unit": tree.township.division_code}).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, lists = book["花名册"], book["选项"]
    assert [cell.value for cell in sheet[2]] == ["序号", *(column.label for column in ROSTER.columns)]
    assert lists.sheet_state == "hidden"
    offered = {cell.value for row in lists.iter_rows() for cell in row}
    assert {"大同村", "龙塘村", "县财政局", "壮族"} <= offered
    assert "邻村" not in offered
    formulas = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert "'选项'!$F$1:$F$2" in formulas
    assert sheet.column_dimensions["F"].number_format == "@"
    for column, value in enumerate(person(1).values(), start=1):
        sheet.cell(4, column, None if value is None else str(value))
    reading = read_tables(content, columns=ROSTER)
    assert not reading.problems
    assert not reading.warnings
    assert not list(reading.rows)


def test_a_filled_template_imports(tree, client, clerk):
    client.force_login(clerk)
    content = client.get(reverse("admin:cadres_posting_import_template")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    labels = [cell.value for cell in book["花名册"][2]]
    row = person(1) | {"身份证号": person(1)["身份证号码"]}
    for column, label in enumerate(labels, start=1):
        if row.get(label) is not None:
            book["花名册"].cell(4, column, row[label])
    out = io.BytesIO()
    book.save(out)
    assert set(HEADER) - {"身份证号码"} < set(labels)
    report = import_roster(unit=tree.township, content=out.getvalue(), filename="模板.xlsx", actor=clerk)
    assert (report.created, report.errors) == (1, [])


def test_export_page_gives_a_workbook_with_its_watermark(client, tree, posting, secretary):
    client.force_login(secretary)
    url = reverse("admin:cadres_posting_export")
    assert client.get(url).status_code == 200
    response = client.post(url, {"unit": tree.township.pk, "day": "2026-06-01"})
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    texts = [
        cell.value for row in openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows() for cell in row
    ]
    assert "甘雨" in texts
    assert any(str(text).startswith("导出人 书记 ") for text in texts)
    report = import_roster(unit=tree.township, content=response.content, filename="out.xlsx", dry_run=True)
    assert (report.rows, report.errors) == (1, [])
    assert "form" in client.post(url, {"unit": tree.township2.pk, "day": "2026-06-01"}).context
