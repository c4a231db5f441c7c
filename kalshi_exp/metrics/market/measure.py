"""One window (a session, all its markets) measured: sums and samples that windows can pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from kalshi_exp.market.units import MILLISECOND, SECOND, SIZE_ONE
from kalshi_exp.metrics.market.book_path import (
    ADDS,
    CANCELLED,
    DEPTHS,
    FILLED,
    NEAR_ADDS,
    SPREAD_1,
    SPREAD_2,
    SPREAD_3,
    TIME,
    TWO_SIDED,
    BookPath,
    book_path,
    double_mids,
)
from kalshi_exp.metrics.market.lifetimes import lifetimes
from kalshi_exp.metrics.market.probes import UNFILLED, Probes, probe
from kalshi_exp.metrics.market.takers import TakerOrders, prints_of, taker_orders
from kalshi_exp.tape.session import MarketTape, Session

CHANGES_S = (1, 10, 60)
FILLED_S = (1, 5, 30, 60)
MARKOUTS_S = (1, 5, 30)
IMPACT_S = 10
IMPACT_SIZES = (10 * SIZE_ONE, 50 * SIZE_ONE)
MICROSECOND = 1_000
HALF_CENTS = 100  # sums of bid and ask, 1e-4 dollars, in half a cent

Sums = dict[str, float]
Samples = dict[str, list[np.ndarray]]


@final
@dataclass(frozen=True, eq=False)
class Window:
    """What one window adds to the statistics.

    Attributes:
        name: of the session.
        sums: name -> figure; those of a set of windows add up.
        samples: name -> int64, sorted; those of a set of windows are thrown together. Sizes in
            1e-2 contracts, gaps in ms, lifetimes in us, levels as a count.
    """

    name: str
    sums: dict[str, float]
    samples: dict[str, np.ndarray]


def measure(session: Session) -> Window:
    """Measure one window.

    Args:
        session: all its markets count; one without a message adds nothing.
    """
    sums: Sums = {}
    samples: Samples = {}
    for market in session.markets:
        if len(market.messages):
            _add_market(market, sums, samples)
    joined = {name: np.sort(np.concatenate(parts)) for name, parts in samples.items()}
    return Window(session.name, sums, joined)


def _add(sums: Sums, **more: Any) -> None:
    for name, value in more.items():
        sums[name] = sums.get(name, 0.0) + float(value)


def _keep(samples: Samples, **more: np.ndarray) -> None:
    for name, values in more.items():
        samples.setdefault(name, []).append(values.astype(np.int64))


def _add_market(market: MarketTape, sums: Sums, samples: Samples) -> None:
    messages, prices = market.messages, market.ladder.prices
    path = book_path(messages, prices)
    mids = double_mids(path.bid, path.ask, prices)
    _book(path, sums, samples)
    _changes(mids[path.second], sums)
    _keep(samples, lifetime=lifetimes(messages) // MICROSECOND)
    chosen = prints_of(messages)
    prints = messages[chosen]
    orders = taker_orders(prints)
    _prints(prints, orders, prices, sums, samples)
    _impact(messages["ts"], mids, chosen[orders.first], orders, sums)
    _probes(messages["ts"], mids, probe(messages, path, len(prices)), prices, sums)


def _book(path: BookPath, sums: Sums, samples: Samples) -> None:
    counts = path.counts
    _add(
        sums,
        time=counts[TIME],
        two_sided=counts[TWO_SIDED],
        one_sided=counts[TIME] - counts[TWO_SIDED],
        spread_1=counts[SPREAD_1],
        spread_2=counts[SPREAD_2],
        spread_3=counts[SPREAD_3],
        adds=counts[ADDS],
        near_adds=counts[NEAR_ADDS],
        cancelled=counts[CANCELLED],
        removed=counts[CANCELLED] + counts[FILLED],
    )
    for k in range(DEPTHS):
        depth = path.depth[:, :, k].ravel()
        _keep(samples, **{f"depth_{k}": depth[depth >= 0]})
    _keep(samples, levels=path.held[path.held > 0])


def _changes(mids: np.ndarray, sums: Sums) -> None:
    """Changes of the mid between grid points, in cents, that have a mid at both ends."""
    for seconds in CHANGES_S:
        early, late = mids[:-seconds], mids[seconds:]
        known = (early >= 0) & (late >= 0)
        change = (late - early)[known] / (2 * HALF_CENTS)
        powers = {f"change_{seconds}_{p}": (change**p).sum() for p in range(5)}
        _add(sums, **powers)
    one = np.diff(mids) / (2 * HALF_CENTS)
    known = (mids[:-1] >= 0) & (mids[1:] >= 0)
    both = known[:-1] & known[1:]
    x, y = one[:-1][both], one[1:][both]
    _add(sums, lag_n=len(x), lag_x=x.sum(), lag_y=y.sum(), lag_xx=x @ x, lag_yy=y @ y, lag_xy=x @ y)


def _prints(
    prints: np.ndarray, orders: TakerOrders, prices: np.ndarray, sums: Sums, samples: Samples
) -> None:
    _keep(
        samples,
        print_size=np.abs(prints["size"]),
        print_gap=np.diff(prints["ts"] // MILLISECOND),
        order_size=orders.size,
    )
    _add(
        sums,
        prints=len(prints),
        round_prints=np.count_nonzero(prices[prints["level"]] % 500 == 0),
        orders=len(orders.first),
        one_level_orders=np.count_nonzero(~orders.swept),
        followed_orders=max(len(orders.first) - 1, 0),
        same_side_orders=np.count_nonzero(orders.side[1:] == orders.side[:-1]),
    )


def _mid_at(ts: np.ndarray, mids: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Bid plus ask after all messages up to `when` (ns); -1 where unknown or past the tape."""
    found = mids[np.searchsorted(ts, when, side="right") - 1]
    return np.where(when <= ts[-1], found, -1)


def _impact(
    ts: np.ndarray, mids: np.ndarray, first: np.ndarray, orders: TakerOrders, sums: Sums
) -> None:
    low, high = IMPACT_SIZES
    chosen = (orders.size >= low) & (orders.size <= high) & (first > 0)
    first, side = first[chosen], orders.side[chosen]
    before, later = mids[first - 1], _mid_at(ts, mids, ts[first] + IMPACT_S * SECOND)
    known = (before >= 0) & (later >= 0)
    sign = np.where(side == 1, 1, -1)  # taking asks buys
    moved = (sign * (later - before))[known]
    _add(sums, impact_n=len(moved), impact=moved.sum() / (2 * HALF_CENTS))


def _probes(
    ts: np.ndarray, mids: np.ndarray, probes: Probes, prices: np.ndarray, sums: Sums
) -> None:
    waited = probes.filled - probes.placed
    hit = probes.filled != UNFILLED
    _add(sums, probes=len(hit))
    for seconds in FILLED_S:
        _add(sums, **{f"filled_{seconds}": np.count_nonzero(hit & (waited <= seconds * SECOND))})
    price, sign = prices[probes.level[hit]].astype(np.int64), np.where(probes.side[hit] == 0, 1, -1)
    for seconds in MARKOUTS_S:
        later = _mid_at(ts, mids, probes.filled[hit] + seconds * SECOND)
        gained = (sign * (later - 2 * price))[later >= 0] / (2 * HALF_CENTS)
        _add(
            sums, **{f"markout_{seconds}_n": len(gained), f"markout_{seconds}": gained.sum()}
        )  # fmt: skip
