"""How often an observation had to do with less than a whole market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from kalshi_exp.config import FeatureGroup
from kalshi_exp.features.track import Tracks
from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.observation import INCOMPLETE
from kalshi_exp.tape import Pack, Session


def longest_window_s(features: Mapping[str, FeatureGroup]) -> float:
    """The longest window or memory of any group, seconds."""
    windows = [
        float(value)
        for group in features.values()
        for name, value in vars(group).items()
        if name.endswith("_s")
    ]
    return max(windows, default=0.0)


def incomplete(
    pack: Pack, tracks: Tracks, sessions: Sequence[Session], features: Mapping[str, FeatureGroup]
) -> pl.DataFrame:
    """Count the decisions at which something was missing that features speak of.

    Args:
        pack: the pack of `sessions`.
        tracks: their tracks.
        sessions: the sessions.
        features: feature groups that are on.

    Returns:
        INCOMPLETE, one row a session.
    """
    longest, market, rows = longest_window_s(features), 0, []
    for session in sessions:
        counts = np.zeros(5, np.int64)
        for own in session.markets:
            others = [one.close_ts for one in session.markets if one is not own]
            at = slice(tracks.row[market], tracks.row[market + 1])
            bid, ask = tracks.bid_price[at] < 0, tracks.ask_price[at] < 0
            closed = tracks.ts[at] > min(others, default=session.end_ts)
            finite = np.isfinite(tracks.features[at])
            counts += [
                len(bid),
                (bid ^ ask).sum(),
                (bid & ask).sum(),
                closed.sum(),
                (~finite).sum(),
            ]
            market += 1
        rows.append(
            {
                "session": session.name,
                "decisions": int(counts[0]),
                "one_sided": int(counts[1]),
                "empty": int(counts[2]),
                "sibling_closed": int(counts[3]),
                "nonfinite": int(counts[4]),
                "grid_changes": sum(len(one.epoch_ts) - 1 for one in session.markets),
                "short": session.end_ts - session.start_ts < longest * SECOND,
            }
        )
    return pl.DataFrame(rows, INCOMPLETE)
