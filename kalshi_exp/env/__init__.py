"""The game: actions, rules of an episode, reward terms, worlds, and the TorchRL environment."""

from __future__ import annotations

from kalshi_exp.env.actions import ACTIONS, HOLD, N_ACTIONS, Action
from kalshi_exp.env.exchange_world import ExchangeWorld
from kalshi_exp.env.market_env import MarketEnv
from kalshi_exp.env.rewards import RewardSum, RewardTerm, Transition, make_reward
from kalshi_exp.env.state import FACTS
from kalshi_exp.env.tape_world import TapeWorld
from kalshi_exp.env.twins import Twins, play_twins
from kalshi_exp.env.world import Buffers, FillLog, World

__all__ = [
    "ACTIONS",
    "ExchangeWorld",
    "FACTS",
    "HOLD",
    "N_ACTIONS",
    "Action",
    "Buffers",
    "FillLog",
    "MarketEnv",
    "RewardSum",
    "RewardTerm",
    "Transition",
    "Twins",
    "TapeWorld",
    "World",
    "make_reward",
    "play_twins",
]
