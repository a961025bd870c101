"""PURE: a crontab's times in words an office reads."""

WEEKDAYS = dict(zip("0123456", ("周日", "周一", "周二", "周三", "周四", "周五", "周六"), strict=True)) | {"7": "周日"}


def in_words(times) -> str:
    """`times` has minute, hour, day_of_week and day_of_month as crontab writes them: 每周一 01:30."""
    return f"{_day(times)}{_clock(times)}"


def _day(times) -> str:
    week, month = str(times.day_of_week), str(times.day_of_month)
    parts = []
    if month != "*":
        parts.append(f"每月{month}日")
    if week != "*":
        parts.append("每" + "、".join(WEEKDAYS.get(day, f"星期{day}") for day in week.split(",")))
    every_day = "" if str(times.hour) == "*" else "每天"
    return "且".join(parts) or every_day


def _clock(times) -> str:
    minute, hour = str(times.minute), str(times.hour)
    if hour == "*":
        every = minute.removeprefix("*/")
        return f"每 {every} 分钟" if minute.startswith("*/") else f"每小时第 {minute} 分"
    if minute.isdigit() and all(one.isdigit() for one in hour.split(",")):
        return " " + "、".join(f"{int(one):02d}:{int(minute):02d}" for one in hour.split(","))
    return f" {hour} 时 {minute} 分"
