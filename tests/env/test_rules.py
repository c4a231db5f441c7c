from __future__ import annotations

import pytest

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.world import TapeWorld
from kalshi_exp.env.rules import make_rules
from kalshi_exp.env.state import CROSS, IMPROVE, JOIN
from kalshi_exp.market.units import MILLISECOND

CONFIG = TapeWorld(horizon=40, cash=0.07, position_limit=3, order_ttl=1.5)


def test_rules_are_in_the_house_s_units() -> None:
    rules = make_rules(CONFIG, Placement.join, 9, whole_sessions=False)[0]
    assert rules["cash"] == 70_000
    assert rules["limit"] == 300
    assert rules["ttl"] == 1_500 * MILLISECOND
    assert (rules["horizon"], rules["random_start"], rules["seed"]) == (40, 1, 9)


def test_judging_plays_whole_sessions_from_their_start() -> None:
    rules = make_rules(CONFIG, Placement.join, 9, whole_sessions=True)[0]
    assert (rules["horizon"], rules["random_start"]) == (0, 0)


@pytest.mark.parametrize(
    ("placement", "code"),
    [(Placement.join, JOIN), (Placement.improve, IMPROVE), (Placement.cross, CROSS)],
)
def test_every_placement_has_its_code(placement: Placement, code: int) -> None:
    assert make_rules(CONFIG, placement, 0, whole_sessions=True)[0]["placement"] == code
