from __future__ import annotations

from kalshi_exp.probes.families.maker import Maker
from tests.probes.views import asked, level, view

MAKER = Maker()
OWN = {"size": 10, "every": 1, "limit": 30, "lean": 0}


def test_it_quotes_either_touch_and_leaves_what_stands_there() -> None:
    assert asked(MAKER, view(), **OWN) == [(40, 10, False), (42, 10, False)]
    there = (level(40), level(42))
    assert asked(MAKER, view(standing=there), **OWN) == [None, None]
    assert asked(MAKER, view(bid=41, standing=there), **OWN) == [(41, 10, False), None]
    assert asked(MAKER, view(open=False, standing=there), **OWN) == [None, None]


def test_it_withdraws_where_one_more_order_would_pass_its_limit() -> None:
    there = (level(40), level(42))
    assert asked(MAKER, view(position=20), **OWN)[0] == (40, 10, False)
    assert asked(MAKER, view(position=21, standing=there), **OWN) == ["back", None]
    assert asked(MAKER, view(position=-20), **OWN)[1] == (42, 10, False)
    assert asked(MAKER, view(position=-21, standing=there), **OWN) == [None, "back"]
    assert asked(MAKER, view(position=30), **OWN)[1] == (42, 10, False)


def test_it_leans_with_the_imbalance_or_against_it() -> None:
    there = (level(40), level(42))
    with_it, against = OWN | {"lean": 1}, OWN | {"lean": -1}
    bids = view(imbalance=0.5, standing=there, bid=41, ask=43)
    assert asked(MAKER, bids, **with_it) == [(41, 10, False), "back"]
    assert asked(MAKER, bids, **against) == ["back", (43, 10, False)]
    even = view(imbalance=0.1, standing=there)
    assert asked(MAKER, even, **with_it) == ["back", "back"]
