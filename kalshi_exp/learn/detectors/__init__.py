"""Training of learned detectors on simulated sessions, whose truth is known."""

from kalshi_exp.learn.detectors.examples import (
    PAIRS_EVERY,
    Examples,
    build_examples,
    read_session,
    relations,
    truth_by_second,
)
from kalshi_exp.learn.detectors.fit import Fitted, NotLearned, fit_detector
from kalshi_exp.learn.detectors.learner import Course, Learner, learn
from kalshi_exp.learn.detectors.networks import MarketNetwork, PairsNetwork
from kalshi_exp.learn.detectors.sessions import (
    CALIBRATION,
    JUDGING,
    TRAINING,
    VALIDATION,
    numbers,
    scenario_of,
)

__all__ = [
    "CALIBRATION",
    "JUDGING",
    "PAIRS_EVERY",
    "TRAINING",
    "VALIDATION",
    "Course",
    "Examples",
    "Fitted",
    "Learner",
    "MarketNetwork",
    "NotLearned",
    "PairsNetwork",
    "build_examples",
    "fit_detector",
    "learn",
    "numbers",
    "read_session",
    "relations",
    "scenario_of",
    "truth_by_second",
]
