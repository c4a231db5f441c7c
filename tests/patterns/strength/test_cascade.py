from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.patterns.strength import cascade

RNG = np.random.default_rng


def jumpy(at, seconds=900, cents=6.0):
    mid = np.full(seconds, 50.0)
    for k, t in enumerate(at):
        mid[t:] += cents if k % 2 == 0 else -cents
    return mid


def test_moves_are_more_than_five_cents_in_under_thirty_seconds():
    assert cascade.moves(jumpy([200, 400])).tolist() == [200, 400]
    assert cascade.moves(jumpy([200], cents=5.0)).tolist() == []
    slow = 50 + np.minimum(np.arange(900) / 29, 12)  # 5 cents in exactly 145 s
    assert len(cascade.moves(slow)) == 0
    ramp = np.full(900, 50.0)
    ramp[300:330] += np.arange(30) * 0.2
    ramp[330:] += 5.8
    assert cascade.moves(ramp).tolist() == [326]  # 5.2 above where it was 26 s ago


def test_no_other_move_for_two_minutes_none_at_the_extremes_and_none_without_a_mid():
    assert cascade.moves(jumpy([200, 230, 280, 700])).tolist() == [200, 700]
    assert len(cascade.moves(jumpy([200]) + 40)) == 0
    assert len(cascade.moves(np.full(900, np.nan))) == 0


def test_what_is_missing_by_hand():
    mid, liquidity = jumpy([300]), np.zeros(900)
    liquidity[305:346] = -0.4
    one = cascade.measure(mid, liquidity, np.zeros(900), RNG(0))
    assert (one.above, one.below) == (pytest.approx(0.4), 1.0)
    assert abs(one.null_above.mean()) < 0.2


def test_the_first_seconds_are_the_moves_own():
    mid, liquidity = jumpy([300]), np.zeros(900)
    liquidity[298:306] = -9.0
    assert cascade.measure(mid, liquidity, np.zeros(900), RNG(0)).above == pytest.approx(0.0)


def test_a_turn_keeps_both_paths_as_they_are():
    mid = jumpy([300, 500])
    liquidity = RNG(1).normal(size=900)
    at = cascade.moves(mid)
    for turn in (105, 400, 795):
        turned = np.roll(liquidity, turn)
        assert np.array_equal(np.sort(turned), np.sort(liquidity))
        assert cascade._missing(liquidity, at, turn) == pytest.approx(
            cascade._missing(turned, at, 0)
        )


def test_liquidity_that_ignores_the_mid_is_like_its_null():
    rng, observed, nulls = RNG(2), [], []
    for _ in range(60):
        at = np.sort(rng.choice(np.arange(70, 800), 4, replace=False))
        noise = np.convolve(rng.normal(size=960), np.ones(61) / 8, "valid")
        one = cascade.measure(jumpy(at), noise, np.zeros(900), rng)
        if one.below:
            observed.append(one.above / one.below)
            nulls.append(one.null_above / one.null_below)
    assert np.mean(observed) == pytest.approx(np.mean(nulls), abs=0.25)
    assert np.std(observed) == pytest.approx(np.std(nulls), rel=0.25)


def test_a_decline_towards_the_close_is_taken_off():
    paths = [-(np.linspace(0, 3, 900) ** 2) + 0.1 * RNG(k).normal(size=900) for k in range(12)]
    usually = cascade.usual(paths)[::-1]
    rest = paths[0] - usually
    assert np.std(rest[100:800]) < 0.15 and np.std(paths[0]) > 2
    assert (cascade.usual(paths[:5]) == 0).all()  # too few to know
    assert len(cascade.usual([])) == 0


def test_short_sessions_and_quiet_ones_say_nothing():
    assert not cascade.measure(jumpy([80], 200), np.zeros(200), np.zeros(200), RNG(0)).bears
    assert not cascade.measure(np.full(900, 50.0), np.zeros(900), np.zeros(900), RNG(0)).bears
