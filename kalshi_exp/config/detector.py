"""`detector=`: how patterns are told from the features."""

from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.config.checks import refuse_base


@dataclass
class Detector:
    """Base of every detector; never used itself."""

    def __post_init__(self) -> None:
        refuse_base(self, Detector, "detector")


@final
@dataclass
class RuleDetector(Detector):
    """Thresholds on named features, open to inspection."""


@final
@dataclass
class LearnedDetector(Detector):
    """A small recurrent network on the same features, trained on simulated sessions."""

    weights: str = ""  # file that task=calibrate wrote; "": those that come with the package


SCHEMAS: dict[str, Any] = {"rule": RuleDetector, "learned": LearnedDetector}
