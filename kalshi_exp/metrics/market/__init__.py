"""What a market looks like: 35 statistics of recorded or simulated sessions, by one definition."""

from __future__ import annotations

from kalshi_exp.metrics.market.estimates import by_window, estimates, pooled, statistics_of
from kalshi_exp.metrics.market.measure import Window, measure
from kalshi_exp.metrics.market.table import STATISTICS, Statistic
from kalshi_exp.metrics.market.verdict import Verdict, compare, verdicts
from kalshi_exp.metrics.market.windows import (
    FIRST_JUDGED_NUMBER,
    TooFewWindowsError,
    fit_and_judge,
)

__all__ = [
    "STATISTICS",
    "Statistic",
    "Window",
    "measure",
    "pooled",
    "by_window",
    "estimates",
    "statistics_of",
    "compare",
    "verdicts",
    "Verdict",
    "fit_and_judge",
    "FIRST_JUDGED_NUMBER",
    "TooFewWindowsError",
]
