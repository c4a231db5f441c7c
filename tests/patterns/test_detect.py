"""A detector sees what came before and nothing else, and says the same in every world."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import Decision, Detector, LearnedDetector, RuleDetector, Scenario
from kalshi_exp.config.scenario import Anchors, Cascades, Groups
from kalshi_exp.exchange import simulate_session
from kalshi_exp.features import build_tracks
from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.detect import build_patterns, detect
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS
from kalshi_exp.patterns.table import NEUTRAL, PATTERN, PATTERNS
from kalshi_exp.patterns.weights import (
    HEADS,
    PAIR_HEADS,
    Network,
    PairNetwork,
    Weights,
    save_weights,
)
from kalshi_exp.tape import Session, pack_sessions

SCENARIO = replace(
    Scenario(),
    duration_s=120.0,
    markets=4,
    groups=Groups(strength=1.0, exclusive=3, fewest=3, correlated=0),
    anchors=Anchors(strength=1.0),
    cascades=Cascades(strength=1.0),
)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> LearnedDetector:
    """A network of random weights: it must be causal whatever it has learned."""
    rng = np.random.default_rng(0)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(0.0, 0.3, shape).astype(np.float32)

    inputs, pairs, units = len(INPUTS), len(PAIR_INPUTS), 8
    market = Network(
        np.zeros(inputs, np.float32), np.ones(inputs, np.float32), some(inputs, 3 * units),
        some(3 * units), some(units, 3 * units), some(3 * units), some(units, len(HEADS)),
        some(len(HEADS)), np.ones(len(HEADS), np.float32),
    )  # fmt: skip
    pair = PairNetwork(
        np.zeros(pairs, np.float32), np.ones(pairs, np.float32), some(pairs, units), some(units),
        some(units, len(PAIR_HEADS)), some(len(PAIR_HEADS)), np.ones(len(PAIR_HEADS), np.float32),
    )  # fmt: skip
    path = tmp_path_factory.mktemp("weights") / "detector.npz"
    save_weights(path, Weights(market, pair), INPUTS, PAIR_INPUTS)
    return LearnedDetector(weights=str(path))


@pytest.fixture(params=["rule", "learned"])
def detector(request: pytest.FixtureRequest, learned: LearnedDetector) -> Detector:
    return RuleDetector() if request.param == "rule" else learned


def cut(session: Session, at: int, other: Session) -> Session:
    """The session up to a time, and another's messages after it."""
    markets = []
    for one, two in zip(session.markets, other.markets, strict=True):
        kept = one.messages[one.messages["ts"] <= at]
        later = two.messages[two.messages["ts"] > at]
        markets.append(replace(one, messages=np.concatenate([kept, later[later["size"] > 0]])))
    return replace(session, markets=tuple(markets))


@pytest.mark.parametrize("second", [7, 44, 101])
def test_what_comes_after_a_second_changes_nothing_up_to_it(
    detector: Detector, second: int
) -> None:
    session, other = (simulate_session(SCENARIO, 5, number) for number in (0, 1))
    at = session.start_ts + second * SECOND
    whole = detect(session, detector, {})
    forked = detect(cut(session, at, other), detector, {})
    known = whole.times <= at
    assert known.sum() == second
    for column, pattern in enumerate(PATTERNS):
        before, after = (trace.patterns[known][:, :, column] for trace in (whole, forked))
        assert before.tobytes() == after.tobytes(), pattern.name
    assert whole.patterns[~known].tobytes() != forked.patterns[~known].tobytes()


def test_everything_is_finite_and_probabilities_are(detector: Detector) -> None:
    trace = detect(simulate_session(SCENARIO, 5, 2), detector, {})
    assert np.isfinite(trace.patterns).all()
    for name in ("anchor", "cascade", "aversion", "presence"):
        column = trace.patterns[:, :, PATTERN[name]]
        assert column.min() >= 0.0 and column.max() <= 1.0, name
        assert name == "aversion" or column.min() < column.max(), name  # no price is extreme here
    assert (trace.grouped == trace.grouped.T).all() and (trace.signs == trace.signs.T).all()


def test_a_decision_sees_the_last_whole_second(detector: Detector) -> None:
    sessions = [simulate_session(SCENARIO, 5, number) for number in (0, 3)]
    pack = pack_sessions(sessions)
    tracks = build_tracks(pack, sessions, Decision(every=0.7), {})
    told = build_patterns(pack, sessions, tracks, detector, {})
    traces = [detect(session, detector, {}) for session in sessions]
    neutral = 0
    for market, row in enumerate(pack.markets):
        trace = traces[row["session"]]
        for k in range(tracks.row[market], tracks.row[market + 1], 13):
            past = int((trace.times <= tracks.ts[k]).sum())
            expected = trace.patterns[past - 1, row["ordinal"]] if past else NEUTRAL
            assert told[k].tolist() == np.array(expected, np.float32).tolist()
            neutral += not past
    assert len(told) == len(tracks.ts) and neutral


def test_weights_that_are_not_there_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there are no detector weights"):
        detect(
            simulate_session(SCENARIO, 5, 0),
            LearnedDetector(weights=str(tmp_path / "none.npz")),
            {},
        )
