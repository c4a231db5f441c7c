"""The cross-market group by its definition, slowly: every set of markets is tried."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from kalshi_exp.config import CrossMarketFeatures
from kalshi_exp.market.units import ASK, BID
from tests.features.reference_seconds import (
    Seen,
    limited,
    sampled_mids,
    share,
    shown_mid,
    soft,
    two_sided,
)

LAG, HORIZON, CANCEL_OVER = 2, 5, 15
"""Seconds by which one leads; over which two are compared; over which the moves must cancel."""


@dataclass
class History:
    """Mids (cents) by market and second, and what each second weighs."""

    mids: list[list[float | None]]
    new: float

    @property
    def seconds(self) -> int:
        return len(self.mids[0])

    def until(self, seconds: int) -> History:
        return History([mids[:seconds] for mids in self.mids], self.new)

    def mean(self, values: list[float]) -> float:
        """A plain mean until there are more seconds than it remembers."""
        out = 0.0
        for n, value in enumerate(values, start=1):
            out += (value - out) * max(self.new, 1 / n)
        return out

    def probability(self, market: int, k: int) -> float:
        mid = self.mids[market][k]
        return 0.5 if mid is None else mid / 100

    def change(self, market: int, k: int, seconds: int) -> float:
        """Change of the mid that ended in second k; 0 if it is not known."""
        if k - seconds < 0:
            return 0.0
        was, now = self.mids[market][k - seconds], self.mids[market][k]
        return 0.0 if was is None or now is None else now - was

    def changes(self, market: int, seconds: int) -> list[float]:
        return [self.change(market, k, seconds) for k in range(self.seconds)]

    def product(self, first: list[float], second: list[float]) -> float:
        return self.mean([a * b for a, b in zip(first, second, strict=True)])

    def sums(self, members: tuple[int, ...]) -> list[float]:
        return [sum(self.probability(m, k) for m in members) for k in range(self.seconds)]


def strayed(history: History, members: tuple[int, ...]) -> float:
    """Root mean square of what a set's sum is off a dollar; infinite if its moves don't cancel."""
    moves = [history.changes(m, CANCEL_OVER) for m in members]
    together = [sum(changes) for changes in zip(*moves, strict=True)]
    own = sum(history.product(one, one) for one in moves)
    if own == 0 or history.product(together, together) > 0.5 * own:
        return math.inf
    off = [total - 1 for total in history.sums(members)]
    return math.sqrt(history.product(off, off))


def groups(history: History, config: CrossMarketFeatures) -> list[tuple[int, ...]]:
    """The groups as of the last search."""
    searched = history.seconds - history.seconds % config.search_s
    if searched < 30:
        return []
    then, found = history.until(searched), []
    free = set(range(len(history.mids)))
    while len(free) >= 2:
        sets = [
            members
            for size in range(2, len(free) + 1)
            for members in itertools.combinations(sorted(free), size)
        ]
        off, best = min((strayed(then, members), members) for members in sets)
        if off > config.deviation_cents / 100:
            break
        found.append(best)
        free -= set(best)
    return found


def correlation(history: History, i: int, j: int) -> float:
    """Of changes over 5 s; four fifths are told only after 400 s."""
    one, other = history.changes(i, HORIZON), history.changes(j, HORIZON)
    own = history.product(one, one) * history.product(other, other)
    n = history.seconds / HORIZON
    return history.product(one, other) / math.sqrt(own) * n / (n + 20) if own > 0 else 0.0


def lead(history: History, i: int, j: int) -> float:
    """How well j's changes foretell i's, less how well i's foretell j's."""

    def foretells(a: int, b: int) -> float:
        then = [history.change(a, k - LAG, LAG) if k >= LAG else 0.0 for k in range(len(after))]
        return abs(history.product(then, history.changes(b, LAG)))

    after = history.mids[0]
    own = math.prod(
        history.product(c, c) for c in (history.changes(m, HORIZON) for m in (i, j))
    )  # fmt: skip
    if own <= 0:
        return 0.0
    return limited((foretells(j, i) - foretells(i, j)) / math.sqrt(own), -1, 1)


def slow_siblings(
    event: list[Seen], market: int, config: CrossMarketFeatures
) -> dict[str, float | None]:
    """The five features of one market; None where two siblings are equally close."""
    out: dict[str, float | None] = {
        "violation": 0.0, "arbitrage": 0.0, "sibling_correlation": 0.0, "sibling_lead": 0.0,
        "dispersion": 0.0,
    }  # fmt: skip
    if len(event) < 2:
        return out
    history = History([sampled_mids(seen.seconds) for seen in event], share(config.memory_s))
    mids = [shown_mid(seen.book) / 100 for seen in event]
    mean = sum(mids) / len(mids)
    out["dispersion"] = limited(2 * math.sqrt(sum((m - mean) ** 2 for m in mids) / len(mids)))
    for members in groups(history, config):
        if market in members and all(two_sided(event[m].book) for m in members):
            bids = [max(event[m].book[BID]) / 1e4 for m in members]
            asks = [min(event[m].book[ASK]) / 1e4 for m in members]
            buy = 1 - sum(a + 0.07 * a * (1 - a) for a in asks)
            sell = sum(b - 0.07 * b * (1 - b) for b in bids) - 1
            out["violation"] = soft((sum(mids[m] for m in members) - 1) / 0.05)
            out["arbitrage"] = soft(max(buy, sell) / 0.05)
    others = [m for m in range(len(event)) if m != market]
    close = sorted(((abs(correlation(history, market, m)), m) for m in others), reverse=True)
    if close[0][0] > 1e-9:
        out["sibling_correlation"] = limited(correlation(history, market, close[0][1]), -1, 1)
        out["sibling_lead"] = lead(history, market, close[0][1])
    if 0 < close[0][0] < 1e-9 or (len(close) > 1 and 0 < close[0][0] - close[1][0] < 1e-9):
        out["sibling_correlation"] = out["sibling_lead"] = None
    if len(close) > 1 and close[0][0] == close[1][0] > 0:
        out["sibling_correlation"] = out["sibling_lead"] = None
    return out
