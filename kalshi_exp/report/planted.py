"""What a simulated session planted, as pictures: its book, and over it what the labels say."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.market.units import BID, SECOND, SIZE_ONE
from kalshi_exp.report.chart import Chart, plain
from kalshi_exp.report.page import page
from kalshi_exp.report.palette import colour
from kalshi_exp.tape import MarketTape, Session, book_at, pack_sessions

_MARKETS = 3  # pictured: those with most episodes
_POINTS = 450  # columns of a picture
_NEAR = 5  # levels of a side that count as its liquidity
_EDGE = 6  # levels shown beyond the traded range
_BANDS = {"cascade": "sell", "aversion": "hold", "violation": "maker"}
_EPISODES = ("anchor", "cascade", "withdrawal", "violation", "aversion")


def variety(truth: pl.DataFrame) -> tuple[int, int]:
    """How much a session's pictures have to show: kinds of episodes, then episodes.

    Args:
        truth: its table of `exchange.LABELS`.
    """
    kinds = truth.filter(pl.col("kind").is_in(_EPISODES))["kind"]
    return kinds.n_unique(), len(kinds)


def write_planted(path: Path, session: Session, truth: pl.DataFrame, title: str) -> None:
    """Write a self-contained page of one session.

    Args:
        path: of the page.
        session: the tape.
        truth: its table of `exchange.LABELS`.
        title: of the page.
    """
    pack = pack_sessions([session])
    episodes = truth.filter(pl.col("kind").is_in(_EPISODES))
    counts = dict(episodes.group_by("market").len().iter_rows())
    ranked = sorted(session.markets, key=lambda market: -counts.get(market.ticker, 0))
    body = [f"<header><h1>{escape(title)}</h1><p>{escape(_lead(session, episodes))}</p></header>"]
    charts: list[Chart] = []
    for market in ranked[:_MARKETS]:
        number = session.markets.index(market)
        seconds, books = _sampled(pack, number, session, market)
        own = episodes.filter(pl.col("market") == market.ticker)
        belief = truth.filter((pl.col("kind") == "belief") & (pl.col("market") == market.ticker))
        shown = [
            _book(market, seconds, books, own, belief, session.start_ts),
            _liquidity(market, seconds, books, own, session.start_ts),
            _spread(market, seconds, books, own, session.start_ts),
        ]
        body.append(f"<h2>{escape(market.ticker)}</h2>")
        body.append(f'<div class="charts">{"".join(chart.html() for chart in shown)}</div>')
        charts += shown
    path.write_text(page(title, body, charts), encoding="utf-8", newline="\n")


def _lead(session: Session, episodes: pl.DataFrame) -> str:
    counts = dict(episodes.group_by("kind").len().sort("kind").iter_rows())
    told = ", ".join(f"{counts[kind]} of {kind}" for kind in _EPISODES if kind in counts)
    return (
        f"Session {session.name}. Planted episodes: "
        f"{told or 'none'}. Shaded: cascades, extreme prices and violated sums; lines at a price: "
        "defended anchors, dashed where they frighten."
    )


def _sampled(
    pack: Any, number: int, session: Session, market: MarketTape
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds since the start, and the book at each: int64[points, 2, levels]."""
    seconds = np.linspace(0.0, (market.close_ts - session.start_ts) / SECOND, _POINTS)
    times = market.messages["ts"] if len(market.messages) else np.zeros(0, np.int64)
    at = np.searchsorted(times, session.start_ts + (seconds * SECOND).astype(np.int64), "right")
    first = int(pack.markets[number]["first"])
    books = [book_at(pack, number, np.int64(first + k - 1)) for k in at]
    return seconds, np.stack(books)


def _touches(books: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best bid and ask level at each point; -1 and the number of levels for none."""
    levels = books.shape[2]
    held = books > 0
    bid = np.where(held[:, BID].any(1), levels - 1 - held[:, BID, ::-1].argmax(1), -1)
    ask = np.where(held[:, 1].any(1), held[:, 1].argmax(1), levels)
    return bid, ask


def _shades(own: pl.DataFrame, start: int) -> list[dict[str, Any]]:
    shapes = []
    for row in own.iter_rows(named=True):
        token = _BANDS.get(row["kind"])
        if token is None:
            continue
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": (row["start"] - start) / SECOND,
                "x1": (row["end"] - start) / SECOND,
                "y0": 0,
                "y1": 1,
                "fillcolor": colour(token, 14),
                "line": {"width": 0},
                "layer": "above",
            }
        )
    return shapes


def _anchors(own: pl.DataFrame, start: int) -> list[dict[str, Any]]:
    shapes = []
    for row in own.filter(pl.col("kind") == "anchor").iter_rows(named=True):
        fear = row["value"] < 0.0
        shapes.append(
            {
                "type": "line",
                "x0": (row["start"] - start) / SECOND,
                "x1": (row["end"] - start) / SECOND,
                "y0": row["price"] / 100.0,
                "y1": row["price"] / 100.0,
                "line": {
                    "color": colour("bad" if fear else "good"),
                    "width": 2,
                    "dash": "dot" if fear else "solid",
                },
            }
        )
    return shapes


def _axes(title: str) -> dict[str, Any]:
    return {
        "xaxis": {"title": {"text": "seconds"}},
        "yaxis": {"title": {"text": title}},
        "showlegend": False,
    }


def _curve(name: str, x: np.ndarray, y: np.ndarray, token: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": plain(name),
        "x": np.round(x, 2).tolist(),
        "y": [None if value is None or np.isnan(value) else round(float(value), 3) for value in y],
        "line": {"color": colour(token), "width": 1.4, **more},
    }


def _book(
    market: MarketTape, seconds: np.ndarray, books: np.ndarray, own: pl.DataFrame,
    belief: pl.DataFrame, start: int,
) -> Chart:  # fmt: skip
    bid, ask = _touches(books)
    inside = np.concatenate([bid[bid >= 0], ask[ask < books.shape[2]]])
    low = max(int(inside.min()) - _EDGE, 0) if len(inside) else 0
    high = min(int(inside.max()) + _EDGE, books.shape[2] - 1) if len(inside) else 1
    size = np.log10(1.0 + books.sum(1)[:, low : high + 1] / SIZE_ONE)
    prices = market.ladder.prices / 100.0
    heat = {
        "type": "heatmap",
        "x": np.round(seconds, 1).tolist(),
        "y": prices[low : high + 1].tolist(),
        "z": np.round(size.T, 2).tolist(),
        "colorscale": [[0.0, colour("card")], [1.0, colour("ink")]],
        "showscale": False,
        "hovertemplate": "%{x} s, %{y} c<extra></extra>",
    }
    when = (belief["start"].to_numpy() - start) / SECOND
    truth = _curve("true belief", when, belief["value"].to_numpy() * 100.0, "agent")
    layout = _axes("cents") | {"shapes": [*_anchors(own, start), *_shades(own, start)]}
    return Chart(
        f"book-{market.ticker}",
        "The book, the truth and what was planted",
        "Darker: more contracts at the level (logarithm). Line: the true probability.",
        [heat, truth],
        layout,
        height=420,
    )


def _liquidity(
    market: MarketTape, seconds: np.ndarray, books: np.ndarray, own: pl.DataFrame, start: int
) -> Chart:
    bid, ask = _touches(books)
    levels = np.arange(books.shape[2])
    near_bid = (levels <= bid[:, None]) & (levels > bid[:, None] - _NEAR)
    near_ask = (levels >= ask[:, None]) & (levels < ask[:, None] + _NEAR)
    sides = ((books[:, 0] * near_bid).sum(1), (books[:, 1] * near_ask).sum(1))
    return Chart(
        f"liquidity-{market.ticker}",
        "Liquidity near the touch",
        f"Contracts within {_NEAR} levels of each side's touch.",
        [
            _curve("bids", seconds, sides[0] / SIZE_ONE, "buy"),
            _curve("asks", seconds, sides[1] / SIZE_ONE, "sell"),
        ],
        _axes("contracts") | {"shapes": _shades(own, start)},
        height=300,
        half=True,
    )


def _spread(
    market: MarketTape, seconds: np.ndarray, books: np.ndarray, own: pl.DataFrame, start: int
) -> Chart:
    bid, ask = _touches(books)
    two_sided = (bid >= 0) & (ask < books.shape[2])
    prices = np.append(market.ladder.prices / 100.0, np.nan)
    spread = np.where(two_sided, prices[ask] - prices[bid], np.nan)
    frightened = own.filter((pl.col("kind") == "anchor") & (pl.col("value") < 0.0))
    fears = frightened.with_columns(kind=pl.lit("aversion"))
    return Chart(
        f"spread-{market.ticker}",
        "Spread",
        "Cents between the touches, where there are two; fearful anchors are shaded too.",
        [_curve("spread", seconds, spread, "path", shape="hv")],
        _axes("cents") | {"shapes": [*_shades(own, start), *_shades(fears, start)]},
        height=300,
        half=True,
    )
