"""A detector from nothing, small: it learns what is planted, and says so when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config.scenario import Belief, Cascades, Groups, Scenario
from kalshi_exp.learn.detectors import Fitted, NotLearned, fit_detector
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS
from kalshi_exp.patterns.weights import HEADS

CASCADES = Scenario(
    duration_s=240.0,
    markets=4,
    belief=Belief(volatility_cents=0.4, jumps_per_hour=60.0, jump_cents=12.0),
    cascades=Cascades(strength=1.0),
    groups=Groups(strength=1.0, exclusive=2, correlated=1),
)


def fitted(scenario: Scenario, sessions: int, passes: int, heard: list[str]) -> Fitted:
    return fit_detector(
        scenario, 2, {}, sessions=sessions, passes=passes, device="cpu",
        progress=lambda what, done, total, figure: heard.append(what),
    )  # fmt: skip


def test_it_learns_cascades_and_groups_and_says_nothing_of_what_is_not_there() -> None:
    heard: list[str] = []
    found = fitted(CASCADES, 24, 10, heard)
    assert set(heard) == {"simulating", "training", "relating"}
    assert found.figures["calibration_loss"]["cascade"] < 0.8
    assert "anchor" not in found.figures["calibration_loss"]
    market, pair = found.weights
    assert market.inputs.shape[0] == len(INPUTS) and pair.inputs.shape[0] == len(PAIR_INPUTS)
    anchor = HEADS.index("anchor")
    assert not market.outputs[:, anchor].any() and market.output_bias[anchor] < -6.0
    again = fitted(CASCADES, 24, 10, heard)
    for one, other in zip([*market, *pair], [*again.weights[0], *again.weights[1]], strict=True):
        assert one.dtype == np.float32 and one.tobytes() == other.tobytes()


def test_without_anything_planted_there_is_nothing_to_learn() -> None:
    with pytest.raises(NotLearned, match=r"plants no pattern .*scenario=full"):
        fitted(Scenario(duration_s=60.0), 4, 1, [])


def test_training_that_is_too_short_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kalshi_exp.learn.detectors.fit._RATE", 1e-9)
    with pytest.raises(NotLearned, match=r"did not converge: .* more sessions or passes"):
        fitted(CASCADES, 4, 1, [])
