"""The 35 statistics by which a simulated market is held against a recorded one.

One table says what each is; its order and its definitions are fixed, so that figures of different
tapes and scenarios stand beside each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import numpy as np

from kalshi_exp.metrics.market.measure import CHANGES_S, FILLED_S, MARKOUTS_S
from kalshi_exp.metrics.market.pool import Pool

Figure = Callable[[Pool], np.ndarray]

_BOOK, _TRADES, _ORDERS, _MOVES, _JOINING = (
    "The book",
    "Prints and taking orders",
    "Resting orders",
    "Moves of the mid",
    "Joining the touch",
)


@final
@dataclass(frozen=True)
class Statistic:
    """One of the 35.

    Attributes:
        number: its place in the list, from 1.
        key: name in JSON.
        title: as tables show it.
        unit: "%" (stored as a share of one), "contracts", "levels", "ms", "c" or "".
        group: heading it stands under.
        definition: how it is formed, exactly.
        figure: pool -> float64[draws].
        sample: the sample it is a quantile of, with its share and the units in one of `unit`; None
            for what is no quantile.
    """

    number: int
    key: str
    title: str
    unit: str
    group: str
    definition: str
    figure: Figure = field(repr=False, compare=False)
    sample: tuple[str, float, float] | None = None


_Row = tuple[str, str, str, str, str, Figure, tuple[str, float, float] | None]


def _ratio(
    key: str, title: str, unit: str, group: str, definition: str, above: str, below: str
) -> _Row:
    return key, title, unit, group, definition, lambda pool: pool.ratio(above, below), None


def _quantile(
    key: str, title: str, unit: str, group: str, definition: str, name: str, share: float,
    scale: float,
) -> _Row:  # fmt: skip
    def figure(pool: Pool) -> np.ndarray:
        return pool.quantile(name, share) / scale

    return key, title, unit, group, definition, figure, (name, share, scale)


def _behind(levels: int) -> str:
    return f"{levels} ladder level{'s' if levels > 1 else ''} behind" if levels else "at"


def _moments(pool: Pool, seconds: int) -> np.ndarray:
    """Raw moments 0 to 4 of the mid's changes, each over their number: [5, R]."""
    sums = np.stack([pool.total(f"change_{seconds}_{power}") for power in range(5)])
    return np.asarray(sums / np.where(sums[0] == 0, np.nan, sums[0]))


def _deviation(seconds: int) -> Figure:
    def figure(pool: Pool) -> np.ndarray:
        _, mean, square, *_ = _moments(pool, seconds)
        return np.sqrt(np.maximum(square - mean**2, 0.0))

    return figure


def _kurtosis(pool: Pool) -> np.ndarray:
    _, m, m2, m3, m4 = _moments(pool, 1)
    variance = m2 - m**2
    fourth = m4 - 4 * m * m3 + 6 * m**2 * m2 - 3 * m**4
    return np.asarray(fourth / np.where(variance <= 0, np.nan, variance) ** 2)


def _autocorrelation(pool: Pool) -> np.ndarray:
    n = pool.total("lag_n")
    x, y, xx, yy, xy = (
        pool.total(f"lag_{name}") / np.where(n == 0, np.nan, n)
        for name in ("x", "y", "xx", "yy", "xy")
    )
    scale = np.sqrt(np.maximum((xx - x**2) * (yy - y**2), 0.0))
    return np.asarray((xy - x * y) / np.where(scale == 0, np.nan, scale))


def _rows() -> list[_Row]:
    rows = [
        _ratio(
            f"spread_{name}", f"Spread {title}", "%", _BOOK,
            f"Share of the two-sided time with a spread of {what}.", f"spread_{name}", "two_sided",
        )
        for name, title, what in (
            ("1", "of 1 c", "at most 1 cent"),
            ("2", "of 2 c", "more than 1 and at most 2 cents"),
            ("3", "of 3 c and more", "more than 2 cents"),
        )
    ]  # fmt: skip
    rows += [
        _quantile(
            f"depth_{k}", f"Depth at touch-{k}" if k else "Depth at the touch", "contracts", _BOOK,
            f"Median over whole seconds and both sides of the size {_behind(k)} the side's own "
            "touch; empty levels count as zero, those beyond the ladder's end and sides without a "
            "touch not at all.", f"depth_{k}", 0.5, 100.0,
        )
        for k in range(6)
    ]  # fmt: skip
    rows += [
        _quantile(
            "levels", "Levels a side", "levels", _BOOK,
            "Median over whole seconds and both sides of the number of levels that hold size; "
            "empty sides do not count.", "levels", 0.5, 1.0,
        ),
        _quantile(
            "print_size_median", "Print size, median", "contracts", _TRADES,
            "Median size of prints.", "print_size", 0.5, 100.0,
        ),
        _quantile(
            "print_size_p95", "Print size, p95", "contracts", _TRADES,
            "95th percentile of the size of prints.", "print_size", 0.95, 100.0,
        ),
        _quantile(
            "order_size_median", "Taking order, median", "contracts", _TRADES,
            "Median size of taking orders: prints of equal millisecond and side are one order's.",
            "order_size", 0.5, 100.0,
        ),
        _ratio(
            "one_level", "Taking orders of one level", "%", _TRADES,
            "Share of taking orders whose prints all have one price.", "one_level_orders", "orders",
        ),
        _ratio(
            "same_side", "Same side again", "%", _TRADES,
            "Share of taking orders that are followed by one of the same side.",
            "same_side_orders", "followed_orders",
        ),
        _quantile(
            "print_gap", "Gap between prints", "ms", _TRADES,
            "Median time between consecutive prints of a market, both to the millisecond; zero "
            "within a taking order.", "print_gap", 0.5, 1.0,
        ),
        _quantile(
            "lifetime_median", "Order lifetime, median", "ms", _ORDERS,
            "Median time from an add to the cancel or fill of the same side, level and size, where "
            "exactly one such add is outstanding (the latest is taken away where there are more).",
            "lifetime", 0.5, 1000.0,
        ),
        _quantile(
            "lifetime_p75", "Order lifetime, p75", "ms", _ORDERS,
            "75th percentile of the same.", "lifetime", 0.75, 1000.0,
        ),
        _ratio(
            "cancelled", "Removed volume cancelled", "%", _ORDERS,
            "Cancelled volume over cancelled and filled volume.", "cancelled", "removed",
        ),
        _ratio(
            "near_adds", "Adds within 2 ticks", "%", _ORDERS,
            "Share of adds that improve their own side's touch or stand at most 2 ladder levels "
            "behind it.", "near_adds", "adds",
        ),
        _ratio(
            "one_sided", "One-sided time", "%", _BOOK,
            "Share of the time from a market's first to its last message without both a bid and an "
            "ask.", "one_sided", "time",
        ),
    ]  # fmt: skip
    rows += [
        (
            f"deviation_{seconds}s", f"Deviation of the mid, {seconds} s", "c", _MOVES,
            f"Standard deviation of the mid's change in {seconds} s, from every whole second with "
            "a two-sided book at both ends.", _deviation(seconds), None,
        )
        for seconds in CHANGES_S
    ]  # fmt: skip
    rows += [
        (
            "kurtosis_1s", "Kurtosis, 1 s", "", _MOVES,
            "Fourth central moment of the mid's change in 1 s over its squared variance (3 for a "
            "normal one).", _kurtosis, None,
        ),
        (
            "autocorrelation_1s", "Autocorrelation, 1 s", "", _MOVES,
            "Correlation of the mid's changes in one second and in the next.",
            _autocorrelation, None,
        ),
        _ratio(
            "impact_10s", "Impact of a 10-50 lot, 10 s", "c", _MOVES,
            "Mean change of the mid from before a taking order of 10 to 50 contracts to 10 s after "
            "it, in the order's direction.", "impact", "impact_n",
        ),
    ]  # fmt: skip
    rows += [
        _ratio(
            f"filled_{seconds}s", f"Filled within {seconds} s", "%", _JOINING,
            "Share of one-contract orders, sent to either touch every 5 s while the book is "
            "two-sided, with all displayed size ahead (pro rata for cancels), that are filled "
            f"within {seconds} s.", f"filled_{seconds}", "probes",
        )
        for seconds in FILLED_S
    ]  # fmt: skip
    rows += [
        _ratio(
            f"markout_{seconds}s", f"Mark-out after {seconds} s", "c", _JOINING,
            f"Mean of the mid {seconds} s after those orders' fills less their price (ask: "
            "reversed), before fees.", f"markout_{seconds}", f"markout_{seconds}_n",
        )
        for seconds in MARKOUTS_S
    ]  # fmt: skip
    return [
        *rows,
        _ratio(
            "round_prints", "Prints at multiples of 5 c", "%", _TRADES,
            "Share of prints whose price is a multiple of 5 cents.", "round_prints", "prints",
        ),
    ]  # fmt: skip


STATISTICS: tuple[Statistic, ...] = tuple(Statistic(n, *row) for n, row in enumerate(_rows(), 1))
"""In the fixed order of the list."""
