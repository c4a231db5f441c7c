"""Price-time-priority matching of individual orders, in many markets at once.

Every change of a level goes through `market.book.apply`; that change, with who caused it, is the
entry the engine logs, so the tape is the book's own history and cannot disagree with it. Kernels
never allocate: `grow` does, between instructions. An instruction that an exchange would refuse
returns a negative outcome and leaves everything as it was.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.exchange.accounts import ACCOUNT, post_fill, settle_accounts
from kalshi_exp.exchange.orders import QUEUE, append, grow_pool, new_pool, unlink
from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import kernel, lean_kernel
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape.session import Kind

GTC, IOC, POST_ONLY, FOK = np.arange(4)

FILLED = -1  # nothing is left to rest
CANCELLED = -2  # the rest was cancelled: immediate-or-cancel, or it met its own owner's order
REFUSED_POST_ONLY = -3  # it would have taken
REFUSED_CLOSED = -4  # the market is closed
REFUSED_INVALID = -5  # no such market, side, level, owner or rule, or a size below one unit
REFUSED_FILL_OR_KILL = -6  # too little is offered within the limit

# A Python integer handed to a kernel compiles it anew for that one value; these do not.
_ADD, _CANCEL, _FILL = np.int64(Kind.ADD), np.int64(Kind.CANCEL), np.int64(Kind.FILL)
_NOBODY = np.int64(-1)

ENTRY = np.dtype(
    [
        ("ts", np.int64),
        ("size", np.int64),  # signed change of the level, 1e-2 contracts
        ("serial", np.int64),  # of the resting order
        ("level", np.int32),
        ("market", np.int32),
        ("owner", np.int32),  # of the resting order
        ("taker", np.int32),  # owner of the order that took it; -1 unless a fill
        ("side", np.int8),
        ("kind", np.int8),
    ],
    align=True,
)
"""One logged message, with who caused it."""

COUNTS = np.dtype(
    [
        ("free", np.int64),  # first free record of the pool; -1 when there is none
        ("live", np.int64),  # resting orders
        ("logged", np.int64),  # entries in the log
        ("serial", np.int64),  # orders taken in so far
        ("instructions", np.int64),  # place, cancel and amend calls
    ],
    align=True,
)
"""The engine's counters."""


class Engine(NamedTuple):
    """Arrays of one matching engine over M markets of n levels and A accounts.

    Attributes:
        prices: int32[n], the ladder all its markets share, 1e-4 dollars.
        orders: RESTING_ORDER[capacity].
        queues: QUEUE[M, 2, n].
        sizes: int64[M, 2, n], as `market.book` keeps them.
        best: int32[M, 2], likewise.
        open: bool[M].
        accounts: ACCOUNT[M, A].
        guarded: bool[A], owners whose orders never trade with one another: the incoming one is
            cancelled where they would meet (Kalshi's `taker_at_cross`). A population of traders
            that shares one account is not guarded.
        fees: FEES[1].
        log: ENTRY[capacity], the first `counts[0].logged` are valid.
        counts: COUNTS[1].
    """

    prices: np.ndarray
    orders: np.ndarray
    queues: np.ndarray
    sizes: np.ndarray
    best: np.ndarray
    open: np.ndarray
    accounts: np.ndarray
    guarded: np.ndarray
    fees: np.ndarray
    log: np.ndarray
    counts: np.ndarray


def new_engine(
    grid: PriceGrid,
    markets: int,
    guarded: np.ndarray,
    fees: np.void,
    orders: int = 256,
    entries: int = 4096,
) -> Engine:
    """An engine with open markets, empty books and accounts of zero.

    Args:
        grid: ladder of every market.
        markets: number of markets.
        guarded: bool[A], see `Engine.guarded`; its length is the number of accounts.
        fees: FEES record of `market.fees.make_fees`.
        orders: records to begin with; `grow` adds more.
        entries: log entries to begin with.
    """
    queues = np.zeros((markets, 2, grid.n), QUEUE)
    queues["head"] = queues["tail"] = -1
    sizes = np.zeros((markets, 2, grid.n), np.int64)
    best = np.zeros((markets, 2), np.int32)
    for market in range(markets):
        clear(sizes[market], best[market])
    schedule = np.zeros(1, fees.dtype)
    schedule[0] = fees
    return Engine(
        prices=grid.prices.astype(np.int32),
        orders=new_pool(orders),
        queues=queues,
        sizes=sizes,
        best=best,
        open=np.ones(markets, np.bool_),
        accounts=np.zeros((markets, len(guarded)), ACCOUNT),
        guarded=np.asarray(guarded, np.bool_),
        fees=schedule,
        log=np.zeros(entries, ENTRY),
        counts=np.zeros(1, COUNTS),
    )


@kernel
def grow(engine, orders, entries):
    """The engine with room for `orders` more resting orders and `entries` more log entries.

    Call it before instructions that may need them: a place rests at most one order and logs at
    most one entry for each resting order and one for itself; a cancel or amend logs one; a close
    logs one for each resting order. Returns the same arrays where they are large enough.
    """
    counts = engine.counts[0]
    pool, log = engine.orders, engine.log
    if pool.size - counts.live < orders:
        first = pool.size
        pool = grow_pool(pool, 2 * first + orders)
        last = pool.size - 1
        pool[last].behind = counts.free
        counts.free = first
    if log.size - counts.logged < entries:
        larger = np.zeros(2 * log.size + entries, log.dtype)
        for i in range(counts.logged):
            larger[i] = log[i]
        log = larger
    return Engine(
        engine.prices, pool, engine.queues, engine.sizes, engine.best, engine.open,
        engine.accounts, engine.guarded, engine.fees, log, engine.counts,
    )  # fmt: skip


@lean_kernel
def _change(engine, slot, delta, kind, taker, now):
    """Change the size of a resting order and of its level, and log it; free it at zero."""
    order = engine.orders[slot]
    counts = engine.counts[0]
    market, side, level = order.market, order.side, order.level
    apply(engine.sizes[market], engine.best[market], side, level, delta)
    order.size += delta
    entry = engine.log[counts.logged]
    entry.ts = now
    entry.size = delta
    entry.serial = order.serial
    entry.level = level
    entry.market = market
    entry.owner = order.owner
    entry.taker = taker
    entry.side = side
    entry.kind = kind
    counts.logged += 1
    if order.size == 0:
        unlink(engine.orders, engine.queues, slot)
        order.behind = counts.free
        counts.free = slot
        counts.live -= 1


@lean_kernel
def _fills_whole(engine, market, owner, side, level, size):
    """Whether an order would fill whole within its level before it met its own owner's order."""
    other = ASK if side == BID else BID
    at = np.int64(engine.best[market, other])
    step = 1 if side == BID else -1
    while 0 <= at < engine.prices.size and (level - at) * step >= 0:
        slot = engine.queues[market, other, at].head
        while slot >= 0:
            order = engine.orders[slot]
            if order.owner == owner and engine.guarded[owner]:
                return False
            size -= order.size
            if size <= 0:
                return True
            slot = order.behind
        at += step
    return False


@lean_kernel
def _match(engine, market, owner, side, level, size, now):
    """Take what the other side offers within the limit. Returns (left, accumulator, met itself)."""
    other = ASK if side == BID else BID
    accumulated = np.int64(0)
    while size > 0:
        at = np.int64(engine.best[market, other])
        if (side == BID and at > level) or (side == ASK and at < level):
            break
        slot = engine.queues[market, other, at].head
        resting = engine.orders[slot]
        maker = resting.owner
        if maker == owner and engine.guarded[owner]:
            return size, accumulated, True
        filled = min(size, resting.size)
        price = np.int64(engine.prices[at])
        resting.fees = post_fill(
            engine.accounts[market, maker], engine.fees[0], resting.fees, other, price, filled, True
        )
        accumulated = post_fill(
            engine.accounts[market, owner], engine.fees[0], accumulated, side, price, filled, False
        )
        _change(engine, slot, -filled, _FILL, owner, now)
        size -= filled
    return size, accumulated, False


@lean_kernel
def crosses(engine, market, side, level):
    """Whether an order there would take at least one resting order."""
    if side == BID:
        return engine.best[market, ASK] <= level
    return engine.best[market, BID] >= level


@lean_kernel
def place(engine, market, owner, side, level, size, rule, now):
    """Take an order in: match it, and let what is left rest or not.

    Args:
        engine: room must have been made by `grow`.
        market: number of the market.
        owner: number of the account.
        side: BID or ASK of the YES book.
        level: ladder index of the limit.
        size: 1e-2 contracts.
        rule: GTC (the rest stays), IOC (the rest is cancelled), POST_ONLY (refused if it would
            take) or FOK (refused unless it fills whole).
        now: exchange time, ns.

    Returns:
        (outcome, filled): the slot in which the rest stands, or a negative code; and the size
        that was taken.
    """
    counts = engine.counts[0]
    counts.instructions += 1
    if (
        market < 0 or market >= engine.open.size or owner < 0 or owner >= engine.guarded.size
        or side < 0 or side > 1 or level < 0 or level >= engine.prices.size
        or size <= 0 or rule < 0 or rule > 3
    ):  # fmt: skip
        return np.int64(REFUSED_INVALID), np.int64(0)
    if not engine.open[market]:
        return np.int64(REFUSED_CLOSED), np.int64(0)
    if rule == POST_ONLY and crosses(engine, market, side, level):
        return np.int64(REFUSED_POST_ONLY), np.int64(0)
    if rule == FOK and not _fills_whole(engine, market, owner, side, level, np.int64(size)):
        return np.int64(REFUSED_FILL_OR_KILL), np.int64(0)
    left, accumulated, itself = _match(engine, market, owner, side, level, np.int64(size), now)
    filled = size - left
    if left == 0:
        return np.int64(FILLED), filled
    if itself or rule in (IOC, FOK):
        return np.int64(CANCELLED), filled
    slot = counts.free
    order = engine.orders[slot]
    counts.free = order.behind
    counts.live += 1
    counts.serial += 1
    order.serial = counts.serial
    order.size = 0
    order.ts = now
    order.fees = accumulated
    order.market = market
    order.owner = owner
    order.level = level
    order.side = side
    append(engine.orders, engine.queues, slot)
    _change(engine, slot, left, _ADD, _NOBODY, now)
    return np.int64(slot), filled


@lean_kernel
def rests(engine, slot, serial):
    """Whether `slot` still holds the order of that serial."""
    if slot < 0 or slot >= engine.orders.size:
        return False
    return engine.orders[slot].size > 0 and engine.orders[slot].serial == serial


@lean_kernel
def cancel(engine, slot, serial, now):
    """Take a resting order back. Returns the size taken back; 0 when it no longer rests."""
    engine.counts[0].instructions += 1
    if not rests(engine, slot, serial):
        return np.int64(0)
    size = engine.orders[slot].size
    _change(engine, slot, -size, _CANCEL, _NOBODY, now)
    return size


@lean_kernel
def amend_down(engine, slot, serial, size, now):
    """Reduce a resting order to `size` in its place. Returns what it gave up; 0: refused.

    Refused when it no longer rests, or when `size` isn't below what is left and above zero.
    """
    engine.counts[0].instructions += 1
    if not rests(engine, slot, serial) or size <= 0 or size >= engine.orders[slot].size:
        return np.int64(0)
    given = engine.orders[slot].size - size
    _change(engine, slot, -given, _CANCEL, _NOBODY, now)
    return given


@lean_kernel
def close(engine, market, now):
    """End trading in a market: every resting order is cancelled, nothing is taken in any more."""
    for side in range(2):
        for level in range(engine.prices.size):
            while engine.queues[market, side, level].head >= 0:
                slot = engine.queues[market, side, level].head
                _change(engine, slot, -engine.orders[slot].size, _CANCEL, _NOBODY, now)
    engine.open[market] = False


@lean_kernel
def settle(engine, market, settlement):
    """Pay every account of a closed market `settlement` (1e-4 dollars) for each YES it holds."""
    settle_accounts(engine.accounts[market], settlement)
