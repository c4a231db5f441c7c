from __future__ import annotations

import pytest

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import DepthFill, Fill, OldFill, ProbabilisticFill, QueueFill
from kalshi_exp.config.reward import DrawdownReward, PortfolioReward, PredictabilityReward
from kalshi_exp.config.world import Decision, TapeWorld
from kalshi_exp.env import MarketEnv, make_reward
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.env.conformance import EnvironmentConformance
from kalshi_exp.features.track import build_tracks
from kalshi_exp.tape.pack import pack_sessions
from tests.env.tapes import random_session
from tests.env.worlds import FEATURES


@pytest.fixture(params=["old", "depth", "probabilistic", "queue"])
def fill(request: pytest.FixtureRequest) -> Fill:
    models = {
        "old": OldFill, "depth": DepthFill, "probabilistic": ProbabilisticFill, "queue": QueueFill,
    }  # fmt: skip
    return models[request.param]()


class TestTapeWorld(EnvironmentConformance):
    """Every fill model, placement and number of markets keeps the rules of the house."""

    @pytest.fixture(autouse=True)
    def _settings(self, fill: Fill) -> None:
        self.fill = fill
        self.markets = 2 if isinstance(fill, QueueFill) else 1
        self.placement = {
            OldFill: Placement.join, DepthFill: Placement.cross,
            ProbabilisticFill: Placement.improve, QueueFill: Placement.join,
        }[type(fill)]  # fmt: skip

    def make_world(self, environments: int, seed: int, *, whole_sessions: bool) -> World:
        sessions = [random_session(11, i, markets=self.markets) for i in range(4)]
        pack = pack_sessions(sessions)
        config = TapeWorld(decision=Decision(every=1.0), horizon=40, cash=500.0)
        return World(
            pack, build_tracks(pack, sessions, config.decision, FEATURES), config, self.fill,
            self.placement, FEATURES, environments=environments, seed=seed,
            whole_sessions=whole_sessions, record_fills=True,
        )  # fmt: skip

    def make_env(self, world: World) -> MarketEnv:
        terms = {
            "portfolio": PortfolioReward(),
            "drawdown": DrawdownReward(),
            "predictability": PredictabilityReward(),
        }
        return MarketEnv(world, make_reward(terms, world.n))
