from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import ProbabilisticFill
from kalshi_exp.market.units import SECOND
from kalshi_exp.probes import BINS, HORIZONS, SCORES, Orders, orders_of, score
from kalshi_exp.probes.tally import NEVER_FILLED
from tests.probes.conftest import Theatre, perform


def orders(*rows: tuple[int, int, int, float | None]) -> Orders:
    """(environment, key, level, seconds to the first fill or None) each."""
    environment, key, level, waited = (list(one) for one in zip(*rows, strict=True))
    ns = [NEVER_FILLED if one is None else round(one * SECOND) for one in waited]
    count = len(rows)
    return Orders(
        np.array(environment), np.array(key), np.array(level), np.ones(count), np.array(ns)
    )


def test_by_hand() -> None:
    truth = orders((0, 7, 40, 0.5), (0, 3, 41, None), (1, 9, 42, 20.0))
    draws = [
        orders((0, 7, 40, 0.7), (0, 3, 41, 4.0), (1, 11, 42, 1.0)),
        orders((0, 7, 40, None), (0, 3, 30, 1.0), (1, 9, 42, None)),
    ]
    sums, curve = score(truth, draws, 3)
    assert sums[:, SCORES.index("matched")].tolist() == [2, 1, 0]
    # 7: filled in one draw of two, and in truth at once. 3: sent in one draw only, filled there
    # within 5 s, never in truth. 9: sent in one draw, not filled there, in truth after 20 s.
    assert sums[:, SCORES.index("brier_1")].tolist() == [0.25, 0, 0]
    assert sums[:, SCORES.index("brier_5")].tolist() == [0.25 + 1, 0, 0]
    assert sums[:, SCORES.index("brier_30")].tolist() == [0.25 + 1, 1, 0]
    at_5 = HORIZONS.index(5)
    assert curve[0, at_5, 5].tolist() == [1, 0.5, 1]
    assert curve[0, at_5, BINS - 1].tolist() == [1, 1, 0]
    assert curve[1, at_5, 0].tolist() == [1, 0, 0]
    assert curve[..., 0].sum() == 3 * len(HORIZONS)


def test_against_a_slow_count(theatre: Theatre) -> None:
    stage = theatre.stage
    truth = orders_of(theatre.plays["exchange"], 1, SECOND)
    model = ProbabilisticFill()
    draws = [orders_of(perform(stage, "tape", model, seed), 1, SECOND) for seed in (2, 3, 4)]
    sums, curve = score(truth, draws, stage.environments)
    slow, slow_curve = np.zeros_like(sums), np.zeros_like(curve)
    tables = [
        {(int(k), int(v)): int(w) for k, v, w in zip(one.key, one.level, one.waited, strict=True)}
        for one in draws
    ]
    for e, key, level, waited in zip(
        truth.environment, truth.key, truth.level, truth.waited, strict=True
    ):
        name = int(key), int(level)
        met = [table[name] for table in tables if name in table]
        if not met:
            continue
        slow[e, 0] += 1
        for k, horizon in enumerate(HORIZONS):
            p = sum(one <= horizon * SECOND for one in met) / len(met)
            came = float(waited <= horizon * SECOND)
            slow[e, 1 + k] += (p - came) ** 2
            slow_curve[e, k, min(int(p * BINS), BINS - 1)] += (1, p, came)
    np.testing.assert_allclose(sums, slow, atol=1e-9)
    np.testing.assert_allclose(curve, slow_curve, atol=1e-9)
    assert sums[:, 0].sum() > 500 and sums[:, 3].sum() > 10


@pytest.mark.parametrize("world", ["exchange", "tape"])
def test_the_truth_against_itself_has_no_error(world: str, theatre: Theatre) -> None:
    own = orders_of(theatre.plays[world], 1, SECOND)
    sums, curve = score(own, [own], theatre.stage.environments)
    assert sums[:, 0].sum() == len(own.key) and not sums[:, 1:].any()
    assert np.array_equal(curve[..., 1], curve[..., 2])


def test_no_order_in_either_world() -> None:
    empty = orders((0, 1, 1, None))
    none = Orders(*(one[:0] for one in (empty.environment, empty.key, empty.level, empty.placed)),
                  empty.waited[:0])  # fmt: skip
    for truth, draw in ((empty, none), (none, empty), (none, none)):
        sums, curve = score(truth, [draw], 2)
        assert not sums.any() and not curve.any()
