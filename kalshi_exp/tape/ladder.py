"""A market's ladder: the union of the price grids in force during its session."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.metadata import MarketRecord, Ranges

_INFERRED = ("linear_cent", "center_half_edge_half_cent", "tapered_deci_cent", "deci_cent",
             "center_deci_edge_centi_cent", "center_centi_edge_centi_cent")  # fmt: skip
_STRAY = 0.01  # share of prices that may lie off a grid before a finer one is believed


class Ladder(NamedTuple):
    """Grids of a market over its session.

    Attributes:
        grid: their union.
        epoch_ts: int64[E], when each came into force, ns.
        valid: bool[E, n], levels each allows.
        source: "metadata", "lifecycle" or "inferred": what the first grid rests on.
    """

    grid: PriceGrid
    epoch_ts: np.ndarray
    valid: np.ndarray
    source: str


def _grid(structure: str, ranges: Ranges) -> PriceGrid | None:
    try:
        if ranges:
            bands = [{"start": a, "end": b, "step": c} for a, b, c in ranges]
            return PriceGrid.from_ranges(bands, name=structure or "custom")
        return PriceGrid.structure(structure) if structure else None
    except ValueError:
        return None


def infer_grid(prices: np.ndarray) -> PriceGrid:
    """The coarsest known structure that all but a stray one in a hundred prices lie on.

    Args:
        prices: int64[k], observed prices, 1e-4 dollars, repeated as often as seen.
    """
    inside = prices[(prices > 0) & (prices < 10_000)]
    for name in _INFERRED:
        grid = PriceGrid.structure(name)
        if not len(inside) or np.mean(grid.lookup[inside] < 0) <= _STRAY:
            return grid
    return PriceGrid.structure(_INFERRED[-1])


def make_ladder(record: MarketRecord, start: int, prices: np.ndarray, times: np.ndarray) -> Ladder:
    """Ladder of a market whose session starts at `start`.

    The grid in force at the start is the last one a lifecycle frame announced up to then; else,
    when one was announced later, the one that earlier prices lie on, because a REST record may be
    younger than the change; else the REST record's; else the one that the prices lie on.

    Args:
        record: the market's facts.
        start: ns.
        prices: int64[k], observed prices, 1e-4 dollars.
        times: int64[k], ns, of each.
    """
    known = [(when, grid) for when, s, r in record.changes if (grid := _grid(s, r)) is not None]
    before = [grid for when, grid in known if when <= start]
    later = [(when, grid) for when, grid in known if when > start]
    rest = _grid(record.structure, record.ranges)
    if before:
        first, source = before[-1], "lifecycle"
    elif rest is not None and not later:
        first, source = rest, "metadata"
    else:
        seen = prices[times < later[0][0]] if later else prices
        first, source = infer_grid(seen), "inferred"
    epochs = [(start, first)]
    epochs += [(when, grid) for when, grid in later]
    kept = [epochs[0]]
    for when, grid in epochs[1:]:
        if grid != kept[-1][1]:
            kept.append((when, grid))
    union = PriceGrid.union([grid for _, grid in kept])
    valid = np.stack([grid.mask_in(union) for _, grid in kept])
    return Ladder(union, np.array([when for when, _ in kept], np.int64), valid, source)
