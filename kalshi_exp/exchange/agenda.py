"""What happens next: a binary heap of events by time, ties in the order they were put in."""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel, lean_kernel

REST, TAKE, WITHDRAW, LOOK, NEWS, QUOTE, ALERT = np.arange(7)
WATCH, DEFEND, PULL = np.arange(7, 10)
HYPE, SCAN, STRIKE, SAMPLE, FOLLOW, PING, PONG, HALT, RESUME = np.arange(20, 29)
NO_ORDER = np.int64(-1)

EVENT = np.dtype(
    [
        ("ts", np.int64),
        ("turn", np.int64),  # rises with each event put in
        ("serial", np.int64),  # WITHDRAW: the order meant
        ("slot", np.int64),  # or what else the actor needs
        ("market", np.int64),
        ("what", np.int64),
    ],
    align=True,
)
"""One event: who acts in which market, and on which order."""

AGENDA = np.dtype([("waiting", np.int64), ("turn", np.int64)], align=True)
"""Number of events in the heap and of events ever put in."""


@lean_kernel
def _sooner(a, b):
    return a.ts < b.ts or (a.ts == b.ts and a.turn < b.turn)


@lean_kernel
def push(events, agenda, ts, what, market, slot, serial):
    """Put an event in. `events` keeps one record free at its end, which the heap uses to swap.

    Args:
        events: EVENT[capacity].
        agenda: AGENDA record.
        ts: when, ns.
        what: one of the codes of this module.
        market: number of the market.
        slot: order record that is meant, or NO_ORDER.
        serial: serial of that order, or NO_ORDER.
    """
    spare = events.size - 1
    new = events[spare]
    new.ts = ts
    new.turn = agenda.turn
    new.what = what
    new.market = market
    new.slot = slot
    new.serial = serial
    agenda.turn += 1
    at = agenda.waiting
    agenda.waiting += 1
    while at > 0:
        parent = (at - 1) >> 1
        if not _sooner(new, events[parent]):
            break
        events[at] = events[parent]
        at = parent
    events[at] = events[spare]


@lean_kernel
def pop(events, agenda):
    """Take the soonest event out; it stays readable in the last record until the next call."""
    spare = events.size - 1
    agenda.waiting -= 1
    last = agenda.waiting
    events[spare] = events[0]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= last:
            break
        if child + 1 < last and _sooner(events[child + 1], events[child]):
            child += 1
        if not _sooner(events[child], events[last]):
            break
        events[at] = events[child]
        at = child
    events[at] = events[last]
    return events[spare]


@kernel
def grow_agenda(events, agenda, more):
    """The heap with room for `more` further events: the same array where it is large enough."""
    if events.size - 1 - agenda.waiting >= more:
        return events
    larger = np.zeros(2 * events.size + more, events.dtype)
    for i in range(agenda.waiting):
        larger[i] = events[i]
    return larger
