"""Rows of what runs live: features and detectors, message by message."""

from __future__ import annotations

from kalshi_exp.config import Detector, LearnedDetector, RuleDetector, compose, typed
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn.arena import EVERY_GROUP
from kalshi_exp.patterns.detect import detect
from kalshi_exp.patterns.weights import PACKAGED
from kalshi_exp.tape import Session
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.timing import interleaved, rate_of

UPDATE_US = 50.0
_ROUNDS = 7


def live_rows(seed: int) -> list[Row]:
    """Measure the rows of this family.

    Args:
        seed: of the simulated session that is watched.
    """
    session = simulate_session(typed(compose(["scenario=full"])).scenario, seed, 0)
    return [_update("rule", RuleDetector(), session), _learned(session)]


def _learned(session: Session) -> Row:
    if PACKAGED.is_file():
        return _update("learned", LearnedDetector(), session)
    return Row(
        _name("learned"), None, "us", UPDATE_US, Goal.value_at_most, "not measured",
        reason="the package holds no detector weights",
    )  # fmt: skip


def _name(detector: str) -> str:
    return f"feature and detector update, {detector}"


def _update(name: str, detector: Detector, session: Session) -> Row:
    """Time to take in a second of one market: its messages, every feature, the detector."""
    markets = len(session.markets)
    updates = markets * len(detect(session, detector, EVERY_GROUP).times)
    messages = sum(len(market.messages) for market in session.markets)
    rate = interleaved(
        {"ours": rate_of(lambda: detect(session, detector, EVERY_GROUP), float(updates))}, _ROUNDS
    )
    return Row(
        _name(name),
        1e6 / rate["ours"].best,
        "us",
        UPDATE_US,
        Goal.value_at_most,
        f"one session of scenario=full, {markets} markets, {updates:,} updates of one market: the "
        f"{messages / updates:.1f} messages of a second, the samples, all market features, the "
        "detector; packing the session is part of it; one thread by its own time",
        median=1e6 / rate["ours"].median,
    )
