"""Reward terms: small classes over the facts of a step."""

from __future__ import annotations

from kalshi_exp.config import reward as config
from kalshi_exp.env.rewards.anchor_timing import AnchorTiming
from kalshi_exp.env.rewards.cross_market import CrossMarket
from kalshi_exp.env.rewards.drawdown import Drawdown
from kalshi_exp.env.rewards.pattern_term import PatternTerm
from kalshi_exp.env.rewards.portfolio import Portfolio
from kalshi_exp.env.rewards.predictability import Predictability
from kalshi_exp.env.rewards.risk_adjusted import RiskAdjusted
from kalshi_exp.env.rewards.term import RewardSum, RewardTerm, Transition
from kalshi_exp.env.rewards.volatility_position import VolatilityPosition

_TERMS: dict[type[config.RewardTerm], type[RewardTerm]] = {
    config.PortfolioReward: Portfolio,
    config.DrawdownReward: Drawdown,
    config.PredictabilityReward: Predictability,
    config.RiskAdjustedReward: RiskAdjusted,
    config.AnchorTimingReward: AnchorTiming,
    config.VolatilityPositionReward: VolatilityPosition,
    config.CrossMarketReward: CrossMarket,
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
    "AnchorTiming",
    "CrossMarket",
    "Drawdown",
    "PatternTerm",
    "Portfolio",
    "Predictability",
    "RewardSum",
    "RewardTerm",
    "RiskAdjusted",
    "Transition",
    "VolatilityPosition",
    "make_reward",
]
