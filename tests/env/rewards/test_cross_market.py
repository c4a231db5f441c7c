from __future__ import annotations

import pytest

from kalshi_exp.config import CrossMarketReward
from kalshi_exp.env.rewards import CrossMarket
from tests.env.rewards.transitions import path, seen


def _paid(position: float, **state: float) -> float:
    term = CrossMarket(CrossMarketReward(toll_cents=2.0, full_cents=4.0), 1)
    return path(term, [position], [seen(**state)])[0]


@pytest.mark.parametrize(
    ("position", "violation", "arbitrage", "expected"),
    [
        (-100.0, 4.0, 0.0, 0.5),  # too dear by 4: selling leaves 2 of the full 4
        (100.0, 4.0, 0.0, -0.5),
        (100.0, -4.0, 0.0, 0.5),  # too cheap: buying
        (50.0, -4.0, 3.0, 0.5 * 0.75),  # a basket that is worth more than the mids say
        (100.0, -40.0, 0.0, 1.0),  # in full
        (100.0, -1.5, 0.0, 0.0),  # less than it costs
        (100.0, -1.5, -2.0, 0.0),
        (100.0, 0.0, 1.0, 0.0),  # no direction
    ],
)
def test_pays_for_trading_the_sum_back_to_a_dollar(
    position: float, violation: float, arbitrage: float, expected: float
) -> None:
    got = _paid(position, group=2.0, violation=violation, arbitrage=arbitrage)
    assert got == pytest.approx(expected, abs=1e-6)


def test_a_market_of_no_group_has_nothing_to_trade() -> None:
    assert _paid(100.0, violation=-8.0, arbitrage=3.0) == 0.0
