from __future__ import annotations

from kalshi_exp.market.units import MONEY_ONE, PRICE_ONE, SIZE_ONE, complement


def test_price_times_size_is_money():
    assert PRICE_ONE * SIZE_ONE == MONEY_ONE


def test_complement_is_one_dollar_less():
    assert complement(4_000) == 6_000
    assert complement(complement(55)) == 55
