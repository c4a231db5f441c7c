"""The fill models in plain Python, slow and obvious: what the kernels must equal."""

from __future__ import annotations

import math
from types import SimpleNamespace

from kalshi_exp.config.fill import OldFill, ProbabilisticFill, QueueFill
from kalshi_exp.fills.spec import COUNTERS
from kalshi_exp.market.draws import CHECK_PICK_OFF, CHECK_QUEUE, uniform
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

    def __init__(self, config, rows, fees, draws, levels=LEVELS, luck=(0, 0, 0)):
        self.config, self.rows, self.fees, self.draws = config, rows, fees, draws
        self.levels = levels
        self.luck = luck  # seed, key of the session, ordinal of the market
        self.old = isinstance(config, OldFill)
        self.drawn = isinstance(config, ProbabilisticFill)
        self.queue = isinstance(config, QueueFill)
        self.pick_off = config.pick_off_s * SECOND if self.queue else 0
        self.holes = {}  # (side, level): what is missing of it, as of when; queue with recovery_s
        self.pushes = []  # (side, ts, size, cents)
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

    def take(self, side, level, i, ts, size):
        """Note that we took from a level that was looked at right before."""
        self.takes.append((side, level, i, ts, size))
        missing = self.holes.get((side, level), (0,))[0]
        self.holes[side, level] = (missing + size, i, ts)

    def faded(self, side, level, i, ts):
        """What is missing once some of it came back, exponentially and as the tape shows."""
        missing, seen, since = self.holes.get((side, level), (0, i, ts))
        mean = round(self.config.recovery_s * SECOND)
        for j in range(seen + 1, i + 1):
            at, kind, *where, _ = self.rows[j]
            if kind <= Kind.SNAPSHOT and where == [side, level]:
                missing = min(missing * math.exp((since - at) / mean), self.shown(side, level, j))
                since = at
        missing = int(missing * math.exp((since - ts) / mean))
        self.holes[side, level] = (missing, i, ts)
        return missing

    def consumed(self, side, level, i, ts):
        takes = [t for t in self.takes if t[:2] == (side, level)]
        gone, last = 0, None
        if self.queue and self.config.recovery_s:
            return self.faded(side, level, i, ts)
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
        if self.shown(side, level, i) <= 0:
            return 0
        return max(self.shown(side, level, i) - self.consumed(side, level, i, ts), 0)

    # what our takes did to prices, in cents
    def pushed(self, side, ts):
        life = self.config.impact.half_life_s * SECOND
        return sum(
            cents * 2.0 ** ((at - ts) / life)
            for own, at, _, cents in self.pushes if own == side
        )  # fmt: skip

    def half_wider(self, ts):
        impact = self.config.impact
        wide = [at for _, at, size, _ in self.pushes if size >= 2000]
        within = wide and ts < wide[-1] + round(impact.widen_s * SECOND)
        return impact.widen_cents / 2 if within else 0.0

    def off(self, side, level, cents):
        """Levels of a cent by which a price moves against a side, to the nearest; signed."""
        step = 1 if side == BID else -1
        room = self.levels - 1 - level if side == BID else level
        return step * min(math.floor(cents + 0.5), max(room, 0))

    def push(self, side, touch, size, ts, i):
        step, impact = 1 if side == BID else -1, self.config.impact
        depth = sum(self.shown(1 - side, touch + step * k, i) for k in range(5))
        cents = impact.small if size < 2000 else impact.medium if size < 10_000 else impact.large
        share = size / max(depth, size)
        self.pushes.append((side, ts, size, cents * share**impact.exponent))

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

    def walk(self, o, i, ts, off):
        """Levels an order may take from now, and how much of each; prices are `off` from them."""
        want, plan = self.fillable(o), []
        if not self.queue and want < WALK_FROM:
            best = self.touch(o.side, i)
            enough = self.available(1 - o.side, best, i, ts) >= want
            return [(best, want)] if enough else []
        for level in range(self.levels) if o.side == BID else reversed(range(self.levels)):
            if want and self.better(o.side, o.level, level + off):
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
        touch, off = self.touch(o.side, i), 0
        if touch is not None:
            cents = self.pushed(o.side, o.arrive) + self.half_wider(o.arrive)
            off = self.off(o.side, touch, cents)
        if touch is not None and self.better(o.side, o.level, touch + off):
            o.crossed, before = 1, o.size
            if self.old:
                size = self.fillable(o)
                self.count["violations"] += size > self.shown(1 - o.side, touch, i)
                self.fill(o, touch + off, size, o.arrive, i)
            else:
                for level, size in self.walk(o, i, o.arrive, off):
                    self.take(1 - o.side, level, i, o.arrive, size)
                    self.fill(o, level + off, size, o.arrive, i)
            if o.size < before:
                self.push(o.side, touch, before - o.size, o.arrive, i)
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
        if self.drawn or not any(o.state == RESTING for o in self.orders):
            return
        self.count["rest_calls"] += 1
        if self.queue:
            self.judge_queue(i)
        else:
            for side in (BID, ASK):
                self.judge_cross(side, i)

    def judge_cross(self, side, i):
        touch, ts = self.touch(side, i), self.rows[i][0]
        off = 0 if touch is None else self.off(side, touch, self.pushed(side, ts))
        for o in self.in_line(side):
            if touch is None or not self.better(side, o.level, touch + off):
                continue
            if self.fillable(o) == 0:
                o.state = EMPTY
            elif self.old:
                size = self.fillable(o)
                within = [lv for lv in range(self.levels) if self.better(side, o.level, lv)]
                shown = sum(self.shown(1 - side, lv, i) for lv in within)
                self.count["violations"] += size > shown
                self.fill(o, o.level, size, ts, i)
            else:
                plan = self.walk(o, i, ts, off)
                for level, size in plan:
                    self.take(1 - side, level, i, ts, size)
                if plan:
                    self.fill(o, o.level, sum(size for _, size in plan), ts, i)

    def judge_queue(self, i):
        ts, kind, side, level, size = self.rows[i]
        if 0 < self.pick_off < math.inf:
            for own in (BID, ASK):
                self.pick(own, i, ts)
        if kind in (Kind.FILL, Kind.PRINT):
            left, off = abs(size), self.off(side, level, self.pushed(side, ts))
            for o in self.in_line(side):
                if not self.better(side, o.level, level) or left == 0:
                    continue
                reached = left
                if o.level == level:
                    reached = max(0, left - o.ahead)
                    o.ahead = max(0, o.ahead - left)
                if not self.better(side, o.level, level + off):
                    continue
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
                    front -= self.gone_in_front(front, before - front, gone, i)
                    o.ahead = max(0, min(front, after))
        elif kind == Kind.ADD and self.pick_off == 0:
            self.meet(1 - side, level, size, ts, i)
        elif kind == Kind.ADD and self.pick_off < math.inf:
            for o in self.in_line(1 - side):
                if o.met == NEVER and self.better(1 - side, o.level, level):
                    chance = -math.log1p(-uniform(*self.luck, i, CHECK_PICK_OFF))
                    o.met = ts + int(self.pick_off * (chance if self.config.drawn else 1.0))

    def gone_in_front(self, front, behind, gone, i):
        """How much of what left a level stood in front of us, if there is enough behind."""
        position, n = self.config.position.value, self.config.exponent
        if self.queue and self.config.drawn and (gone <= front or gone <= behind):
            if gone > min(front, behind):
                return gone if gone <= front else 0
            power, log = position == "power", position == "log"
            a, b = (
                (x / 100) ** n if power else math.log1p(x / 100) if log else x
                for x in (front, behind)
            )
            return gone if uniform(*self.luck, i, CHECK_QUEUE) < a / (a + b) else 0
        if position == "pessimistic" or front == 0:
            return 0
        if position == "optimistic":
            return gone
        if position == "pro_rata":
            return gone * front // (front + behind)
        power = position == "power"
        a, b = ((x / 100) ** n if power else math.log1p(x / 100) for x in (front, behind))
        return int(gone * (a / (a + b)))

    def pick(self, side, i, ts):
        """Whoever stands there for long enough has drawn somebody who hits us."""
        touch = self.touch(side, i)
        crossed = [o for o in self.in_line(side) if o.met != NEVER]
        for o in crossed:
            if touch is None or not self.better(side, o.level, touch):
                o.met = NEVER
        if any(o.met != NEVER and ts >= o.met for o in crossed):
            self.meet(side, touch, math.inf, ts, i)

    def meet(self, side, level, size, ts, i):
        """Our orders of a side and the liquidity at a level of the other side."""
        if not any(self.better(side, o.level, level) for o in self.in_line(side)):
            return  # a look would round down what is missing
        left = min(size, self.available(1 - side, level, i, ts))
        off = self.off(side, level, self.pushed(side, ts))
        for o in self.in_line(side):
            if left == 0 or not self.better(side, o.level, level + off):
                continue
            if self.fillable(o) == 0:
                o.state = EMPTY
                continue
            filled = min(left, self.fillable(o))
            left -= filled
            self.take(1 - side, level, i, ts, filled)
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
            ways = [0.0]  # as far away as our takes have moved prices, and every cent before
            away = int(self.pushed(o.side, t1) * 100)
            ways += [(away - 100 * k) / 100 for k in range(-(-away // 100))]
            waited = (t1 - o.arrive) / 1e9
            p = min(self.probability(o, way, bid, ask, waited, trades * 3) for way in ways)
            if self.draws(slot, decision) < p:
                self.count["violations"] += 1
                self.fill(o, o.level, self.fillable(o), t1, i)

    def probability(self, o, away, bid, ask, waited, rate):
        base, wide, empty = 0.30, 0.0, 0.0
        level = o.level - away if o.side == BID else o.level + away
        if bid is not None and ask is not None:
            spread = ask - bid
            gap = ask - level if o.side == BID else level - bid
            behind = bid - level if o.side == BID else level - ask
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
        if self.drawn:
            self.check(last, t1, decision)
