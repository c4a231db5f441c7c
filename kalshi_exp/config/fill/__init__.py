"""`fill=`: which fill model judges our orders, with its latency, fees and impact."""

from kalshi_exp.config.fill.fees import Fees, MakerFees, Rounding
from kalshi_exp.config.fill.hazard import HazardCoefficients
from kalshi_exp.config.fill.impact import Impact
from kalshi_exp.config.fill.latency import Delay, Latency, LatencyShape
from kalshi_exp.config.fill.models import (
    SCHEMAS,
    DepthFill,
    Fill,
    HazardFill,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
)

__all__ = [
    "SCHEMAS",
    "Delay",
    "DepthFill",
    "Fees",
    "Fill",
    "HazardCoefficients",
    "HazardFill",
    "Impact",
    "Latency",
    "LatencyShape",
    "MakerFees",
    "OldFill",
    "ProbabilisticFill",
    "QueueFill",
    "QueuePosition",
    "Rounding",
]
