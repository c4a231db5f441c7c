"""The names of grids that the configuration accepts are those the market room knows."""

from kalshi_exp.config.scenario.grid import GRIDS
from kalshi_exp.market.grid import STRUCTURES


def test_the_names_are_the_same() -> None:
    assert set(GRIDS) == set(STRUCTURES)
