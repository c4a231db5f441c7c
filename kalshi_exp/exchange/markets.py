"""What the exchange keeps of each market besides its book: relations, and traders' memories."""

from __future__ import annotations

import numpy as np

SPELL = np.dtype(
    [
        ("start", np.int64),  # ns
        ("end", np.int64),  # ns
        ("cents", np.float64),  # offset at its height; up when positive
        ("left", np.float64),  # share of it that makers still hold
        ("label", np.int64),  # its label; -1 none
    ],
    align=True,
)
"""The present or last spell of sentiment."""

PROBE = np.dtype(
    [
        ("slot", np.int64),
        ("serial", np.int64),
        ("side", np.int64),
        ("size", np.int64),  # 1e-2 contracts, as it was put
        ("ordinal", np.int64),
    ],
    align=True,
)
"""The present or last probe of the pingers."""

REMEMBERED = 64  # seconds of mids kept: more than the longest lookback

MARKET = np.dtype(
    [
        ("group", np.int64),  # exclusive group; -1 none
        ("partner", np.int64),  # market with a correlated belief; -1 none
        ("rho", np.float64),  # of the increments of those two beliefs
        ("spell", SPELL),
        ("probe", PROBE),
        ("trail", np.int64, (REMEMBERED,)),  # twice the mid, 1e-4 dollars, by second; -1 none
    ],
    align=True,
)
"""One market."""


def new_markets(count: int) -> np.ndarray:
    """MARKET[count] without relations or memories."""
    markets = np.zeros(count, MARKET)
    markets["group"] = markets["partner"] = markets["trail"] = -1
    return markets


def correlations(markets: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """How the increments of true beliefs correlate, in the engine's order of markets.

    Args:
        markets: MARKET[M] of a session that has begun.
        opening: float64[M], each market's first true probability.

    Returns:
        float64[M, M]: `rho` for a correlated pair; for two of a group what follows at the opening
        from summing to one (negative); zero otherwise; one on the diagonal.
    """
    out = np.eye(len(markets))
    for one, other in zip(*np.triu_indices(len(markets), 1), strict=True):
        rho, group = 0.0, markets["group"][one]
        if markets["partner"][one] == other:
            rho = markets["rho"][one]
        elif group >= 0 and group == markets["group"][other]:
            p, q = opening[one], opening[other]
            squares = np.sum(opening[markets["group"] == group] ** 2)
            varies = (1.0 - 2.0 * p + squares) * (1.0 - 2.0 * q + squares)
            rho = (squares - p - q) / np.sqrt(varies)
        out[one, other] = out[other, one] = rho
    return out
