"""What uploaded tables leave behind goes after its time; what was done stays told."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.urls import reverse
from django.utils import timezone

from cadres.actions.clear_imports import clear_imports
from cadres.actions.undo_import import undo_import
from cadres.imports import NotReady
from cadres.models import ImportRow, ImportRun, Posting
from cadres.tasks import clear_what_expired
from reports.actions.start_import import start_import
from reports.actions.write_import import write_import
from tests.cadres.roster_files import person, table, xlsx
from tests.factories import id_number
from townships.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def brought(tree, clerk, number: int, **wrong) -> ImportRun:
    content = xlsx(("名单", table([person(number), person(number + 1, **wrong)])))
    return start_import(unit=tree.township, kind="roster", content=content, file_name=f"{number}.xlsx", actor=clerk)


@pytest.fixture
def written(tree, clerk, institution):
    return write_import(run=brought(tree, clerk, 10), actor=clerk)


@pytest.fixture
def waiting(tree, clerk, institution):
    return brought(tree, clerk, 20, 身份证号="45990119800101")


def clear(days: int = 1) -> dict[str, int]:
    now = timezone.now()
    return clear_imports(before=now + timedelta(days=days), at=now)


def stored(run: ImportRun) -> str:
    rows = [ImportRun.objects.get(pk=run.pk), *ImportRow.objects.filter(run=run)]
    return json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)


def test_nothing_of_the_file_is_left_but_the_counts(written, waiting, own_folder):
    assert "138****0011" in stored(written)
    assert "138****0021" in stored(waiting)
    counts = written.counts
    assert clear() == {"imports": 2, "rows": 4}
    for run, word in ((written, "138****0011"), (waiting, "138****0021")):
        assert word not in stored(run)
    written.refresh_from_db()
    waiting.refresh_from_db()
    assert (written.state, written.counts, waiting.state) == ("written", counts, "dropped")
    assert Posting.objects.filter(cadre__id_number=id_number(10)).exists()
    assert list((own_folder / "uploads").iterdir()) == []
    acts = AuditEntry.objects.filter(act="import.cleared").order_by("pk")
    assert [(entry.subject, entry.unit) for entry in acts] == [("10.xlsx", written.unit), ("20.xlsx", waiting.unit)]


def test_before_its_time_everything_is_there_and_can_be_taken_back(written, waiting, clerk):
    assert clear(days=-1) == {"imports": 0, "rows": 0}
    assert undo_import(run=written, actor=clerk, capability="manage_roster").state == "undone"


def test_what_was_cleared_is_not_taken_back_and_not_cleared_again(written, clerk):
    clear()
    assert clear() == {"imports": 0, "rows": 0}
    with pytest.raises(NotReady, match="保存期限"):
        undo_import(run=written, actor=clerk, capability="manage_roster")


def test_what_is_being_written_is_left_alone(waiting):
    ImportRun.objects.update(state="writing")
    assert clear() == {"imports": 0, "rows": 0}


def test_many_are_cleared_in_several_batches(tree, clerk, monkeypatch):
    monkeypatch.setattr("cadres.actions.clear_imports.AT_ONCE", 2)
    at = timezone.now()
    ImportRun.objects.bulk_create(ImportRun(unit=tree.township, file_name=f"{n}", digest="", at=at) for n in range(5))
    assert clear()["imports"] == 5


def test_the_pages_of_a_cleared_import_say_so(written, clerk, client):
    clear()
    client.force_login(clerk)
    at = [written.unit.division_code, written.pk]
    page = client.get(reverse("reports:import_run", args=at)).content.decode()
    assert "保存期限清除" in page
    assert "撤回这次导入" not in page
    undo = client.get(reverse("reports:import_undo", args=at), follow=True).content.decode()
    assert "不能整批撤回" in undo
    for what in ("annotated", "rest"):
        answer = client.get(reverse("reports:import_file", args=[*at, what]), follow=True)
        assert answer.status_code == 200


def test_the_clock_does_it_all(written, settings):
    settings.IMPORT_KEEP_DAYS = 30
    ImportRun.objects.update(written_at=timezone.now() - timedelta(days=31))
    done = clear_what_expired()
    assert done["imports"] == 1
    assert set(done) >= {"imports", "rows", "sessions", "tokens", "failures", "factors"}
