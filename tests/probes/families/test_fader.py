from __future__ import annotations

from kalshi_exp.probes.families.fader import Fader
from tests.probes.views import asked, level, view

FADER = Fader()
OWN = {"size": 10, "every": 1, "limit": 30, "cents": 25, "reach": 5}


def test_it_rests_at_the_round_price_before_the_touch_comes_there() -> None:
    assert asked(FADER, view(bid=53, ask=55), **OWN) == [(50, 10, False), None]
    assert asked(FADER, view(bid=46, ask=48), **OWN) == [None, (50, 10, False)]
    assert asked(FADER, view(bid=50, ask=52), **OWN)[0] == (50, 10, False)
    assert asked(FADER, view(bid=48, ask=50), **OWN)[1] == (50, 10, False)


def test_it_keeps_its_order_and_calls_it_back_out_of_reach() -> None:
    there = (level(50), level(75))
    assert asked(FADER, view(bid=55, ask=70, standing=there), **OWN) == [None, None]
    assert asked(FADER, view(bid=56, ask=69, standing=there), **OWN) == ["back", "back"]
    assert asked(FADER, view(bid=56, ask=69), **OWN) == [None, None]


def test_zero_and_a_dollar_are_no_prices() -> None:
    assert asked(FADER, view(bid=3, ask=97), **OWN) == [None, None]


def test_it_goes_no_further_than_its_limit() -> None:
    assert asked(FADER, view(bid=53, ask=55, position=21), **OWN) == [None, None]
    assert asked(FADER, view(bid=53, ask=55, position=20), **OWN)[0] == (50, 10, False)
    assert asked(FADER, view(bid=46, ask=48, position=-21), **OWN) == [None, None]
