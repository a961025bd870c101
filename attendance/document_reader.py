"""Reads a policy document key by key and collects everything that is wrong with it. Pure."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

REQUIRED: Any = object()
LARGEST = 10_000
_NAMES = {dict: "一组键值", list: "列表", str: "文字", int: "整数", bool: "是或否"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a path like ``scoring.rules[2].points``), which code, what to do."""

    path: str
    code: str
    message: str


class InvalidDocument(ValueError):
    """A policy document that cannot be taken; ``problems`` names every fault, not only the first."""

    def __init__(self, problems):
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("；".join(f"{p.path}：{p.message}" for p in self.problems))


class Section:
    """One JSON object of the document. Ask for each key you know, then ``close()`` to refuse the others."""

    def __init__(self, value: Any, path: str, problems: list[Problem]):
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()
        if not isinstance(value, dict):
            self.refuse("", "policy.type", "应为一组键值，用花括号括起")
            value = {}
        self._value: dict = value

    def at(self, key: str) -> str:
        """The path of a key, as shown to the person who wrote the file."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def refuse(self, key: str, code: str, message: str) -> None:
        """Note a fault at ``key`` (empty for the section itself)."""
        self.problems.append(Problem(self.at(key), code, message))

    def raw(self, key: str, default: Any = REQUIRED) -> Any:
        """The value as it stands; a missing key without default is a fault and gives None."""
        self._asked.add(key)
        if key in self._value:
            return self._value[key]
        if default is REQUIRED:
            self.refuse(key, "policy.required", f"缺少“{key}”，请补上")
            return None
        return default

    def _typed(self, key: str, kind: type, default: Any) -> Any:
        value = self.raw(key, default)
        if key not in self._value:
            return value
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.refuse(key, "policy.type", f"应为{_NAMES[kind]}")
            return None
        return value

    def text(self, key: str, default: Any = REQUIRED, longest: int = 200) -> str:
        """A text that is not blank, of at most ``longest`` characters."""
        value = self._typed(key, str, default)
        if value is None:
            return ""
        if not value.strip():
            self.refuse(key, "policy.empty", "不能为空")
        if len(value.strip()) > longest:
            self.refuse(key, "policy.range", f"不能超过 {longest} 个字")
        return value.strip()

    def choice(self, key: str, options, default: Any = REQUIRED, code: str = "policy.choice") -> str:
        """One of ``options``."""
        value = self.text(key, default)
        if value and value not in options:
            self.refuse(key, code, f"“{value}”不是可用的值，可用：{'、'.join(options)}")
        return value

    def whole(self, key: str, default: Any = REQUIRED, minimum: int = 0, maximum: int | None = None) -> int:
        """A whole number of at least ``minimum``."""
        value = self._typed(key, int, default)
        if value is None:
            return minimum
        if value < minimum:
            code = "policy.negative" if value < 0 else "policy.range"
            self.refuse(key, code, f"不能小于 {minimum}")
        elif maximum is not None and value > maximum:
            self.refuse(key, "policy.range", f"不能大于 {maximum}")
        return value

    def decimal(self, key: str, default: Any = REQUIRED, *, places: int = 2, nullable: bool = False) -> Decimal | None:
        """A number that is not negative, written as text ("4.5") or as a number, with at most ``places`` decimals."""
        value = self.raw(key, default)
        if value is None:
            if key in self._value and not nullable:
                self.refuse(key, "policy.type", '应为数字，例如 "4.5"')
            return None if nullable else Decimal(0)
        number = _number(value)
        if number is None:
            self.refuse(key, "policy.type", '应为数字，例如 "4.5"')
        elif number < 0:
            self.refuse(key, "policy.negative", "不能是负数")
        elif number != round(number, places):
            self.refuse(key, "policy.precision", f"最多 {places} 位小数")
        elif number >= LARGEST:
            self.refuse(key, "policy.range", f"应小于 {LARGEST}")
        else:
            return number
        return Decimal(0)

    def texts(self, key: str, options=None, default: Any = REQUIRED) -> tuple[str, ...]:
        """A list of texts, none twice; each one of ``options`` when given."""
        values = self._typed(key, list, default)
        if values is None:
            return ()
        good = []
        for position, value in enumerate(values):
            where = f"{key}[{position}]"
            if not isinstance(value, str) or not value.strip():
                self.refuse(where, "policy.type", "应为文字")
            elif options is not None and value not in options:
                self.refuse(where, "policy.choice", f"“{value}”不是可用的值，可用：{'、'.join(options)}")
            elif value in good:
                self.refuse(where, "policy.duplicate", f"“{value}”重复")
            else:
                good.append(value)
        return tuple(good)

    def sections(self, key: str) -> list["Section"]:
        """A list of JSON objects that is not empty."""
        values = self._typed(key, list, REQUIRED)
        if values is not None and not values:
            self.refuse(key, "policy.empty", "至少要有一项")
        return [Section(v, self.at(f"{key}[{n}]"), self.problems) for n, v in enumerate(values or ())]

    def mapping(self, key: str, default: Any = REQUIRED) -> dict:
        """A JSON object whose keys are free."""
        value = self._typed(key, dict, default)
        return {} if value is None else value

    def close(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self._value:
            if key not in self._asked:
                self.refuse(key, "policy.unknown_key", f"不认识“{key}”，请删去或改正")


def _number(value: Any) -> Decimal | None:
    """A finite decimal from text or number, or None. Floats go through their shortest text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
