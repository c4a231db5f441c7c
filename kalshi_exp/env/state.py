"""The private state of an environment: one record a row, one an episode; a snapshot is a copy."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.footprint import FOOTPRINT
from kalshi_exp.market.orders import ORDER, SLOTS

ROW = np.dtype(
    [
        ("orders", ORDER, (SLOTS,)),
        ("market", np.int64),  # the world's number of the market; -1: this slot has none
        ("ladder", np.int64),  # where its ladder begins in the world's prices
        ("position", np.int64),  # 1e-2 contracts, YES positive
        ("flow", np.int64),  # money received less paid less fees, all of this market
        ("cost", np.int64),  # money paid for the open position
        ("realized", np.int64),  # closed profit after fees
        ("fees", np.int64),
        ("reserved", np.int64),
        ("pnl", np.int64),  # flow plus the position's exit value
        ("last_fill", np.int64),  # ns; -1 never
        ("opened", np.int64),  # ns since which a position is held; -1 flat
        ("serial", np.int64),
        ("settled", np.int64),  # 1 once the market paid out
        ("footprint", FOOTPRINT),  # last, as it is long and mostly unused
    ],
    align=True,
)

EPISODE = np.dtype(
    [
        ("session", np.int64),  # the world's number of it; -1: idle
        ("first_market", np.int64),  # its first market
        ("markets", np.int64),
        ("tick", np.int64),  # decision within the session
        ("start", np.int64),  # first decision of the episode
        ("stop", np.int64),  # decision at which it ends
        ("count", np.int64),  # episodes this environment has begun
        ("luck", np.int64),  # seed of this episode's draws
        ("key", np.int64),  # of the session, for draws
        ("now", np.int64),  # time of the decision at hand, ns
        ("cash", np.int64),  # free and reserved together
        ("free", np.int64),  # what was not reserved when the masks were made
        ("initial", np.int64),
        ("equity", np.int64),
        ("peak", np.int64),
        ("drawdown", np.int64),  # deepest fall of equity below its peak
        ("turnover", np.int64),  # money traded
        ("decisions", np.int64),
        ("refused", np.int64),  # actions no longer legal when their row's turn came
        ("done", np.int64),
    ],
    align=True,
)

RULES = np.dtype(
    [
        ("placement", np.int8),  # JOIN, IMPROVE, CROSS
        ("random_start", np.int8),
        ("cash", np.int64),
        ("limit", np.int64),  # 1e-2 contracts
        ("ttl", np.int64),  # ns
        ("horizon", np.int64),  # decisions; 0: to the end of the session
        ("seed", np.int64),
    ],
    align=True,
)

JOIN, IMPROVE, CROSS = 0, 1, 2

FACTS: tuple[str, ...] = (
    "pnl",  # dollars, this step, marked to the exit side, after fees
    "fees",  # dollars, this step
    "passive",  # contracts filled as maker, this step
    "aggressive",  # contracts filled as taker, this step
    "passive_placed",  # contracts that joined the book on arrival, this step
    "aggressive_placed",  # contracts of orders that met the opposite touch on arrival, this step
    "position",  # contracts, after the step
    "total_pnl",  # dollars since the episode began
    "equity",  # dollars, the account's
)
"""Columns of the facts array a reward term sees, float64[N, len(FACTS)]."""
