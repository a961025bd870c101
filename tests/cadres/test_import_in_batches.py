"""A roster larger than a batch: still all or nothing, one institution once, and no rows kept that nobody asked for."""

import pytest

from cadres import roster_store
from cadres.actions import import_roster as importing
from cadres.actions.import_roster import import_roster
from cadres.imports import PreviewOutdated
from cadres.models import Cadre, Posting
from tests.cadres.roster_files import person, table, xlsx
from townships.models import AuditEntry, Institution


@pytest.fixture(autouse=True)
def batches_of_ten(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr(roster_store, "BATCH", 10)


def bring(unit, people, **options):
    return import_roster(unit=unit, content=xlsx(("a", table(people))), filename="a.xlsx", **options)


def written() -> tuple[int, int, int, int]:
    history = Cadre.history.count() + Posting.history.count()
    return Cadre.objects.count(), Posting.objects.count(), history, Institution.objects.count()


def test_many_batches_are_one_import(tree, institution):
    report = bring(tree.county, [person(serial) for serial in range(1, 36)])
    assert (report.rows, report.created, report.committed) == (35, 35, True)
    assert written() == (35, 35, 70, 1)
    again = bring(tree.county, [person(serial) for serial in range(1, 36)])
    assert (again.unchanged, written()) == (35, (35, 35, 70, 1))


@pytest.mark.parametrize("bad", [1, 17, 35], ids=["in the first batch", "in the second", "in the last row"])
def test_an_error_in_any_batch_takes_everything_back(tree, bad):
    people = [person(serial, **({"联系电话": "12"} if serial == bad else {})) for serial in range(1, 36)]
    report = bring(tree.county, people)
    assert [error.row for error in report.errors] == [bad + 1]
    assert (report.rows, report.created, report.committed, report.receipts) == (35, 0, False, [])
    assert written() == (0, 0, 0, 0)
    assert not AuditEntry.objects.filter(act="roster.imported").exists()


def test_one_person_in_two_batches_is_still_a_duplicate(tree):
    report = bring(tree.county, [*(person(serial) for serial in range(1, 25)), person(3)])
    assert [(error.row, error.code) for error in report.errors] == [(26, "duplicate.row")]
    assert written() == (0, 0, 0, 0)


def test_a_new_institution_of_several_batches_is_made_and_told_once(tree):
    report = bring(tree.county, [person(serial, 派出单位="县新局") for serial in range(1, 36)])
    assert [warning.code for warning in report.warnings] == ["institution.created"]
    assert len(report.receipts) == 1
    assert Institution.objects.filter(name="县新局").count() == 1


def test_the_good_rows_of_every_batch_are_taken_when_chosen(tree):
    people = [person(serial, **({"联系电话": "12"} if serial % 9 == 0 else {})) for serial in range(1, 36)]
    report = bring(tree.county, people, only_good=True)
    assert (report.created, len(report.errors), report.committed) == (32, 3, True)
    assert sum(bool(outcome.receipts) for outcome in report.outcomes) == 32
    assert Posting.objects.count() == 32


def test_a_preview_that_no_longer_holds_writes_nothing(tree):
    people = [person(serial) for serial in range(1, 36)]
    with pytest.raises(PreviewOutdated):
        bring(tree.county, people, expected="0" * 64)
    assert written() == (0, 0, 0, 0)
    seen = bring(tree.county, people, dry_run=True)
    assert bring(tree.county, people, expected=seen.fingerprint, keep_rows=False).committed


def test_rows_are_not_kept_unasked(tree):
    report = bring(tree.county, [person(serial) for serial in range(1, 36)], keep_rows=False)
    assert (report.created, report.outcomes) == (35, [])


def test_progress_is_told_after_each_batch(tree):
    told = []
    bring(tree.county, [person(serial) for serial in range(1, 36)], watch=lambda *at: told.append(at))
    assert told == [(10, 35), (20, 35), (30, 35), (35, 35)]
