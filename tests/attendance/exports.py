"""Files as DingTalk and WeCom export them: title rows, merged headers and ways of writing dates are theirs."""

import io

import openpyxl

DING_RECORD = [
    "姓名", "考勤组", "部门", "工号", "职位", "UserId", "考勤日期", "考勤时间", "打卡时间", "打卡结果", "打卡地址", "打卡备注",
    "异常打卡原因", "打卡图片1", "打卡图片2", "打卡设备", "管理员修改备注", "管理员修改备注图片1",
]  # fmt: skip
WECOM_DETAIL = [
    "日期", "姓名", "账号", "部门", "职务", "所属规则", "打卡类型", "应打卡时间", "实际打卡时间", "打卡状态", "假勤申请",
    "打卡地点", "打卡备注", "打卡图片", "打卡设备",
]  # fmt: skip
WEEKDAYS = "一二三四五六日"


def _bytes(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book, name: str, titles: list[str], width: int):
    sheet = book.create_sheet(name)
    for number, title in enumerate(titles, start=1):
        sheet.cell(number, 1, title)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=width)
    return sheet


def _ding_titles(what: str) -> list[str]:
    return [f"{what} 统计日期：2026-10-01 至 2026-10-31", "报表生成时间：2026-11-02 09:10"]


def _tall(sheet, row: int, columns: int) -> None:
    for column in range(1, columns + 1):
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + 1, end_column=column)


def ding_records(book, *rows: dict) -> None:
    """原始记录: `rows` by header; the other columns are filled as DingTalk fills them."""
    sheet = _sheet(book, "原始记录", _ding_titles("原始记录表"), len(DING_RECORD))
    sheet.append(DING_RECORD)
    for row in rows:
        filled = {"考勤组": "驻村工作队", "部门": "大同镇", "UserId": "manager4321", "打卡设备": "iPhone 13", **row}
        sheet.append([filled.get(header) for header in DING_RECORD])


def ding_grid(book, *people: tuple[str, dict[int, str]]) -> None:
    """打卡时间: a column a day of October 2026; Saturdays and Sundays are headed 六 and 日."""
    fixed = ["姓名", "考勤组", "部门", "工号", "职位", "UserId"]
    sheet = _sheet(book, "打卡时间", _ding_titles("打卡时间"), len(fixed) + 31)
    sheet.append([*fixed, "打卡时间"])
    sheet.append([None] * 6 + [_ding_day(day) for day in range(1, 32)])
    _tall(sheet, 3, len(fixed))
    sheet.merge_cells(start_row=3, start_column=7, end_row=3, end_column=37)
    for name, times in people:
        sheet.append([name, "驻村工作队", "大同镇", None, None, "u1", *(times.get(day) for day in range(1, 32))])


def _ding_day(day: int) -> str:
    weekday = (3 + day - 1) % 7  # 1 October 2026 is a Thursday
    return WEEKDAYS[weekday] if weekday > 4 else str(day)


def ding_sums(book, *names: str) -> None:
    """月度汇总: sums, and what each day was called."""
    fixed = ["姓名", "考勤组", "部门", "工号", "职位", "UserId", "出勤天数", "休息天数", "迟到次数"]
    sheet = _sheet(book, "月度汇总", _ding_titles("月度汇总"), len(fixed) + 31)
    sheet.append([*fixed, "考勤结果"])
    sheet.append([None] * len(fixed) + [_ding_day(day) for day in range(1, 32)])
    _tall(sheet, 3, len(fixed))
    sheet.merge_cells(start_row=3, start_column=10, end_row=3, end_column=40)
    for name in names:
        cells = ["正常", "休息", "请假10-03 08:30到10-03 17:30 1天", *["正常"] * 28]
        sheet.append([name, "驻村工作队", "大同镇", None, None, "u1", 20, 8, 1, *cells])


def ding_days(book, *rows: list) -> None:
    """每日统计: names over 上班1, 下班1 with time and result below."""
    fixed = ["姓名", "考勤组", "部门", "工号", "职位", "UserId", "日期", "workDate", "班次"]
    sheet = _sheet(book, "每日统计", _ding_titles("每日统计表"), 16)
    sheet.append([*fixed, "上班1", None, "下班1", None, "出勤天数"])
    sheet.append([None] * 9 + ["打卡时间", "打卡结果"] * 2)
    _tall(sheet, 3, len(fixed))
    for column in (10, 12):
        sheet.merge_cells(start_row=3, start_column=column, end_row=3, end_column=column + 1)
    for name, day, *times in rows:
        sheet.append([name, "驻村工作队", "大同镇", None, None, "u1", day, "1759334400000", "白班", *times, 1])


def ding(*parts, titles: list[str] | None = None) -> bytes:
    """A workbook of some of the sheets above: (maker, *arguments) each. `titles` stand in the place of DingTalk's."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for make, *arguments in parts:
        make(book, *arguments)
    for number, title in enumerate(titles or (), start=1):
        book.active.cell(number, 1, title)
    return _bytes(book)


def wecom_daily(overview: list[list], details: list[dict] | None = None) -> bytes:
    """上下班打卡_日报_….xlsx: 概况统计与打卡明细, and 打卡详情 with a row a punch."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    span = "统计时间:10-01 ～ 10-31     制表时间:2026-11-02 09:10(UTC+8)"
    fixed = ["时间", "姓名", "账号", "部门", "职务", "所属规则", "班次"]
    sheet = _sheet(book, "概况统计与打卡明细", ["概况统计与打卡明细", span], 20)
    sheet.append([*fixed, "考勤概况", None, None, "上班1", None, "下班1", None, "打卡时间记录"])
    below = ["最早", "最晚", "打卡次数(次)", "打卡时间", "打卡状态", "打卡时间", "打卡状态"]
    sheet.append([None] * len(fixed) + below)
    _tall(sheet, 3, len(fixed))
    for first, last in ((8, 10), (11, 12), (13, 14)):
        sheet.merge_cells(start_row=3, start_column=first, end_row=3, end_column=last)
    sheet.merge_cells(start_row=3, start_column=15, end_row=4, end_column=15)
    for day, name, *cells in overview:
        sheet.append([day, name, "ganyu", "大同镇", "队员", "驻村", "08:30-17:30", *cells])
    if details is not None:
        sheet = _sheet(book, "打卡详情", ["打卡详情", span], len(WECOM_DETAIL))
        sheet.append(WECOM_DETAIL)
        for row in details:
            filled = {"账号": "ganyu", "部门": "大同镇", "所属规则": "驻村", "假勤申请": "--", **row}
            sheet.append([filled.get(header) for header in WECOM_DETAIL])
    return _bytes(book)


def wecom_grid(*people: tuple[str, dict[int, str]]) -> bytes:
    """打卡时间记录_….xlsx: a column a day, headed by number and weekday."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    fixed = ["姓名", "账号", "部门", "职务"]
    span = "统计时间:10-01 ～ 10-31     制表时间:2026-11-02 09:10(UTC+8)"
    sheet = _sheet(book, "打卡时间记录", ["打卡时间记录", span], 35)
    sheet.append([])
    days = [f"{day}\n星期{WEEKDAYS[(3 + day - 1) % 7]}" for day in range(1, 32)]
    sheet.append([*fixed, *days])
    for name, times in people:
        sheet.append([name, "ganyu", "大同镇", "队员", *(times.get(day, "--") for day in range(1, 32))])
    return _bytes(book)
