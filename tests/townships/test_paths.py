from hypothesis import given
from hypothesis import strategies as st

from townships import paths

segments = st.lists(st.integers(1, paths.LAST_SEGMENT - 1), min_size=1, max_size=5)


def path_of(numbers):
    path = ""
    for number in numbers:
        path = paths.child(path, number)
    return path


@given(segments, segments)
def test_a_path_lies_in_the_range_of_a_subtree_exactly_when_the_unit_is_below(one, other):
    top, path = path_of(one), path_of(other)
    assert (top <= path < paths.after(top)) == paths.covers(top, path) == (other[: len(one)] == one)


@given(st.lists(segments, max_size=12))
def test_topmost_paths_cover_the_same_and_not_each_other(many):
    given_paths = {path_of(one) for one in many}
    kept = paths.topmost(given_paths)
    assert all(paths.covered(path, kept) for path in given_paths)
    assert not any(a != b and paths.covers(a, b) for a in kept for b in kept)


def test_bounds_stay_inside_the_digits():
    last = paths.child("0001", paths.LAST_SEGMENT - 1)
    assert paths.after(last) == "00019999"
    assert paths.after(last).isdigit()


def test_ancestors_run_from_the_province_down():
    assert paths.ancestors("000100020003") == ["0001", "00010002", "000100020003"]
