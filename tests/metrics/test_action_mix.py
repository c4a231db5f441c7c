from __future__ import annotations

import math

import pytest

from kalshi_exp.env.actions import ACTIONS
from kalshi_exp.metrics import SESSIONS
from kalshi_exp.metrics.action_mix import action_mix
from tests.metrics.rows import frame_of, session

NAMES = [action.name for action in ACTIONS]


def mix_of(counts: list[list[int]]):
    rows = [session(f"s{k:02d}", actions=c) for k, c in enumerate(counts)]
    return action_mix(frame_of(rows, SESSIONS), NAMES, 300, 0)


def test_all_actions_alike_have_the_largest_entropy() -> None:
    mix, figures = mix_of([[2] * 21] * 8)
    assert figures["action_entropy"].value == pytest.approx(math.log2(21))
    assert sum(mix["shares"].values()) == pytest.approx(1.0)
    assert list(mix["shares"]) == NAMES


def test_one_action_always_is_named_and_has_no_entropy() -> None:
    counts = [0] * 21
    counts[7] = 50
    mix, figures = mix_of([counts] * 8)
    assert mix["top"] == NAMES[7]
    assert figures["top_action_share"].value == 1.0
    assert figures["action_entropy"].value == 0.0
    assert math.copysign(1, figures["action_entropy"].value) == 1.0


def test_entropy_of_two_actions_by_hand() -> None:
    counts = [0] * 21
    counts[0], counts[1] = 75, 25
    _, figures = mix_of([counts] * 8)
    expected = -(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25))
    assert figures["action_entropy"].value == pytest.approx(expected)


def test_the_interval_holds_the_entropy_though_resampling_makes_it_smaller() -> None:
    # Each session leans on another action: a resample always misses some of them.
    counts = [[1 + 99 * (k == session) for k in range(21)] for session in range(20)]
    _, figures = mix_of(counts)
    entropy = figures["action_entropy"]
    assert entropy.lo <= entropy.value <= entropy.hi <= math.log2(21)
    assert entropy.lo < entropy.hi


def test_no_decision_is_no_mix() -> None:
    mix, figures = mix_of([[0] * 21] * 8)
    assert mix["shares"] is None and mix["reason"] == "no decision was made"
    assert figures["action_entropy"].value is None


def test_another_number_of_actions_is_refused() -> None:
    with pytest.raises(ValueError, match="counts 5 actions"):
        mix_of([[1] * 5] * 8)
