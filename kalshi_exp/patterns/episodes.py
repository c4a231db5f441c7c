"""Episodes: what a detector said and what was true, as intervals of one market.

A detector's intervals are cut point in time: one begins when the figure has been at its threshold
and ends once it has been clearly below for a few seconds. Nothing is dropped or joined afterwards.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.detect import Trace
from kalshi_exp.patterns.table import PATTERN
from kalshi_exp.tape import Session

FAMILIES = ("anchor", "cascade", "violation", "aversion")

EPISODES = pl.Schema(
    {
        "session": pl.String,
        "market": pl.Int32,  # place within its session, in ticker order
        "family": pl.String,  # one of FAMILIES
        "start": pl.Int64,  # ns
        "end": pl.Int64,  # ns
        "price": pl.Int32,  # 1e-4 dollars, the level of an anchor; -1
        "score": pl.Float64,  # detected: highest figure; true: strength, negative for fear
    }
)
"""Detected or true intervals."""

RELATIONS = ("group", "correlation")

PAIRS = pl.Schema(
    {
        "session": pl.String,
        "first": pl.Int32,  # places within the session, first < second
        "second": pl.Int32,
        "relation": pl.String,  # one of RELATIONS
        "truth": pl.Int8,  # group: 0 or 1; correlation: -1, 0 or 1
        "told": pl.Int8,
    }
)
"""Every pair of a session's markets, once for each relation."""

BEGINS: dict[str, str] = {family: family for family in FAMILIES} | {"anchor": "anchor_early"}
"""The pattern whose figure begins a family's episodes; the family's own figure keeps them up."""

OPERATING: dict[str, dict[str, float]] = {
    "rule": {"anchor": 0.75, "cascade": 0.5, "violation": 2.0, "aversion": 0.7},
    "learned": {"anchor": 0.77, "cascade": 0.85, "violation": 2.0, "aversion": 0.97},
}
"""Thresholds that each detector is used at: probabilities; of a violation cents.

Chosen on sessions numbered from 35,000 to 39,999 of several seeds, which nobody is judged on."""

RELEASE_S = 3
"""Seconds in which nothing keeps an episode up, that end it."""

KEEP, KEEP_ANCHOR = 0.6, 0.3
"""Share of the threshold that keeps an episode up; of an anchor the probability."""

_VIOLATED = 2.0  # cents that a group's sum must truly be off by


def spans(
    begins: np.ndarray, threshold: float, keeps: np.ndarray, least: float
) -> list[tuple[int, int]]:
    """Intervals of seconds, as they are told point in time.

    Args:
        begins: float[T], the figure that begins one.
        threshold: at which it does.
        keeps: float[T], the figure that keeps one up.
        least: down to which it does.

    Returns:
        (first second, second after the last) of each.
    """
    found: list[tuple[int, int]] = []
    start, below = -1, 0
    for t in range(len(begins)):
        if start < 0:
            if begins[t] >= threshold:
                start, below = t, 0
        else:
            below = below + 1 if keeps[t] < least else 0
            if below == RELEASE_S:
                found.append((start, t))
                start = -1
    return found if start < 0 else [*found, (start, len(begins))]


def episodes_of(trace: Trace, session: str, family: str, threshold: float) -> pl.DataFrame:
    """What a detector said, as a table of `EPISODES`.

    A violation is one of a group: it is told of the group's first market.

    Args:
        trace: of one session.
        session: its name.
        family: one of FAMILIES.
        threshold: that the family's episodes begin at.
    """
    rows = []
    least = KEEP_ANCHOR if family == "anchor" else KEEP * threshold
    early = trace.patterns[:, :, PATTERN[BEGINS[family]]]
    figures = trace.patterns[:, :, PATTERN[family]]
    group = trace.patterns[:, :, PATTERN["group"]]
    prices = 100 * np.rint(trace.patterns[:, :, PATTERN["anchor_level"]]).astype(np.int64)
    for market in range(figures.shape[1]):
        figure = figures[:, market]
        if family == "violation":
            first = group[:, market] >= 0.0
            for other in range(market):
                first &= group[:, other] != group[:, market]
            figure = np.where(first, np.abs(figure), 0.0)
        begins = figure if BEGINS[family] == family else early[:, market]
        for start, end in spans(begins, threshold, figure, least):
            price = int(prices[start, market]) if family == "anchor" else -1
            rows.append(
                (
                    session, market, family, int(trace.times[start]), int(trace.times[end - 1]),
                    price, float(figure[start:end].max()),
                )
            )  # fmt: skip
    return pl.DataFrame(rows, EPISODES, orient="row")


def true_episodes(labels: pl.DataFrame, session: Session) -> pl.DataFrame:
    """What was planted, as a table of `EPISODES`.

    Args:
        labels: `exchange.LABELS` of the session.
        session: the session.
    """
    places = {market.ticker: place for place, market in enumerate(session.markets)}
    rows = [
        (
            session.name, places[row["market"]], row["kind"], row["start"], row["end"],
            row["price"] if row["kind"] == "anchor" else -1, row["value"],
        )
        for row in labels.filter(pl.col("kind").is_in(["anchor", "cascade", "aversion"]))
        .iter_rows(named=True)
    ]  # fmt: skip
    return pl.DataFrame([*rows, *_violations(labels, session, places)], EPISODES, orient="row")


def _groups(labels: pl.DataFrame, places: dict[str, int]) -> dict[int, int]:
    """Place of each market that is in a group, and the group's number."""
    rows = labels.filter(pl.col("kind") == "group").select("market", "value").rows()
    return {places[ticker]: int(value) for ticker, value in rows}


def _violations(
    labels: pl.DataFrame, session: Session, places: dict[str, int]
) -> list[tuple[object, ...]]:
    """When the sum of a group was truly off, told of its first market."""
    groups = _groups(labels, places)
    first = {group: min(m for m in groups if groups[m] == group) for group in groups.values()}
    start, close = session.start_ts, max(market.close_ts for market in session.markets)
    seconds = max((close - start) // SECOND, 0)
    off = {group: np.zeros(seconds) for group in first}
    spells = labels.filter(pl.col("kind") == "violation")
    for ticker, begun, ended, cents in spells.select("market", "start", "end", "value").rows():
        low, high = (max(at - start, 0) // SECOND for at in (begun, ended))
        off[groups[places[ticker]]][low:high] += cents
    found: list[tuple[object, ...]] = []
    for group, cents in off.items():
        high = np.abs(cents) >= _VIOLATED
        edges = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(np.int8), [0]])))
        for low, end in zip(edges[::2], edges[1::2], strict=True):
            score = float(np.abs(cents[low:end]).max())
            found.append(
                (
                    session.name, first[group], "violation", int(start + low * SECOND),
                    int(start + end * SECOND), -1, score,
                )
            )  # fmt: skip
    return found


def _pairs(session: str, grouped: np.ndarray, signs: np.ndarray, told: bool) -> pl.DataFrame:
    rows = []
    for i, j in zip(*np.triu_indices(len(grouped), 1), strict=True):
        for relation, value in (("group", int(grouped[i, j])), ("correlation", int(signs[i, j]))):
            both = (0, value) if told else (value, 0)
            rows.append((session, int(i), int(j), relation, *both))
    return pl.DataFrame(rows, PAIRS, orient="row")


def pairs_of(trace: Trace, session: str) -> pl.DataFrame:
    """What a detector said of each pair, as a table of `PAIRS`; its `truth` is 0."""
    return _pairs(session, trace.grouped, trace.signs, told=True)


def true_pairs(labels: pl.DataFrame, session: Session) -> pl.DataFrame:
    """What was true of each pair, as a table of `PAIRS`; its `told` is 0."""
    places = {market.ticker: place for place, market in enumerate(session.markets)}
    groups = _groups(labels, places)
    markets = len(places)
    grouped, signs = np.zeros((markets, markets), np.bool_), np.zeros((markets, markets), np.int64)
    for i, j in zip(*np.triu_indices(markets, 1), strict=True):
        grouped[i, j] = i in groups and groups.get(int(i)) == groups.get(int(j))
    rows = labels.filter(pl.col("kind") == "correlation").select("market", "other", "value").rows()
    for ticker, other, value in rows:
        one, two = sorted((places[ticker], places[other]))
        signs[one, two] = int(np.sign(value))
    return _pairs(session.name, grouped, signs, told=False)
