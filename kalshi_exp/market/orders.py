"""The one order language: what strategies ask for, and the slot record that simulations keep."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import final

import numpy as np

from kalshi_exp.market.units import ASK, BID, complement


class Outcome(IntEnum):
    """Which side of the contract is bought or sold."""

    YES = 0
    NO = 1


class Direction(IntEnum):
    """Whether the outcome is bought or sold; a sale only ever reduces what is held."""

    BUY = 0
    SELL = 1


class TimeInForce(IntEnum):
    """Kalshi's order lifetimes."""

    GOOD_TILL_CANCELED = 0
    IMMEDIATE_OR_CANCEL = 1
    FILL_OR_KILL = 2


@final
@dataclass(frozen=True)
class OrderIntent:
    """An order as a strategy means it, before any exchange sees it.

    Attributes:
        outcome: YES or NO.
        direction: BUY, or SELL (reduce only).
        price: limit in the outcome's own price, 1e-4 dollars.
        size: 1e-2 contracts.
        time_in_force: how long it stands.
    """

    outcome: Outcome
    direction: Direction
    price: int
    size: int
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELED

    @property
    def book_side(self) -> int:
        """Side of the YES book it joins: BID for buy-YES and sell-NO, ASK for the others."""
        return BID if (self.outcome == Outcome.YES) == (self.direction == Direction.BUY) else ASK

    @property
    def yes_price(self) -> int:
        """The limit on the YES scale, 1e-4 dollars."""
        return self.price if self.outcome == Outcome.YES else complement(self.price)


EMPTY, SENT, RESTING = 0, 1, 2

ORDER = np.dtype(
    [
        ("state", np.int8),  # EMPTY, SENT (on its way), RESTING (on the exchange)
        ("side", np.int8),  # BID or ASK of the YES book
        ("reduce", np.int8),  # 1: may only reduce the position (SELL_YES, SELL_NO)
        ("immediate", np.int8),  # 1: what does not fill on arrival is cancelled
        ("crossed", np.int8),  # 1: it met the opposite touch on arrival (set by execution)
        ("level", np.int32),  # ladder index of the YES limit price
        ("action", np.int32),  # action number that placed it
        ("size", np.int64),  # remaining, 1e-2 contracts
        ("placed", np.int64),  # as placed, 1e-2 contracts
        ("rested", np.int64),  # what joined the book on arrival, 1e-2 contracts (set by execution)
        ("sent", np.int64),  # ns
        ("arrive", np.int64),  # ns
        ("cancel", np.int64),  # ns at which a cancel takes effect; NEVER
        ("expire", np.int64),  # ns; NEVER
        ("met", np.int64),  # ns from which it is hit, while the tape is crossed with it; NEVER
        ("ahead", np.int64),  # queue in front of it, 1e-2 contracts
        ("hazard", np.float64),  # HAZARD: how much of it is still to come before it has its turn
        ("rate", np.float64),  # HAZARD: how much of it comes a ns
        ("since", np.int64),  # HAZARD: ns from which on the rest is to come at that rate
        ("fees", np.int64),  # the order's fee accumulator, 1e-6 dollars
        ("serial", np.int64),  # rises by one with each order of the row
    ],
    align=True,
)
"""One order slot."""

SLOTS = 4

NOTHING, PLACE, CALL_BACK = 0, 1, 2

INTENT = np.dtype(
    [
        ("asked", np.int8),  # NOTHING, PLACE an order, CALL_BACK what stands on this side
        ("reduce", np.int8),  # 1: it may only reduce the position
        ("immediate", np.int8),  # 1: what does not fill on arrival is cancelled
        ("level", np.int32),  # ladder index of the YES limit price
        ("size", np.int64),  # 1e-2 contracts
    ],
    align=True,
)
"""What a strategy asks for on one side of the YES book: an `OrderIntent` on a ladder."""


def make_intent(intent: OrderIntent, level: int) -> np.void:
    """The record of an intent to place an order, INTENT.

    Args:
        intent: the order; a fill-or-kill is not among what worlds carry out.
        level: ladder index of its YES price.

    Raises:
        ValueError: it is fill-or-kill.
    """
    if intent.time_in_force == TimeInForce.FILL_OR_KILL:
        raise ValueError("worlds know no fill-or-kill: send IMMEDIATE_OR_CANCEL")
    record = np.zeros(1, INTENT)
    immediate = intent.time_in_force == TimeInForce.IMMEDIATE_OR_CANCEL
    reduce = intent.direction == Direction.SELL
    record[0] = (PLACE, int(reduce), int(immediate), level, intent.size)
    return record[0]


FILL = np.dtype(
    [
        ("ts", np.int64),
        ("message", np.int64),  # global message index of the evidence
        ("serial", np.int64),
        ("size", np.int64),
        ("flow", np.int64),  # money received before fees, after netting (negative: paid)
        ("fee", np.int64),
        ("price", np.int32),  # YES price, 1e-4 dollars
        ("level", np.int32),
        ("action", np.int32),
        ("slot", np.int8),
        ("side", np.int8),
        ("passive", np.int8),  # 1: it rested (maker), 0: it took
        ("closing", np.int8),  # 1: any part of it closed a position
    ],
    align=True,
)
"""One fill of one of our orders."""
