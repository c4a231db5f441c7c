from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.position import (
    closing_size,
    exit_value,
    fill_flow,
    next_position,
    settle,
)
from kalshi_exp.market.units import ASK, BID, MONEY_ONE, PRICE_ONE, SIZE_ONE, complement

positions = st.integers(-(10**9), 10**9)
sizes = st.integers(1, 10**9)
prices = st.integers(1, PRICE_ONE - 1)
sides = st.sampled_from([BID, ASK])


def unit_by_unit(position, side, price, size):
    """Trade hundredths of a contract one at a time."""
    flow = closed = 0
    for _ in range(size):
        if side == BID:
            flow += complement(price) if position < 0 else -price
            closed += position < 0
            position += 1
        else:
            flow += price if position > 0 else -complement(price)
            closed += position > 0
            position -= 1
    return flow, position, closed


@given(st.integers(-50, 50), sides, prices, st.integers(1, 120))
def test_kernels_equal_unit_by_unit(position, side, price, size):
    flow, after, closed = unit_by_unit(position, side, price, size)
    assert fill_flow(position, side, price, size) == flow
    assert next_position(position, side, size) == after
    assert closing_size(position, side, size) == closed


@given(positions, sides, prices, sizes, st.integers(0, PRICE_ONE))
def test_a_fill_at_the_settlement_price_changes_nothing(position, side, price, size, settlement):
    """Money paid now less money paid out later is the price's distance from settlement."""
    after = next_position(position, side, size)
    gained = fill_flow(position, side, price, size) + settle(after, settlement)
    direction = 1 if side == BID else -1
    assert gained - settle(position, settlement) == direction * size * (settlement - price)


@given(prices, prices, sizes, st.integers(0, PRICE_ONE))
def test_a_pair_returns_one_dollar(yes, no, size, settlement):
    """YES bought at `yes` and NO at `no` net to flat, whatever the settlement."""
    paid = fill_flow(0, BID, yes, size)
    held = next_position(0, BID, size)
    returned = fill_flow(held, ASK, complement(no), size)
    assert next_position(held, ASK, size) == 0
    assert paid + returned == size * (PRICE_ONE - yes - no)
    assert settle(0, settlement) == 0


@given(positions, sides, prices, sizes)
def test_outcomes_mirror(position, side, price, size):
    other = ASK if side == BID else BID
    assert fill_flow(position, side, price, size) == fill_flow(
        -position, other, complement(price), size
    )


def test_closing_at_one_price_is_exact():
    assert fill_flow(0, BID, 4_000, 10 * SIZE_ONE) == -4 * MONEY_ONE
    assert fill_flow(10 * SIZE_ONE, ASK, 4_100, 10 * SIZE_ONE) == 4_100_000
    # Sells the ten held and opens five NO at 0.59.
    assert fill_flow(10 * SIZE_ONE, ASK, 4_100, 15 * SIZE_ONE) == 4_100_000 - 2_950_000


@pytest.mark.parametrize(
    ("position", "settlement", "paid"),
    [
        (7 * SIZE_ONE, PRICE_ONE, 7 * MONEY_ONE),
        (7 * SIZE_ONE, 0, 0),
        (-7 * SIZE_ONE, 0, 7 * MONEY_ONE),
        (-7 * SIZE_ONE, PRICE_ONE, 0),
        (7 * SIZE_ONE, 3_333, 2_333_100),
        (-7 * SIZE_ONE, 3_333, 4_666_900),
        (1, 1, 1),
        (0, 3_333, 0),
    ],
)
def test_settlement(position, settlement, paid):
    assert settle(position, settlement) == paid


@given(positions, prices, prices)
def test_exit_value_is_what_closing_brings(position, one, other):
    bid, ask = sorted((one, other))
    side = ASK if position > 0 else BID
    price = bid if position > 0 else ask
    assert exit_value(position, bid, ask) == fill_flow(position, side, price, abs(position))
    assert exit_value(position, bid, ask) >= 0


def test_exit_value_without_a_touch():
    assert exit_value(SIZE_ONE, 0, PRICE_ONE) == exit_value(-SIZE_ONE, 0, PRICE_ONE) == 0
