"""Orders that stand at a level and liquidity taken back at once, followed slowly."""

from __future__ import annotations

import math

from kalshi_exp.config import AnchorFeatures, VolatilityFeatures
from kalshi_exp.market.units import ASK, BID, MILLISECOND, SECOND
from kalshi_exp.tape import Kind
from tests.features.reference_seconds import Seen, forgetting, share, two_sided

FOLLOWED = 16
BURST = 10 * MILLISECOND


class Level:
    """What is known of the orders at one price."""

    def __init__(self) -> None:
        self.orders = [[0.0, 0, False] for _ in range(FOLLOWED)]  # contracts, since when, alone
        self.missing, self.traded_at, self.retaken = 0.0, -1, 0.0

    def add(self, now: int, contracts: float, alone: bool, prompt_ms: float) -> None:
        self.orders[min(range(FOLLOWED), key=lambda i: self.orders[i][0])] = [contracts, now, alone]
        if alone and self.missing > 0 and now - self.traded_at <= prompt_ms * 1e6:
            back = min(contracts, self.missing)
            self.missing -= back
            self.retaken += back

    def cancel(self, contracts: float) -> None:
        same = [one for one in self.orders if abs(one[0] - contracts) < 1e-6]
        one = same[0] if same else max(self.orders, key=lambda order: order[0])
        one[0] = max(one[0] - contracts, 0.0)

    def trade(self, now: int, contracts: float) -> None:
        self.missing, self.traded_at = contracts, now
        for one in sorted((one for one in self.orders if one[0] > 0), key=lambda order: order[1]):
            taken = min(contracts, one[0])
            one[0] -= taken
            contracts -= taken

    def standing(self, now: int) -> float:
        """Contracts in orders that came alone, by age."""
        return sum(
            size * (1 - math.exp(-(now - ts) / (3 * SECOND)))
            for size, ts, alone in self.orders
            if alone and size > 0
        )


def at_level(seen: Seen, price: int, config: AnchorFeatures) -> tuple[float, float]:
    """Contracts standing alone at the last whole second, and those put back as of now."""
    level, last, standing = Level(), -1, 0.0
    due = seen.start + SECOND
    for ts, size, place, _, kind in [*seen.messages, (seen.now + 1, 0, 0, 0, Kind.GAP)]:
        while due < ts:
            level.retaken *= 1 - share(config.refill_s)
            standing = level.standing(due)
            due += SECOND
        alone, last = ts > last, ts
        if seen.prices[place] == price and kind == Kind.ADD:
            level.add(ts, size / 100, alone, config.prompt_ms)
        elif seen.prices[place] == price and kind == Kind.CANCEL:
            level.cancel(-size / 100)
        elif seen.prices[place] == price and kind == Kind.FILL:
            level.trade(ts, -size / 100)
    return standing, level.retaken


def usual_touch(seen: Seen) -> float:
    """Contracts at a touch, mean of both, as a rule; at least one."""
    touches = [
        (book[BID][max(book[BID])] + book[ASK][min(book[ASK])]) / 200
        for book in seen.seconds
        if two_sided(book)
    ]
    return max(forgetting(touches, share(120)), 1.0) if touches else 1.0


def pulled(seen: Seen, config: VolatilityFeatures) -> float:
    """Share of both sides' near liquidity that was taken back at once, lately."""
    book: list[dict[int, int]] = [{}, {}]
    out, due = 0.0, seen.start + SECOND
    begun, last = -1, -1
    held, edge, gone, come = [0.0, 0.0], [0, 0], [0.0, 0.0], [0.0, 0.0]
    prices = seen.prices

    def look() -> float:
        shares = [(gone[s] - 3 * come[s]) / held[s] if held[s] > 0 else 0.0 for s in (BID, ASK)]
        return min([1.0, *shares])

    for ts, size, level, side, kind in [*seen.messages, (seen.now + 1, 0, 0, 0, Kind.GAP)]:
        while due < ts:
            out *= 1 - share(config.pulled_s)
            if begun >= 0 and due - begun > BURST:
                out, begun = max(out, look()), -1
            due += SECOND
        if ts > seen.now:
            break
        if ts > last and not (begun >= 0 and ts - begun <= BURST):
            if begun >= 0:
                out = max(out, look())
            begun = ts
            for s in (BID, ASK):
                touch = (max if s == BID else min)(book[s], default=None)
                gone[s] = come[s] = 0.0
                held[s], edge[s] = 0.0, -1 if s == BID else len(prices)
                if touch is not None:
                    near = [p for p in range(len(prices)) if abs(prices[p] - prices[touch]) < 500]
                    edge[s] = min(near) if s == BID else max(near)
                    held[s] = sum(v for p, v in book[s].items() if p in near) / 100
        last = ts
        if kind < 4:
            book[side][level] = book[side].get(level, 0) + size
            if book[side][level] == 0:
                del book[side][level]
        inside = level >= edge[side] if side == BID else level <= edge[side]
        if kind == Kind.ADD:
            come[side] += size / 100
        elif kind == Kind.CANCEL and inside:
            gone[side] -= size / 100
    return out
