"""Train by evaluate: what training under each fill model is worth, and what it teaches."""

from __future__ import annotations

from kalshi_exp.metrics.matrix.behaviour import FIGURES, behaviour
from kalshi_exp.metrics.matrix.crossed import Crossed, crossed
from kalshi_exp.metrics.matrix.plays import EXCHANGE, PLAYS, Plays, plays_of
from kalshi_exp.metrics.matrix.study import KEYS, matrix_figures, named_matrix

__all__ = [
    "EXCHANGE",
    "PLAYS",
    "Plays",
    "plays_of",
    "Crossed",
    "crossed",
    "FIGURES",
    "behaviour",
    "KEYS",
    "matrix_figures",
    "named_matrix",
]
