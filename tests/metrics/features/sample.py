"""Made-up decisions of which everything is known, and a policy that heeds one feature."""

from __future__ import annotations

import numpy as np

from kalshi_exp.features import FEATURES, OBSERVATION
from kalshi_exp.metrics.features import FeatureRows

COLUMN = {feature.name: column for column, feature in enumerate(FEATURES)}
HEEDED = COLUMN["imbalance"]


def rows(sessions: int = 8, each: int = 60, seed: int = 0, first: int = 0) -> FeatureRows:
    """`imbalance` foretells the price, `spread` is constant, `ask_size` is `bid_size`."""
    rng = np.random.Generator(np.random.PCG64(seed))
    n = sessions * each
    observation = rng.standard_normal((n, OBSERVATION)).astype(np.float32)
    observation[:, len(FEATURES) :] = 1.0
    observation[:, COLUMN["spread"]] = 0.25
    observation[:, COLUMN["ask_size"]] = observation[:, COLUMN["bid_size"]]
    markout = observation[:, HEEDED] + rng.standard_normal(n)
    one_sided = np.arange(n) % 10 == 0
    mask = np.ones((n, 3), np.bool_)
    mask[::5, 1:] = False
    return FeatureRows(
        observation,
        mask,
        np.repeat(np.arange(sessions), each),
        tuple(f"s{first + k:02d}" for k in range(sessions)),
        np.where(one_sided, np.nan, markout),
        one_sided,
    )


def heeds(observation: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """All on the second action where `imbalance` is positive, else all on the third."""
    out = np.zeros(mask.shape)
    up = observation[:, HEEDED] > 0
    out[up, 1], out[~up, 2] = 1.0, 1.0
    return out
