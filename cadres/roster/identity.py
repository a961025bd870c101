"""Identity numbers (GB 11643) and phone numbers. Pure: no Django."""

from __future__ import annotations

import datetime as dt
import re
from operator import mul

from cadres.roster.errors import Invalid
from cadres.roster.text import as_text, bare, tidy

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_DRESSING = str.maketrans({"Ⅹ": "X", "ⅹ": "X", "Х": "X", "х": "X", **dict.fromkeys("'`‘’\"“”-—–_.,，", "")})
_EXACT_DIGITS = 15
"""A number cell keeps 15 digits exactly; the rest of an identity number becomes zeros."""

_LOST = "是数字格式，末尾几位已经丢失：请先把这一列设为文本格式，再照证件重新填写 18 位号码"


def check_digit(first_17: str) -> str:
    """The 18th character for 17 digits, GB 11643."""
    return _CHECKS[sum(map(mul, map(int, first_17), _WEIGHTS)) % 11]


def id_number(raw: object) -> str:
    """18 characters with a real date and the right check digit, "" for a blank.

    Raises Invalid: id_number.precision_lost for a number cell (or its text) that lost its tail, else id_number.invalid.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) >= 10**_EXACT_DIGITS:
        raise Invalid("id_number.precision_lost", _LOST)
    text = as_text(raw)
    if not _SHAPE.fullmatch(text):
        text = bare(text).upper()
        if _EXPONENT.fullmatch(text):
            raise Invalid("id_number.precision_lost", _LOST)
        text = text.translate(_DRESSING)
        if not text:
            return ""
        _refuse_shape(text)
    _check(text)
    return text


def _refuse_shape(text: str) -> None:
    if _SHAPE.fullmatch(text):
        return
    if len(text) == 15 and text.isdigit():
        raise Invalid("id_number.invalid", "只有 15 位，是旧号码：请照现在的身份证补全为 18 位后重新上传")
    if len(text) != 18:
        raise Invalid("id_number.invalid", f"有 {len(text)} 位，应为 18 位：请照证件核对后重新填写")
    raise Invalid("id_number.invalid", "含有不该有的字符：应为 17 位数字加 1 位数字或 X，请照证件重新填写")


def _check(text: str) -> None:
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        raise Invalid("id_number.invalid", "中间的出生日期不存在：请照证件核对第 7 至 14 位") from None
    if check_digit(text[:17]) != text[17]:
        if text.endswith("000"):
            raise Invalid("id_number.precision_lost", _LOST)
        raise Invalid("id_number.invalid", "校验位不对，多半有一位填错：请照证件逐位核对")


def sex_of(number: str) -> str:
    """The 17th digit: odd is 男."""
    return "男" if int(number[16]) % 2 else "女"


def birth_month_of(number: str) -> str:
    return f"{number[6:10]}-{number[10:12]}"


_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_WITHIN = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_BRACKETS = re.compile(r"\([^()]*\)")
_BETWEEN_PHONES = re.compile(r"[/\\、,;|或和及&]+")
_NO_PHONE = frozenset({"", "无", "/", "-", "--", "—", "——", "暂无"})


def phone(raw: object) -> tuple[str, bool]:
    """(11 digits, whether the cell holds several numbers); ("", False) for a blank. Raises Invalid(phone.invalid)."""
    text = as_text(raw)
    if len(text) == 11 and text.isascii() and _MOBILE.fullmatch(text):
        return text, False
    if isinstance(raw, float) and not raw.is_integer():
        raise Invalid("phone.invalid", "不是手机号：请核对后重新填写 11 位号码")
    spaced = tidy(text)
    text = bare(text).upper()
    if text in _NO_PHONE:
        return "", False
    if _EXPONENT.fullmatch(text):
        raise Invalid("phone.invalid", "是科学计数的数字，末尾几位已经丢失：请把这一列设为文本格式后重新填写")
    if re.fullmatch(r"\d+\.0+", text):
        text = text.split(".")[0]
    found = _numbers_in(_BRACKETS.sub("", text)) or _numbers_in(text)
    mobiles = [n for n in found if _MOBILE.fullmatch(n)] or _MOBILE_WITHIN.findall(spaced)
    if not mobiles:
        digits = sum(len(number) for number in found)
        raise Invalid("phone.invalid", f"有 {digits} 位数字，不是 11 位手机号：请核对后重新填写")
    return mobiles[0], len(set(found) | set(mobiles)) > 1


def _numbers_in(text: str) -> list[str]:
    """The numbers of a cell as digits, without the country code; 22 digits in a row are two numbers."""
    numbers: list[str] = []
    for part in _BETWEEN_PHONES.split(text):
        digits = "".join(sign for sign in part if sign in "0123456789")
        for prefix in ("0086", "86"):
            if digits.startswith(prefix) and len(digits) - len(prefix) == 11:
                digits = digits[len(prefix) :]
        if len(digits) in (22, 33):
            numbers += [digits[i : i + 11] for i in range(0, len(digits), 11)]
        elif digits:
            numbers.append(digits)
    return numbers
