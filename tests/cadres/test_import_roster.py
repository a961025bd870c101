"""Rosters through the action and the commands: samples, refusals, second imports, transfers, history, cost."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.actions.import_roster import import_roster
from cadres.models import Cadre, Posting
from tests.cadres.roster_files import HEADER, person, table, xlsx
from tests.factories import CadreFactory, InstitutionFactory, PostingFactory, UnitFactory, user_with
from townships.commands import UsageError
from townships.errors import NotAllowed, OutOfReach
from townships.models import AuditEntry, Institution

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED = json.loads((SAMPLES / "rosters.expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def town(tree):
    """The township of the samples with its four villages."""
    for serial, name in enumerate(("百合村", "平安社区"), start=203):
        UnitFactory(level="village", name=name, division_code=f"459901101{serial}", parent=tree.township)
    return tree.township


def bring(unit, *people, header=HEADER, **options):
    content = xlsx(("花名册", table(people, header)))
    return import_roster(unit=unit, content=content, filename="花名册.xlsx", **options)


def codes(problems) -> list[tuple]:
    return [(problem.row, problem.code) for problem in problems]


def command(*args) -> SimpleNamespace:
    out = StringIO()
    try:
        call_command(*args, "--json", stdout=out, stderr=StringIO())
    except UsageError as wrong:
        return SimpleNamespace(code=wrong.returncode, document=None)
    except SystemExit as stop:
        return SimpleNamespace(code=stop.code, document=json.loads(out.getvalue()))
    return SimpleNamespace(code=0, document=json.loads(out.getvalue()))


# --- the samples


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_imports_as_expected_and_twice_changes_nothing(name, town):
    expected = EXPECTED[name]
    args = ("import_roster", str(SAMPLES / name), "--unit", town.division_code)
    first = command(*args)
    assert first.code == (0 if expected["committed"] else 1)
    document = first.document
    assert [[e["row"], e["code"]] for e in document["errors"]] == expected["errors"]
    warned = [[w["row"], w["code"]] for w in document["warnings"] if w["code"] != "institution.created"]
    assert warned == expected["warnings"]
    assert document["committed"] is expected["committed"]
    exported = command("export_roster", "--unit", town.division_code, "--date", "2026-06-01").document
    by_number = {row["id_number"]: row for row in exported}
    assert len(by_number) == len(expected["people"])
    for human in expected["people"]:
        assert {key: by_number[human["id_number"]][key] for key in human} == human
    if expected["committed"]:
        again = command(*args).document
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(expected["people"]))


def test_the_copied_samples_are_the_shared_ones():
    shared = Path(__file__).parents[3] / "shared" / "samples"
    if not shared.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    for path in shared.glob("roster*"):
        assert (SAMPLES / path.name).read_bytes() == path.read_bytes()


# --- all or nothing, idempotent


def test_any_error_and_nothing_is_written(town):
    report = bring(town, person(1), person(2, 联系电话="12345"), person(3, 驻村名称="白河村"))
    assert codes(report.errors) == [(3, "phone.invalid"), (4, "village.unknown")]
    assert (report.rows, report.created, report.committed) == (3, 0, False)
    assert not Cadre.objects.exists()
    assert not Institution.objects.exists()
    assert all("请" in problem.message and f"第 {problem.row} 行" in problem.message for problem in report.errors)


def test_a_dry_run_counts_and_writes_nothing(town):
    report = bring(town, person(1), person(2), dry_run=True)
    assert (report.created, report.committed) == (2, False)
    assert [outcome.kind for outcome in report.outcomes] == ["new", "new"]
    assert not Cadre.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_second_import_changes_nothing_and_leaves_no_history(town):
    people = [person(n) for n in range(1, 6)]
    assert bring(town, *people).created == 5
    before = Cadre.history.count(), Posting.history.count(), Institution.history.count()
    report = bring(town, *people)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 5)
    assert not report.warnings
    assert (Cadre.history.count(), Posting.history.count(), Institution.history.count()) == before


def test_history_says_who_and_from_which_file(town, clerk):
    bring(town, person(1), actor=clerk)
    bring(town, person(1, 联系电话="13900000001"), actor=clerk)
    newest = Cadre.history.first()
    assert (newest.history_user, newest.history_type) == (clerk, "~")
    assert newest.history_change_reason == "导入花名册 花名册.xlsx"
    assert newest.prev_record.phone == "13800000001"
    assert Posting.history.count() == 1
    assert AuditEntry.objects.filter(act="roster.imported", actor=clerk, unit=town).count() == 2


# --- what the rows say


def test_every_problem_of_a_row_is_told_at_once(town):
    row = person(
        1,
        姓名=None,
        身份证号码="459901",
        派出单位=" ",
        选派层级="村级",
        驻村名称="白河",
        联系电话="1",
        驻村起始时间="明天",
    )
    report = bring(town, row)
    assert [(p.column, p.code) for p in report.errors] == [
        ("身份证号码", "id_number.invalid"),
        ("选派层级", "choice.unknown"),
        ("联系电话", "phone.invalid"),
        ("驻村起始时间", "date.invalid"),
        ("姓名", "required"),
        ("派出单位", "required"),
        ("驻村名称", "village.unknown"),
    ]


@pytest.mark.parametrize("missing", ["身份证号码", "派出单位", "驻村名称", "驻村起始时间"])
def test_a_file_without_a_required_column_is_refused_once(town, missing):
    report = bring(town, person(1), person(2), header=tuple(h for h in HEADER if h != missing))
    assert codes(report.errors) == [(1, "required")]
    assert (report.rows, report.committed) == (2, False)


def test_the_identity_number_wins_over_sex_and_birth_month(town):
    header = (*HEADER, "出生年月")
    report = bring(town, person(1, 性别="女", 出生年月="1985.07"), person(2, 出生年月="1980.1"), header=header)
    assert codes(w for w in report.warnings if w.code != "institution.created") == [
        (2, "sex.mismatch"),
        (2, "birth_month.mismatch"),
    ]
    assert set(Cadre.objects.values_list("sex", "birth_month")) == {("男", "1980-01"), ("女", "1980-01")}


def test_a_person_twice_in_one_file_is_refused_on_the_later_row(town):
    report = bring(town, person(1), person(2), person(1, 驻村名称="龙塘村"))
    assert codes(report.errors) == [(4, "duplicate.row")]
    assert "第 2 行" in report.errors[0].message


def test_an_end_is_the_last_day(town):
    header = (*HEADER, "驻村结束时间")
    bring(town, person(1, 驻村结束时间="2026年10月21日"), person(2, 驻村结束时间="至今"), header=header)
    assert set(Posting.objects.values_list("ends", flat=True)) == {date(2026, 10, 22), None}
    report = bring(town, person(3, 驻村结束时间="2026-02-28"), header=header)
    assert codes(report.errors) == [(2, "date.invalid")]


def test_institutions_match_by_normalised_name_and_are_created_at_the_county(town, tree):
    known = InstitutionFactory(name="县财政局", unit=tree.county)
    report = bring(
        town, person(1, 派出单位="县 财政局"), person(2, 派出单位="县水利局"), person(3, 派出单位="县水利局 ")
    )
    assert codes(report.warnings) == [(3, "institution.created")]
    assert Posting.objects.filter(dispatching_institution=known).count() == 1
    created = Institution.objects.get(name="县水利局")
    assert (created.unit, created.normalised_name, created.dispatched.count()) == (tree.county, "县水利局", 2)


def test_villages_are_searched_in_the_unit_only(town, tree):
    assert codes(bring(town, person(1, 驻村名称="邻村")).errors) == [(2, "village.unknown")]
    assert codes(bring(tree.village, person(1, 驻村名称="龙塘村")).errors) == [(2, "village.unknown")]
    assert bring(tree.village, person(1, 驻村名称="大同")).committed
    assert bring(tree.city, person(2, 驻村名称="邻镇邻村")).committed


def test_a_village_of_one_name_in_two_townships_is_ambiguous_until_the_township_is_told(tree, town):
    other = UnitFactory(level="township", name="小同镇", division_code="459901102000", parent=tree.county)
    UnitFactory(level="village", name="大同村", division_code="459901102201", parent=other)
    report = bring(tree.county, person(1))
    assert codes(report.errors) == [(2, "village.ambiguous")]
    assert "大同镇大同村、小同镇大同村" in report.errors[0].message
    assert bring(tree.county, person(1, 驻村名称="小同镇大同村")).committed
    header = (*HEADER, "所在乡镇")
    assert bring(tree.county, person(2, 所在乡镇="大同镇"), header=header).committed
    assert set(Posting.objects.values_list("village__parent__name", flat=True)) == {"大同镇", "小同镇"}


def test_other_columns_stay_with_the_posting(town):
    header = (*HEADER, "家庭住址", "备注")
    report = bring(town, person(1, 家庭住址="县城", 备注="党小组长" * 40), header=header)
    assert [w.column for w in report.warnings if w.code == "column.unknown"] == ["家庭住址"]
    assert Posting.objects.get().extra == {"家庭住址": "县城", "备注": "党小组长" * 40}
    report = bring(town, person(1, 家庭住址="大同村"), header=(*HEADER, "家庭住址"))
    assert report.updated == 1
    assert Posting.objects.get().extra == {"家庭住址": "大同村", "备注": "党小组长" * 40}


def test_absent_columns_and_blank_cells_leave_what_is_stored(town):
    bring(town, person(1))
    header = tuple(h for h in HEADER if h != "选派层级")
    report = bring(town, person(1, 联系电话=None), header=header)
    assert report.unchanged == 1
    assert (Cadre.objects.get().phone, Posting.objects.get().dispatch_level) == ("13800000001", "县级")


# --- postings over time


@pytest.fixture
def posted(town, tree):
    """A person who has been in 大同村 since March; his row is `person(700)`."""
    number = person(700)["身份证号码"]
    cadre = CadreFactory(name=person(700)["姓名"], id_number=number, sex="女", birth_month="1980-01")
    return PostingFactory(cadre=cadre, village=tree.village, begins=date(2026, 3, 1))


def test_an_overlapping_row_in_the_same_village_corrects_the_posting(town, posted):
    report = bring(town, person(700, 驻村起始时间="2026-03-15"))
    assert report.updated == 1
    assert Posting.objects.get().begins == date(2026, 3, 15)
    changes = {change.label: (change.old, change.new) for change in report.outcomes[0].changes}
    assert changes["驻村起始时间"] == ("2026-03-01", "2026-03-15")
    assert changes["派出单位"] == ("", "县财政局")


def test_a_later_period_is_a_posting_of_its_own(town, posted):
    posted.ends = date(2026, 6, 1)
    posted.save()
    report = bring(town, person(700, 驻村起始时间="2026-06-01"))
    assert (report.created, report.updated) == (1, 0)
    assert list(Posting.objects.values_list("begins", "ends")) == [
        (date(2026, 3, 1), date(2026, 6, 1)),
        (date(2026, 6, 1), None),
    ]


def test_an_old_list_does_not_reopen_an_ended_posting(town, posted):
    posted.ends = date(2026, 6, 1)
    posted.save()
    bring(town, person(700))
    assert Posting.objects.get().ends == date(2026, 6, 1)


def test_a_posting_elsewhere_in_the_same_days_refuses_the_row_and_says_where(town, posted):
    report = bring(town, person(700, 驻村名称="龙塘村"))
    assert codes(report.errors) == [(2, "cadre.posted_elsewhere")]
    assert "大同村" in report.errors[0].message
    assert "2026-03-01" in report.errors[0].message


def test_a_transfer_after_the_end_is_welcome(town, posted):
    posted.ends = date(2026, 6, 1)
    posted.save()
    assert bring(town, person(700, 驻村名称="龙塘村", 驻村起始时间="2026-06-01")).committed


def test_what_is_out_of_reach_is_not_named(tree, town, posted, outsider):
    report = bring(tree.township2, person(700, 驻村名称="邻村"), actor=outsider)
    assert codes(report.errors) == [(2, "cadre.posted_elsewhere")]
    assert "大同" not in json.dumps(report.to_json(), ensure_ascii=False)
    posted.cadre.phone, posted.ends = "13700000000", date(2026, 6, 1)
    posted.cadre.save()
    posted.save()
    report = bring(
        tree.township2, person(700, 驻村名称="邻村", 驻村起始时间="2026-07-01"), actor=outsider, dry_run=True
    )
    assert "13700000000" not in str(report.outcomes)


# --- rights, commands, cost


def test_the_right_is_manage_roster_at_the_unit(town, tree, auditor, outsider, clerk):
    with pytest.raises(NotAllowed):
        bring(town, person(1), actor=auditor)
    with pytest.raises(OutOfReach):
        bring(town, person(1), actor=outsider)
    assert bring(town, person(1), actor=clerk).committed
    with pytest.raises(OutOfReach):
        bring(tree.county, person(2), actor=user_with("township_clerk", tree.township2))


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["{file}", "--unit", "459901109999"], 2),
        (["/missing.xlsx", "--unit", "{unit}"], 2),
        (["{file}", "--unit", "{unit}", "--as", "nobody"], 2),
        (["{file}", "--unit", "{unit}", "--dry-run"], 0),
        (["{file}", "--unit", "{unit}"], 0),
    ],
)
def test_exit_codes_of_the_command(args, code, town):
    args = [a.format(file=SAMPLES / "roster_plain.xlsx", unit=town.division_code) for a in args]
    assert command("import_roster", *args).code == code


def test_the_command_of_a_person_obeys_his_rights(town, outsider):
    args = ("import_roster", str(SAMPLES / "roster_plain.xlsx"), "--unit", town.division_code)
    refused = command(*args, "--as", outsider.username)
    assert (refused.code, refused.document["code"]) == (1, "not_found")


def test_a_broken_file_is_one_error_with_row_null(town, tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes((SAMPLES / "roster_plain.xlsx").read_bytes()[:900])
    refused = command("import_roster", str(path), "--unit", town.division_code)
    assert refused.code == 1
    assert [(e["code"], e["row"]) for e in refused.document["errors"]] == [("file.unreadable", None)]


def selects(town, people) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert bring(town, *people).committed
    return sum(query["sql"].startswith("SELECT") for query in queries)


def test_three_hundred_people_ask_no_more_than_ten(town):
    few = [person(n) for n in range(1, 11)]
    many = [person(n) for n in range(101, 401)]
    assert selects(town, few) == selects(town, many)
    assert selects(town, few) == selects(town, many)
