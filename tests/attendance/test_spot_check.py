"""The draw. Source: handbook, Actors; house.md decision 3; contracts.md draw_spot_check."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.spot_check import NothingToDraw, Person, State, Village, commitment, draw, without

DAY = date(2026, 11, 9)


def village(number: int, people: int = 3, last_checked: date | None = None) -> Village:
    return Village(
        code=f"4599011012{number:02d}",
        name=f"第{number}村",
        people=tuple(Person(f"{number:02d}-{n}", f"队员{n}") for n in range(people)),
        last_checked=last_checked,
    )


def state(villages: int = 18, count: int = 3, **kwargs) -> State:
    return State(DAY, count, tuple(village(n, **kwargs) for n in range(1, villages + 1)))


def test_the_same_seed_draws_the_same_villages():
    assert draw("2026-11-09", state()) == draw("2026-11-09", state())


def test_another_seed_draws_others_sooner_or_later():
    assert len({draw(str(seed), state()).villages for seed in range(20)}) > 10


@given(st.text(max_size=20), st.integers(1, 12), st.integers(1, 6), st.randoms())
def test_the_order_of_villages_and_people_does_not_matter(seed, villages, count, shuffle):
    before = state(villages, count)
    moved = [
        replace(v, people=tuple(shuffle.sample(v.people, len(v.people))))
        for v in shuffle.sample(before.villages, villages)
    ]
    assert draw(seed, replace(before, villages=tuple(moved))) == draw(seed, before)


@given(st.integers(1, 12), st.integers(1, 20), st.integers(0, 5))
def test_as_many_villages_as_asked_for_or_all(villages, count, checked):
    some = tuple(
        replace(v, last_checked=DAY - timedelta(days=n) if n < checked else None)
        for n, v in enumerate(state(villages).villages)
    )
    drawn = draw("seed", State(DAY, count, some))
    assert len({v.code for v in drawn.villages}) == len(drawn.villages) == min(count, villages)


def test_everybody_of_a_drawn_village_is_checked():
    drawn = draw("seed", state(count=2))
    assert len(drawn.people) == 6


def test_nobody_draws_himself():
    alone = State(DAY, 1, (village(1, people=1), village(2)))
    remaining = without(alone, "01-0")
    assert [v.code for v in draw("seed", remaining).villages] == [village(2).code]


def test_a_village_without_people_is_not_drawn():
    drawn = draw("seed", State(DAY, 5, (village(1, people=0), village(2))))
    assert [v.name for v in drawn.villages] == ["第2村"]


@pytest.mark.parametrize("empty", [State(DAY, 3, ()), state(count=0), State(DAY, 1, (village(1, people=0),))])
def test_nothing_to_draw_is_said(empty):
    with pytest.raises(NothingToDraw):
        draw("seed", empty)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(state(), day=DAY + timedelta(days=1)), id="another day"),
        pytest.param(replace(state(), count=4), id="another number of villages"),
        pytest.param(state(people=2), id="other people"),
        pytest.param(state(last_checked=DAY), id="other checks before"),
    ],
)
def test_the_commitment_binds_seed_and_state(changed):
    assert commitment("seed", changed) != commitment("seed", state())
    assert commitment("seed", state()) != commitment("another", state())
    assert len(commitment("seed", state())) == 64


def test_all_villages_come_round():
    last: dict[str, date] = {}
    villages = state().villages
    for week in range(16):
        day = DAY + timedelta(weeks=week)
        now = State(day, 3, tuple(replace(v, last_checked=last.get(v.code)) for v in villages))
        last |= {v.code: day for v in draw(f"week {week}", now).villages}
    assert len(last) == len(villages)


def test_a_village_checked_yesterday_is_not_safe():
    villages = tuple(replace(v, last_checked=DAY - timedelta(days=n)) for n, v in enumerate(state(9).villages, 1))
    seeds = random.Random(7).sample(range(10_000), 300)
    drawn = {v.code for seed in seeds for v in draw(str(seed), State(DAY, 3, villages)).villages}
    assert drawn == {v.code for v in villages}
