"""The rule, fed by hand second by second."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.patterns.inputs import INPUTS
from kalshi_exp.patterns.rule import RULE, reset_rule, step_rule

AT = {name: column for column, name in enumerate(INPUTS)}
EARLY = 6


def cents(x: float) -> float:
    """As the features give a spread."""
    return math.log1p(x) / math.log1p(100.0)


WALL = {"level_alone": 0.5, "level_closing": 0.4, "level_lasting": 0.5}
WIDE = {"spread": cents(2.3), "thick_10": cents(2.3), "spread_expansion": 0.4}


class Rule:
    def __init__(self) -> None:
        self.memory = np.zeros(1, RULE)
        reset_rule(self.memory[0])
        self.out = np.zeros(7, np.float32)

    def second(self, depth: float = 500.0, mid: float = 51.0, **features: float) -> list[float]:
        row = np.zeros(len(INPUTS), np.float32)
        row[AT["mid"]] = mid / 50.0 - 1.0
        for name, level in (("anchor_low", 25), ("anchor_middle", 50), ("anchor_high", 75)):
            away = (mid - level) / 5.0
            row[AT[name]] = away / (1.0 + abs(away))
        row[AT["bid_depth_5"]] = row[AT["ask_depth_5"]] = math.log1p(depth) / math.log1p(1e6)
        row[AT["spread"]] = cents(1.5)
        row[AT["thick_10"]] = cents(1.6)
        for name, value in features.items():
            row[AT[name]] = value
        step_rule(self.memory[0], row, self.out)
        return self.out.tolist()

    def seconds(self, count: int, depth: float = 500.0, **features: float) -> list[float]:
        for _ in range(count):
            told = self.second(depth, **features)
        return told


@pytest.mark.parametrize("mid", [5.0, 37.5, 51.0, 95.0])
def test_nothing_is_told_of_a_quiet_market(mid: float) -> None:
    told = Rule().seconds(100, mid=mid)
    assert told[0] < 0.1
    assert told[1:6] == [0.0] * 5
    assert told[EARLY] < 0.1


def test_lone_orders_that_stand_at_a_level_are_an_anchor_after_some_seconds() -> None:
    rule = Rule()
    rule.seconds(20)
    assert rule.second(**WALL)[0] < 0.2
    assert rule.seconds(19, **WALL)[0] > 0.5
    assert rule.seconds(15, level_left=0.3)[0] < 0.2  # they are gone


def test_lone_orders_that_come_and_go_are_none() -> None:
    rule = Rule()
    for _ in range(20):
        assert rule.seconds(3, **WALL)[0] < 0.2
        assert rule.seconds(6, level_left=0.4)[0] < 0.2


def test_a_spread_wider_than_usual_near_a_level_is_one_too() -> None:
    rule = Rule()
    rule.seconds(100)
    assert rule.seconds(2, **WIDE)[0] < 0.5 <= rule.seconds(20, **WIDE)[0]


def test_a_wide_spread_while_the_price_is_wild_is_none() -> None:
    rule = Rule()
    rule.seconds(100)
    assert rule.seconds(20, **WIDE, volatility=0.9)[0] < 0.2


def test_an_alarm_is_raised_early_and_near_only() -> None:
    rule = Rule()
    rule.seconds(20)
    told = [rule.second(**WALL) for _ in range(60)]
    alarms = [t for t, one in enumerate(told) if one[EARLY] >= 0.5]
    begun = next(t for t, one in enumerate(told) if one[0] >= 0.2)
    assert alarms and alarms[0] >= begun and alarms[-1] - begun <= 10
    assert all(one[EARLY] in (0.0, one[0]) for one in told)
    assert told[-1][0] > 0.5 and told[-1][EARLY] == 0.0
    rule = Rule()
    rule.seconds(20, mid=57.0)
    told = [rule.second(mid=57.0, **WALL) for _ in range(60)]
    assert told[-1][0] > 0.5 and not any(one[EARLY] for one in told)


def test_a_level_is_forgotten_when_the_mid_goes_away_or_to_another() -> None:
    for mid in (59.0, 74.0):
        rule = Rule()
        rule.seconds(20)
        assert rule.seconds(20, **WALL)[0] > 0.5
        told = rule.second(mid=mid, **WALL)
        assert told[0] == told[EARLY] == 0.0
        assert rule.second(**WALL)[0] < 0.2


def test_a_cascade_needs_a_large_move_and_liquidity_taken_back() -> None:
    for features in ({"velocity": 0.6}, {"liquidity_drop": 0.4}):
        rule = Rule()
        rule.seconds(20)
        assert rule.seconds(3, **features)[1] == 0.0
    rule = Rule()
    rule.seconds(20)
    rule.second(velocity=-0.6)
    assert rule.second(velocity=-0.6, liquidity_drop=0.11)[1] == 0.0  # too little of it
    told = rule.second(depth=300.0, velocity=-0.6, liquidity_drop=0.4)
    assert told[1:3] == [1.0, -1.0] and 0.35 < told[3] < 0.45 and told[4] == 0.0
    assert rule.seconds(20, depth=400.0)[4] == 1.0  # it recovers
    assert rule.seconds(15, depth=400.0)[1] == 1.0
    assert rule.seconds(10, depth=520.0)[1] == 0.0  # all is back


def test_a_cascade_that_never_recovers_ends_too() -> None:
    rule = Rule()
    rule.seconds(20)
    rule.second(velocity=0.6, liquidity_drop=0.4, depth=200.0)
    assert rule.seconds(60, depth=200.0)[1] == 1.0
    assert rule.seconds(10, depth=200.0)[1] == 0.0


def test_aversion_is_what_an_extreme_price_has_done_so_far() -> None:
    rule = Rule()
    # 5 cents are 2/3 of the way out: after n seconds 0.4 * 2/3 n / (5 + 4/9 n), over 2 * 0.2.
    for n in range(1, 40):
        expected = min(0.5 * (0.4 * 2 / 3 * n / (5.0 + 4 / 9 * n)) / 0.2, 1.0)
        assert rule.second(mid=5.0, aversion=0.4)[5] == pytest.approx(expected, abs=1e-4)
    assert rule.second(mid=50.0)[5] == 0.0
    assert rule.second(mid=86.0, aversion=0.1)[5] > 0.5  # it is remembered
    assert rule.second(mid=84.5)[5] > 0.5  # a cent of grace
    assert rule.second(mid=83.5)[5] == rule.second(mid=84.5)[5] == 0.0


def test_a_market_whose_middle_was_never_seen_is_judged_by_its_spread() -> None:
    assert Rule().seconds(60, mid=3.0, spread=cents(3.6))[5] > 0.5
    assert Rule().seconds(60, mid=3.0, spread=cents(1.5))[5] == 0.0
