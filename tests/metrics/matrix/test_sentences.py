"""The two sentences say what the figures say, and no more."""

from __future__ import annotations

from kalshi_exp.metrics.matrix.sentences import sentences
from tests.metrics.matrix.played import payload


def test_a_poor_model_that_cost_money_is_named_with_its_price() -> None:
    money, orders = payload()["sentences"]
    assert money.startswith("In the exchange agents trained under queue did best and made $")
    assert (
        "having trained under a poorer model cost $2" in money and " a session under old (" in money
    )
    assert ", which itself had told of $2" in money
    assert money.count(". ") == 0 and money.endswith(".")
    assert orders.startswith("Agents trained under old order 90.0 contracts [90.0, 90.0] at a time")
    assert "20.0 % [20.0 %, 20.0 %] of what they place rests" in orders
    assert orders.endswith(
        "; training under queue makes smaller orders (6.0 contracts [6.0, 6.0]) that rest more "
        "(90.0 % [90.0 %, 90.0 %])."
    )


def test_nothing_is_claimed_where_nothing_could_be_told() -> None:
    money, _ = payload((1.0, 1.01), noise=4.0)["sentences"]
    assert money.startswith("In the exchange no training can be told from the best one")
    assert "not shown different from standing aside" in money
    assert "cost" not in money


def test_without_intervals_nothing_is_shown() -> None:
    money, orders = payload(sessions=4)["sentences"]
    assert "no training can be told" in money and "(no interval)" in money
    assert "no other training is shown to change the size of orders or how much rests" in orders


def test_each_change_of_orders_is_told_on_its_own() -> None:
    found = payload()
    same = {"verdict": "no difference shown", "value": 0.1}
    share = found["care"]["passive_share"]["queue"]
    found["care"]["passive_share"]["queue"] = same
    assert sentences(found)[1].endswith("makes smaller orders (6.0 contracts [6.0, 6.0]).")
    found["care"]["passive_share"]["queue"] = share
    found["care"]["mean_order_size"] = {"queue": same, "depth": same}
    found["care"]["passive_share"]["depth"] = same
    assert sentences(found)[1].endswith(
        "makes orders that rest more (90.0 % [90.0 %, 90.0 %]); no change is shown for depth."
    )


def test_a_promise_that_the_exchange_did_not_keep_is_told_where_no_loss_is() -> None:
    found = payload()
    found["loss"]["old"]["verdict"] = "no difference shown"
    assert "; promised to the agents and not paid: old $50.00 (" in sentences(found)[0]
