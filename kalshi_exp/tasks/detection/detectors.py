"""The detectors there are, and what they say of a session."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kalshi_exp.config import Detector, Experiment, LearnedDetector, RuleDetector
from kalshi_exp.learn.arena import EVERY_GROUP
from kalshi_exp.patterns.detect import detect as watch_session
from kalshi_exp.patterns.episodes import episodes_of, pairs_of
from kalshi_exp.patterns.weights import PACKAGED
from kalshi_exp.tape import Session
from kalshi_exp.tasks.detection.evidence import Said

_PROBABILITY = (*(float(one) for one in np.round(np.arange(0.05, 1.0, 0.05), 2)), 0.97, 0.99)
GRID: dict[str, tuple[float, ...]] = {
    "anchor": _PROBABILITY,
    "cascade": _PROBABILITY,
    "violation": tuple(float(one) for one in np.round(np.arange(0.5, 8.01, 0.5), 2)),  # cents
    "aversion": _PROBABILITY,
}
"""Thresholds of the precision-recall curves."""


def detectors(configured: Detector) -> dict[str, Detector]:
    """The detectors that can be scored: the rules, and the learned one where it has weights."""
    learned = configured if isinstance(configured, LearnedDetector) else LearnedDetector()
    known: dict[str, Detector] = {"rule": RuleDetector()}
    if (Path(learned.weights) if learned.weights else PACKAGED).is_file():
        known["learned"] = learned
    return known


def said(experiment: Experiment, session: Session, detector: Detector) -> Said:
    """What a detector says of a session, second by second, without its labels."""
    groups = EVERY_GROUP | experiment.features
    trace = watch_session(session, detector, groups)
    return Said(
        trace.times,
        trace.patterns,
        lambda family, threshold: episodes_of(trace, session.name, family, threshold),
        pairs_of(trace, session.name),
    )
