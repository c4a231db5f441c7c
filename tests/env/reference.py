"""The tape world in plain Python, slow and obvious: what the batched kernel must equal.

One episode at a time, integers and dicts; it reads a session's messages and nothing of the
kernels' arrays. How orders fill is the reference of the fill models.
"""

from __future__ import annotations

from types import SimpleNamespace

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.world import Clock
from kalshi_exp.env import ACTIONS
from kalshi_exp.fills.spec import COUNTERS
from kalshi_exp.market.draws import (
    CHECK_DECIDE,
    CHECK_FILL,
    CHECK_LATENCY,
    CHECK_START,
    integer,
    mix,
    uniform,
)
from kalshi_exp.market.fees import CENT_CEILING, make_fees
from kalshi_exp.market.latency import delay_ns, make_latency
from kalshi_exp.market.orders import EMPTY, SENT, Direction
from kalshi_exp.market.units import ASK, BID, NEVER, PRICE_ONE, SECOND, SIZE_ONE
from kalshi_exp.tape.session import Kind
from tests.fills.reference import Reference

CENT = 10_000  # money
NEW_ORDER = dict(
    state=SENT, immediate=0, crossed=0, rested=0, cancel=NEVER, met=NEVER, ahead=0, fees=0,
    hazard=0.0, rate=0.0, since=0,
)  # fmt: skip
NOTHING, PLACE, CALL_BACK = range(3)  # what a row may ask for on a side of the book


class Fills(Reference):
    """The reference of the fill models, spared the long way to a certain zero."""

    def available(self, side, level, i, ts):
        return super().available(side, level, i, ts) if self.shown(side, level, i) > 0 else 0

    def consumed(self, side, level, i, ts):
        if not any(take[:2] == (side, level) for take in self.takes):
            return 0
        return super().consumed(side, level, i, ts)


def ceil_fee(fees, price, size):
    """The dearer of the taker's and maker's fee, rounded up to 1e-6 dollars."""
    rate = max(int(fees["taker_rate"]), int(fees["maker_rate"])) * int(fees["multiplier"])
    return -(-rate * size * price * (PRICE_ONE - price) // 10**16)


def allowance(fees, size):
    """What rounding may cost: a unit of precision a contract and two more, or one cent."""
    fills = 2 + (size - 1) // SIZE_ONE
    if fees["rounding"] == CENT_CEILING:
        return CENT + fills
    return (int(fees["precision"]) + 1) * fills


def reservation(orders, position, prices, fees):
    """What live orders can still cost once they have netted what is held."""
    total = 0
    for side, held in ((BID, -position), (ASK, position)):
        live = [o for o in orders if o.state != EMPTY and o.side == side]
        adding = sorted((o for o in live if not o.reduce), key=lambda o: o.serial)
        selling = [o for o in live if o.reduce]
        if fees["rounding"] == CENT_CEILING:
            total += sum(allowance(fees, o.size) - -o.fees % CENT for o in selling)
        closing = max(held - sum(o.size for o in selling), 0)
        exposed = max(sum(o.size for o in adding) - closing, 0)
        for o in adding:
            price = prices[o.level]
            closed = min(o.size, closing)
            closing -= closed
            total += (o.size - closed) * (price if side == BID else PRICE_ONE - price)
            opening = min(o.size, exposed)
            if opening > 0:
                total += ceil_fee(fees, price, opening)
            if fees["rounding"] == CENT_CEILING:
                total += allowance(fees, o.size) - -o.fees % CENT
            elif opening > 0:
                total += allowance(fees, min(o.size, opening + SIZE_ONE))
    return total


class Market:
    """One market and our row in it."""

    def __init__(self, world, tape, key, ordinal):
        self.world, self.tape = world, tape
        self.prices = tape.ladder.prices.tolist()
        rows = [(m[0], m[4], m[3], m[2], m[1]) for m in tape.messages.tolist()]
        self.key, self.ordinal = key, ordinal
        fill = world.fill
        self.fills = Fills(fill, rows, make_fees(fill.fees), self.draw, len(self.prices))
        self.position = self.flow = self.cost = self.realized = self.paid_fees = 0
        self.reserved = self.pnl = self.serial = self.settled = 0
        self.last_fill = self.opened = -1

    def draw(self, slot, decision):
        return uniform(self.world.luck, self.key, self.ordinal, decision, CHECK_FILL + slot)

    # the tape
    def last_message(self, ts):
        """Number of the last message with a time up to `ts`; -1 for none."""
        return sum(row[0] <= ts for row in self.fills.rows) - 1

    def best(self, side, i):
        """Level of the side's touch after message i; None when the side is empty."""
        return self.fills.touch(1 - side, i)

    def marks(self, i):
        """Prices one would exit at: the touch, or the last one that outlived its instant."""
        rows, found = self.fills.rows, []
        for side, price in ((BID, 0), (ASK, PRICE_ONE)):
            for j in range(i, -1, -1):
                ends = j == i or rows[j + 1][0] > rows[j][0]
                if ends and self.best(side, j) is not None:
                    price = self.prices[self.best(side, j)]
                    break
            found.append(price)
        return found

    # the ladder
    def priced(self, now):
        """The levels of the grid in force."""
        epoch = max([e for e, ts in enumerate(self.tape.epoch_ts) if ts <= now], default=0)
        return [lv for lv in range(len(self.prices)) if self.tape.valid[epoch][lv]]

    def next_level(self, level, step, now):
        """The next level of the grid in force, or the level itself at the ladder's end."""
        there = self.priced(now)
        beyond = [lv for lv in there if (lv - level) * step > 0]
        return (min(beyond) if step > 0 else max(beyond)) if beyond else level

    def limit(self, side, size, i, now):
        """Level of an order's limit on a two-sided book."""
        own, other = self.best(side, i), self.best(1 - side, i)
        step = 1 if side == BID else -1
        if self.world.placement == Placement.join:
            return own
        if self.world.placement == Placement.improve:
            inside = self.next_level(own, step, now)
            return inside if self.best(BID, i) < inside < self.best(ASK, i) else own
        if size < 20 * SIZE_ONE:
            return other
        book = self.fills.books[i]
        shown = [lv for (s, lv), held in book.items() if s != side and held > 0]
        deep = sorted(shown, reverse=side == ASK)[:3]
        return self.next_level(deep[-1], step, now)

    # the account's part
    def reserve(self, extra=()):
        orders = [*self.fills.orders, *extra]
        return reservation(orders, self.position, self.prices, self.fills.fees)

    def value(self, bid, ask):
        return self.position * bid if self.position >= 0 else -self.position * (PRICE_ONE - ask)

    def book(self, fill):
        """One fill, as the tuple the fill reference keeps: average cost, rounded down."""
        ts, _, _, size, flow, fee, price, _, _, _, side, _, _ = fill
        paid = price if side == BID else PRICE_ONE - price
        held = -self.position if side == BID else self.position
        closing = min(size, max(held, 0))
        if closing:
            share = self.cost * closing // held
            self.cost -= share
            self.realized += closing * (PRICE_ONE - paid) - share
        self.cost += (size - closing) * paid
        self.realized -= fee
        self.paid_fees += fee
        self.flow += flow - fee
        before, self.position = self.position, self.position + (size if side == BID else -size)
        if self.position == 0:
            self.opened = -1
        elif before * self.position <= 0:
            self.opened = ts
        self.last_fill = ts
        self.world.cash += flow - fee
        self.world.turnover += (size - closing) * paid + closing * (PRICE_ONE - paid)


class ReferenceWorld:
    """One environment of the tape world.

    After `begin` and `step`, `markets`, `masks`, `levels`, `news`, `facts` and `new_fills` (pairs
    of market number and fill) say what the batched world must say of the same environment.
    """

    def __init__(self, sessions, config, fill, placement, *, environment, seed, whole):
        self.sessions, self.config, self.fill = sessions, config, fill
        self.placement, self.environment, self.seed, self.whole = (
            placement,
            environment,
            seed,
            whole,
        )
        self.latency = make_latency(fill.latency)
        self.limit = config.position_limit * SIZE_ONE
        self.ttl = round(config.order_ttl * SECOND)
        self.count = 0
        self.refused = self.turnover = self.drawdown = 0
        self.called = 0  # orders cancelled because rounding ate their cash
        self.counters = dict.fromkeys(COUNTERS.names, 0)

    def begin(self, number):
        session = self.sessions[number]
        self.count += 1
        self.markets = [
            Market(self, tape, session.key, ordinal) for ordinal, tape in enumerate(session.markets)
        ]
        self.times = self.decision_times()
        last = len(self.times) - 1
        self.start, self.stop, self.luck = 0, last, self.seed
        if not self.whole:
            horizon = self.config.horizon
            if self.config.random_start:
                place = (number, self.environment, self.count, CHECK_START)
                self.start = int(integer(self.seed, *place, max(last - horizon, 0) + 1))
            self.stop = min(last, self.start + horizon)
            luck = mix(self.seed, self.environment, self.count, 0, CHECK_START)
            self.luck = int(luck) >> 1
        for market in self.markets:
            market.fills.luck = (self.luck, market.key, market.ordinal)
        self.tick = self.start
        self.cash = self.initial = self.equity = self.peak = round(self.config.cash * 1_000_000)
        self.drawdown = self.turnover = self.refused = 0
        self.done = self.terminated = self.truncated = False
        self.look()

    def decision_times(self):
        decision, two_sided = self.config.decision, []
        for market in self.markets:
            rows = market.fills.rows
            both = [
                row[0]
                for i, row in enumerate(rows)
                if market.best(BID, i) is not None and market.best(ASK, i) is not None
            ]
            two_sided += both[:1]
        start, end = min(two_sided), max(market.tape.close_ts for market in self.markets)
        if decision.unit is Clock.seconds:
            return list(range(start, end, round(decision.every * SECOND)))
        rows = [row for market in self.markets for row in market.fills.rows]
        merged = sorted(row[0] for row in rows if row[1] != Kind.GAP)
        seen = sum(ts <= start for ts in merged)
        return sorted({ts for ts in merged[seen - 1 :: int(decision.every)] if ts < end})

    @property
    def now(self):
        return self.times[self.tick]

    @property
    def free(self):
        return self.cash - sum(market.reserved for market in self.markets)

    def look(self):
        """Masks, limit levels and news of the decision at hand."""
        before = self.times[self.tick - 1] if self.tick else -1
        self.masks, self.levels, self.news = [], [], []
        for market in self.markets:
            spoke = any(before < row[0] <= self.now for row in market.fills.rows)
            self.news.append(spoke and not self.done)
            self.masks.append([True] + [False] * 20)
            self.levels.append({})
            i = market.last_message(self.now)
            one_sided = market.best(BID, i) is None or market.best(ASK, i) is None
            closed = self.now >= market.tape.close_ts or market.settled
            slots = sum(o.state == EMPTY for o in market.fills.orders)
            if not self.news[-1] or one_sided or closed or not slots:
                continue
            for side in (BID, ASK):
                for size in (5 * SIZE_ONE, 100 * SIZE_ONE):
                    self.levels[-1][side, size] = market.limit(side, size, i, self.now)
            for number, action in enumerate(ACTIONS[1:], 1):
                self.masks[-1][number] = self.legal(market, action, i)

    def legal(self, market, action, i):
        side, size = action.intent(5_000).book_side, action.contracts * SIZE_ONE
        signed = market.position if side == BID else -market.position
        if action.direction == Direction.SELL:
            smaller = [a.contracts for a in ACTIONS if 0 < a.contracts < action.contracts]
            return -signed > max(smaller, default=0) * SIZE_ONE
        coming = sum(
            o.size
            for o in market.fills.orders
            if o.state != EMPTY and o.side == side and not o.reduce
        )
        if signed + coming + size > self.limit:
            return False
        return self.pays(market, side, size, market.limit(side, size, i, self.now))

    def pays(self, market, side, size, level):
        new = SimpleNamespace(**NEW_ORDER, side=side, reduce=0, level=level, size=size,
                              serial=market.serial + 1)  # fmt: skip
        return market.reserve([new]) - market.reserved <= self.free

    def step(self, actions):
        """Carry out one action a market and go to the next decision."""
        for turn in range(len(self.markets)):
            place = (turn + self.tick) % len(self.markets)
            self.carry_out(self.markets[place], self.masks[place], int(actions[place]))
        self.pass_time()

    def ask(self, intents):
        """Carry out intents, (asked, reduce, immediate, level, size) by market and side."""
        for turn in range(len(self.markets)):
            place = (turn + self.tick) % len(self.markets)
            for side in (BID, ASK):
                self.carry_out_intent(
                    self.markets[place], bool(self.levels[place]), side, *intents[place][side]
                )
        self.pass_time()

    def pass_time(self):
        after = self.times[self.tick + 1]
        ending = self.tick + 2 == len(self.times)
        self.facts, self.new_fills = [], []
        for number, market in enumerate(self.markets):
            self.play(number, market, after, ending)
        self.margin_call()
        self.equity = self.initial + sum(market.pnl for market in self.markets)
        self.peak = max(self.peak, self.equity)
        self.drawdown = max(self.drawdown, self.peak - self.equity)
        for facts in self.facts:
            facts["equity"] = self.equity * (1.0 / 1_000_000)
        self.tick += 1
        if self.tick >= self.stop:
            self.done = True
            self.terminated = all(market.settled for market in self.markets)
            self.truncated = not self.terminated
        self.look()

    def carry_out(self, market, mask, number):
        if number == 0:
            return
        if not mask[number]:
            self.refused += 1
            return
        action, i = ACTIONS[number], market.last_message(self.now)
        side, size = action.intent(5_000).book_side, action.contracts * SIZE_ONE
        reduce = int(action.direction == Direction.SELL)
        if reduce:
            size = min(size, abs(market.position))
        elif not self.pays(market, side, size, market.limit(side, size, i, self.now)):
            self.refused += 1
            return
        self.send(market, side, market.limit(side, size, i, self.now), size, reduce, 0, number)

    def carry_out_intent(self, market, may, side, asked, reduce, immediate, level, size):
        if asked == CALL_BACK:
            self.call_back(market, side)
        if asked != PLACE:
            return
        signed = market.position if side == BID else -market.position
        orders = market.fills.orders
        good = may and level in market.priced(self.now) and any(o.state == EMPTY for o in orders)
        size = max(min(size, -signed), 0) if reduce else size
        if good and size > 0 and not reduce:
            good = signed + size <= self.limit - sum(
                o.size for o in orders if o.state != EMPTY and o.side == side and not o.reduce
            ) and self.pays(market, side, size, level)
        if good and size > 0:
            self.send(market, side, level, size, reduce, immediate, -1)
        else:
            self.refused += 1

    def delays(self, market, side):
        """From now to the arrival of an order, and of a cancel, which meet the same luck."""

        def drawn(delay, check):
            place = (market.key, market.ordinal, self.tick, check)
            return int(delay_ns(delay, uniform(self.luck, *place)))

        thought = drawn(self.latency["decision"], CHECK_DECIDE)
        order = drawn(self.latency["order"], CHECK_LATENCY + side)
        return thought + order, thought + drawn(self.latency["cancel"], CHECK_LATENCY + side)

    def call_back(self, market, side):
        for o in market.fills.orders:
            if o.state != EMPTY and o.side == side:
                o.cancel = min(o.cancel, max(self.now + self.delays(market, side)[1], o.arrive))

    def send(self, market, side, level, size, reduce, immediate, action):
        """An order replaces only the one on its own side; a smaller one at its price shrinks it."""
        expire = self.now + self.ttl
        orders = market.fills.orders
        for o in orders:
            if o.state == EMPTY or o.side != side or o.cancel != NEVER or immediate:
                continue
            if (o.level, o.reduce, o.immediate) == (level, reduce, 0) and size <= o.size:
                o.size, o.action, o.expire = size, action, expire
                market.reserved = market.reserve()
                return
        self.call_back(market, side)
        market.serial += 1
        slot = [o.state for o in orders].index(EMPTY)
        orders[slot] = SimpleNamespace(
            **NEW_ORDER | {"immediate": immediate}, side=side, reduce=reduce, level=level,
            action=action, size=size, placed=size, sent=self.now,
            arrive=self.now + self.delays(market, side)[0], expire=expire, serial=market.serial,
            counted=False,
        )  # fmt: skip
        market.reserved = market.reserve()

    def play(self, number, market, after, ending):
        """Time passes for one market."""
        tape, fills = market.tape, market.fills
        until = max(after, tape.close_ts) if ending else after
        last = len(fills.rows) - 1 if ending else market.last_message(after)
        known, counted = len(fills.fills), dict(fills.count)
        every = list(fills.orders)
        if any(o.state != EMPTY for o in every):
            fills.execute(market.last_message(self.now), last, until, tape.close_ts, self.tick)
        for name in self.counters:
            self.counters[name] += fills.count[name] - counted[name]
        facts = dict.fromkeys(
            ("fees", "passive", "aggressive", "passive_placed", "aggressive_placed"), 0.0
        )
        for o in every:
            if hasattr(o, "counted") and not o.counted and o.arrive <= until:
                o.counted = True
                facts["aggressive_placed"] += o.crossed * o.placed * (1.0 / SIZE_ONE)
                facts["passive_placed"] += o.rested * (1.0 / SIZE_ONE)
        for fill in fills.fills[known:]:
            self.new_fills.append((number, fill))
            market.book(fill)
            facts["fees"] += fill[5] * (1.0 / 1_000_000)
            facts["passive" if fill[11] else "aggressive"] += fill[3] * (1.0 / SIZE_ONE)
        if until >= tape.close_ts and not market.settled and tape.settlement >= 0:
            self.settle(market)
        market.reserved = market.reserve()
        before = market.pnl
        bid, ask = market.marks(market.last_message(after))
        wider = int(fills.half_wider(until) * PRICE_ONE / 100)
        market.pnl = market.flow + market.value(max(bid - wider, 0), min(ask + wider, PRICE_ONE))
        facts["pnl"] = (market.pnl - before) * (1.0 / 1_000_000)
        facts["position"] = market.position * (1.0 / SIZE_ONE)
        facts["total_pnl"] = market.pnl * (1.0 / 1_000_000)
        self.facts.append(facts)

    def settle(self, market):
        paid = market.value(market.tape.settlement, market.tape.settlement)
        market.realized += paid - market.cost
        market.flow += paid
        self.cash += paid
        market.position = market.fills.position = market.cost = 0
        market.opened, market.settled = -1, 1

    def margin_call(self):
        """Cancel the youngest order while rounding left less cash than is reserved."""
        while self.free < 0:
            live = [
                (o.sent, -m, -slot)
                for m, market in enumerate(self.markets)
                for slot, o in enumerate(market.fills.orders)
                if o.state != EMPTY
            ]
            if not live:
                return
            _, m, slot = max(live)
            self.markets[-m].fills.orders[-slot].state = EMPTY
            self.markets[-m].reserved = self.markets[-m].reserve()
            self.called += 1
