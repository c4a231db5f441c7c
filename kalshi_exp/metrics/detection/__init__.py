"""How well patterns are detected: episodes matched with the truth, pairs, probabilities."""

from __future__ import annotations

from kalshi_exp.metrics.detection.calibration import BINS, active, calibration, reliability
from kalshi_exp.metrics.detection.chance import placed_at_random
from kalshi_exp.metrics.detection.clusters import Sampling
from kalshi_exp.metrics.detection.curve import Curve, precision_recall
from kalshi_exp.metrics.detection.families import Counts, Score, count, score_family
from kalshi_exp.metrics.detection.matching import match
from kalshi_exp.metrics.detection.pairs import join_pairs, pair_scores
from kalshi_exp.metrics.detection.rows import ROWS, TITLES, Row, applies, misses, rows_of
from kalshi_exp.metrics.detection.score import Evidence, Truth, figures, payload, score
from kalshi_exp.metrics.detection.strength import (
    STRONG,
    planted,
    recall_by,
    strong_sessions,
)
from kalshi_exp.metrics.detection.tables import (
    EPISODES,
    FAMILIES,
    MARKETS,
    PAIRS,
    RELATIONS,
    STRENGTHS,
    names,
    none,
)

__all__ = [
    "EPISODES",
    "PAIRS",
    "MARKETS",
    "STRENGTHS",
    "FAMILIES",
    "RELATIONS",
    "STRONG",
    "BINS",
    "Sampling",
    "names",
    "none",
    "match",
    "count",
    "Counts",
    "score_family",
    "Score",
    "placed_at_random",
    "precision_recall",
    "Curve",
    "active",
    "reliability",
    "calibration",
    "planted",
    "strong_sessions",
    "recall_by",
    "join_pairs",
    "pair_scores",
    "Truth",
    "Evidence",
    "score",
    "figures",
    "payload",
    "ROWS",
    "Row",
    "TITLES",
    "rows_of",
    "applies",
    "misses",
]
