"""Detectors held against simulated sessions of known truth."""

from __future__ import annotations

from kalshi_exp.tasks.detection.detectors import GRID, detectors, said
from kalshi_exp.tasks.detection.evidence import Gathering, Judged, Said, gather
from kalshi_exp.tasks.detection.judged import MOST, detected
from kalshi_exp.tasks.detection.sessions import simulated, strengths_of, with_truth

__all__ = [
    "GRID",
    "MOST",
    "Gathering",
    "Judged",
    "Said",
    "detected",
    "detectors",
    "gather",
    "said",
    "simulated",
    "strengths_of",
    "with_truth",
]
