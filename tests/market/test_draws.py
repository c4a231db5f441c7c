from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market import draws
from kalshi_exp.market.draws import integer, mix, uniform
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import SLOTS

MASK = (1 << 64) - 1
int64 = st.integers(-(2**63), 2**63 - 1)
keys = st.tuples(int64, int64, int64, int64, int64)


def reference_mix(*parts: int) -> int:
    state = 0
    for part in parts:
        z = ((state ^ (part & MASK)) + 0x9E3779B97F4A7C15) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        state = z ^ (z >> 31)
    return state


@given(keys, st.integers(1, 2**31))
def test_kernels_equal_big_integers(key, n):
    expected = reference_mix(*key)
    assert int(mix(*key)) == expected
    assert uniform(*key) == (expected >> 11) / 2**53
    assert integer(*key, n) == ((expected >> 32) * n) >> 32
    assert 0.0 <= uniform(*key) < 1.0 and 0 <= integer(*key, n) < n


def test_first_round_is_splitmix64():
    # First output of splitmix64 seeded with 0 (Vigna's reference implementation).
    assert reference_mix(0) == 0xE220A8397B1DCDAF


@given(keys, st.integers(0, 4), int64)
def test_each_key_matters(key, place, other):
    changed = (*key[:place], other, *key[place + 1 :])
    assert (mix(*changed) == mix(*key)) == (changed == key)


def test_order_of_keys_matters():
    values = [int(mix(*key)) for key in itertools.permutations((1, 2, 3, 4, 5))]
    assert len(set(values)) == len(values)


@kernel
def _fill(keys, out):
    for i in range(len(keys)):
        out[i] = uniform(keys[i, 0], keys[i, 1], keys[i, 2], keys[i, 3], keys[i, 4])


def drawn(keys):
    out = np.empty(len(keys))
    _fill(keys, out)
    return out


def grid_of_keys():
    """All combinations of small keys: neighbours are what simulations really ask for."""
    axes = [range(4), range(1_000, 1_008), range(4), range(100), (0, 1, 2, 3, 100, 200, 300, 400)]
    return np.array(list(itertools.product(*axes)), np.int64)


def test_draw_does_not_depend_on_its_batch():
    keys = grid_of_keys()[:5_000]
    whole = drawn(keys)
    shuffle = np.random.default_rng(0).permutation(len(keys))
    assert np.array_equal(drawn(keys[shuffle]), whole[shuffle])
    assert np.array_equal(drawn(keys[1_234:1_240]), whole[1_234:1_240])
    assert [uniform(*key.tolist()) for key in keys[:20]] == whole[:20].tolist()


def chi_square(values, bins):
    counts = np.bincount((values * bins).astype(np.int64), minlength=bins)
    expected = len(values) / bins
    return ((counts - expected) ** 2 / expected).sum()


def test_draws_are_uniform():
    values = drawn(grid_of_keys())
    # 99.99 % point of chi-square with 255 degrees of freedom is 347.
    assert 160 < chi_square(values, 256) < 347
    assert abs(values.mean() - 0.5) < 4 * np.sqrt(1 / 12 / len(values))


def test_neighbouring_draws_are_independent():
    values = drawn(grid_of_keys())
    for lag in (1, 8, 800, 3_200):
        pairs = (values[:-lag] * 16).astype(int) * 16 + (values[lag:] * 16).astype(int)
        assert chi_square(pairs / 256, 256) < 347
        correlation = np.corrcoef(values[:-lag], values[lag:])[0, 1]
        assert abs(correlation) < 4 / np.sqrt(len(values))


def test_every_bit_is_fair():
    bits = np.array([int(mix(7, 8, 0, d, 0)) for d in range(4_000)], np.uint64)
    for bit in range(64):
        ones = int(((bits >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - 2_000) < 4.5 * np.sqrt(1_000)


def test_purposes_do_not_overlap():
    starts = [
        draws.CHECK_FILL,
        draws.CHECK_LATENCY,
        draws.CHECK_ACTION,
        draws.CHECK_START,
        draws.CHECK_DECIDE,
        draws.CHECK_PROBE,
        draws.CHECK_HAZARD,
        draws.CHECK_QUEUE,
        draws.CHECK_PICK_OFF,
    ]
    assert all(later - sooner > SLOTS for sooner, later in itertools.pairwise(starts))


def test_integers_are_uniform():
    values = np.array([integer(3, 5, 0, d, 300, 21) for d in range(21_000)])
    counts = np.bincount(values, minlength=21)
    # 99.99 % point of chi-square with 20 degrees of freedom is 52.4.
    assert len(counts) == 21 and ((counts - 1_000) ** 2 / 1_000).sum() < 52.4
