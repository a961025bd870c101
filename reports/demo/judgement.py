"""Scores the demo's weeks and brings out its bulletins through the very actions the offices use."""


def judge(unit, span, *, secretary, now) -> None:
    return None
