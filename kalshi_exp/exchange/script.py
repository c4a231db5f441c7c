"""The event script: what happens at a fixed time of every session, as records kernels read."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.scenario import Scenario, ScriptKind
from kalshi_exp.exchange.agenda import HALT, NO_ORDER, RESUME, push
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND

NEWS_ITEM, PAUSE = np.arange(2)

SCRIPTED = np.dtype(
    [
        ("start", np.int64),  # ns from the opening
        ("end", np.int64),  # of a pause; ns from the opening
        ("kind", np.int64),  # NEWS_ITEM or PAUSE
        ("market", np.int64),
        ("cents", np.float64),  # by which news move one half
    ],
    align=True,
)
"""One scheduled event of one market."""


def make_script(scenario: Scenario) -> np.ndarray:
    """SCRIPTED[n] of a scenario, by market; halts of a market that overlap are made one."""
    rows: list[tuple[int, int, int, int, float]] = []
    for market in range(scenario.markets):
        meant = [event for event in scenario.script if event.market in (-1, market)]
        for event in sorted(meant, key=lambda event: event.at_s):
            start = round(event.at_s * SECOND)
            if event.kind == ScriptKind.news:
                rows.append((start, start, int(NEWS_ITEM), market, event.cents))
                continue
            end = round((event.at_s + event.lasts_s) * SECOND)
            same = [k for k, row in enumerate(rows) if row[2:4] == (PAUSE, market)]
            if same and start <= rows[same[-1]][1]:
                last = rows[same[-1]]
                rows[same[-1]] = (last[0], max(last[1], end), *last[2:])
            else:
                rows.append((start, end, int(PAUSE), market, 0.0))
    return np.array(rows, SCRIPTED)


@lean_kernel
def fill_shocks(script, shocks):
    """Write by how much scheduled news move one half, in dollars, into float64[M, K] of zeros."""
    for event in script:
        if event.kind == NEWS_ITEM:
            step = min(-(-event.start // STEP), shocks.shape[1] - 1)
            shocks[event.market, step] = event.cents / 100.0


@lean_kernel
def call_halts(events, agenda, start, script):
    """Put the halts on the agenda.

    Args:
        events: EVENT[capacity].
        agenda: AGENDA record.
        start: opening of the session, ns.
        script: SCRIPTED[n].
    """
    for event in script:
        if event.kind == PAUSE:
            push(events, agenda, start + event.start, HALT, event.market, NO_ORDER, NO_ORDER)
            push(events, agenda, start + event.end, RESUME, event.market, NO_ORDER, NO_ORDER)
