"""Compiling, deciding, publishing and revising a month's bulletin."""

from datetime import date, datetime, timedelta

import pytest

from reports.actions.compile_bulletin import compile_bulletin, is_outdated
from reports.actions.decide_tie import decide_tie
from reports.actions.publish_bulletin import publish_bulletin
from reports.bulletin_content import people_by_key
from reports.bulletin_json import bulletin_json
from reports.bulletin_refusals import (
    AlreadyPublished,
    BadDecision,
    DraftOutdated,
    NeedsDecision,
    NotCompiled,
    NothingScored,
    NothingToDecide,
    NumberTaken,
    OwnBulletin,
    ReasonMissing,
    WeeksMissing,
)
from reports.models import Bulletin, WeekLock
from reports.papers import paper_of
from tests.factories import CadreFactory, PostingFactory, UnitFactory, user_with
from tests.factories.scores import NOVEMBER_2, OCTOBER, score_month_of, score_week_of
from townships.errors import NotAllowed, OutOfReach, OwnMatter
from townships.models import AuditEntry
from townships.periods import SHANGHAI, Month

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tree):
    """Seven people; the one in place n lost n points."""
    postings = [
        PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village if n % 2 else tree.other_village)
        for n in range(1, 8)
    ]
    for n, posting in enumerate(postings, 1):
        score_month_of(posting, lost=n)
    return postings


def compiled(unit, **options):
    return compile_bulletin(unit=unit, month=OCTOBER, now=NOVEMBER_2, **options)


def published(unit, **options):
    return publish_bulletin(unit=unit, month=OCTOBER, now=NOVEMBER_2, **options)


def names(bulletin, board):
    people = people_by_key(bulletin.content)
    return [people[key]["name"] for key in bulletin.content[board]]


def test_a_draft_ranks_the_month(tree, people, clerk):
    draft = compiled(tree.township, actor=clerk)
    assert (draft.status, draft.revision, draft.compiled_by) == ("draft", 1, clerk)
    assert names(draft, "red") == ["队员1", "队员2", "队员3"]
    assert names(draft, "black") == ["队员7", "队员6", "队员5"]
    assert draft.content["full_marks"] == "500.00"
    assert draft.number == "大同驻通〔2026〕1号"


def test_compiling_again_changes_nothing(tree, people, clerk):
    first = compiled(tree.township, actor=clerk)
    again = compile_bulletin(unit=tree.township, month=OCTOBER, now=NOVEMBER_2 + timedelta(days=1))
    assert (again.pk, again.compiled_at, again.compiled_by) == (first.pk, NOVEMBER_2, clerk)


def test_a_new_score_makes_the_draft_outdated_until_it_is_compiled_again(tree, people):
    draft = compiled(tree.township)
    assert not is_outdated(draft, NOVEMBER_2)
    score_month_of(people[6], lost=0)
    assert is_outdated(draft, NOVEMBER_2)
    with pytest.raises(DraftOutdated):
        published(tree.township)
    assert names(compiled(tree.township), "red")[0] == "队员7"


def test_a_draft_counts_only_weeks_that_every_township_has_scored(tree, people):
    second = UnitFactory(level="township", name="龙门镇", parent=tree.county)
    PostingFactory(village=UnitFactory(level="village", name="龙门村", parent=second))
    compiled(tree.county)
    with pytest.raises(WeeksMissing) as refusal:
        published(tree.county)
    assert refusal.value.details["not_scored"] == [str(week) for week in OCTOBER.weeks]
    assert compiled(tree.county).content["weeks"] == []


def test_a_running_week_is_no_score(tree, posting):
    score_week_of(posting, OCTOBER.weeks[0])
    score_week_of(posting, OCTOBER.weeks[1], final=False)
    assert compiled(tree.township).content["weeks"] == ["2026-W40"]


def test_a_month_without_scores_is_refused(tree, posting):
    with pytest.raises(NothingScored):
        compiled(tree.township)
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("level", ["village", "township", "county", "city", "province"])
def test_a_unit_of_any_level_has_a_bulletin(tree, people, level):
    unit = getattr(tree, level)
    compiled(unit)
    content = published(unit).content
    assert len(content["people"]) == (4 if level == "village" else 7)


def test_above_a_township_the_paper_names_the_township(tree, people):
    assert paper_of(compiled(tree.county)).ranking[0].village == "大同镇大同村"
    assert paper_of(compiled(tree.township)).ranking[0].village == "大同村"


def test_who_arrived_or_left_in_the_month_is_unranked_with_the_reason(tree, people):
    late = PostingFactory(cadre=CadreFactory(name="零露"), village=tree.village, begins=date(2026, 10, 14))
    for week in OCTOBER.weeks[2:]:
        score_week_of(late, week)
    content = compiled(tree.township).content
    last = content["people"][-1]
    assert (last["name"], last["place"]) == ("零露", None)
    assert last["reason"] == "第40周、第41周不在派驻期内，第42周派驻不满一周"
    assert last["total"] == "300.00"


def test_a_transfer_between_villages_of_the_township_keeps_the_place(tree, people):
    mover = PostingFactory(village=tree.village, ends=date(2026, 10, 14))
    after = PostingFactory(cadre=mover.cadre, village=tree.other_village, begins=date(2026, 10, 14))
    score_month_of(after)
    first = compiled(tree.township).content["people"][0]
    assert (first["cadre"], first["place"], first["village"]) == (mover.cadre_id, 1, "龙塘村")


def test_a_week_split_between_two_townships_is_whole_in_neither(tree, people):
    other = UnitFactory(level="township", name="龙门镇", parent=tree.county)
    mover = PostingFactory(village=tree.village, ends=date(2026, 10, 14))
    after = PostingFactory(
        cadre=mover.cadre, village=UnitFactory(level="village", parent=other), begins=date(2026, 10, 14)
    )
    for week in OCTOBER.weeks[:3]:
        score_week_of(mover, week)
    for week in OCTOBER.weeks[2:]:
        score_week_of(after, week)
    content = compiled(tree.county).content
    person = people_by_key(content)[mover.cadre_id]
    assert (person["place"], person["reason"]) == (None, "第42周派驻不满一周")


def test_publishing_freezes_the_content_and_locks_the_weeks(tree, people, secretary):
    draft = compiled(tree.township)
    bulletin = published(tree.township, actor=secretary)
    assert (bulletin.pk, bulletin.status, bulletin.published_by) == (draft.pk, "published", secretary)
    assert list(WeekLock.objects.values_list("week", flat=True)) == [str(week) for week in OCTOBER.weeks]
    assert AuditEntry.objects.get(act="bulletin.published").details["people"] == 7


def test_publishing_before_a_week_is_over_names_the_week(tree, people):
    compiled(tree.township)
    friday = datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI)
    with pytest.raises(WeeksMissing, match="第44周还没有结束") as refusal:
        publish_bulletin(unit=tree.township, month=OCTOBER, now=friday)
    assert refusal.value.details["weeks"] == ["2026-W44"]


def test_publishing_with_an_unscored_person_names_the_weeks(tree, people):
    PostingFactory(village=tree.village, begins=date(2026, 10, 26))
    compiled(tree.township)
    with pytest.raises(WeeksMissing, match="第44周还有人员没有评分") as refusal:
        published(tree.township)
    assert refusal.value.as_json()["code"] == "bulletin.weeks_missing"


def test_nothing_is_published_without_a_draft(tree, people):
    with pytest.raises(NotCompiled):
        published(tree.township)


def test_publishing_twice_is_refused(tree, people):
    compiled(tree.township)
    published(tree.township)
    with pytest.raises(AlreadyPublished):
        published(tree.township)


def test_compiling_a_published_month_returns_it_as_it_is(tree, people):
    compiled(tree.township)
    bulletin = published(tree.township)
    score_month_of(people[0], lost=30)
    assert compiled(tree.township).content == bulletin.content


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("clerk", NotAllowed), ("leader", OutOfReach), ("outsider", OutOfReach), ("auditor", NotAllowed)],
)
def test_publishing_needs_the_right_at_the_unit(tree, people, request, who, refusal):
    compiled(tree.township)
    with pytest.raises(refusal):
        published(tree.township, actor=request.getfixturevalue(who))


def test_nobody_publishes_a_ranking_he_is_in(tree, people):
    officer = user_with("township_deputy", tree.township)
    people[3].cadre.user = officer
    people[3].cadre.save()
    compiled(tree.township)
    with pytest.raises(OwnBulletin):
        published(tree.township, actor=officer)


def test_numbers_count_on_through_the_year_and_are_used_once(tree, people):
    september = Month.parse("2026-09")
    for posting in people:
        score_month_of(posting, month=september)
    compile_bulletin(unit=tree.township, month=september, now=NOVEMBER_2)
    compiled(tree.township)
    decide_september(tree)
    assert publish_bulletin(unit=tree.township, month=september, now=NOVEMBER_2).number == "大同驻通〔2026〕1号"
    with pytest.raises(NumberTaken):
        published(tree.township, number="大同驻通〔2026〕1号")
    assert published(tree.township).number == "大同驻通〔2026〕2号"


def decide_september(tree):
    draft = Bulletin.objects.get(month="2026-09")
    decide_tie(bulletin=draft, board="red", chosen=[], reason="全部满分", actor=None, now=NOVEMBER_2)


def test_an_office_may_give_its_own_number(tree, people):
    compiled(tree.township)
    assert published(tree.township, number="大同委发〔2026〕31号").number == "大同委发〔2026〕31号"


class TestTies:
    @pytest.fixture
    def equals(self, tree):
        postings = [PostingFactory(cadre=CadreFactory(name=f"队员{n}"), village=tree.village) for n in range(1, 9)]
        for posting in postings:
            score_month_of(posting)
        return postings

    @pytest.fixture
    def draft(self, tree, equals):
        return compiled(tree.township)

    def decide(self, draft, chosen, *, reason="兼顾各村", actor=None, board="red"):
        return decide_tie(bulletin=draft, board=board, chosen=chosen, reason=reason, actor=actor, now=NOVEMBER_2)

    def test_an_undecided_tie_is_not_published(self, tree, draft):
        assert bulletin_json(draft)["needs_decision"] == ["red"]
        with pytest.raises(NeedsDecision, match="红榜"):
            published(tree.township)

    def test_a_decision_with_a_reason_settles_it(self, tree, draft, equals, secretary):
        chosen = [posting.cadre_id for posting in equals[:3]]
        decided = self.decide(draft, chosen, actor=secretary)
        assert (decided.content["red"], decided.content["needs_decision"]) == (chosen, [])
        assert published(tree.township, actor=secretary).decisions[0]["reason"] == "兼顾各村"

    def test_the_reason_is_kept_but_printed_nowhere(self, draft, equals):
        decided = self.decide(draft, [equals[0].cadre_id], reason="不公开的原因")
        assert "不公开的原因" not in str(decided.content)
        assert "不公开的原因" not in str(bulletin_json(decided)) + str(paper_of(decided))

    def test_a_decision_lasts_while_the_tie_is_the_same(self, tree, draft, equals):
        self.decide(draft, [equals[0].cadre_id])
        assert compiled(tree.township).content["needs_decision"] == []
        score_month_of(equals[7], lost=5)
        assert compiled(tree.township).content["needs_decision"] == ["red"]

    def test_a_decision_can_be_changed_until_publication(self, draft, equals):
        self.decide(draft, [equals[0].cadre_id])
        draft.refresh_from_db()
        assert self.decide(draft, [equals[1].cadre_id]).content["red"] == [equals[1].cadre_id]

    def test_a_decision_needs_a_reason(self, draft, equals):
        with pytest.raises(ReasonMissing):
            self.decide(draft, [equals[0].cadre_id], reason="　")

    def test_a_decision_chooses_among_the_equals(self, draft):
        with pytest.raises(BadDecision, match="并列名单"):
            self.decide(draft, [0])

    def test_a_decision_leaves_the_list_within_bounds(self, draft, equals):
        with pytest.raises(BadDecision, match="最多选 6 人"):
            self.decide(draft, [posting.cadre_id for posting in equals[:7]])

    def test_a_list_without_a_tie_has_nothing_to_decide(self, draft):
        with pytest.raises(NothingToDecide):
            self.decide(draft, [], board="black")

    def test_nobody_decides_a_tie_he_is_in(self, tree, draft, equals):
        officer = user_with("township_deputy", tree.township)
        equals[5].cadre.user = officer
        equals[5].cadre.save()
        with pytest.raises(OwnMatter):
            self.decide(draft, [equals[5].cadre_id], actor=officer)

    def test_a_clerk_decides_nothing(self, draft, equals, clerk):
        with pytest.raises(NotAllowed):
            self.decide(draft, [equals[0].cadre_id], actor=clerk)

    def test_a_published_bulletin_is_not_decided_again(self, tree, draft, equals):
        self.decide(draft, [equals[0].cadre_id])
        bulletin = published(tree.township)
        with pytest.raises(AlreadyPublished):
            self.decide(bulletin, [equals[1].cadre_id])
