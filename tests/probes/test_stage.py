from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import Clock, Decision
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.probes import STRATEGIES, ProbesError, Stage
from tests.probes.conftest import Theatre, sessions


def test_every_strategy_is_in_every_session(theatre: Theatre) -> None:
    stage = theatre.stage
    assert stage.environments == len(STRATEGIES) * 2 and stage.slots == 1
    assert stage.every == 1_000_000_000
    assert np.array_equal(stage.ladder, stage.sessions[1].markets[0].ladder.prices)


def test_decisions_are_in_seconds() -> None:
    with pytest.raises(ProbesError, match=r"set world\.decision\.unit=seconds"):
        Stage(sessions(3), STRATEGIES, Decision(every=5, unit=Clock.messages))


def test_markets_share_a_grid() -> None:
    (one,) = sessions(3)
    other = replace(one.markets[0], ladder=PriceGrid.structure("deci_cent"))
    mixed = [one, replace(one, markets=(other,))]
    with pytest.raises(ProbesError, match="different price grids"):
        Stage(mixed, STRATEGIES, Decision())
