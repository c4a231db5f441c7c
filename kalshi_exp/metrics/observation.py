"""What observations lacked, in counts and in words."""

from __future__ import annotations

from typing import Any

import polars as pl

INCOMPLETE = pl.Schema(
    {
        "session": pl.String,
        "decisions": pl.Int64,  # of all its markets
        "one_sided": pl.Int64,  # at which one side of the market's book was empty
        "empty": pl.Int64,  # at which both were
        "sibling_closed": pl.Int64,  # at which another market of the event had closed
        "nonfinite": pl.Int64,  # features that were not a number, or infinite
        "grid_changes": pl.Int64,  # of price grids, in mid-session
        "short": pl.Boolean,  # shorter than the longest window of a feature
    }
)
"""One row a judged session."""

_TITLES = {
    "one_sided": "with one side of the book empty",
    "empty": "with an empty book",
    "sibling_closed": "after another market of the event had closed",
}


def observation_figures(frame: pl.DataFrame) -> dict[str, Any]:
    """Bring the counts of all judged sessions together.

    Args:
        frame: INCOMPLETE.

    Returns:
        JSON-ready: every count, `short_sessions`, and `words`.
    """
    totals = frame.select(pl.exclude("session", "short").sum()).row(0, named=True)
    decisions, short = totals["decisions"], int(frame["short"].sum())
    told = [
        f"{totals[name]:,} ({totals[name] / decisions:.2%}) {title}".replace("%", " %")
        for name, title in _TITLES.items()
        if totals[name]
    ]
    words = [f"Of {decisions:,} decisions, {', '.join(told) or 'none saw an incomplete book'}"]
    if totals["grid_changes"]:
        words.append(f"price grids changed {totals['grid_changes']} times in mid-session")
    if short:
        words.append(f"{short} of {len(frame)} sessions are shorter than the longest window")
    bad = totals["nonfinite"]
    words.append(
        f"{bad:,} features were not finite: a defect"
        if bad
        else "every feature had a defined value at each of them"
    )
    return totals | {"short_sessions": short, "words": "; ".join(words) + "."}
