from __future__ import annotations

from kalshi_exp.probes.families.joiner import Joiner
from tests.probes.views import asked, view

JOINER = Joiner()


def test_it_joins_one_side_after_the_other() -> None:
    own = {"size": 20, "every": 10, "behind": 0}
    assert asked(JOINER, view(tick=0), **own) == [(40, 20, False), None]
    assert asked(JOINER, view(tick=10), **own) == [None, (42, 20, False)]
    assert asked(JOINER, view(tick=20), **own) == [(40, 20, False), None]
    for tick in (1, 9, 11, 19):
        assert asked(JOINER, view(tick=tick), **own) == [None, None]
    assert asked(JOINER, view(tick=0, open=False), **own) == [None, None]


def test_it_stands_behind_the_touch_and_on_the_ladder() -> None:
    own = {"size": 5, "every": 10, "behind": 2}
    assert asked(JOINER, view(tick=0), **own)[0] == (38, 5, False)
    assert asked(JOINER, view(tick=10), **own)[1] == (44, 5, False)
    assert asked(JOINER, view(tick=0, bid=2), **own)[0] == (1, 5, False)
    assert asked(JOINER, view(tick=10, ask=98), **own)[1] == (99, 5, False)


def test_it_improves_where_there_is_room_and_joins_where_there_is_not() -> None:
    own = {"size": 5, "every": 10, "behind": -1}
    assert asked(JOINER, view(tick=0), **own)[0] == (41, 5, False)
    assert asked(JOINER, view(tick=10), **own)[1] == (41, 5, False)
    assert asked(JOINER, view(tick=0, ask=41), **own)[0] == (40, 5, False)
    assert asked(JOINER, view(tick=10, ask=41), **own)[1] == (41, 5, False)


def test_what_it_holds_and_what_stands_make_no_difference() -> None:
    own = {"size": 5, "every": 10, "behind": 0}
    for tick in (0, 10):
        plain = asked(JOINER, view(tick=tick), **own)
        full = view(tick=tick, position=1e6, standing=(39, 41), imbalance=1.0, luck=(0.9, 0.9, 0.9))
        assert asked(JOINER, full, **own) == plain
