"""The one action table: training, judging and live read the same 21 rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.market.orders import Direction, OrderIntent, Outcome
from kalshi_exp.market.units import SIZE_ONE, complement

SIZES = (5, 10, 25, 50, 100)
KINDS = (
    ("BUY_YES", Outcome.YES, Direction.BUY),
    ("SELL_YES", Outcome.YES, Direction.SELL),
    ("BUY_NO", Outcome.NO, Direction.BUY),
    ("SELL_NO", Outcome.NO, Direction.SELL),
)
HOLD = 0


@final
@dataclass(frozen=True)
class Action:
    """One row of the action table.

    Attributes:
        name: as reports show it, e.g. "BUY_YES 25".
        outcome: YES or NO; None for HOLD.
        direction: BUY or SELL; None for HOLD.
        contracts: whole contracts; 0 for HOLD.
    """

    name: str
    outcome: Outcome | None
    direction: Direction | None
    contracts: int

    def intent(self, yes_price: int) -> OrderIntent | None:
        """The order this action means at a limit on the YES scale; None for HOLD."""
        if self.outcome is None or self.direction is None:
            return None
        price = yes_price if self.outcome == Outcome.YES else complement(yes_price)
        return OrderIntent(self.outcome, self.direction, price, self.contracts * SIZE_ONE)


ACTIONS: tuple[Action, ...] = (
    Action("HOLD", None, None, 0),
    *(Action(f"{name} {n}", outcome, way, n) for name, outcome, way in KINDS for n in SIZES),
)
N_ACTIONS = len(ACTIONS)


def _column(values: list[int], dtype: type) -> np.ndarray:
    column: np.ndarray = np.array(values, dtype)
    column.flags.writeable = False
    return column


_intents = [action.intent(5_000) for action in ACTIONS]
ACTION_SIDE = _column([i.book_side if i else -1 for i in _intents], np.int8)
ACTION_REDUCE = _column([int(i.direction == Direction.SELL) if i else 0 for i in _intents], np.int8)
ACTION_SIZE = _column([a.contracts * SIZE_ONE for a in ACTIONS], np.int64)
