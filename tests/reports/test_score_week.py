"""Scoring a week: stored once, changed by new evidence, frozen by publication. Sources: contracts.md, house.md."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import CheckIn, Meeting, MeetingAbsence, SheetMark, WeeklySheet
from cadres.models import Talk
from reports.actions.score_week import score_week
from reports.models import Bulletin, ManualItem, ScoreChange, ScoringScheme, WeekLock, WeeklyScore
from reports.schemes import reference_scheme_row, scheme_at
from tests.factories import CadreFactory, PostingFactory
from townships.errors import NotAllowed, OutOfReach
from townships.models import AuditEntry
from townships.periods import Week

pytestmark = pytest.mark.django_db

WEEK = Week.parse("2026-W42")
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def diligent(posting):
    """The member signs, checks in and stays every night of the week's five workdays."""
    sign_and_stay(posting, range(5))
    return posting


def sign_and_stay(posting, days):
    sheet, _ = WeeklySheet.objects.get_or_create(unit=posting.village, week=str(WEEK))
    for day in (WEEK.monday + timedelta(days=n) for n in days):
        SheetMark.objects.create(sheet=sheet, posting=posting, day=day, am="√", pm="√")
        check_in(posting, day)


def check_in(posting, day, minute=1200):
    number = f"{posting.pk}-{day}-{minute}"
    return CheckIn.objects.create(
        posting=posting, client_id=number, made_at=NOW, received_at=NOW, day=day, minute=minute
    )


def run(unit, now=NOW, **kwargs):
    return score_week(unit=unit, week=kwargs.pop("week", WEEK), now=now, **kwargs)


def freeze(unit, week=WEEK):
    bulletin = Bulletin.objects.create(
        unit=unit, month="2026-10", status="published", content={}, compiled_at=NOW, published_at=NOW
    )
    return WeekLock.objects.create(unit=unit, week=str(week), bulletin=bulletin)


def deductions(row):
    return {d["rule"]: (d["points"], d["count"]) for part in row.dimensions.values() for d in part["deductions"]}


def test_a_diligent_week_is_stored_with_full_marks_and_its_facts(diligent, tree):
    result = run(tree.township)
    row = WeeklyScore.objects.get()
    assert (row.total, row.final, row.village, row.township) == (100, True, tree.village, tree.township)
    assert (row.facts["posted_days"], row.facts["halves_on_duty"], row.facts["nights_kept"]) == (7, 10, 5)
    assert row.scheme == reference_scheme_row()
    assert result.tally.created == 1
    assert result.as_document()["members"][0]["total"] == "100.00"


def test_running_twice_changes_nothing(diligent, tree):
    run(tree.township)
    before = WeeklyScore.objects.values().get()
    result = run(tree.township, now=NOW + timedelta(hours=1))
    assert WeeklyScore.objects.values().get() == before
    assert (result.tally.created, result.tally.changed, result.tally.unchanged) == (0, 0, 1)
    assert not ScoreChange.objects.exists()


def test_new_evidence_changes_the_score_and_says_so(diligent, tree, secretary):
    run(tree.township)
    SheetMark.objects.filter(day=WEEK.thursday).update(am="×", pm="×")
    CheckIn.objects.filter(day=WEEK.thursday).delete()
    result = run(tree.township, actor=secretary)
    assert result.tally.changed == 1
    assert WeeklyScore.objects.get().total == 94
    change = ScoreChange.objects.get()
    assert (change.before["total"], change.after["total"], change.by, change.reason) == (
        "100.00",
        "94.00",
        secretary,
        "新证据",
    )


def test_a_published_week_is_left_alone_and_the_result_says_what_would_differ(diligent, tree):
    run(tree.township)
    freeze(tree.county)
    SheetMark.objects.filter(day=WEEK.thursday).update(am="×", pm="×")
    newcomer = PostingFactory(village=tree.village)
    result = run(tree.township)
    assert WeeklyScore.objects.get().total == 100
    assert result.tally.locked
    assert {each["name"]: (each["published"], each["now"]) for each in result.tally.differs} == {
        "甘雨": ("100.00", "94.00"),
        newcomer.cadre.name: (None, "50.00"),
    }
    document = result.as_document()
    assert [(m["name"], m["total"]) for m in document["members"]] == [("甘雨", "100.00")]
    assert not ScoreChange.objects.exists()


def test_a_lock_elsewhere_does_not_matter(diligent, tree):
    freeze(tree.county2)
    assert run(tree.county).tally.created == 1


def test_a_week_that_is_not_over_stores_nothing_final(diligent, tree):
    wednesday = datetime(2026, 10, 14, 2, tzinfo=UTC)
    result = run(tree.township, now=wednesday)
    row = WeeklyScore.objects.get()
    assert (result.final, row.final) == (False, False)
    run(tree.township)
    assert WeeklyScore.objects.get().final
    assert not ScoreChange.objects.exists()


def test_of_a_week_in_the_future_nothing_is_stored_until_its_monday(diligent, tree):
    eve = run(tree.township, now=datetime(2026, 10, 11, 15, 59, tzinfo=UTC))
    assert (eve.final, len(eve.members)) == (False, 1)
    assert not WeeklyScore.objects.exists()
    assert run(tree.township, now=datetime(2026, 10, 11, 16, 0, tzinfo=UTC)).final is False
    assert WeeklyScore.objects.get().final is False


def test_members_are_those_with_a_posting_day_in_the_week(tree):
    PostingFactory(village=tree.village, ends=WEEK.monday)
    PostingFactory(village=tree.village, begins=WEEK.sunday + timedelta(days=1))
    last_day = PostingFactory(village=tree.village, begins=WEEK.sunday)
    first_day = PostingFactory(village=tree.village, ends=WEEK.monday + timedelta(days=1))
    result = run(tree.township)
    assert {member.service.id for member in result.members} == {last_day.pk, first_day.pk}
    assert WeeklyScore.objects.get(posting=last_day).total == 100


def test_two_postings_in_one_township_give_one_score_on_the_later(tree):
    cadre = CadreFactory()
    first = PostingFactory(cadre=cadre, village=tree.village, ends=WEEK.thursday)
    second = PostingFactory(cadre=cadre, village=tree.other_village, begins=WEEK.thursday)
    sign_and_stay(first, range(3))
    sign_and_stay(second, range(3, 5))
    for unit in (tree.township, tree.village, tree.other_village):
        run(unit)
    row = WeeklyScore.objects.get()
    assert (row.posting, row.village, row.total) == (second, tree.other_village, 100)


def test_moving_to_another_township_gives_a_score_in_each(tree):
    cadre = CadreFactory()
    PostingFactory(cadre=cadre, village=tree.village, ends=WEEK.thursday)
    PostingFactory(cadre=cadre, village=tree.village2, begins=WEEK.thursday)
    run(tree.city)
    assert set(WeeklyScore.objects.values_list("township", flat=True)) == {tree.township.pk, tree.township2.pk}


def test_scores_of_people_who_were_not_there_after_all_are_taken_away(diligent, tree):
    run(tree.township)
    diligent.ends = WEEK.monday
    diligent.save()
    result = run(tree.township)
    assert result.tally.removed == 1
    assert not WeeklyScore.objects.exists()
    assert AuditEntry.objects.get(act="score.removed").details["removed"][0]["name"] == "甘雨"


def test_registers_and_manual_items_count(diligent, tree):
    Talk.objects.create(posting=diligent, held_on=WEEK.thursday, talker="书记", reason="走读")
    Talk.objects.create(posting=diligent, held_on=WEEK.thursday, talker="书记", reason="约", kind="formal_interview")
    for n, excused in enumerate((False, True)):
        meeting = Meeting.objects.create(unit=tree.township, day=WEEK.monday + timedelta(days=n), name="周汇报会")
        MeetingAbsence.objects.create(meeting=meeting, posting=diligent, excused=excused)
    ManualItem.objects.create(posting=diligent, day=WEEK.sunday, rule="task", points=Decimal("1.5"), reason="迟交")
    ManualItem.objects.create(posting=diligent, day=WEEK.sunday, rule="task", points=2, reason="误录", voided_at=NOW)
    run(tree.township)
    row = WeeklyScore.objects.get()
    assert deductions(row) == {"talk": ("5.00", 1), "meeting": ("3.00", 1), "task": ("1.50", 1)}
    assert row.total == Decimal("90.50")


def test_each_week_goes_by_the_scheme_of_its_monday(diligent, tree):
    document = reference_scheme_row().document | {"name": "新办法", "version": 2}
    ScoringScheme.objects.create(
        unit=tree.county, effective_from=WEEK.monday + timedelta(days=1), document=document, name="新办法", version=2
    )
    assert run(tree.township).scheme.name == "周进度考评办法"
    later = run(tree.township, week=WEEK.shifted(1))
    assert later.as_document()["scheme"] == {"name": "新办法", "version": 2}
    assert WeeklyScore.objects.get(week=str(WEEK.shifted(1))).scheme.version == 2


def test_the_nearest_ancestor_and_the_newest_revision_apply(tree):
    document = reference_scheme_row().document
    for unit, revision, name in ((tree.county, 1, "县"), (tree.county, 2, "县改"), (tree.township, 1, "镇")):
        ScoringScheme.objects.create(
            unit=unit,
            effective_from=date(2026, 3, 1),
            revision=revision,
            document=document | {"name": name},
            name=name,
        )
    day = date(2026, 3, 1)
    assert scheme_at(tree.village, day).rules.name == "镇"
    assert scheme_at(tree.county, day).rules.name == "县改"
    assert scheme_at(tree.village2, day).row == reference_scheme_row()
    assert scheme_at(tree.village, date(2026, 2, 28)).row == reference_scheme_row()


def test_only_who_may_score_there_scores(diligent, tree, clerk, leader, outsider):
    assert run(tree.township, actor=clerk).tally.created == 1
    with pytest.raises(NotAllowed):
        run(tree.village, actor=leader)
    with pytest.raises(OutOfReach):
        run(tree.township, actor=outsider)


def test_three_hundred_people_cost_the_queries_of_ten(tree):
    def cost():
        with CaptureQueriesContext(connection) as caught:
            result = run(tree.township)
        return len(result.members), len(caught)

    reference_scheme_row()
    for _ in range(10):
        PostingFactory(village=tree.village)
    few = cost()
    for _ in range(290):
        PostingFactory(village=tree.other_village)
    WeeklyScore.objects.all().delete()
    assert cost() == (300, few[1])
    assert few[1] <= 30
