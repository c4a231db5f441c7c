"""What must hold of every term on detected patterns."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config import (
    AnchorTimingReward,
    CrossMarketReward,
    PatternReward,
    VolatilityPositionReward,
)
from kalshi_exp.env.rewards import PatternTerm, make_reward
from tests.env.rewards.transitions import path, seen, trade, transition

TERMS: dict[str, tuple[Callable[..., PatternReward], dict[str, Any]]] = {
    "anchor_timing": (AnchorTimingReward, {"anchor": 0.9, "anchor_distance": 1.5}),
    "volatility_position": (
        VolatilityPositionReward,
        {"cascade": 0.9, "cascade_side": -1.0, "cascade_depth": 0.5},
    ),
    "cross_market": (CrossMarketReward, {"group": 0.0, "violation": -6.0, "arbitrage": 3.0}),
}
POSITIONS = st.lists(st.integers(-500, 500).map(float), min_size=1, max_size=25)
STATES = st.fixed_dictionaries(
    {
        "anchor": st.floats(0.5, 1, width=32),
        "anchor_distance": st.sampled_from([-4.0, -0.5, 0.5, 2.0]),
        "cascade": st.floats(0.5, 1, width=32),
        "cascade_side": st.sampled_from([-1.0, 1.0]),
        "cascade_depth": st.floats(0, 1, width=32),
        "group": st.just(1.0),
        "violation": st.sampled_from([-9.0, -4.0, 3.0, 12.0]),
        "arbitrage": st.floats(0.25, 8, width=32),
    }
)


def make(name: str, rows: int = 1, **changes: Any) -> PatternTerm:
    config = TERMS[name][0](weight=1.0, **changes)
    term = make_reward({name: config}, rows).terms[name]
    assert isinstance(term, PatternTerm)
    return term


@pytest.mark.parametrize("name", TERMS)
@settings(max_examples=150, deadline=None)
@given(positions=POSITIONS, data=st.data())
def test_a_round_trip_within_a_pattern_earns_nothing(
    name: str, positions: list[float], data: st.DataObject
) -> None:
    """Whatever the detectors say on the way, as long as they say that it is there."""
    steps = len(positions) + 1
    states = data.draw(st.lists(STATES, min_size=steps, max_size=steps))
    paid = path(make(name), [*positions, 0.0], [seen(**state) for state in states])
    assert sum(paid) <= 1e-4
    if name != "volatility_position":  # adding against the move is charged for good
        assert sum(paid) >= -1e-4


@pytest.mark.parametrize("name", TERMS)
@settings(max_examples=80, deadline=None)
@given(positions=POSITIONS, data=st.data())
def test_nothing_is_paid_where_nothing_is_detected_and_every_step_is_bounded(
    name: str, positions: list[float], data: st.DataObject
) -> None:
    quiet = path(make(name), positions, [seen()] * len(positions))
    assert quiet == [0.0] * len(positions)
    steps = len(positions)
    states = data.draw(st.lists(STATES, min_size=steps, max_size=steps))
    on = data.draw(st.lists(st.booleans(), min_size=steps, max_size=steps))
    mixed = [seen(**state) if told else seen() for state, told in zip(states, on, strict=True)]
    paid = path(make(name), positions, mixed)
    assert all(abs(one) <= 3.0 + 1e-3 and math.isfinite(one) for one in paid)


@pytest.mark.parametrize("name", TERMS)
def test_churning_in_and_out_of_a_flickering_pattern_is_rationed(name: str) -> None:
    """Buy while it is seen, sell while it is not, again and again: at most full / memory a turn."""
    there = seen(**TERMS[name][1])
    short = name == "volatility_position"  # what it pays for is to be flat
    positions = [0.0 if short else 100.0, 100.0 if short else 0.0] * 200
    paid = path(make(name, memory=60.0), positions, [there, seen()] * 200)
    assert sum(paid) / 400 < 1.0 / 60.0


@pytest.mark.parametrize("name", TERMS)
def test_a_settlement_is_no_trade(name: str) -> None:
    term, there = make(name), seen(**TERMS[name][1])
    term.value(trade(100.0, 100.0, seen()))
    assert float(term.value(trade(0.0, 0.0, there))) == 0.0


@pytest.mark.parametrize("name", TERMS)
def test_memory_goes_round_and_a_new_episode_has_none(name: str) -> None:
    term, twin = make(name, 2), make(name, 2)
    there = seen(**TERMS[name][1]).repeat(2, 1)

    def step(position: list[float], filled: float) -> Any:
        facts = transition([0.0, 0.0]).__dict__ | {
            "position": torch.tensor(position),
            "aggressive": torch.full((2,), filled),
            "patterns": there,
        }
        return type(transition([0.0]))(**facts)

    term.value(step([60.0, 60.0], 60.0))
    term.reset(torch.tensor([True, False]))
    twin.load_state_dict(term.state_dict())
    assert all(not value[0] for value in term.state_dict().values())
    assert term.state_dict()["position"][1] == 60.0
    after = term.value(step([20.0, 20.0], 40.0))
    assert torch.equal(after, twin.value(step([20.0, 20.0], 40.0)))
    assert float(after[0]) != float(after[1])


def test_the_base_of_the_terms_is_refused() -> None:
    with pytest.raises(ValueError, match="reward"):
        PatternReward()
