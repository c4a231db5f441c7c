"""Groups `portfolio` and `orders`: our own money, position and standing orders.

Cheap rational transforms throughout: this runs once a row and step, outside the shared track.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kalshi_exp.features.scale import CENT, clip, squash
from kalshi_exp.market.account import exit_value
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import MONEY_ONE, SECOND, SIZE_ONE

PRIVATE = np.dtype(
    [
        ("cash", np.int64),  # free, money
        ("reserved", np.int64),  # held back for live orders, money
        ("initial", np.int64),  # money at the start
        ("equity", np.int64),  # cash, reserved and positions at their exit marks
        ("peak", np.int64),  # highest equity so far
        ("position", np.int64),  # 1e-2 contracts, YES positive
        ("cost", np.int64),  # money paid for the open position
        ("realized", np.int64),  # closed profit of this market, money
        ("fees", np.int64),  # fees of this market, money
        ("mark_bid", np.int64),  # exit marks, 1e-4 dollars
        ("mark_ask", np.int64),
        ("bid_price", np.int64),  # the touch, 1e-4 dollars; -1 when the side is empty
        ("ask_price", np.int64),
        ("limit", np.int64),  # position limit, 1e-2 contracts
        ("other_exposure", np.int64),  # money at risk in sibling markets
        ("now", np.int64),  # ns
        ("since_fill", np.int64),  # ns; -1 never
        ("held", np.int64),  # ns the position has been open; 0 flat
        ("bid_size", np.int64),  # our standing bid, 1e-2 contracts; 0 none
        ("bid_level_price", np.int64),  # its price, 1e-4 dollars
        ("bid_age", np.int64),  # ns
        ("bid_ahead", np.int64),  # queue in front of it, 1e-2 contracts
        ("ask_size", np.int64),
        ("ask_level_price", np.int64),
        ("ask_age", np.int64),
        ("ask_ahead", np.int64),
        ("decision", np.int64),  # decisions since the episode began
        ("horizon", np.int64),  # decisions the episode may last
        ("remaining", np.int64),  # ns to the close
    ],
    align=True,
)
"""The facts about ourselves that one row's private features are made of."""

_MINUTE = 60.0 * SECOND
_AGE = 10.0 * SECOND
_LOT = 25.0 * SIZE_ONE
_STAKE = 20.0  # 5 % of the account is half of the range
_EDGE_CENTS = 5.0


@lean_kernel
def _fraction(x: float, half: float) -> float:
    """Share x / (x + half) in [0, 1): one half at x = half."""
    return x / (x + half) if x > 0 else 0.0


@lean_kernel
def _place(size: int, behind: int, ahead: int) -> float:
    """How near a standing order is to the front of the touch: 1 there, 0 when there is none."""
    if size <= 0:
        return 0.0
    queue = ahead / (ahead + size) if ahead > 0 else 0.0
    return 1.0 / (1.0 + max(behind, 0) / CENT + queue)


@lean_kernel
def observe_private(facts: Any, out: np.ndarray) -> None:
    """Write the portfolio and orders groups.

    Args:
        facts: PRIVATE record.
        out: float32[PRIVATE_FEATURES], in the table's order.
    """
    equity = max(float(facts.equity), 1.0)
    stake = _STAKE / max(float(facts.initial), 1.0)
    gain = 0.0
    if facts.position != 0:
        gain = float(exit_value(facts.position, facts.mark_bid, facts.mark_ask) - facts.cost)
    out[0] = clip(facts.cash / equity, 0.0, 1.0)
    out[1] = clip(facts.reserved / equity, 0.0, 1.0)
    out[2] = clip(facts.position / max(facts.limit, 1), -1.0, 1.0)
    contracts = max(abs(facts.position), 1) / SIZE_ONE
    out[3] = squash(gain * (CENT / MONEY_ONE) / contracts / _EDGE_CENTS)
    out[4] = squash(gain * stake)
    out[5] = squash(facts.realized * stake)
    out[6] = squash(max(facts.peak - facts.initial, 0) * stake)
    out[7] = squash(_STAKE * max(facts.peak - facts.equity, 0) / max(float(facts.peak), 1.0))
    out[8] = clip(facts.other_exposure / equity, 0.0, 1.0)
    out[9] = _fraction(float(facts.held), _MINUTE)
    out[10] = _fraction(float(facts.since_fill), _MINUTE) if facts.since_fill >= 0 else 1.0
    out[11] = squash(facts.fees * stake)
    bid_behind = facts.bid_price - facts.bid_level_price if facts.bid_price >= 0 else 0
    ask_behind = facts.ask_level_price - facts.ask_price if facts.ask_price >= 0 else 0
    age = max(facts.bid_age * (facts.bid_size > 0), facts.ask_age * (facts.ask_size > 0))
    out[12] = _fraction(float(facts.bid_size), _LOT)
    out[13] = _fraction(float(facts.ask_size), _LOT)
    out[14] = _place(facts.bid_size, bid_behind, facts.bid_ahead)
    out[15] = _place(facts.ask_size, ask_behind, facts.ask_ahead)
    out[16] = _fraction(float(age), _AGE)
