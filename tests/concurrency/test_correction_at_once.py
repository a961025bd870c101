"""Two answer one wish, or one member asks twice, at the same moment."""

import pytest
from django.utils import timezone

from cadres.actions.decide_correction import decide_correction
from cadres.actions.request_correction import request_correction
from cadres.models import Cadre, CorrectionRequest
from tests.concurrency.test_leave_at_once import at_once, needs_postgres  # noqa: F401 - the fixture skips SQLite
from tests.factories import user_with

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def ask(posting, **wanted) -> list[CorrectionRequest]:
    return request_correction(
        cadre=posting.cadre, wanted=wanted, reason="毕业证为准", actor=posting.cadre.user, at=timezone.now()
    )


def test_two_answers_at_once_give_one(tree, posting):
    clerks = [user_with("township_clerk", tree.township) for _ in range(2)]
    (wish,) = ask(posting, major="农学")
    results = at_once(
        lambda: decide_correction(request=wish, actor=clerks[0], accept=True, at=timezone.now()),
        lambda: decide_correction(request=wish, actor=clerks[1], accept=False, reason="不符", at=timezone.now()),
    )
    assert results == ["CorrectionRequest", "WishDecided"]
    state = CorrectionRequest.objects.get().state
    assert (state == "accepted") is (Cadre.objects.get(pk=posting.cadre_id).major == "农学")


def test_asking_twice_at_once_asks_once(posting):
    results = at_once(lambda: ask(posting, major="农学"), lambda: ask(posting, major="法学"))
    assert results == ["AlreadyAsked", "list"]
    assert CorrectionRequest.objects.count() == 1
