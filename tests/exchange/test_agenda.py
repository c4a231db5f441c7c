"""The heap against Python's own."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.exchange.agenda import AGENDA, EVENT, NO_ORDER, REST, grow_agenda, pop, push


@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), max_size=200))
def test_pops_by_time_then_by_turn(steps):
    events, agenda = np.zeros(2, EVENT), np.zeros(1, AGENDA)[0]
    expected: list[tuple[int, int]] = []
    for turn, ts in enumerate(steps):
        if ts is not None:
            events = grow_agenda(events, agenda, np.int64(1))
            market = np.int64(turn)
            push(events, agenda, np.int64(ts), REST, market, NO_ORDER, NO_ORDER)
            heapq.heappush(expected, (ts, turn))
        elif expected:
            event = pop(events, agenda)
            assert (event["ts"], event["market"]) == heapq.heappop(expected)
    while expected:
        event = pop(events, agenda)
        assert (event["ts"], event["market"]) == heapq.heappop(expected)
    assert agenda["waiting"] == 0
