"""Simple strategies played inside the engine: none of them may earn anything on `plain`.

A probe decides at a fixed interval with no latency at all, pays Kalshi's quadratic fees, and may
hold any position to settlement. `python -m tests.exchange.probes` prints the whole table.
"""

from __future__ import annotations

import argparse

import numpy as np

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.engine import GTC, IOC, cancel, close, rests, settle
from kalshi_exp.exchange.exchange import advance, new_exchange, submit
from kalshi_exp.exchange.owners import AGENT
from kalshi_exp.exchange.simulate import session_start
from kalshi_exp.exchange.traders.informed import believed
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID, SECOND

# Name -> (rule of `_wants`, decisions a second).
PROBES = {
    "join, again each second": (0, 1),
    "join, keeping the place": (1, 1),
    "join, every 100 ms": (1, 10),
    "join, 100 contracts": (2, 1),
    "join the heavy side": (3, 1),
    "join the heavy side, every 100 ms": (3, 10),
    "join the light side": (4, 1),
    "join a short queue": (25, 1),
    "join a short queue, every 100 ms": (25, 10),
    "join two ticks behind and wait": (26, 1),
    "join two ticks behind and wait, every 100 ms": (26, 10),
    "join with the last print": (16, 1),
    "join against the last print": (17, 1),
    "join, touch at 10-25 or 75-90 cents": (20, 1),
    "join, touch under 10 or over 90 cents": (19, 1),
    "join, touch under 4 or over 96 cents": (24, 1),
    "sell the longshot at the touch": (22, 1),
    "buy the longshot at the touch": (23, 1),
    "improve by a tick": (5, 1),
    "improve by a tick, every 100 ms": (5, 10),
    "improve spreads of 3+": (6, 1),
    "improve the heavy side": (18, 1),
    "improve, under 10 or over 90 cents": (21, 1),
    "take with imbalance": (7, 1),
    "take against imbalance": (8, 1),
    "take with 10 s momentum": (9, 1),
    "take against 10 s momentum": (10, 1),
    "take with 1 s momentum": (11, 1),
    "take with the last print": (12, 1),
    "take with the last print, every 100 ms": (12, 10),
    "take with a large print": (13, 1),
    "take with a large print, every 100 ms": (13, 10),
    "take the thin touch": (14, 1),
    "take at random": (15, 1),
}

_MARKET, _AGENT = np.int64(0), np.int64(AGENT)

OUTCOME = np.dtype(
    [
        ("settled", np.float64),  # P&L after fees to settlement, dollars
        ("marked", np.float64),  # of its fills against the mid 60 s later, after fees, dollars
        ("true", np.float64),  # of its fills against the true probability then, after fees
        ("filled", np.float64),  # contracts
        ("fees", np.float64),  # dollars
    ]
)


@kernel
def _wants(rule, bid, ask, sizes, mid, mid_1, mid_10, print_sign, print_size, coin):
    """(resting side bits, inside, taking side or -1): bit 1 rests a bid, bit 2 an ask."""
    offered = float(sizes[BID, bid] + sizes[ASK, ask])
    imbalance = (sizes[BID, bid] - sizes[ASK, ask]) / offered
    heavy = 1 if imbalance > 0.3 else 2 if imbalance < -0.3 else 0
    wide = ask - bid
    if rule <= 2 or rule == 26:
        return 3, False, -1
    if rule == 25:
        return (sizes[BID, bid] < 3_000) + 2 * (sizes[ASK, ask] < 3_000), False, -1
    if rule == 3:
        return heavy, False, -1
    if rule == 4:
        return (0 if heavy == 0 else 3 - heavy), False, -1
    if rule == 5:
        return 3, True, -1
    if rule == 6:
        return (3 if wide >= 3 else 0), True, -1
    if rule == 18:
        return heavy, True, -1
    if 19 <= rule <= 21:
        edge = min(mid, 20_000 - mid)
        there = 2_000 <= edge < 5_000 if rule == 20 else edge < 2_000
        return (3 if there else 0), rule == 21, -1
    if rule == 24:
        return (3 if min(mid, 20_000 - mid) < 800 else 0), False, -1
    if rule == 22:
        return (2 if mid < 10_000 else 1), False, -1
    if rule == 23:
        return (1 if mid < 10_000 else 2), False, -1
    toward = 0.0
    if rule == 7 and abs(imbalance) > 0.5:
        toward = imbalance
    elif rule == 8 and abs(imbalance) > 0.5:
        toward = -imbalance
    elif rule == 9 and mid_10 > 0 and abs(mid - mid_10) >= 400:
        toward = float(mid - mid_10)
    elif rule == 10 and mid_10 > 0 and abs(mid - mid_10) >= 400:
        toward = float(mid_10 - mid)
    elif rule == 11 and mid_1 > 0 and abs(mid - mid_1) >= 200:
        toward = float(mid - mid_1)
    elif rule == 12 or (rule == 13 and print_size >= 10_000):
        toward = float(print_sign)
    elif rule == 14 and wide >= 2:
        if sizes[ASK, ask] < 2_000 and imbalance > 0.3:
            toward = 1.0
        elif sizes[BID, bid] < 2_000 and imbalance < -0.3:
            toward = -1.0
    elif rule == 15 and coin < 2:
        toward = 1.0 if coin == 0 else -1.0
    elif rule == 16 and print_sign != 0:
        return (1 if print_sign > 0 else 2), False, -1
    elif rule == 17 and print_sign != 0:
        return (2 if print_sign > 0 else 1), False, -1
    if toward > 0.0:
        return 0, False, BID
    if toward < 0.0:
        return 0, False, ASK
    return 0, False, -1


@kernel
def _twice_mid(engine):
    """Bid + ask, 1e-4 dollars; -1 when a side is empty."""
    bid, ask = np.int64(engine.best[0, BID]), np.int64(engine.best[0, ASK])
    if bid < 0 or ask >= engine.prices.size:
        return np.int64(-1)
    return np.int64(engine.prices[bid] + engine.prices[ask])


@kernel
def _play(exchange, rule, every, seconds):
    """Play one probe through market 0; returns the exchange, closed but not settled."""
    clock = exchange.clock[0]
    slots = np.full(2, -1, np.int64)
    serials = np.zeros(2, np.int64)
    decisions = (clock.close - clock.start) // every
    mids = np.full(decisions + 1, -1, np.int64)
    size = np.int64(10_000 if rule == 2 else 1_000)
    read = 0
    for k in range(seconds * SECOND // every, decisions):
        now = clock.start + k * every
        exchange = advance(exchange, now)
        engine = exchange.engine
        mid = _twice_mid(engine)
        mids[k] = mid
        sign, amount = 0, 0
        while read < engine.counts[0].logged:
            entry = engine.log[read]
            if entry.kind == 2 and entry.owner != AGENT and entry.taker != AGENT:
                toward = 1 if entry.side == ASK else -1
                amount = amount - entry.size if toward == sign else -entry.size
                sign = toward
            read += 1
        bits, inside, taking = 0, False, -1
        bid, ask = np.int64(engine.best[0, BID]), np.int64(engine.best[0, ASK])
        if mid >= 0:
            mid_1 = mids[k - SECOND // every] if k >= SECOND // every else -1
            mid_10 = mids[k - 10 * SECOND // every] if k >= 10 * SECOND // every else -1
            bits, inside, taking = _wants(
                rule, bid, ask, engine.sizes[0], mid, mid_1, mid_10, sign, amount, k * 7919 % 20
            )
        for side in range(2):
            stands = rests(engine, slots[side], serials[side])
            if bits & (1 << side):
                level = bid if side == BID else ask
                # Its own order may be the touch: then it is where it wants to be.
                alone = stands and engine.sizes[0, side, level] == engine.orders[slots[side]].size
                if inside and ask - bid > 1 and not alone:
                    level += 1 if side == BID else -1
                at = engine.orders[slots[side]].level if stands else np.int64(-1)
                if stands and rule != 0 and at == level:
                    continue
                if rule == 26:
                    # It waits behind for the touch to come; by then it is far up in the queue.
                    if stands and abs(at - level) <= 3 and not alone:
                        continue
                    level += -2 if side == BID else 2
                if stands:
                    cancel(engine, slots[side], serials[side], now)
                exchange, slot, _ = submit(
                    exchange, _MARKET, _AGENT, np.int64(side), level, size, GTC, now
                )
                engine = exchange.engine
                slots[side] = slot
                if slot >= 0:
                    serials[side] = engine.orders[slot].serial
            elif stands:
                cancel(engine, slots[side], serials[side], now)
                slots[side] = -1
        if taking >= 0:
            level = ask if taking == BID else bid
            exchange, _, _ = submit(
                exchange, _MARKET, _AGENT, np.int64(taking), level, size, IOC, now
            )
    return advance(exchange, clock.close)


@kernel
def _judge(exchange, out):
    """Fill an OUTCOME record from the log of a session that a probe played."""
    engine, clock = exchange.engine, exchange.clock[0]
    count = (clock.close - clock.start) // SECOND + 1
    mids = np.zeros(count)
    sizes = np.zeros_like(engine.sizes[0])
    bid, ask, at, last = -1, engine.prices.size, 0, 5_000.0
    for i in range(engine.counts[0].logged):
        entry = engine.log[i]
        while at < count and clock.start + at * SECOND < entry.ts:
            mids[at] = last
            at += 1
        sizes[entry.side, entry.level] += entry.size
        if entry.side == BID:
            bid = max(bid, entry.level)
            while bid >= 0 and sizes[BID, bid] == 0:
                bid -= 1
        else:
            ask = min(ask, entry.level)
            while ask < engine.prices.size and sizes[ASK, ask] == 0:
                ask += 1
        if bid >= 0 and ask < engine.prices.size:
            last = 0.5 * (engine.prices[bid] + engine.prices[ask])
    mids[at:] = last
    out.marked = out.true = out.filled = 0.0
    for i in range(engine.counts[0].logged):
        entry = engine.log[i]
        if entry.kind != 2 or (entry.owner != AGENT and entry.taker != AGENT):
            continue
        size, price = -entry.size / 100.0, engine.prices[entry.level]
        sign = 1.0 if (entry.side == BID) == (entry.owner == AGENT) else -1.0
        later = min((entry.ts - clock.start) // SECOND + 61, count - 1)
        out.marked += sign * size * (mids[later] - price) / 1e4
        out.true += sign * size * (believed(exchange, _MARKET, entry.ts) - price) / 1e4
        out.filled += size
    account = engine.accounts[0, AGENT]
    out.fees = account.fees / 1e6
    out.marked -= out.fees
    out.true -= out.fees


def run_probe(scenario: Scenario, probe: str, sessions: int, seed: int) -> np.ndarray:
    """OUTCOME[sessions] of one probe."""
    rule, rate = PROBES[probe]
    out = np.zeros(sessions, OUTCOME)
    for number in range(sessions):
        exchange = new_exchange(scenario, seed, number, session_start(scenario, number), agents=1)
        exchange = _play(exchange, rule, SECOND // rate, 15)
        _judge(exchange, out[number])
        close(exchange.engine, 0, exchange.clock[0]["close"])
        settle(exchange.engine, 0, exchange.settlement[0])
        out[number]["settled"] = exchange.engine.accounts[0, AGENT]["cash"] / 1e6
    return out


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and its 95 % interval by the normal approximation over sessions."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--opening", type=float, default=Scenario().belief.opening)
    parser.add_argument("--only", default="", help="probes whose name holds this")
    arguments = parser.parse_args()
    scenario = Scenario()
    scenario.belief.opening = arguments.opening
    print("dollars a session [95 % interval over sessions], after fees")
    columns = ("to settlement", "against the mid 60 s later", "against the truth")
    print(f"{'probe':46s}{'contracts':>10s}", *(f"{name:>28s}" for name in columns), "c/contract")
    for probe in PROBES:
        if arguments.only not in probe:
            continue
        out = run_probe(scenario, probe, arguments.sessions, arguments.seed)
        filled = out["filled"].mean()
        cells = []
        for name in ("settled", "marked", "true"):
            mean, low, high = interval(out[name])
            cells.append(f"{mean:9.2f} [{low:7.2f}, {high:7.2f}]".rjust(28))
        each = 100 * out["true"].mean() / max(filled, 1e-9)
        print(f"{probe:46s}{filled:10.1f}", *cells, f"{each:10.2f}")


if __name__ == "__main__":
    main()
