"""Reward terms: small classes over the facts of a step."""

from __future__ import annotations

from kalshi_exp.config import reward as config
from kalshi_exp.env.rewards.drawdown import Drawdown
from kalshi_exp.env.rewards.portfolio import Portfolio
from kalshi_exp.env.rewards.predictability import Predictability
from kalshi_exp.env.rewards.term import RewardSum, RewardTerm, Transition

_TERMS: dict[type[config.RewardTerm], type[RewardTerm]] = {
    config.PortfolioReward: Portfolio,
    config.DrawdownReward: Drawdown,
    config.PredictabilityReward: Predictability,
}


def make_reward(terms: dict[str, config.RewardTerm], rows: int) -> RewardSum:
    """Build the configured reward for so many rows.

    Raises:
        ValueError: no term was configured.
    """
    if not terms:
        raise ValueError("reward is empty: name at least one term, e.g. reward=[portfolio]")
    return RewardSum({name: _TERMS[type(term)](term, rows) for name, term in terms.items()})  # type: ignore[arg-type, call-arg]


__all__ = [
    "Drawdown",
    "Portfolio",
    "Predictability",
    "RewardSum",
    "RewardTerm",
    "Transition",
    "make_reward",
]
