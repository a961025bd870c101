"""The roster template to download: drop-down lists of the unit's own villages and institutions. Pure: no Django.

Number columns are text from the start, so that nobody loses the tail of an identity number. The sheet of notes and the
line of example are recognised by our reader and left out. Only what Excel and WPS both honour: lists as fixed areas of a
hidden sheet (a list in the rule itself ends at 255 characters), no dynamic arrays, messages in Chinese.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from cadres.roster import choices
from cadres.roster.columns import ROSTER, Column
from cadres.roster.workbook_out import WIDTHS
from townships.printable import printable

NOTES_SHEET = "填写说明(不导入)"
_LISTS_SHEET = "选项"
_HEADER_ROW, _EXAMPLE_ROW, _FIRST_ROW, _LAST_ROW = 2, 3, 4, 3003
_GREY = PatternFill("solid", fgColor="F2F2F2")
_EDGE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)

_EXAMPLE = {
    "name": "示例：买买提·艾力",
    "sex": "男",
    "ethnicity": "维吾尔族",
    "birth_month": "1985-07",
    "id_number": "身份证上的18位号码",
    "political_status": "中共党员",
    "education": "大学本科",
    "major": "农学",
    "dispatching_institution": "县财政局",
    "position": "办公室副主任",
    "dispatch_level": "县级",
    "village": "(在下拉列表中选)",
    "team_role": "第一书记",
    "phone": "13800000000",
    "start_date": "2026-03-01",
    "end_date": "2028-02-29",
    "lodging": "村委办公楼",
}
_LENGTHS = {"id_number": (18, "身份证号应为 18 位，请照证件填写。"), "phone": (11, "手机号应为 11 位，只填一个。")}
_ADVICE = {
    "name": "姓名中间不用加空格；少数民族姓名用间隔号 ·",
    "birth_month": "年月，如 1985-07；与身份证号不一致时以身份证号为准",
    "id_number": "18 位；本列已设为文本，请勿改为数字，否则末尾几位会丢失",
    "dispatching_institution": "可在下拉列表中选；列表里没有的直接填写，导入时自动登记",
    "dispatch_level": "谁派的：中央级、省级、自治区级、市级、县级、镇级、乡级",
    "village": "在下拉列表中选",
    "team_role": "第一书记、队长、副队长、队员等",
    "phone": "11 位手机号",
    "start_date": "到村第一天，年月日，如 2026-03-01",
    "end_date": "在村最后一天；没有定的留空",
}


def roster_template(*, unit_name: str, villages: Sequence[str], institutions: Sequence[str]) -> bytes:
    """The workbook for one unit; `villages` and `institutions` fill the drop-down lists."""
    unit_name, villages, institutions = printable((unit_name, list(villages), list(institutions)))
    book = Workbook()
    sheet = book.active
    sheet.title = "花名册"
    _write_head(sheet, unit_name)
    _write_example(sheet)
    _format_columns(sheet)
    _add_notes(book.create_sheet(NOTES_SHEET))
    _add_lists(book, sheet, {"village": villages, "dispatching_institution": institutions})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_head(sheet, unit_name: str) -> None:
    last = get_column_letter(len(ROSTER.columns) + 1)
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"] = f"{unit_name}驻村工作队员花名册"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    for index, label in enumerate(("序号", *(column.label for column in ROSTER.columns)), start=1):
        cell = sheet.cell(_HEADER_ROW, index, label)
        required = index > 1 and ROSTER.columns[index - 2].required
        cell.font = Font(bold=True, color="B3261E" if required else "1F2329")
        cell.fill, cell.border = _GREY, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.freeze_panes = sheet.cell(_EXAMPLE_ROW, 3)


def _write_example(sheet) -> None:
    for index, text in enumerate(("示例", *(_EXAMPLE[column.key] for column in ROSTER.columns)), start=1):
        cell = sheet.cell(_EXAMPLE_ROW, index, text)
        cell.font = Font(italic=True, color="8C8C8C")
        cell.border = _BOX


def _format_columns(sheet) -> None:
    # On whole columns, not on rows: pre-formatted rows would come back as thousands of blank ones.
    sheet.column_dimensions["A"].width = 6
    for index, column in enumerate(ROSTER.columns, start=2):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = WIDTHS[column.key]
        dimension.number_format = "@"


def _add_notes(sheet) -> None:
    sheet.append(["列名", "要求", "怎么填"])
    for column in ROSTER.columns:
        sheet.append([column.label, "必填" if column.required else "选填", _ADVICE.get(column.key, "")])
    sheet.append([])
    sheet.append(["红色列名必须填写；“示例”一行不会导入，可以保留或删除。列的顺序可以调整，列名请不要改动。"])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _GREY
    for letter, width in zip("ABC", (16, 8, 70), strict=True):
        sheet.column_dimensions[letter].width = width


def _add_lists(book: Workbook, sheet, own: dict[str, Sequence[str]]) -> None:
    """Lists longer than 255 characters must stand in cells: a hidden sheet holds them all."""
    closed = {
        "sex": ("男", "女"),
        "ethnicity": choices.ETHNICITIES,
        "political_status": choices.POLITICAL_STATUSES,
        "education": choices.EDUCATIONS,
        "dispatch_level": choices.DISPATCH_LEVELS,
        "village": own["village"],
    }
    opened = {"team_role": choices.TEAM_ROLES, "dispatching_institution": own["dispatching_institution"]}
    lists = book.create_sheet(_LISTS_SHEET)
    lists.sheet_state = "hidden"
    rules = {}
    for number, (key, names) in enumerate((closed | opened).items(), start=1):
        if not names:
            continue
        for row, name in enumerate(names, start=1):
            lists.cell(row, number, name).data_type = "s"
        letter = get_column_letter(number)
        area = f"{quote_sheetname(_LISTS_SHEET)}!${letter}$1:${letter}${len(names)}"
        rule = DataValidation(type="list", formula1=area)
        _guard(rule, strict=key in closed, text="请在下拉列表中选择，可以留空。")
        rules[key] = rule
    for key, (length, text) in _LENGTHS.items():
        rules[key] = DataValidation(type="textLength", operator="equal", formula1=str(length))
        _guard(rules[key], strict=True, text=text)
    for index, column in enumerate(ROSTER.columns, start=2):
        rule = rules.get(column.key) or DataValidation(type=None)
        _prompt(rule, column)
        letter = get_column_letter(index)
        rule.add(f"{letter}{_FIRST_ROW}:{letter}{_LAST_ROW}")
        sheet.add_data_validation(rule)


def _guard(rule: DataValidation, *, strict: bool, text: str) -> None:
    rule.allow_blank = True
    rule.showErrorMessage = strict
    rule.errorStyle = "stop"
    rule.errorTitle, rule.error = "请核对", text


def _prompt(rule: DataValidation, column: Column) -> None:
    """What appears beside the cell that is being filled."""
    advice = _ADVICE.get(column.key)
    if advice:
        rule.showInputMessage = True
        rule.promptTitle = f"{column.label}{'(必填)' if column.required else ''}"
        rule.prompt = advice
