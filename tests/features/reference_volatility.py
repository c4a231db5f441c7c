"""The volatility and algorithm groups by their definitions, slowly."""

from __future__ import annotations

import math
from typing import NamedTuple

from kalshi_exp.config import AlgorithmFeatures, VolatilityFeatures
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape import Kind
from tests.features.reference_orders import pulled
from tests.features.reference_seconds import (
    Ladders,
    Seen,
    forgetting,
    largest,
    limited,
    logged,
    mid_of,
    sampled_mids,
    share,
    shown_mid,
    soft,
    spread_of,
    two_sided,
)


def liquidity(book: Ladders) -> float:
    """Contracts within 5 cents (excluded) of either touch."""
    bids = sum(s for p, s in book[BID].items() if max(book[BID]) - p < 500)
    asks = sum(s for p, s in book[ASK].items() if p - min(book[ASK]) < 500)
    return (bids + asks) / 100


class Lately(NamedTuple):
    """What each second showed."""

    depth: list[float]
    usual_depth: list[float]  # before the second was taken in
    spread: list[float | None]  # None: never two-sided yet
    calm: list[float | None]


def lately(seconds: list[Ladders], config: VolatilityFeatures) -> Lately:
    """Depth and spread of late, and as they usually are: good news is soon usual, bad is not."""
    depth: list[float] = []
    usual: list[float] = []
    spread: list[float | None] = []
    calm: list[float | None] = []
    raw: list[float] = []
    liquid = [liquidity(book) for book in seconds]
    fast, slow = share(config.rising_s), share(config.falling_s)
    for k, book in enumerate(seconds):
        depth.append(forgetting(liquid[: k + 1], share(config.depth_s)))
        before = depth[0] if k == 0 else usual[-1]
        if k > 0:
            before += (depth[k - 1] - before) * (fast if depth[k - 1] > before else slow)
        usual.append(before)
        narrow = spread[-1] if spread else None
        usually = calm[-1] if calm else None
        if two_sided(book):
            raw.append(spread_of(book))
            narrow = forgetting(raw, share(config.depth_s))
            if usually is None:
                usually = narrow
            usually += (narrow - usually) * (fast if narrow < usually else slow)
        spread.append(narrow)
        calm.append(usually)
    return Lately(depth, usual, spread, calm)


def slow_volatility(seen: Seen, config: VolatilityFeatures) -> dict[str, float]:
    """The seven features at `seen.now`."""
    mids, path = sampled_mids(seen.seconds), lately(seen.seconds, config)
    rises, falls = [0.0], [0.0]
    shock: int | None = None  # second of the last one, and what was usual before it
    before = worst = 0.0
    cascade: int | None = None
    gone = 0.0
    for k, mid in enumerate(mids):
        was = mids[k - 1] if k else None
        if mid is not None and was is not None:
            rises.append(max(mid - was, 0) ** 2)
            falls.append(max(was - mid, 0) ** 2)
        gone, during = 0.0, shock is not None and k - shock <= config.fear_s
        move = 0.0 if mid is None else abs(largest(mids[: k + 1], mid, config.move_s))
        if not during and move > config.shock_cents:
            shock, before = k, path.usual_depth[k]
            worst, during = before, True
        gone = 0.0
        if during:
            worst = min(worst, path.depth[k])
            gone = limited(1 - path.depth[k] / before) if before > 0 else 0.0
            if gone >= 0.25:
                cascade = k
    last = len(mids) - 1
    out = {
        "velocity": 0.0, "liquidity_drop": pulled(seen, config), "spread_expansion": 0.0,
        "cascade_score": gone, "since_cascade": 1.0, "recovery": 1.0, "rise_share": 0.0,
    }  # fmt: skip
    now = mid_of(seen.book) if two_sided(seen.book) else (mids[-1] if mids else None)
    if now is not None:
        out["velocity"] = soft(largest(mids, now, config.move_s) / config.shock_cents)
    if mids:
        depth = path.depth[-1]
        spread, calm = path.spread[-1], path.calm[-1]
        if spread is not None and calm is not None:
            out["spread_expansion"] = soft(spread - calm)
        if cascade is not None:
            out["since_cascade"] = logged(last - cascade, 3600)
        if shock is not None and last - shock <= config.fear_s and worst < before:
            out["recovery"] = limited((depth - worst) / (before - worst))
    up, down = (forgetting(x, share(config.skew_s), 0.0) for x in (rises, falls))
    out["rise_share"] = (up - down) / (up + down + 0.01)
    return out


def slow_algorithm(
    seen: Seen, config: AlgorithmFeatures, volatility: VolatilityFeatures
) -> dict[str, float]:
    """The three features at `seen.now`."""
    path = lately(seen.seconds, volatility)

    def extreme(mid: float) -> bool:
        return mid < config.low_cents or mid > config.high_cents

    middle = [
        k for k, b in enumerate(seen.seconds) if two_sided(b) and not extreme(mid_of(b))
    ]  # fmt: skip
    averse = 0.0
    if extreme(shown_mid(seen.book)) and middle:
        usual = forgetting([path.depth[k] for k in middle], share(config.middle_s))
        spreads = [s for k in middle if (s := path.spread[k]) is not None]
        narrow, now = forgetting(spreads, share(config.middle_s)), path.spread[-1]
        assert now is not None
        if usual > 0:
            averse = 0.5 * limited(1 - path.depth[-1] / usual, -1, 1) + 0.5 * soft(now - narrow)
    waiting: int | None = None
    told: list[float] = []
    paired: list[float] = []
    last: list[int | None] = [None, None]
    book: list[dict[int, int]] = [{}, {}]
    for ts, size, level, side, kind in seen.messages:
        if kind < 4:
            book[side][level] = book[side].get(level, 0) + size
            if book[side][level] == 0:
                del book[side][level]
        if kind in (Kind.FILL, Kind.PRINT):
            waiting = ts if waiting is None else waiting
        if kind != Kind.ADD:
            continue
        ticks = max(book[BID]) - level if side == BID else level - min(book[ASK])
        if ticks > 3:
            continue
        if waiting is not None:
            told.append(math.log(1 + (ts - waiting) / 1e6))
            waiting = None
        other = last[1 - side]
        paired.append(float(other is not None and ts - other <= config.paired_ms * 1e6))
        last[side] = ts
    return {
        "aversion": averse,
        "response_time": min(forgetting(told, 0.1) / math.log(1 + 1e4), 1) if told else 1.0,
        "maker_presence": forgetting(paired, 0.05, 0.0),
    }
