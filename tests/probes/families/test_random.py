from __future__ import annotations

import pytest

from kalshi_exp.probes.families.random import Random
from tests.probes.views import asked, view

OWN = {"size": 20, "every": 1, "chance": 0.1, "take": 0, "reach": 2}


@pytest.mark.parametrize(
    ("luck", "wanted"),
    [
        ((0.09, 0.4, 0.5), [(40, 10, False), None]),
        ((0.09, 0.6, 0.01), [None, (42, 1, False)]),
        ((0.1, 0.4, 0.5), [None, None]),
        ((0.0, 0.4, 0.999), [(40, 20, False), None]),
    ],
)
def test_luck_says_whether_where_and_how_much(luck: tuple, wanted: list) -> None:
    assert asked(Random(), view(luck=luck), **OWN) == wanted
    assert asked(Random(), view(luck=luck, open=False), **OWN) == [None, None]


def test_it_takes_through_the_touch() -> None:
    own = OWN | {"take": 1}
    assert asked(Random(), view(luck=(0.0, 0.4, 0.5)), **own) == [(44, 10, True), None]
    assert asked(Random(), view(luck=(0.0, 0.6, 0.5)), **own) == [None, (38, 10, True)]
