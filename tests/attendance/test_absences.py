"""Leave that goes on, and return that is overdue. Sources: contracts.md ``overdue_return_day``, handbook edge cases."""

from datetime import date

import pytest

from attendance.absences import ApprovedLeave, chains, overdue
from attendance.leave import Span

TODAY = date(2026, 10, 20)


def leave(number, first, last, *, returned=None, extends=None):
    """A leave in October from "5" or "5pm" to "7" or "7am"."""

    def half(text, default):
        return date(2026, 10, int(text.rstrip("apm"))), text.lstrip("0123456789") or default

    back = date(2026, 10, returned) if returned else None
    return ApprovedLeave(number, Span(*half(first, "am"), *half(last, "pm")), back, extends)


def days(leaves, today=TODAY):
    return {number: [day.day for day in late] for number, late in overdue(leaves, today).items()}


@pytest.mark.parametrize(
    ("leaves", "late"),
    [
        ([leave(1, "5", "6", returned=6)], {}),
        ([leave(1, "5", "6", returned=7)], {}),
        ([leave(1, "5", "6", returned=8)], {1: [7]}),
        ([leave(1, "5", "6", returned=5)], {}),
        ([leave(1, "15", "15am")], {1: [16, 17, 18, 19]}),
        ([leave(1, "17", "19")], {}),
        ([leave(1, "17", "18")], {1: [19]}),
        ([leave(1, "5", "6"), leave(2, "7", "8", returned=8)], {}),
        ([leave(1, "5", "6"), leave(2, "7", "8", returned=10)], {2: [9]}),
        ([leave(1, "5", "6"), leave(2, "7", "8")], {2: list(range(9, 20))}),
        ([leave(1, "5", "6am"), leave(2, "6pm", "6pm", returned=6)], {}),
        ([leave(1, "5", "6", returned=6), leave(2, "7", "8", returned=8)], {}),
        ([leave(1, "5", "6"), leave(2, "9", "10", returned=10, extends=1)], {}),
        ([leave(1, "16", "16"), leave(2, "18", "18", returned=18)], {1: [17, 18, 19]}),
    ],
    ids=[
        "on the last day",
        "reported on the day after itself counts",
        "one day late",
        "back early",
        "never reported: up to yesterday",
        "ended yesterday",
        "one day over",
        "the next leave follows at once",
        "the second comes back late",
        "neither comes back",
        "two halves of one day",
        "both reported",
        "an extension with a gap",
        "a gap: the first is judged alone",
    ],
)
def test_days_on_which_return_was_still_not_reported(leaves, late):
    assert days(leaves) == late
    assert days(list(reversed(leaves))) == late


def test_overlapping_leaves_are_one_absence():
    both = chains([leave(1, "5", "12"), leave(2, "6", "7"), leave(3, "13", "14"), leave(4, "16", "16")])
    assert [[one.id for one in chain] for chain in both] == [[2, 1, 3], [4]]


def test_a_leave_reported_back_early_excuses_only_the_days_up_to_the_return():
    assert leave(1, "5", "9", returned=7).excused == Span(date(2026, 10, 5), "am", date(2026, 10, 7), "pm")
    assert leave(1, "5", "9", returned=4).excused is None
