from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics import SESSIONS, paired_difference, sessions_needed
from kalshi_exp.metrics.differences import (
    FEWEST_FOR_VERDICT,
    NO_DIFFERENCE,
    RULES,
    TOO_LITTLE,
)
from tests.metrics.rows import DOLLAR, frame_of, session


def rows(gains: list[float] | np.ndarray, policy: str = "a", start: int = 0):
    return frame_of(
        [session(f"s{k + start:03d}", round(g * DOLLAR), policy) for k, g in enumerate(gains)],
        SESSIONS,
    )


def against(mine: np.ndarray, theirs: np.ndarray):
    return paired_difference(rows(mine), rows(theirs, "b"), 1000, 0)


def test_the_four_verdicts() -> None:
    rng = np.random.default_rng(0)
    luck, noise = rng.normal(0, 5, 40), rng.normal(0, 0.5, 40)
    assert against(luck + 2 + noise, luck).verdict("maker") == "better than maker"
    assert against(luck - 2 + noise, luck).verdict("maker") == "worse than maker"
    assert against(luck + noise - noise.mean(), luck).verdict("maker") == NO_DIFFERENCE
    few = FEWEST_FOR_VERDICT - 1
    assert against(luck[:few] + 2, luck[:few]).verdict("maker") == TOO_LITTLE


def test_a_wide_interval_that_holds_zero_is_too_little_data() -> None:
    mine = np.array([30, -30, 25, -28, 31, -26, 29, -31, 2.0])
    gap = against(mine, -mine)
    assert gap.estimate.lo < 0 < gap.estimate.hi
    assert gap.typical == pytest.approx(np.abs(mine).mean())
    assert gap.estimate.hi - gap.estimate.lo > gap.typical
    assert gap.verdict("maker") == TOO_LITTLE
    assert "wider than the typical session" in RULES[TOO_LITTLE]


def test_the_same_spread_over_more_sessions_is_no_difference_shown() -> None:
    mine = np.tile([30, -30, 25, -28, 31, -26, 29, -31], 40).astype(float)
    gap = against(mine, -mine)
    assert gap.estimate.hi - gap.estimate.lo < gap.typical
    assert gap.verdict("maker") == NO_DIFFERENCE


def test_eight_sessions_are_enough_when_the_difference_is_plain() -> None:
    luck = np.array([4.0, -3, 2, 5, -6, 1, 0, 2])
    assert against(luck + np.linspace(1, 2, 8), luck).verdict("x") == "better than x"


def test_a_correction_can_take_a_verdict_back() -> None:
    luck = np.random.default_rng(0).normal(0, 1, 40)
    gap = against(luck + 1 + 0.01 * luck**2, luck)
    assert gap.verdict("x", p_corrected=0.01) == "better than x"
    assert gap.verdict("x", p_corrected=0.20) == NO_DIFFERENCE


def test_pairing_takes_the_shared_luck_out() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(0, 10, 30)
    mine, theirs = luck + rng.normal(1, 1, 30), luck + rng.normal(0, 1, 30)
    paired = against(mine, theirs).estimate
    apart = against(mine, rng.permutation(theirs)).estimate
    assert paired.hi - paired.lo < (apart.hi - apart.lo) / 4


def test_only_shared_sessions_are_paired() -> None:
    gap = paired_difference(rows([1.0] * 10), rows([0.0] * 10, "b", start=4), 200, 0)
    assert gap.estimate.n == 6
    assert (gap.won, gap.lost) == (6, 0)


def test_the_same_session_in_another_fold_is_another_pair() -> None:
    other = frame_of([session(f"s{k:03d}", 0, "b", fold=1) for k in range(10)], SESSIONS)
    gap = paired_difference(rows([1.0] * 10), other, 200, 0)
    assert gap.estimate.value is None
    assert gap.estimate.reason == "the two have no session in common"
    assert gap.verdict("b") == TOO_LITTLE


def test_two_equal_policies_differ_by_nothing() -> None:
    gap = against(np.zeros(12), np.zeros(12))
    assert (gap.estimate.value, gap.estimate.lo, gap.estimate.hi, gap.p) == (0, 0, 0, 1.0)
    assert gap.verdict("hold") == NO_DIFFERENCE
    assert gap.needed is None and gap.needed_reason == "the observed difference is zero"


def test_so_many_sessions_would_do() -> None:
    # The number named shows the difference with about the promised power.
    rng = np.random.default_rng(3)
    pilot = rng.normal(0, 1, 400)
    pilot = 0.5 + 2.0 * (pilot - pilot.mean()) / pilot.std(ddof=1)
    needed, reason = sessions_needed(pilot)
    assert reason is None
    assert needed == 126  # ((1.96 + 0.84) * 2 / 0.5)^2
    shown = 0
    for _ in range(60):
        x = rng.normal(0.5, 2.0, needed)
        shown += against(x, np.zeros(needed)).estimate.lo > 0
    assert 0.65 <= shown / 60 <= 0.95


def test_a_hopeless_number_of_sessions_is_said_so() -> None:
    rng = np.random.default_rng(0)
    gaps = rng.normal(0, 1, 50)
    gaps += 1e-4 - gaps.mean()
    needed, reason = sessions_needed(gaps)
    assert needed is None
    assert "more than 100,000" in str(reason)


def test_never_fewer_than_a_verdict_takes() -> None:
    assert sessions_needed(np.array([1.0, 1.001, 0.999]))[0] == FEWEST_FOR_VERDICT
