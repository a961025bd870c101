"""Receipts of bulk writes, written down and read again."""

from datetime import date
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from townships.receipts import Receipt, change_of, made_in, ranges_of

KEYS = st.sets(st.integers(1, 60), max_size=40)


@given(people=KEYS, postings=KEYS)
def test_created_rows_are_found_again_from_their_ranges(people, postings):
    made = [Receipt("a.person", pk, made=True) for pk in people] + [
        Receipt("a.posting", pk, made=True) for pk in postings
    ]
    found = [(receipt.model, receipt.pk) for receipt in made_in(ranges_of(made))]
    assert sorted(found) == sorted((receipt.model, receipt.pk) for receipt in made)


def test_keys_of_one_bulk_insert_take_one_line():
    made = [Receipt("a.person", pk, made=True) for pk in (*range(7, 100_000), 5)]
    assert ranges_of(made) == [{"model": "a.person", "ranges": [[5, 5], [7, 99_999]]}]


def test_a_change_keeps_old_and_new_as_json_has_them():
    row = SimpleNamespace(_meta=SimpleNamespace(label_lower="a.posting"), pk=3, begins=date(2026, 3, 1), lodging="")
    receipt = change_of(row, {"begins": date(2026, 3, 2), "lodging": "村委"})
    assert receipt.old == {"begins": "2026-03-01", "lodging": ""}
    assert receipt.new == {"begins": "2026-03-02", "lodging": "村委"}
    assert Receipt.from_json(receipt.to_json()) == receipt
