from __future__ import annotations

from itertools import combinations, permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.metrics.detection import EPISODES, match
from tests.metrics.detection.tables import episodes


def test_half_of_the_union_is_enough_and_less_is_not() -> None:
    true = episodes((0, 10))
    assert len(match(episodes((0, 5)), true)) == 1
    assert len(match(episodes((0, 4.999999)), true)) == 0
    assert len(match(episodes((0, 20)), true)) == 1
    assert len(match(episodes((0, 21)), true)) == 0  # it covers all of it, and is no detection


def test_latency_is_the_detected_start_less_the_true_one() -> None:
    found = match(episodes((2, 10), (99, 112)), episodes((0, 10), (100, 110)))
    assert found["latency_s"].to_list() == [2.0, -1.0]
    assert found["overlap"].to_list() == [pytest.approx(0.8), pytest.approx(10 / 13)]
    assert (found["detected"].to_list(), found["true"].to_list()) == ([0, 1], [0, 1])


def test_a_second_detection_of_one_episode_is_left_over() -> None:
    found = match(episodes((0, 6), (5, 10), (0, 10)), episodes((0, 10)))
    assert found["detected"].to_list() == [2]


def test_as_many_pairs_as_can_be_go_before_the_best_overlap() -> None:
    # The first detection fits the second episode best, but only it can have the first.
    true = episodes((0, 100), (30, 130))
    detected = episodes((20, 118), (62, 165))
    found = match(detected, true)
    assert len(found) == 2
    assert dict(zip(found["detected"], found["true"], strict=True)) == {0: 0, 1: 1}


@pytest.mark.parametrize(
    "other",
    [
        {"session": "b"},
        {"market": 1},
        {"family": "aversion"},
        {"family": "anchor", "price": 5000},
    ],
)
def test_only_of_the_same_kind_and_place(other: dict[str, object]) -> None:
    anchor = {"family": "anchor", "price": 2500} if other.get("family") == "anchor" else {}
    true = episodes((0, 10), **anchor)  # type: ignore[arg-type]
    assert len(match(episodes((0, 10), **(anchor | other)), true)) == 0  # type: ignore[arg-type]
    assert len(match(true, true)) == 1


def test_the_price_counts_for_anchors_only() -> None:
    assert len(match(episodes((0, 10), price=1), episodes((0, 10), price=2))) == 1


def test_an_instant_matches_itself_only() -> None:
    assert len(match(episodes((5, 5)), episodes((5, 5)))) == 1
    assert len(match(episodes((5, 5)), episodes((5, 6)))) == 0
    assert len(match(episodes((5, 5)), episodes((6, 6)))) == 0


def test_nothing_matches_nothing() -> None:
    empty = pl.DataFrame(schema=EPISODES)
    for pair in ((empty, empty), (empty, episodes((0, 1))), (episodes((0, 1)), empty)):
        assert len(match(*pair)) == 0
    assert match(empty, empty).columns == match(episodes((0, 1)), episodes((0, 1))).columns


spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 8)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=5,
)


def fits(a: tuple[float, float], b: tuple[float, float]) -> bool:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    union = a[1] - a[0] + b[1] - b[0] - shared
    return shared >= 0 and 2 * shared >= union


def most(detected: list[tuple[int, int]], true: list[tuple[int, int]]) -> int:
    """The largest matching, by trying all."""
    few, many = sorted((detected, true), key=len)
    for size in range(len(few), 0, -1):
        for chosen in combinations(few, size):
            for order in permutations(many, size):
                if all(fits(a, b) for a, b in zip(chosen, order, strict=True)):
                    return size
    return 0


@settings(max_examples=150, deadline=None)
@given(spans, spans)
def test_as_good_as_trying_all_and_the_same_from_either_side(
    detected: list[tuple[int, int]], true: list[tuple[int, int]]
) -> None:
    found = match(episodes(*detected), episodes(*true))
    assert len(found) == most(detected, true) <= min(len(detected), len(true))
    assert found["detected"].n_unique() == found["true"].n_unique() == len(found)
    assert len(match(episodes(*true), episodes(*detected))) == len(found)
    for row in found.iter_rows(named=True):
        assert fits(detected[row["detected"]], true[row["true"]])


@settings(max_examples=50, deadline=None)
@given(spans, spans, st.randoms(use_true_random=False))
def test_order_does_not_matter(detected: list, true: list, random: object) -> None:
    def figures(a: list, b: list) -> tuple[int, float]:
        found = match(episodes(*a), episodes(*b))
        return len(found), pytest.approx(found["overlap"].sum())

    before = figures(detected, true)
    random.shuffle(detected)  # type: ignore[attr-defined]
    random.shuffle(true)  # type: ignore[attr-defined]
    assert figures(detected, true) == before


@given(spans)
@settings(max_examples=50, deadline=None)
def test_the_truth_finds_all_of_itself(true: list[tuple[int, int]]) -> None:
    found = match(episodes(*true), episodes(*true))
    assert len(found) == len(true)
    assert (found["overlap"] == 1.0).all() and (found["latency_s"] == 0.0).all()
