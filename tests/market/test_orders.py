from __future__ import annotations

import pytest

from kalshi_exp.market.orders import Direction, OrderIntent, Outcome
from kalshi_exp.market.units import ASK, BID


@pytest.mark.parametrize(
    ("outcome", "direction", "side", "yes_price"),
    [
        (Outcome.YES, Direction.BUY, BID, 3_000),
        (Outcome.YES, Direction.SELL, ASK, 3_000),
        (Outcome.NO, Direction.BUY, ASK, 7_000),
        (Outcome.NO, Direction.SELL, BID, 7_000),
    ],
)
def test_intent_joins_the_yes_book(outcome, direction, side, yes_price):
    intent = OrderIntent(outcome, direction, 3_000, 100)
    assert (intent.book_side, intent.yes_price) == (side, yes_price)


def test_buy_yes_and_sell_no_at_the_complement_are_one_order():
    bought = OrderIntent(Outcome.YES, Direction.BUY, 4_200, 100)
    sold = OrderIntent(Outcome.NO, Direction.SELL, 5_800, 100)
    assert (bought.book_side, bought.yes_price) == (sold.book_side, sold.yes_price)
