from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kalshi_exp.market.fees import charge, trade_fee
from kalshi_exp.market.orders import EMPTY, ORDER, RESTING, SENT, SLOTS
from kalshi_exp.market.position import closing_size, fill_flow, next_position
from kalshi_exp.market.reservation import reserved, rounding_allowance
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SIZE_ONE
from tests.market.schedules import CEILING, DEAR, DIRECT, FREE, ORDINARY, schedules

PRICES = np.arange(-3, PRICE_ONE + 1, dtype=np.int32)
OFFSET = 3  # level is price


def make_orders(*rows):
    """ORDER[SLOTS] from (side, price, size, reduce); serials rise with the place given."""
    orders = np.zeros(SLOTS, ORDER)
    for serial, (slot, row) in enumerate(zip(orders, rows, strict=False), start=1):
        slot["state"], slot["serial"] = RESTING, serial
        slot["side"], slot["level"], slot["size"], slot["reduce"] = row
        slot["placed"] = slot["size"]
    return orders


def needed(orders, position, fees):
    return int(reserved(orders, position, PRICES, OFFSET, fees))


def alone(fees, side, price, size):
    """One opening order by the formula."""
    paid = price if side == BID else PRICE_ONE - price
    dearest = max(trade_fee(fees, price, size, False), trade_fee(fees, price, size, True))
    return paid * size + dearest + rounding_allowance(fees, size)


@pytest.mark.parametrize("side", [BID, ASK])
@pytest.mark.parametrize("fees", [ORDINARY, DIRECT, DEAR, FREE, CEILING])
def test_opening_order(side, fees):
    assert needed(make_orders((side, 3_000, 500, 0)), 0, fees) == alone(fees, side, 3_000, 500)


def test_one_contract_keeps_two_cents_for_rounding():
    assert rounding_allowance(ORDINARY, SIZE_ONE) == 20_002
    assert rounding_allowance(DIRECT, SIZE_ONE) == 202
    assert rounding_allowance(ORDINARY, 250) == 4 * 10_001
    assert rounding_allowance(CEILING, 250) == 10_004


def test_nothing_live_needs_nothing():
    assert needed(np.zeros(SLOTS, ORDER), 10_000, ORDINARY) == 0


def test_orders_on_their_way_count():
    orders = make_orders((BID, 3_000, 500, 0))
    resting = needed(orders, 0, ORDINARY)
    orders["state"][0] = SENT
    assert needed(orders, 0, ORDINARY) == resting
    orders["state"][0] = EMPTY
    assert needed(orders, 0, ORDINARY) == 0


def test_reduce_only_costs_nothing():
    assert needed(make_orders((ASK, 3_000, 500, 1)), 500, ORDINARY) == 0
    assert needed(make_orders((BID, 3_000, 500, 1)), -500, ORDINARY) == 0


def test_cent_ceiling_keeps_what_its_one_cent_still_costs():
    orders = make_orders((ASK, 3_000, 500, 1))
    assert needed(orders, 500, CEILING) == 10_006
    orders["fees"][0] = 13_000  # two cents charged for it so far
    assert needed(orders, 500, CEILING) == 3_006


def test_the_complement_nets():
    """Buying NO against 500 YES costs nothing; only what exceeds them opens."""
    assert needed(make_orders((ASK, 3_000, 500, 0)), 500, ORDINARY) == 0
    over = needed(make_orders((ASK, 3_000, 700, 0)), 500, ORDINARY)
    assert over - rounding_allowance(ORDINARY, 300) == 7_000 * 200 + trade_fee(
        ORDINARY, 3_000, 200, False
    )
    # Wrong way round: YES held does not help to buy more YES.
    assert needed(make_orders((BID, 3_000, 500, 0)), 500, ORDINARY) == alone(
        ORDINARY, BID, 3_000, 500
    )


def test_closing_capacity_is_given_once_and_to_the_oldest():
    both = make_orders((ASK, 3_000, 500, 0), (ASK, 6_000, 500, 0))
    fees = trade_fee(FREE, 3_000, 500, False) + 2 * rounding_allowance(FREE, 500)
    assert needed(both, 500, FREE) == 4_000 * 500 + fees
    both["serial"][:2] = 9, 3
    assert needed(both, 500, FREE) == 7_000 * 500 + fees


def test_reduce_only_orders_close_before_the_others():
    """The younger sale may fill first; the older order then opens all it asked for."""
    orders = make_orders((ASK, 3_000, 500, 0), (ASK, 6_000, 500, 1))
    assert needed(orders, 500, ORDINARY) == alone(ORDINARY, ASK, 3_000, 500)


def test_sides_add_up():
    bid, ask = (BID, 3_000, 500, 0), (ASK, 6_000, 200, 0)
    assert needed(make_orders(bid, ask), 0, ORDINARY) == needed(
        make_orders(bid), 0, ORDINARY
    ) + needed(make_orders(ask), 0, ORDINARY)


@given(st.permutations(range(SLOTS)))
def test_slots_have_no_order(places):
    orders = make_orders(
        (ASK, 3_000, 500, 0), (ASK, 6_000, 300, 0), (BID, 1_000, 50, 0), (ASK, 9_000, 100, 1)
    )
    assert needed(orders[list(places)], 700, ORDINARY) == needed(orders, 700, ORDINARY)


def test_orders_of_one_serial_all_count():
    orders = make_orders((BID, 3_000, 500, 0), (BID, 2_000, 500, 0))
    apart = needed(orders, 0, ORDINARY)
    orders["serial"] = 7
    assert needed(orders, 0, ORDINARY) == apart > alone(ORDINARY, BID, 3_000, 500)


def left_after(orders, position, fees, fill):
    """Cash beyond what is still needed, when it was exactly what was needed before one fill."""
    place, price, size = fill
    cash, order = needed(orders, position, fees), orders[place]
    side = int(order["side"])
    flow = int(fill_flow(position, side, price, size))
    fee, order["fees"] = charge(fees, int(order["fees"]), flow, price, size, False)
    order["size"] -= size
    after = int(next_position(position, side, size))
    return cash + flow - int(fee) - needed(orders, after, fees)


def test_fill_that_ends_the_closing_part_and_opens_a_fraction():
    """950 NO return 0.0001 each; the tenth of a contract behind them still costs its rounding."""
    orders = make_orders((BID, 9_999, 1_000, 0))
    assert left_after(orders, -950, ORDINARY, (0, 9_999, 960)) >= 0


def test_younger_order_that_takes_the_older_ones_closing():
    """The older order now opens: its fee and rounding were kept for that."""
    orders = make_orders((BID, 9_999, 1_000, 0), (BID, 5_000, 1_000, 0))
    assert left_after(orders, -1_000, ORDINARY, (1, 5_000, 500)) >= 0


@st.composite
def books_of_orders(draw):
    # Prices near the ends and odd sizes: that is where rounding bites.
    price = st.one_of(st.integers(1, PRICE_ONE - 1), st.sampled_from([1, 50, 9_900, 9_999]))
    row = st.tuples(st.sampled_from([BID, ASK]), price, st.integers(1, 1_500), st.integers(0, 1))
    return make_orders(*draw(st.lists(row, min_size=1, max_size=SLOTS)))


def fill_some(data, orders, live, least):
    """Draw an order, a price at its limit or better, a size; clipped when it may only reduce."""
    place = data.draw(st.sampled_from(live))
    order = orders[place]
    limit, side = int(order["level"]), int(order["side"])
    better = st.integers(1, limit) if side == BID else st.integers(limit, PRICE_ONE - 1)
    price = data.draw(st.one_of(st.just(limit), better))
    left = int(order["size"])
    size = data.draw(st.one_of(st.just(left), st.integers(min(least, left), left)))
    return order, price, size


@settings(max_examples=400)
@given(books_of_orders(), st.integers(-1_500, 1_500), schedules, st.data())
def test_reservation_covers_every_ending(orders, position, fees, data):
    """Start with exactly what is reserved; fills and cancels in any order never need more.

    Fills hold a contract or more, but for an order's last.
    """
    cash = needed(orders, position, fees)
    while live := np.flatnonzero(orders["state"] != EMPTY).tolist():
        order, price, size = fill_some(data, orders, live, SIZE_ONE)
        side = int(order["side"])
        if order["reduce"]:
            size = min(size, int(closing_size(position, side, size)))
        if size == 0 or data.draw(st.integers(0, 9)) == 0:
            order["state"] = EMPTY
        else:
            flow = int(fill_flow(position, side, price, size))
            passive = data.draw(st.booleans())
            fee, order["fees"] = charge(fees, int(order["fees"]), flow, price, size, passive)
            cash += flow - int(fee)
            position = int(next_position(position, side, size))
            order["size"] -= size
            if order["size"] == 0:
                order["state"] = EMPTY
        assert cash >= needed(orders, position, fees) >= 0


@given(books_of_orders(), st.integers(-1_500, 1_500), schedules, st.data())
@example(make_orders((BID, 1, 500, 0)), 0, ORDINARY, None)
def test_a_fraction_costs_at_most_one_unit_too_much(orders, position, fees, data):
    """Any fill at all leaves at most one unit of precision uncovered; cancelling covers it."""
    cash = needed(orders, position, fees)
    live = np.flatnonzero(orders["state"] != EMPTY).tolist()
    if data is None:
        order, price, size = orders[0], 1, 1
    else:
        order, price, size = fill_some(data, orders, live, 1)
    side = int(order["side"])
    if order["reduce"]:
        size = min(size, int(closing_size(position, side, size)))
    if size == 0:
        return
    flow = int(fill_flow(position, side, price, size))
    fee, order["fees"] = charge(fees, int(order["fees"]), flow, price, size, True)
    cash += flow - int(fee)
    position = int(next_position(position, side, size))
    order["size"] -= size
    order["state"] = RESTING if order["size"] > 0 else EMPTY
    unit = 10_000 if fees["rounding"] == 1 else int(fees["precision"])
    assert cash >= needed(orders, position, fees) - unit - 1
    order["state"] = EMPTY
    assert cash >= needed(orders, position, fees)
