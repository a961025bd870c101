"""Correcting a published bulletin: a new revision that says what changed and why."""

from datetime import date, datetime, time
from types import SimpleNamespace

import pytest

from attendance.models import CheckIn
from cadres.models import Talk
from reports.actions.compile_bulletin import compile_bulletin
from reports.actions.publish_bulletin import publish_bulletin
from reports.actions.revise_bulletin import RevisionOpen, revise_bulletin, withdraw_revision
from reports.actions.score_week import score_week
from reports.bulletin_refusals import LockedAbove, NotCompiled, ReasonMissing
from reports.documents.bulletin_text import body
from reports.models import Bulletin, WeekLock, WeeklyScore
from reports.papers import paper_of
from tests.factories import CadreFactory, PostingFactory
from tests.factories.scores import NOVEMBER_2, OCTOBER
from townships.errors import NotAllowed
from townships.periods import SHANGHAI, days_between

pytestmark = pytest.mark.django_db
REASON = "甘雨10月14日谈话提醒登记有误"


@pytest.fixture
def town(tree):
    """Three people who kept every night of the month, and one reminder talk that should not be there."""
    postings = [
        PostingFactory(cadre=CadreFactory(name=name), village=tree.village) for name in ("甘雨", "韦一", "莫问")
    ]
    for posting in postings:
        for day in days_between(date(2026, 9, 28), date(2026, 11, 1)):
            check_in(posting, day)
    talk = Talk.objects.create(posting=postings[0], kind=Talk.Kind.REMINDER, held_on=date(2026, 10, 14), reason="走读")
    for week in OCTOBER.weeks:
        score_week(unit=tree.township, week=week, now=NOVEMBER_2)
    compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    bulletin = publish_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2)
    return SimpleNamespace(unit=tree.township, bulletin=bulletin, talk=talk)


def check_in(posting, day):
    at = datetime.combine(day, time(20), tzinfo=SHANGHAI)
    CheckIn.objects.create(
        posting=posting, client_id=f"{posting.pk}-{day}", made_at=at, received_at=at, day=day, minute=20 * 60
    )


def revise(unit, reason=REASON, **options):
    return revise_bulletin(unit=unit, month=OCTOBER, reason=reason, now=NOVEMBER_2, **options)


def test_scoring_again_after_publication_changes_nothing(town):
    before = list(WeeklyScore.objects.order_by("pk").values_list("total", flat=True))
    town.talk.delete()
    result = score_week(unit=town.unit, week=OCTOBER.weeks[2], now=NOVEMBER_2)
    assert [each["name"] for each in result.tally.differs] == ["甘雨"]
    assert list(WeeklyScore.objects.order_by("pk").values_list("total", flat=True)) == before


def test_a_revision_scores_anew_and_says_what_changed_and_why(town, secretary):
    town.talk.delete()
    draft = revise(town.unit, actor=secretary)
    assert (draft.revision, draft.status, draft.revises) == (2, "draft", town.bulletin)
    change = paper_of(draft).revision.changes[0]
    assert (change.name, change.place_before, change.place_after) == ("甘雨", 3, 1)
    assert change.total_after - change.total_before == 5
    text = "".join(getattr(block, "lead", "") + block.text for block in body(paper_of(draft)))
    assert REASON in text
    assert "甘雨（大同村）：得分由" in text


def test_the_published_one_stays_in_force_until_the_revision_is_published(town):
    town.talk.delete()
    revise(town.unit)
    town.bulletin.refresh_from_db()
    assert town.bulletin.status == "published"
    second = publish_bulletin(unit=town.unit, month=OCTOBER, now=NOVEMBER_2)
    town.bulletin.refresh_from_db()
    assert (town.bulletin.status, second.status, second.number) == ("superseded", "published", "大同驻通〔2026〕2号")
    assert set(WeekLock.objects.values_list("bulletin", flat=True)) == {second.pk}


def test_both_revisions_stay_readable(town):
    frozen = town.bulletin.content
    town.talk.delete()
    revise(town.unit)
    publish_bulletin(unit=town.unit, month=OCTOBER, now=NOVEMBER_2)
    first, second = Bulletin.objects.order_by("revision")
    assert first.content == frozen
    assert paper_of(first).title == "关于10月份驻村工作队员考评情况的通报"
    assert paper_of(second).title == "关于更正10月份驻村工作队员考评情况的通报"


def test_a_revision_without_a_difference_says_so(town):
    draft = revise(town.unit)
    assert paper_of(draft).revision.changes == ()


def test_a_revision_needs_a_reason(town):
    with pytest.raises(ReasonMissing):
        revise(town.unit, reason=" ")


def test_only_a_published_month_is_revised(tree, posting):
    with pytest.raises(NotCompiled):
        revise(tree.township)


def test_one_revision_at_a_time(town):
    revise(town.unit)
    with pytest.raises(RevisionOpen):
        revise(town.unit)


def test_a_clerk_does_not_open_published_weeks(town, clerk):
    with pytest.raises(NotAllowed):
        revise(town.unit, actor=clerk)


def test_a_withdrawn_revision_locks_the_weeks_again(town, secretary):
    draft = revise(town.unit)
    assert not WeekLock.objects.exists()
    assert withdraw_revision(bulletin=draft, actor=secretary) == town.bulletin
    assert WeekLock.objects.filter(bulletin=town.bulletin).count() == 5
    assert list(Bulletin.objects.all()) == [town.bulletin]


def test_weeks_that_the_county_has_frozen_are_corrected_there_first(town, tree):
    compile_bulletin(unit=tree.county, month=OCTOBER, now=NOVEMBER_2)
    publish_bulletin(unit=tree.county, month=OCTOBER, now=NOVEMBER_2)
    with pytest.raises(LockedAbove, match="样例县"):
        revise(town.unit)
    assert WeekLock.objects.filter(unit=town.unit).count() == 5
    revise(tree.county)
    revise(town.unit)
