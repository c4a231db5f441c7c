"""The exchange world's state beside rows and episodes: each environment's own simulated event."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.config.detector import Detector
from kalshi_exp.exchange.exchange import Exchange
from kalshi_exp.features.engine import STATE
from kalshi_exp.features.siblings import Siblings, new_siblings
from kalshi_exp.market.orders import SLOTS
from kalshi_exp.patterns.watch import Watch, new_watch

MEETING, WARMING, ARRIVING, READY, PLAYING = 0, 1, 2, 3, 4


TIMER = np.dtype(
    [
        ("stage", np.int64),  # what is under way: one of the codes above
        ("at", np.int64),  # last instant at which something of ours happened, ns; -1 none yet
        ("first", np.int64),  # the session's first message, ns; -1 none yet
        ("start", np.int64),  # its first decision, ns
        ("ticks", np.int64),  # its decisions
        ("digested", np.int64),  # entries of the engine's log that were taken in
        ("looked", np.int64),  # PLAYING: 1 once the next decision's view was taken
        ("due", np.int64),  # PLAYING: what the others play up to, ns
        ("row", np.int64),  # whose order arrives or ends then; -1: none
        ("order", np.int64),  # which of that row's
    ],
    align=True,
)
"""Where an environment's session is: all that is needed to go on after its arrays were grown."""

STANDING = np.dtype([("slot", np.int64), ("serial", np.int64)], align=True)
"""Where the engine keeps one of our orders; slot -1: nowhere."""

SEEN = np.dtype(
    [
        ("bid", np.int64),  # touch levels of the others' book; -1 and the ladder's length for none
        ("ask", np.int64),
        ("bid_price", np.int64),  # the same as prices, 1e-4 dollars; -1 none
        ("ask_price", np.int64),
        ("mark_bid", np.int64),  # exit marks
        ("mark_ask", np.int64),
        ("news", np.int64),  # 1: the market spoke since the last decision
    ],
    align=True,
)
"""What a row saw of its market at the last decision time."""

PACE = np.dtype(
    [
        ("every", np.int64),  # ns between two decisions
        ("recording", np.int64),  # 1: keep the engine's whole log
    ],
    align=True,
)
"""What all environments share."""


class Floor(NamedTuple):
    """What we keep of E environments of M markets of n levels, beside their exchanges; N = E x M.

    Attributes:
        pace: PACE[1].
        settings: SETTINGS[1], of the features.
        timers: TIMER[E].
        markets: int64[E, M], the engine's number of each row's market.
        places: int64[E, M], the inverse: which of the event's rows a market is.
        standing: STANDING[N, SLOTS].
        states: STATE[N], streaming features.
        siblings: of E events.
        watch: the detector at work.
        sizes: int64[N, 2, n], the book without our own orders.
        best: int32[N, 2], its touch.
        seen: SEEN[N].
    """

    pace: np.ndarray
    settings: np.ndarray
    timers: np.ndarray
    markets: np.ndarray
    places: np.ndarray
    standing: np.ndarray
    states: np.ndarray
    siblings: Siblings
    watch: Watch
    sizes: np.ndarray
    best: np.ndarray
    seen: np.ndarray


def new_floor(
    blank: Exchange,
    environments: int,
    every: int,
    settings: np.ndarray,
    detector: Detector,
    recording: bool,
) -> Floor:
    """Floors on which nothing has begun.

    Args:
        blank: a blank exchange, for its shapes.
        environments: how many.
        every: ns between two decisions.
        settings: SETTINGS[1], of the features.
        detector: what watches the markets.
        recording: keep the engine's whole log.
    """
    markets, sides, levels = blank.engine.sizes.shape
    n = environments * markets
    pace = np.zeros(1, PACE)
    pace["every"], pace["recording"] = every, recording
    in_order = np.tile(np.arange(markets), (environments, 1))
    return Floor(
        pace=pace,
        settings=settings,
        timers=np.zeros(environments, TIMER),
        markets=in_order,
        places=in_order.copy(),
        standing=np.zeros((n, SLOTS), STANDING),
        states=np.zeros(n, STATE),
        siblings=new_siblings(environments, markets),
        watch=new_watch(detector, settings, n),
        sizes=np.zeros((n, sides, levels), np.int64),
        best=np.zeros((n, sides), np.int32),
        seen=np.zeros(n, SEEN),
    )
