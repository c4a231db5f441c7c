"""The fill models in plain Python, slow and obvious: what the kernels must equal."""

from __future__ import annotations

from types import SimpleNamespace

from kalshi_exp.fills.spec import COUNTERS
from kalshi_exp.market.fees import charge
from kalshi_exp.market.orders import EMPTY, RESTING, SENT, SLOTS
from kalshi_exp.market.units import ASK, BID, NEVER, PRICE_ONE, SECOND
from kalshi_exp.tape.session import Kind

WALK_FROM = 2000
RECOVERY = 5 * SECOND
LEVELS = 10
ACTIVITY = 20 * SECOND


class Reference:
    """One row: whole books and whole histories, nothing incremental."""

    def __init__(self, model, rows, fees, draws, levels=LEVELS):
        self.model, self.rows, self.fees, self.draws = model, rows, fees, draws
        self.levels = levels
        self.queue = model in ("pessimistic", "pro_rata", "optimistic")
        self.books = {-1: {}}
        for i, (_, kind, side, level, size) in enumerate(rows):
            book = dict(self.books[i - 1])
            if kind <= Kind.SNAPSHOT:
                book[side, level] = book.get((side, level), 0) + size
            self.books[i] = book
        self.orders = [SimpleNamespace(state=EMPTY) for _ in range(SLOTS)]
        self.takes = []  # (side, level, message, ts, size)
        self.position = 0
        self.fills = []
        self.count = dict.fromkeys(COUNTERS.names, 0)

    # the book and what we took of it
    def shown(self, side, level, i):
        return self.books[i].get((side, level), 0)

    def touch(self, side, i):
        """Best level of the side that an order of `side` takes; None when it is empty."""
        there = [lv for (s, lv), size in self.books[i].items() if s == 1 - side and size > 0]
        return (min(there) if side == BID else max(there)) if there else None

    def consumed(self, side, level, i, ts):
        takes = [t for t in self.takes if t[:2] == (side, level)]
        gone, last = 0, None
        if self.queue:
            for j in range(-1, i + 1):
                gone = min(gone, self.shown(side, level, j))
                gone += sum(t[4] for t in takes if t[2] == j)
            return gone
        for _, _, _, at, size in takes:
            gone = size if last is None or at - last > RECOVERY else gone + size
            last = at
        return 0 if last is None or ts - last > RECOVERY else gone

    def available(self, side, level, i, ts):
        return max(self.shown(side, level, i) - self.consumed(side, level, i, ts), 0)

    # orders
    def better(self, side, a, b):
        """Whether level a is a better or equal price for an order of `side` than b."""
        return a >= b if side == BID else a <= b

    def in_line(self, side):
        mine = [o for o in self.orders if o.state == RESTING and o.side == side]
        return sorted(mine, key=lambda o: (-o.level if side == BID else o.level, o.serial))

    def fillable(self, o):
        if not o.reduce:
            return o.size
        return max(0, min(o.size, -self.position if o.side == BID else self.position))

    def fill(self, o, level, size, ts, i):
        price = (level + 1) * 100
        paid = price if o.side == BID else PRICE_ONE - price
        closed = max(0, min(size, -self.position if o.side == BID else self.position))
        flow = closed * (PRICE_ONE - paid) - (size - closed) * paid
        passive = int(o.state == RESTING)
        fee, o.fees = charge(self.fees, o.fees, flow, price, size, bool(passive))
        self.fills.append(
            (ts, i, o.serial, size, flow, int(fee), price, level, o.action, self.orders.index(o),
             o.side, passive, int(closed > 0))
        )  # fmt: skip
        how = "passive" if passive else "aggressive"
        self.count[f"fills_{how}"] += 1
        self.count[f"contracts_{how}"] += size
        self.position += size if o.side == BID else -size
        o.size -= size
        if self.fillable(o) == 0:
            o.state = EMPTY

    def walk(self, o, i, ts):
        """Levels an order may take from now, and how much of each."""
        want, plan = self.fillable(o), []
        if not self.queue and want < WALK_FROM:
            best = self.touch(o.side, i)
            enough = self.available(1 - o.side, best, i, ts) >= want
            return [(best, want)] if enough else []
        for level in range(self.levels) if o.side == BID else reversed(range(self.levels)):
            if self.better(o.side, o.level, level):
                size = min(want, self.available(1 - o.side, level, i, ts))
                if size > 0:
                    plan.append((level, size))
                    want -= size
        return plan

    def arrive(self, o, i):
        if o.expire <= o.arrive:
            o.state = EMPTY
            return
        self.count["take_calls"] += 1
        if self.fillable(o) == 0:
            o.state = EMPTY
            return
        touch = self.touch(o.side, i)
        if touch is not None and self.better(o.side, o.level, touch):
            o.crossed = 1
            if self.model == "old":
                size = self.fillable(o)
                self.count["violations"] += size > self.shown(1 - o.side, touch, i)
                self.fill(o, touch, size, o.arrive, i)
            else:
                for level, size in self.walk(o, i, o.arrive):
                    self.takes.append((1 - o.side, level, i, o.arrive, size))
                    self.fill(o, level, size, o.arrive, i)
        if o.state == EMPTY:
            return
        if o.immediate:
            o.state = EMPTY
            return
        o.state, o.rested = RESTING, o.size
        if self.queue:
            o.ahead = self.shown(o.side, o.level, i)

    # messages
    def judge(self, i):
        if self.model == "probabilistic" or not any(o.state == RESTING for o in self.orders):
            return
        self.count["rest_calls"] += 1
        if self.queue:
            self.judge_queue(i)
        else:
            for side in (BID, ASK):
                self.judge_cross(side, i)

    def judge_cross(self, side, i):
        touch, ts = self.touch(side, i), self.rows[i][0]
        for o in self.in_line(side):
            if touch is None or not self.better(side, o.level, touch):
                continue
            if self.fillable(o) == 0:
                o.state = EMPTY
            elif self.model == "old":
                size = self.fillable(o)
                within = [lv for lv in range(self.levels) if self.better(side, o.level, lv)]
                shown = sum(self.shown(1 - side, lv, i) for lv in within)
                self.count["violations"] += size > shown
                self.fill(o, o.level, size, ts, i)
            else:
                plan = self.walk(o, i, ts)
                self.takes += [(1 - side, level, i, ts, size) for level, size in plan]
                if plan:
                    self.fill(o, o.level, sum(size for _, size in plan), ts, i)

    def judge_queue(self, i):
        ts, kind, side, level, size = self.rows[i]
        if kind in (Kind.FILL, Kind.PRINT):
            left = abs(size)
            for o in self.in_line(side):
                if not self.better(side, o.level, level) or left == 0:
                    continue
                reached = left
                if o.level == level:
                    reached = max(0, left - o.ahead)
                    o.ahead = max(0, o.ahead - left)
                if reached and self.fillable(o) == 0:
                    o.state = EMPTY
                elif reached:
                    filled = min(reached, self.fillable(o))
                    left -= filled
                    self.fill(o, o.level, filled, ts, i)
        elif kind == Kind.CANCEL:
            after = self.shown(side, level, i)
            for o in self.in_line(side):
                if o.level == level:
                    before, gone = after - size, -size
                    front = min(o.ahead, before)
                    if self.model == "pro_rata":
                        front -= gone * front // before
                    elif self.model == "optimistic":
                        front -= gone
                    o.ahead = max(0, min(front, after))
        elif kind == Kind.ADD:
            left = size
            for o in self.in_line(1 - side):
                if left == 0 or not self.better(1 - side, o.level, level):
                    continue
                if self.fillable(o) == 0:
                    o.state = EMPTY
                    continue
                filled = min(left, self.fillable(o))
                left -= filled
                self.takes.append((side, level, i, ts, filled))
                self.fill(o, o.level, filled, ts, i)

    def check(self, i, t1, decision):
        for slot, o in enumerate(self.orders):
            if o.state != RESTING:
                continue
            if self.fillable(o) == 0:
                o.state = EMPTY
                continue
            self.count["rest_calls"] += 1
            self.count["checks"] += 1
            ask, bid = self.touch(BID, i), self.touch(ASK, i)
            window = [r for r in self.rows[: i + 1] if t1 - ACTIVITY < r[0]]
            trades = sum(r[1] in (Kind.FILL, Kind.PRINT) for r in window)
            p = self.probability(o, bid, ask, (t1 - o.arrive) / 1e9, trades * 3)
            if self.draws(slot, decision) < p:
                self.count["violations"] += 1
                self.fill(o, o.level, self.fillable(o), t1, i)

    def probability(self, o, bid, ask, waited, rate):
        base, wide, empty = 0.30, 0.0, 0.0
        if bid is not None and ask is not None:
            spread = ask - bid
            gap = ask - o.level if o.side == BID else o.level - bid
            behind = bid - o.level if o.side == BID else o.level - ask
            if gap < 0:
                base = 0.99
            elif gap == 0:
                base = 0.95
            elif gap <= 1 and spread >= 2:
                base = 0.80
            elif gap <= 2 and spread >= 3:
                base = 0.90
            elif behind == 0:
                base = 0.40
            elif behind > 0:
                base = max(0.10, 0.30 - 0.05 * behind)
            else:
                base = 0.40 + 0.40 * -behind / max(spread, 1)
            wide = -0.10 * min((spread - 5) / 10, 1) if spread > 5 else 0.0
        elif bid is None and ask is None:
            empty = -0.30
        time = -0.1 + waited / 100 if waited < 10 else min((waited - 10) / 400, 0.05)
        contracts = o.size / 100
        size = 0.05 if contracts < 10 else 0 if contracts <= 50 else -0.03
        size = -0.10 if contracts > 100 else size
        a = rate / 10 if rate < 5 else 0.5 + (rate - 5) / 30 if rate <= 20 else 1.0
        return min(max(base + time + size + 0.2 * a - 0.1 + wide + empty, 0.01), 0.99)

    # time
    def execute(self, i, last, t1, close, decision):
        while True:
            bound = self.rows[i + 1][0] if i < last else NEVER
            while True:
                due = [(close, 0, 0, None)] if any(o.state for o in self.orders) else []
                for o in self.orders:
                    if o.state == RESTING:
                        due.append((min(o.cancel, o.expire), 1, o.serial, o))
                    elif o.state == SENT:
                        due.append((o.arrive, 2, o.serial, o))
                due = [d for d in due if d[0] <= t1 and d[0] < bound]
                if not due:
                    break
                _, rank, _, o = min(due, key=lambda d: d[:3])
                if rank == 0:
                    for o in self.orders:
                        o.state = EMPTY
                elif rank == 1:
                    o.state = EMPTY
                else:
                    self.arrive(o, i)
            if i == last:
                break
            i += 1
            self.judge(i)
        if self.model == "probabilistic":
            self.check(last, t1, decision)
