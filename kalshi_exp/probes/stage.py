"""Where probes are played: sessions as a tape under a fill model, and in the exchange itself."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar, final

import numpy as np

from kalshi_exp.config import (
    BookFeatures,
    Decision,
    FeatureGroup,
    Fill,
    OrderFeatures,
    Placement,
    PortfolioFeatures,
    Scenario,
)
from kalshi_exp.config import ExchangeWorld as ExchangeRules
from kalshi_exp.config import TapeWorld as TapeRules
from kalshi_exp.env import ExchangeWorld, TapeWorld, World
from kalshi_exp.features import build_tracks
from kalshi_exp.market.units import SECOND
from kalshi_exp.probes.play import Played, play
from kalshi_exp.probes.strategies import Strategy
from kalshi_exp.tape import Session, pack_sessions

FEATURES: dict[str, FeatureGroup] = {
    "book": BookFeatures(), "portfolio": PortfolioFeatures(), "orders": OrderFeatures(),
}  # fmt: skip
_CASH, _LIMIT, _TTL = 1e8, 10_000_000, 60.0


_Rules = TypeVar("_Rules", TapeRules, ExchangeRules)


class ProbesError(ValueError):
    """Sessions that probes can't be played on, in one sentence."""


@final
class Stage:
    """Some sessions, every strategy in each of them: environment s * sessions + j.

    Money is no object there: what limits a strategy is its own inventory.
    """

    def __init__(
        self, sessions: Sequence[Session], strategies: Sequence[Strategy], decision: Decision
    ) -> None:
        """Lay sessions out.

        Args:
            sessions: at least one.
            strategies: at least one.
            decision: how often they decide, in seconds.

        Raises:
            ProbesError: markets with different price grids, or decisions counted in messages.
        """
        if decision.unit.value != "seconds":
            raise ProbesError(
                f"world.decision.unit is {decision.unit.value}; probes decide every so many "
                "seconds, so set world.decision.unit=seconds"
            )
        ladders = [market.ladder.prices for session in sessions for market in session.markets]
        self.ladder = ladders[0]
        if any(not np.array_equal(self.ladder, other) for other in ladders):
            raise ProbesError(
                "these markets have different price grids, and a strategy's ticks would mean "
                "different things in them: choose sessions of one grid"
            )
        self.sessions, self.strategies = list(sessions), list(strategies)
        self.every = round(decision.every * SECOND)
        self._decision = decision
        self._pack = pack_sessions(self.sessions)
        self._tracks = build_tracks(self._pack, self.sessions, decision, FEATURES)
        self._parts = [one for one in strategies for _ in sessions]
        self._numbers = np.tile(np.arange(len(self.sessions)), len(self.strategies))

    @property
    def environments(self) -> int:
        """Strategies times sessions."""
        return len(self._parts)

    @property
    def slots(self) -> int:
        """Rows of an environment."""
        return max(len(session.markets) for session in self.sessions)

    def on_tape(self, fill: Fill, seed: int) -> Played:
        """Play against the tape under a fill model.

        Args:
            fill: the model.
            seed: of its luck.
        """
        world = TapeWorld(
            self._pack, self._tracks, self._rules(TapeRules), fill,
            Placement.join, FEATURES, environments=self.environments, seed=seed,
            whole_sessions=True, record_fills=True,
        )  # fmt: skip
        return self._play(world)

    def in_exchange(self, scenario: Scenario, market_seed: int, fill: Fill, seed: int) -> Played:
        """Play in the simulated exchange that the sessions were recorded from.

        Args:
            scenario: the market and its traders.
            market_seed: of the market.
            fill: its latency and fees.
            seed: of the latency's luck.
        """
        numbers = [int(session.name) for session in self.sessions]
        world = ExchangeWorld(
            scenario, market_seed, numbers, self._rules(ExchangeRules), fill,
            Placement.join, FEATURES, environments=self.environments, seed=seed,
            whole_sessions=True, record_fills=True,
        )  # fmt: skip
        return self._play(world)

    def _rules(self, kind: type[_Rules]) -> _Rules:
        return kind(decision=self._decision, cash=_CASH, position_limit=_LIMIT, order_ttl=_TTL)

    def _play(self, world: World) -> Played:
        return play(world, self._parts, self._numbers, self.ladder)


def twins_hash(scenario: Scenario, market_seed: int, numbers: Sequence[int]) -> str:
    """Names sessions of the exchange by what they come from."""
    return sha256(repr((scenario, market_seed, list(numbers))).encode()).hexdigest()
