from __future__ import annotations

import pytest

from kalshi_exp.probes.families.slicer import Slicer
from tests.probes.views import asked, view

OWN = {"size": 20, "every": 5, "total": 50, "period": 30, "take": 0, "reach": 1}


@pytest.mark.parametrize(("take", "buys", "sells"), [(0, 40, 42), (1, 43, 39)])
def test_it_sends_pieces_until_the_order_is_done_and_then_the_other_way(
    take: int, buys: int, sells: int
) -> None:
    own = OWN | {"take": take}
    seen = {k: asked(Slicer(), view(tick=k), **own) for k in range(70)}
    bought = [k for k, (bid, _) in seen.items() if bid is not None]
    sold = [k for k, (_, ask) in seen.items() if ask is not None]
    assert bought == [0, 5, 10, 60, 65]  # 50 contracts are three pieces
    assert sold == [30, 35, 40]
    assert seen[0][0] == (buys, 20, take == 1) and seen[30][1] == (sells, 20, take == 1)


def test_a_closed_market_misses_a_piece() -> None:
    assert asked(Slicer(), view(tick=5, open=False), **OWN) == [None, None]
