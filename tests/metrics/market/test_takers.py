from __future__ import annotations

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.metrics.market.takers import prints_of, taker_orders
from tests.metrics.market.tapes import ADD, FILL, PRINT, messages_of


def orders_of(rows):
    messages = messages_of(rows)
    return taker_orders(messages[prints_of(messages)])


def test_prints_of_one_millisecond_and_side_are_one_order():
    orders = orders_of([
        (1.0001, FILL, ASK, 42, 5),
        (1.0005, ADD, BID, 30, 5),
        (1.0007, FILL, ASK, 43, 2),  # the same order, at a second level
        (1.0008, FILL, BID, 40, 1),  # the other side
        (1.0009, PRINT, ASK, 43, 3),  # still the first
        (1.0010, FILL, ASK, 43, 9),  # the next millisecond
    ])  # fmt: skip
    assert orders.size.tolist() == [1_000, 100, 900]
    assert orders.side.tolist() == [ASK, BID, ASK]
    assert orders.swept.tolist() == [True, False, False]
    assert orders.first.tolist() == [0, 2, 4]


def test_no_print_is_no_order():
    assert len(orders_of([(0, ADD, BID, 40, 1)]).first) == 0
