"""`reward=`: weighted terms; the reward is their sum."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import at_least, refuse_base, within


@dataclass
class RewardTerm:
    """Base of every reward term; never used itself."""

    weight: float = 1.0

    def __post_init__(self) -> None:
        refuse_base(self, RewardTerm, "reward")


@final
@dataclass
class PortfolioReward(RewardTerm):
    """Change of the market's marked P&L after fees, in units of `scale` dollars."""

    scale: float = 1.0


@final
@dataclass
class DrawdownReward(RewardTerm):
    """Penalty: how far this step took the market's P&L below its peak, over `scale` dollars."""

    weight: float = 0.1
    scale: float = 1.0


@final
@dataclass
class PredictabilityReward(RewardTerm):
    """Penalty: how well a simple running model foresaw the action."""

    weight: float = 0.01
    decay: float = 0.98  # memory of the running model, a decision

    def __post_init__(self) -> None:
        super().__post_init__()
        within("reward.predictability.decay", self.decay, 0.0, 0.9999)


@final
@dataclass
class RiskAdjustedReward(RewardTerm):
    """P&L of the step over its running deviation."""

    weight: float = 0.05
    decay: float = 0.99  # memory of the deviation, a decision with P&L
    floor: float = 0.1  # dollars: the least deviation, and the first
    limit: float = 3.0  # most that a step counts, in deviations

    def __post_init__(self) -> None:
        super().__post_init__()
        within("reward.risk_adjusted.decay", self.decay, 0.0, 0.9999)
        at_least("reward.risk_adjusted.floor", self.floor, 1e-4)
        at_least("reward.risk_adjusted.limit", self.limit, 0.1)


@dataclass
class PatternReward(RewardTerm):
    """Base of the terms on detected patterns; never used itself."""

    weight: float = 0.5  # of `scale` contracts: half a cent each, less than a round trip costs
    scale: float = 100.0  # contracts that make full exposure
    memory: float = 60.0  # decisions without the pattern until undoing a trade is free again

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_base(self, PatternReward, "reward")
        at_least("reward.*.scale", self.scale, 1.0)
        at_least("reward.*.memory", self.memory, 1.0)


@final
@dataclass
class AnchorTimingReward(PatternReward):
    """Bonus: exposure taken on the defended side of a detected anchor."""

    least: float = 0.5  # probability from which an anchor counts as detected
    near_cents: float = 4.0  # and the mid as near to it

    def __post_init__(self) -> None:
        super().__post_init__()
        within("reward.anchor_timing.least", self.least, 0.01, 1.0)
        at_least("reward.anchor_timing.near_cents", self.near_cents, 0.0)


@final
@dataclass
class VolatilityPositionReward(PatternReward):
    """Bonus: exposure given up during a detected cascade, and none added against its side."""

    least: float = 0.5  # probability from which a cascade counts as detected

    def __post_init__(self) -> None:
        super().__post_init__()
        within("reward.volatility_position.least", self.least, 0.01, 1.0)


@final
@dataclass
class CrossMarketReward(PatternReward):
    """Bonus: exposure that takes a group's prices back towards one dollar."""

    toll_cents: float = 2.0  # what a violation of the mids has to exceed, as it costs fees
    full_cents: float = 5.0  # left after fees, from which the bonus is paid in full

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least("reward.cross_market.toll_cents", self.toll_cents, 0.0)
        at_least("reward.cross_market.full_cents", self.full_cents, 0.1)


SCHEMAS: dict[str, Any] = {
    "portfolio": PortfolioReward,
    "drawdown": DrawdownReward,
    "predictability": PredictabilityReward,
    "risk_adjusted": RiskAdjustedReward,
    "anchor_timing": AnchorTimingReward,
    "volatility_position": VolatilityPositionReward,
    "cross_market": CrossMarketReward,
}
