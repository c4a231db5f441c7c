"""The book and activity groups by their definitions, slowly, from the messages."""

from __future__ import annotations

import itertools
import math

import numpy as np

from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND
from kalshi_exp.tape import Kind


def _log(x: float, top: float) -> float:
    return min(math.log(1 + x) / math.log(1 + top), 1.0)


def _soft(x: float) -> float:
    return x / (1 + abs(x))


def slow_market(
    messages: np.ndarray, prices: np.ndarray, now: int, start: int, close: int,
    fast_s: float, slow_s: float,
) -> dict[str, float]:  # fmt: skip
    """The 35 features at `now`, from the messages up to then."""
    book: tuple[dict[int, int], dict[int, int]] = ({}, {})
    seen = [m for m in messages.tolist() if m[0] <= now]
    mids: list[tuple[int, int]] = []  # (time, bid + ask) when two-sided, at the end of each time
    counted: dict[str, list[tuple[int, float]]] = {
        "add": [], "cancel": [], "print": [], "volume": [], "flow": [],
    }  # fmt: skip
    for place, (ts, size, level, side, kind) in enumerate(seen):
        price = int(prices[level])
        if kind < 4:
            book[side][price] = book[side].get(price, 0) + size
            if book[side][price] == 0:
                del book[side][price]
        if kind == Kind.ADD:
            counted["add"].append((ts, 1.0))
        if kind == Kind.CANCEL:
            counted["cancel"].append((ts, 1.0))
        if kind in (Kind.FILL, Kind.PRINT):
            counted["print"].append((ts, 1.0))
            counted["volume"].append((ts, abs(size) / 100))
            counted["flow"].append((ts, abs(size) / 100 * (1 if side == ASK else -1)))
        last_of_time = place + 1 == len(seen) or seen[place + 1][0] > ts
        if last_of_time and book[BID] and book[ASK]:
            mids.append((ts, max(book[BID]) + min(book[ASK])))
    changes = [
        (ts, (mid - before) / 2 / 100)
        for (_, before), (ts, mid) in itertools.pairwise(mids)
        if mid != before
    ]

    def decayed(items: list[tuple[int, float]], window_s: float) -> float:
        return sum(x * math.exp(-(now - ts) / (window_s * SECOND)) for ts, x in items)

    def rate(items: str, window_s: float) -> float:
        return decayed(counted[items], window_s) / window_s

    def since(times: list[int]) -> float:
        return _log((now - times[-1]) / SECOND, 3600) if times else 1.0

    has = [bool(book[BID]), bool(book[ASK])]
    touch = [max(book[BID]) if has[BID] else 0, min(book[ASK]) if has[ASK] else PRICE_ONE]
    ends = [0, PRICE_ONE]

    def ladder(side: int) -> list[tuple[int, int]]:
        """(distance from the touch, size), nearest first."""
        return sorted((abs(p - touch[side]), s) for p, s in book[side].items())

    def within(side: int, cents: int) -> int:
        return sum(s for d, s in ladder(side) if d < 100 * cents)

    def imbalance(bid: int, ask: int) -> float:
        return (bid - ask) / (bid + ask) if bid + ask else 0.0

    def gap(side: int) -> float:
        if not has[side]:
            return 100.0
        rungs = ladder(side)
        return (rungs[1][0] if len(rungs) > 1 else abs(touch[side] - ends[side])) / 100

    def slip(side: int) -> float:
        if not has[side]:
            return 100.0
        lots = [d for d, s in ladder(side) for _ in range(min(s, 10_000))][:10_000]
        lots += [abs(touch[side] - ends[side])] * (10_000 - len(lots))
        return sum(lots) / 10_000 / 100

    sizes = [ladder(side)[0][1] if has[side] else 0 for side in (BID, ASK)]
    mid = (touch[BID] + touch[ASK]) / 2
    micro = 0.0
    if all(has):
        weighted = touch[BID] * sizes[ASK] + touch[ASK] * sizes[BID]
        micro = (weighted / sum(sizes) - mid) / 100
    near = [s for side in (BID, ASK) for d, s in ladder(side) if d < 1000]
    volume_fast, volume_slow = (
        decayed(counted["volume"], fast_s),
        decayed(counted["volume"], slow_s),
    )
    adds, cancels = decayed(counted["add"], fast_s), decayed(counted["cancel"], fast_s)
    move_times = [ts for ts, _ in mids[:1]] + [ts for ts, _ in changes]
    return {
        "mid": 2 * mid / PRICE_ONE - 1,
        "spread": _log((touch[ASK] - touch[BID]) / 100, 100),
        "bid_size": _log(sizes[BID] / 100, 1e6),
        "ask_size": _log(sizes[ASK] / 100, 1e6),
        "imbalance": imbalance(*sizes),
        "microprice": _soft(micro),
        "imbalance_3": imbalance(within(BID, 3), within(ASK, 3)),
        "imbalance_5": imbalance(within(BID, 5), within(ASK, 5)),
        "imbalance_10": imbalance(within(BID, 10), within(ASK, 10)),
        "bid_depth_5": _log(within(BID, 5) / 100, 1e6),
        "ask_depth_5": _log(within(ASK, 5) / 100, 1e6),
        "bid_depth": _log(sum(book[BID].values()) / 100, 1e6),
        "ask_depth": _log(sum(book[ASK].values()) / 100, 1e6),
        "bid_levels": _log(len(book[BID]), 100),
        "ask_levels": _log(len(book[ASK]), 100),
        "bid_gap": _log(gap(BID), 100),
        "ask_gap": _log(gap(ASK), 100),
        "bid_slip": _log(slip(BID), 100),
        "ask_slip": _log(slip(ASK), 100),
        "one_sided": float(has[BID]) - float(has[ASK]),
        "concentration": sum((s / sum(near)) ** 2 for s in near) if near else 0.0,
        "time_to_close": _log(max(close - now, 0) / SECOND, 30 * 86400),
        "elapsed": min(max((now - start) / (close - start), 0), 1),
        "prints_fast": _log(rate("print", fast_s), 1e3),
        "volume_fast": _log(rate("volume", fast_s), 1e4),
        "volume_slow": _log(rate("volume", slow_s), 1e4),
        "flow_fast": decayed(counted["flow"], fast_s) / (volume_fast + 1),
        "flow_slow": decayed(counted["flow"], slow_s) / (volume_slow + 1),
        "adds_fast": _log(rate("add", fast_s), 1e3),
        "add_share": _soft(10 * (adds - cancels) / (adds + cancels + 1)),
        "move_fast": _soft(decayed(changes, fast_s) / 2),
        "move_slow": _soft(decayed(changes, slow_s) / 5),
        "volatility": _log(math.sqrt(decayed([(t, c * c) for t, c in changes], slow_s)), 100),
        "since_print": since([ts for ts, _ in counted["print"]]),
        "since_move": since(move_times),
    }
