"""Twins: one session recorded without an agent, and played again with it inside.

The first is the tape that a fill model sees; the second is what really happened. Whatever trades
draws its luck from its own ordinals, so the two differ by what the agent did and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.features import FeatureGroup
from kalshi_exp.config.fill import Fill
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.config.world import ExchangeWorld as WorldConfig
from kalshi_exp.env.exchange_world import ExchangeWorld
from kalshi_exp.env.world import World
from kalshi_exp.exchange.simulate import simulate_session
from kalshi_exp.market.orders import FILL
from kalshi_exp.tape.session import Session

Act = Callable[[World], np.ndarray]
"""A policy: from a world at a decision (`world.out`) to one action a row, int64[N]."""


@final
@dataclass(frozen=True)
class Twins:
    """One session, twice.

    Attributes:
        alone: as it went without the agent.
        inside: as it went with it, its orders included.
        fills: FILL[F], the agent's, in order of time.
        markets: int64[F], place of each fill's market within the session.
        pnl: the agent's, settlement and fees included, 1e-6 dollars.
    """

    alone: Session
    inside: Session
    fills: np.ndarray
    markets: np.ndarray
    pnl: int

    @property
    def identical(self) -> bool:
        """Whether the two tapes are the same to the byte."""
        pairs = zip(self.alone.markets, self.inside.markets, strict=True)
        return all(one.messages.tobytes() == other.messages.tobytes() for one, other in pairs)


def play_twins(
    act: Act,
    scenario: Scenario,
    market_seed: int,
    numbers: Sequence[int],
    config: WorldConfig,
    fill: Fill,
    placement: Placement,
    features: dict[str, FeatureGroup],
    *,
    seed: int = 0,
    environments: int = 16,
) -> Iterator[Twins]:
    """Play a policy through whole sessions, and give each beside its twin.

    Args:
        act: the policy.
        scenario: the market and its traders.
        market_seed: of the market, `data.seed`.
        numbers: of the sessions.
        config: rules and decision clock.
        fill: its latency, and the fees that everybody pays.
        placement: where orders are placed.
        features: feature groups that are switched on.
        seed: of the agent's luck.
        environments: sessions played side by side.

    Yields:
        The twins of each session, in the order of `numbers`.
    """
    for at in range(0, len(numbers), environments):
        part = list(numbers[at : at + environments])
        world = ExchangeWorld(
            scenario,
            market_seed,
            part,
            config,
            fill,
            placement,
            features,
            environments=len(part),
            seed=seed,
            whole_sessions=True,
            record_fills=True,
            record_tapes=True,
        )
        fills, rows = _played(world, act)
        for environment, number in enumerate(part):
            mine = rows // world.slots == environment
            episode = world.episodes[environment]
            yield Twins(
                simulate_session(scenario, market_seed, number, fill.fees),
                world.tape(environment),
                fills[mine],
                rows[mine] % world.slots,
                int(episode["equity"] - episode["initial"]),
            )


def _played(world: World, act: Act) -> tuple[np.ndarray, np.ndarray]:
    """Play every environment's session to its end: all fills, and the row of each."""
    fills, rows = [np.zeros(0, FILL)], [np.zeros(0, np.int64)]
    world.reset()
    while not world.episodes["done"].all():
        world.step(act(world))
        log = world.fills()
        fills.append(log.fills.copy())
        rows.append(log.rows.copy())
    return np.concatenate(fills), np.concatenate(rows)
