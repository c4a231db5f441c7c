"""Rows of fill models: what each costs a message while orders rest, and an order that takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.config import CONF, Experiment, Fill, recompose
from kalshi_exp.fills import COUNTERS, execute, free_slot, make_spec, new_footprint, send
from kalshi_exp.fills.footprint import clear_footprint
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.orders import EMPTY, FILL, ORDER, SLOTS
from kalshi_exp.market.units import BID, MILLISECOND, NEVER, SECOND
from kalshi_exp.tape import Pack
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.tapes import Tapes
from kalshi_exp.tasks.bench.timing import interleaved, rate_of

MESSAGE_NS, ORDER_NS = 100.0, 1_000.0
"""What a model may cost; a step of the environment at five messages has a microsecond in all."""

_ROUNDS = 5
_SIZE = np.int64(1_000)
_DELAY = np.int64(60 * MILLISECOND)


@kernel
def _quote(spec: Any, pack: Any, market: Any, footprint: Any, fills: Any, counters: Any) -> Any:
    """Rest an order a tick behind either touch, moved every second; returns messages walked."""
    m = pack.markets[market]
    orders = np.zeros(SLOTS, ORDER)
    clear_footprint(footprint)
    seen, serial, decision = m.first, np.int64(0), np.int64(0)
    now = pack.messages[m.first].ts
    while seen < m.last - 1:
        bid, ask = np.int64(pack.bid[seen]), np.int64(pack.ask[seen])
        if bid > 0 and ask < m.levels - 1:
            for side in range(2):
                level = bid - 1 if side == BID else ask + 1
                if free_slot(orders) >= 0:
                    serial += 1
                    send(
                        orders, np.int64(side), level, _SIZE, np.int64(0), np.int64(0),
                        np.int64(0), now, _DELAY, _DELAY, np.int64(NEVER), serial,
                    )  # fmt: skip
        upto = seen
        until = now + SECOND
        while upto + 1 < m.last and pack.messages[upto + 1].ts <= until:
            upto += 1
        execute(
            spec, pack, market, orders, footprint, np.int64(0), seen, upto, until, np.int64(0),
            decision, fills, counters,
        )  # fmt: skip
        seen, now = upto, until
        decision += 1
    return m.last - m.first


@kernel
def _take(spec: Any, pack: Any, market: Any, footprint: Any, fills: Any, counters: Any) -> Any:
    """Send an order through the touch at every twentieth message; returns how many were sent."""
    m = pack.markets[market]
    orders = np.zeros(SLOTS, ORDER)
    clear_footprint(footprint)
    sent = np.int64(0)
    for message in range(m.first, m.last - 1, 20):
        bid, ask = np.int64(pack.bid[message]), np.int64(pack.ask[message])
        if bid < 1 or ask >= m.levels - 1:
            continue
        orders[0].state = EMPTY
        side = sent & 1
        level = ask + 1 if side == BID else bid - 1
        now = pack.messages[message].ts
        sent += 1
        send(
            orders, side, level, 5 * _SIZE, np.int64(0), np.int64(1), np.int64(0), now,
            np.int64(0), np.int64(0), np.int64(NEVER), sent,
        )  # fmt: skip
        execute(
            spec, pack, market, orders, footprint, np.int64(0), np.int64(message),
            np.int64(message), now, np.int64(0), sent, fills, counters,
        )  # fmt: skip
    return sent


def fill_rows(experiment: Experiment, tapes: Tapes) -> list[Row]:
    """Two rows for every model of conf/fill/: nanoseconds a message, and an order.

    Args:
        experiment: not asked; every model comes with its own numbers.
        tapes: what is played on: the fast tape.
    """
    del experiment
    models = {
        path.stem: recompose([f"fill={path.stem}"]).fill
        for path in sorted((CONF / "fill").glob("*.yaml"))
    }
    rows = []
    for what, play, target, how in (
        ("a message", _quote, MESSAGE_NS,
         "a quote of ten contracts a tick behind either touch, moved every second, its sending "
         "and its fills included"),
        ("an order", _take, ORDER_NS,
         "orders of fifty contracts through the touch, one every twenty messages, each with its "
         "arrival and fills"),
    ):  # fmt: skip
        measures = {name: _measure(fill, tapes.fast.pack, play) for name, fill in models.items()}
        seen = interleaved(measures, _ROUNDS)
        rows += [
            Row(
                f"fill model {name}, {what}",
                1e9 / rate.best,
                "ns",
                target,
                Goal.value_at_most,
                f"{tapes.fast.origin}; {how}; one thread by its own time",
                median=1e9 / rate.median,
            )
            for name, rate in seen.items()
        ]
    return rows


def _measure(fill: Fill, pack: Pack, play: Any) -> Any:
    """A measurement of one model over all markets of a pack."""
    spec, footprint = make_spec(fill), new_footprint()
    fills, counters = np.zeros(256, FILL), np.zeros(1, COUNTERS)

    def work() -> int:
        return sum(
            int(play(spec[0], pack, np.int64(market), footprint[0], fills, counters[0]))
            for market in range(len(pack.markets))
        )

    return rate_of(work, float(work()))
