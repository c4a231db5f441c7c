from __future__ import annotations

import numpy as np

from kalshi_exp.features import FEATURES, MARKET_FEATURES
from kalshi_exp.features.siblings import new_siblings, reset_siblings
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS, read_pair

FIRST = np.int64(0)


def test_every_market_feature_is_read_and_none_of_ours() -> None:
    names = [feature.name for feature in FEATURES]
    assert list(INPUTS[:MARKET_FEATURES]) == names[:MARKET_FEATURES]
    assert not set(INPUTS) & set(names[MARKET_FEATURES:])
    assert len(set(INPUTS)) == len(INPUTS) and len(set(PAIR_INPUTS)) == len(PAIR_INPUTS)


def test_a_pair_of_rivals_is_told_from_a_pair_that_only_moves_apart() -> None:
    siblings = new_siblings(1, 3)
    reset_siblings(siblings, FIRST)
    siblings.samples[0] = 10_000
    siblings.mean[0] = [0.5, 0.5, 0.2]
    siblings.covariance[0, :, :, :] = [[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    siblings.group[0] = [4, 4, -1]
    siblings.stray[0] = [0.02, 0.02, 0.0]
    out = np.zeros(len(PAIR_INPUTS), np.float32)
    read_pair(siblings, FIRST, 0, 1, out)
    told = dict(zip(PAIR_INPUTS, out.tolist(), strict=True))
    assert told["correlation_1"] < -0.98 and told["grouped"] == 1.0
    assert abs(told["excess_5"]) < 0.02, "two halves of one dollar move exactly apart"
    assert abs(told["stray"] - 0.2) < 1e-6 and told["seconds"] > 1.0
    read_pair(siblings, FIRST, 0, 2, out)
    told = dict(zip(PAIR_INPUTS, out.tolist(), strict=True))
    assert told["correlation_5"] == 0.0 and told["grouped"] == 0.0 and told["stray"] == 1.0
    assert abs(told["excess_5"] - 0.5) < 1e-6, "a half and a fifth would correlate at -0.5"


def test_a_pair_without_history_is_finite() -> None:
    siblings = new_siblings(1, 2)
    reset_siblings(siblings, FIRST)
    out = np.full(len(PAIR_INPUTS), np.nan, np.float32)
    read_pair(siblings, FIRST, 0, 1, out)
    assert np.isfinite(out).all()
