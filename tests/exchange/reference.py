"""A matching engine one can see through: one list of orders, scanned for each question."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

GTC, IOC, POST_ONLY, FOK = 0, 1, 2, 3
BID = 0


@dataclass
class Order:
    market: int
    owner: int
    side: int
    level: int
    size: int
    serial: int
    fees: int = 0


@dataclass
class Money:
    position: int = 0
    cash: int = 0
    fees: int = 0
    made: int = 0
    taken: int = 0


@dataclass
class ReferenceEngine:
    """The same instructions as `kalshi_exp.exchange.engine`, with serials in place of slots."""

    prices: list[int]
    guarded: list[bool]
    orders: list[Order] = field(default_factory=list)
    log: list[tuple[int, int, int, int, int, int, int, int, int]] = field(default_factory=list)
    accounts: dict[tuple[int, int], Money] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    serials: int = 0

    def account(self, market: int, owner: int) -> Money:
        return self.accounts.setdefault((market, owner), Money())

    def opposite(self, market: int, side: int, level: int) -> list[Order]:
        """Orders that one at this side and level could take, in priority."""
        there = [
            o
            for o in self.orders
            if o.market == market
            and o.side != side
            and (o.level <= level if side == BID else o.level >= level)
        ]
        return sorted(there, key=lambda o: (o.level if side == BID else -o.level, o.serial))

    def place(self, market, owner, side, level, size, rule, now):
        """(code or serial, filled)."""
        if size <= 0 or not 0 <= level < len(self.prices):
            return -5, 0
        if market in self.closed:
            return -4, 0
        facing = self.opposite(market, side, level)
        if rule == POST_ONLY and facing:
            return -3, 0
        if rule == FOK:
            reach = 0
            for order in facing:
                if order.owner == owner and self.guarded[owner]:
                    break
                reach += order.size
            if reach < size:
                return -6, 0
        left, fees, met = size, 0, False
        for order in facing:
            if left == 0:
                break
            if order.owner == owner and self.guarded[owner]:
                met = True
                break
            filled = min(left, order.size)
            price = self.prices[order.level]
            order.fees = self.pay(market, order.owner, order.side, price, filled, order.fees, True)
            fees = self.pay(market, owner, side, price, filled, fees, False)
            self.change(order, -filled, 2, owner, now)
            left -= filled
        if left == 0:
            return -1, size
        if met or rule in (IOC, FOK):
            return -2, size - left
        self.serials += 1
        order = Order(market, owner, side, level, 0, self.serials, fees)
        self.orders.append(order)
        self.change(order, left, 0, -1, now)
        return order.serial, size - left

    def pay(self, market, owner, side, price, size, overpaid, passive):
        """Kalshi's fee (taker 7 %, maker none) to a millionth, the balance kept in whole cents."""
        flow = -price * size if side == BID else price * size
        exact = Fraction(0 if passive else 7, 100) * Fraction(size, 100)
        exact *= Fraction(price, 10_000) * (1 - Fraction(price, 10_000))
        trade = ceil(exact * 1_000_000)
        balance = floor(Fraction(flow - trade, 10_000)) * 10_000
        rounding = flow - trade - balance
        overpaid += rounding
        back = min(overpaid, trade + rounding) // 10_000 * 10_000
        account = self.account(market, owner)
        fee = trade + rounding - back
        account.position += size if side == BID else -size
        account.cash += flow - fee
        account.fees += fee
        if passive:
            account.made += size
        else:
            account.taken += size
        return overpaid - back

    def change(self, order, delta, kind, taker, now):
        order.size += delta
        self.log.append(
            (
                now, delta, order.serial, order.level, order.market, order.owner, taker,
                order.side, kind,
            )
        )  # fmt: skip
        if order.size == 0:
            self.orders.remove(order)

    def find(self, serial):
        return next((o for o in self.orders if o.serial == serial), None)

    def cancel(self, serial, now):
        order = self.find(serial)
        if order is None:
            return 0
        size = order.size
        self.change(order, -size, 1, -1, now)
        return size

    def amend_down(self, serial, size, now):
        order = self.find(serial)
        if order is None or size <= 0 or size >= order.size:
            return 0
        given = order.size - size
        self.change(order, -given, 1, -1, now)
        return given

    def close(self, market, now):
        there = [o for o in self.orders if o.market == market]
        for order in sorted(there, key=lambda o: (o.side, o.level, o.serial)):
            self.change(order, -order.size, 1, -1, now)
        self.closed.add(market)

    def level_size(self, market, side, level):
        return sum(
            o.size for o in self.orders if (o.market, o.side, o.level) == (market, side, level)
        )
