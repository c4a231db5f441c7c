"""Simulated sessions of known truth."""

from __future__ import annotations

from kalshi_exp.config import Experiment, Scenario
from kalshi_exp.config.fill import Fees
from kalshi_exp.exchange import play_session, tape_of, truth_of
from kalshi_exp.exchange.variations import varied
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.patterns.episodes import true_episodes, true_pairs
from kalshi_exp.tasks.detection.evidence import Judged

PLANTED = {
    "anchor": "anchors",
    "cascade": "cascades",
    "violation": "sentiment",
    "aversion": "aversion",
    "group": "groups",
    "correlation": "groups",
}
"""What plants each family and relation, and says how strongly."""


def strengths_of(scenario: Scenario) -> dict[str, float]:
    """How strongly each family and relation is planted; those that are not are left out."""
    found = {name: float(getattr(scenario, trait).strength) for name, trait in PLANTED.items()}
    if scenario.groups.strength == 0.0 or scenario.groups.exclusive == 0:
        found["group"] = found["violation"] = 0.0  # no group, and no sum to violate
    if scenario.groups.correlated == 0:
        found["correlation"] = found["group"]  # members of a group are correlated too
    return {name: strength for name, strength in found.items() if strength > 0.0}


def simulated(experiment: Experiment, number: int) -> Judged:
    """A session of a scenario that varies with its number, and what is true of it."""
    scenario = varied(experiment.scenario, experiment.seed, number)
    return with_truth(scenario, experiment.seed, number, experiment.fill.fees)


def with_truth(scenario: Scenario, seed: int, number: int, fees: Fees | None = None) -> Judged:
    """The session of a number, and what is true of it; the fees are what everybody pays."""
    exchange = play_session(scenario, seed, number, fees)
    session = tape_of(exchange, PriceGrid.structure(scenario.grid), seed, number)
    labels = truth_of(exchange, session.name)
    return Judged(
        session,
        strengths_of(scenario),
        true_episodes(labels, session),
        true_pairs(labels, session),
    )
