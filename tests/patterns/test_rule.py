"""The rule, fed by hand second by second."""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.features.table import FEATURES, MARKET_FEATURES
from kalshi_exp.patterns.rule import RULE, reset_rule, step_rule

AT = {feature.name: column for column, feature in enumerate(FEATURES)}


class Rule:
    def __init__(self) -> None:
        self.memory = np.zeros(1, RULE)
        reset_rule(self.memory[0])
        self.out = np.zeros(6, np.float32)

    def second(self, depth: float = 500.0, **features: float) -> list[float]:
        row = np.zeros(MARKET_FEATURES, np.float32)
        row[AT["bid_depth_5"]] = row[AT["ask_depth_5"]] = math.log1p(depth) / math.log1p(1e6)
        for name, value in features.items():
            row[AT[name]] = value
        step_rule(self.memory[0], row, self.out)
        return self.out.tolist()

    def seconds(self, count: int, depth: float = 500.0, **features: float) -> list[float]:
        for _ in range(count):
            told = self.second(depth, **features)
        return told


def test_nothing_is_told_of_a_quiet_market() -> None:
    assert Rule().seconds(100) == [0.0] * 6


def test_orders_that_stand_alone_are_an_anchor_after_some_seconds() -> None:
    rule = Rule()
    assert rule.second(anchor_volume=0.6)[0] < 0.5
    assert rule.seconds(5, anchor_volume=0.6)[0] >= 0.5
    assert rule.seconds(20)[0] < 0.1


def test_a_spread_wider_than_usual_near_a_level_is_one_too() -> None:
    rule = Rule()
    assert rule.seconds(3, anchor_spread=-0.5)[0] < 0.5 <= rule.seconds(10, anchor_spread=-0.5)[0]
    assert Rule().seconds(30, anchor_spread=0.5)[0] == 0.0


def test_a_cascade_needs_a_large_move_and_liquidity_taken_back() -> None:
    for features in ({"velocity": 0.6}, {"liquidity_drop": 0.4}):
        rule = Rule()
        rule.seconds(20)
        assert rule.seconds(3, **features)[1] == 0.0
    rule = Rule()
    rule.seconds(20)
    rule.second(velocity=-0.6)
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


def test_aversion_takes_its_time() -> None:
    rule = Rule()
    assert rule.seconds(3, aversion=0.6)[5] < 0.5 < rule.seconds(30, aversion=0.6)[5]
