from __future__ import annotations

from dataclasses import replace

from kalshi_exp.config import recompose
from kalshi_exp.patterns.episodes import OPERATING
from kalshi_exp.tasks.detection import simulated, strengths_of, with_truth


def test_strengths_are_those_of_what_plants() -> None:
    full = recompose(["scenario=full", "scenario.anchors.strength=0.4"]).scenario
    assert strengths_of(full)["anchor"] == 0.4
    assert set(strengths_of(full)) == set(OPERATING["rule"]) | {"group", "correlation"}
    assert strengths_of(recompose(["scenario=plain"]).scenario) == {}
    alone = replace(full, groups=replace(full.groups, strength=0.0))
    assert not {"violation", "group", "correlation"} & set(strengths_of(alone))


def test_judged_sessions_vary_and_repeat() -> None:
    words = ["scenario=anchors", "scenario.duration_s=60", "seed=3"]
    experiment = recompose(words)
    one, again = (simulated(experiment, 40_000) for _ in range(2))
    plain = with_truth(experiment.scenario, 3, 40_000)
    for market, same, other in zip(
        one.session.markets, again.session.markets, plain.session.markets, strict=True
    ):
        assert market.messages.tobytes() == same.messages.tobytes()
        assert market.messages.tobytes() != other.messages.tobytes()
    assert 0.1 <= one.strengths["anchor"] < 1.0 == plain.strengths["anchor"]
