from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from kalshi_exp.market.orders import INTENT
from kalshi_exp.probes import STRATEGIES, Strategy
from kalshi_exp.probes.families import FAMILIES, Desk
from tests.probes.views import view


class Watched(Mapping):
    """Parameters that remember which of them were read."""

    def __init__(self, told: Mapping[str, float]) -> None:
        self.told, self.read = told, set()

    def __getitem__(self, name: str) -> np.ndarray:
        self.read.add(name)
        return np.array([float(self.told[name])])

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(STRATEGIES) >= 40
    assert len({one.name for one in STRATEGIES}) == len(STRATEGIES)
    sizes = {one.size for one in STRATEGIES}
    assert min(sizes) == 1 and max(sizes) == 500
    for aggressive in (False, True):
        kind = [one for one in STRATEGIES if one.aggressive == aggressive]
        assert len(kind) >= 10
        assert {one.size for one in kind} & {1, 500} == {1, 500}
    assert {one.family for one in STRATEGIES} == {family.name for family in FAMILIES}


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda one: one.name)
def test_every_parameter_that_its_family_reads_is_given_and_no_other(strategy: Strategy) -> None:
    family = next(one for one in FAMILIES if one.name == strategy.family)
    own = Watched(strategy.parameters)
    seen = view()
    desk = Desk(np.zeros((1, 2), INTENT), seen)
    family.decide(seen, own, desk)
    assert set(own.told) - own.read <= {"every"}  # a random one needs no turn
    # It means to take just when what it sends may not rest.
    taking = desk.intents["immediate"][desk.intents["asked"] == 1]
    if len(taking):
        assert (taking == strategy.aggressive).all()


def test_those_of_a_family_have_the_same_parameters() -> None:
    for family in FAMILIES:
        names = {tuple(one.parameters) for one in STRATEGIES if one.family == family.name}
        assert len(names) == 1, family.name
