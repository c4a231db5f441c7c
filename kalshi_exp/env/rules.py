"""The configured rules of an episode, as the one record the kernels read."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.world import World
from kalshi_exp.env.state import CROSS, IMPROVE, JOIN, RULES
from kalshi_exp.market.units import MONEY_ONE, SECOND, SIZE_ONE

_PLACEMENTS = {Placement.join: JOIN, Placement.improve: IMPROVE, Placement.cross: CROSS}


def make_rules(
    world: World, placement: Placement, seed: int, *, whole_sessions: bool
) -> np.ndarray:
    """Translate configuration into the rules record.

    Args:
        world: the world's configuration.
        placement: where orders are placed.
        seed: of the draws and of the order in which sessions are visited.
        whole_sessions: play each session once from its first decision to settlement (judging),
            rather than `horizon` decisions from a random start (training).

    Returns:
        RULES[1].
    """
    rules = np.zeros(1, RULES)
    rules["placement"] = _PLACEMENTS[placement]
    rules["random_start"] = int(world.random_start and not whole_sessions)
    rules["cash"] = round(world.cash * MONEY_ONE)
    rules["limit"] = world.position_limit * SIZE_ONE
    rules["ttl"] = round(world.order_ttl * SECOND)
    rules["horizon"] = 0 if whole_sessions else world.horizon
    rules["seed"] = seed
    return rules
