"""One account over the markets of an event: positions net, cash is reserved, nothing is lent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.market.fees import charge
from kalshi_exp.market.orders import EMPTY, ORDER, RESTING, SLOTS, Direction, OrderIntent
from kalshi_exp.market.position import closing_size, exit_value, fill_flow, next_position, settle
from kalshi_exp.market.reservation import reserved
from kalshi_exp.market.units import BID, NEVER, PRICE_ONE

__all__ = [
    "Account",
    "Booking",
    "RefusedOrderError",
    "closing_size",
    "exit_value",
    "fill_flow",
    "next_position",
    "reserved",
    "settle",
]

# An account sees prices, not ladders: this ladder's level is the price itself.
_PRICES = np.arange(PRICE_ONE + 1, dtype=np.int32)


class RefusedOrderError(ValueError):
    """An order that the account may not place."""


@final
@dataclass(frozen=True)
class Booking:
    """What one fill did to the account.

    Attributes:
        flow: money received before fees; negative when paid.
        fee: money, >= 0.
        closed: part of the size that closed a position, 1e-2 contracts.
    """

    flow: int
    fee: int
    closed: int


@final
class Account:
    """Cash, positions and live orders, in exact integers.

    Cash changes by fills, fees and settlement only; placing and cancelling move the line between
    what is reserved and what is available.

    Attributes:
        cash: money, reserved or not.
        fees: FEES record.
    """

    def __init__(self, cash: int, fees: np.void) -> None:
        if cash < 0:
            raise ValueError(f"an account cannot start with {cash} of cash: give 0 or more")
        self.cash = int(cash)
        self.fees = fees
        self._positions: dict[str, int] = {}
        self._slots: dict[str, np.ndarray] = {}
        self._markets: dict[int, str] = {}
        self._serial = 0

    @property
    def positions(self) -> dict[str, int]:
        """Signed position of each market that has one, 1e-2 contracts."""
        return {market: held for market, held in self._positions.items() if held}

    @property
    def orders(self) -> dict[int, str]:
        """Serial and market of each live order, oldest first."""
        return dict(sorted(self._markets.items()))

    @property
    def reserved(self) -> int:
        """Money that live orders can still cost."""
        return sum(self._reserved(market) for market in self._slots)

    @property
    def available(self) -> int:
        """Cash that no order needs."""
        return self.cash - self.reserved

    def place(self, market: str, intent: OrderIntent) -> int:
        """Reserve cash for an order.

        Returns:
            The order's serial.

        Raises:
            RefusedOrderError: the price or size is not an order's, all slots of the market are
                taken, a sale exceeds what is held and not yet offered, or cash does not cover it.
        """
        if not 0 < intent.price < PRICE_ONE or intent.size <= 0:
            raise RefusedOrderError(
                f"{market}: an order needs a price inside (0, {PRICE_ONE}) and a positive size, "
                f"not {intent.price} and {intent.size}"
            )
        slots = self._slots.setdefault(market, np.zeros(SLOTS, ORDER))
        free = np.flatnonzero(slots["state"] == EMPTY)
        if len(free) == 0:
            raise RefusedOrderError(
                f"{market}: all {SLOTS} order slots are taken; cancel one first"
            )
        reduce = intent.direction == Direction.SELL
        if reduce:
            self._check_held(market, intent)
        available = self.available
        slots[free[0]] = np.zeros((), ORDER)
        slot = slots[free[0]]
        slot["side"], slot["reduce"], slot["level"] = intent.book_side, reduce, intent.yes_price
        slot["size"] = slot["placed"] = intent.size
        slot["cancel"] = slot["expire"] = NEVER
        slot["serial"], slot["state"] = self._serial + 1, RESTING
        after = self.available
        if after < min(available, 0):
            slot["state"] = EMPTY
            raise RefusedOrderError(
                f"{market}: the order needs {available - after} of cash and {available} is "
                "available (1e-6 dollars); lower its size or price, or cancel another"
            )
        self._serial += 1
        self._markets[self._serial] = market
        return self._serial

    def cancel(self, serial: int) -> None:
        """Drop a live order and release its cash.

        Raises:
            KeyError: no live order has this serial.
        """
        self._slot(serial)["state"] = EMPTY
        del self._markets[serial]

    def fill(self, serial: int, price: int, size: int, passive: bool) -> Booking:
        """Book a fill of a live order, at its limit or better.

        Args:
            serial: the order's.
            price: YES price, 1e-4 dollars.
            size: 1e-2 contracts.
            passive: whether the order rested.

        Raises:
            KeyError: no live order has this serial.
            ValueError: the fill is worse than the limit, larger than the order, or sells more than
                is held. Nothing is booked.
        """
        slot = self._slot(serial)
        market, side, limit = self._markets[serial], int(slot["side"]), int(slot["level"])
        held = self._positions.get(market, 0)
        worse = price > limit if side == BID else price < limit
        if worse or not 0 < price < PRICE_ONE or not 0 < size <= slot["size"]:
            raise ValueError(
                f"{market}: fill of {size} at {price} does not fit order {serial}, which has "
                f"{slot['size']} left at limit {limit}"
            )
        closed = int(closing_size(held, side, size))
        if slot["reduce"] and closed < size:
            raise ValueError(
                f"{market}: fill of {size} of reduce-only order {serial} sells more than is held "
                f"({held}); clip it to the position"
            )
        flow = int(fill_flow(held, side, price, size))
        fee, accumulated = charge(self.fees, int(slot["fees"]), flow, price, size, passive)
        self.cash += flow - int(fee)
        self._positions[market] = int(next_position(held, side, size))
        slot["size"] -= size
        slot["fees"] = accumulated
        if slot["size"] == 0:
            self.cancel(serial)
        return Booking(flow, int(fee), closed)

    def margin_call(self) -> list[int]:
        """Orders to cancel, youngest first, so that available cash is not negative.

        Empty but after fills of fractions of a contract whose rounding outran the allowance of
        `reserved`; cancelling at once after such a fill always suffices.
        """
        called: list[int] = []
        emptied = {market: slots.copy() for market, slots in self._slots.items()}
        for serial in sorted(self._markets, reverse=True):
            total = sum(self._reserved(market, slots) for market, slots in emptied.items())
            if self.cash >= total:
                break
            slots = emptied[self._markets[serial]]
            slots["state"][slots["serial"] == serial] = EMPTY
            called.append(serial)
        return called

    def settle(self, market: str, settlement: int) -> int:
        """Cancel a market's orders and pay its position out.

        Args:
            market: its name.
            settlement: settlement price of YES, 1e-4 dollars, 0 to PRICE_ONE.

        Returns:
            Money paid.

        Raises:
            ValueError: the settlement price is outside [0, PRICE_ONE].
        """
        if not 0 <= settlement <= PRICE_ONE:
            raise ValueError(
                f"{market}: settlement {settlement} is outside 0 to {PRICE_ONE} (1e-4 dollars)"
            )
        for serial in [s for s, name in self._markets.items() if name == market]:
            self.cancel(serial)
        paid = int(settle(self._positions.pop(market, 0), settlement))
        self.cash += paid
        return paid

    def _check_held(self, market: str, intent: OrderIntent) -> None:
        held, side = self._positions.get(market, 0), intent.book_side
        slots = self._slots[market]
        offered = slots["size"][
            (slots["state"] != EMPTY) & (slots["side"] == side) & (slots["reduce"] == 1)
        ].sum()
        free = int(closing_size(held, side, NEVER)) - int(offered)
        if intent.size > free:
            raise RefusedOrderError(
                f"{market}: cannot sell {intent.size} {intent.outcome.name}: {max(free, 0)} "
                "held and not yet offered (1e-2 contracts)"
            )

    def _reserved(self, market: str, slots: np.ndarray | None = None) -> int:
        orders = self._slots[market] if slots is None else slots
        return int(reserved(orders, self._positions.get(market, 0), _PRICES, 0, self.fees))

    def _slot(self, serial: int) -> np.void:
        if serial not in self._markets:
            raise KeyError(f"no live order has serial {serial}: it was filled or cancelled")
        slots = self._slots[self._markets[serial]]
        place = int(np.flatnonzero((slots["serial"] == serial) & (slots["state"] != EMPTY))[0])
        slot: np.void = slots[place]
        return slot
