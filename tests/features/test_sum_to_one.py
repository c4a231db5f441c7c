"""The search for sets that sum to one, against trying every set the slow way."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.features.sum_to_one import EXHAUSTIVE, find_groups


def found(p: np.ndarray, deviation: float) -> tuple[list[int], list[float]]:
    """Groups and strays of float64[seconds, markets] of probabilities."""
    n = p.shape[1]
    moves = np.diff(p, axis=0) * 100
    group, stray = np.full(n, 9, np.int64), np.full(n, 9.0)
    find_groups(
        p.mean(0), p.T @ p / len(p), moves.T @ moves / len(moves), deviation, group, stray,
        np.ones((3, n), np.bool_), np.ones(n),
    )  # fmt: skip
    return group.tolist(), stray.tolist()


def slowly(p: np.ndarray, deviation: float) -> list[int]:
    moves = np.diff(p, axis=0)
    free, out, number = set(range(p.shape[1])), [-1] * p.shape[1], 0

    def stray(members: tuple[int, ...]) -> float:
        m = moves[:, members]
        own = float((m**2).sum())
        if own == 0.0 or float((m.sum(1) ** 2).sum()) > 0.5 * own:
            return math.inf
        return math.sqrt(float(((p[:, members].sum(1) - 1) ** 2).mean()))

    while len(free) >= 2:
        sets = (s for k in range(2, len(free) + 1) for s in itertools.combinations(free, k))
        off, best = min((stray(members), members) for members in sets)
        if off > deviation:
            break
        for member in best:
            out[member] = number
        free -= set(best)
        number += 1
    return out


def paths(rng: np.random.Generator, markets: int, seconds: int = 200) -> np.ndarray:
    """Independent random walks."""
    steps = rng.normal(0, 0.01, (seconds, markets))
    return np.clip(rng.uniform(0.1, 0.7, markets) + steps.cumsum(0), 0.01, 0.99)


def planted(rng: np.random.Generator, sizes: list[int], decoys: int) -> np.ndarray:
    """Groups that sum to one, each with a cent of noise, then markets of their own."""
    parts = []
    for size in sizes:
        p = paths(rng, size)
        p = p / p.sum(1, keepdims=True)
        parts.append(p + rng.normal(0, 0.01 / size, p.shape))
    return np.concatenate([*parts, paths(rng, decoys)], axis=1)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.lists(st.integers(2, 3), max_size=2),
    decoys=st.integers(0, 3),
    deviation=st.sampled_from([0.02, 0.06, 0.3]),
)
def test_of_few_markets_every_set_is_tried(
    seed: int, sizes: list[int], decoys: int, deviation: float
) -> None:
    p = planted(np.random.default_rng(seed), sizes, decoys)
    assert found(p, deviation)[0] == slowly(p, deviation)


def test_by_hand() -> None:
    a = np.tile([0.2, 0.3, 0.4, 0.3], 10)
    p = np.stack([a, 0.5 * np.ones(40), 0.9 - a], axis=1)
    group, stray = found(p, 0.11)
    assert group == [0, -1, 0] and stray == pytest.approx([0.1, 0.0, 0.1])
    assert found(p, 0.09)[0] == [-1, -1, -1]
    assert found(np.stack([a, a + 0.4], axis=1), 0.5)[0] == [-1, -1]  # their moves add up
    assert found(np.full((40, 2), 0.5), 0.06)[0] == [-1, -1]  # they have none


def test_what_the_planted_group_is_called_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    p = planted(rng, [3], 4)
    for _ in range(5):
        order = rng.permutation(7)
        group = np.array(found(p[:, order], 0.06)[0])
        assert set(order[group == 0]) == {0, 1, 2} and (group <= 0).all()


@pytest.mark.parametrize("markets", [EXHAUSTIVE + 1, 20])
def test_of_many_markets_a_group_of_all_is_found(markets: int) -> None:
    p = planted(np.random.default_rng(1), [markets], 0)
    group, stray = found(p, 0.06)
    assert group == [0] * markets and stray[0] == pytest.approx(0.01, rel=0.9)


def test_of_many_markets_whatever_is_found_sums_to_one() -> None:
    for seed in range(20):
        p = planted(np.random.default_rng(seed), [5], 10)
        group, stray = (np.array(x) for x in found(p, 0.06))
        for number in set(group.tolist()) - {-1}:
            members = group == number
            off = math.sqrt(((p[:, members].sum(1) - 1) ** 2).mean())
            assert members.sum() >= 2 and off <= 0.06
            assert stray[members] == pytest.approx(off)
