from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl

from kalshi_exp.config import RuleDetector
from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import EPISODES, FAMILIES
from kalshi_exp.patterns import PATTERN, PATTERNS
from kalshi_exp.tape import Session
from kalshi_exp.tasks.detection import Judged, Said, gather
from tests.env.worlds import market, session
from tests.metrics.detection.tables import episodes, pairs

GRID = {family: (0.3, 0.7) for family in FAMILIES}
OPERATING = {"rule": dict.fromkeys(FAMILIES, 0.5)}


def simulate(number: int) -> Judged:
    tape = session(market([], 60.0), market([], 30.0), name=f"{number:06d}")
    true = episodes((10, 20), session=tape.name, market=1)
    if number == 2:
        true = pl.concat([true, episodes((5, 9), session=tape.name, family="aversion", market=1)])
    both = [(tape.name, 0, 1, "group", 1, 0)]
    return Judged(tape, {"cascade": 0.1 * number}, true, pairs(both))


def detect(tape: Session, detector: object) -> Said:
    told = np.zeros((60, 2, len(PATTERNS)), np.float32)
    told[10:20, 1, PATTERN["cascade"]] = 1.0
    blank = pl.DataFrame(schema=EPISODES)

    def at(family: str, threshold: float) -> pl.DataFrame:
        if family != "cascade" or threshold > 0.6:
            return blank
        return episodes((11, 20), session=tape.name, market=1, score=threshold)

    answers = [(tape.name, a, b, "group", 0, 1) for a, b in combinations(range(2), 2)]
    return Said(np.arange(60) * SECOND, told, at, pairs(answers))


def test_sessions_are_gathered_in_their_order() -> None:
    found = gather(
        [1, 2, 3], simulate, {"rule": RuleDetector()}, detect, grid=GRID, operating=OPERATING
    )
    truth, evidence = found.truth, found.evidence("rule")
    assert truth.markets["session"].to_list() == sorted(["000001", "000002", "000003"] * 2)
    assert (truth.markets["end"] // SECOND).to_list() == [60, 30] * 3
    assert truth.strengths["strength"].to_list() == [0.1, 0.2, 0.1 * 3]
    assert len(truth.episodes) == 4
    assert set(evidence.detected["cascade"]) == {0.3, 0.5, 0.7}
    assert [len(evidence.detected["cascade"][at]) for at in (0.3, 0.5, 0.7)] == [3, 3, 0]
    assert "violation" not in evidence.calibration
    sums = evidence.calibration["cascade"]
    assert sums.shape == (3, 10, 4) and (sums[:, 9, 0] == 10).all() and (sums[:, 9, 2] == 10).all()
    assert evidence.pairs.select("truth", "told").rows() == [(1, 1)] * 3


def test_the_example_is_the_market_in_which_most_was_planted() -> None:
    found = gather(
        [1, 2, 3], simulate, {"rule": RuleDetector()}, detect, grid=GRID, operating=OPERATING
    )
    assert found.example is not None
    assert (found.example.session, found.example.market) == ("000002", 1)
    assert found.example.told["rule"]["cascade"][10:20].min() == 1.0


def test_nothing_planted_is_an_empty_truth() -> None:
    def empty(number: int) -> Judged:
        one = simulate(number)
        return Judged(one.session, {}, one.episodes.clear(), one.pairs)

    found = gather([1], empty, {"rule": RuleDetector()}, detect, grid=GRID, operating=OPERATING)
    assert found.truth.strengths.is_empty() and found.truth.episodes.is_empty()
