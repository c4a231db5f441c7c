"""Figures: pure functions over the records of judged sessions."""

from __future__ import annotations

from kalshi_exp.metrics.bootstrap import Estimate, band, draw_weights, interval, p_value
from kalshi_exp.metrics.comparison import NoOverlapError, compare_runs, holm
from kalshi_exp.metrics.contestants import figures_over_seeds
from kalshi_exp.metrics.differences import Difference, paired_difference, sessions_needed
from kalshi_exp.metrics.execution import fill_rates, markouts
from kalshi_exp.metrics.exploitation import FAMILIES, detected, exploitation
from kalshi_exp.metrics.figures import FIGURES, Figure, show, show_interval
from kalshi_exp.metrics.headline import leader
from kalshi_exp.metrics.performance import Annualisation, annualisation, performance
from kalshi_exp.metrics.records import (
    EQUITY,
    FILLS,
    OPPORTUNITIES,
    SESSIONS,
    Records,
    RecordsError,
    is_agent,
)
from kalshi_exp.metrics.replicates import Crossed, crossed, over_seeds, replicated_difference
from kalshi_exp.metrics.summary import flat, named_figures, summarise, to_bytes

__all__ = [
    "SESSIONS",
    "FILLS",
    "EQUITY",
    "OPPORTUNITIES",
    "FAMILIES",
    "detected",
    "exploitation",
    "Records",
    "RecordsError",
    "is_agent",
    "summarise",
    "to_bytes",
    "flat",
    "named_figures",
    "leader",
    "FIGURES",
    "Figure",
    "show",
    "show_interval",
    "Annualisation",
    "annualisation",
    "performance",
    "fill_rates",
    "markouts",
    "Difference",
    "paired_difference",
    "sessions_needed",
    "compare_runs",
    "holm",
    "NoOverlapError",
    "Crossed",
    "crossed",
    "replicated_difference",
    "over_seeds",
    "figures_over_seeds",
    "Estimate",
    "interval",
    "band",
    "draw_weights",
    "p_value",
]
