"""The template: lists from the unit's own names, text from the start, and what is filled in goes in whole."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from cadres.actions.import_roster import import_roster
from cadres.roster.columns import ROSTER
from cadres.roster.template import NOTES_SHEET, roster_template
from cadres.roster_template import template_for
from tests.cadres.roster_files import saved
from tests.factories import InstitutionFactory, UnitFactory, id_number
from townships.models import Institution

LETTERS = {column.key: openpyxl.utils.get_column_letter(n) for n, column in enumerate(ROSTER.columns, start=2)}
DAY = date(2026, 6, 1)


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def book(tree, institution):
    return opened(template_for(tree.county, DAY))


def filled(book, serials) -> bytes:
    sheet = book["花名册"]
    for row, serial in enumerate(serials, start=4):
        person = {
            "name": f"韦甲{serial}",
            "ethnicity": "壮族",
            "id_number": id_number(serial),
            "political_status": "中共党员",
            "education": "大学本科",
            "dispatching_institution": "县财政局",
            "dispatch_level": "县级",
            "village": "大同村",
            "team_role": "队员",
            "phone": f"138{serial:08d}",
            "start_date": "2026-03-01",
            "end_date": "2028-02-29",
        }
        sheet.cell(row, 1, serial)
        for key, text in person.items():
            sheet[f"{LETTERS[key]}{row}"] = text
    return saved(book)


def test_a_filled_template_goes_in_whole(tree, book):
    report = import_roster(unit=tree.county, content=filled(book, range(1, 31)), filename="a.xlsx")
    assert (report.rows, report.created, report.errors, report.warnings) == (30, 30, [], [])


def test_an_empty_template_has_nobody(tree, book):
    report = import_roster(unit=tree.county, content=saved(book), filename="a.xlsx")
    assert (report.rows, report.created) == (0, 0)
    assert not Institution.objects.exclude(name="县财政局").exists()


def test_the_example_is_left_out_also_without_its_first_column(tree, book):
    content = opened(filled(book, [1]))
    content["花名册"].delete_cols(1)
    report = import_roster(unit=tree.county, content=saved(content), filename="a.xlsx")
    assert (report.rows, report.errors) == (1, [])


def rules(book) -> dict:
    """The rule of each column by key."""
    by_letter = {re.match("[A-Z]+", str(r.sqref))[0]: r for r in book["花名册"].data_validations.dataValidation}
    return {key: by_letter[letter] for key, letter in LETTERS.items() if letter in by_letter}


def listed(book, rule) -> list[str]:
    """The names a list rule points at."""
    sheet, area = re.fullmatch(r"'?([^'!]+)'?!(\$[A-Z]+\$1:\$[A-Z]+\$\d+)", rule.formula1).groups()
    assert book[sheet].sheet_state == "hidden"
    return [cell.value for (cell,) in book[sheet][area.replace("$", "")]] if ":" in area else []


def test_lists_are_the_units_own_and_stand_in_a_hidden_sheet(book):
    found = rules(book)
    assert listed(book, found["village"]) == ["大同村", "龙塘村"]
    assert "壮族" in listed(book, found["ethnicity"])
    assert found["village"].showErrorMessage
    assert not found["dispatching_institution"].showErrorMessage


def test_villages_of_one_name_are_listed_with_their_township_and_gone_ones_not_at_all(tree):
    township = UnitFactory(level="township", name="龙塘镇", division_code="459901102000", parent=tree.county)
    UnitFactory(level="village", name="大同村", division_code="459901102201", parent=township)
    UnitFactory(level="village", name="旧村", division_code="459901102202", parent=township, ends=date(2026, 1, 1))
    book = opened(template_for(tree.county, DAY))
    assert listed(book, rules(book)["village"]) == ["大同镇大同村", "龙塘村", "龙塘镇大同村"]


def test_only_what_excel_and_wps_both_honour(book):
    for rule in book["花名册"].data_validations.dataValidation:
        assert len(rule.formula1 or "") <= 255
        assert not (rule.formula1 or "").startswith("=")
        assert len(rule.error or "") <= 255
        assert len(rule.prompt or "") <= 255
        assert len(rule.promptTitle or "") <= 32
        assert not re.search("[a-zA-Z]{3}", (rule.error or "") + (rule.prompt or ""))


def test_numbers_are_text_from_the_start(book):
    for key in ("id_number", "phone", "start_date", "birth_month"):
        assert book["花名册"].column_dimensions[LETTERS[key]].number_format == "@"


def test_notes_tell_what_each_column_wants(book):
    assert {row[0].value for row in book[NOTES_SHEET].iter_rows(min_row=2)} >= {c.label for c in ROSTER.columns}


def test_a_name_that_looks_like_a_formula_stays_a_name():
    book = opened(roster_template(unit_name="县", villages=["=1+1", "大同村"], institutions=[]))
    assert listed(book, rules(book)["village"])[0] == "=1+1"
    assert book["选项"].cell(1, 6).data_type == "s"


def test_twenty_thousand_villages_fit():
    book = opened(roster_template(unit_name="省", villages=[f"第{n}村" for n in range(20_000)], institutions=[]))
    assert rules(book)["village"].formula1.endswith("$20000")


def test_whoever_manages_the_roster_downloads_it(client, tree, secretary):
    InstitutionFactory(name="县农业农村局", unit=tree.county)
    client.force_login(secretary)
    answer = client.get(reverse("reports:import_template", args=[tree.township.division_code]))
    assert answer.status_code == 200
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    book = opened(answer.content)
    assert listed(book, rules(book)["dispatching_institution"]) == ["县农业农村局"]
