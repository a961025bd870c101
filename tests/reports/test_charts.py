"""Bars begin at zero and keep their proportions; shares are of the whole."""

import pytest

from reports.charts import BASE, TALLEST, Point, Share, bar_chart


def chart(*sizes):
    return bar_chart([Point(size, f"{size}", "第45周", "11.2–11.8") for size in sizes], "一句话")


def test_the_largest_is_tallest_and_the_rest_in_proportion():
    tall, half = chart(4, 2).bars
    assert (tall.height, half.height) == (TALLEST, TALLEST / 2)
    assert all(bar.y + bar.height == BASE for bar in (tall, half))


def test_nothing_above_zero_still_shows_where_the_bars_are():
    assert {bar.height for bar in chart(0, 0).bars} == {1.0}


def test_bars_do_not_touch():
    first, second = chart(1, 1).bars
    assert first.x + first.width < second.x


@pytest.mark.parametrize(("number", "whole", "percent"), [(17, 18, 94.4), (0, 18, 0.0), (0, 0, 0)])
def test_a_share_is_of_its_whole(number, whole, percent):
    assert Share("电热水器", number, whole).percent == percent
