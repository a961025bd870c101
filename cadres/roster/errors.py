"""What can be wrong with a file, a row or a cell, and the sentence that says what to do about it.

Codes are those of the roster contract; weekly sheets, check-ins and ledgers use the same ones. Pure: no Django.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

VALUE_SHOWN = 60
"""A cell longer than this many characters is shortened in a problem."""


class Invalid(ValueError):
    """A cell that has no normal form: `code` of the contract and `advice`, a Chinese sentence part without place."""

    def __init__(self, code: str, advice: str) -> None:
        super().__init__(advice)
        self.code = code
        self.advice = advice


class UnusableFile(Exception):
    """A file that cannot be read at all: carries one `Problem` whose row is null."""

    def __init__(self, code: str, advice: str, *, sheet: str | None = None) -> None:
        super().__init__(advice)
        self.problem = Problem(sheet=sheet, row=None, column=None, value="", code=code, message=advice)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning. `row` is the row as Excel counts it, null when the whole file or sheet is meant."""

    sheet: str | None
    row: int | None
    column: str | None
    value: str
    code: str
    message: str

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def shown(value: object) -> str:
    """A cell as a person sees it in the sheet, shortened: whole floats without `.0`, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        # Excel shows 15 digits of a number and zeros behind them.
        value = int(value) if abs(value) < 1e15 else int(Decimal(f"{value:.15g}"))
    text = str(value)
    return text if len(text) <= VALUE_SHOWN else text[: VALUE_SHOWN - 1] + "…"


def problem(
    code: str, advice: str, *, sheet: str | None, row: int | None, column: str | None, value: object = ""
) -> Problem:
    """A problem whose message begins with the place: 第 7 行“身份证号”…"""
    place = "" if row is None else f"第 {row} 行"
    if column:
        place += f"“{column}”"
    joint = "：" if place and not column else ""
    return Problem(
        sheet=sheet, row=row, column=column, value=shown(value), code=code, message=f"{place}{joint}{advice}"
    )


# --- whole files

UNREADABLE = "文件打不开，可能已损坏或不是表格文件：请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传"
EMPTY = "文件是空的：请确认选对了文件后重新上传"
WEB_PAGE = "文件其实是网页，不是 Excel 文件：请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传"
XML_TABLE = "文件是 XML 表格，不是 Excel 工作簿：请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传"
OTHER_KIND = "文件不是 .xlsx、.xls、.et 或 .csv：请用 Excel 或 WPS 另存为 .xlsx 后重新上传"
ENCRYPTED = "文件设有打开密码：请在 Excel 或 WPS 里取消密码，保存后重新上传"
