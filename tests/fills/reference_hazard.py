"""HAZARD in plain Python, slow and obvious: what the kernel must equal."""

from __future__ import annotations

import math

from kalshi_exp.config.fill import QueueFill
from kalshi_exp.market.draws import CHECK_HAZARD, uniform
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.session import Kind
from tests.fills.reference import LEVELS, Reference

TRADES = (Kind.FILL, Kind.PRINT)


class HazardReference(Reference):
    """One row under HAZARD, on a ladder of one cent a level."""

    def __init__(self, config, rows, fees, seed, key, close, levels=LEVELS):
        as_queue = QueueFill(
            impact=config.impact, pick_off_s=config.pick_off_s, recovery_s=config.recovery_s
        )
        super().__init__(as_queue, rows, fees, None, levels)
        self.b, self.seed, self.key, self.close = config.coefficients, seed, key, close

    def best(self, side, i):
        """Own touch of a side; None when it is empty."""
        return self.touch(1 - side, i)

    def covariates(self, o, i, ts):
        bid, ask = self.best(BID, i), self.best(ASK, i)
        spread = 10 if bid is None or ask is None else min(ask - bid, 10)
        bids = 0 if bid is None else self.shown(BID, bid, i)
        asks = 0 if ask is None else self.shown(ASK, ask, i)
        here, there = (bids, asks) if o.side == BID else (asks, bids)
        own = bid if o.side == BID else ask
        behind = 0 if own is None else own - o.level if o.side == BID else o.level - own
        recent = sum(r[1] in TRADES and r[0] > ts - 60 * SECOND for r in self.rows[: i + 1])
        minutes = min(max((self.close - ts) / (60 * SECOND), 0.05), 1440)
        return (
            math.log(1 + o.ahead / 100), spread,
            (here - there) / (here + there) if here + there else 0.0,
            math.log(1 + recent), math.log(minutes), min(max(behind, 0), 10),
        )  # fmt: skip

    def rate(self, o, i, ts):
        names = ("ahead", "spread", "imbalance", "activity", "closing", "behind")
        effects = zip(names, self.covariates(o, i, ts), strict=True)
        return math.exp(self.b.intercept + sum(getattr(self.b, name) * x for name, x in effects))

    def come(self, o, ts):
        o.come += o.speed * (ts - o.at) / SECOND
        o.at = ts

    def look(self, o, i, ts):
        self.come(o, ts)
        o.speed = self.rate(o, i, ts)

    def arrive(self, o, i):
        super().arrive(o, i)
        if o.state == RESTING:
            u = uniform(self.seed, self.key, 0, o.serial, CHECK_HAZARD)
            o.asked, o.come, o.speed, o.at = -math.log(1 - u), 0.0, 0.0, o.arrive
            self.look(o, i, o.arrive)

    def judge_queue(self, i):
        ts, kind, side, level, size = self.rows[i]
        if kind in TRADES:
            if 0 < self.pick_off < math.inf:
                for own in (BID, ASK):
                    self.pick(own, i, ts)
            self.trade(i, ts, side, level, abs(size))
        else:
            super().judge_queue(i)
        before = (self.best(BID, i - 1), self.best(ASK, i - 1))
        after = (self.best(BID, i), self.best(ASK, i))
        touch = {BID: -1, ASK: self.levels}[side] if after[side] is None else after[side]
        stirred = kind in TRADES or level == touch or before != after or i == 0
        for o in self.orders:
            if o.state == RESTING:
                own = kind == Kind.CANCEL and (o.side, o.level) == (side, level)
                if stirred or own:
                    self.look(o, i, ts)

    def trade(self, i, ts, side, level, left):
        held, off = False, self.off(side, level, self.pushed(side, ts))
        for o in self.in_line(side):
            if not self.better(side, o.level, level) or left == 0:
                continue
            if o.level == level:
                self.come(o, ts)
                turn = o.ahead == 0 or o.come >= o.asked
                o.ahead = max(0, o.ahead - left)
                held = held or not turn
                if held:
                    continue
            if not self.better(side, o.level, level + off):
                continue
            if self.fillable(o) == 0:
                o.state = EMPTY
                continue
            filled = min(left, self.fillable(o))
            left -= filled
            self.fill(o, o.level, filled, ts, i)
