"""Realism figures: a fill model's fills, P&L and ranking of strategies against the truth."""

from __future__ import annotations

from kalshi_exp.metrics.realism.bounds import summarise_bounds
from kalshi_exp.metrics.realism.figures import figures
from kalshi_exp.metrics.realism.headline import bounds_headline, named
from kalshi_exp.metrics.realism.joiner import BAND, joiner, named_joiner
from kalshi_exp.metrics.realism.ladder import ladder_figures
from kalshi_exp.metrics.realism.resample import Resamples
from kalshi_exp.metrics.realism.sim_to_real import named_sim_to_real, sim_to_real
from kalshi_exp.metrics.realism.summary import CEILING, GROUPS, summarise_fills
from kalshi_exp.metrics.realism.table import FIGURES
from kalshi_exp.metrics.realism.trial import Trial

__all__ = [
    "BAND",
    "CEILING",
    "FIGURES",
    "GROUPS",
    "Resamples",
    "Trial",
    "bounds_headline",
    "figures",
    "joiner",
    "ladder_figures",
    "named",
    "named_joiner",
    "named_sim_to_real",
    "sim_to_real",
    "summarise_bounds",
    "summarise_fills",
]
