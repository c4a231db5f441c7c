"""Two simulated sessions with every strategy in them, in the exchange and on their tape."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kalshi_exp.config import Decision, Fill, QueueFill, Scenario
from kalshi_exp.exchange import simulate_session
from kalshi_exp.probes import STRATEGIES, Played, Stage, Strategy
from kalshi_exp.tape import Session

SCENARIO = Scenario(duration_s=90.0)
MARKET_SEED = 4
SEED = 2
NUMBERS = (3, 8)
FILL = QueueFill()


@dataclass(frozen=True)
class Theatre:
    """A stage, and what was played on it under `FILL`.

    Attributes:
        stage: of both sessions and all strategies.
        plays: by name of the world.
    """

    stage: Stage
    plays: dict[str, Played]

    def environments(self, strategy: str) -> list[int]:
        """Those of a strategy."""
        names = [one.name for one in self.stage.strategies]
        count = len(self.stage.sessions)
        return [names.index(strategy) * count + k for k in range(count)]


def sessions(*numbers: int, duration_s: float = 90.0) -> list[Session]:
    """Simulated sessions."""
    scenario = Scenario(duration_s=duration_s)
    return [simulate_session(scenario, MARKET_SEED, number, FILL.fees) for number in numbers]


def staged(strategies: tuple[Strategy, ...] = STRATEGIES, *numbers: int) -> Stage:
    """A stage of simulated sessions."""
    return Stage(sessions(*(numbers or NUMBERS)), strategies, Decision())


def perform(stage: Stage, world: str, fill: Fill = FILL, seed: int = SEED) -> Played:
    """Play in a world: `exchange` or `tape`."""
    if world == "tape":
        return stage.on_tape(fill, seed)
    return stage.in_exchange(SCENARIO, MARKET_SEED, fill, seed)


@pytest.fixture(scope="session")
def theatre() -> Theatre:
    stage = staged()
    return Theatre(stage, {world: perform(stage, world) for world in ("exchange", "tape")})


@pytest.fixture(params=["exchange", "tape"])
def world(request: pytest.FixtureRequest) -> str:
    return str(request.param)
