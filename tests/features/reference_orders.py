"""Orders that stand at a level and liquidity taken back at once, followed slowly."""

from __future__ import annotations

import math
from typing import NamedTuple

from kalshi_exp.config import AnchorFeatures, VolatilityFeatures
from kalshi_exp.market.units import ASK, BID, MILLISECOND, SECOND
from kalshi_exp.tape import Kind
from tests.features.reference_seconds import Ladders, Seen, forgetting, share, two_sided

FOLLOWED = 16
BURST = 10 * MILLISECOND


class Standing(NamedTuple):
    """Orders at one price, in contracts: as of the last whole second, but for the last two."""

    alone: float = 0.0  # by age
    alone_now: float = 0.0
    old: float = 0.0  # by greater age
    first: tuple[float, float] = (0.0, 0.0)  # the one that counts for most by age, and its age
    second: tuple[float, float] = (0.0, 0.0)
    quoted: float = 0.0
    largest: float = 0.0
    orders: int = 0
    left: float = 0.0
    retaken: float = 0.0


class Level:
    """What is known of the orders at one price."""

    def __init__(self) -> None:
        self.orders = [[0.0, 0, False] for _ in range(FOLLOWED)]  # contracts, since when, alone
        self.missing, self.traded_at, self.retaken, self.left = 0.0, -1, 0.0, 0.0
        self.newest: list[float] = [0.0, -1, False]

    def add(self, now: int, contracts: float, alone: bool, prompt_ms: float) -> None:
        place = min(range(FOLLOWED), key=lambda i: self.orders[i][0])
        self.newest = self.orders[place] = [contracts, now, alone]
        if alone and self.missing > 0 and now - self.traded_at <= prompt_ms * 1e6:
            back = min(contracts, self.missing)
            self.missing -= back
            self.retaken += back

    def cancel(self, now: int, contracts: float) -> None:
        same = [one for one in self.orders if abs(one[0] - contracts) < 1e-6]
        one = same[0] if same else max(self.orders, key=lambda order: order[0])
        if one[2] and now - one[1] > 3 * SECOND:
            self.left += min(contracts, one[0])
        one[0] = max(one[0] - contracts, 0.0)

    def trade(self, now: int, contracts: float) -> None:
        self.missing, self.traded_at = contracts, now
        for one in sorted((one for one in self.orders if one[0] > 0), key=lambda order: order[1]):
            taken = min(contracts, one[0])
            one[0] -= taken
            contracts -= taken

    def standing(self, now: int) -> Standing:
        there = [one for one in self.orders if one[0] > 0]
        ranked = sorted(
            ((s * (1 - math.exp(-(now - ts) / (5 * SECOND))), s, (now - ts) / SECOND)
             for s, ts, alone in there if alone),
            key=lambda one: -one[0],
        )  # fmt: skip
        ranked = [one for one in ranked if one[0] > 0] + [(0.0, 0.0, 0.0)] * 2
        aged = [size * (1 - math.exp(-(now - ts) / (3 * SECOND))) for size, ts, _ in there]
        return Standing(
            sum(size for size, (_, _, alone) in zip(aged, there, strict=True) if alone),
            sum(size for size, _, alone in there if alone),
            sum(s * (1 - math.exp(-(now - ts) / (30 * SECOND))) for s, ts, alone in there if alone),
            ranked[0][1:],
            ranked[1][1:],
            sum(size for size, (_, _, alone) in zip(aged, there, strict=True) if not alone),
            max(aged, default=0.0),
            len(there),
        )


def at_level(seen: Seen, price: int, config: AnchorFeatures) -> Standing:
    """The orders at a price."""
    level, last, standing = Level(), -1, Standing()
    due = seen.start + SECOND
    for ts, size, place, _, kind in [*seen.messages, (seen.now + 1, 0, 0, 0, Kind.GAP)]:
        while due < ts:
            level.retaken *= 1 - share(config.refill_s)
            level.left *= 1 - share(5)
            standing = level.standing(due)
            due += SECOND
        alone, last = ts > last, ts
        if not alone and level.newest[1] == ts:
            level.newest[2] = False  # another came at the same time
        if seen.prices[place] == price and kind == Kind.ADD:
            level.add(ts, size / 100, alone, config.prompt_ms)
        elif seen.prices[place] == price and kind == Kind.CANCEL:
            level.cancel(ts, -size / 100)
        elif seen.prices[place] == price and kind == Kind.FILL:
            level.trade(ts, -size / 100)
    return standing._replace(left=level.left, retaken=level.retaken)


def closings(seen: Seen) -> list[float]:
    """Lone orders that improved a side inside a wide spread, lately: of bids, of asks."""
    out, last, due = [0.0, 0.0], -1, seen.start + SECOND
    book: list[dict[int, int]] = [{}, {}]
    before = (-1, len(seen.prices))
    for ts, size, place, side, kind in [*seen.messages, (seen.now + 1, 0, 0, 0, Kind.GAP)]:
        while due < ts:
            out = [one * (1 - share(10)) for one in out]
            due += SECOND
        alone = ts > last
        if alone:
            before = max(book[BID], default=-1), min(book[ASK], default=len(seen.prices))
        last = ts
        if kind >= 4:
            continue
        book[side][place] = book[side].get(place, 0) + size
        if book[side][place] == 0:
            del book[side][place]
        inside = place > before[0] if side == BID else place < before[1]
        best = (max if side == BID else min)(book[side], default=None)
        wide = before[0] >= 0 and before[1] - before[0] > 1
        if kind == Kind.ADD and alone and place == best and inside and wide:
            out[side] += 1
    return out


def usual_touch(seconds: list[Ladders]) -> float:
    """Contracts at a touch, mean of both, as a rule; at least one."""
    touches = [
        (book[BID][max(book[BID])] + book[ASK][min(book[ASK])]) / 200
        for book in seconds
        if two_sided(book)
    ]
    return max(forgetting(touches, share(120)), 1.0) if touches else 1.0


def mean_spreads(seen: Seen) -> list[tuple[float, float] | None]:
    """Of each second: the spread by time, and that behind less than half of the usual touch."""
    book: list[dict[int, int]] = [{}, {}]
    out: list[tuple[float, float] | None] = []
    waiting = list(seen.messages)
    for k in range(len(seen.seconds)):
        at, until = seen.start + k * SECOND, seen.start + (k + 1) * SECOND
        known = any(two_sided(one) for one in seen.seconds[:k])
        thin = 0.5 * usual_touch(seen.seconds[:k]) if known else 0.0
        time, sums = 0, [0.0, 0.0]
        while at < until:
            while waiting and waiting[0][0] <= at:
                _, size, place, side, kind = waiting.pop(0)
                if kind < 4:
                    price = seen.prices[place]
                    book[side][price] = book[side].get(price, 0) + size
                    if book[side][price] == 0:
                        del book[side][price]
            there = min(until, waiting[0][0]) if waiting else until
            if two_sided((book[BID], book[ASK])):
                time += there - at
                ends = [_behind(book[side], side, thin, seen.prices) for side in (BID, ASK)]
                sums[0] += (there - at) * (min(book[ASK]) - max(book[BID])) / 100
                sums[1] += (there - at) * (ends[ASK] - ends[BID]) / 100
            at = there
        out.append((sums[0] / time, sums[1] / time) if time else None)
    return out


def _behind(side_book: dict[int, int], side: int, contracts: float, prices: list[int]) -> int:
    touch = max(side_book) if side == BID else min(side_book)
    ladder = sorted((abs(price - touch), price) for price in prices)
    total, last = 0.0, touch
    for distance, price in ladder:
        if (price > touch if side == BID else price < touch) or distance > 1000:
            continue
        last = price
        total += side_book.get(price, 0) / 100
        if total >= contracts:
            break
    return last


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
