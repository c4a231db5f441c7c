from __future__ import annotations

from kalshi_exp.env.actions import (
    ACTION_REDUCE,
    ACTION_SIDE,
    ACTION_SIZE,
    ACTIONS,
    HOLD,
    N_ACTIONS,
)
from kalshi_exp.market.units import ASK, BID, complement


def test_there_are_21_distinct_actions() -> None:
    assert N_ACTIONS == 21
    assert len({a.name for a in ACTIONS}) == 21
    assert ACTIONS[HOLD].intent(5_000) is None


def test_buying_yes_and_selling_no_rest_on_the_same_side() -> None:
    sides = {a.name: int(side) for a, side in zip(ACTIONS, ACTION_SIDE, strict=True)}
    assert sides["BUY_YES 5"] == sides["SELL_NO 100"] == BID
    assert sides["SELL_YES 25"] == sides["BUY_NO 10"] == ASK


def test_intents_speak_the_outcomes_own_price() -> None:
    by_name = {a.name: a for a in ACTIONS}
    intent = by_name["BUY_NO 25"].intent(4_200)
    assert intent is not None
    assert intent.price == complement(4_200)
    assert intent.yes_price == 4_200
    assert intent.size == 2_500


def test_only_sales_reduce() -> None:
    for action, reduce, size in zip(ACTIONS, ACTION_REDUCE, ACTION_SIZE, strict=True):
        assert bool(reduce) == action.name.startswith("SELL")
        assert size == 100 * action.contracts
