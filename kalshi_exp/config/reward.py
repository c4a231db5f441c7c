"""`reward=`: weighted terms; the reward is their sum."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import refuse_base, within


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


SCHEMAS: dict[str, Any] = {
    "portfolio": PortfolioReward,
    "drawdown": DrawdownReward,
    "predictability": PredictabilityReward,
}
