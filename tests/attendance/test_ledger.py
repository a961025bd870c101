"""The ledger's order of proof, flags and nights. Source: contracts.md "Ledger"."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance import ledger
from attendance.ledger import AM, PM, Check, Evidence, day_bit, half_bit, judge
from attendance.policy_document import AttendanceRules

MONDAY = date(2026, 10, 12)
WHOLE_WEEK = sum(day_bit(i) for i in range(7))
WORKWEEK = sum(day_bit(i) for i in range(5))
RULES = AttendanceRules()
DAY = 1  # Tuesday: the day the tables are about


def week(**known):
    """A member posted for the whole week who owes Monday to Friday."""
    return Evidence(**{"rules": RULES, "posted": WHOLE_WEEK, "required": WORKWEEK} | known)


def give(evidence, *pieces):
    """Lay pieces of evidence on Tuesday: "leave am", "trip", "onsite absent am", "sheet √×", "check_in 20:00" …"""
    for number, piece in enumerate(pieces):
        kind, *words = piece.split()
        half = words[-1] if words and words[-1] in (AM, PM) else None
        halves = half_bit(DAY, half) if half else day_bit(DAY) * 3
        if kind in ("leave", "trip"):
            setattr(evidence, kind, getattr(evidence, kind) | halves)
        elif kind == "sheet":
            evidence.add_marks(day_bit(DAY), words[0][0].strip("_"), words[0][-1].strip("_"))
        elif kind == "check_in":
            evidence.add_check_in(
                day_bit(DAY), minutes(words[0]) if words else 480, outside="outside" in words, late="late" in words
            )
        else:
            for bit in (half_bit(DAY, AM), half_bit(DAY, PM)):
                if bit & halves:
                    evidence.add_check(Check(bit, number, kind, words[0], number))
    return evidence


def minutes(clock):
    hour, minute = clock.split(":") if ":" in clock else ("8", "0")
    return int(hour) * 60 + int(minute)


def tuesday(*pieces, over=WHOLE_WEEK, **known):
    lines = list(ledger.day_lines(judge(give(week(**known), *pieces), over), MONDAY))
    return next(line for line in lines if line.day == date(2026, 10, 13))


@pytest.mark.parametrize(
    ("pieces", "am", "pm"),
    [
        ([], "absent", "absent"),
        (["leave"], "leave", "leave"),
        (["leave am"], "leave", "absent"),
        (["trip"], "official_trip", "official_trip"),
        (["check_in"], "present", "present"),
        (["check_in outside"], "absent", "absent"),
        (["sheet √√"], "present", "present"),
        (["sheet √×"], "present", "absent"),
        (["sheet √_"], "present", "absent"),
        (["sheet ○○"], "official_trip", "official_trip"),
        (["sheet △△"], "leave", "leave"),
        (["sheet 休休"], "absent", "absent"),
        (["sheet ??"], "absent", "absent"),
        (["onsite present am"], "present", "absent"),
        (["onsite absent pm"], "absent", "absent"),
        (["onsite leave am"], "absent", "absent"),
        (["onsite official_trip am"], "absent", "absent"),
        (["phone present"], "absent", "absent"),
        (["video present"], "absent", "absent"),
    ],
)
def test_each_kind_of_evidence_alone(pieces, am, pm):
    line = tuesday(*pieces)
    assert (line.am, line.pm) == (am, pm)


@pytest.mark.parametrize(
    ("stronger", "weaker", "status"),
    [
        ("leave", "trip", "leave"),
        ("leave", "onsite absent", "leave"),
        ("leave", "onsite present", "leave"),
        ("leave", "sheet ××", "leave"),
        ("leave", "check_in", "leave"),
        ("trip", "onsite absent", "official_trip"),
        ("trip", "sheet √√", "official_trip"),
        ("trip", "check_in", "official_trip"),
        ("onsite absent", "sheet √√", "absent"),
        ("onsite present", "sheet ××", "present"),
        ("onsite present", "sheet △△", "present"),
        ("onsite absent", "check_in", "absent"),
        ("sheet ××", "check_in", "absent"),
        ("sheet △△", "check_in", "leave"),
        ("sheet ○○", "check_in", "official_trip"),
        ("onsite leave", "sheet √√", "present"),
        ("onsite official_trip", "check_in", "present"),
        ("sheet 休休", "check_in", "present"),
        ("check_in", "phone absent", "present"),
    ],
)
def test_the_first_that_speaks_decides(stronger, weaker, status):
    for pieces in ((stronger, weaker), (weaker, stronger)):
        line = tuesday(*pieces)
        assert (line.am, line.pm) == (status, status)


def test_the_latest_visit_of_a_half_decides_and_may_say_nothing():
    found_later = [
        Check(half_bit(DAY, AM), 9 * 60, "onsite", "absent", 1),
        Check(half_bit(DAY, AM), 11 * 60, "onsite", "present", 2),
    ]
    assert judge(week(checks=found_later), WHOLE_WEEK).status(half_bit(DAY, AM)) == "present"
    on_leave_later = [found_later[0], found_later[1]._replace(result="leave")]
    judged = judge(give(week(checks=on_leave_later), "sheet √√"), WHOLE_WEEK)
    assert judged.status(half_bit(DAY, AM)) == "present"
    assert judged.decided_by(half_bit(DAY, AM)) == "sheet"
    assert judged.flags(day_bit(DAY)) == ["contradicted", "no_check_in"]


def test_a_day_that_is_not_required_is_rest_whatever_is_known():
    evidence = give(
        week(required=WORKWEEK & ~day_bit(DAY)), "leave am", "onsite absent pm", "sheet ××", "check_in outside late"
    )
    line = list(ledger.day_lines(judge(evidence, WHOLE_WEEK), MONDAY))[DAY]
    assert (line.required, line.am, line.pm) == (False, "rest", "rest")
    assert {"outside_fence", "late_upload"} <= set(line.flags)


def test_an_open_day_is_pending_until_something_speaks():
    yesterday = day_bit(0)
    assert tuesday(over=yesterday)[2:4] == ("pending", "pending")
    assert tuesday("sheet ×_", over=yesterday)[2:4] == ("absent", "pending")
    assert tuesday("check_in", over=yesterday)[2:4] == ("present", "present")


@pytest.mark.parametrize(
    ("pieces", "flags"),
    [
        ([], []),
        (["sheet √√", "check_in"], []),
        (["check_in"], ["unsigned"]),
        (["check_in", "sheet _√"], []),
        (["check_in", "sheet 休休"], []),
        (["check_in", "leave"], []),
        (["check_in", "leave am"], ["unsigned"]),
        (["check_in outside"], ["outside_fence"]),
        (["check_in", "check_in outside"], ["outside_fence", "unsigned"]),
        (["sheet √√"], ["no_check_in"]),
        (["sheet ○○"], []),
        (["onsite present am"], ["no_check_in"]),
        (["sheet √√", "check_in outside"], ["outside_fence"]),
        (["sheet √√", "check_in late"], ["late_upload"]),
        (["sheet △△"], ["leave_unapproved"]),
        (["sheet √△", "check_in"], ["leave_unapproved"]),
        (["sheet △△", "leave"], []),
        (["sheet △△", "onsite absent"], []),
        (["sheet ××", "check_in"], ["disputed"]),
        (["sheet ××", "check_in outside"], ["disputed", "outside_fence"]),
        (["sheet ××"], []),
        (["onsite absent am", "sheet √√", "check_in"], ["contradicted"]),
        (["onsite absent am", "sheet √√"], ["contradicted", "no_check_in"]),
        (["onsite absent am", "sheet ×√", "check_in"], ["contradicted", "disputed"]),
        (["onsite absent am", "sheet ×√"], ["no_check_in"]),
        (["onsite absent", "check_in"], ["contradicted"]),
        (["onsite absent", "check_in outside"], ["contradicted", "outside_fence"]),
        (["onsite absent", "sheet √√", "leave"], []),
        (["onsite absent am", "sheet √√", "check_in", "trip am"], []),
        (["onsite absent am", "sheet √√", "check_in", "trip pm"], ["contradicted"]),
        (["onsite absent"], []),
        (["phone absent am", "sheet √√", "check_in"], ["disputed"]),
        (["phone present am", "sheet √√", "check_in"], []),
        (["video present am"], ["disputed"]),
        (["phone absent am"], []),
        (["phone absent am", "leave"], []),
        (["phone present am", "leave"], ["disputed"]),
        (["phone leave am", "leave"], []),
        (["phone leave am"], ["disputed"]),
        (["phone official_trip pm", "trip"], []),
        (["onsite leave am", "sheet √√", "check_in"], []),
    ],
)
def test_flags_of_a_day(pieces, flags):
    assert tuesday(*pieces).flags == flags


def test_a_call_on_an_open_half_is_not_disputed():
    assert tuesday("phone present", over=0).flags == []


def test_only_what_is_a_source_can_be_missing_but_all_evidence_speaks():
    sheet_only, phone_only = AttendanceRules(sources=("sheet",)), AttendanceRules(sources=("check_in",))
    assert tuesday("sheet √√", rules=sheet_only).flags == []
    assert tuesday("check_in", rules=phone_only).flags == []
    assert tuesday("check_in", rules=sheet_only)[2:] == ("present", "present", ["unsigned"])
    judged = judge(give(week(rules=sheet_only), "check_in 20:00"), WHOLE_WEEK)
    assert (judged.nights_required, judged.nights_kept) == (0, 0)


@pytest.mark.parametrize(
    ("clock", "kept"),
    [("17:59", 0), ("18:00", 1), ("23:59", 1), ("24:30", 1), ("27:59", 1), ("04:00", 0), ("20:00 outside", 0)],
)
def test_a_night_is_an_accepted_check_in_of_the_evening(clock, kept):
    assert judge(give(week(), f"check_in {clock}"), WHOLE_WEEK).nights_kept == kept


@pytest.mark.parametrize(
    ("known", "nights"),
    [
        ({}, 4),
        ({"posted": day_bit(2) | day_bit(3)}, 2),
        ({"leave": sum(day_bit(i) * 3 for i in range(3))}, 2),
        ({"leave": half_bit(0, AM) | half_bit(1, AM)}, 4),
        ({"trip": sum(day_bit(i) * 3 for i in range(5))}, 0),
        ({"required": 0}, 0),
        ({"rules": AttendanceRules(nights_per_week=0)}, 0),
    ],
)
def test_nights_are_owed_for_days_that_are_not_wholly_excused(known, nights):
    assert judge(week(**known), WHOLE_WEEK).nights_required == nights


def test_unapproved_leave_and_a_trip_on_the_sheet_excuse_the_night_too():
    evidence = week()
    for index, sign in enumerate("△△△○○"):
        evidence.add_marks(day_bit(index), sign, sign)
    assert judge(evidence, WHOLE_WEEK).nights_required == 0


def test_nights_of_rest_days_count_as_kept():
    evidence = week()
    for index in (0, 1, 5, 6):
        evidence.add_check_in(day_bit(index), 20 * 60, outside=False, late=False)
    assert judge(evidence, WHOLE_WEEK).nights_kept == 4


@pytest.mark.parametrize(("posted", "first", "last"), [(WHOLE_WEEK & ~0xFF, 16, 18), (WHOLE_WEEK & 0x3F, 12, 14)])
def test_only_days_of_the_posting_are_judged(posted, first, last):
    evidence = week(posted=posted)
    for index in range(7):
        evidence.add_check_in(day_bit(index), 20 * 60, outside=True, late=True)
        evidence.add_check_in(day_bit(index), 20 * 60, outside=False, late=False)
        evidence.add_check(Check(half_bit(index, AM), 1, "onsite", "absent", index))
    judged = judge(evidence, WHOLE_WEEK)
    days = [line.day.day for line in ledger.day_lines(judged, MONDAY)]
    assert (days[0], days[-1], len(days)) == (first, last, 3)
    for flag in ledger.FLAGS:
        assert not getattr(judged, flag) & ~posted
    assert judged.nights_kept == 3
    assert len(judged.found_absent) == 3


def test_overdue_days_are_posting_days_up_to_yesterday():
    judged = judge(week(overdue=WHOLE_WEEK, posted=WORKWEEK), day_bit(0) | day_bit(1))
    assert ledger.dates_of(judged.overdue, MONDAY) == (date(2026, 10, 12), date(2026, 10, 13))


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        (["leave"], "leave"),
        (["trip"], "trip"),
        (["onsite absent", "sheet √√"], "spot_check"),
        (["sheet ××", "check_in"], "sheet"),
        (["check_in"], "check_in"),
        ([], "nothing"),
    ],
)
def test_a_half_says_what_decided_it(pieces, kind):
    judged = judge(give(week(), *pieces), WHOLE_WEEK)
    assert judged.decided_by(half_bit(DAY, AM)) == kind
    assert judged.decided_by(half_bit(6, AM)) == "rest"


PIECES = st.lists(
    st.sampled_from(
        [
            "leave am",
            "trip pm",
            "sheet √×",
            "check_in",
            "check_in 20:00",
            "check_in outside",
            "phone absent am",
            "video leave pm",
        ]
    ),
    max_size=6,
)


@given(pieces=PIECES, seed=st.randoms())
def test_the_order_of_evidence_does_not_matter(pieces, seed):
    once = [piece for piece in dict.fromkeys(pieces) if not piece.startswith(("phone", "video"))]
    shuffled = once.copy()
    seed.shuffle(shuffled)
    assert judge(give(week(), *once), WHOLE_WEEK) == judge(give(week(), *shuffled), WHOLE_WEEK)


@given(
    posted=st.integers(0, 127),
    required=st.integers(0, 127),
    over=st.integers(0, 7),
    halves=st.lists(st.integers(0, 2**14 - 1), min_size=6, max_size=6),
    days=st.lists(st.integers(0, 127), min_size=5, max_size=5),
    checks=st.lists(
        st.tuples(
            st.integers(0, 13),
            st.integers(0, 1680),
            st.sampled_from(["onsite", "phone", "video", "other"]),
            st.sampled_from(["present", "absent", "leave", "official_trip", "other"]),
        ),
        max_size=5,
    ),
)
def test_any_evidence_gives_every_half_exactly_one_status(posted, required, over, halves, days, checks):
    def spread(mask):
        return sum(day_bit(i) for i in range(7) if mask >> i & 1)

    names = ("leave", "trip", "mark_present", "mark_absent", "mark_trip", "mark_leave")
    day_names = ("marked", "checked_in", "accepted", "evening", "outside")
    evidence = week(
        posted=spread(posted),
        required=spread(required),
        checks=[Check(1 << h, at, method, result, n) for n, (h, at, method, result) in enumerate(checks)],
        **dict(zip(names, halves, strict=True)),
        **{name: spread(mask) for name, mask in zip(day_names, days, strict=True)},
    )
    judged = judge(evidence, spread(2**over - 1))
    sets = [getattr(judged, status) for status in ledger.STATUSES]
    assert sum(s.bit_count() for s in sets) == spread(posted).bit_count() * 2
    union = 0
    for each in sets:
        union |= each
    assert union == spread(posted) * 3
    assert 0 <= judged.nights_required <= 4
