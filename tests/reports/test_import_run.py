"""An import from upload to writing: nothing before the button, and exactly what was shown after it."""

from datetime import date

import pytest
from django.db import connection

from cadres.actions.undo_import import undo_import
from cadres.imports import (
    HasProblems,
    NothingToWrite,
    NotReady,
    NotToBeUndone,
    PreviewOutdated,
    ReasonWanted,
    UploadGone,
)
from cadres.models import Cadre, ColumnChoice, ImportRow, ImportRun, Posting
from cadres.roster.uploads import RosterUploads
from reports.actions import start_import as starting
from reports.actions.correct_import import correct_columns, keep_value, replace_value
from reports.actions.do_job import HANDLERS
from reports.actions.drop_import import drop_import
from reports.actions.start_import import start_import
from reports.actions.write_import import write_import
from reports.import_answer import answer_file
from reports.imports import BadAnswer
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.factories import CadreFactory, PostingFactory, id_number
from townships import jobs
from townships.errors import NotAllowed
from townships.models import AuditEntry, Job

pytestmark = pytest.mark.django_db
State = ImportRun.State
BAD = id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def upload(tree, clerk):
    def start(*people, header=HEADER, actor=clerk, kind=""):
        content = xlsx(("名单", table(people, header)))
        return start_import(unit=tree.township, kind=kind, content=content, file_name="花名册.xlsx", actor=actor)

    return start


def kinds(run) -> list[str]:
    return list(run.rows.values_list("kind", flat=True))


def test_an_upload_writes_nothing_but_its_preview(upload):
    run = upload(person(1), person(2, village="没有村"), person(3, 姓名=None))
    assert run.state == State.READY
    assert run.kind == "roster"
    assert (run.counts["new"], run.counts["refused"]) == (1, 2)
    assert kinds(run) == ["new", "refused", "refused"]
    assert Cadre.objects.count() == Posting.objects.count() == 0


def test_the_upload_is_kept_for_the_service_alone(upload, tmp_path):
    run = upload(person(1))
    assert (tmp_path / "uploads" / run.upload).stat().st_mode & 0o777 == 0o600


def test_every_cell_that_changes_is_shown_old_and_new(upload, tree, institution):
    cadre = CadreFactory(name="韦乙春", id_number=id_number(1), phone="13900001234", sex="男", birth_month="1980-01")
    PostingFactory(cadre=cadre, village=tree.village, dispatching_institution=institution, begins=date(2026, 3, 1))
    run = upload(person(1))
    (row,) = run.rows.all()
    assert row.kind == "changed"
    assert ["联系电话", "139****1234", "13800000001"] in row.changes
    write_import(run=run, actor=run.uploaded_by)
    (row,) = run.rows.all()
    assert ["联系电话", "139****1234", "138****0001"] in row.changes


def test_a_wrong_cell_carries_its_sentence(upload):
    run = upload(person(1, 身份证号码=BAD))
    (row,) = run.rows.all()
    (problem,) = row.problems
    assert (problem["label"], problem["key"], problem["value"]) == ("身份证号", "id_number", BAD)
    assert problem["message"].startswith("校验位不对")


def test_rows_left_out_are_kept_in_their_place_with_the_reason(tree, clerk):
    rows = [*table([person(1)]), ["合计", 1], *table([person(2)])[1:]]
    content = xlsx(("名单", rows))
    run = start_import(unit=tree.township, kind="", content=content, file_name="a.xlsx", actor=clerk)
    assert [(row.row, row.kind) for row in run.rows.all()] == [(2, "new"), (3, "left_out"), (4, "new")]
    assert run.rows.get(kind="left_out").problems == [{"message": "合计或小计行"}]


def test_a_corrected_column_is_remembered_for_the_unit(upload, clerk):
    strange = tuple("所在地" if name == "驻村名称" else name for name in HEADER)
    people = [{**person(n), "所在地": "大同村"} for n in (1, 2)]
    run = upload(*people, header=strange)
    assert run.counts["refused"] == 2
    columns = {"所在地": "village", "联系电话": "nonsense"}
    run = correct_columns(run=run, actor=clerk, columns=columns, kind="roster", options={})
    assert (run.counts["new"], run.counts["refused"]) == (2, 0)
    assert ColumnChoice.objects.values_list("header", "key").get() == ("所在地", "village")
    assert upload(*people, header=strange).counts["new"] == 2


def test_one_village_is_put_right_for_all_rows_and_back(upload, clerk):
    run = upload(person(1, village="大桐村"), person(2, village="大桐村"), person(3))
    assert [(s["key"], s["value"], s["rows"]) for s in run.stumbles if s["key"] == "village"] == [
        ("village", "大桐村", 2)
    ]
    run = replace_value(run=run, actor=clerk, key="village", raw="大桐村", replacement="大同村")
    assert (run.counts["new"], run.counts["refused"]) == (3, 0)
    run = keep_value(run=run, actor=clerk, key="village", raw="大桐村")
    assert run.counts["refused"] == 2


def test_the_button_writes_what_was_shown(upload, clerk, tree):
    run = write_import(run=upload(person(1), person(2)), actor=clerk)
    assert run.state == State.WRITTEN
    assert (run.counts["created"], run.counts["updated"], run.written_by) == (2, 0, clerk)
    assert Posting.objects.filter(village=tree.village).count() == 2
    assert AuditEntry.objects.filter(act="roster.imported", actor=clerk, subject="花名册.xlsx").exists()
    with pytest.raises(NotReady):
        write_import(run=run, actor=clerk)


def test_the_button_refuses_while_rows_have_problems(upload, clerk):
    with pytest.raises(HasProblems):
        write_import(run=upload(person(1), person(2, village="没有村")), actor=clerk)
    assert Cadre.objects.count() == 0


def test_good_rows_alone_are_a_choice_with_a_reason_and_the_rest_comes_back(upload, clerk, tree):
    run = upload(person(1), person(2, village="没有村", 派出单位="只在错行里的单位"), person(3))
    with pytest.raises(ReasonWanted):
        write_import(run=run, actor=clerk, only_good=True, reason=" ")
    run = write_import(run=run, actor=clerk, only_good=True, reason="二号村名待核")
    assert (run.counts["created"], run.reason) == (2, "二号村名待核")
    assert set(Cadre.objects.values_list("id_number", flat=True)) == {id_number(1), id_number(3)}
    assert not tree.county.institutions.filter(name="只在错行里的单位").exists()
    rest = answer_file(run=run, actor=clerk, what="rest")
    again = start_import(unit=tree.township, kind="", content=rest.content, file_name=rest.filename, actor=clerk)
    assert (again.counts["refused"], again.counts["new"]) == (1, 0)


def test_nothing_is_written_when_the_register_changed_since_the_preview(upload, clerk, tree):
    run = upload(person(1), person(2))
    other = upload(person(1, village="龙塘村"))
    write_import(run=other, actor=clerk)
    with pytest.raises(PreviewOutdated):
        write_import(run=run, actor=clerk)
    run.refresh_from_db()
    assert (run.state, run.counts["refused"]) == (State.READY, 1)
    assert run.failure == PreviewOutdated.message
    assert Cadre.objects.count() == 1


def test_the_same_file_again_has_nothing_to_write(upload, clerk):
    write_import(run=upload(person(1)), actor=clerk)
    run = upload(person(1))
    assert run.counts["same"] == 1
    with pytest.raises(NothingToWrite):
        write_import(run=run, actor=clerk)


def test_an_upload_that_is_gone_is_said(upload, clerk):
    run = upload(person(1))
    RosterUploads(name=run.upload).remove()
    with pytest.raises(UploadGone):
        write_import(run=run, actor=clerk)


def test_giving_up_deletes_the_file_and_keeps_the_line_of_history(upload, clerk, tmp_path):
    run = upload(person(1))
    drop_import(run=run, actor=clerk, capability="manage_roster")
    run.refresh_from_db()
    assert run.state == State.DROPPED
    assert list((tmp_path / "uploads").iterdir()) == []
    assert not ImportRow.objects.exists()


def test_a_file_without_a_table_is_unusable_and_says_why(tree, clerk):
    run = start_import(unit=tree.township, kind="", content=b"\x00\x01", file_name="a.xlsx", actor=clerk)
    assert run.state == State.UNUSABLE
    assert [note["code"] for note in run.notes] == ["file.unreadable"]


def test_who_may_not_manage_the_roster_may_not_upload(upload, auditor):
    with pytest.raises(NotAllowed):
        upload(person(1), actor=auditor)


# --- large files


@pytest.fixture
def large(monkeypatch):
    """Three rows are many here."""
    monkeypatch.setattr(starting, "AT_ONCE", 2)
    monkeypatch.setattr("reports.actions.write_import.AT_ONCE", 2)


def test_a_large_file_is_judged_and_written_by_jobs(upload, clerk, large):
    run = upload(person(1), person(2), person(3))
    assert (run.state, run.counts.get("new"), run.job.kind) == (State.JUDGING, None, "judge_import")
    assert jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert (run.state, run.counts["new"], run.job.progress) == (State.READY, 3, 3)
    run = write_import(run=run, actor=clerk)
    assert (run.state, run.job.kind, Cadre.objects.count()) == (State.WRITING, "write_import", 0)
    assert jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert (run.state, Cadre.objects.count()) == (State.WRITTEN, 3)


def test_a_cancelled_job_writes_no_preview(upload, clerk, large):
    run = upload(person(1), person(2), person(3))
    job = jobs.claim(run.job_id)
    drop_import(run=run, actor=clerk, capability="manage_roster")
    assert not jobs.heartbeat(job)
    run.refresh_from_db()
    assert (run.state, run.job.state) == (State.DROPPED, Job.State.CANCELLED)


def test_a_file_given_up_in_the_middle_leaves_no_rows(upload, clerk, large, monkeypatch):
    monkeypatch.setattr("cadres.actions.import_roster.BATCH", 1)
    monkeypatch.setattr("cadres.import_store.BATCH", 1)
    run = upload(person(1), person(2), person(3))
    seen = []

    def given_up_at_the_second_beat(execute, sql, params, many, context):
        """Somebody gives the file up a moment before the worker says that he is at row 2."""
        if sql.startswith('UPDATE "townships_job" SET') and '"progress" = %s' in sql:
            seen.append(params[1])
            if params[1] == 2:
                drop_import(run=run, actor=clerk, capability="manage_roster")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(given_up_at_the_second_beat):
        jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert (run.state, run.rows.count(), seen) == (State.DROPPED, 0, [1, 2])


def test_a_refused_writing_job_leaves_a_new_preview(upload, clerk, large):
    run = upload(person(1), person(2), person(3))
    jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    run = write_import(run=run, actor=clerk)
    write_import(run=upload(person(1)), actor=clerk)
    jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert (run.state, run.failure) == (State.READY, PreviewOutdated.message)
    assert run.job.state == Job.State.FAILED


def test_what_was_given_up_while_it_was_looked_at_stays_given_up(upload, clerk, large):
    run = upload(person(1), person(2), person(3))
    ImportRun.objects.filter(pk=run.pk).update(state=State.DROPPED)
    jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert (run.state, run.rows.count()) == (State.DROPPED, 0)


def test_a_writing_that_broke_off_can_be_tried_again(upload, clerk, large):
    run = upload(person(1), person(2), person(3))
    jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    run = write_import(run=run, actor=clerk)
    Job.objects.filter(pk=run.job_id).update(state=Job.State.FAILED)
    drop_import(run=run, actor=clerk, capability="manage_roster")
    run.refresh_from_db()
    run = write_import(run=run, actor=clerk)
    assert jobs.run(run.job_id, HANDLERS)
    run.refresh_from_db()
    assert run.state == State.WRITTEN


# --- other tables


def test_a_sheet_waits_for_its_week_and_evidence_is_not_taken_back(tree, clerk, posting):
    rows = [["姓名", *"一二三四五六日"], [posting.cadre.name, *"√√√√√休休"]]
    run = start_import(unit=tree.township, kind="", content=xlsx(("表", rows)), file_name="考勤.xlsx", actor=clerk)
    assert (run.kind, run.state, run.failure) == (
        "weekly_sheet",
        State.UNUSABLE,
        "这是周考勤表，还要填：哪一周的考勤表。",
    )
    answers = {"columns": {}, "kind": "weekly_sheet"}
    assert correct_columns(run=run, actor=clerk, options={"week": "上周"}, **answers).failure == BadAnswer.message
    run = correct_columns(run=run, actor=clerk, options={"week": "2026-W45"}, **answers)
    assert run.state == State.READY
    run = write_import(run=run, actor=clerk)
    assert (run.state, run.counts["undoable"]) == (State.WRITTEN, False)
    with pytest.raises(NotToBeUndone):
        undo_import(run=run, actor=clerk, capability="manage_evidence")
